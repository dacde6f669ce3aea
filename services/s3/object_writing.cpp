#include "s3/object_writing.hpp"

#include <algorithm>
#include <chrono>

#include "s3/body_cipher.hpp"
#include "s3/errors.hpp"
#include "s3/object_encryption.hpp"
#include "s3/object_lock.hpp"
#include "s3/post_form_file.hpp"
#include "s3/replication.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"

namespace stratolite::s3 {
namespace {

/// Small enough that what was read is still in the cache when it is hashed and written.
constexpr std::uint64_t kReadBytes = 128 * 1024;
constexpr std::size_t kMd5Bytes = 16;
constexpr std::size_t kCopyBytes = 1024 * 1024;

std::string Base64Of(RunningDigest& digest) { return Base64Encode(digest.Finish()); }

/// The value that the client vouches for: of the header, else of the trailer, which has arrived by now.
Result<std::string> ClaimedValue(const Call& call, const ClaimedChecksum& claimed) {
  if (claimed.value) return *claimed.value;
  const wire::Headers* const trailers = call.body->trailers();
  const auto value = trailers == nullptr ? std::nullopt : trailers->Find(ChecksumHeader(claimed.algorithm));
  if (!value) return MalformedTrailer();
  RETURN_IF_ERROR(CheckChecksumForm(claimed.algorithm, *value, "trailing header"));
  return std::string(*value);
}

/// The digests of one body, as few passes as they allow.
struct BodyDigests {
  BodyDigests(const BodyClaims& claims, std::optional<ChecksumAlgorithm> wanted)
      : stored(wanted            ? *wanted
               : claims.checksum ? claims.checksum->algorithm
                                 : ChecksumAlgorithm::kCrc64Nvme),
        checksum(MakeChecksum(stored)) {
    if (claims.checksum && claims.checksum->algorithm != stored) claimed = MakeChecksum(claims.checksum->algorithm);
  }

  void Update(std::string_view bytes) {
    md5->Update(bytes);
    checksum->Update(bytes);
    if (claimed) claimed->Update(bytes);
  }

