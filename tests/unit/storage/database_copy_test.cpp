#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "stratolite/storage/database.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::storage {
namespace {

constexpr std::string_view kPairSteps[] = {
    "CREATE TABLE pair (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, filler TEXT)"};
constexpr Migrations kCopiedPairs{"pairs", kPairSteps};

class DatabaseCopyTest : public testing::Test {
 protected:
  DatabaseCopyTest() { db_ = OpenIn("original"); }

  std::unique_ptr<Database> OpenIn(const std::string& name) {
    return Database::Open({directory_.path() / name, Durability::kProcess});
  }
  std::unique_ptr<Database> Copy(const std::string& name) {
    std::filesystem::create_directories(directory_.path() / name);
    db_->CopyTo(directory_.path() / name);
    return OpenIn(name);
  }
  void Insert(std::int64_t count) {
    db_->Transact([&](Txn& txn) {
      for (std::int64_t i = 0; i < count; ++i) {
        txn.Run("INSERT INTO pair (a, b, filler) VALUES (?, ?, ?)", {i, i, filler_});
      }
    });
  }
  static std::int64_t Count(Database& db) {
    return db.Read([](Reader& reader) { return reader.QueryInt("SELECT count(*) FROM pair"); });
  }
  static std::string Check(Database& db) {
    return db.Read([](Reader& reader) {
      return reader.QueryOne("PRAGMA integrity_check", {}, [](const Row& row) { return row.Text(0); }).value_or("none");
    });
  }

  /// The writers paused: the log goes back into the file by itself.
  void WaitUntilLogIsCopied() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::filesystem::file_size(directory_.path() / "original/state.db") < 5'000'000) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      std::this_thread::yield();
    }
  }

  test::TemporaryDirectory directory_;
  std::unique_ptr<Database> db_;
  const std::string filler_ = std::string(300, 'f');
};

TEST_F(DatabaseCopyTest, OneThatWasNeverUsedLeavesNoFile) {
  EXPECT_FALSE(db_->Exists());
  const auto copy = Copy("copy");
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "copy/state.db"));
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "original/state.db"));
  copy->Migrate(kCopiedPairs);
  EXPECT_EQ(Count(*copy), 0);
}

TEST_F(DatabaseCopyTest, HasWhatWasCommittedAndGoesItsOwnWay) {
  db_->Migrate(kCopiedPairs);
  Insert(100);
  const auto copy = Copy("copy");
  EXPECT_EQ(Count(*copy), 100);
  Insert(5);
  copy->Transact([](Txn& txn) { txn.Run("DELETE FROM pair WHERE a < 50"); });
  EXPECT_EQ(Count(*db_), 105);
  EXPECT_EQ(Count(*copy), 50);
  EXPECT_EQ(Check(*copy), "ok");
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "copy/state.db.new"));
}

TEST_F(DatabaseCopyTest, FindsEverythingWhereverItLies) {
  db_->Migrate(kCopiedPairs);
  Insert(20'000);  // a long log
  EXPECT_EQ(Count(*Copy("in the log")), 20'000);
  WaitUntilLogIsCopied();
  EXPECT_EQ(Count(*Copy("in the file")), 20'000);
  Insert(1);  // the log begins anew
  EXPECT_EQ(Count(*Copy("in both")), 20'001);
  db_->Transact([](Txn& txn) { txn.Run("DELETE FROM pair WHERE id > 10"); });
  const auto smaller = Copy("smaller");
  EXPECT_EQ(Count(*smaller), 10);
  EXPECT_EQ(Check(*smaller), "ok");
  db_.reset();
  db_ = OpenIn("original");
  EXPECT_EQ(Count(*Copy("opened again")), 10);
  db_->Rest();
  EXPECT_EQ(Count(*Copy("at rest")), 10);
}

// What does not fit into the cache is in the log before it is committed, and stays there when it never is.
TEST_F(DatabaseCopyTest, HasNothingOfARolledBackTransaction) {
  db_->Migrate(kCopiedPairs);
  Insert(10);
  EXPECT_THROW(db_->Transact([&](Txn& txn) {
    for (int i = 0; i < 30'000; ++i) txn.Run("INSERT INTO pair (a, b, filler) VALUES (1, 2, ?)", {filler_});
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  const auto copy = Copy("copy");
  EXPECT_EQ(Count(*copy), 10);
  EXPECT_EQ(Check(*copy), "ok");
}

TEST_F(DatabaseCopyTest, OfACopyIsACopy) {
  db_->Migrate(kCopiedPairs);
  Insert(10);
  db_ = Copy("child");
  Insert(10);
  db_ = Copy("grandchild");
  EXPECT_EQ(Count(*db_), 20);
  EXPECT_EQ(Check(*db_), "ok");
}

TEST_F(DatabaseCopyTest, IntoADirectoryThatIsNotThereFailsAndHarmsNothing) {
  db_->Migrate(kCopiedPairs);
  Insert(1);
  EXPECT_THROW(db_->CopyTo(directory_.path() / "missing"), StorageError);
  EXPECT_EQ(Count(*db_), 1);
}

// Every transaction moves an amount from a to b and appends rows: in any consistent copy the sums agree, and nothing acknowledged before is missing.
TEST_F(DatabaseCopyTest, IsOneMomentWhileOthersWrite) {
  db_->Migrate(kCopiedPairs);
  Insert(2'000);
  std::atomic<bool> stop = false;
  std::atomic<std::int64_t> acknowledged = 2'000;
  std::vector<std::thread> writers;
  for (int seed = 0; seed < 2; ++seed) {
    writers.emplace_back([&, seed] {
      std::minstd_rand random(static_cast<unsigned>(seed) + 1);
      while (!stop) {
        db_->Transact([&](Txn& txn) {
          const std::int64_t id = static_cast<std::int64_t>(random() % 2'000) + 1;
          txn.Run("UPDATE pair SET a = a + 7 WHERE id = ?", {id});
          txn.Run("UPDATE pair SET b = b + 7 WHERE id = ?", {2'001 - id});
          for (int i = 0; i < 8; ++i) txn.Run("INSERT INTO pair (a, b, filler) VALUES (1, 1, ?)", {filler_});
        });
        acknowledged += 8;
      }
    });
  }
  for (int i = 0; i < 12; ++i) {
    const std::int64_t before = acknowledged;
    const auto copy = Copy("copy" + std::to_string(i));
    EXPECT_EQ(copy->Read([](Reader& reader) { return reader.QueryInt("SELECT sum(a) - sum(b) FROM pair"); }), 0);
    const std::int64_t count = Count(*copy);
    EXPECT_GE(count, before);
    EXPECT_EQ(count % 8, 0);
    EXPECT_EQ(Check(*copy), "ok");
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
}

}  // namespace
}  // namespace stratolite::storage
