#include <unistd.h>

#include <string>
#include <thread>

#include "unit/storage/blob_fixture.hpp"

namespace stratolite::storage {
namespace {

using BlobReaderTest = BlobFixture;

TEST_F(BlobReaderTest, ReadsPiecesOneAfterTheOther) {
  const BlobId large = world_->Put(Bytes(kLarge, 1));
  const BlobId small = world_->Put(Bytes(kSmall, 2));
  for (const std::size_t step : {1'000U, 70'000U, 1'000'000U}) {
    const auto reader = world_->blobs->OpenReader();
    world_->db->Read([&](Reader& snapshot) {
      reader->Add(snapshot, large, 100'000, 50'000);
      reader->Add(snapshot, small, 10, 20);
      reader->Add(snapshot, small, 0, 0);
      reader->Add(snapshot, large, 0, kLarge);
    });
    reader->Ready();
    EXPECT_EQ(reader->size(), 50'020U + kLarge);
    EXPECT_EQ(BlobTestWorld::ReadAll(*reader, step),
              Bytes(kLarge, 1).substr(100'000, 50'000) + Bytes(kSmall, 2).substr(10, 20) + Bytes(kLarge, 1));
    char byte = 0;
    EXPECT_EQ(reader->Read(&byte, 1), 0U);
  }
}

TEST_F(BlobReaderTest, TellsTheFileWhenTheRestIsOne) {
  const BlobId large = world_->Put(Bytes(kLarge, 1));
  const BlobId small = world_->Put(Bytes(kSmall, 2));
  const auto reader = world_->blobs->OpenReader();
  world_->db->Read([&](Reader& snapshot) {
    reader->Add(snapshot, small, 0, kSmall);
    reader->Add(snapshot, large, 1'000, 5'000);
  });
  reader->Ready();
  EXPECT_FALSE(reader->File());
  std::string buffer(kSmall + 10, '\0');
  ASSERT_EQ(reader->Read(buffer.data(), buffer.size()), buffer.size());
  const auto range = reader->File();
  ASSERT_TRUE(range);
  EXPECT_EQ(range->offset, 1'010U);
  EXPECT_EQ(range->length, 4'990U);
  std::string rest(4'990, '\0');
  ASSERT_EQ(pread(range->descriptor, rest.data(), rest.size(), 1'010), 4'990);
  EXPECT_EQ(rest, Bytes(kLarge, 1).substr(1'010, 4'990));
  EXPECT_EQ(BlobTestWorld::ReadAll(*reader), rest);
  EXPECT_FALSE(reader->File());
}

TEST_F(BlobReaderTest, KeepsTheOldBytesWhateverGoes) {
  for (const std::size_t size : {kSmall, kLarge}) {
    const BlobId id = world_->Put(Bytes(size, 1));
    const auto reader = world_->Open(id, 0, size);
    world_->Release(id);
    pool_->Sweep();
    EXPECT_EQ(BlobTestWorld::ReadAll(*reader, 999), Bytes(size, 1));
  }
  EXPECT_EQ(Files(), 0);
}

TEST_F(BlobReaderTest, SpaceIsGivenBackWithTheLastReader) {
  const BlobId id = world_->Put(Bytes(kLarge, 1));
  auto first = world_->Open(id, 0, kLarge);
  auto second = world_->Open(id, 0, kLarge);
  world_->Release(id);
  EXPECT_EQ(Files(), 1);
  first.reset();
  EXPECT_EQ(Files(), 1);
  second.reset();
  EXPECT_EQ(Files(), 0);
}

TEST_F(BlobReaderTest, WhatItsSnapshotShowsStaysUntilItIsReady) {
  const BlobId shown = world_->Put(Bytes(kLarge, 1));
  const BlobId other = world_->Put(Bytes(kLarge, 2));
  const auto reader = world_->blobs->OpenReader();
  const auto deleter = world_->blobs->OpenReader();
  world_->db->Read([&](Reader& snapshot) {
    ASSERT_EQ(snapshot.QueryInt("SELECT count(*) FROM blob"), 2);
    std::thread([&] {
      world_->Release(shown);
      world_->Release(other);
      pool_->Sweep();
    }).join();
    EXPECT_EQ(Files(), 2);
    reader->Add(snapshot, shown, 0, kLarge);
  });
  reader->Ready();
  EXPECT_EQ(Files(), 2);
  deleter->Ready();
  EXPECT_EQ(Files(), 1);
  EXPECT_EQ(BlobTestWorld::ReadAll(*reader), Bytes(kLarge, 1));
}

TEST_F(BlobReaderTest, LaterReadersDoNotKeepWhatTheyCannotSee) {
  const BlobId id = world_->Put(Bytes(kLarge, 1));
  auto early = world_->blobs->OpenReader();
  world_->Release(id);
  const auto late = world_->blobs->OpenReader();
  EXPECT_EQ(Files(), 1);
  early.reset();
  EXPECT_EQ(Files(), 0);
}

TEST_F(BlobReaderTest, TenThousandPartsTakeOneDescriptor) {
  const BlobId id = world_->Put(Bytes(kLarge, 1));
  const auto reader = world_->blobs->OpenReader();
  world_->db->Read([&](Reader& snapshot) {
    for (std::uint64_t i = 0; i < 10'000; ++i) reader->Add(snapshot, id, i, 2);
  });
  reader->Ready();
  const std::string all = BlobTestWorld::ReadAll(*reader);
  ASSERT_EQ(all.size(), 20'000U);
  const std::string body = Bytes(kLarge, 1);
  for (std::size_t i = 0; i < 10'000; ++i) ASSERT_EQ(all.compare(2 * i, 2, body, i, 2), 0);
}

}  // namespace
}  // namespace stratolite::storage
