#include "stratolite/storage/snapshot.hpp"

#include <atomic>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "stratolite/base/checksums.hpp"
#include "unit/storage/blob_fixture.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

class SnapshotTest : public BlobFixture {
 protected:
  fs::path File() const { return directory_.path() / "world.snapshot"; }
  SnapshotSummary Save() { return SaveSnapshot(*world_->db, *pool_, File(), R"({"clock":1})"); }
  std::unique_ptr<BlobTestWorld> Load(const std::shared_ptr<BlobPool>& pool, const std::string& name) {
    const auto hold = pool->HoldFiles();
    fs::create_directories(directory_.path() / name);
    LoadSnapshot(File(), directory_.path() / name, *pool);
    return std::make_unique<BlobTestWorld>(pool, directory_.path() / name);
  }
  std::string Contents() const {
    std::ifstream in(File(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void Overwrite(const std::string& contents) const { std::ofstream(File(), std::ios::binary) << contents; }
  /// Loading fails, and nothing is there afterwards that was not before.
  void ExpectRefused(const std::string& contents, const std::string& because) {
    Overwrite(contents);
    const fs::path target = directory_.path() / "target";
    fs::create_directories(target);
    const int files = Files();
    try {
      LoadSnapshot(File(), target, *pool_);
      ADD_FAILURE() << "loaded: " << because;
    } catch (const StorageError& error) {
      EXPECT_NE(std::string(error.what()).find(because), std::string::npos) << error.what();
    }
    EXPECT_TRUE(fs::is_empty(target));
    EXPECT_EQ(Files(), files);
  }
};

TEST_F(SnapshotTest, BringsAWorldToAnotherDaemon) {
  const BlobId small = world_->Put(Bytes(kSmall, 1));
  const BlobId large = world_->Put(Bytes(3'000'000, 2));
  const BlobId gone = world_->Put(Bytes(kLarge, 3));
  world_->Release(gone);
  const SnapshotSummary saved = Save();
  EXPECT_EQ(saved.blobs, 1U);
  EXPECT_EQ(saved.bytes, fs::file_size(File()));
  EXPECT_EQ(ReadSnapshotAbout(File()), R"({"clock":1})");

  fs::create_directories(directory_.path() / "other");
  const auto other = BlobPool::Open(directory_.path() / "other", Durability::kProcess);
  const auto loaded = Load(other, "other/world");
  EXPECT_EQ(loaded->Get(small, kSmall), Bytes(kSmall, 1));
  EXPECT_EQ(loaded->Get(large, 3'000'000), Bytes(3'000'000, 2));
  EXPECT_GT(loaded->Put(Bytes(kLarge, 4)), large);
  EXPECT_EQ(other->Sweep(), 0U);
}

TEST_F(SnapshotTest, BesideTheOriginalEachHasItsOwnFiles) {
  const BlobId first = world_->Put(Bytes(kLarge, 1));
  const BlobId second = world_->Put(Bytes(kLarge, 2));
  Save();
  const auto loaded = Load(pool_, "loaded");
  EXPECT_EQ(Files(), 4);
  EXPECT_EQ(pool_->Sweep(), 0U);
  world_->Release(first);
  EXPECT_EQ(Files(), 3);
  EXPECT_EQ(loaded->Get(first, kLarge), Bytes(kLarge, 1));
  loaded->Release(second);
  EXPECT_EQ(Files(), 2);
  EXPECT_EQ(world_->Get(second, kLarge), Bytes(kLarge, 2));
}

// File numbers of the snapshot and of the pool overlap here.
TEST_F(SnapshotTest, ASnapshotOfALoadedWorldLoads) {
  std::map<BlobId, unsigned> bodies;
  for (unsigned seed = 0; seed < 20; ++seed) bodies[world_->Put(Bytes(kLarge, seed))] = seed;
  Save();
  const auto loaded = Load(pool_, "loaded");
  SaveSnapshot(*loaded->db, *pool_, File(), "");
  pool_.reset();
  fs::create_directories(directory_.path() / "other");
  const auto other = BlobPool::Open(directory_.path() / "other", Durability::kProcess);
  const auto again = Load(other, "other/world");
  for (const auto& [id, seed] : bodies) ASSERT_EQ(again->Get(id, kLarge), Bytes(kLarge, seed));
}

TEST_F(SnapshotTest, AWorldThatWasNeverUsedIsAnEmptyOne) {
  Save();
  EXPECT_FALSE(world_->db->Exists());
  const auto loaded = Load(pool_, "loaded");
  EXPECT_FALSE(loaded->db->Exists());
  loaded->Put(Bytes(kSmall, 1));
}

TEST_F(SnapshotTest, WhatIsNoWholeSnapshotIsRefused) {
  world_->Put(Bytes(kLarge, 1));
  world_->Put(Bytes(kSmall, 2));
  Save();
  const std::string good = Contents();
  ExpectRefused("", "is no snapshot");
  ExpectRefused("SQLite format 3" + good, "is no snapshot");
  for (const std::size_t size : {good.size() - 1, good.size() - 24, good.size() / 2, std::size_t{20}}) {
    ExpectRefused(good.substr(0, size), "was cut short");
  }
  for (std::size_t at = 16; at < good.size(); at += good.size() / 50) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x40);
    ExpectRefused(bad, "damaged");
  }
  Overwrite(good);
  EXPECT_NE(Load(pool_, "fine"), nullptr);
}

TEST_F(SnapshotTest, AFormatFromTheFutureIsRefused) {
  Save();
  std::string newer = Contents();
  newer[16] = 2;
  // Its checksum as a newer version would write it: CRC-32C of the 20 bytes before.
  const std::string sum = Checksum(ChecksumAlgorithm::kCrc32c, newer.substr(0, 20));
  newer.replace(20, 4, sum);
  ExpectRefused(newer, "format 2");
}

TEST_F(SnapshotTest, ADirectoryWithAWorldIsNotOverwritten) {
  world_->Put(Bytes(kSmall, 1));
  Save();
  EXPECT_THROW(LoadSnapshot(File(), directory_.path() / "world", *pool_), StorageError);
}

TEST_F(SnapshotTest, AFailedSaveKeepsTheOldOne) {
  world_->Put(Bytes(kSmall, 1));
  Save();
  const std::string good = Contents();
  const BlobId broken = world_->Put(Bytes(kLarge, 2));
  fs::remove_all(BlobsDirectory());
  EXPECT_THROW(Save(), StorageError);
  EXPECT_EQ(Contents(), good);
  EXPECT_GT(broken, 0);
  int entries = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(directory_.path())) ++entries;
  EXPECT_EQ(entries, 2);
}

