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
  /// `out` holds the head of the answer, and is the buffer. Without a known size the body is sent in chunks if `may_chunk`, else to the end of the connection.
  BodySender(Channel& channel, wire::BodyProducer& producer, std::string& out, bool may_chunk,
             std::chrono::seconds idle_limit);

  /// Whether the body is so small that a thread of its own would cost more than sending it.
  bool small() const;
  /// Appends a small body to the buffer; false when it is not what was announced.
  bool Append();
  /// Sends what the socket takes at once of the head and of a file, up to a point: often all of it, and a thread is spared. Never blocks for the client.
  /// False when the connection is lost.
  bool Begin();
  bool finished() const { return out_.empty() && size_ && sent_ == *size_; }
  /// Sends the rest; false when the connection is lost or the body broke off. Blocks.
  bool Finish();

 private:
  bool FinishFile(const wire::BodyProducer::FileRange& range);
  bool FinishChunks();

  Channel& channel_;
  wire::BodyProducer& producer_;
  std::string& out_;
  const std::optional<std::uint64_t> size_;
  const bool chunked_;
  const std::chrono::seconds idle_limit_;
  /// Set when the whole body is one range of a file.
  std::optional<wire::BodyProducer::FileRange> file_;
  std::uint64_t sent_ = 0;
};

}  // namespace stratolite::http
