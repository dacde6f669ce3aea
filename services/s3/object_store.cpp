#include "s3/object_store.hpp"

#include "stratolite/base/json.hpp"

namespace stratolite::s3 {
namespace {

using TextMap = std::map<std::string, std::string>;

constexpr std::string_view kEmptyDocument = "{}";

// Most objects have no metadata of any kind: that must cost neither a parse nor a dump.
TextMap ParseTextMap(std::string_view text) {
  return text == kEmptyDocument ? TextMap() : Json::parse(text).get<TextMap>();
}
std::string DumpTextMap(const TextMap& map) { return map.empty() ? std::string(kEmptyDocument) : Json(map).dump(); }

/// What it takes to put a version out of the way: an overwrite must not pay for reading the metadata of what it replaces.
struct Occupant {
  ObjectId id = 0;
  std::uint64_t size = 0;
  std::optional<storage::BlobId> blob;
  int part_count = 0;
  bool is_null_version = false;

  // A copy of a multipart object is one part to S3 and several blobs here: then the rows of s3_object_part hold its pieces too.
  bool has_pieces() const { return part_count > 0 || (!blob && size > 0); }
};

std::optional<storage::BlobId> OptionalBlob(const storage::Row& row, int column) {
  return row.IsNull(column) ? std::nullopt : std::optional<storage::BlobId>(row.Int(column));
}

Occupant ToOccupant(const storage::Row& row) {
  return {row.Int(0), static_cast<std::uint64_t>(row.Int(1)), OptionalBlob(row, 2), static_cast<int>(row.Int(3)),
          row.TextView(4) == kNullVersion};
}

std::optional<Occupant> LatestOccupant(storage::Reader& reader, BucketId bucket, std::string_view key) {
  return reader.QueryOne(
      "SELECT id, size, blob, part_count, version_id FROM s3_object WHERE bucket_id = ? AND key = ? AND is_latest = 1",
      {bucket, key}, ToOccupant);
}

std::optional<Occupant> NoncurrentNullVersion(storage::Reader& reader, BucketId bucket, std::string_view key) {
  return reader.QueryOne(
      "SELECT id, size, blob, part_count, version_id FROM s3_object WHERE bucket_id = ? AND key = ? AND is_latest = 0"
      " AND version_id = ?",
      {bucket, key, kNullVersion}, ToOccupant);
}

/// Forgets the row and releases its blobs; which version is the newest then is the caller's affair.
void RemoveOccupant(ObjectStore& store, storage::BlobStore& blobs, storage::Txn& txn, const Occupant& occupant) {
  if (occupant.blob) blobs.Release(txn, *occupant.blob);
  if (occupant.has_pieces()) {
    for (const ObjectPart& part : store.Parts(txn, occupant.id)) {
      if (part.blob) blobs.Release(txn, *part.blob);
    }
    txn.Run("DELETE FROM s3_object_part WHERE object_id = ?", {occupant.id});
  }
  txn.Run("DELETE FROM s3_object WHERE id = ?", {occupant.id});
}

}  // namespace

Object ToObject(const storage::Row& row) {
  Object object;
  object.id = row.Int(0);
  object.bucket = row.Int(1);
  object.key = row.Text(2);
  object.version_id = row.Text(3);
  object.is_latest = row.Int(4) != 0;
  object.is_delete_marker = row.Int(5) != 0;
  object.last_modified = row.Time(6);
  object.size = static_cast<std::uint64_t>(row.Int(7));
  object.etag = row.Text(8);
  object.storage_class = row.Text(9);
  if (!row.IsNull(10)) {
    object.checksum = {static_cast<ChecksumAlgorithm>(row.Int(10)), static_cast<ChecksumType>(row.Int(11)),
                       row.Text(12)};
  }
  object.metadata.system = ParseTextMap(row.TextView(13));
  object.metadata.user = ParseTextMap(row.TextView(14));
  object.tags = ParseTextMap(row.TextView(15));
  object.blob = OptionalBlob(row, 16);
  object.part_count = static_cast<int>(row.Int(17));
  object.details = ParseDetails(row.TextView(18));
  return object;
}

std::optional<Object> ObjectStore::FindLatest(storage::Reader& reader, BucketId bucket, std::string_view key) {
  return reader.QueryOne("SELECT " STRATOLITE_S3_OBJECT_COLUMNS
                         " FROM s3_object WHERE bucket_id = ? AND key = ? AND is_latest = 1",
                         {bucket, key}, ToObject);
}

std::optional<Object> ObjectStore::FindVersion(storage::Reader& reader, BucketId bucket, std::string_view key,
                                               std::string_view version_id) {
  auto latest = FindLatest(reader, bucket, key);
  if (!latest || latest->version_id == version_id) return latest;
  return reader.QueryOne("SELECT " STRATOLITE_S3_OBJECT_COLUMNS
                         " FROM s3_object WHERE bucket_id = ? AND key = ? AND is_latest = 0 AND version_id = ?",
                         {bucket, key, version_id}, ToObject);
}

std::optional<Object> ObjectStore::Find(storage::Reader& reader, ObjectId id) {
  return reader.QueryOne("SELECT " STRATOLITE_S3_OBJECT_COLUMNS " FROM s3_object WHERE id = ?", {id}, ToObject);
}

bool ObjectStore::Exists(storage::Reader& reader, ObjectId id) {
  return reader.QueryInt("SELECT 1 FROM s3_object WHERE id = ?", {id}) == 1;
}

std::vector<ObjectPart> ObjectStore::Parts(storage::Reader& reader, ObjectId id) {
  std::vector<ObjectPart> parts;
  reader.Query("SELECT number, size, blob, checksum, nonce FROM s3_object_part WHERE object_id = ? ORDER BY number",
               {id}, [&](const storage::Row& row) {
                 parts.push_back({static_cast<int>(row.Int(0)), static_cast<std::uint64_t>(row.Int(1)),
                                  OptionalBlob(row, 2), row.Text(3), row.Text(4)});
               });
  return parts;
}

void ObjectStore::Insert(storage::Txn& txn, Object& object, const std::vector<ObjectPart>& parts) {
  ++changes_;
  if (const auto latest = LatestOccupant(txn, object.bucket, object.key)) {
    const bool replaces_null = object.version_id == kNullVersion;
    if (replaces_null && latest->is_null_version) {
      RemoveOccupant(*this, blobs_, txn, *latest);
    } else {
      // Versioning is suspended: the null version, wherever it stands, gives way to this one.
      const auto replaced = replaces_null ? NoncurrentNullVersion(txn, object.bucket, object.key) : std::nullopt;
      if (replaced) RemoveOccupant(*this, blobs_, txn, *replaced);
      txn.Run("UPDATE s3_object SET is_latest = 0 WHERE id = ?", {latest->id});
    }
  }
  object.is_latest = true;
  std::optional<int> algorithm;
  std::optional<int> type;
  std::optional<std::string_view> checksum;
  if (object.checksum) {
    algorithm = static_cast<int>(object.checksum->algorithm);
    type = static_cast<int>(object.checksum->type);
    checksum = object.checksum->value;
  }
  txn.Run(
      "INSERT INTO s3_object (bucket_id, key, version_id, is_latest, is_delete_marker, last_modified, size, etag,"
      " storage_class, checksum_algorithm, checksum_type, checksum, system_metadata, user_metadata, tags, blob,"
      " part_count, details) VALUES (?,?,?,1,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      {object.bucket, object.key, object.version_id, object.is_delete_marker, object.last_modified, object.size,
       object.etag, object.storage_class, algorithm, type, checksum, DumpTextMap(object.metadata.system),
       DumpTextMap(object.metadata.user), DumpTextMap(object.tags), object.blob, object.part_count,
       DumpDetails(object.details)});
  object.id = txn.last_insert_rowid();
  for (const ObjectPart& part : parts) {
    txn.Run("INSERT INTO s3_object_part (object_id, number, size, blob, checksum, nonce) VALUES (?,?,?,?,?,?)",
            {object.id, part.number, part.size, part.blob, part.checksum, part.nonce});
  }
}

