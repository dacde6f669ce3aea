#include <sqlite3.h>

#include "storage/state_file.hpp"
#include "storage/state_inspection.hpp"

namespace stratolite::storage {
namespace {

std::filesystem::path Known(const std::filesystem::path& file) {
  if (!StateFileExists(file)) throw StorageError(file.string() + " does not exist");
  return file;
}

std::string InQuotes(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

}  // namespace

std::vector<BlobColumn> FindBlobColumns(Reader& reader) {
  std::vector<BlobColumn> columns;
  reader.Query(
      "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c"
      " WHERE t.type = 'table' AND t.name <> 'blob' AND (c.name = 'blob' OR c.name LIKE '%\\_blob' ESCAPE '\\')"
      " ORDER BY 1, 2",
      {}, [&](const Row& row) { columns.push_back({row.Text(0), row.Text(1)}); });
  return columns;
}

StateInspection::StateInspection(const std::filesystem::path& file)
    : has_log_(std::filesystem::exists(std::filesystem::path(file) += "-wal")),
      connection_(Known(file), Connection::Mode::kReadOnly),
      reader_(connection_) {
  // Else the last one to close it copies the log back and removes it; an empty one that is made here may go.
  sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log_ ? 1 : 0, nullptr);
  connection_.QueryInt("SELECT count(*) FROM stratolite_schema");
}

std::vector<std::string> StateInspection::Damages() {
  std::vector<std::string> damages;
  try {
    reader_.Query("PRAGMA integrity_check(20)", {}, [&](const Row& row) {
      if (row.TextView(0) != "ok") damages.push_back(row.Text(0));
    });
  } catch (const StorageError& error) {
    // So bad that even looking ends there.
    const std::string_view what = error.what();
    damages.emplace_back(what.substr(0, what.find(". The file is damaged")));
    return damages;
  }
  reader_.Query("PRAGMA foreign_key_check", {}, [&](const Row& row) {
    damages.push_back("a row of " + row.Text(0) + " refers to one of " + row.Text(2) + " that is not there");
  });
  return damages;
}

std::map<std::string, std::int64_t> SchemaVersions(Reader& reader) {
  std::map<std::string, std::int64_t> versions;
  reader.Query("SELECT owner, version FROM stratolite_schema", {},
               [&](const Row& row) { versions.emplace(row.Text(0), row.Int(1)); });
  return versions;
}

std::unordered_map<BlobId, BlobRow> AllBlobs(Reader& reader) {
  std::unordered_map<BlobId, BlobRow> blobs;
  if (!HasBlobTable(reader)) return blobs;
  reader.Query("SELECT id, size, refs, file FROM blob", {}, [&](const Row& row) {
    blobs.emplace(row.Int(0), BlobRow{static_cast<std::uint64_t>(row.Int(1)), row.Int(2), row.Int(3)});
  });
  return blobs;
}

std::vector<BlobId> WrongInlineSizes(Reader& reader) {
  std::vector<BlobId> ids;
  if (!HasBlobTable(reader)) return ids;
  reader.Query("SELECT id FROM blob WHERE file IS NULL AND (body IS NULL OR length(body) <> size)", {},
               [&](const Row& row) { ids.push_back(row.Int(0)); });
  return ids;
}

std::unordered_map<BlobId, std::int64_t> CountBlobReferences(Reader& reader) {
  std::unordered_map<BlobId, std::int64_t> references;
  for (const BlobColumn& use : FindBlobColumns(reader)) {
    const std::string column = InQuotes(use.column);
    reader.Query(
        "SELECT " + column + ", count(*) FROM " + InQuotes(use.table) + " WHERE " + column + " IS NOT NULL GROUP BY 1",
        {}, [&](const Row& row) { references[row.Int(0)] += row.Int(1); });
  }
  return references;
}

}  // namespace stratolite::storage
