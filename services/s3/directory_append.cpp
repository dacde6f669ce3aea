#include "s3/directory_append.hpp"

#include "s3/checksum_headers.hpp"
#include "s3/directory_buckets.hpp"
#include "s3/errors.hpp"
#include "s3/object_encryption.hpp"
#include "s3/object_view.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kMaxAppendedParts = 10'000;

/// What the object consists of so far, with a reference more to each.
std::vector<ObjectPart> TakePieces(Parts& parts, storage::Txn& txn, const Object& object) {
  std::vector<ObjectPart> pieces;
  if (object.blob) {
    pieces.push_back({.number = 1, .size = object.size, .blob = object.blob, .checksum = {}});
  } else if (object.size > 0) {
    for (ObjectPart& piece : parts.objects.Parts(txn, object.id)) {
      if (!piece.blob) continue;
      pieces.push_back(
          {.number = static_cast<int>(pieces.size()) + 1, .size = piece.size, .blob = piece.blob, .checksum = {}});
    }
  }
  for (const ObjectPart& piece : pieces) parts.deps.blobs.AddReference(txn, *piece.blob);
  return pieces;
}

/// Of the whole, where it follows from those of its halves.
std::optional<ObjectChecksum> Combined(const Object& before, const ObjectChecksum& added, std::uint64_t size) {
  if (!before.checksum || before.checksum->type != ChecksumType::kFullObject ||
      before.checksum->algorithm != added.algorithm || !IsCrc(added.algorithm))
    return std::nullopt;
  const auto first = Base64Decode(before.checksum->value);
  const auto second = Base64Decode(added.value);
  if (!first || !second) return std::nullopt;
  return ObjectChecksum{added.algorithm, ChecksumType::kFullObject,
                        Base64Encode(CombineCrc(added.algorithm, *first, *second, size))};
}

}  // namespace

Result<bool> ReadAppends(const Call& call, const Bucket& bucket) {
  const auto offset = Fields(call.input).OptionalInt("WriteOffsetBytes");
  if (!offset) return false;
  if (!IsDirectoryBucketName(bucket.name)) return HeaderNotImplemented("x-amz-write-offset-bytes");
  if (*offset < 0)
    return InvalidArgument("The write offset must not be negative", "x-amz-write-offset-bytes",
                           std::to_string(*offset));
  return true;
}

std::optional<ChecksumAlgorithm> ChecksumToAppend(Parts& parts, const Bucket& bucket, const std::string& key) {
  const auto object =
      parts.deps.db.Read([&](storage::Reader& reader) { return parts.objects.FindLatest(reader, bucket.id, key); });
  if (!object || !object->checksum) return std::nullopt;
  return object->checksum->algorithm;
}

Result<Json> AppendObject(Parts& parts, storage::Txn& txn, const Call& call, const Bucket& bucket, Object& object,
                          ReceivedBody& body) {
  const auto before = parts.objects.FindLatest(txn, bucket.id, object.key);
  const auto offset = static_cast<std::uint64_t>(Fields(call.input).IntOr("WriteOffsetBytes", 0));
  if (offset != (before ? before->size : 0)) {
    return MakeError("InvalidWriteOffset",
                     "The write offset value that you specified does not match the current object size.", 400);
  }
  std::vector<ObjectPart> pieces;
  const ObjectChecksum added = body.checksum;
  if (before) {
    if (before->details.encryption != object.details.encryption) {
      return MakeError("EncryptionTypeMismatch",
                       "The existing object was created with a different encryption type. Subsequent write requests "
                       "must include the appropriate encryption parameters in the request or while creating the "
                       "session.",
                       400);
    }
    pieces = TakePieces(parts, txn, *before);
    if (pieces.size() >= kMaxAppendedParts) {
      return MakeError("TooManyParts",
                       "You have attempted to add more parts than the maximum of 10000 that are allowed for this "
                       "object. You can use the CopyObject operation to copy this object to another and then add more "
                       "data to the newly copied object.",
                       400);
    }
    // No digest of the bytes, which ETags of directory buckets never are; but it changes with them.
    const auto md5 = MakeMd5();
    md5->Update(before->etag);
    md5->Update(body.md5);
    object.etag = HexEncode(md5->Finish());
    object.checksum = Combined(*before, added, body.size);
    object.metadata = before->metadata;
    object.size = before->size + body.size;
  }
  const auto blob = KeepBody(parts, txn, body);
  if (blob && pieces.empty()) {
    object.blob = blob;
  } else if (blob) {
    pieces.push_back({.number = static_cast<int>(pieces.size()) + 1, .size = body.size, .blob = blob, .checksum = {}});
  }
  if (pieces.size() == 1) {
    object.blob = pieces.front().blob;
    pieces.clear();
  }
  InsertObject(parts, txn, call, bucket, object, pieces, "ObjectCreated:Put");
  Json output{{"ETag", QuotedEtag(object)}, {"Size", object.size}};
  AddEncryption(output, object.details.encryption);
  if (object.checksum) AddChecksum(output, *object.checksum);
  return output;
}

}  // namespace stratolite::s3
