#include "stratolite/storage/database.hpp"
#include "storage/data_directory.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "storage/data_directory.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::storage {
namespace {

constexpr std::string_view kNoteSteps[] = {
    "CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, body TEXT, weight DOUBLE, at "
    "BIGINT);"
    "CREATE UNIQUE INDEX note_owner_body ON note (owner, body);"};
constexpr Migrations kNotes{"notes", kNoteSteps};

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() { db_->Migrate(kNotes); }

  static void Insert(Txn& txn, std::string_view owner, std::string_view body) {
    txn.Run("INSERT INTO note (owner, body) VALUES (?, ?)", {owner, body});
  }
  std::int64_t Count() {
    return db_->Read([](Reader& reader) { return reader.QueryInt("SELECT count(*) FROM note"); });
  }

  test::TemporaryDirectory directory_;
  std::unique_ptr<Database> db_ = Database::Open({directory_.path(), Durability::kProcess});
};

TEST_F(DatabaseTest, KeepsEveryKindOfValue) {
  const std::string text("a\0b", 3);
  const std::byte bytes[] = {std::byte{0}, std::byte{255}};
  const TimePoint at{Duration(1'700'000'000'123'456)};
  db_->Transact([&](Txn& txn) {
    txn.Run("INSERT INTO note (owner, body, weight, at) VALUES (?, ?, ?, ?)",
            {text, std::span<const std::byte>(bytes), 0.1, at});
    txn.Run("INSERT INTO note (owner, body, weight, at) VALUES (?, ?, ?, ?)",
            {AccountId("123456789012"), std::optional<std::string>(), nullptr, std::int64_t{-1}});
    txn.Run("INSERT INTO note (owner) VALUES (?)", {std::string_view()});
  });
  db_->Read([&](Reader& reader) {
    int rows = 0;
    reader.Query("SELECT owner, body, weight, at FROM note ORDER BY id", {}, [&](const Row& row) {
      switch (rows++) {
        case 0:
          EXPECT_EQ(row.Text(0), text);
          EXPECT_EQ(row.Text(1), std::string("\0\xFF", 2));
          EXPECT_EQ(row.Double(2), 0.1);
          EXPECT_EQ(row.Time(3), at);
          break;
        case 1:
          EXPECT_EQ(row.Text(0), "123456789012");
          EXPECT_TRUE(row.IsNull(1));
          EXPECT_EQ(row.OptionalText(1), std::nullopt);
          EXPECT_EQ(row.Int(3), -1);
          break;
        default:
          EXPECT_EQ(row.OptionalText(0), "");
      }
    });
    EXPECT_EQ(rows, 3);
  });
}

TEST_F(DatabaseTest, ValuesCanBeListedAtRunTime) {
  const std::vector<std::string> bodies = {"a", "b", "c"};
  db_->Transact([&](Txn& txn) {
    for (const auto& body : bodies) Insert(txn, "x", body);
  });
  const std::vector<Bind> wanted = {"a", "c"};
  EXPECT_EQ(db_->Read([&](Reader& reader) {
    return reader.QueryInt("SELECT count(*) FROM note WHERE body IN (?, ?)", std::span<const Bind>(wanted));
  }),
            2);
}

TEST_F(DatabaseTest, TellsChangedRowsAndTheNewRowId) {
  db_->Transact([](Txn& txn) {
    Insert(txn, "x", "1");
    EXPECT_EQ(txn.last_insert_rowid(), 1);
    Insert(txn, "x", "2");
    EXPECT_EQ(txn.last_insert_rowid(), 2);
    EXPECT_EQ(txn.Run("UPDATE note SET weight = 1"), 2);
    EXPECT_EQ(txn.Run("DELETE FROM note WHERE body = ?", {"3"}), 0);
  });
}

TEST_F(DatabaseTest, ReturnsWhatTheFunctionReturned) {
  EXPECT_EQ(db_->Transact([](Txn&) { return std::string("kept"); }), "kept");
  const auto moved = db_->Transact([](Txn&) { return std::make_unique<int>(7); });
  EXPECT_EQ(*moved, 7);
  EXPECT_EQ(db_->Read([](Reader& reader) {
    return reader.QueryOne("SELECT 1 WHERE 0", {}, [](const Row& row) { return row.Int(0); });
  }),
            std::nullopt);
}

TEST_F(DatabaseTest, AnErrorResultRollsBack) {
  const Result<int> failed = db_->Transact([](Txn& txn) -> Result<int> {
    Insert(txn, "x", "1");
    return AwsError{"Refused", "no"};
  });
  EXPECT_EQ(failed.error().code, "Refused");
  EXPECT_EQ(Count(), 0);
  EXPECT_TRUE(db_->Transact([](Txn& txn) -> Result<void> { return Insert(txn, "x", "1"), Result<void>(); }).ok());
  EXPECT_EQ(Count(), 1);
}

TEST_F(DatabaseTest, AnExceptionRollsBackAndReachesTheCaller) {
  EXPECT_THROW(db_->Transact([](Txn& txn) {
    Insert(txn, "x", "1");
    throw std::runtime_error("bug");
  }),
               std::runtime_error);
  EXPECT_EQ(Count(), 0);
}

TEST_F(DatabaseTest, AConstraintViolationIsAnException) {
  const auto twice = [](Txn& txn) { Insert(txn, "x", "same"), Insert(txn, "x", "same"); };
  EXPECT_THROW(db_->Transact(twice), StorageError);
  EXPECT_EQ(Count(), 0);
}

TEST_F(DatabaseTest, MistakesInSqlAreExceptionsThatQuoteIt) {
  try {
    db_->Transact([](Txn& txn) { txn.Run("SELEKT 1"); });
    FAIL();
  } catch (const StorageError& error) {
    EXPECT_NE(std::string(error.what()).find("SELEKT 1"), std::string::npos);
  }
  EXPECT_THROW(db_->Transact([](Txn& txn) { txn.Run("SELECT 1; SELECT 2"); }), StorageError);
  EXPECT_THROW(db_->Transact([](Txn& txn) { txn.Run("DELETE FROM note WHERE id = ?"); }), StorageError);
  EXPECT_THROW(db_->Read([](Reader& reader) { reader.QueryInt("DELETE FROM note RETURNING 1"); }), StorageError);
}

TEST_F(DatabaseTest, AStatementMayRunAgainInsideItsOwnRows) {
  db_->Transact([](Txn& txn) { Insert(txn, "x", "1"), Insert(txn, "x", "2"); });
  int pairs = 0;
  db_->Read([&](Reader& reader) {
    const std::string_view sql = "SELECT id FROM note";
    reader.Query(sql, {}, [&](const Row&) { reader.Query(sql, {}, [&](const Row&) { ++pairs; }); });
  });
  EXPECT_EQ(pairs, 4);
}

TEST_F(DatabaseTest, AReadSeesOneSnapshot) {
  db_->Read([&](Reader& reader) {
    EXPECT_EQ(reader.QueryInt("SELECT count(*) FROM note"), 0);
    db_->Transact([](Txn& txn) { Insert(txn, "x", "1"); });
    EXPECT_EQ(reader.QueryInt("SELECT count(*) FROM note"), 0);
  });
  EXPECT_EQ(Count(), 1);
}

TEST_F(DatabaseTest, ReadsAfterAnExceptionStartAfresh) {
  EXPECT_THROW(db_->Read([](Reader& reader) {
    reader.QueryInt("SELECT count(*) FROM note");
    throw std::runtime_error("bug");
  }),
               std::runtime_error);
  db_->Transact([](Txn& txn) { Insert(txn, "x", "1"); });
  EXPECT_EQ(Count(), 1);
}

TEST_F(DatabaseTest, TransactionsDoNotNest) {
  EXPECT_THROW(db_->Transact([&](Txn&) { db_->Transact([](Txn&) {}); }), std::logic_error);
  EXPECT_THROW(db_->Transact([&](Txn&) { Count(); }), std::logic_error);
}

TEST_F(DatabaseTest, OnCommitRunsAfterTheCommitAndOnlyThen) {
  std::int64_t seen = -1;
  db_->Transact([&](Txn& txn) {
    Insert(txn, "x", "1");
    txn.OnCommit([&] { seen = Count(); });
    EXPECT_EQ(seen, -1);
  });
  EXPECT_EQ(seen, 1);
  bool called = false;
  (void)db_->Transact([&](Txn& txn) -> Result<void> {
    txn.OnCommit([&] { called = true; });
    return AwsError{"Refused", "no"};
  });
  EXPECT_FALSE(called);
}

// Half of the callers fail, in both ways; what the others wrote in the same commits stays, and all are told their own outcome.
TEST_F(DatabaseTest, FailuresTouchNobodyElseInTheirCommit) {
  constexpr int kThreads = 8;
  constexpr int kEach = 200;
  std::atomic<int> committed = 0;
  std::latch start(kThreads);
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      start.arrive_and_wait();
      for (int i = 0; i < kEach; ++i) {
        const std::string body = std::to_string(t) + "/" + std::to_string(i);
        try {
          const auto result = db_->Transact([&](Txn& txn) -> Result<int> {
            Insert(txn, "x", body);
            txn.OnCommit([&] { ++committed; });
            if (i % 4 == 1) return AwsError{"Refused", body};
            if (i % 4 == 3) throw std::runtime_error(body);
            return i;
          });
          EXPECT_NE(i % 4, 3);
          EXPECT_EQ(result.ok(), i % 4 != 1);
          if (!result.ok()) {
            EXPECT_EQ(result.error().message, body);
          }
        } catch (const std::runtime_error& error) {
          EXPECT_EQ(i % 4, 3);
          EXPECT_EQ(error.what(), body);
        }
      }
    });
  }
  threads.clear();
  EXPECT_EQ(Count(), kThreads * kEach / 2);
  EXPECT_EQ(committed, kThreads * kEach / 2);
  EXPECT_EQ(db_->Read([](Reader& reader) {
    return reader.QueryInt(
        "SELECT count(*) FROM note WHERE CAST(substr(body, instr(body, '/') + 1) AS INTEGER) % 2 = 1");
  }),
            0);
}

