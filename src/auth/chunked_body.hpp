#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/authenticator.hpp"
#include "stratolite/base/checksums.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::auth {

/// What is known of an `aws-chunked` body before it arrives. Plain data.
struct ChunkedBodyFacts {
  /// `x-amz-decoded-content-length`.
  std::uint64_t decoded_length = 0;
  /// Set: every chunk carries a signature, which is verified.
  std::optional<ChunkSigning> signing;
  /// The trailers are signed as well (only with `signing`).
  bool signed_trailers = false;
  /// `x-amz-trailer`, names in lower case.
  std::vector<std::string> announced;
  std::string access_key_id;
};

/// Takes an `aws-chunked` body out of its framing. A chunk's signature is compared when its last bytes have come and before they are handed on, so
/// memory stays flat whatever the chunk's size; bytes of a chunk that turns out wrong may have been handed on. With the last chunk all that follows is
/// read and checked: lengths, announced and received trailers, their signature. Throws wire::BodyRejected with AWS's errors. `raw` outlives it.
/// Confined to one thread at a time. Blocks.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
class ChunkedBodyReader final : public wire::BodyReader {
 public:
  ChunkedBodyReader(wire::BodyReader& raw, ChunkedBodyFacts facts);

  std::size_t Read(char* buffer, std::size_t capacity) override;
  std::optional<std::uint64_t> size() const override { return facts_.decoded_length; }
  const wire::Headers* trailers() const override { return trailers_.size() == 0 ? nullptr : &trailers_; }

 private:
  struct ChunkHead {
    std::uint64_t size = 0;
    std::string_view signature;
  };

  void BeginChunk();
  void EndChunk();
  void Finish();
  void ReadTrailers();
  void CheckTrailers() const;
  void CheckTrailerSignature(std::string_view canonical, std::string_view provided);
  void CheckSignature(std::string_view string_to_sign, std::string_view provided);
  ChunkHead ParseHead(std::string_view line) const;
  void ExpectLineEnd();
  /// Without its CRLF; valid until the next call.
  std::string_view ReadLine();
  /// Next bytes of the framed body; 0 at its end.
  std::size_t TakeRaw(char* buffer, std::size_t capacity);
  void Refill();

  wire::BodyReader& raw_;
  ChunkedBodyFacts facts_;
  std::array<char, 4096> window_;
  std::size_t window_begin_ = 0;
  std::size_t window_end_ = 0;
  std::string line_;
  std::uint64_t chunk_left_ = 0;
  std::uint64_t chunk_size_ = 0;
  std::uint64_t chunk_number_ = 0;
  std::uint64_t provided_ = 0;
  std::string chunk_signature_;
  std::string previous_signature_;
  std::unique_ptr<RunningDigest> chunk_digest_;
  wire::Headers trailers_;
  bool finished_ = false;
  /// A Read began and has not ended well.
  bool unsettled_ = false;
};

}  // namespace stratolite::auth
