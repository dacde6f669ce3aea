#include "http/body_sender.hpp"

#include <algorithm>
#include <string_view>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "http/response_writer.hpp"

namespace stratolite::http {
namespace {

constexpr std::uint64_t kSmallBodyBytes = 64 * 1024;
// How much of a file is copied to the socket before other connections of the loop get their turn.
constexpr std::uint64_t kFileBurstBytes = 1024 * 1024;
constexpr std::uint64_t kFileBufferBytes = 256 * 1024;

bool NotAsAnnounced() {
  spdlog::error("a response body broke off: it is shorter or longer than announced");
  return false;
}

}  // namespace

BodySender::BodySender(Channel& channel, wire::BodyProducer& producer, std::string& out, bool may_chunk,
                       std::chrono::seconds idle_limit)
    : channel_(channel),
      producer_(producer),
      out_(out),
      size_(producer.size()),
      chunked_(!size_ && may_chunk),
      idle_limit_(idle_limit) {
  if (!size_ || small()) return;
  file_ = producer.file();
  if (file_ && file_->length != *size_) file_.reset();
}

bool BodySender::small() const { return size_ && *size_ <= kSmallBodyBytes; }

bool BodySender::Append() {
  const std::size_t wanted = out_.size() + static_cast<std::size_t>(*size_);
  try {
    std::string chunk;
    while (out_.size() <= wanted && producer_.Next(chunk)) out_.append(chunk);
  } catch (const std::exception& error) {
    spdlog::error("a response body broke off: {}", error.what());
    return false;
  }
  return out_.size() == wanted || NotAsAnnounced();
}

bool BodySender::Begin() {
  if (!file_ || channel_.secure()) return true;
  const Channel::Progress head = channel_.Write(out_);
  out_.erase(0, head.bytes);
  if (!head.moved()) return head.waits();
  const std::uint64_t limit = std::min(*size_, kFileBurstBytes);
  while (out_.empty() && sent_ < limit) {
    const Channel::Progress progress = channel_.SendFile(file_->descriptor, file_->offset + sent_, limit - sent_);
    // What cannot be sent this way is Finish's business.
    if (!progress.moved()) break;
    sent_ += progress.bytes;
  }
  return true;
}

bool BodySender::Finish() {
  try {
    return file_ ? FinishFile(*file_) : FinishChunks();
  } catch (const std::exception& error) {
    // The head is out: all that is left to tell the client is a body that breaks off.
    spdlog::error("a response body broke off: {}", error.what());
    return false;
  }
}

bool BodySender::FinishFile(const wire::BodyProducer::FileRange& range) {
  if (!channel_.WriteAll(out_, idle_limit_)) return false;
  while (sent_ < range.length && !channel_.secure()) {
    const Channel::Progress progress = channel_.SendFile(range.descriptor, range.offset + sent_, range.length - sent_);
    sent_ += progress.bytes;
    if (progress.waits() && !channel_.WaitFor(progress.status, idle_limit_)) return false;
    // A file that sendfile(2) cannot read may still be readable; a client that has gone will be noticed below.
    if (!progress.waits() && !progress.moved()) break;
  }
  while (sent_ < range.length) {
    out_.resize(static_cast<std::size_t>(std::min(range.length - sent_, kFileBufferBytes)));
    const ssize_t got = ::pread(range.descriptor, out_.data(), out_.size(), static_cast<off_t>(range.offset + sent_));
    if (got <= 0) return NotAsAnnounced();
    out_.resize(static_cast<std::size_t>(got));
    if (!channel_.WriteAll(out_, idle_limit_)) return false;
    sent_ += out_.size();
  }
  return true;
}

bool BodySender::FinishChunks() {
  std::string chunk;
  for (bool more = true; more;) {
    more = producer_.Next(chunk);
    if (!more) chunk.clear();
    sent_ += chunk.size();
    if (size_ && sent_ > *size_) return NotAsAnnounced();
    std::string_view uncopied;
    if (chunked_) {
      if (more && chunk.empty()) continue;
      AppendChunk(out_, chunk);
    } else if (chunk.size() <= kSmallBodyBytes) {
      out_.append(chunk);
    } else {
      uncopied = chunk;
    }
    if (!channel_.WriteAll(out_, idle_limit_) || !channel_.WriteAll(uncopied, idle_limit_)) return false;
    out_.clear();
  }
  return !size_ || sent_ == *size_ || NotAsAnnounced();
}

}  // namespace stratolite::http