TEST_F(SnapshotTest, IsOneMomentWhileBodiesComeAndGo) {
  std::atomic<bool> stop = false;
  BlobId current = world_->Put(Bytes(kLarge, 0));
  world_->db->Transact([&](Txn& txn) {
    txn.Run("CREATE TABLE thing (id INTEGER PRIMARY KEY, blob INTEGER, seed INTEGER)");
    txn.Run("INSERT INTO thing VALUES (1, ?, 0)", {current});
  });
  std::thread writer([&] {
    for (unsigned seed = 1; !stop; ++seed) {
      const auto draft = world_->Draft(Bytes(kLarge, seed));
      world_->db->Transact([&](Txn& txn) {
        const BlobId next = world_->blobs->Keep(txn, *draft);
        world_->blobs->Release(txn, current);
        txn.Run("UPDATE thing SET blob = ?, seed = ?", {next, seed});
        current = next;
      });
    }
  });
  for (int round = 0; round < 15; ++round) {
    Save();
    const auto loaded = Load(pool_, "loaded" + std::to_string(round));
    const auto [id, seed] = loaded->db->Read([](Reader& reader) {
      return *reader.QueryOne("SELECT blob, seed FROM thing", {},
                              [](const Row& row) { return std::pair(row.Int(0), static_cast<unsigned>(row.Int(1))); });
    });
    EXPECT_EQ(loaded->Get(id, kLarge), Bytes(kLarge, seed));
    pool_->Retire(*loaded->blobs);
  }
  stop = true;
  writer.join();
  EXPECT_EQ(Files(), 1);
}

TEST_F(SnapshotTest, OfAKilledSaveNothingIsLeft) {
  const fs::path data = directory_.path() / "data";
  const fs::path elsewhere = directory_.path() / "elsewhere";
  fs::create_directories(data / "snapshot-k1lled");
  fs::create_directories(data / "snapshot-other");
  fs::create_directories(elsewhere);
  const fs::path draft = elsewhere / ".saved.snapshot-k1lled.partial";
  const fs::path foreign = elsewhere / "saved";
  for (const fs::path& file : {draft, foreign, data / "snapshot-k1lled/state.db", data / "state.db"})
    std::ofstream(file) << "x";
  std::ofstream(data / "snapshot-k1lled/draft") << draft.string();
  std::ofstream(data / "snapshot-other/draft") << foreign.string();
  RemoveUnfinishedSnapshots(data);
  EXPECT_FALSE(fs::exists(draft));
  EXPECT_FALSE(fs::exists(data / "snapshot-k1lled"));
  EXPECT_FALSE(fs::exists(data / "snapshot-other"));
  EXPECT_TRUE(fs::exists(foreign));
  EXPECT_TRUE(fs::exists(data / "state.db"));
}

TEST_F(SnapshotTest, ASaveLeavesOneFileAndNoWorkPlace) {
  world_->Put(Bytes(kLarge, 1));
  const fs::path target = directory_.path() / "target/saved";
  fs::create_directories(target.parent_path());
  SaveSnapshot(*world_->db, *pool_, target, "");
  SaveSnapshot(*world_->db, *pool_, target, "");
  EXPECT_EQ(std::distance(fs::directory_iterator(target.parent_path()), {}), 1);
  for (const auto& entry : fs::directory_iterator(directory_.path())) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("snapshot-")) << entry.path();
  }
}

}  // namespace
}  // namespace stratolite::storage
