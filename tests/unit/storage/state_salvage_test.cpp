#include "storage/state_salvage.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "storage/state_file.hpp"
#include "storage/state_inspection.hpp"
#include "stratolite/storage/database.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSalvagedSteps[] = {
    "CREATE TABLE a (x INTEGER PRIMARY KEY AUTOINCREMENT, y TEXT NOT NULL);"
    "CREATE UNIQUE INDEX a_y ON a (y);"
    "CREATE TABLE k (name TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (name, n)) WITHOUT ROWID"};
constexpr Migrations kTables{"test", kSalvagedSteps};

std::string ValueOf(std::int64_t x) { return std::to_string(x) + std::string(300, 'v'); }

class StateSalvageTest : public testing::Test {
 protected:
  void Fill(int rows) const {
    const auto db = Database::Open({directory_.path() / "data"});
    db->Migrate(kTables);
    db->Transact([&](Txn& txn) {
      for (int i = 1; i <= rows; ++i) {
        txn.Run("INSERT INTO a (y) VALUES (?)", {ValueOf(i)});
        txn.Run("INSERT INTO k VALUES (?, ?)", {"name", i});
      }
    });
  }
  fs::path file() const { return directory_.path() / "data" / "state.db"; }
  fs::path into() const { return directory_.path() / "into"; }
  void Overwrite(std::uint64_t page, std::size_t bytes = kPageSize) const {
    std::fstream out(file(), std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(page * kPageSize));
    out << std::string(bytes, '\xA5');
  }
  bool Salvage() {
    fs::create_directory(into());
    return SalvageState(file(), into(), [&](const SalvagedTable& table) { tables_[table.name] = table; });
  }
  /// Rows of a, all of which are as they were written.
  std::int64_t GoodRows() const {
    StateInspection state(into() / "state.db");
    EXPECT_TRUE(state.Damages().empty());
    std::int64_t rows = 0;
    state.reader().Query("SELECT x, y FROM a", {}, [&](const Row& row) {
      ++rows;
      EXPECT_EQ(row.TextView(1), ValueOf(row.Int(0)));
    });
    return rows;
  }

  test::TemporaryDirectory directory_;
  std::map<std::string, SalvagedTable> tables_;
};

TEST_F(StateSalvageTest, ASoundDatabaseIsCopiedWhole) {
  Fill(500);
  ASSERT_TRUE(Salvage());
  EXPECT_EQ(GoodRows(), 500);
  EXPECT_EQ(tables_["k"].rows, 500u);
  EXPECT_EQ(tables_["a"].gaps, 0u);
}

TEST_F(StateSalvageTest, RowsOnBothSidesOfDamagedPagesAreSaved) {
  Fill(2000);
  const auto pages = fs::file_size(file()) / kPageSize;
  for (const auto page : {pages / 4, pages / 2, pages / 2 + 1, pages * 3 / 4}) Overwrite(page);
  ASSERT_TRUE(Salvage());
  const std::int64_t rows = GoodRows();
  EXPECT_GT(rows, 1900);
  EXPECT_LT(rows, 2000);
  EXPECT_GT(tables_["a"].gaps, 0u);
}

TEST_F(StateSalvageTest, ADamagedHeaderIsMadeUp) {
  Fill(200);
  Overwrite(0, 100);
  EXPECT_THROW(StateFileExists(file()), StorageError);
  ASSERT_TRUE(Salvage());
  EXPECT_EQ(GoodRows(), 200);
}

TEST_F(StateSalvageTest, AFileWithoutAnythingReadableIsSaidToBe) {
  Fill(50);
  Overwrite(0);
  EXPECT_FALSE(Salvage());
  EXPECT_FALSE(fs::exists(into() / "state.db"));
}

TEST_F(StateSalvageTest, NumbersThatWereGivenOutAreNotGivenOutAgain) {
  Fill(10);
  {
    const auto db = Database::Open({directory_.path() / "data"});
    db->Transact([](Txn& txn) { txn.Run("DELETE FROM a WHERE x > 5"); });
  }
  ASSERT_TRUE(Salvage());
  const auto db = Database::Open({into()});
  db->Migrate(kTables);
  const std::int64_t next = db->Transact([](Txn& txn) {
    txn.Run("INSERT INTO a (y) VALUES ('new')");
    return txn.last_insert_rowid();
  });
  EXPECT_EQ(next, 11);
}

TEST_F(StateSalvageTest, TheDamagedFileStaysAsItIs) {
  Fill(300);
  Overwrite(5);
  const auto read = [&] {
    std::ifstream in(file(), std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(in), {}};
  };
  const std::string before = read();
  Salvage();
  EXPECT_EQ(read(), before);
}

}  // namespace
}  // namespace stratolite::storage
