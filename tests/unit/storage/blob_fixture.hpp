#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "stratolite/storage/blob_store.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::storage {

inline constexpr std::size_t kLarge = 200'000;
inline constexpr std::size_t kSmall = 1'000;

/// Bytes that tell where they come from: another seed or offset gives others.
inline std::string Bytes(std::size_t size, unsigned seed) {
  std::string out(size, '\0');
  std::uint32_t state = seed * 2654435761U + 1;
  for (char& byte : out) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<char>(state >> 24);
  }
  return out;
}

/// A database and its store. Not thread-safe but for the store's own calls.
struct BlobTestWorld {
  BlobTestWorld(const std::shared_ptr<BlobPool>& pool, const std::filesystem::path& directory)
      : db(Database::Open({directory, Durability::kProcess})), blobs(pool->MakeStore(*db)) {}

  std::unique_ptr<BlobDraft> Draft(const std::string& body, std::optional<std::uint64_t> expected = std::nullopt) {
    auto draft = blobs->Begin(expected);
    draft->Append(body);
    draft->Seal();
    return draft;
  }
  BlobId Put(const std::string& body) {
    const auto draft = Draft(body);
    return db->Transact([&](Txn& txn) { return blobs->Keep(txn, *draft); });
  }
  void Release(BlobId id) {
    db->Transact([&](Txn& txn) { blobs->Release(txn, id); });
  }
  std::unique_ptr<BlobReader> Open(BlobId id, std::uint64_t offset, std::uint64_t length) {
    auto reader = blobs->OpenReader();
    db->Read([&](Reader& snapshot) { reader->Add(snapshot, id, offset, length); });
    reader->Ready();
    return reader;
  }
  std::string Get(BlobId id, std::size_t size) {
    const auto reader = Open(id, 0, size);
    return ReadAll(*reader);
  }
  static std::string ReadAll(BlobReader& reader, std::size_t step = 70'000) {
    std::string all;
    std::string buffer(step, '\0');
    while (const std::size_t count = reader.Read(buffer.data(), buffer.size())) all.append(buffer, 0, count);
    return all;
  }

  std::unique_ptr<Database> db;
  std::unique_ptr<BlobStore> blobs;
};

class BlobFixture : public testing::Test {
 protected:
  BlobFixture() { Reopen(); }

  void Reopen() {
    world_.reset();
    pool_ = BlobPool::Open(directory_.path() / "world", Durability::kProcess);
    world_.emplace(pool_, directory_.path() / "world");
  }
  std::filesystem::path BlobsDirectory() const { return directory_.path() / "world/blobs"; }
  /// Files of blobs, drafts included.
  int Files() const {
    int count = 0;
    if (!std::filesystem::exists(BlobsDirectory())) return 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(BlobsDirectory())) {
      if (entry.is_regular_file() && !entry.path().filename().string().starts_with("next")) ++count;
    }
    return count;
  }
  /// A world that is a copy of `parent`.
  std::unique_ptr<BlobTestWorld> Fork(BlobTestWorld& parent, const std::string& name) {
    const auto hold = pool_->HoldFiles();
    std::filesystem::create_directories(directory_.path() / name);
    parent.db->CopyTo(directory_.path() / name);
    auto child = std::make_unique<BlobTestWorld>(pool_, directory_.path() / name);
    pool_->Forked(*parent.blobs, *child->blobs);
    return child;
  }

  test::TemporaryDirectory directory_;
  std::shared_ptr<BlobPool> pool_;
  std::optional<BlobTestWorld> world_;
};

}  // namespace stratolite::storage