TEST_F(DatabaseTest, ReadersAndWritersRunSideBySide) {
  std::atomic<bool> stop = false;
  std::vector<std::jthread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      std::int64_t last = 0;
      while (!stop) {
        // Pairs are written together, so that an odd count would be a torn transaction.
        const std::int64_t count = Count();
        EXPECT_EQ(count % 2, 0);
        EXPECT_GE(count, last);
        last = count;
      }
    });
  }
  std::vector<std::jthread> writers;
  for (int t = 0; t < 4; ++t) {
    writers.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        const std::string body = std::to_string(t) + "/" + std::to_string(i);
        db_->Transact([&](Txn& txn) { Insert(txn, "a", body), Insert(txn, "b", body); });
      }
    });
  }
  writers.clear();
  stop = true;
  readers.clear();
  EXPECT_EQ(Count(), 800);
}

TEST_F(DatabaseTest, ClearDeletesRowsAndKeepsTables) {
  db_->Transact([](Txn& txn) { Insert(txn, "x", "1"); });
  db_->Clear();
  EXPECT_EQ(Count(), 0);
  db_->Transact([](Txn& txn) {
    Insert(txn, "x", "1");
    EXPECT_EQ(txn.last_insert_rowid(), 1) << "numbering starts again, so that seeded runs repeat";
  });
  db_->Migrate(kNotes);
  EXPECT_EQ(Count(), 1);
}

