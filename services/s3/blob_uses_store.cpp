#include "s3/blob_uses_store.hpp"

#include <set>
#include <vector>

#include <fmt/format.h>

#include "s3/model.hpp"
#include "s3/object_store.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::s3 {
namespace {

std::string NameOf(std::string_view bucket, std::string_view key, std::string_view version) {
  const std::string name = fmt::format("s3://{}/{}", bucket, key);
  return version.empty() || version == kNullVersion ? name : fmt::format("{}?versionId={}", name, version);
}

/// Columns: blob, bucket, key, version, algorithm, checksum, whether that is one of the bytes.
BlobUse ToBlobUse(const storage::Row& row) {
  BlobUse use;
  use.blob = row.Int(0);
  use.name = NameOf(row.TextView(1), row.TextView(2), row.TextView(3));
  const auto checksum = Base64Decode(row.TextView(5));
  if (row.Int(6) != 0 && checksum && !checksum->empty()) {
    use.algorithm = row.IsNull(4) ? ChecksumAlgorithm::kCrc64Nvme : static_cast<ChecksumAlgorithm>(row.Int(4));
    use.checksum = *checksum;
  }
  return use;
}

/// An object, before it is forgotten, as its user would want to know of it.
Json Describe(const Object& object, std::string_view bucket) {
  return {{"bucket", bucket},
          {"key", object.key},
          {"version_id", object.version_id},
          {"is_latest", object.is_latest},
          {"last_modified", FormatIso8601(object.last_modified, true)},
          {"size", object.size},
          {"etag", object.etag},
          {"storage_class", object.storage_class},
          {"system_metadata", object.metadata.system},
          {"user_metadata", object.metadata.user},
          {"tags", object.tags}};
}

void ForgetObject(storage::Txn& txn, ObjectId id, const std::function<void(const Json&)>& on_forgotten) {
  const auto object =
      txn.QueryOne("SELECT " STRATOLITE_S3_OBJECT_COLUMNS " FROM s3_object WHERE id = ?", {id}, ToObject);
  txn.Run("DELETE FROM s3_object_part WHERE object_id = ?", {id});
  if (!object) return;
  const auto bucket = txn.QueryOne("SELECT name FROM s3_bucket WHERE id = ?", {object->bucket},
                                   [](const storage::Row& row) { return row.Text(0); });
  Json about = Describe(*object, bucket.value_or(""));
  about["what"] = "object";
  on_forgotten(about);
  txn.Run("DELETE FROM s3_object WHERE id = ?", {id});
  if (!object->is_latest) return;
  txn.Run(
      "UPDATE s3_object SET is_latest = 1 WHERE id ="
      " (SELECT max(id) FROM s3_object WHERE bucket_id = ? AND key = ? AND is_latest = 0)",
      {object->bucket, object->key});
}

/// The rows of `sql` (owner, number, blob) whose blob is lost, without their blobs.
std::set<std::pair<std::int64_t, int>> LostRows(storage::Reader& reader, std::string_view sql,
                                                const std::unordered_set<storage::BlobId>& lost) {
  std::set<std::pair<std::int64_t, int>> rows;
  reader.Query(sql, {}, [&](const storage::Row& row) {
    if (lost.contains(row.Int(2))) rows.emplace(row.Int(0), static_cast<int>(row.Int(1)));
  });
  return rows;
}

void ForgetUploadPart(storage::Txn& txn, std::int64_t upload, int number,
                      const std::function<void(const Json&)>& on_forgotten) {
  txn.Query(
      "SELECT u.upload_id, u.key, b.name, p.size, p.etag FROM s3_upload_part p JOIN s3_upload u ON u.id = p.upload"
      " LEFT JOIN s3_bucket b ON b.id = u.bucket_id WHERE p.upload = ? AND p.number = ?",
      {upload, number}, [&](const storage::Row& row) {
        on_forgotten({{"what", "part of an upload"},
                      {"bucket", row.Text(2)},
                      {"key", row.Text(1)},
                      {"upload_id", row.Text(0)},
                      {"part_number", number},
                      {"size", row.Int(3)},
                      {"etag", row.Text(4)}});
      });
  txn.Run("DELETE FROM s3_upload_part WHERE upload = ? AND number = ?", {upload, number});
}

}  // namespace

void ListBlobUses(storage::Reader& reader, const std::function<void(const BlobUse&)>& on_use) {
  reader.Query(
      "SELECT o.blob, b.name, o.key, o.version_id, o.checksum_algorithm, o.checksum,"
      " o.checksum IS NOT NULL AND o.checksum_type = 0"
      " FROM s3_object o LEFT JOIN s3_bucket b ON b.id = o.bucket_id WHERE o.blob IS NOT NULL",
      {}, [&](const storage::Row& row) { on_use(ToBlobUse(row)); });
  reader.Query(
      "SELECT p.blob, b.name, o.key, o.version_id, o.checksum_algorithm, p.checksum, o.checksum_algorithm IS NOT NULL,"
      " p.number FROM s3_object_part p JOIN s3_object o ON o.id = p.object_id"
      " LEFT JOIN s3_bucket b ON b.id = o.bucket_id WHERE p.blob IS NOT NULL",
      {}, [&](const storage::Row& row) {
        BlobUse use = ToBlobUse(row);
        use.name += fmt::format(" (part {})", row.Int(7));
        on_use(use);
      });
  reader.Query(
      "SELECT p.blob, b.name, u.key, '', u.checksum_algorithm, p.checksum, 1, p.number, u.upload_id"
      " FROM s3_upload_part p JOIN s3_upload u ON u.id = p.upload LEFT JOIN s3_bucket b ON b.id = u.bucket_id"
      " WHERE p.blob IS NOT NULL",
      {}, [&](const storage::Row& row) {
        BlobUse use = ToBlobUse(row);
        use.name += fmt::format(" (part {} of the upload {})", row.Int(7), row.TextView(8));
        on_use(use);
      });
}

void ForgetBlobs(storage::Txn& txn, const std::unordered_set<storage::BlobId>& lost,
                 const std::function<void(const Json&)>& on_forgotten) {
  std::set<ObjectId> objects;
  for (const auto& row : LostRows(txn, "SELECT id, 0, blob FROM s3_object WHERE blob IS NOT NULL", lost)) {
    objects.insert(row.first);
  }
  for (const auto& row :
       LostRows(txn, "SELECT object_id, number, blob FROM s3_object_part WHERE blob IS NOT NULL", lost)) {
    objects.insert(row.first);
  }
  for (const ObjectId object : objects) ForgetObject(txn, object, on_forgotten);
  for (const auto& [upload, number] :
       LostRows(txn, "SELECT upload, number, blob FROM s3_upload_part WHERE blob IS NOT NULL", lost)) {
    ForgetUploadPart(txn, upload, number, on_forgotten);
  }
}

}  // namespace stratolite::s3
