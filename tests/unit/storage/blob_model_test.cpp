#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "stratolite/storage/snapshot.hpp"
#include "unit/storage/blob_fixture.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

/// What a world should hold: of each blob its body and the number of references.
struct ModelBlob {
  std::size_t size = 0;
  unsigned seed = 0;
  int references = 1;
};
using ModelWorld = std::map<BlobId, ModelBlob>;

/// Several worlds over one pool and what they should hold, driven at random.
class BlobModel {
 public:
  BlobModel(const fs::path& directory, unsigned seed) : directory_(directory), random_(seed) {
    fs::create_directories(directory_);
    pool_ = BlobPool::Open(directory_, Durability::kProcess);
    Attach("default", {});
  }

  void Step() {
    Named& world = worlds_[Below(worlds_.size())];
    switch (Below(24)) {
      case 0:
        return Fork(world);
      case 1:
        return Retire();
      case 2:
        return Reset(world);
      case 3:
        return Restart();
      case 4:
        return KilledInTheMiddle(world);
      case 5:
        return ThroughASnapshot(world);
      case 6:
      case 7:
      case 8:
        return Reference(world);
      case 9:
      case 10:
      case 11:
      case 12:
      case 13:
        return Release(world);
      case 14:
        return OpenReader(world);
      case 15:
        readers_.clear();
        return;
      default:
        return Put(world);
    }
  }

  void Check() {
    for (const Named& named : worlds_) {
      for (const auto& [id, blob] : named.model) {
        ASSERT_EQ(named.world->Get(id, blob.size), Bytes(blob.size, blob.seed)) << named.name << " " << id;
      }
      ASSERT_EQ(static_cast<std::size_t>(
                    named.world->db->Read([](Reader& reader) { return reader.QueryInt("SELECT count(*) FROM blob"); })),
                named.model.size());
    }
    for (const auto& [reader, blob] : readers_) {
      ASSERT_TRUE(reader->File());  // its file opens, whatever was released since
    }
  }

  /// Without readers: exactly the files that rows name.
  void CheckSpace() {
    readers_.clear();
    std::set<std::int64_t> named;
    for (const Named& world : worlds_) {
      world.world->db->Read([&](Reader& reader) {
        reader.Query("SELECT file FROM blob WHERE file IS NOT NULL", {},
                     [&](const Row& row) { named.insert(row.Int(0)); });
      });
    }
    std::set<std::int64_t> there;
    if (fs::exists(directory_ / "blobs")) {
      for (const auto& entry : fs::recursive_directory_iterator(directory_ / "blobs")) {
        const std::string name = entry.path().filename().string();
        if (entry.is_regular_file() && name != "next") there.insert(std::stoll(name));
      }
    }
    ASSERT_EQ(there, named);
  }

 private:
  struct Named {
    std::string name;
    std::unique_ptr<BlobTestWorld> world;
    ModelWorld model;
  };

