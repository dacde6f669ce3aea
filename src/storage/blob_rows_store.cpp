#include "storage/blob_rows_store.hpp"

#include <array>

namespace stratolite::storage {
namespace {

/// Either `file` or `body` is NULL. Ids are a world's own affair, files the whole pool's: a world that is loaded from a snapshot keeps its ids.
/// `body` stands last: what stands before is read without it.
constexpr std::array<std::string_view, 1> kBlobSteps = {
    "CREATE TABLE blob (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, refs INTEGER NOT NULL, file INTEGER,"
    " body BLOB);"
    "CREATE UNIQUE INDEX blob_file ON blob (file) WHERE file IS NOT NULL"};
constexpr Migrations kBlobMigrations{"blob", kBlobSteps};

}  // namespace

void MigrateBlobs(Database& db) { db.Migrate(kBlobMigrations); }

bool HasBlobTable(Reader& reader) {
  return reader.QueryInt("SELECT version FROM stratolite_schema WHERE owner = 'blob'") > 0;
}

BlobId LastBlobId(Reader& reader) { return reader.QueryInt("SELECT max(id) FROM blob"); }

void InsertInlineBlob(Txn& txn, BlobId id, std::string_view body) {
  txn.Run("INSERT INTO blob (id, size, refs, file, body) VALUES (?, ?, 1, NULL, ?)",
          {id, body.size(), std::as_bytes(std::span(body.data(), body.size()))});
}

void InsertFileBlob(Txn& txn, BlobId id, std::uint64_t size, FileId file) {
  txn.Run("INSERT INTO blob (id, size, refs, file, body) VALUES (?, ?, 1, ?, NULL)", {id, size, file});
}

std::optional<BlobRow> FindBlob(Reader& reader, BlobId id) {
  return reader.QueryOne("SELECT size, refs, file FROM blob WHERE id = ?", {id}, [](const Row& row) {
    return BlobRow{static_cast<std::uint64_t>(row.Int(0)), row.Int(1), row.Int(2)};
  });
}

bool ReadBlob(Reader& reader, BlobId id, const std::function<void(const BlobRow& row, std::string_view body)>& take) {
  bool found = false;
  reader.Query("SELECT size, refs, file, body FROM blob WHERE id = ?", {id}, [&](const Row& row) {
    found = true;
    const BlobRow blob{static_cast<std::uint64_t>(row.Int(0)), row.Int(1), row.Int(2)};
    take(blob, row.TextView(3));
    return false;
  });
  return found;
}

void SetBlobReferences(Txn& txn, BlobId id, std::int64_t references) {
  txn.Run("UPDATE blob SET refs = ? WHERE id = ?", {references, id});
}

void DeleteBlob(Txn& txn, BlobId id) { txn.Run("DELETE FROM blob WHERE id = ?", {id}); }

std::vector<FileId> BlobFileIds(Reader& reader) {
  std::vector<FileId> files;
  reader.Query("SELECT file FROM blob WHERE file IS NOT NULL ORDER BY file", {},
               [&](const Row& row) { files.push_back(row.Int(0)); });
  return files;
}

bool NamesBlobFile(Reader& reader, FileId file) {
  return reader.QueryInt("SELECT 1 FROM blob WHERE file = ?", {file}) != 0;
}

bool RenameBlobFiles(Txn& txn, const std::vector<std::pair<FileId, FileId>>& old_and_new) {
  // By way of negative numbers: a new one may be the old one of another row.
  for (const auto& [old, now] : old_and_new) txn.Run("UPDATE blob SET file = ? WHERE file = ?", {-now, old});
  if (txn.QueryInt("SELECT count(*) FROM blob WHERE file > 0") != 0) return false;
  txn.Run("UPDATE blob SET file = -file WHERE file < 0");
  return true;
}

void DeleteAllBlobs(Txn& txn) { txn.Run("DELETE FROM blob"); }

}  // namespace stratolite::storage