  ChecksumAlgorithm stored;
  std::unique_ptr<RunningDigest> md5 = MakeMd5();
  std::unique_ptr<RunningDigest> checksum;
  std::unique_ptr<RunningDigest> claimed;
};

/// With a nonce of the body's own, which is put into `body`.
std::optional<BodyCipher> MakeCipher(Parts& parts, const std::optional<CustomerKey>& key, ReceivedBody& body) {
  if (!key) return std::nullopt;
  const std::string nonce = parts.deps.random.Bytes(kBodyNonceBytes);
  body.nonce = Base64Encode(nonce);
  return BodyCipher(*key, nonce, 0);
}

/// Reads all, whatever becomes of it: a client that is still sending hears no answer.
Result<std::unique_ptr<storage::BlobDraft>> TakeBytes(Parts& parts, const Call& call, const BodyClaims& claims,
                                                      BodyDigests& digests, std::optional<BodyCipher> cipher,
                                                      std::uint64_t& received) {
  const std::uint64_t size = claims.size;
  std::unique_ptr<storage::BlobDraft> draft;
  if (size > 0) draft = parts.deps.blobs.Begin(claims.at_most ? std::nullopt : std::optional(size));
  const std::size_t capacity = std::max<std::uint64_t>(std::min(size, kReadBytes), 1);
  const auto buffer = std::make_unique_for_overwrite<char[]>(capacity);
  received = 0;
  while (const std::size_t count = call.body->Read(buffer.get(), capacity)) {
    received += count;
    if (received > size) break;
    const std::string_view bytes(buffer.get(), count);
    digests.Update(bytes);
    if (cipher) cipher->Apply(buffer.get(), count);
    draft->Append(bytes);
  }
  if (received > size || (received < size && !claims.at_most)) return IncompleteBody(size, received);
  if (received == 0) draft = nullptr;
  return draft;
}

}  // namespace

Result<BodyClaims> ReadBodyClaims(const Call& call) {
  BodyClaims claims;
  auto size = call.body == nullptr ? std::optional<std::uint64_t>(0) : call.body->size();
  if (const PostFormFile* const file = PostFormFile::Of(call)) {
    claims.at_most = true;
    size = file->most_bytes().value_or(kMaxPutBytes);
  }
  if (!size) {
    // A body of unknown length: with chunks S3 says so in its own way, without any there is no length at all.
    const bool chunked = call.headers != nullptr && call.headers->Has("transfer-encoding");
    return chunked ? HeaderNotImplemented("Transfer-Encoding") : MissingContentLength();
  }
  claims.size = *size;
  if (claims.size > kMaxPutBytes && !claims.at_most) return EntityTooLarge(claims.size, kMaxPutBytes);
  if (const auto md5 = call.input.find("ContentMD5"); md5 != call.input.end()) {
    claims.md5 = Base64Decode(md5->get_ref<const std::string&>());
    if (!claims.md5 || claims.md5->size() != kMd5Bytes) return InvalidDigest(md5->get_ref<const std::string&>());
  }
  ASSIGN_OR_RETURN(claims.checksum, ReadClaimedChecksum(call));
  return claims;
}

Result<ReceivedBody> ReceiveBody(Parts& parts, const Call& call, const BodyClaims& claims,
                                 std::optional<ChecksumAlgorithm> stored) {
  ASSIGN_OR_RETURN(const auto key, ReadCustomerKey(call));
  BodyDigests digests(claims, stored);
  ReceivedBody body;
  body.size = claims.size;
  if (call.body != nullptr) {
    auto cipher = MakeCipher(parts, key, body);
    ASSIGN_OR_RETURN(body.draft, TakeBytes(parts, call, claims, digests, std::move(cipher), body.size));
  }
  body.md5 = digests.md5->Finish();
  if (claims.md5 && *claims.md5 != body.md5) return BadContentMd5(Base64Encode(*claims.md5), Base64Encode(body.md5));
  body.checksum = {digests.stored, ChecksumType::kFullObject, Base64Of(*digests.checksum)};
  if (digests.claimed) {
    body.claimed = ObjectChecksum{claims.checksum->algorithm, ChecksumType::kFullObject, Base64Of(*digests.claimed)};
  }
  if (claims.checksum && call.body != nullptr) {
    ASSIGN_OR_RETURN(const std::string claimed, ClaimedValue(call, *claims.checksum));
    const ObjectChecksum& calculated = body.claimed ? *body.claimed : body.checksum;
    if (claimed != calculated.value) return ChecksumMismatch(calculated.algorithm);
  }
  if (body.draft) body.draft->Seal();
  return body;
}

ReceivedBody CopyBody(Parts& parts, storage::BlobReader& source, ChecksumAlgorithm algorithm,
                      const std::optional<CustomerKey>& key) {
  ReceivedBody body;
  body.size = source.size();
  const auto md5 = MakeMd5();
  const auto checksum = MakeChecksum(algorithm);
  if (body.size > 0) {
    auto cipher = MakeCipher(parts, key, body);
    body.draft = parts.deps.blobs.Begin(body.size);
    const auto buffer = std::make_unique_for_overwrite<char[]>(kCopyBytes);
    while (const std::size_t count = source.Read(buffer.get(), kCopyBytes)) {
      const std::string_view bytes(buffer.get(), count);
      md5->Update(bytes);
      checksum->Update(bytes);
      if (cipher) cipher->Apply(buffer.get(), count);
      body.draft->Append(bytes);
    }
    body.draft->Seal();
  }
  body.md5 = md5->Finish();
  body.checksum = {algorithm, ChecksumType::kFullObject, Base64Of(*checksum)};
  return body;
}

void DescribeBody(Parts& parts, const ReceivedBody& body, Object& object) {
  object.size = body.size;
  object.etag = MakeEtag(parts, object.details.encryption, body.md5);
  object.checksum = body.checksum;
  object.details.encryption.nonce = body.nonce;
}

std::optional<storage::BlobId> KeepBody(Parts& parts, storage::Txn& txn, ReceivedBody& body) {
  if (!body.draft) return std::nullopt;
  return parts.deps.blobs.Keep(txn, *body.draft);
}

Result<BucketPtr> StillThere(Parts& parts, storage::Reader& reader, const Bucket& bucket) {
  BucketPtr current = parts.buckets.FindAgain(reader, bucket);
  if (!current) return NoSuchBucket(bucket.name);
  return current;
}

void InsertObject(Parts& parts, storage::Txn& txn, const Call& call, const Bucket& bucket, Object& object,
                  const std::vector<ObjectPart>& pieces, std::string_view event) {
  // S3's times have whole seconds wherever it shows them.
  object.last_modified = std::chrono::floor<std::chrono::seconds>(parts.deps.clock.Now());
  AddVersion(parts, txn, call, bucket, object, pieces, event);
}

void AddVersion(Parts& parts, storage::Txn& txn, const Call& call, const Bucket& bucket, Object& object,
                const std::vector<ObjectPart>& pieces, std::string_view event) {
  object.bucket = bucket.id;
  object.version_id = VersionIdFor(bucket, parts.deps.random);
  ApplyDefaultRetention(bucket, object);
  const bool replicated = MarkForReplication(call, bucket, object);
  parts.objects.Insert(txn, object, pieces);
  if (replicated) QueueReplication(parts, txn, bucket, object);
  parts.notifications.Announce(txn, call, bucket, object, event);
}

}  // namespace stratolite::s3
