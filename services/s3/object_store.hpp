#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "s3/model.hpp"
#include "stratolite/storage/blob_store.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {

/// The versions of objects, and their blobs' references. Thread-safe. Blocks.
class ObjectStore {
 public:
  explicit ObjectStore(storage::BlobStore& blobs) : blobs_(blobs) {}

  /// The newest version, delete markers included; nullopt: there never was one or all are gone.
  std::optional<Object> FindLatest(storage::Reader& reader, BucketId bucket, std::string_view key);
  /// One version (kNullVersion among them).
  std::optional<Object> FindVersion(storage::Reader& reader, BucketId bucket, std::string_view key,
                                    std::string_view version_id);
  /// By its row, which no other version ever has.
  std::optional<Object> Find(storage::Reader& reader, ObjectId id);
  /// Whether that very version is still there.
  bool Exists(storage::Reader& reader, ObjectId id);
  /// Parts of a multipart object in order. Of a copy of one, whose `part_count` is 0, the pieces that its body consists of. Empty for others.
  std::vector<ObjectPart> Parts(storage::Reader& reader, ObjectId id);

  /// Makes `object` the newest version of its key by the bucket's versioning rules: replaces the only version of a bucket that was never versioned
  /// and the null version of a suspended one (releasing their blobs), makes the former newest noncurrent else. The caller has set `version_id` (NewVersionId of
  /// an enabled bucket, else kNullVersion), holds the blobs' references and hands them over. Sets `object.id`.
  void Insert(storage::Txn& txn, Object& object, const std::vector<ObjectPart>& parts = {});
  /// Removes one version for good and releases its blobs; the next older one becomes the newest.
  void Remove(storage::Txn& txn, const Object& object);
  /// Gives the key of another name, which is free: for buckets without versions.
  void Rename(storage::Txn& txn, const Object& object, std::string_view key);
  void SetTags(storage::Txn& txn, ObjectId id, const std::map<std::string, std::string>& tags);
  void SetDetails(storage::Txn& txn, ObjectId id, const ObjectDetails& details);
  void SetStorageClass(storage::Txn& txn, ObjectId id, std::string_view storage_class);
  /// Grows with every change to any version, before its commit: read within a transaction, it tells whether what was read since may be old.
  std::uint64_t changes() const { return changes_.load(); }

  /// Whether the bucket holds any version, marker.
  bool IsEmpty(storage::Reader& reader, BucketId bucket);

 private:
  storage::BlobStore& blobs_;
  std::atomic<std::uint64_t> changes_ = 0;
};

/// The columns of s3_object in the order that ToObject reads them: for the statements of this store and of the listings. One row after the other.
#define STRATOLITE_S3_OBJECT_COLUMNS                                                                        \
  "id, bucket_id, key, version_id, is_latest, is_delete_marker, last_modified, size, etag, storage_class, " \
  "checksum_algorithm,"                                                                                     \
  " checksum_type, checksum, system_metadata, user_metadata, tags, blob, part_count, details"
Object ToObject(const storage::Row& row);

}  // namespace stratolite::s3