void ObjectStore::Remove(storage::Txn& txn, const Object& object) {
  ++changes_;
  RemoveOccupant(*this, blobs_, txn, {object.id, object.size, object.blob, object.part_count});
  if (!object.is_latest) return;
  txn.Run(
      "UPDATE s3_object SET is_latest = 1 WHERE id ="
      " (SELECT max(id) FROM s3_object WHERE bucket_id = ? AND key = ? AND is_latest = 0)",
      {object.bucket, object.key});
}

void ObjectStore::Rename(storage::Txn& txn, const Object& object, std::string_view key) {
  ++changes_;
  txn.Run("UPDATE s3_object SET key = ? WHERE id = ?", {key, object.id});
}

void ObjectStore::SetTags(storage::Txn& txn, ObjectId id, const TextMap& tags) {
  ++changes_;
  txn.Run("UPDATE s3_object SET tags = ? WHERE id = ?", {DumpTextMap(tags), id});
}

void ObjectStore::SetDetails(storage::Txn& txn, ObjectId id, const ObjectDetails& details) {
  ++changes_;
  txn.Run("UPDATE s3_object SET details = ? WHERE id = ?", {DumpDetails(details), id});
}

void ObjectStore::SetStorageClass(storage::Txn& txn, ObjectId id, std::string_view storage_class) {
  ++changes_;
  txn.Run("UPDATE s3_object SET storage_class = ? WHERE id = ?", {storage_class, id});
}

bool ObjectStore::IsEmpty(storage::Reader& reader, BucketId bucket) {
  // Each half of the rows has an index of its own; a key with any version has a newest one.
  return reader.QueryInt("SELECT 1 FROM s3_object WHERE bucket_id = ? AND is_latest = 1 LIMIT 1", {bucket}) == 0;
}

}  // namespace stratolite::s3
