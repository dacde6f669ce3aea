#include "auth/chunked_body.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "auth/body_errors.hpp"
#include "stratolite/auth/sigv4.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::auth {
namespace {

// All but the last chunk must have so many, says S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html).
constexpr std::uint64_t kMinChunkBytes = 8192;
constexpr std::size_t kMaxLineBytes = 4096;
constexpr std::size_t kMaxTrailers = 16;
constexpr std::string_view kSignatureExtension = "chunk-signature=";
constexpr std::string_view kTrailerSignature = "x-amz-trailer-signature";

[[noreturn]] void Reject(AwsError error) { throw wire::BodyRejected(std::move(error)); }

bool IsSignature(std::string_view text) {
  return text.size() == 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string_view TrimmedValue(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string LowerName(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

std::string ChunkStringToSign(std::string_view kind, const ChunkSigning& signing, std::string_view previous) {
  std::string text(kind);
  text.append("\n").append(signing.amz_date).append("\n").append(signing.scope.ToString()).append("\n");
  return text.append(previous).append("\n");
}

}  // namespace

ChunkedBodyReader::ChunkedBodyReader(wire::BodyReader& raw, ChunkedBodyFacts facts)
    : raw_(raw), facts_(std::move(facts)) {
  if (facts_.signing) previous_signature_ = facts_.signing->seed_signature;
}

std::size_t ChunkedBodyReader::Read(char* buffer, std::size_t capacity) {
  if (capacity == 0) return 0;
  // What was refused once does not become acceptable by reading on.
  if (std::exchange(unsettled_, true)) Reject(BodyTerminated());
  if (!finished_ && chunk_left_ == 0) BeginChunk();
  if (finished_) return unsettled_ = false, 0;
  const std::size_t count = TakeRaw(buffer, static_cast<std::size_t>(std::min<std::uint64_t>(capacity, chunk_left_)));
  if (count == 0) Reject(BodyTerminated());
  if (chunk_digest_) chunk_digest_->Update({buffer, count});
  chunk_left_ -= count;
  provided_ += count;
  if (chunk_left_ == 0) {
    EndChunk();
    // Nothing may be left to check once the last bytes are out.
    if (provided_ == facts_.decoded_length) BeginChunk();
  }
  unsettled_ = false;
  return count;
}

void ChunkedBodyReader::BeginChunk() {
  const ChunkHead head = ParseHead(ReadLine());
  chunk_signature_ = head.signature;
  ++chunk_number_;
  if (facts_.signing) chunk_digest_ = MakeSha256();
  if (head.size == 0) return Finish();
  if (chunk_number_ > 1 && chunk_size_ < kMinChunkBytes) Reject(ChunkTooSmall(chunk_number_, chunk_size_));
  if (head.size > facts_.decoded_length - provided_)
    Reject(WrongBodyLength(facts_.decoded_length, provided_ + head.size));
  chunk_size_ = chunk_left_ = head.size;
}

void ChunkedBodyReader::EndChunk() {
  if (facts_.signing) {
    std::string text = ChunkStringToSign("AWS4-HMAC-SHA256-PAYLOAD", *facts_.signing, previous_signature_);
    text.append(kEmptyPayloadHash).append("\n").append(HexEncode(chunk_digest_->Finish()));
    CheckSignature(text, chunk_signature_);
  }
  // The last chunk's line end is that of the trailers.
  if (chunk_size_ > 0 && chunk_left_ == 0 && !finished_) ExpectLineEnd();
}

void ChunkedBodyReader::Finish() {
  finished_ = true;
  EndChunk();
  ReadTrailers();
  char beyond = 0;
  if (TakeRaw(&beyond, 1) != 0) Reject(BodyTerminated());
  if (provided_ != facts_.decoded_length) Reject(WrongBodyLength(facts_.decoded_length, provided_));
  CheckTrailers();
}

void ChunkedBodyReader::ReadTrailers() {
  std::string canonical;
  std::string signature;
  for (std::size_t count = 0;; ++count) {
    const std::string_view line = ReadLine();
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || count == kMaxTrailers) Reject(MalformedTrailer());
    std::string name = LowerName(line.substr(0, colon));
    const std::string_view value = TrimmedValue(line.substr(colon + 1));
    if (name == kTrailerSignature) {
      signature = value;
      continue;
    }
    canonical.append(name).append(":").append(value).append("\n");
    trailers_.Add(std::move(name), std::string(value));
  }
  if (facts_.signing && facts_.signed_trailers) CheckTrailerSignature(canonical, signature);
}

void ChunkedBodyReader::CheckTrailerSignature(std::string_view canonical, std::string_view provided) {
  if (!IsSignature(provided)) Reject(BodyTerminated());
  std::string text = ChunkStringToSign("AWS4-HMAC-SHA256-TRAILER", *facts_.signing, previous_signature_);
  CheckSignature(text.append(Sha256Hex(canonical)), provided);
}

void ChunkedBodyReader::CheckTrailers() const {
  for (const auto& [name, value] : trailers_) {
    if (std::find(facts_.announced.begin(), facts_.announced.end(), name) == facts_.announced.end())
      Reject(MalformedTrailer());
  }
  for (const std::string& name : facts_.announced) {
    if (!trailers_.Has(name)) Reject(MalformedTrailer());
  }
}

void ChunkedBodyReader::CheckSignature(std::string_view string_to_sign, std::string_view provided) {
  if (!ConstantTimeEquals(Signature(facts_.signing->signing_key, string_to_sign), provided))
    Reject(ChunkSignatureMismatch(facts_.access_key_id, string_to_sign, provided));
  previous_signature_ = provided;
}

ChunkedBodyReader::ChunkHead ChunkedBodyReader::ParseHead(std::string_view line) const {
  const std::size_t end = std::min(line.find(';'), line.size());
  ChunkHead head;
  const auto [rest, failure] = std::from_chars(line.data(), line.data() + end, head.size, 16);
  if (end == 0 || failure != std::errc{} || rest != line.data() + end) Reject(BodyTerminated());
  if (!facts_.signing) return head;
  const std::string_view extension = line.substr(end);
  if (!extension.starts_with(';') || !extension.substr(1).starts_with(kSignatureExtension)) Reject(BodyTerminated());
  head.signature = extension.substr(1 + kSignatureExtension.size());
  if (!IsSignature(head.signature)) Reject(BodyTerminated());
  return head;
}

void ChunkedBodyReader::ExpectLineEnd() {
  if (!ReadLine().empty()) Reject(BodyTerminated());
}

std::string_view ChunkedBodyReader::ReadLine() {
  line_.clear();
  for (;;) {
    if (window_begin_ == window_end_) Refill();
    if (window_begin_ == window_end_) Reject(BodyTerminated());
    const char* const begin = window_.data() + window_begin_;
    const std::size_t size = window_end_ - window_begin_;
    const void* const end = std::memchr(begin, '\n', size);
    const std::size_t taken =
        end == nullptr ? size : static_cast<std::size_t>(static_cast<const char*>(end) - begin) + 1;
    if (line_.size() + taken > kMaxLineBytes) Reject(BodyTerminated());
    line_.append(begin, taken);
    window_begin_ += taken;
    if (end != nullptr) break;
  }
  if (!line_.ends_with("\r\n")) Reject(BodyTerminated());
  return std::string_view(line_).substr(0, line_.size() - 2);
}

std::size_t ChunkedBodyReader::TakeRaw(char* buffer, std::size_t capacity) {
  if (window_begin_ == window_end_) return raw_.Read(buffer, capacity);
  const std::size_t count = std::min(capacity, window_end_ - window_begin_);
  std::memcpy(buffer, window_.data() + window_begin_, count);
  window_begin_ += count;
  return count;
}

void ChunkedBodyReader::Refill() {
  window_begin_ = 0;
  window_end_ = raw_.Read(window_.data(), window_.size());
}

}  // namespace stratolite::auth
