#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "daemon/housekeeper.hpp"
#include "daemon/universe.hpp"
#include "daemon/world_record.hpp"
#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/once.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::daemon {

/// What every further world is opened with. Plain data.
struct UniversesOptions {
  storage::Durability durability = storage::Durability::kProcess;
  /// Each world's ids then repeat as well, each its own.
  std::optional<std::uint64_t> seed;
  auth::AuthOptions auth;
  IamMode iam = IamMode::kOff;
  bool s3_legacy_bucket_defaults = false;
  /// The first world's.
  std::shared_ptr<runtime::Sleeper> sleeper = nullptr;
  /// The first world's.
  std::shared_ptr<ports::HttpClient> http = nullptr;
  /// Outlives the universes.
  std::span<const ServiceDescriptor> descriptors;
};

AwsError NoSuchWorld(std::string_view name);

/// What `POST /_stratolite/worlds` asks for.
struct WorldRequest {
  /// nullopt: an empty one.
  std::optional<std::string> fork;
  /// Empty: a random one.
  std::string name;
  /// The new key's; nullopt: the parent's.
  std::optional<AccountId> account;
};

/// The worlds of one daemon: `default`, and those that were made from it, which live in `worlds/<name>` in its directory and survive a restart.
/// Whoever holds a Universe keeps it alive: a deleted world ends after its last call.
///
/// What earlier processes left is not looked at before somebody signs with a key that could be a world's, or Resume: a start pays one stat.
/// Thread-safe. Blocks.
class Universes {
 public:
  Universes(std::shared_ptr<Universe> first, UniversesOptions options);
  explicit Universes(std::shared_ptr<Universe> first) : Universes(std::move(first), UniversesOptions{}) {}
  /// After Stop.
  ~Universes();

  const std::shared_ptr<Universe>& Default() const { return default_; }
  /// The world that an access key belongs to, opened if need be: one that was made for it, or one that issued it (sessions); the default one for keys
  /// that nobody made for a world. Keys of worlds that were deleted lead nowhere: to a universe that knows no key. Throws StorageError: it cannot
  /// be opened.
  std::shared_ptr<Universe> OfKey(std::string_view access_key_id);
  /// nullptr: no such world. Throws StorageError.
  std::shared_ptr<Universe> Find(std::string_view name);

  /// Errors: bad or taken name, no such parent. Throws StorageError; then nothing is left.
  Result<WorldRecord> Create(const WorldRequest& request);
  /// A world of its own out of a snapshot (World::Save). Errors as Create, and: no snapshot, a newer one, damaged.
  Result<WorldRecord> CreateFrom(const std::filesystem::path& snapshot, const WorldRequest& request);
  /// No new calls reach it from here on. Returns when its last one has ended and its files are gone, or after some seconds: then that happens by
  /// itself. Errors: no such world, the default one.
  Result<void> Delete(std::string_view name);
  /// The first for which `holds` is true: the default one, then the others in the order in which they were made, opened if need be. nullptr: none. Throws
  /// StorageError.
  std::shared_ptr<Universe> FindWhere(const std::function<bool(const Universe&)>& holds);
  /// All but the default one, in the order in which they were made.
  std::vector<WorldRecord> List();
  /// Why a request was refused, in whatever world: who asks does not always know. nullopt: not remembered.
  std::optional<Json> Why(std::string_view request_id);
  std::optional<WorldRecord> FindRecord(std::string_view name);

  /// A world was loaded anew: whose sessions are whose is looked up again.
  void ForgetSessions();

  /// After the daemon answers: opens, in the background, what earlier processes left, so that what is due in those worlds happens, and removes the
  /// blobs that no world refers to.
  void Resume();
  /// Ends waiting calls and stops the engines of every world. No calls arrive any more.
  void Stop();

 private:
  /// How many keys are remembered beside those of worlds.
  static constexpr std::size_t kMaxRememberedKeys = 20'000;

  /// A world that is not the default one, open or not.
  struct Entry {
    explicit Entry(WorldRecord record) : record(std::move(record)) {}
    const WorldRecord record;
    std::mutex opening;
    // Guarded by opening:
    std::shared_ptr<Universe> universe;
    bool deleted = false;
  };
  using EntryPtr = std::shared_ptr<Entry>;
  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };
  template <typename V>
  using ByName = std::unordered_map<std::string, V, NameHash, std::equal_to<>>;

  std::filesystem::path DirectoryOf(std::string_view name) const { return directory_ / name; }
  WorldOptions OptionsFor(std::string_view name) const;
  /// Reads what earlier processes left, the first time.
  void EnsureKnown();
  void ReadRecords();
  EntryPtr FindEntry(std::string_view name) const;
  bool IsKeyTaken(std::string_view access_key_id) const;
  /// In the order in which they were made.
  std::vector<EntryPtr> Entries() const;
  /// nullptr: deleted meanwhile.
  std::shared_ptr<Universe> Open(Entry& entry);
  std::shared_ptr<Universe> MakeUniverse(const WorldRecord& record, std::unique_ptr<World> world);
  std::shared_ptr<Universe> OfIssued(std::string_view access_key_id);
  /// `make` brings a world into being in the directory of these options, which is new.
  Result<WorldRecord> Found(const WorldRequest& request,
                            const std::function<std::unique_ptr<World>(const WorldOptions&)>& make);
  WorldRecord MakeRecord(const WorldRequest& request) const;
  /// False: not all can be.
  bool OpenAll();
  std::unique_ptr<storage::BlobPool::Hold> TakeHold();
  void RestIdle();
  void RestIdleFromNowOn();
  /// Nobody finds it any more: waits until it is gone, for some seconds.
  void End(std::shared_ptr<Universe> universe);

  const std::shared_ptr<Universe> default_;
  const UniversesOptions options_;
  const std::filesystem::path directory_;
  /// Where requests with the keys of deleted worlds end.
  const std::shared_ptr<Universe> nowhere_;
  Once known_;
  /// Whether there may be worlds beside the default one.
  std::atomic<bool> any_;
  std::atomic<bool> stopping_ = false;
  /// There is a world that cannot be read: what it holds is not known.
  std::atomic<bool> left_out_ = false;

  mutable std::shared_mutex mutex_;
  // Guarded by mutex_:
  ByName<EntryPtr> by_name_;
  ByName<EntryPtr> by_key_;
  /// Sessions, and users' keys, that others than the default world issued; nullptr: nobody did.
  ByName<std::weak_ptr<Entry>> sessions_;
  std::unordered_set<std::string, NameHash, std::equal_to<>> deleted_keys_;
  /// While not all worlds are open no blob may be freed: files are shared.
  std::unique_ptr<storage::BlobPool::Hold> hold_;

  std::shared_ptr<Housekeeper> housekeeper_;
};

}  // namespace stratolite::daemon
