#include "s3/upload_store.hpp"

#include <unordered_set>

#include "stratolite/base/json.hpp"

namespace stratolite::s3 {
namespace {

/// Ids are made of digits and letters.
constexpr std::string_view kAfterEveryId = "~";

/// The columns of s3_upload in the order that ToUpload reads them.
#define STRATOLITE_S3_UPLOAD_COLUMNS                                                                          \
  "id, upload_id, bucket_id, key, initiated, initiator, storage_class, system_metadata, user_metadata, tags," \
  " checksum_algorithm, checksum_type, details"

Upload ToUpload(const storage::Row& row) {
  Upload upload;
  upload.id = row.Int(0);
  upload.upload_id = row.Text(1);
  upload.bucket = row.Int(2);
  upload.key = row.Text(3);
  upload.initiated = row.Time(4);
  upload.initiator = row.Text(5);
  upload.storage_class = row.Text(6);
  Json::parse(row.TextView(7)).get_to(upload.metadata.system);
  Json::parse(row.TextView(8)).get_to(upload.metadata.user);
  Json::parse(row.TextView(9)).get_to(upload.tags);
  if (!row.IsNull(10)) upload.checksum_algorithm = static_cast<ChecksumAlgorithm>(row.Int(10));
  upload.checksum_type = static_cast<ChecksumType>(row.Int(11));
  upload.details = ParseDetails(row.TextView(12));
  return upload;
}

UploadPart ToUploadPart(const storage::Row& row) {
  UploadPart part;
  part.number = static_cast<int>(row.Int(0));
  part.last_modified = row.Time(1);
  part.size = static_cast<std::uint64_t>(row.Int(2));
  part.etag = row.Text(3);
  part.checksum = row.Text(4);
  if (!row.IsNull(5)) part.blob = row.Int(5);
  part.nonce = row.Text(6);
  return part;
}

}  // namespace

std::optional<Upload> UploadStore::Find(storage::Reader& reader, BucketId bucket, std::string_view key,
                                        std::string_view upload_id) {
  return reader.QueryOne("SELECT " STRATOLITE_S3_UPLOAD_COLUMNS
                         " FROM s3_upload WHERE upload_id = ? AND bucket_id = ? AND key = ?",
                         {upload_id, bucket, key}, ToUpload);
}

void UploadStore::Insert(storage::Txn& txn, Upload& upload) {
  ++changes_;
  std::optional<int> algorithm;
  if (upload.checksum_algorithm) algorithm = static_cast<int>(*upload.checksum_algorithm);
  txn.Run(
      "INSERT INTO s3_upload (upload_id, bucket_id, key, initiated, initiator, storage_class, system_metadata,"
      " user_metadata, tags, checksum_algorithm, checksum_type, details) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
      {upload.upload_id, upload.bucket, upload.key, upload.initiated, upload.initiator, upload.storage_class,
       Json(upload.metadata.system).dump(), Json(upload.metadata.user).dump(), Json(upload.tags).dump(), algorithm,
       static_cast<int>(upload.checksum_type), DumpDetails(upload.details)});
  upload.id = txn.last_insert_rowid();
}

void UploadStore::PutPart(storage::Txn& txn, const Upload& upload, const UploadPart& part) {
  const auto replaced =
      txn.QueryOne("SELECT blob FROM s3_upload_part WHERE upload = ? AND number = ? AND blob IS NOT NULL",
                   {upload.id, part.number}, [](const storage::Row& row) { return row.Int(0); });
  if (replaced) blobs_.Release(txn, *replaced);
  txn.Run(
      "INSERT INTO s3_upload_part (upload, number, last_modified, size, etag, checksum, blob, nonce)"
      " VALUES (?,?,?,?,?,?,?,?)"
      " ON CONFLICT (upload, number) DO UPDATE SET last_modified = excluded.last_modified, size = excluded.size,"
      " etag = excluded.etag, checksum = excluded.checksum, blob = excluded.blob, nonce = excluded.nonce",
      {upload.id, part.number, part.last_modified, part.size, part.etag, part.checksum, part.blob, part.nonce});
}

void UploadStore::Parts(storage::Reader& reader, const Upload& upload, int after,
                        const std::function<bool(const UploadPart&)>& on_part) {
  reader.Query(
      "SELECT number, last_modified, size, etag, checksum, blob, nonce FROM s3_upload_part WHERE upload = ?"
      " AND number > ?"
      " ORDER BY number",
      {upload.id, after}, [&](const storage::Row& row) { return on_part(ToUploadPart(row)); });
}

void UploadStore::Remove(storage::Txn& txn, const Upload& upload, const std::vector<storage::BlobId>& kept_blobs) {
  const std::unordered_set<storage::BlobId> kept(kept_blobs.begin(), kept_blobs.end());
  std::vector<storage::BlobId> released;
  txn.Query("SELECT blob FROM s3_upload_part WHERE upload = ? AND blob IS NOT NULL", {upload.id},
            [&](const storage::Row& row) {
              if (!kept.contains(row.Int(0))) released.push_back(row.Int(0));
            });
  for (const storage::BlobId blob : released) blobs_.Release(txn, blob);
  txn.Run("DELETE FROM s3_upload_part WHERE upload = ?", {upload.id});
  txn.Run("DELETE FROM s3_upload WHERE id = ?", {upload.id});
}

void UploadStore::List(storage::Reader& reader, BucketId bucket, std::string_view prefix, std::string_view key_marker,
                       std::string_view id_marker, const std::function<bool(const Upload&)>& on_upload) {
  const auto in_prefix = [&](const storage::Row& row) {
    const Upload upload = ToUpload(row);
    return upload.key.starts_with(prefix) && on_upload(upload);
  };
  if (key_marker < prefix) {
    reader.Query("SELECT " STRATOLITE_S3_UPLOAD_COLUMNS
                 " FROM s3_upload WHERE bucket_id = ? AND key >= ?"
                 " ORDER BY key, upload_id",
                 {bucket, prefix}, in_prefix);
    return;
  }
  reader.Query("SELECT " STRATOLITE_S3_UPLOAD_COLUMNS
               " FROM s3_upload WHERE bucket_id = ? AND (key, upload_id) > (?, ?)"
               " ORDER BY key, upload_id",
               {bucket, key_marker, id_marker.empty() ? kAfterEveryId : id_marker}, in_prefix);
}

void UploadStore::InsertCompleted(storage::Txn& txn, const CompletedUpload& completed) {
  txn.Run("DELETE FROM s3_completed_upload WHERE completed_at <= ?", {completed.completed_at - kCompletedMemory});
  txn.Run(
      "INSERT INTO s3_completed_upload (upload_id, bucket_id, key, completed_at, etag, answer) VALUES (?,?,?,?,?,?)",
      {completed.upload_id, completed.bucket, completed.key, completed.completed_at, completed.etag,
       completed.answer.dump()});
}

std::optional<CompletedUpload> UploadStore::FindCompleted(storage::Reader& reader, BucketId bucket,
                                                          std::string_view key, std::string_view upload_id) {
  return reader.QueryOne(
      "SELECT upload_id, bucket_id, key, completed_at, etag, answer FROM s3_completed_upload WHERE upload_id = ? AND"
      " bucket_id = ? AND key = ?",
      {upload_id, bucket, key}, [](const storage::Row& row) {
        return CompletedUpload{row.Text(0), row.Int(1),  row.Text(2),
                               row.Time(3), row.Text(4), Json::parse(row.TextView(5))};
      });
}

}  // namespace stratolite::s3
