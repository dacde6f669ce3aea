#include "daemon/universes.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <thread>

#include <sys/stat.h>

#include "runtime/sleeper.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/storage/database.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::daemon {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr std::array<std::string_view, 1> kSteps{"CREATE TABLE note (text TEXT NOT NULL)"};

/// Keeps notes, and makes one later.
class NoteService final : public Service {
 public:
  explicit NoteService(const ServiceDeps& deps) : deps_(deps) {
    deps.db.Migrate({"note", kSteps});
    deps.scheduler.Register("note.late", [this](const runtime::DueTask& task) { Write(task.key); });
  }
  void Register(OperationTable&) override {}

  void Write(const std::string& text) {
    deps_.db.Transact([&](storage::Txn& txn) { txn.Run("INSERT INTO note VALUES (?)", {text}); });
  }
  void WriteAt(TimePoint when, const std::string& text) {
    deps_.db.Transact([&](storage::Txn& txn) { deps_.scheduler.Schedule(txn, "note.late", {text, when, {}}); });
  }
  std::vector<std::string> Notes() {
    std::vector<std::string> notes;
    deps_.db.Read([&](storage::Reader& reader) {
      reader.Query("SELECT text FROM note ORDER BY text", {},
                   [&](const storage::Row& row) { notes.push_back(row.Text(0)); });
    });
    return notes;
  }

 private:
  const ServiceDeps& deps_;
};

constexpr std::array<ServiceDescriptor, 1> kServices{{{"note", [](const ServiceDeps& deps) -> std::unique_ptr<Service> {
                                                         return std::make_unique<NoteService>(deps);
                                                       }}}};

using Notes = std::vector<std::string>;

/// A daemon's worlds, that can be closed and opened again.
class UniversesTest : public ::testing::Test {
 protected:
  UniversesTest() { Start(); }
  ~UniversesTest() override { StopAll(); }

  void Start() {
    WorldOptions options;
    options.storage.directory = directory_.path() / "data";
    options.seed = 7;
    options.sleeper = sleeper_;
    const auth::AuthOptions auth{auth::AuthMode::kPermissive, AccountId("000000000000")};
    auto first = std::make_shared<Universe>("default", World::Open(options, kServices), auth);
    worlds_.emplace(std::move(first),
                    UniversesOptions{.seed = 7, .auth = auth, .sleeper = sleeper_, .descriptors = kServices});
  }
  void StopAll() {
    if (worlds_) worlds_->Stop();
    worlds_.reset();
  }

  static NoteService& In(const std::shared_ptr<Universe>& universe) {
    return dynamic_cast<NoteService&>(*universe->world->FindService("note"));
  }
  NoteService& Default() { return In(worlds_->Default()); }
  WorldRecord Fork(std::string name = {}, std::string from = "default") {
    auto made = worlds_->Create({.fork = std::move(from), .name = std::move(name), .account = std::nullopt});
    EXPECT_TRUE(made.ok()) << made.error().message;
    return *made;
  }
  fs::path WorldDirectory(const std::string& name) const { return directory_.path() / "data" / "worlds" / name; }

  test::TemporaryDirectory directory_;
  const std::shared_ptr<runtime::Sleeper> sleeper_ = std::make_shared<runtime::Sleeper>();
  std::optional<Universes> worlds_;
};

TEST_F(UniversesTest, AForkHasWhatItsParentHadAndGoesItsOwnWay) {
  Default().Write("before");
  const WorldRecord fork = Fork();
  const auto universe = worlds_->OfKey(fork.access_key_id);
  In(universe).Write("in the fork");
  Default().Write("in the parent");
  EXPECT_EQ(In(universe).Notes(), (Notes{"before", "in the fork"}));
  EXPECT_EQ(Default().Notes(), (Notes{"before", "in the parent"}));
}

