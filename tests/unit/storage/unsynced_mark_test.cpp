#include "storage/unsynced_mark.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "stratolite/storage/database.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMarkedSteps[] = {"CREATE TABLE a (x INTEGER)"};
constexpr Migrations kMarkedTable{"a", kMarkedSteps};

class UnsyncedMarkTest : public testing::Test {
 protected:
  fs::path data() const { return directory_.path() / "data"; }
  fs::path mark() const { return data() / "state.db.unsynced"; }
  fs::path aside() const { return data() / "state.db.torn-1"; }

  std::unique_ptr<Database> Open(Durability durability) const { return Database::Open({data(), durability}); }
  void Fill(Durability durability) const {
    const auto db = Open(durability);
    db->Migrate(kMarkedTable);
    db->Transact([](Txn& txn) { txn.Run("INSERT INTO a VALUES (7)"); });
  }
  std::int64_t Rows() const {
    const auto db = Open(Durability::kProcess);
    db->Migrate(kMarkedTable);
    return db->Read([](Reader& reader) { return reader.QueryInt("SELECT count(*) FROM a"); });
  }
  void BootAgain() const { std::ofstream(mark()) << "another boot"; }

  test::TemporaryDirectory directory_;
};

TEST_F(UnsyncedMarkTest, OnlyAFileThatNobodyWaitedForIsMarked) {
  Fill(Durability::kProcess);
  EXPECT_TRUE(fs::exists(mark()));
  Open(Durability::kProcess);
  EXPECT_TRUE(fs::exists(mark()));
  // Whoever asks for more gets it for what was there before, too.
  Open(Durability::kPower);
  EXPECT_FALSE(fs::exists(mark()));
}

TEST_F(UnsyncedMarkTest, APowerSafeFileNeedsNone) {
  Fill(Durability::kPower);
  EXPECT_FALSE(fs::exists(mark()));
}

TEST_F(UnsyncedMarkTest, AWholeFileIsKeptAfterAPowerCut) {
  Fill(Durability::kProcess);
  BootAgain();
  EXPECT_EQ(Rows(), 1);
  EXPECT_FALSE(fs::exists(mark()));
  EXPECT_FALSE(fs::exists(aside()));
}

TEST_F(UnsyncedMarkTest, ATornFileIsMovedAsideAfterAPowerCutAndTheDatabaseBeginsEmpty) {
  Fill(Durability::kProcess);
  BootAgain();
  fs::resize_file(data() / "state.db", 0);
  EXPECT_EQ(Rows(), 0);
  EXPECT_TRUE(fs::exists(aside()));
}

TEST_F(UnsyncedMarkTest, AFileWhoseLaterPagesAreMissingIsTorn) {
  Fill(Durability::kProcess);
  BootAgain();
  const auto size = fs::file_size(data() / "state.db");
  fs::resize_file(data() / "state.db", 2048);
  fs::resize_file(data() / "state.db", size);
  EXPECT_EQ(Rows(), 0);
  EXPECT_EQ(fs::file_size(aside()), size);
}

TEST_F(UnsyncedMarkTest, ATornFileOfTheSameBootOrWithoutAMarkStopsTheStart) {
  Fill(Durability::kProcess);
  fs::resize_file(data() / "state.db", 0);
  EXPECT_THROW(Rows(), StorageError);
  fs::remove(mark());
  EXPECT_THROW(Rows(), StorageError);
  EXPECT_FALSE(fs::exists(aside()));
}

TEST_F(UnsyncedMarkTest, AMarkWithoutAFileIsForgotten) {
  Fill(Durability::kProcess);
  BootAgain();
  for (const char* suffix : {"", "-wal"}) fs::remove(data() / (std::string("state.db") + suffix));
  EXPECT_EQ(Rows(), 0);
  EXPECT_FALSE(fs::exists(aside()));
}

TEST_F(UnsyncedMarkTest, ACopyIsMarkedUnlessItIsDurable) {
  Fill(Durability::kProcess);
  fs::create_directory(directory_.path() / "copy");
  Open(Durability::kProcess)->CopyTo(directory_.path() / "copy");
  EXPECT_TRUE(fs::exists(directory_.path() / "copy" / "state.db.unsynced"));
  fs::create_directory(directory_.path() / "durable");
  Open(Durability::kPower)->CopyTo(directory_.path() / "durable");
  EXPECT_FALSE(fs::exists(directory_.path() / "durable" / "state.db.unsynced"));
}

}  // namespace
}  // namespace stratolite::storage
