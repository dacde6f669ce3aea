#include "http/body_sender.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "http/response_writer.hpp"

namespace stratolite::http {
namespace {

constexpr std::uint64_t kSmallBodyBytes = 64 * 1024;
// How much of a file is copied to the socket before other connections of the loop get their turn.
constexpr std::uint64_t kFileBurstBytes = 1024 * 1024;
constexpr std::uint64_t kFileBufferBytes = 256 * 1024;
// What is kept of a file's buffer while the client takes nothing: TLS wants the record that it was offered again, 16 KiB at most.
constexpr std::size_t kStalledBytes = 16 * 1024;

bool NotAsAnnounced() {
  spdlog::error("a response body broke off: it is shorter or longer than announced");
  return false;
}

}  // namespace

BodySender::BodySender(Channel& channel, wire::BodyProducer& producer, std::string& out, bool may_chunk)
    : channel_(channel), producer_(producer), out_(out), size_(producer.size()), chunked_(!size_ && may_chunk) {
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
  written_ += head.bytes;
  if (!head.moved()) return head.waits();
  const std::uint64_t limit = std::min(*size_, kFileBurstBytes);
  while (out_.empty() && sent_ < limit) {
    const Channel::Progress progress = channel_.SendFile(file_->descriptor, file_->offset + sent_, limit - sent_);
    // What cannot be sent this way is Finish's business.
    if (!progress.moved()) break;
    sent_ += progress.bytes;
    written_ += progress.bytes;
  }
  return true;
}

BodySender::Outcome BodySender::Continue(std::chrono::milliseconds patience) {
  try {
    return Advance(patience);
  } catch (const std::exception& error) {
    // The head is out: all that is left to tell the client is a body that breaks off.
    spdlog::error("a response body broke off: {}", error.what());
    return Outcome::kBroken;
  }
}

BodySender::Outcome BodySender::Advance(std::chrono::milliseconds patience) {
  for (;;) {
    const Outcome drained = Drain(patience);
    if (drained != Outcome::kDone) return drained;
    if (file_ && !channel_.secure() && !range_refused_) return SendRange(*file_, patience);
    if (!Refill()) break;
  }
  if (!size_ || sent_ == *size_) return Outcome::kDone;
  NotAsAnnounced();
  return Outcome::kBroken;
}

BodySender::Outcome BodySender::Stall(Channel::Status wanted) {
  wanted_ = wanted;
  out_.erase(0, std::exchange(out_sent_, 0));
  // The head is in there before anything of the file is.
  if (file_ && out_.size() > kStalledBytes && sent_ >= out_.size()) {
    sent_ -= out_.size() - kStalledBytes;
    out_.resize(kStalledBytes);
    out_.shrink_to_fit();
  }
  return Outcome::kStalled;
}

BodySender::Outcome BodySender::Drain(std::chrono::milliseconds patience) {
  for (;;) {
    const bool head = out_sent_ < out_.size();
    if (!head && chunk_sent_ == chunk_.size()) break;
    const std::string_view rest =
        head ? std::string_view(out_).substr(out_sent_) : std::string_view(chunk_).substr(chunk_sent_);
    const Channel::Progress progress = channel_.Write(rest);
    (head ? out_sent_ : chunk_sent_) += progress.bytes;
    written_ += progress.bytes;
    if (progress.moved()) continue;
    if (!progress.waits()) return Outcome::kBroken;
    if (!channel_.WaitFor(progress.status, patience)) return Stall(progress.status);
  }
  out_.clear();
  chunk_.clear();
  out_sent_ = chunk_sent_ = 0;
  return Outcome::kDone;
}

BodySender::Outcome BodySender::SendRange(const wire::BodyProducer::FileRange& range,
                                          std::chrono::milliseconds patience) {
  while (sent_ < range.length) {
    const Channel::Progress progress = channel_.SendFile(range.descriptor, range.offset + sent_, range.length - sent_);
    sent_ += progress.bytes;
    written_ += progress.bytes;
    if (progress.waits()) {
      if (!channel_.WaitFor(progress.status, patience)) return Stall(progress.status);
    } else if (!progress.moved()) {
      // A file that sendfile(2) cannot read may still be readable; a client that has gone will be noticed by the next write.
      range_refused_ = true;
      return Advance(patience);
    }
  }
  return Outcome::kDone;
}

bool BodySender::Refill() {
  if (file_) {
    if (sent_ == file_->length) return false;
    out_.resize(static_cast<std::size_t>(std::min(file_->length - sent_, kFileBufferBytes)));
    const ssize_t got = ::pread(file_->descriptor, out_.data(), out_.size(), static_cast<off_t>(file_->offset + sent_));
    if (got <= 0) throw std::runtime_error("its file is shorter than announced");
    out_.resize(static_cast<std::size_t>(got));
    sent_ += out_.size();
    return true;
  }
  while (!producer_ended_) {
    producer_ended_ = !producer_.Next(chunk_);
    if (producer_ended_) chunk_.clear();
    sent_ += chunk_.size();
    if (size_ && sent_ > *size_) throw std::runtime_error("it is longer than announced");
    if (chunked_) {
      if (!producer_ended_ && chunk_.empty()) continue;
      AppendChunk(out_, chunk_);
      chunk_.clear();
    } else if (chunk_.size() <= kSmallBodyBytes) {
      out_.append(chunk_);
      chunk_.clear();
    }
    return true;
  }
  return false;
}

}  // namespace stratolite::http