  std::size_t Below(std::size_t limit) { return random_() % limit; }
  std::size_t Size() {
    constexpr std::size_t kSizes[] = {0, 1, 1'000, kMaxInlineBlobBytes, kMaxInlineBlobBytes + 1, 100'000, 400'000};
    return kSizes[Below(std::size(kSizes))];
  }
  ModelWorld::iterator Any(Named& world) {
    return std::next(world.model.begin(), static_cast<std::ptrdiff_t>(Below(world.model.size())));
  }

  void Attach(const std::string& name, ModelWorld model) {
    auto world = std::make_unique<BlobTestWorld>(pool_, directory_ / name);
    world->blobs->OpenReader();  // makes the table, for Check
    worlds_.push_back({name, std::move(world), std::move(model)});
  }

  void Put(Named& world) {
    const ModelBlob blob{Size(), static_cast<unsigned>(random_())};
    const std::string body = Bytes(blob.size, blob.seed);
    const auto expected = Below(2) == 0 ? std::nullopt : std::optional<std::uint64_t>(Size());
    const auto draft = world.world->Draft(body, expected);
    const bool rolls_back = Below(5) == 0;
    try {
      const BlobId id = world.world->db->Transact([&](Txn& txn) {
        const BlobId kept = world.world->blobs->Keep(txn, *draft);
        if (rolls_back) throw std::runtime_error("no");
        return kept;
      });
      ASSERT_TRUE(world.model.emplace(id, blob).second) << id;
    } catch (const std::runtime_error&) {
      ASSERT_TRUE(rolls_back);
    }
  }
  void Reference(Named& world) {
    if (world.model.empty()) return;
    const auto blob = Any(world);
    world.world->db->Transact([&](Txn& txn) { world.world->blobs->AddReference(txn, blob->first); });
    ++blob->second.references;
  }
  void Release(Named& world) {
    if (world.model.empty()) return;
    const auto blob = Any(world);
    world.world->Release(blob->first);
    if (--blob->second.references == 0) world.model.erase(blob);
  }
  void OpenReader(Named& world) {
    if (world.model.empty()) return;
    const auto blob = Any(world);
    auto reader = world.world->Open(blob->first, 0, blob->second.size);
    if (reader->File()) readers_.emplace_back(std::move(reader), blob->second);
  }
  void Fork(Named& parent) {
    if (worlds_.size() > 4) return;
    const std::string name = "world" + std::to_string(++names_);
    const auto hold = pool_->HoldFiles();
    fs::create_directories(directory_ / name);
    parent.world->db->CopyTo(directory_ / name);
    const ModelWorld model = parent.model;
    BlobStore& parents = *parent.world->blobs;
    Attach(name, model);
    pool_->Forked(parents, *worlds_.back().world->blobs);
  }
  void Retire() {
    if (worlds_.size() < 2) return;
    const auto world = worlds_.begin() + static_cast<std::ptrdiff_t>(1 + Below(worlds_.size() - 1));
    pool_->Retire(*world->world->blobs);
    world->world.reset();
    fs::remove_all(directory_ / world->name);
    worlds_.erase(world);
  }
  void Reset(Named& world) {
    if (Below(3) != 0) return;
    world.world->db->Clear([&](Txn& txn) { world.world->blobs->ReleaseAll(txn); });
    world.model.clear();
  }
  void Restart() {
    readers_.clear();
    std::vector<Named> before = std::move(worlds_);
    worlds_.clear();
    for (Named& named : before) named.world.reset();
    pool_ = BlobPool::Open(directory_, Durability::kProcess);
    for (Named& named : before) Attach(named.name, std::move(named.model));
    ASSERT_EQ(pool_->Sweep(), 0U);
  }
  /// What a killed process leaves: a file without a row, and a half-written one.
  void KilledInTheMiddle(Named& world) {
    Put(world);
    Restart();
    const auto orphan = [&](const fs::path& path) {
      fs::create_directories(path.parent_path());
      fs::copy_file(directory_ / "blobs/next", path, fs::copy_options::overwrite_existing);
    };
    orphan(directory_ / "blobs/a8/25600000");
    orphan(directory_ / "blobs/tmp/25600001");
    ASSERT_EQ(pool_->Sweep(), 2U);
  }
  void ThroughASnapshot(Named& world) {
    if (worlds_.size() > 4 || Below(2) != 0) return;
    const std::string name = "world" + std::to_string(++names_);
    const fs::path file = directory_ / "snapshot";
    SaveSnapshot(*world.world->db, *pool_, file, name);
    const auto hold = pool_->HoldFiles();
    fs::create_directories(directory_ / name);
    ASSERT_EQ(LoadSnapshot(file, directory_ / name, *pool_).about, name);
    Attach(name, ModelWorld(world.model));
  }

  const fs::path directory_;
  std::mt19937 random_;
  std::shared_ptr<BlobPool> pool_;
  std::vector<Named> worlds_;
  std::vector<std::pair<std::unique_ptr<BlobReader>, ModelBlob>> readers_;
  int names_ = 0;
};

TEST(BlobModelTest, WorldsHoldWhatAModelSaysThroughRestartsForksAndSnapshots) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE(seed);
    const test::TemporaryDirectory directory;
    BlobModel model(directory.path() / "pool", seed);
    for (int step = 0; step < 320; ++step) {
      model.Step();
      if (step % 20 == 19) model.Check();
      if (step % 40 == 39) model.CheckSpace();
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

// Writers replace bodies, readers read what their snapshot shows, forks come and go: nobody sees other bytes than the row's.
TEST_F(BlobFixture, ReadersSeeWholeBodiesWhileOthersReplaceThemAndWorldsFork) {
  constexpr int kKeys = 4;
  std::vector<BlobId> first;
  for (int key = 0; key < kKeys; ++key) first.push_back(world_->Put(Bytes(kLarge, 0)));
  world_->db->Transact([&](Txn& txn) {
    txn.Run("CREATE TABLE thing (key INTEGER PRIMARY KEY, blob INTEGER, seed INTEGER)");
    for (int key = 0; key < kKeys; ++key)
      txn.Run("INSERT INTO thing VALUES (?, ?, 0)", {key, first[static_cast<std::size_t>(key)]});
  });
  const auto replace = [](BlobTestWorld& world, int key, unsigned seed) {
    const auto draft = world.Draft(Bytes(kLarge, seed));
    world.db->Transact([&](Txn& txn) {
      world.blobs->Release(txn, txn.QueryInt("SELECT blob FROM thing WHERE key = ?", {key}));
      const BlobId id = world.blobs->Keep(txn, *draft);
      txn.Run("UPDATE thing SET blob = ?, seed = ? WHERE key = ?", {id, seed, key});
    });
  };
  const auto read = [](BlobTestWorld& world, int key) {
    const auto reader = world.blobs->OpenReader();
    const unsigned seed = world.db->Read([&](Reader& snapshot) {
      const auto [id, seed] =
          *snapshot.QueryOne("SELECT blob, seed FROM thing WHERE key = ?", {key},
                             [](const Row& row) { return std::pair(row.Int(0), static_cast<unsigned>(row.Int(1))); });
      reader->Add(snapshot, id, 0, kLarge);
      return seed;
    });
    reader->Ready();
    EXPECT_EQ(BlobTestWorld::ReadAll(*reader), Bytes(kLarge, seed));
  };
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (unsigned writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&, writer] {
      std::minstd_rand random(writer + 1);
      while (!stop) replace(*world_, static_cast<int>(random() % kKeys), static_cast<unsigned>(random()));
    });
  }
  for (unsigned reader = 0; reader < 2; ++reader) {
    threads.emplace_back([&, reader] {
      std::minstd_rand random(reader + 10);
      while (!stop) read(*world_, static_cast<int>(random() % kKeys));
    });
  }
  for (int round = 0; round < 12; ++round) {
    const auto child = Fork(*world_, "child" + std::to_string(round));
    for (int key = 0; key < kKeys; ++key) read(*child, key);
    replace(*child, round % kKeys, 1);
    for (int key = 0; key < kKeys; ++key) read(*child, key);
    if (round % 5 == 0) pool_->Sweep();
    pool_->Retire(*child->blobs);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Files(), kKeys);
}

}  // namespace
}  // namespace stratolite::storage
