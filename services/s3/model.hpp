#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "s3/object_details.hpp"
#include "stratolite/base/checksums.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::s3 {

using BucketId = std::int64_t;
using ObjectId = std::int64_t;

enum class Versioning { kNever = 0, kEnabled = 1, kSuspended = 2 };

/// Sub-resource documents by kind.
using BucketSettings = std::map<std::string, Json, std::less<>>;

/// A row of s3_bucket. Names are unique in the whole world, as they are in an AWS partition.
struct Bucket {
  BucketId id = 0;
  std::string name;
  AccountId account;
  Region region;
  TimePoint created_at;
  Versioning versioning = Versioning::kNever;
  /// What was set on it, as it was when the bucket was found. Null: nothing.
  std::shared_ptr<const BucketSettings> settings = nullptr;

  /// nullptr: that was never set.
  const Json* Setting(std::string_view kind) const {
    if (settings == nullptr) return nullptr;
    const auto found = settings->find(kind);
    return found == settings->end() ? nullptr : &found->second;
  }
};
using BucketPtr = std::shared_ptr<const Bucket>;

/// The version id of objects in buckets that were never versioned, and of those written while versioning is suspended.
inline constexpr std::string_view kNullVersion = "null";

enum class ChecksumType { kFullObject, kComposite };

/// An additional checksum as S3 shows it: base64, of composite ones with `-<parts>`.
struct ObjectChecksum {
  ChecksumAlgorithm algorithm = ChecksumAlgorithm::kCrc64Nvme;
  ChecksumType type = ChecksumType::kFullObject;
  std::string value;
};

/// What the client says about a body and gets back with it: ContentType, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, Expires
/// (text, as sent), WebsiteRedirectLocation, by their member names; absent ones are absent. `user` are the `x-amz-meta-` fields, names in lower case.
struct Metadata {
  std::map<std::string, std::string> system;
  std::map<std::string, std::string> user;
};

/// One part of a finished multipart object.
struct ObjectPart {
  int number = 0;
  std::uint64_t size = 0;
  /// nullopt: an empty part.
  std::optional<storage::BlobId> blob;
  /// base64 of this part's; empty when the object has no checksum of parts.
  std::string checksum;
  /// Of SSE-C: this part's Encryption::nonce.
  std::string nonce = {};
};

/// One version of an object, or a delete marker: a row of s3_object, and for multipart objects those of s3_object_part.
struct Object {
  ObjectId id = 0;
  BucketId bucket = 0;
  std::string key;
  /// kNullVersion or an id of ours.
  std::string version_id{kNullVersion};
  bool is_latest = true;
  bool is_delete_marker = false;
  TimePoint last_modified;
  std::uint64_t size = 0;
  /// Without quotes: hex MD5, for multipart `<hex>-<parts>`.
  std::string etag;
  std::string storage_class = "STANDARD";
  std::optional<ObjectChecksum> checksum;
  Metadata metadata;
  std::map<std::string, std::string> tags;
  /// The body when it is one blob; nullopt: empty, a delete marker, or in `parts`.
  std::optional<storage::BlobId> blob;
  /// 0: not a multipart object. The parts themselves are read by ObjectStore::Parts.
  int part_count = 0;
  ObjectDetails details;
};

/// A multipart upload in progress: a row of s3_upload.
struct Upload {
  std::int64_t id = 0;
  std::string upload_id;
  BucketId bucket = 0;
  std::string key;
  TimePoint initiated;
  /// ARN of who began it; empty: nobody in particular (anonymous).
  std::string initiator;
  std::string storage_class = "STANDARD";
  Metadata metadata;
  std::map<std::string, std::string> tags;
  /// As CreateMultipartUpload asked; nullopt: it did not.
  std::optional<ChecksumAlgorithm> checksum_algorithm;
  ChecksumType checksum_type = ChecksumType::kFullObject;
  /// The object's to be.
  ObjectDetails details;
};

/// An uploaded part: a row of s3_upload_part.
struct UploadPart {
  int number = 0;
  TimePoint last_modified;
  std::uint64_t size = 0;
  std::string etag;
  /// Of the upload's algorithm, else CRC64NVME; base64.
  std::string checksum;
  /// nullopt: an empty part.
  std::optional<storage::BlobId> blob;
  /// Of SSE-C: this part's Encryption::nonce.
  std::string nonce = {};
};

}  // namespace stratolite::s3
