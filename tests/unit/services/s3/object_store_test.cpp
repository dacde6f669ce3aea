#include "s3/object_store.hpp"

#include <gtest/gtest.h>

#include "s3/schema.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::s3 {
namespace {

constexpr BucketId kBucket = 7;

/// Objects without S3 around them. Sizes tell versions apart.
class ObjectStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { db_->Migrate(kMigrations); }

  static Object Named(const std::string& key) {
    Object object;
    object.bucket = kBucket;
    object.key = key;
    return object;
  }
  std::unique_ptr<storage::BlobDraft> Draft(std::size_t size) {
    auto draft = blobs_->Begin(size);
    draft->Append(std::string(size, 'x'));
    draft->Seal();
    return draft;
  }
  void Put(std::size_t size, std::string version_id = std::string(kNullVersion)) {
    const auto draft = Draft(size);
    db_->Transact([&](storage::Txn& txn) {
      Object object = Named("k");
      object.version_id = std::move(version_id);
      object.size = size;
      object.blob = blobs_->Keep(txn, *draft);
      store_.Insert(txn, object);
    });
  }
  /// Two parts of one byte; `shared_with` makes it a copy that refers to that object's.
  ObjectId PutInParts(const std::string& key, std::optional<ObjectId> shared_with = std::nullopt) {
    const auto one = Draft(1);
    const auto two = Draft(1);
    return db_->Transact([&](storage::Txn& txn) {
      std::vector<ObjectPart> parts;
      if (shared_with) {
        parts = store_.Parts(txn, *shared_with);
        for (const ObjectPart& part : parts) blobs_->AddReference(txn, *part.blob);
      } else {
        parts = {{1, 1, blobs_->Keep(txn, *one), {}}, {2, 1, blobs_->Keep(txn, *two), {}}};
      }
      Object object = Named(key);
      object.size = 2;
      object.part_count = shared_with ? 0 : 2;
      store_.Insert(txn, object, parts);
      return object.id;
    });
  }
  void Remove(const std::string& key, std::string_view version_id = kNullVersion) {
    db_->Transact([&](storage::Txn& txn) {
      const auto object = store_.FindVersion(txn, kBucket, key, version_id);
      ASSERT_TRUE(object);
      store_.Remove(txn, *object);
    });
  }
  std::optional<Object> Latest() {
    return db_->Read([&](storage::Reader& reader) { return store_.FindLatest(reader, kBucket, "k"); });
  }
  std::uint64_t SizeOf(std::string_view version_id) {
    return db_->Read([&](storage::Reader& reader) {
      const auto object = store_.FindVersion(reader, kBucket, "k", version_id);
      return object ? object->size : 0;
    });
  }
  std::int64_t Count(std::string_view statement) {
    return db_->Read([&](storage::Reader& reader) { return reader.QueryInt(statement); });
  }
  std::int64_t Blobs() { return Count("SELECT count(*) FROM blob"); }
  std::int64_t Versions() { return Count("SELECT count(*) FROM s3_object"); }
  std::int64_t PartRows() { return Count("SELECT count(*) FROM s3_object_part"); }

  test::TemporaryDirectory directory_;
  std::unique_ptr<storage::Database> db_ = storage::Database::Open({});
  std::shared_ptr<storage::BlobPool> pool_ = storage::BlobPool::Open(directory_.path(), storage::Durability::kProcess);
  std::unique_ptr<storage::BlobStore> blobs_ = pool_->MakeStore(*db_);
  ObjectStore store_{*blobs_};
};

TEST_F(ObjectStoreTest, OverwritesAndRemovalsLeaveNothing) {
  for (const std::size_t size : {10, 100000, 20}) Put(size);
  EXPECT_EQ(Latest()->size, 20U);
  EXPECT_EQ(Versions(), 1);
  EXPECT_EQ(Blobs(), 1);
  Remove("k");
  EXPECT_FALSE(Latest());
  EXPECT_EQ(Blobs(), 0);
}

TEST_F(ObjectStoreTest, ANullVersionGivesWayWhereverItStands) {
  Put(1);
  Put(2, "v2");
  Put(3, "v3");
  EXPECT_EQ(SizeOf(kNullVersion), 1U);
  Put(4);
  EXPECT_EQ(Latest()->size, 4U);
  EXPECT_EQ(Versions(), 3);
  Put(5);
  EXPECT_EQ(SizeOf(kNullVersion), 5U);
  EXPECT_EQ(Versions(), 3);
  EXPECT_EQ(Blobs(), 3);
}

TEST_F(ObjectStoreTest, RemovingTheNewestMakesTheNextOneNewest) {
  Put(1);
  Put(2, "v2");
  Put(3, "v3");
  Remove("k", "v3");
  EXPECT_EQ(Latest()->version_id, "v2");
  Remove("k");
  EXPECT_EQ(Latest()->version_id, "v2");
  Remove("k", "v2");
  EXPECT_FALSE(Latest());
  EXPECT_TRUE(db_->Read([&](storage::Reader& reader) { return store_.IsEmpty(reader, kBucket); }));
}

TEST_F(ObjectStoreTest, PiecesAreSharedWithCopiesAndGoWithTheLastOfThem) {
  const ObjectId whole = PutInParts("k");
  const ObjectId copy = PutInParts("copy", whole);
  PutInParts("copy of copy", copy);
  EXPECT_EQ(PartRows(), 6);
  Remove("k");
  Remove("copy");
  EXPECT_EQ(Blobs(), 2);
  Remove("copy of copy");
  EXPECT_EQ(Blobs(), 0);
  EXPECT_EQ(PartRows(), 0);
}

TEST_F(ObjectStoreTest, AnObjectIsReadAsItWasWritten) {
  Object written = Named("k");
  written.last_modified = TimePoint(std::chrono::seconds(7));
  written.etag = "e";
  written.checksum = ObjectChecksum{ChecksumAlgorithm::kSha1, ChecksumType::kComposite, "c-2"};
  written.metadata = {.system = {{"ContentType", "t"}}, .user = {{"a", "é"}}};
  written.tags = {{"t", "1"}};
  db_->Transact([&](storage::Txn& txn) { store_.Insert(txn, written); });
  const auto read = Latest();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, written.id);
  EXPECT_EQ(read->last_modified, written.last_modified);
  EXPECT_EQ(read->checksum->value, "c-2");
  EXPECT_EQ(read->checksum->type, ChecksumType::kComposite);
  EXPECT_EQ(read->metadata.system, written.metadata.system);
  EXPECT_EQ(read->metadata.user, written.metadata.user);
  EXPECT_EQ(read->tags, written.tags);
  EXPECT_FALSE(read->blob);
}

}  // namespace
}  // namespace stratolite::s3