TEST_F(UniversesTest, AForkOfAForkIsAForkOfWhatTheForkHolds) {
  const WorldRecord first = Fork("first");
  In(worlds_->Find("first")).Write("of first");
  const WorldRecord second = Fork("second", "first");
  EXPECT_EQ(second.forked_from, "first");
  EXPECT_EQ(In(worlds_->OfKey(second.access_key_id)).Notes(), Notes{"of first"});
}

TEST_F(UniversesTest, AForkOfAWorldThatWasNeverUsedIsEmpty) {
  const WorldRecord fork = Fork();
  EXPECT_EQ(In(worlds_->OfKey(fork.access_key_id)).Notes(), Notes{});
}

TEST_F(UniversesTest, AnEmptyWorldHasNothingOfTheDefaultOne) {
  Default().Write("one");
  const auto made = worlds_->Create({});
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->forked_from, "");
  EXPECT_EQ(In(worlds_->OfKey(made->access_key_id)).Notes(), Notes{});
}

TEST_F(UniversesTest, TheKeyIsOfTheDefaultAccountUnlessAnotherIsAskedFor) {
  EXPECT_EQ(Fork().account.str(), "000000000000");
  const auto made = worlds_->Create({.fork = "default", .name = "theirs", .account = AccountId("123456789012")});
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->account.str(), "123456789012");
  EXPECT_EQ(Fork("grandchild", "theirs").account.str(), "123456789012");
  const auto known = worlds_->OfKey(made->access_key_id)->world->credentials().Find(made->access_key_id);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->secret_access_key, made->secret_access_key);
  EXPECT_EQ(known->principal.arn, "arn:aws:iam::123456789012:root");
}

TEST_F(UniversesTest, KeysThatNobodyMadeForAWorldBelongToTheDefaultOne) {
  Fork();
  for (const char* key : {"", "test", "123456789012", "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"}) {
    EXPECT_EQ(worlds_->OfKey(key), worlds_->Default()) << key;
  }
}

TEST_F(UniversesTest, ASessionBelongsToTheWorldThatIssuedIt) {
  const auto issue = [](const std::shared_ptr<Universe>& universe) {
    World& world = *universe->world;
    return world.deps().db.Transact([&](storage::Txn& txn) {
      return world.credentials()
          .IssueSession(txn, auth::RootPrincipal(AccountId("000000000000")), world.clock().Now() + 1h)
          .access_key_id;
    });
  };
  const std::string before = issue(worlds_->Default());
  auto fork = worlds_->OfKey(Fork("mine").access_key_id);
  Fork("other");
  const std::string after = issue(fork);
  EXPECT_EQ(worlds_->OfKey(after), fork);
  EXPECT_EQ(worlds_->OfKey(after), fork);
  EXPECT_EQ(worlds_->OfKey(before), worlds_->Default());
  EXPECT_TRUE(fork->world->credentials().Find(before)) << "came along";
  fork = nullptr;
  StopAll();
  Start();
  EXPECT_EQ(worlds_->OfKey(after)->name, "mine");
}

