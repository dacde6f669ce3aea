#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "stratolite/storage/database.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDirectorySteps[] = {"CREATE TABLE a (x INTEGER)"};
constexpr Migrations kTable{"a", kDirectorySteps};

class DataDirectoryTest : public testing::Test {
 protected:
  fs::path file() const { return directory_.path() / "data" / "state.db"; }
  std::unique_ptr<Database> Open() const { return Database::Open({directory_.path() / "data"}); }
  void Fill(int rows) const {
    const auto db = Open();
    db->Migrate(kTable);
    db->Transact([&](Txn& txn) {
      for (int i = 0; i < rows; ++i) txn.Run("INSERT INTO a VALUES (?)", {i});
    });
  }
  std::string WhyNot() const {
    try {
      Open();
    } catch (const StorageError& error) {
      return error.what();
    }
    return "";
  }
  void Patch(std::streamoff at, std::string_view bytes) const {
    std::fstream out(file(), std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(at);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  test::TemporaryDirectory directory_;
};

TEST_F(DataDirectoryTest, IsMadePrivateAndNothingIsWrittenBeforeItIsUsed) {
  const auto db = Open();
  EXPECT_EQ(db->directory(), directory_.path() / "data");
  EXPECT_EQ(fs::status(db->directory()).permissions(), fs::perms::owner_all);
  EXPECT_FALSE(fs::exists(file()));
  db->Clear();
  EXPECT_FALSE(fs::exists(file()));
  db->Migrate(kTable);
  EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(DataDirectoryTest, ASecondHolderIsRefusedWithThePidOfTheFirst) {
  const auto db = Open();
  EXPECT_NE(WhyNot().find("in use by process " + std::to_string(getpid())), std::string::npos) << WhyNot();
}

TEST_F(DataDirectoryTest, IsFreeAgainAfterClosing) {
  Open();
  EXPECT_EQ(WhyNot(), "");
  fs::create_directories(directory_.path() / "data");
  EXPECT_NO_THROW(Database::Open({directory_.path() / "data" / ""}));
}

TEST_F(DataDirectoryTest, WhatWasCommittedIsThereAfterReopening) {
  Fill(10);
  EXPECT_EQ(Open()->Read([](Reader& reader) { return reader.QueryInt("SELECT count(*) FROM a"); }), 10);
}

TEST_F(DataDirectoryTest, AnEmptyFileIsNotTakenForAFreshStart) {
  Fill(10);
  fs::resize_file(file(), 0);
  EXPECT_NE(WhyNot().find("is empty"), std::string::npos) << WhyNot();
}

TEST_F(DataDirectoryTest, ATruncatedFileIsRefused) {
  Fill(5000);
  const auto size = fs::file_size(file());
  for (const auto keep : {size - 1, size / 2, std::uintmax_t{4096}, std::uintmax_t{50}}) {
    fs::resize_file(file(), keep);
    EXPECT_NE(WhyNot(), "") << keep;
  }
}

TEST_F(DataDirectoryTest, GarbageAndForeignDatabasesAreRefused) {
  Fill(10);
  Patch(68, "abcd");
  EXPECT_NE(WhyNot().find("another program"), std::string::npos) << WhyNot();
  Patch(0, "garbage garbage");
  EXPECT_NE(WhyNot().find("not a database"), std::string::npos) << WhyNot();
}

TEST_F(DataDirectoryTest, ADamagedSchemaPageIsRefused) {
  Fill(10);
  Patch(100, std::string(3000, '\xEE'));
  EXPECT_NE(WhyNot().find("damaged"), std::string::npos) << WhyNot();
}

TEST_F(DataDirectoryTest, ANewerFormatIsRefused) {
  Fill(10);
  Patch(60, std::string("\0\0\0\x63", 4));
  EXPECT_NE(WhyNot().find("has format 99"), std::string::npos) << WhyNot();
}

TEST_F(DataDirectoryTest, ALogWithoutItsDatabaseIsRefused) {
  const auto data = directory_.path() / "data";
  fs::create_directories(data);
  std::ofstream(data / "state.db-wal") << "something";
  EXPECT_NE(WhyNot().find("is gone"), std::string::npos) << WhyNot();
}

TEST_F(DataDirectoryTest, AHalfMadeNewFileIsMadeAgain) {
  const auto data = directory_.path() / "data";
  fs::create_directories(data);
  std::ofstream(data / "state.db.new") << "half";
  Fill(3);
  EXPECT_FALSE(fs::exists(data / "state.db.new"));
}

/// Runs `body` in a child process until it kills itself, and waits for its end.
template <typename F>
void InKilledChild(F&& body) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    try {
      body();
      kill(getpid(), SIGKILL);
    } catch (...) {
    }
    _exit(1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
}

TEST_F(DataDirectoryTest, AcknowledgedRowsSurviveKillAndUncommittedOnesDoNot) {
  InKilledChild([&] {
    const auto db = Open();
    db->Migrate(kTable);
    for (int i = 0; i < 100; ++i) db->Transact([&](Txn& txn) { txn.Run("INSERT INTO a VALUES (?)", {i}); });
    db->Transact([&](Txn& txn) {
      txn.Run("INSERT INTO a VALUES (?)", {1000});
      kill(getpid(), SIGKILL);
    });
  });
  const auto db = Open();
  EXPECT_EQ(db->Read([](Reader& reader) { return reader.QueryInt("SELECT count(*) FROM a"); }), 100);
  EXPECT_EQ(db->Read([](Reader& reader) { return reader.QueryInt("SELECT sum(x) FROM a"); }), 4950);
}

TEST_F(DataDirectoryTest, WhatAKilledProcessLeftInMemoryIsSweptByTheNext) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  InKilledChild([&] {
    const auto db = Database::Open({});
    db->Migrate(kTable);
    const std::string path = db->directory().string();
    if (write(ends[1], path.data(), path.size()) < 0) _exit(1);
    kill(getpid(), SIGKILL);
  });
  char buffer[4096];
  const ssize_t size = read(ends[0], buffer, sizeof buffer);
  ASSERT_GT(size, 0);
  close(ends[0]);
  close(ends[1]);
  const fs::path left(std::string(buffer, static_cast<std::size_t>(size)));
  EXPECT_TRUE(fs::exists(left));
  Database::Open({});
  EXPECT_FALSE(fs::exists(left));
}

}  // namespace
}  // namespace stratolite::storage
