// Bodies in `aws-chunked` framing: signed, unsigned, with trailers; however they are cut on the way in and taken on the way out.

#include <string>

#include "auth/payload_reader.hpp"
#include "fuzz/auth_rig.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/raw_request.hpp"
#include "stratolite/base/checksums.hpp"

namespace stratolite::fuzz {
namespace {

constexpr std::size_t kMinChunk = 8192;
constexpr std::string_view kAmzDate = "20260102T030405Z";

/// Hands a body out in pieces, or whole.
class CutBody final : public wire::BodyReader {
 public:
  CutBody(std::string_view body, Choices* cuts) : left_(body), cuts_(cuts) {}
  std::size_t Read(char* buffer, std::size_t capacity) override {
    const std::size_t most = std::min(capacity, left_.size());
    const std::size_t count = cuts_ == nullptr ? most : cuts_->Piece(most);
    left_.copy(buffer, count);
    left_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view left_;
  Choices* cuts_;
};

struct DecodedBody {
  std::string error;
  std::string bytes;
  std::string trailers;
};

auth::ChunkSigning TestSigning() {
  const auth::CredentialScope scope{"20260102", "us-east-1", "s3"};
  return {auth::DeriveSigningKey(kSecret, scope), std::string(64, 'a'), std::string(kAmzDate), scope};
}

auth::AuthOutcome OutcomeFor(const wire::HttpRequest& request) {
  auth::AuthOutcome outcome;
  outcome.access_key_id = kKeyId;
  const std::string_view word = request.headers.Get("x-amz-content-sha256");
  if (word.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")) {
    static const auth::ChunkSigning signing = TestSigning();
    outcome.chunk_signing = signing;
    outcome.payload =
        word.ends_with("-TRAILER") ? auth::PayloadMode::kStreamingSignedTrailer : auth::PayloadMode::kStreamingSigned;
  } else if (word.starts_with("STREAMING-")) {
    outcome.payload = auth::PayloadMode::kStreamingUnsignedTrailer;
  } else if (word.size() == 64) {
    outcome.payload = auth::PayloadMode::kHashed;
    outcome.payload_sha256 = word;
  }
  return outcome;
}

DecodedBody Decode(const wire::HttpRequest& request, Choices* cuts) {
  DecodedBody decoded;
  CutBody raw(request.body, cuts);
  try {
    const auto reader = auth::MakePayloadReader(request, OutcomeFor(request), raw, false);
    if (!reader.ok()) return {reader.error().code, {}, {}};
    std::string buffer(cuts == nullptr ? 65536 : 1 + cuts->Below(3000), '\0');
    while (const std::size_t count = (*reader)->Read(buffer.data(), buffer.size())) {
      decoded.bytes.append(buffer, 0, count);
      Demand(decoded.bytes.size() <= (*reader)->size().value_or(0) || !auth::IsAwsChunked(request),
             "no more comes out than was announced");
    }
    if (const auto* trailers = (*reader)->trailers()) {
      for (const auto& [name, value] : *trailers) decoded.trailers.append(name).append(":").append(value).append("\n");
    }
  } catch (const wire::BodyRejected& rejected) {
    decoded.error = rejected.error().code;
  }
  Demand(decoded.bytes.size() <= request.body.size(), "no more comes out than went in");
  return decoded;
}

std::string Hex(std::size_t value) {
  char text[20];
  return {text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%zx", value))};
}

/// `content` as a client frames and signs it, with a trailer.
wire::HttpRequest Framed(std::string_view content, bool sign) {
  const auth::ChunkSigning signing = TestSigning();
  wire::HttpRequest request;
  request.headers.Add("x-amz-content-sha256",
                      sign ? "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" : "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  request.headers.Add("x-amz-decoded-content-length", std::to_string(content.size()));
  request.headers.Add("x-amz-trailer", "x-amz-checksum-crc32");
  const std::string trailer = "x-amz-checksum-crc32:" + Base64Encode(Checksum(ChecksumAlgorithm::kCrc32, content));
  std::string previous = signing.seed_signature;
  std::string_view rest = content;
  for (bool last = false; !last;) {
    const std::string_view chunk = rest.substr(0, kMinChunk);
    rest.remove_prefix(chunk.size());
    last = chunk.empty();
    request.body += Hex(chunk.size());
    if (sign) {
      previous = auth::ChunkSignature(signing.signing_key, signing.amz_date, signing.scope, previous, chunk);
      request.body.append(";chunk-signature=").append(previous);
    }
    request.body.append("\r\n").append(chunk);
    if (!last) request.body.append("\r\n");
  }
  request.body.append(trailer).append("\r\n");
  if (sign) {
    request.body.append("x-amz-trailer-signature:")
        .append(auth::TrailerSignature(signing.signing_key, signing.amz_date, signing.scope, previous, trailer + "\n"))
        .append("\r\n");
  }
  request.body.append("\r\n");
  return request;
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(AwsChunked) {
  Choices choices(input);
  wire::HttpRequest request = ReadRawRequest(input);
  // The HTTP layer hands on no more than Content-Length announces.
  if (const auto length = auth::ReadLength(request.headers, "content-length"); length && *length < request.body.size())
    request.body.resize(*length);
  const DecodedBody whole = Decode(request, nullptr);
  const DecodedBody pieces = Decode(request, &choices);
  Demand(whole.error == pieces.error, "the answer does not depend on how the bytes were cut");
  if (whole.error.empty())
    Demand(whole.bytes == pieces.bytes && whole.trailers == pieces.trailers, "nor does what comes out");
  auth::DescribeDecodedBody(request.headers);
  auth::AdoptPresignedFields(request);

  const bool sign = choices.Below(2) == 0;
  wire::HttpRequest framed = Framed(input, sign);
  const DecodedBody back = Decode(framed, &choices);
  Demand(back.error.empty() && back.bytes == input, "what is framed comes out as it went in");
  if (!sign) return;
  framed.body[choices.Below(framed.body.size())] ^= static_cast<char>(1U << choices.Below(8));
  const DecodedBody altered = Decode(framed, &choices);
  Demand(!altered.error.empty() || altered.bytes == input, "a signed body that was altered does not come out");
}