TEST(DatabaseMigrations, RunOnceEachAndInOrder) {
  const test::TemporaryDirectory directory;
  constexpr std::string_view kSteps[] = {"CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1)",
                                         "INSERT INTO a VALUES (2)", "INSERT INTO a VALUES (3)"};
  const auto sum = [](Database& db) {
    return db.Read([](Reader& reader) { return reader.QueryInt("SELECT sum(x) FROM a"); });
  };
  {
    const auto db = Database::Open({directory.path()});
    db->Migrate({"a", std::span(kSteps).first(1)});
    EXPECT_EQ(sum(*db), 1);
    db->Migrate({"a", std::span(kSteps).first(2)});
    db->Migrate({"a", std::span(kSteps).first(2)});
    EXPECT_EQ(sum(*db), 3);
  }
  const auto db = Database::Open({directory.path()});
  db->Migrate({"a", kSteps});
  EXPECT_EQ(sum(*db), 6);
}

TEST(DatabaseMigrations, ABrokenStepLeavesNothingBehind) {
  const test::TemporaryDirectory directory;
  const auto db = Database::Open({directory.path()});
  constexpr std::string_view kBroken[] = {"CREATE TABLE a (x INTEGER); CREATE TABEL b (x)"};
  EXPECT_THROW(db->Migrate({"a", kBroken}), StorageError);
  constexpr std::string_view kMended[] = {"CREATE TABLE a (x INTEGER)"};
  db->Migrate({"a", kMended});
}

TEST(DatabaseMigrations, TablesOfANewerVersionAreRefused) {
  const test::TemporaryDirectory directory;
  constexpr std::string_view kSteps[] = {"CREATE TABLE a (x INTEGER)", "CREATE TABLE b (x INTEGER)"};
  Database::Open({directory.path()})->Migrate({"a", kSteps});
  const auto db = Database::Open({directory.path()});
  EXPECT_THROW(db->Migrate({"a", std::span(kSteps).first(1)}), StorageError);
}

TEST(EphemeralDatabase, LivesInAPrivateDirectoryThatGoesWithIt) {
  std::filesystem::path path;
  {
    const auto one = Database::Open({});
    const auto other = Database::Open({});
    path = one->directory();
    EXPECT_NE(path, other->directory());
    one->Migrate(kNotes);
    EXPECT_TRUE(std::filesystem::exists(path / "state.db"));
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(EphemeralDatabase, OnADiskItGoesWithWhoeverHasOpenedIt) {
  const std::filesystem::path path = MakeEphemeralOnDisk();
  {
    const auto db = Database::Open({path});
    db->Migrate(kNotes);
    EXPECT_TRUE(std::filesystem::exists(path / "state.db"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(EphemeralDatabase, ADirectoryThatOnlyHasSuchANameStays) {
  const test::TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "stratolite-mydata";
  Database::Open({path})->Migrate(kNotes);
  EXPECT_TRUE(std::filesystem::exists(path / "state.db"));
  setenv("TMPDIR", directory.path().c_str(), 1);
  const std::filesystem::path other = MakeEphemeralOnDisk();
  unsetenv("TMPDIR");
  EXPECT_TRUE(std::filesystem::exists(path / "state.db"));
  std::filesystem::remove_all(other);
}

}  // namespace
}  // namespace stratolite::storage
