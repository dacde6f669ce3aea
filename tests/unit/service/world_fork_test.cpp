#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <fstream>
#include <thread>

#include "stratolite/auth/credential_store.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/world.hpp"
#include "stratolite/storage/blob_store.hpp"
#include "stratolite/storage/database.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr std::array<std::string_view, 1> kForkBoxSteps{
    "CREATE TABLE box_item (name TEXT NOT NULL PRIMARY KEY, blob INTEGER NOT NULL)"};

/// Keeps items with a body each, remembers how many there are, and puts one in later.
class BoxService final : public Service {
 public:
  explicit BoxService(const ServiceDeps& deps) : deps_(deps) {
    deps.db.Migrate({"box", kForkBoxSteps});
    deps.scheduler.Register("box.late", [this](const runtime::DueTask& task) { Put(task.key, "l"); });
  }
  void Register(OperationTable&) override {}
  void OnReset() override { ++resets; }

  void Put(const std::string& name, std::string_view body) {
    const auto draft = deps_.blobs.Begin(body.size());
    draft->Append(body);
    draft->Seal();
    deps_.db.Transact([&](storage::Txn& txn) {
      txn.Run("INSERT INTO box_item (name, blob) VALUES (?, ?)", {name, deps_.blobs.Keep(txn, *draft)});
    });
  }
  void Remove(const std::string& name) {
    deps_.db.Transact([&](storage::Txn& txn) {
      deps_.blobs.Release(txn, txn.QueryInt("SELECT blob FROM box_item WHERE name = ?", {name}));
      txn.Run("DELETE FROM box_item WHERE name = ?", {name});
    });
  }
  void PutLater(const std::string& name, Duration after) {
    deps_.db.Transact(
        [&](storage::Txn& txn) { deps_.scheduler.Schedule(txn, "box.late", {name, deps_.clock.Now() + after, {}}); });
  }
  /// `name=first character of the body*its size`, in order.
  std::string Items() {
    const auto reader = deps_.blobs.OpenReader();
    std::string out;
    std::vector<std::pair<std::string, std::uint64_t>> items;
    deps_.db.Read([&](storage::Reader& rows) {
      rows.Query("SELECT i.name, i.blob, b.size FROM box_item i JOIN blob b ON b.id = i.blob ORDER BY i.name", {},
                 [&](const storage::Row& row) {
                   reader->Add(rows, row.Int(1), 0, static_cast<std::uint64_t>(row.Int(2)));
                   items.emplace_back(row.Text(0), static_cast<std::uint64_t>(row.Int(2)));
                 });
    });
    reader->Ready();
    for (const auto& [name, size] : items) {
      std::string body(size, '\0');
      for (std::size_t at = 0; at < size;) at += reader->Read(body.data() + at, size - at);
      if (body.find_first_not_of(body[0]) != std::string::npos) return name + " is damaged";
      out += name + "=" + body[0] + "*" + std::to_string(size) + " ";
    }
    return out;
  }

  std::atomic<int> resets = 0;

 private:
  const ServiceDeps& deps_;
};

constexpr std::array<ServiceDescriptor, 1> kServices{
    {{"box", [](const ServiceDeps& deps) -> std::unique_ptr<Service> { return std::make_unique<BoxService>(deps); }}}};

class WorldForkTest : public ::testing::Test {
 protected:
  std::unique_ptr<World> Open(const std::string& name, std::shared_ptr<storage::BlobPool> pool = nullptr) {
    return World::Open(OptionsFor(name, std::move(pool)), kServices);
  }
  WorldOptions OptionsFor(const std::string& name, std::shared_ptr<storage::BlobPool> pool = nullptr) {
    WorldOptions options;
    options.storage.directory = directory_.path() / name;
    options.seed = 3;
    options.blobs = std::move(pool);
    return options;
  }
  static BoxService& Box(const std::unique_ptr<World>& world) {
    return dynamic_cast<BoxService&>(*world->FindService("box"));
  }
  /// Those that hold a body: neither drafts nor the pool's own.
  std::size_t BlobFiles(const std::string& name) const {
    std::size_t count = 0;
    std::error_code absent;
    for (const auto& item : fs::recursive_directory_iterator(directory_.path() / name / "blobs", absent)) {
      if (item.is_regular_file() && item.path().parent_path().filename().string().size() == 2) ++count;
    }
    return count;
  }
  fs::path File() const { return directory_.path() / "snapshot"; }

