#include "storage/state_log.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "storage/connection.hpp"
#include "storage/state_file.hpp"
#include "stratolite/storage/database.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeader = 32;
constexpr std::size_t kFrame = 24 + kPageSize;

/// A database with a log of many transactions, as a killed process leaves it.
class StateLogTest : public testing::Test {
 protected:
  void SetUp() override {
    const fs::path living = directory_.path() / "living";
    const auto db = Database::Open({living});
    constexpr std::string_view kSteps[] = {"CREATE TABLE a (x INTEGER PRIMARY KEY, y TEXT)"};
    db->Migrate({"a", kSteps});
    for (int i = 0; i < kRows; ++i) {
      db->Transact([&](Txn& txn) { txn.Run("INSERT INTO a (y) VALUES (?)", {std::string(200, 'x')}); });
    }
    fs::create_directory(directory_.path() / "killed");
    fs::copy_file(living / "state.db", file());
    fs::copy_file(living / "state.db-wal", log());
  }
  fs::path file() const { return directory_.path() / "killed" / "state.db"; }
  fs::path log() const { return directory_.path() / "killed" / "state.db-wal"; }
  std::uint64_t frames() const { return (fs::file_size(log()) - kHeader) / kFrame; }
  void Flip(std::uint64_t at) const {
    std::fstream out(log(), std::ios::in | std::ios::out | std::ios::binary);
    out.seekg(static_cast<std::streamoff>(at));
    const int byte = out.get();
    out.seekp(static_cast<std::streamoff>(at));
    out.put(static_cast<char>(byte ^ 0x20));
  }
  std::string WhyNot() const {
    try {
      Database::Open({file().parent_path()});
    } catch (const StorageError& error) {
      return error.what();
    }
    return "";
  }
  std::int64_t Rows() const {
    Connection connection(file(), Connection::Mode::kReadWrite);
    return connection.QueryInt("SELECT count(*) FROM a");
  }

  static constexpr int kRows = 60;
  test::TemporaryDirectory directory_;
};

TEST_F(StateLogTest, ALogAsItWasWrittenIsWhole) {
  EXPECT_FALSE(FindLogDamage(file()));
  EXPECT_EQ(WhyNot(), "");
}

TEST_F(StateLogTest, NoLogAndAnEmptyOneAreWhole) {
  fs::resize_file(log(), 0);
  EXPECT_FALSE(FindLogDamage(file()));
  fs::remove(log());
  EXPECT_FALSE(FindLogDamage(file()));
}

TEST_F(StateLogTest, AnEndThatWasNotFinishedIsNoDamage) {
  const auto size = fs::file_size(log());
  for (const std::uintmax_t cut : {1, 24, 25, 2000, 3000}) {
    fs::resize_file(log(), size - cut);
    EXPECT_FALSE(FindLogDamage(file())) << cut;
  }
}

TEST_F(StateLogTest, ALastPageThatIsHalfWrittenOverAnOlderOneIsNoDamage) {
  Flip(kHeader + (frames() - 1) * kFrame + 1000);
  EXPECT_FALSE(FindLogDamage(file()));
}

TEST_F(StateLogTest, AWrongByteBeforeWholeTransactionsIsFoundWhereItIs) {
  const std::uint64_t frame = frames() / 2;
  Flip(kHeader + frame * kFrame + 500);
  const auto damage = FindLogDamage(file());
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->page, frame + 1);
  EXPECT_GT(damage->transactions_behind, 5u);
}

TEST_F(StateLogTest, AWrongByteInTheHeaderIsDamage) {
  Flip(17);
  const auto damage = FindLogDamage(file());
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->page, 0u);
}

TEST_F(StateLogTest, ADatabaseWithADamagedLogIsNotOpenedWithoutItsLastTransactions) {
  Flip(kHeader + frames() / 2 * kFrame + 500);
  EXPECT_NE(WhyNot().find("doctor --repair"), std::string::npos) << WhyNot();
}

TEST_F(StateLogTest, AMendedLogIsReadToItsEnd) {
  Flip(kHeader + frames() / 2 * kFrame + kFrame - 3);
  MendLog(file());
  EXPECT_FALSE(FindLogDamage(file()));
  EXPECT_GE(Rows(), kRows - 10);
}

TEST_F(StateLogTest, ALogWhoseHeaderIsLostIsMendedToo) {
  Flip(17);
  MendLog(file());
  EXPECT_FALSE(FindLogDamage(file()));
  EXPECT_EQ(Rows(), kRows);
}

}  // namespace
}  // namespace stratolite::storage
