#include <string>
#include <thread>

#include "unit/storage/blob_fixture.hpp"

namespace stratolite::storage {
namespace {

using BlobPoolTest = BlobFixture;

TEST_F(BlobPoolTest, AForkCopiesNoFileAndReadsAll) {
  const BlobId small = world_->Put(Bytes(kSmall, 1));
  const BlobId large = world_->Put(Bytes(kLarge, 2));
  const auto child = Fork(*world_, "child");
  EXPECT_EQ(Files(), 1);
  EXPECT_EQ(child->Get(small, kSmall), Bytes(kSmall, 1));
  EXPECT_EQ(child->Get(large, kLarge), Bytes(kLarge, 2));
}

TEST_F(BlobPoolTest, AFileGoesWithItsLastWorld) {
  const BlobId id = world_->Put(Bytes(kLarge, 1));
  const auto child = Fork(*world_, "child");
  const auto grandchild = Fork(*child, "grandchild");
  world_->Release(id);
  EXPECT_EQ(child->Get(id, kLarge), Bytes(kLarge, 1));
  grandchild->Release(id);
  EXPECT_EQ(child->Get(id, kLarge), Bytes(kLarge, 1));
  child->Release(id);
  EXPECT_EQ(Files(), 0);
}

TEST_F(BlobPoolTest, WhatCameAfterTheForkIsOneWorldsAlone) {
  const auto child = Fork(*world_, "child");
  const BlobId mine = world_->Put(Bytes(kLarge, 1));
  const BlobId theirs = child->Put(Bytes(kLarge, 2));
  EXPECT_NE(mine, theirs);
  world_->Release(mine);
  EXPECT_EQ(Files(), 1);
  EXPECT_EQ(child->Get(theirs, kLarge), Bytes(kLarge, 2));
  child->Release(theirs);
  EXPECT_EQ(Files(), 0);
}

TEST_F(BlobPoolTest, ARetiredWorldLeavesOnlyWhatOthersHave) {
  const BlobId shared = world_->Put(Bytes(kLarge, 1));
  const BlobId dropped = world_->Put(Bytes(kLarge, 2));
  auto child = Fork(*world_, "child");
  child->Put(Bytes(kLarge, 3));
  world_->Release(dropped);
  EXPECT_EQ(Files(), 3);
  const auto reader = child->Open(dropped, 0, kLarge);
  pool_->Retire(*child->blobs);
  EXPECT_EQ(Files(), 2);
  EXPECT_EQ(BlobTestWorld::ReadAll(*reader), Bytes(kLarge, 2));
  child.reset();
  EXPECT_EQ(world_->Get(shared, kLarge), Bytes(kLarge, 1));
  world_->Release(shared);
}

TEST_F(BlobPoolTest, AResetInOneWorldLeavesTheOther) {
  const BlobId id = world_->Put(Bytes(kLarge, 1));
  const auto child = Fork(*world_, "child");
  const auto reset = [](BlobTestWorld& world) { world.db->Clear([&](Txn& txn) { world.blobs->ReleaseAll(txn); }); };
  reset(*child);
  EXPECT_EQ(world_->Get(id, kLarge), Bytes(kLarge, 1));
  reset(*world_);
  EXPECT_EQ(Files(), 0);
}

TEST_F(BlobPoolTest, WhatTheParentDropsDuringAForkStaysForTheChild) {
  const BlobId id = world_->Put(Bytes(kLarge, 1));
  auto hold = pool_->HoldFiles();
  std::filesystem::create_directories(directory_.path() / "child");
  world_->db->CopyTo(directory_.path() / "child");
  world_->Release(id);
  pool_->Sweep();
  EXPECT_EQ(Files(), 1);
  BlobTestWorld child(pool_, directory_.path() / "child");
  pool_->Forked(*world_->blobs, *child.blobs);
  hold.reset();
  EXPECT_EQ(child.Get(id, kLarge), Bytes(kLarge, 1));
  child.Release(id);
  EXPECT_EQ(Files(), 0);
}

TEST_F(BlobPoolTest, AReaderInOneWorldKeepsWhatAllWorldsDropped) {
  const BlobId id = world_->Put(Bytes(kLarge, 1));
  const auto child = Fork(*world_, "child");
  const auto unready = child->blobs->OpenReader();
  child->db->Read([&](Reader& snapshot) {
    ASSERT_EQ(snapshot.QueryInt("SELECT count(*) FROM blob"), 1);
    std::thread([&] {
      child->Release(id);
      world_->Release(id);
    }).join();
    unready->Add(snapshot, id, 0, kLarge);
  });
  unready->Ready();
  EXPECT_EQ(BlobTestWorld::ReadAll(*unready), Bytes(kLarge, 1));
}

TEST_F(BlobPoolTest, AfterARestartWorldsStillShare) {
  const BlobId both = world_->Put(Bytes(kLarge, 1));
  const BlobId parents = world_->Put(Bytes(kLarge, 2));
  const BlobId childs = world_->Put(Bytes(kLarge, 3));
  {
    const auto child = Fork(*world_, "child");
    child->Release(parents);
    world_->Release(childs);
  }
  Reopen();
  BlobTestWorld child(pool_, directory_.path() / "child");
  EXPECT_EQ(pool_->Sweep(), 0U);
  world_->Release(both);
  EXPECT_EQ(child.Get(both, kLarge), Bytes(kLarge, 1));
  EXPECT_EQ(child.Get(childs, kLarge), Bytes(kLarge, 3));
  child.Release(both);
  world_->Release(parents);
  child.Release(childs);
  EXPECT_EQ(Files(), 0);
}

}  // namespace
}  // namespace stratolite::storage
