#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "s3/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {

/// What listings show of a version or delete marker.
struct ListedVersion {
  ObjectId id = 0;
  std::string key;
  std::string version_id;
  bool is_latest = true;
  bool is_delete_marker = false;
  TimePoint last_modified;
  std::uint64_t size = 0;
  /// Without quotes.
  std::string etag;
  std::string storage_class;
  std::optional<ChecksumAlgorithm> checksum_algorithm;
  ChecksumType checksum_type = ChecksumType::kFullObject;
};

/// Where a listing goes on: with `key`'s versions older than `older_than` (all of them when it is 0 or absent), then the keys after it.
struct ListingPosition {
  std::string key;
  /// Versions of `key` from this id on are skipped; nullopt: none is.
  std::optional<ObjectId> older_than;
};

/// The rows behind listings, read through the two partial indexes of s3_object: keys in order of their bytes. Only the leading columns of a row are read,
/// never its metadata. Stateless.
namespace listing_store {

/// The newest version of each key, delete markers included, in order of key; at most `limit`.
std::vector<ListedVersion> Latest(storage::Reader& reader, BucketId bucket, const ListingPosition& from,
                                  std::size_t limit);
/// All older versions, in order of key and then newest first; at most `limit`.
std::vector<ListedVersion> Noncurrent(storage::Reader& reader, BucketId bucket, const ListingPosition& from,
                                      std::size_t limit);
/// nullopt: no such version (any more).
std::optional<ObjectId> FindVersionId(storage::Reader& reader, BucketId bucket, std::string_view key,
                                      std::string_view version_id);

/// ObjectDetails::owner, which no index has: a row is looked up.
std::string FindOwner(storage::Reader& reader, ObjectId id);

}  // namespace listing_store
}  // namespace stratolite::s3
