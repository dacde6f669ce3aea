#include "stratolite/storage/blob_store.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <stdexcept>
#include <string>

#include "unit/storage/blob_fixture.hpp"

namespace stratolite::storage {
namespace {

using BlobStoreTest = BlobFixture;

TEST_F(BlobStoreTest, NothingIsWrittenBeforeTheFirstBlob) {
  EXPECT_EQ(pool_->Sweep(), 0U);
  EXPECT_FALSE(std::filesystem::exists(BlobsDirectory()));
  EXPECT_FALSE(world_->db->Exists());
}

TEST_F(BlobStoreTest, SmallBodiesAreRowsAndLargeOnesFiles) {
  const BlobId small = world_->Put(Bytes(kMaxInlineBlobBytes, 1));
  EXPECT_EQ(Files(), 0);
  const BlobId large = world_->Put(Bytes(kMaxInlineBlobBytes + 1, 2));
  EXPECT_EQ(Files(), 1);
  EXPECT_EQ(world_->Get(small, kMaxInlineBlobBytes), Bytes(kMaxInlineBlobBytes, 1));
  EXPECT_EQ(world_->Get(large, kMaxInlineBlobBytes + 1), Bytes(kMaxInlineBlobBytes + 1, 2));
  const BlobId empty = world_->Put("");
  EXPECT_EQ(world_->Get(empty, 0), "");
}

TEST_F(BlobStoreTest, PiecesOfAnySizeMakeOneBody) {
  for (const std::size_t step : {1U, 1'000U, 70'000U, 130'000U, 600'000U}) {
    const std::string body = Bytes(step == 1 ? 70'000 : 1'500'000, static_cast<unsigned>(step));
    for (const auto expected : {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(body.size()),
                                std::optional<std::uint64_t>(10)}) {
      const auto draft = world_->blobs->Begin(expected);
      for (std::size_t at = 0; at < body.size(); at += step) draft->Append(std::string_view(body).substr(at, step));
      draft->Seal();
      EXPECT_EQ(draft->size(), body.size());
      const BlobId id = world_->db->Transact([&](Txn& txn) { return world_->blobs->Keep(txn, *draft); });
      ASSERT_EQ(world_->Get(id, body.size()), body) << step;
    }
  }
}

TEST_F(BlobStoreTest, FilesAreNobodyElses) {
  world_->Put(Bytes(kLarge, 1));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(BlobsDirectory())) {
    struct stat info {};
    ASSERT_EQ(stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, entry.is_directory() ? 0700U : 0600U) << entry.path();
  }
}

TEST_F(BlobStoreTest, DroppedDraftsLeaveNothing) {
  {
    const auto begun = world_->blobs->Begin(kLarge);
    begun->Append(Bytes(kLarge, 1));
    EXPECT_EQ(Files(), 1);
    const auto sealed = world_->Draft(Bytes(kLarge, 2));
    EXPECT_EQ(Files(), 2);
  }
  EXPECT_EQ(Files(), 0);
}

TEST_F(BlobStoreTest, ARolledBackRowTakesItsFileAlong) {
  {
    const auto draft = world_->Draft(Bytes(kLarge, 1));
    EXPECT_THROW(world_->db->Transact([&](Txn& txn) {
      world_->blobs->Keep(txn, *draft);
      throw std::runtime_error("no");
    }),
                 std::runtime_error);
    EXPECT_EQ(Files(), 1);
  }
  EXPECT_EQ(Files(), 0);
}

TEST_F(BlobStoreTest, AfterARollbackTheDraftCanBeKeptAgain) {
  const auto draft = world_->Draft(Bytes(kLarge, 1));
  EXPECT_THROW(world_->db->Transact([&](Txn& txn) {
    world_->blobs->Keep(txn, *draft);
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  const BlobId id = world_->db->Transact([&](Txn& txn) { return world_->blobs->Keep(txn, *draft); });
  EXPECT_EQ(world_->Get(id, kLarge), Bytes(kLarge, 1));
}

TEST_F(BlobStoreTest, AReleaseThatIsRolledBackFreesNothing) {
  const BlobId id = world_->Put(Bytes(kLarge, 1));
  EXPECT_THROW(world_->db->Transact([&](Txn& txn) {
    world_->blobs->Release(txn, id);
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_EQ(world_->Get(id, kLarge), Bytes(kLarge, 1));
}

TEST_F(BlobStoreTest, GoesWithItsLastReference) {
  const BlobId id = world_->Put(Bytes(kLarge, 1));
  world_->db->Transact([&](Txn& txn) { world_->blobs->AddReference(txn, id); });
  world_->Release(id);
  EXPECT_EQ(world_->Get(id, kLarge), Bytes(kLarge, 1));
  world_->Release(id);
  EXPECT_EQ(Files(), 0);
  EXPECT_THROW(world_->Get(id, kLarge), StorageError);
  EXPECT_THROW(world_->Release(id), StorageError);
  EXPECT_THROW(world_->db->Transact([&](Txn& txn) { world_->blobs->AddReference(txn, id); }), StorageError);
}

TEST_F(BlobStoreTest, IdsAreNeverGivenOutTwice) {
  BlobId last = 0;
  for (int round = 0; round < 3; ++round) {
    for (const std::size_t size : {kSmall, kLarge}) {
      const BlobId id = world_->Put(Bytes(size, 1));
      EXPECT_GT(id, last);
      last = id;
      world_->Release(id);
    }
    Reopen();
  }
}

TEST_F(BlobStoreTest, IdsStayUniqueWithoutTheirFile) {
  const BlobId small = world_->Put(Bytes(kSmall, 1));
  const BlobId large = world_->Put(Bytes(kLarge, 2));
  std::filesystem::remove(BlobsDirectory() / "next");
  Reopen();
  EXPECT_GT(world_->Put(Bytes(kSmall, 3)), large);
  EXPECT_EQ(world_->Get(small, kSmall), Bytes(kSmall, 1));
  EXPECT_EQ(world_->Get(large, kLarge), Bytes(kLarge, 2));
}

TEST_F(BlobStoreTest, BodiesAreThereAfterARestart) {
  const BlobId small = world_->Put(Bytes(kSmall, 1));
  const BlobId large = world_->Put(Bytes(kLarge, 2));
  Reopen();
  EXPECT_EQ(pool_->Sweep(), 0U);
  EXPECT_EQ(world_->Get(small, kSmall), Bytes(kSmall, 1));
  EXPECT_EQ(world_->Get(large, kLarge), Bytes(kLarge, 2));
}

TEST_F(BlobStoreTest, ASweepRemovesWhatACrashLeft) {
  const BlobId kept = world_->Put(Bytes(kLarge, 1));
  std::filesystem::create_directories(BlobsDirectory() / "b3");
  const auto touch = [&](const char* name) {
    std::filesystem::copy_file(BlobsDirectory() / "next", BlobsDirectory() / name);
  };
  touch("b3/7000007");  // sealed, its row never committed
  touch("tmp/7000008");
  const auto live = world_->blobs->Begin(kLarge);
  live->Append(Bytes(kLarge, 2));
  const auto sealed = world_->Draft(Bytes(kLarge, 3));
  EXPECT_EQ(pool_->Sweep(), 2U);
  EXPECT_EQ(Files(), 3);
  live->Seal();
  const BlobId second = world_->db->Transact([&](Txn& txn) { return world_->blobs->Keep(txn, *live); });
  const BlobId third = world_->db->Transact([&](Txn& txn) { return world_->blobs->Keep(txn, *sealed); });
  EXPECT_EQ(pool_->Sweep(), 0U);
  EXPECT_EQ(world_->Get(kept, kLarge), Bytes(kLarge, 1));
  EXPECT_EQ(world_->Get(second, kLarge), Bytes(kLarge, 2));
  EXPECT_EQ(world_->Get(third, kLarge), Bytes(kLarge, 3));
}

TEST_F(BlobStoreTest, ReleaseAllEmptiesRowsAndFiles) {
  const BlobId small = world_->Put(Bytes(kSmall, 1));
  world_->Put(Bytes(kLarge, 2));
  world_->db->Clear([&](Txn& txn) { world_->blobs->ReleaseAll(txn); });
  EXPECT_EQ(Files(), 0);
  EXPECT_THROW(world_->Get(small, kSmall), StorageError);
  const BlobId later = world_->Put(Bytes(kLarge, 3));
  EXPECT_EQ(world_->Get(later, kLarge), Bytes(kLarge, 3));
}

TEST_F(BlobStoreTest, AReadBeyondTheEndIsRefused) {
  for (const std::size_t size : {kSmall, kLarge}) {
    const BlobId id = world_->Put(Bytes(size, 1));
    EXPECT_THROW(world_->Open(id, size, 1), StorageError);
    EXPECT_THROW(world_->Open(id, ~std::uint64_t{0}, 2), StorageError);
    EXPECT_EQ(world_->Open(id, size, 0)->size(), 0U);
  }
}

TEST_F(BlobStoreTest, AFileThatIsGoneIsAnErrorAndNotAnEmptyBody) {
  const BlobId id = world_->Put(Bytes(kLarge, 1));
  std::filesystem::remove_all(BlobsDirectory());
  EXPECT_THROW(world_->Get(id, kLarge), StorageError);
}

TEST_F(BlobStoreTest, AFullDiskFailsTheDraftAndLeavesNothing) {
  const BlobId before = world_->Put(Bytes(kLarge, 1));
  // As a full disk does, the limit ends the write in the middle.
  struct rlimit old {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit = old;
  limit.rlim_cur = 1'000'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  {
    const auto draft = world_->blobs->Begin();
    EXPECT_THROW(draft->Append(Bytes(3'000'000, 2)), StorageError);
  }
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(Files(), 1);
  EXPECT_EQ(world_->Get(before, kLarge), Bytes(kLarge, 1));
}

}  // namespace
}  // namespace stratolite::storage
