#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "storage/blob_rows_store.hpp"
#include "storage/connection.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::storage {

/// Owners of tables, and how many of their steps were run.
std::map<std::string, std::int64_t> SchemaVersions(Reader& reader);

/// A world's database while it is looked at for `stratolite doctor`: nothing is written, and its log stays where it is. Who looks holds the directory.
/// Not thread-safe. Blocks. Everything throws StorageError where the damage is so bad that SQLite gives up.
class StateInspection {
 public:
  /// Throws StorageError as Database::Open does.
  explicit StateInspection(const std::filesystem::path& file);

  /// What SQLite finds wrong with pages, trees, indices and rows; empty: nothing.
  std::vector<std::string> Damages();
  std::map<std::string, std::int64_t> Versions() { return SchemaVersions(reader_); }
  /// For those who know the rows of a service.
  Reader& reader() { return reader_; }

 private:
  class OwnReader final : public Reader {
   public:
    explicit OwnReader(Connection& connection) : Reader(connection) {}
  };

  const bool has_log_;
  Connection connection_;
  OwnReader reader_;
};

/// A column that holds ids of blobs. Such columns are called `blob` or end in `_blob`, in whatever table; others never are.
struct BlobColumn {
  std::string table;
  std::string column;
};
std::vector<BlobColumn> FindBlobColumns(Reader& reader);
/// How many rows refer to each blob.
std::unordered_map<BlobId, std::int64_t> CountBlobReferences(Reader& reader);
/// The rows of blobs by their ids; empty where there never was one.
std::unordered_map<BlobId, BlobRow> AllBlobs(Reader& reader);
/// Blobs in rows that have another size than the row says.
std::vector<BlobId> WrongInlineSizes(Reader& reader);

}  // namespace stratolite::storage
