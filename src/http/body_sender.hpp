#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "http/channel.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::http {

/// Sends the body that a producer makes, by the way that measured fastest (docs/performance.md): a range of a file by sendfile(2), unless TLS has to
/// see it, everything else through a buffer. Holds the producer to the size that was announced. All arguments outlive it. Not thread-safe.
class BodySender {
 public:
  enum class Outcome {
    kDone,
    /// The connection is lost, or the body broke off.
    kBroken,
    /// The client takes nothing for now: `Continue` again when the socket is as `wanted` says. Holds `held_bytes` meanwhile.
    kStalled,
  };

  /// `out` holds the head of the answer, and is the buffer. Without a known size the body is sent in chunks if `may_chunk`, else to the end of the connection.
  BodySender(Channel& channel, wire::BodyProducer& producer, std::string& out, bool may_chunk);

  /// Whether the body is so small that a thread of its own would cost more than sending it.
  bool small() const;
  /// Appends a small body to the buffer; false when it is not what was announced.
  bool Append();
  /// Sends what the socket takes at once of the head and of a file, up to a point: often all of it, and a thread is spared. Never blocks for the client.
  /// False when the connection is lost.
  bool Begin();
  bool finished() const { return out_.empty() && chunk_.empty() && size_ && sent_ == *size_; }
  /// Sends on, waiting for the client no longer than `patience` at a time. Blocks.
  Outcome Continue(std::chrono::milliseconds patience);
  Channel::Status wanted() const { return wanted_; }
  /// Of what has left, head included.
  std::uint64_t written() const { return written_; }
  std::size_t held_bytes() const { return out_.capacity() + chunk_.capacity(); }

 private:
  Outcome Advance(std::chrono::milliseconds patience);
  /// Sends what is in the buffers; kDone: they are empty.
  Outcome Drain(std::chrono::milliseconds patience);
  Outcome SendRange(const wire::BodyProducer::FileRange& range, std::chrono::milliseconds patience);
  /// Fills the buffers; false: there is nothing more.
  bool Refill();
  Outcome Stall(Channel::Status wanted);

  Channel& channel_;
  wire::BodyProducer& producer_;
  std::string& out_;
  const std::optional<std::uint64_t> size_;
  const bool chunked_;
  /// Set when the whole body is one range of a file.
  std::optional<wire::BodyProducer::FileRange> file_;
  /// Of the body: what has been sent, or put into a buffer.
  std::uint64_t sent_ = 0;
  /// What the producer made last, when it was not worth copying, behind what is in `out_`.
  std::string chunk_;
  std::size_t out_sent_ = 0;
  std::size_t chunk_sent_ = 0;
  std::uint64_t written_ = 0;
  bool producer_ended_ = false;
  bool range_refused_ = false;
  Channel::Status wanted_ = Channel::Status::kMoved;
};

}  // namespace stratolite::http
