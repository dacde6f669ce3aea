#include "auth/payload_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "auth/auth_errors.hpp"
#include "auth/body_errors.hpp"
#include "auth/chunked_body.hpp"
#include "auth/signature_parser.hpp"
#include "stratolite/base/checksums.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::auth {
namespace {

constexpr std::string_view kDecodedLength = "x-amz-decoded-content-length";
constexpr std::string_view kAwsChunked = "aws-chunked";

/// Elements of a header's comma-separated list, trimmed, empty ones left out.
std::vector<std::string_view> ListElements(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    std::string_view element = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (!element.empty() && element.front() == ' ') element.remove_prefix(1);
    while (!element.empty() && element.back() == ' ') element.remove_suffix(1);
    if (!element.empty()) out.push_back(element);
  }
  return out;
}

bool NamesAwsChunked(const wire::Headers& headers) {
  const auto codings = ListElements(headers.Get("content-encoding"));
  return std::any_of(codings.begin(), codings.end(),
                     [](std::string_view coding) { return wire::EqualsIgnoreCase(coding, kAwsChunked); });
}

std::string LowerCaseOf(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

/// A broken connection ends the request as a refused body does: nothing kept, nothing logged as a failure of ours.
class ConnectionBody final : public wire::BodyReader {
 public:
  explicit ConnectionBody(wire::BodyReader& raw) : raw_(raw) {}

  std::size_t Read(char* buffer, std::size_t capacity) override {
    try {
      return raw_.Read(buffer, capacity);
    } catch (const wire::BodyRejected&) {
      throw;
    } catch (const std::runtime_error&) {
      throw wire::BodyRejected(BodyTimeout());
    }
  }

 private:
  wire::BodyReader& raw_;
};

/// A body without framing of its own, hashed on its way when `sha256` names what must come out.
class PlainBodyReader final : public wire::BodyReader {
 public:
  PlainBodyReader(wire::BodyReader& raw, std::uint64_t size, std::string sha256)
      : raw_(raw), size_(size), sha256_(std::move(sha256)), digest_(sha256_.empty() ? nullptr : MakeSha256()) {
    if (size_ == 0) CheckHash();
  }

  std::size_t Read(char* buffer, std::size_t capacity) override {
    if (capacity == 0) return 0;
    const std::size_t count = raw_.Read(buffer, capacity);
    read_ += count;
    if (digest_) digest_->Update({buffer, count});
    if (count == 0 && read_ < size_) throw wire::BodyRejected(BodyTerminated());
    if (read_ == size_) CheckHash();
    return count;
  }
  std::optional<std::uint64_t> size() const override { return size_; }

 private:
  void CheckHash() {
    if (!digest_) return;
    const std::string computed = HexEncode(digest_->Finish());
    digest_ = nullptr;
    if (computed != sha256_)
      throw wire::BodyRejected(AuthErrors(wire::Protocol::kRestXml, true).WrongContentHash(sha256_, computed));
  }

  ConnectionBody raw_;
  const std::uint64_t size_;
  const std::string sha256_;
  std::unique_ptr<RunningDigest> digest_;
  std::uint64_t read_ = 0;
};

/// An aws-chunked body and the connection it comes from.
class FramedBodyReader final : public wire::BodyReader {
 public:
  FramedBodyReader(wire::BodyReader& raw, ChunkedBodyFacts facts) : raw_(raw), chunks_(raw_, std::move(facts)) {
    char none = 0;
    if (chunks_.size() == 0U) chunks_.Read(&none, 1);
  }
  std::size_t Read(char* buffer, std::size_t capacity) override { return chunks_.Read(buffer, capacity); }
  std::optional<std::uint64_t> size() const override { return chunks_.size(); }
  const wire::Headers* trailers() const override { return chunks_.trailers(); }

 private:
  ConnectionBody raw_;
  ChunkedBodyReader chunks_;
};

Result<std::vector<std::string>> AnnouncedTrailers(const wire::Headers& headers) {
  std::vector<std::string> names;
  for (const std::string_view element : ListElements(headers.Get("x-amz-trailer"))) {
    std::string name = LowerCaseOf(element);
    const bool known =
        std::any_of(kChecksumAlgorithms.begin(), kChecksumAlgorithms.end(), [&](ChecksumAlgorithm algorithm) {
          return name.starts_with("x-amz-checksum-") &&
                 wire::EqualsIgnoreCase(std::string_view(name).substr(15), ChecksumName(algorithm));
        });
    if (!known) return UnsupportedTrailer();
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

std::optional<std::uint64_t> ReadLength(const wire::Headers& headers, std::string_view name) {
  const std::string_view text = headers.Get(name);
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool IsAwsChunked(const wire::HttpRequest& http) {
  const std::string_view word = http.headers.Get("x-amz-content-sha256");
  if (word.starts_with("STREAMING-")) return true;
  return (word.empty() || word == kUnsignedPayload) && http.headers.Has(kDecodedLength) &&
         NamesAwsChunked(http.headers);
}

void DescribeDecodedBody(wire::Headers& headers) {
  if (const auto length = ReadLength(headers, kDecodedLength)) headers.Set("Content-Length", std::to_string(*length));
  if (!NamesAwsChunked(headers)) return;
  std::string rest;
  for (const std::string_view coding : ListElements(headers.Get("content-encoding"))) {
    if (wire::EqualsIgnoreCase(coding, kAwsChunked)) continue;
    if (!rest.empty()) rest.append(",");
    rest.append(coding);
  }
  if (rest.empty()) {
    headers.Remove("content-encoding");
  } else {
    headers.Set("Content-Encoding", std::move(rest));
  }
}

void AdoptPresignedFields(wire::HttpRequest& http) {
  constexpr std::array<std::string_view, 8> kOfTheSignature{
      "x-amz-algorithm",     "x-amz-credential", "x-amz-date",           "x-amz-expires",
      "x-amz-signedheaders", "x-amz-signature",  "x-amz-security-token", "x-amz-content-sha256"};
  std::vector<wire::Headers::Field> adopted;
  const bool sigv2 = FindQueryParameter(http.query(), "AWSAccessKeyId").has_value();
  std::string_view query = http.query();
  while (!query.empty()) {
    const std::string_view field = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), field.size() + 1));
    const auto equals = std::min(field.find('='), field.size());
    const auto decoded = PercentDecode(field.substr(0, equals), true);
    if (!decoded) continue;
    std::string name = LowerCaseOf(*decoded);
    const bool known = std::find(kOfTheSignature.begin(), kOfTheSignature.end(), name) != kOfTheSignature.end();
    const bool is_header = name.starts_with("x-amz-") || (sigv2 && (name == "content-type" || name == "content-md5"));
    const bool there = http.headers.Has(name) || std::any_of(adopted.begin(), adopted.end(),
                                                             [&](const auto& other) { return other.first == name; });
    if (known || !is_header || there) continue;
    auto value = PercentDecode(field.substr(std::min(equals + 1, field.size())), true);
    if (value) adopted.emplace_back(std::move(name), *std::move(value));
  }
  for (auto& [name, value] : adopted) http.headers.Add(std::move(name), std::move(value));
}

Result<std::unique_ptr<wire::BodyReader>> MakePayloadReader(const wire::HttpRequest& http, const AuthOutcome& outcome,
                                                            wire::BodyReader& raw, bool body_at_hand) {
  if (!IsAwsChunked(http)) {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonRequestHeaders.html: a PUT must say how long it is.
    if (http.headers.Has("transfer-encoding")) return TransferEncodingNotImplemented();
    const auto length = ReadLength(http.headers, "content-length");
    if (!length) return MissingContentLength();
    std::string hash = body_at_hand ? std::string() : outcome.payload_sha256;
    return std::unique_ptr<wire::BodyReader>(std::make_unique<PlainBodyReader>(raw, *length, std::move(hash)));
  }
  ChunkedBodyFacts facts;
  const auto length = ReadLength(http.headers, kDecodedLength);
  if (!length) return MissingContentLength();
  facts.decoded_length = *length;
  ASSIGN_OR_RETURN(facts.announced, AnnouncedTrailers(http.headers));
  facts.signing = outcome.chunk_signing;
  facts.signed_trailers = outcome.payload == PayloadMode::kStreamingSignedTrailer;
  facts.access_key_id = outcome.access_key_id;
  return std::unique_ptr<wire::BodyReader>(std::make_unique<FramedBodyReader>(raw, std::move(facts)));
}

}  // namespace stratolite::auth