  test::TemporaryDirectory directory_;
  const std::string large_ = std::string(200'000, 'L');
};

TEST_F(WorldForkTest, AForkSharesLargeBodiesUntilNobodyNamesThem) {
  const auto parent = Open("parent");
  Box(parent).Put("large", large_);
  Box(parent).Put("small", "s");
  fs::create_directory(directory_.path() / "fork");
  auto fork = parent->Fork(OptionsFor("fork"));
  EXPECT_EQ(BlobFiles("parent"), 1U);
  Box(parent).Remove("large");
  EXPECT_EQ(Box(fork).Items(), "large=L*200000 small=s*1 ");
  EXPECT_EQ(Box(parent).Items(), "small=s*1 ");
  fork->GiveUp();
  EXPECT_EQ(BlobFiles("parent"), 0U);
}

TEST_F(WorldForkTest, WhatComesAfterTheForkIsNobodyElses) {
  const auto parent = Open("parent");
  Box(parent).Put("one", "1");
  fs::create_directory(directory_.path() / "fork");
  const auto fork = parent->Fork(OptionsFor("fork"));
  Box(parent).Put("two", large_);
  Box(fork).Put("two", std::string(300'000, 'F'));
  EXPECT_EQ(Box(parent).Items(), "one=1*1 two=L*200000 ");
  EXPECT_EQ(Box(fork).Items(), "one=1*1 two=F*300000 ");
}

TEST_F(WorldForkTest, ASnapshotBringsAWorldBackAsItWas) {
  const auto world = Open("world");
  Box(world).Put("large", large_);
  Box(world).Put("small", "s");
  const auto saved = world->Save(File(), "about it");
  EXPECT_EQ(saved.blobs, 1U);
  EXPECT_EQ(saved.bytes, fs::file_size(File()));
  Box(world).Remove("large");
  Box(world).Put("later", std::string(100'000, 'x'));
  EXPECT_EQ(world->Load(File()).about, "about it");
  EXPECT_EQ(Box(world).Items(), "large=L*200000 small=s*1 ");
  EXPECT_EQ(Box(world).resets, 1);
  EXPECT_EQ(BlobFiles("world"), 1U) << "what was replaced is freed";
  Box(world).Put("new", large_);
  EXPECT_EQ(Box(world).Items(), "large=L*200000 new=L*200000 small=s*1 ");
  EXPECT_FALSE(fs::exists(directory_.path() / "world" / "loading"));
}

TEST_F(WorldForkTest, AnotherWorldCanLoadIt) {
  {
    const auto world = Open("world");
    Box(world).Put("large", large_);
    world->Save(File(), {});
  }
  const auto other = Open("other");
  Box(other).Put("own", "o");
  other->Load(File());
  EXPECT_EQ(Box(other).Items(), "large=L*200000 ");
  const auto unused = Open("unused");
  unused->Load(File());
  EXPECT_EQ(Box(unused).Items(), "large=L*200000 ");
}

TEST_F(WorldForkTest, WhatWasLoadedIsThereAfterARestart) {
  {
    const auto world = Open("world");
    Box(world).Put("one", large_);
    world->Save(File(), {});
    Box(world).Put("two", "2");
    world->Load(File());
  }
  EXPECT_EQ(Box(Open("world")).Items(), "one=L*200000 ");
}

TEST_F(WorldForkTest, ASnapshotOfAWorldThatWasNeverUsedEmptiesOne) {
  Open("fresh")->Save(File(), {});
  const auto world = Open("world");
  Box(world).Put("one", large_);
  world->Load(File());
  EXPECT_EQ(Box(world).Items(), "");
  EXPECT_EQ(BlobFiles("world"), 0U);
}

TEST_F(WorldForkTest, WhatWasDueInTheSnapshotHappens) {
  const auto world = Open("world");
  world->clock().Freeze();
  Box(world).PutLater("late", 1min);
  world->Save(File(), {});
  world->Reset();
  world->Advance(2min);
  EXPECT_EQ(Box(world).Items(), "");
  world->Load(File());
  world->Settle();
  EXPECT_EQ(Box(world).Items(), "late=l*1 ");
}

TEST_F(WorldForkTest, ASessionOfTheSnapshotIsKnownAgain) {
  const auto world = Open("world");
  const auto session = world->deps().db.Transact([&](storage::Txn& txn) {
    return world->credentials().IssueSession(txn, auth::RootPrincipal(AccountId("123456789012")),
                                             world->clock().Now() + 1h);
  });
  world->Save(File(), {});
  world->Reset();
  ASSERT_FALSE(world->credentials().Find(session.access_key_id));
  world->Load(File());
  EXPECT_TRUE(world->credentials().Find(session.access_key_id));
}

TEST_F(WorldForkTest, WhatIsNoWholeSnapshotChangesNothing) {
  const auto world = Open("world");
  Box(world).Put("one", large_);
  world->Save(File(), {});
  std::ifstream in(File(), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  std::string flipped = whole;
  flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
  for (const std::string& bad :
       {std::string(), std::string("SQLite format 3"), whole.substr(0, whole.size() - 1), flipped}) {
    std::ofstream(File(), std::ios::binary | std::ios::trunc) << bad;
    EXPECT_THROW(world->Load(File()), storage::StorageError);
    EXPECT_EQ(Box(world).Items(), "one=L*200000 ");
    EXPECT_EQ(BlobFiles("world"), 1U);
  }
  EXPECT_THROW(world->Load(directory_.path() / "absent"), storage::StorageError);
  EXPECT_EQ(Box(world).resets, 0);
}

TEST_F(WorldForkTest, ReadersSeeTheOldOrTheNewWhileALoadReplacesIt) {
  const auto world = Open("world");
  for (int i = 0; i < 200; ++i) Box(world).Put(std::to_string(i), "a");
  const std::string before = Box(world).Items();
  world->Save(File(), {});
  world->Reset();
  Box(world).Put("only", "b");
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    while (!stop) {
      const std::string seen = Box(world).Items();
      if (seen != before && seen != "only=b*1 ") ADD_FAILURE() << seen;
    }
  });
  world->Load(File());
  stop = true;
  reader.join();
  EXPECT_EQ(Box(world).Items(), before);
}

}  // namespace
}  // namespace stratolite
