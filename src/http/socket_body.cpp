#include "http/socket_body.hpp"

#include <algorithm>
#include <stdexcept>

namespace stratolite::http {
namespace {

constexpr std::size_t kSocketReadBytes = 256 * 1024;
// From this much room on, bytes are received where the caller wants them.
constexpr std::size_t kDirectBytes = 16 * 1024;

}  // namespace

void SocketBodyReader::Fail(const char* why) {
  failed_ = true;
  throw std::runtime_error(why);
}

std::size_t SocketBodyReader::Receive(char* out, std::size_t capacity) {
  for (;;) {
    const Channel::Progress progress = channel_.Read(out, capacity);
    pace_.Moved(progress.bytes);
    if (progress.moved()) return progress.bytes;
    if (progress.status == Channel::Status::kEnd) Fail("the client broke off the request body");
    if (!progress.waits()) Fail("the connection was lost while the request body was read");
    pace_.BeginWait(TransferPace::Clock::now());
    // Who is slow for longer, or while others wait for this thread, is cut by the loop's sweep.
    const bool ready = channel_.WaitFor(progress.status, limits_.body_idle);
    pace_.EndWait(TransferPace::Clock::now());
    if (!ready) Fail("the client stopped sending the request body");
  }
}

std::size_t SocketBodyReader::TakePrefix(char* buffer, std::size_t capacity) {
  const std::size_t taken = prefix_.copy(buffer, capacity, prefix_taken_);
  prefix_taken_ += taken;
  // Assigning an empty one would keep the memory.
  if (prefix_taken_ == prefix_.size()) std::string().swap(prefix_);
  return taken;
}

std::size_t SocketBodyReader::Read(char* buffer, std::size_t capacity) {
  if (capacity == 0) return 0;
  if (!prefix_.empty()) return TakePrefix(buffer, capacity);
  if (parser_.body_complete()) return 0;
  if (failed_) throw std::runtime_error("the request body broke off");
  for (;;) {
    if (buffer_.size() > 0) {
      std::size_t produced = 0;
      const auto progress = parser_.ExtractBody(static_cast<const char*>(buffer_.data().data()), buffer_.size(), buffer,
                                                capacity, &produced);
      buffer_.consume(progress.consumed);
      if (progress.error_status != 0) Fail("the request body is malformed");
      if (produced > 0 || progress.done) return produced;
      if (buffer_.size() > limits_.max_head_bytes) Fail("the framing of the request body is too large");
    }
    if (parser_.wants_continue() && !continued_) {
      continued_ = true;
      if (!channel_.WriteAll("HTTP/1.1 100 Continue\r\n\r\n", limits_.body_idle)) Fail("the client has gone");
    }
    // With a length nothing but the body can come up to it: no detour through the buffer.
    if (const auto left = parser_.remaining_length(); left && capacity >= kDirectBytes && buffer_.size() == 0) {
      const std::size_t received = Receive(buffer, static_cast<std::size_t>(std::min<std::uint64_t>(*left, capacity)));
      parser_.CountBody(buffer, received);
      return received;
    }
    const auto space = buffer_.prepare(kSocketReadBytes);
    buffer_.commit(Receive(static_cast<char*>(space.data()), space.size()));
  }
}

}  // namespace stratolite::http
