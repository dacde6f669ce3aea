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

void SetChecksum(BlobUse& use, std::optional<std::int64_t> algorithm, std::string_view base64) {
  const auto checksum = Base64Decode(base64);
  if (!checksum || checksum->empty()) return;
  use.algorithm = algorithm ? static_cast<ChecksumAlgorithm>(*algorithm) : ChecksumAlgorithm::kCrc64Nvme;
  use.checksum = *checksum;
}

std::optional<std::int64_t> OptionalInt(const storage::Row& row, int column) {
  return row.IsNull(column) ? std::nullopt : std::optional(row.Int(column));
}

/// An object that is made of rows of s3_object_part.
struct Pieces {
  BlobUse use;
  std::uint64_t size = 0;
  /// Of the pieces that were seen.
  std::uint64_t found = 0;

  void Tell(const std::function<void(const BlobUse&)>& on_use) {
    if (found != size) use.damage = fmt::format("{} of its {} bytes have no row", size - found, size);
    on_use(use);
  }
};

void ListObjectsInPieces(storage::Reader& reader, const std::function<void(const BlobUse&)>& on_use) {
  std::optional<Pieces> object;
  ObjectId current = 0;
  reader.Query(
      "SELECT o.id, b.name, o.key, o.version_id, o.checksum_algorithm, o.checksum, o.checksum_type, o.size,"
      " p.number, p.size, p.blob, p.checksum, p.nonce"
      " FROM s3_object o LEFT JOIN s3_object_part p ON p.object_id = o.id LEFT JOIN s3_bucket b ON b.id = o.bucket_id"
      " WHERE o.blob IS NULL AND o.size > 0 ORDER BY o.id, p.number",
      {}, [&](const storage::Row& row) {
        if (!object || current != row.Int(0)) {
          if (object) object->Tell(on_use);
          current = row.Int(0);
          object.emplace();
          object->use.name = NameOf(row.TextView(1), row.TextView(2), row.TextView(3));
          object->size = static_cast<std::uint64_t>(row.Int(7));
          const bool of_the_bytes = !row.IsNull(6) && row.Int(6) == static_cast<int>(ChecksumType::kFullObject);
          if (of_the_bytes && row.TextView(12).empty()) SetChecksum(object->use, OptionalInt(row, 4), row.TextView(5));
        }
        object->found += static_cast<std::uint64_t>(row.Int(9));
        if (row.IsNull(10)) return;
        object->use.blobs.push_back(row.Int(10));
        if (object->use.algorithm) return;
        BlobUse piece{.blobs = {row.Int(10)}, .name = fmt::format("{} (part {})", object->use.name, row.Int(8))};
        if (row.TextView(12).empty()) SetChecksum(piece, OptionalInt(row, 4), row.TextView(11));
        on_use(piece);
      });
  if (object) object->Tell(on_use);
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
      "SELECT o.blob, b.name, o.key, o.version_id, o.checksum_algorithm, o.checksum, o.checksum_type, o.details"
      " FROM s3_object o LEFT JOIN s3_bucket b ON b.id = o.bucket_id WHERE o.blob IS NOT NULL",
      {}, [&](const storage::Row& row) {
        BlobUse use{.blobs = {row.Int(0)}, .name = NameOf(row.TextView(1), row.TextView(2), row.TextView(3))};
        // Checksums are of what the client sent: nobody can compare what lies encrypted with its key.
        const bool of_the_bytes = !row.IsNull(6) && row.Int(6) == static_cast<int>(ChecksumType::kFullObject) &&
                                  ParseDetails(row.TextView(7)).encryption.nonce.empty();
        if (of_the_bytes) SetChecksum(use, OptionalInt(row, 4), row.TextView(5));
        on_use(use);
      });
  ListObjectsInPieces(reader, on_use);
  reader.Query(
      "SELECT p.blob, b.name, u.key, p.number, u.upload_id, u.checksum_algorithm, p.checksum, p.nonce"
      " FROM s3_upload_part p JOIN s3_upload u ON u.id = p.upload LEFT JOIN s3_bucket b ON b.id = u.bucket_id"
      " WHERE p.blob IS NOT NULL",
      {}, [&](const storage::Row& row) {
        BlobUse use{.blobs = {row.Int(0)},
                    .name = fmt::format("{} (part {} of the upload {})", NameOf(row.TextView(1), row.TextView(2), ""),
                                        row.Int(3), row.TextView(4))};
        if (row.TextView(7).empty()) SetChecksum(use, OptionalInt(row, 5), row.TextView(6));
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
  txn.Query(
      "SELECT o.id FROM s3_object o WHERE o.blob IS NULL AND o.size <>"
      " (SELECT coalesce(sum(p.size), 0) FROM s3_object_part p WHERE p.object_id = o.id)",
      {}, [&](const storage::Row& row) { objects.insert(row.Int(0)); });
  txn.Query("SELECT id FROM s3_object WHERE bucket_id NOT IN (SELECT id FROM s3_bucket)", {},
            [&](const storage::Row& row) { objects.insert(row.Int(0)); });
  for (const ObjectId object : objects) ForgetObject(txn, object, on_forgotten);
  for (const auto& [upload, number] :
       LostRows(txn, "SELECT upload, number, blob FROM s3_upload_part WHERE blob IS NOT NULL", lost)) {
    ForgetUploadPart(txn, upload, number, on_forgotten);
  }
  // Of what is gone: nobody can ask for them.
  txn.Run("DELETE FROM s3_upload_part WHERE upload NOT IN (SELECT id FROM s3_upload)");
  txn.Run("DELETE FROM s3_object_part WHERE object_id NOT IN (SELECT id FROM s3_object)");
}

}  // namespace stratolite::s3
