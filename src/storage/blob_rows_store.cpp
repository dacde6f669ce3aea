#include "storage/blob_rows_store.hpp"

#include <array>

namespace stratolite::storage {
namespace {

/// `body` is NULL when the blob is a file. It stands last: what stands before is read without it.
constexpr std::array<std::string_view, 1> kBlobSteps = {
    "CREATE TABLE blob (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, refs INTEGER NOT NULL, body BLOB);"
    "CREATE INDEX blob_file ON blob (id) WHERE body IS NULL"};
constexpr Migrations kBlobMigrations{"blob", kBlobSteps};

}  // namespace

void MigrateBlobs(Database& db) { db.Migrate(kBlobMigrations); }

bool HasBlobTable(Reader& reader) {
  return reader.QueryInt("SELECT version FROM stratolite_schema WHERE owner = 'blob'") > 0;
}

BlobId LastBlobId(Reader& reader) { return reader.QueryInt("SELECT max(id) FROM blob"); }

void InsertInlineBlob(Txn& txn, BlobId id, std::string_view body) {
  txn.Run("INSERT INTO blob (id, size, refs, body) VALUES (?, ?, 1, ?)",
          {id, body.size(), std::as_bytes(std::span(body.data(), body.size()))});
}

void InsertFileBlob(Txn& txn, BlobId id, std::uint64_t size) {
  txn.Run("INSERT INTO blob (id, size, refs, body) VALUES (?, ?, 1, NULL)", {id, size});
}

std::optional<BlobRow> FindBlob(Reader& reader, BlobId id) {
  return reader.QueryOne("SELECT size, refs, body IS NULL FROM blob WHERE id = ?", {id}, [](const Row& row) {
    return BlobRow{static_cast<std::uint64_t>(row.Int(0)), row.Int(1), row.Int(2) != 0};
  });
}

bool ReadBlob(Reader& reader, BlobId id, const std::function<void(const BlobRow& row, std::string_view body)>& take) {
  bool found = false;
  reader.Query("SELECT size, refs, body FROM blob WHERE id = ?", {id}, [&](const Row& row) {
    found = true;
    const BlobRow blob{static_cast<std::uint64_t>(row.Int(0)), row.Int(1), row.IsNull(2)};
    take(blob, blob.is_file ? std::string_view() : row.TextView(2));
    return false;
  });
  return found;
}

void SetBlobReferences(Txn& txn, BlobId id, std::int64_t references) {
  txn.Run("UPDATE blob SET refs = ? WHERE id = ?", {references, id});
}

void DeleteBlob(Txn& txn, BlobId id) { txn.Run("DELETE FROM blob WHERE id = ?", {id}); }

std::vector<BlobId> FileBlobs(Reader& reader) {
  std::vector<BlobId> ids;
  reader.Query("SELECT id FROM blob WHERE body IS NULL ORDER BY id", {},
               [&](const Row& row) { ids.push_back(row.Int(0)); });
  return ids;
}

void DeleteAllBlobs(Txn& txn) { txn.Run("DELETE FROM blob"); }

}  // namespace stratolite::storage
