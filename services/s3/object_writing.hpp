#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "s3/checksum_headers.hpp"
#include "s3/customer_key.hpp"
#include "s3/model.hpp"
#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::s3 {

/// The largest body of one PUT, and of one copy.
inline constexpr std::uint64_t kMaxPutBytes = 5ULL * 1024 * 1024 * 1024;

/// What the headers of an upload announce about its body; read before the first byte of it.
struct BodyClaims {
  std::uint64_t size = 0;
  /// `size` is the most that can come: the file of a form ends where its form says.
  bool at_most = false;
  /// Raw.
  std::optional<std::string> md5;
  std::optional<ClaimedChecksum> checksum;
};

/// Errors: MissingContentLength, EntityTooLarge, InvalidDigest, and those of ReadClaimedChecksum.
Result<BodyClaims> ReadBodyClaims(const Call& call);

/// A body taken in whole and found to be what was announced. Nobody else sees any of it before BlobStore::Keep of its draft; dropped, it is gone.
struct ReceivedBody {
  /// Sealed. Null: the body is empty.
  std::unique_ptr<storage::BlobDraft> draft;
  std::uint64_t size = 0;
  /// Raw, 16 bytes.
  std::string md5;
  /// Of the algorithm to be stored.
  ObjectChecksum checksum;
  /// The one that the client announced, where it differs from that algorithm.
  std::optional<ObjectChecksum> claimed;
  /// Of a body that was encrypted with the client's key: its Encryption::nonce.
  std::string nonce;
};

/// Streams `call.body` into a draft, hashing it on the way. `stored`: the algorithm whose checksum stays with the body; nullopt: the client's, else
/// CRC64NVME. Digests are those of what the client sent; with a key in the request (SSE-C), checked by ReadCustomerKey, the draft is encrypted.
/// Errors: BadDigest, IncompleteBody, InvalidRequest (trailer). Throws what the body throws (BodyRejected). Blocks for as long as the client sends.
Result<ReceivedBody> ReceiveBody(Parts& parts, const Call& call, const BodyClaims& claims,
                                 std::optional<ChecksumAlgorithm> stored = std::nullopt);

/// The bytes of what is stored, in a draft of their own: for copies. `key`: encrypts them.
ReceivedBody CopyBody(Parts& parts, storage::BlobReader& source, ChecksumAlgorithm algorithm,
                      const std::optional<CustomerKey>& key);

/// What a new object has of its body: size, ETag, checksum, nonce; not the blob. `object.details.encryption` is there already.
void DescribeBody(Parts& parts, const ReceivedBody& body, Object& object);

/// Takes the draft in, if there is one.
std::optional<storage::BlobId> KeepBody(Parts& parts, storage::Txn& txn, ReceivedBody& body);

/// The bucket of a write, read again in its transaction: it may have gone since, or changed its versioning. Its settings are those that it was found with. Errors: NoSuchBucket.
Result<BucketPtr> StillThere(Parts& parts, storage::Reader& reader, const Bucket& bucket);

/// The last step of whatever makes a version or a delete marker: gives it its id, inserts it and announces `event` (`ObjectCreated:Put`). `object` is complete
/// but for `bucket`, `version_id` and `id`.
void AddVersion(Parts& parts, storage::Txn& txn, const Call& call, const Bucket& bucket, Object& object,
                const std::vector<ObjectPart>& pieces, std::string_view event);
/// The same for what is made now: sets `last_modified` before.
void InsertObject(Parts& parts, storage::Txn& txn, const Call& call, const Bucket& bucket, Object& object,
                  const std::vector<ObjectPart>& pieces, std::string_view event);

}  // namespace stratolite::s3
