#include "stratolite/service/blob_body.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "unit/storage/blob_fixture.hpp"

namespace stratolite {
namespace {

using storage::Bytes;

class BlobBodyTest : public storage::BlobFixture {
 protected:
  std::shared_ptr<wire::BodyProducer> BodyOf(storage::BlobId id, std::uint64_t offset, std::uint64_t length) {
    return MakeBlobBody(world_->Open(id, offset, length));
  }
};

TEST_F(BlobBodyTest, ProducesEveryByteInPiecesAndThenTheEnd) {
  const std::string bytes = Bytes(700'000, 1);
  const auto body = BodyOf(world_->Put(bytes), 5, 699'990);
  EXPECT_EQ(body->size(), 699'990U);
  std::string all;
  std::string chunk;
  std::size_t largest = 0;
  while (body->Next(chunk)) {
    largest = std::max(largest, chunk.size());
    all += chunk;
  }
  EXPECT_EQ(all, bytes.substr(5, 699'990));
  EXPECT_TRUE(chunk.empty());
  EXPECT_LE(largest, 1024U * 1024);
  EXPECT_FALSE(body->Next(chunk));
}

TEST_F(BlobBodyTest, TellsWhereInAFileItLies) {
  const auto large = BodyOf(world_->Put(Bytes(storage::kLarge, 1)), 100, 1'000);
  const auto range = large->file();
  ASSERT_TRUE(range);
  EXPECT_EQ(range->offset, 100U);
  EXPECT_EQ(range->length, 1'000U);
  EXPECT_FALSE(BodyOf(world_->Put(Bytes(storage::kSmall, 1)), 0, 10)->file());
}

TEST_F(BlobBodyTest, OfNothingIsEmpty) {
  const auto body = BodyOf(world_->Put(""), 0, 0);
  std::string chunk = "x";
  EXPECT_EQ(body->size(), 0U);
  EXPECT_FALSE(body->Next(chunk));
  EXPECT_TRUE(chunk.empty());
}

TEST_F(BlobBodyTest, KeepsItsBytesWhileItIsSent) {
  const storage::BlobId id = world_->Put(Bytes(storage::kLarge, 1));
  auto body = BodyOf(id, 0, storage::kLarge);
  world_->Release(id);
  std::string all;
  for (std::string chunk; body->Next(chunk);) all += chunk;
  EXPECT_EQ(all, Bytes(storage::kLarge, 1));
  body.reset();
  EXPECT_EQ(Files(), 0);
}

}  // namespace
}  // namespace stratolite
