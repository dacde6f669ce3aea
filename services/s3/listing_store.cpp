#include "s3/listing_store.hpp"

#include <limits>

namespace stratolite::s3::listing_store {
namespace {

// The statements differ in nothing but the half; each is one literal because the connection finds prepared ones by its address.
constexpr std::string_view kLatest =
    "SELECT id, key, version_id, is_latest, is_delete_marker, last_modified, size, etag, storage_class, "
    "checksum_algorithm,"
    " checksum_type FROM s3_object WHERE is_latest = 1 AND bucket_id = ? AND key >= ? AND NOT (key = ? AND id >= ?)"
    " ORDER BY key LIMIT ?";
constexpr std::string_view kNoncurrent =
    "SELECT id, key, version_id, is_latest, is_delete_marker, last_modified, size, etag, storage_class, "
    "checksum_algorithm,"
    " checksum_type FROM s3_object WHERE is_latest = 0 AND bucket_id = ? AND key >= ? AND NOT (key = ? AND id >= ?)"
    " ORDER BY key, id DESC LIMIT ?";

ListedVersion ToListedVersion(const storage::Row& row) {
  ListedVersion version;
  version.id = row.Int(0);
  version.key = row.Text(1);
  version.version_id = row.Text(2);
  version.is_latest = row.Int(3) != 0;
  version.is_delete_marker = row.Int(4) != 0;
  version.last_modified = row.Time(5);
  version.size = static_cast<std::uint64_t>(row.Int(6));
  version.etag = row.Text(7);
  version.storage_class = row.Text(8);
  if (!row.IsNull(9)) {
    version.checksum_algorithm = static_cast<ChecksumAlgorithm>(row.Int(9));
    version.checksum_type = static_cast<ChecksumType>(row.Int(10));
  }
  return version;
}

std::vector<ListedVersion> Select(storage::Reader& reader, std::string_view sql, BucketId bucket,
                                  const ListingPosition& from, std::size_t limit) {
  std::vector<ListedVersion> versions;
  versions.reserve(limit);
  const ObjectId before = from.older_than.value_or(std::numeric_limits<ObjectId>::max());
  reader.Query(sql, {bucket, from.key, from.key, before, limit},
               [&](const storage::Row& row) { versions.push_back(ToListedVersion(row)); });
  return versions;
}

}  // namespace

std::vector<ListedVersion> Latest(storage::Reader& reader, BucketId bucket, const ListingPosition& from,
                                  std::size_t limit) {
  return Select(reader, kLatest, bucket, from, limit);
}

std::vector<ListedVersion> Noncurrent(storage::Reader& reader, BucketId bucket, const ListingPosition& from,
                                      std::size_t limit) {
  return Select(reader, kNoncurrent, bucket, from, limit);
}

std::optional<ObjectId> FindVersionId(storage::Reader& reader, BucketId bucket, std::string_view key,
                                      std::string_view version_id) {
  const auto id = [](const storage::Row& row) { return row.Int(0); };
  const auto latest =
      reader.QueryOne("SELECT id FROM s3_object WHERE is_latest = 1 AND bucket_id = ? AND key = ? AND version_id = ?",
                      {bucket, key, version_id}, id);
  if (latest) return latest;
  return reader.QueryOne(
      "SELECT id FROM s3_object WHERE is_latest = 0 AND bucket_id = ? AND key = ? AND version_id = ?",
      {bucket, key, version_id}, id);
}

std::string FindOwner(storage::Reader& reader, ObjectId id) {
  const auto details = reader.QueryOne("SELECT details FROM s3_object WHERE id = ? AND details <> '{}'", {id},
                                       [](const storage::Row& row) { return std::string(row.Text(0)); });
  return details ? ParseDetails(*details).owner : std::string();
}

}  // namespace stratolite::s3::listing_store
