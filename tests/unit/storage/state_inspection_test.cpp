#include "storage/state_inspection.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <vector>

#include "storage/blob_directory.hpp"
#include "unit/storage/blob_fixture.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInspectedSteps[] = {
    "CREATE TABLE t (x INTEGER PRIMARY KEY, blob INTEGER);"
    "CREATE TABLE u (x INTEGER PRIMARY KEY, code_blob INTEGER, blobs INTEGER)"};

class StateInspectionTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto pool = BlobPool::Open(directory_.path(), Durability::kProcess);
    BlobTestWorld world(pool, directory_.path());
    world.db->Migrate({"test", kInspectedSteps});
    const auto small = world.Draft(Bytes(kSmall, 1));
    const auto large = world.Draft(Bytes(kLarge, 2), kLarge);
    world.db->Transact([&](Txn& txn) {
      small_ = world.blobs->Keep(txn, *small);
      large_ = world.blobs->Keep(txn, *large);
      world.blobs->AddReference(txn, large_);
      txn.Run("INSERT INTO t (blob) VALUES (?), (?), (NULL)", {small_, large_});
      txn.Run("INSERT INTO u (code_blob, blobs) VALUES (?, 77)", {large_});
    });
  }
  fs::path file() const { return directory_.path() / "state.db"; }

  test::TemporaryDirectory directory_;
  BlobId small_ = 0;
  BlobId large_ = 0;
};

TEST_F(StateInspectionTest, ReferencesAreCountedInColumnsThatAreCalledSo) {
  StateInspection state(file());
  EXPECT_EQ(CountBlobReferences(state.reader()), (std::unordered_map<BlobId, std::int64_t>{{small_, 1}, {large_, 2}}));
}

TEST_F(StateInspectionTest, RowsOfBlobsAreListed) {
  StateInspection state(file());
  const auto blobs = AllBlobs(state.reader());
  ASSERT_EQ(blobs.size(), 2u);
  EXPECT_EQ(blobs.at(large_).references, 2);
  EXPECT_EQ(blobs.at(large_).size, kLarge);
  EXPECT_NE(blobs.at(large_).file, 0);
  EXPECT_TRUE(WrongInlineSizes(state.reader()).empty());
  EXPECT_EQ(state.Versions().at("test"), 1);
}

TEST_F(StateInspectionTest, ASoundDatabaseHasNoDamages) { EXPECT_TRUE(StateInspection(file()).Damages().empty()); }

TEST_F(StateInspectionTest, ADamagedPageIsFound) {
  {
    std::fstream out(file(), std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(fs::file_size(file()) - 2048));
    out << std::string(2048, '\x5A');
  }
  EXPECT_FALSE(StateInspection(file()).Damages().empty());
}

TEST_F(StateInspectionTest, LookingChangesNothing) {
  const auto listing = [&] {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory_.path())) names.push_back(entry.path().filename());
    return std::set<std::string>(names.begin(), names.end());
  };
  const auto before = listing();
  { StateInspection(file()).Damages(); }
  EXPECT_EQ(listing(), before);
}

TEST_F(StateInspectionTest, FilesAndWhatDoesNotBelongToThemAreToldApart) {
  std::ofstream(directory_.path() / "blobs/00/notes.txt") << "mine";
  fs::create_directories(directory_.path() / "blobs/07");
  std::ofstream(directory_.path() / "blobs/07/3") << "in a wrong folder";
  std::ofstream(directory_.path() / "blobs/tmp/9") << "half";
  const BlobDirectory found = ListBlobDirectory(directory_.path() / "blobs");
  EXPECT_EQ(found.files, (std::unordered_map<FileId, std::uint64_t>{{large_, kLarge}}));
  EXPECT_EQ(found.strangers.size(), 2u);
  EXPECT_EQ(found.drafts.size(), 1u);
  EXPECT_GT(found.next.value_or(0), large_);
}

}  // namespace
}  // namespace stratolite::storage
