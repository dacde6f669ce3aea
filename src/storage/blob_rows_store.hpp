#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/blob_files.hpp"
#include "stratolite/storage/blob_store.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::storage {

/// A row of table `blob`.
struct BlobRow {
  std::uint64_t size = 0;
  std::int64_t references = 0;
  /// 0: the body is in the row.
  FileId file = 0;
};

/// The rows of a world's blobs. Confined to the transaction or snapshot they are given. Blocks.
void MigrateBlobs(Database& db);
/// False: this database never had a blob.
bool HasBlobTable(Reader& reader);
BlobId LastBlobId(Reader& reader);
void InsertInlineBlob(Txn& txn, BlobId id, std::string_view body);
void InsertFileBlob(Txn& txn, BlobId id, std::uint64_t size, FileId file);
std::optional<BlobRow> FindBlob(Reader& reader, BlobId id);
/// Calls `take` with the row and, unless it is a file, its bytes; false when there is none.
bool ReadBlob(Reader& reader, BlobId id, const std::function<void(const BlobRow& row, std::string_view body)>& take);
void SetBlobReferences(Txn& txn, BlobId id, std::int64_t references);
void DeleteBlob(Txn& txn, BlobId id);
/// The files that rows name, in order.
std::vector<FileId> BlobFileIds(Reader& reader);
bool NamesBlobFile(Reader& reader, FileId file);
/// The same bodies lie in other files now. False: not every row's file is among them.
bool RenameBlobFiles(Txn& txn, const std::vector<std::pair<FileId, FileId>>& old_and_new);
void DeleteAllBlobs(Txn& txn);

}  // namespace stratolite::storage