TEST_F(UniversesTest, TheClockOfAForkShowsTheParentsTimeAndThenGoesItsOwnWay) {
  auto& clock = worlds_->Default()->world->clock();
  clock.Freeze();
  clock.Set(TimePoint(1'900'000'000s));
  const auto fork = worlds_->OfKey(Fork().access_key_id);
  EXPECT_TRUE(fork->world->clock().frozen());
  EXPECT_EQ(fork->world->clock().Now(), clock.Now());
  fork->world->Advance(1h);
  EXPECT_EQ(clock.Now(), TimePoint(1'900'000'000s));
}

TEST_F(UniversesTest, WhatIsDueLaterHappensInBothWorlds) {
  auto& clock = worlds_->Default()->world->clock();
  clock.Freeze();
  Default().WriteAt(clock.Now() + 1min, "late");
  const auto fork = worlds_->OfKey(Fork().access_key_id);
  fork->world->Advance(2min);
  EXPECT_EQ(In(fork).Notes(), Notes{"late"});
  EXPECT_EQ(Default().Notes(), Notes{});
  worlds_->Default()->world->Advance(2min);
  EXPECT_EQ(Default().Notes(), Notes{"late"});
}

TEST_F(UniversesTest, WorldsAreThereAgainAfterARestart) {
  Default().Write("of default");
  const WorldRecord fork = Fork("kept");
  In(worlds_->Find("kept")).Write("of the fork");
  StopAll();
  Start();
  ASSERT_EQ(worlds_->List().size(), 1U);
  const WorldRecord again = worlds_->List().front();
  EXPECT_EQ(again.access_key_id, fork.access_key_id);
  EXPECT_EQ(again.secret_access_key, fork.secret_access_key);
  EXPECT_EQ(again.created, fork.created - fork.created.time_since_epoch() % 1ms);
  EXPECT_EQ(In(worlds_->OfKey(fork.access_key_id)).Notes(), (Notes{"of default", "of the fork"}));
}

TEST_F(UniversesTest, ASeededDaemonDoesNotGiveOutTakenNamesAndKeysAgain) {
  const WorldRecord first = Fork();
  StopAll();
  Start();
  const WorldRecord second = Fork();
  EXPECT_NE(second.name, first.name);
  EXPECT_NE(second.access_key_id, first.access_key_id);
}

TEST_F(UniversesTest, WhatBecameDueMeanwhileHappensAfterARestartWithoutARequest) {
  Fork("kept");
  // As a process that was killed before it came to it leaves it behind.
  worlds_->Find("kept")->world->clock().Freeze();
  In(worlds_->Find("kept")).WriteAt(worlds_->Find("kept")->world->clock().Now() + 1ms, "overdue");
  StopAll();
  Start();
  worlds_->Resume();
  const auto again = worlds_->Find("kept");
  again->world->Settle();
  EXPECT_EQ(In(again).Notes(), Notes{"overdue"});
}

TEST_F(UniversesTest, TheSecretIsForTheOwnerOnly) {
  Fork("mine");
  struct stat info {};
  ASSERT_EQ(stat((WorldDirectory("mine") / "world.json").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  ASSERT_EQ(stat(WorldDirectory("mine").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700U);
}

TEST_F(UniversesTest, ADeletedWorldIsGoneWithItsFilesAndItsKeyLeadsNowhere) {
  Default().Write("kept");
  const WorldRecord fork = Fork("mine");
  In(worlds_->Find("mine"));
  ASSERT_TRUE(worlds_->Delete("mine").ok());
  EXPECT_FALSE(fs::exists(WorldDirectory("mine")));
  EXPECT_TRUE(worlds_->List().empty());
  EXPECT_EQ(worlds_->Find("mine"), nullptr);
  EXPECT_EQ(worlds_->Delete("mine").error().http_status, 404);
  const auto nowhere = worlds_->OfKey(fork.access_key_id);
  EXPECT_NE(nowhere, worlds_->Default());
  EXPECT_EQ(nowhere->authenticator.options().mode, auth::AuthMode::kStrict);
  EXPECT_EQ(Default().Notes(), Notes{"kept"});
  EXPECT_NE(Fork("mine").access_key_id, fork.access_key_id) << "the name is free again";
}

TEST_F(UniversesTest, AWorldThatIsDeletedLivesUntilItsLastCallEnds) {
  const WorldRecord fork = Fork("mine");
  auto call = worlds_->OfKey(fork.access_key_id);
  std::thread deleter([&] { EXPECT_TRUE(worlds_->Delete("mine").ok()); });
  while (worlds_->Find("mine") != nullptr) std::this_thread::yield();
  In(call).Write("still there");
  EXPECT_TRUE(fs::exists(WorldDirectory("mine")));
  call = nullptr;
  deleter.join();
  EXPECT_FALSE(fs::exists(WorldDirectory("mine")));
}

TEST_F(UniversesTest, TheDefaultWorldCannotBeDeleted) {
  EXPECT_EQ(worlds_->Delete("default").error().code, "CannotDeleteDefaultWorld");
}

TEST_F(UniversesTest, WhatAKilledProcessLeftHalfMadeIsRemoved) {
  Fork("whole");
  StopAll();
  fs::create_directories(WorldDirectory("half"));
  std::ofstream(WorldDirectory("half") / "state.db") << "half";
  Start();
  EXPECT_EQ(worlds_->List().size(), 1U);
  EXPECT_FALSE(fs::exists(WorldDirectory("half")));
}

TEST_F(UniversesTest, ADamagedRecordCostsNoOtherWorld) {
  Fork("whole");
  Fork("broken");
  StopAll();
  std::ofstream(WorldDirectory("broken") / "world.json") << "{";
  Start();
  ASSERT_EQ(worlds_->List().size(), 1U);
  EXPECT_EQ(worlds_->List().front().name, "whole");
  EXPECT_TRUE(fs::exists(WorldDirectory("broken") / "state.db") || fs::exists(WorldDirectory("broken") / "world.json"));
}

TEST_F(UniversesTest, AWorldThatCannotBeOpenedSaysSoAndCanBeDeleted) {
  const WorldRecord broken = Fork("broken");
  Fork("whole");
  StopAll();
  std::ofstream(WorldDirectory("broken") / "state.db", std::ios::trunc) << "no database";
  Start();
  EXPECT_THROW(worlds_->OfKey(broken.access_key_id), storage::StorageError);
  EXPECT_TRUE(worlds_->Find("whole"));
  EXPECT_TRUE(worlds_->Delete("broken").ok());
  EXPECT_FALSE(fs::exists(WorldDirectory("broken")));
  EXPECT_EQ(worlds_->List().size(), 1U);
}

TEST_F(UniversesTest, NamesAreCheckedAndTakenOnce) {
  for (const char* name : {"Upper", "dots.in", "../up", "-first", "default", "with space"}) {
    EXPECT_EQ(worlds_->Create({.fork = "default", .name = name, .account = std::nullopt}).error().code,
              "InvalidWorldName")
        << name;
  }
  EXPECT_EQ(worlds_->Create({.fork = "default", .name = std::string(64, 'a'), .account = std::nullopt}).error().code,
            "InvalidWorldName");
  Fork(std::string(63, 'a'));
  EXPECT_EQ(
      worlds_->Create({.fork = "default", .name = std::string(63, 'a'), .account = std::nullopt}).error().http_status,
      409);
  EXPECT_EQ(worlds_->Create({.fork = "nobody", .name = {}, .account = std::nullopt}).error().http_status, 404);
}

TEST_F(UniversesTest, AForkIsMadeWhileItsParentIsWrittenTo) {
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::thread writer([&] {
    while (!stop) Default().Write(std::to_string(1'000'000 + written++));
  });
  for (int i = 0; i < 10; ++i) {
    const int before = written;
    const auto fork = worlds_->OfKey(Fork().access_key_id);
    const Notes notes = In(fork).Notes();
    // One moment: every note up to some point, none after it.
    ASSERT_GE(static_cast<int>(notes.size()) + 1, before);
    for (std::size_t at = 0; at < notes.size(); ++at) ASSERT_EQ(notes[at], std::to_string(1'000'000 + at));
  }
  stop = true;
  writer.join();
}

TEST_F(UniversesTest, AWorldThatRestedGoesOnWhereItWas) {
  const auto fork = worlds_->OfKey(Fork().access_key_id);
  In(fork).Write("one");
  EXPECT_TRUE(fork->world->Rest());
  EXPECT_FALSE(fork->world->Rest());
  In(fork).Write("two");
  EXPECT_TRUE(fork->world->Rest());
  EXPECT_EQ(In(fork).Notes(), (Notes{"one", "two"}));
  EXPECT_TRUE(fork->world->Rest());
  fork->world->Reset();
  EXPECT_EQ(In(fork).Notes(), Notes{});
}

}  // namespace
}  // namespace stratolite::daemon
