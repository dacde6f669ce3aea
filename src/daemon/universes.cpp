#include "daemon/universes.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <future>
#include <mutex>

#include <fmt/format.h>
#include <malloc.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFirstLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kNameLength = 8;
constexpr std::string_view kKeyPrefix = "AKIA";
constexpr std::string_view kSessionPrefix = "ASIA";
constexpr std::string_view kSecretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kSecretSize = 40;
constexpr std::size_t kKeyEntropyBytes = 16;
/// What is remembered of keys beside those of worlds.
constexpr std::size_t kMaxRememberedKeys = 20'000;
constexpr auto kRestPause = std::chrono::seconds(3);
constexpr auto kEndTimeout = std::chrono::seconds(5);

AwsError Refusal(std::string code, std::string message, int status) {
  return {std::move(code), std::move(message), status};
}

/// What a new world is made in. Throws StorageError; false: there is something.
bool MakeDirectory(const fs::path& directory) {
  if (mkdir(directory.c_str(), 0700) == 0) return true;
  if (errno == EEXIST) return false;
  throw storage::StorageError(fmt::format("cannot create {}: {}", directory.string(), std::strerror(errno)));
}

void RemoveDirectory(const fs::path& directory) {
  std::error_code error;
  fs::remove_all(directory, error);
  if (error) spdlog::warn("{} cannot be removed: {}", directory.string(), error.message());
}

/// The end of a world that was deleted, or that of the daemon.
void Bury(Universe* universe) {
  const std::unique_ptr<Universe> owned(universe);
  if (!universe->deleted) return;
  const fs::path directory = universe->world->deps().db.directory();
  universe->world->GiveUp();
  RemoveDirectory(directory);
}

auth::AuthOptions Strict(auth::AuthOptions options) {
  options.mode = auth::AuthMode::kStrict;
  return options;
}

}  // namespace

AwsError NoSuchWorld(std::string_view name) {
  return Refusal("NoSuchWorld", fmt::format("There is no world '{}'. GET /_stratolite/worlds lists them.", name), 404);
}

Universes::Universes(std::shared_ptr<Universe> first, UniversesOptions options)
    : default_(std::move(first)),
      options_(std::move(options)),
      directory_(default_->world->deps().db.directory() / "worlds"),
      nowhere_(std::make_shared<Universe>("deleted", default_->world, Strict(options_.auth))),
      housekeeper_(std::make_shared<Housekeeper>()) {
  struct stat info {};
  any_ = stat(directory_.c_str(), &info) == 0;
  if (any_) hold_ = default_->world->blob_pool()->HoldFiles();
}

Universes::~Universes() { Stop(); }

void Universes::EnsureKnown() {
  std::call_once(known_, [this] { ReadRecords(); });
}

void Universes::ReadRecords() {
  std::error_code absent;
  std::vector<EntryPtr> found;
  for (const auto& item : fs::directory_iterator(directory_, absent)) {
    try {
      if (auto record = ReadWorldRecord(item.path())) {
        found.push_back(std::make_shared<Entry>(*std::move(record)));
      } else {
        // A process was killed while it made or deleted this one.
        RemoveDirectory(item.path());
      }
    } catch (const storage::StorageError& error) {
      spdlog::error("a world is left out: {}", error.what());
    }
  }
  const std::unique_lock lock(mutex_);
  for (const EntryPtr& entry : found) {
    by_name_.insert_or_assign(entry->record.name, entry);
    by_key_.insert_or_assign(entry->record.access_key_id, entry);
  }
}

Universes::EntryPtr Universes::FindEntry(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

bool Universes::IsKeyTaken(std::string_view access_key_id) const {
  const std::shared_lock lock(mutex_);
  return by_key_.contains(access_key_id) || deleted_keys_.contains(access_key_id);
}

std::vector<Universes::EntryPtr> Universes::Entries() const {
  std::vector<EntryPtr> entries;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [name, entry] : by_name_) entries.push_back(entry);
  }
  std::sort(entries.begin(), entries.end(), [](const EntryPtr& a, const EntryPtr& b) {
    return std::tie(a->record.created, a->record.name) < std::tie(b->record.created, b->record.name);
  });
  return entries;
}

WorldOptions Universes::OptionsFor(std::string_view name) const {
  WorldOptions options;
  options.storage.directory = DirectoryOf(name);
  options.storage.durability = options_.durability;
  if (options_.seed) options.seed = *options_.seed ^ std::hash<std::string_view>{}(name);
  options.blobs = default_->world->blob_pool();
  options.sleeper = options_.sleeper;
  return options;
}

std::shared_ptr<Universe> Universes::MakeUniverse(const WorldRecord& record, std::unique_ptr<World> world) {
  world->credentials().AddRootCredential(KeyOf(record));
  world->Resume();
  auth::AuthOptions auth = options_.auth;
  auth.default_account = record.account;
  return {new Universe(record.name, std::move(world), std::move(auth)),
          [housekeeper = housekeeper_](Universe* universe) { housekeeper->Run([universe] { Bury(universe); }); }};
}

std::shared_ptr<Universe> Universes::Open(Entry& entry) {
  const std::scoped_lock lock(entry.opening);
  if (entry.deleted) return nullptr;
  if (!entry.universe) {
    entry.universe = MakeUniverse(entry.record, World::Open(OptionsFor(entry.record.name), options_.descriptors));
  }
  if (!entry.universe->used.load(std::memory_order_relaxed)) entry.universe->used = true;
  return entry.universe;
}

std::shared_ptr<Universe> Universes::OfKey(std::string_view access_key_id) {
  if (!any_.load(std::memory_order_acquire)) return default_;
  const bool session = access_key_id.starts_with(kSessionPrefix);
  if (!session && !access_key_id.starts_with(kKeyPrefix)) return default_;
  EnsureKnown();
  EntryPtr entry;
  {
    const std::shared_lock lock(mutex_);
    if (deleted_keys_.contains(access_key_id)) return nowhere_;
    const auto found = by_key_.find(access_key_id);
    if (found != by_key_.end()) entry = found->second;
  }
  if (entry) {
    auto universe = Open(*entry);
    return universe ? universe : nowhere_;
  }
  return session ? OfSession(access_key_id) : default_;
}

std::shared_ptr<Universe> Universes::OfSession(std::string_view access_key_id) {
  // Forks know the sessions of their parents too: who issued one was there before.
  if (default_->world->credentials().Find(access_key_id)) return default_;
  std::optional<std::weak_ptr<Entry>> remembered;
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = sessions_.find(access_key_id); found != sessions_.end()) remembered = found->second;
  }
  if (remembered) {
    const EntryPtr entry = remembered->lock();
    if (!entry) return default_;
    auto known = Open(*entry);
    return known ? known : nowhere_;
  }
  std::weak_ptr<Entry> issuer;
  std::shared_ptr<Universe> universe;
  for (const EntryPtr& entry : Entries()) {
    universe = Open(*entry);
    if (universe && universe->world->credentials().Find(access_key_id)) {
      issuer = entry;
      break;
    }
    universe = nullptr;
  }
  const std::unique_lock lock(mutex_);
  if (sessions_.size() >= kMaxRememberedKeys) sessions_.clear();
  sessions_.insert_or_assign(std::string(access_key_id), issuer);
  return universe ? universe : default_;
}

std::shared_ptr<Universe> Universes::Find(std::string_view name) {
  if (name == default_->name) return default_;
  if (!any_.load(std::memory_order_acquire)) return nullptr;
  EnsureKnown();
  const EntryPtr entry = FindEntry(name);
  return entry ? Open(*entry) : nullptr;
}

WorldRecord Universes::MakeRecord(const WorldRequest& request) const {
  runtime::Random& random = default_->world->random();
  WorldRecord record;
  record.name = request.name;
  // A seeded daemon makes the same names and keys after every start: what is taken is passed over.
  while (record.name.empty() || (request.name.empty() && FindEntry(record.name))) {
    record.name = random.String(1, kFirstLetters) + random.String(kNameLength - 1, kLetters);
  }
  if (request.account) {
    record.account = *request.account;
  } else {
    const EntryPtr parent = request.fork ? FindEntry(*request.fork) : nullptr;
    record.account = parent ? parent->record.account : options_.auth.default_account;
  }
  do {
    record.access_key_id = auth::MakeUniqueId(kKeyPrefix, record.account, random.Bytes(kKeyEntropyBytes));
  } while (IsKeyTaken(record.access_key_id));
  record.secret_access_key = random.String(kSecretSize, kSecretAlphabet);
  record.forked_from = request.fork.value_or("");
  // Real time, not that of any world: it orders worlds.
  record.created = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  return record;
}

Result<WorldRecord> Universes::Create(const WorldRequest& request) {
  const std::shared_ptr<Universe> parent = request.fork ? Find(*request.fork) : default_;
  if (!parent) return NoSuchWorld(*request.fork);
  return Found(request, [&](const WorldOptions& options) {
    return request.fork ? parent->world->Fork(options) : World::Open(options, options_.descriptors);
  });
}

Result<WorldRecord> Universes::CreateFrom(const fs::path& snapshot, const WorldRequest& request) {
  return Found(request, [&](const WorldOptions& options) {
    const std::unique_ptr<storage::BlobPool::Hold> hold = options.blobs->HoldFiles();
    storage::LoadSnapshot(snapshot, options.storage.directory, *options.blobs);
    return World::Open(options, options_.descriptors);
  });
}

Result<WorldRecord> Universes::Found(const WorldRequest& request,
                                     const std::function<std::unique_ptr<World>(const WorldOptions&)>& make) {
  EnsureKnown();
  if (!request.name.empty() && !IsWorldName(request.name)) {
    return Refusal("InvalidWorldName",
                   fmt::format("'{}' cannot be a world's name: 1 to 63 lower-case letters, digits and hyphens, no "
                               "hyphen first, and not 'default'.",
                               request.name),
                   400);
  }
  auto entry = std::make_shared<Entry>(MakeRecord(request));
  const WorldRecord& record = entry->record;
  const fs::path directory = DirectoryOf(record.name);
  MakeDirectory(directory_);
  if (!MakeDirectory(directory)) {
    return Refusal("WorldAlreadyExists",
                   fmt::format("There is a world '{}' already, or one is just ending.", record.name), 409);
  }
  try {
    entry->universe = MakeUniverse(record, make(OptionsFor(record.name)));
    WriteWorldRecord(directory, record, options_.durability == storage::Durability::kPower);
  } catch (...) {
    if (entry->universe) entry->universe->deleted = true;
    if (!entry->universe) RemoveDirectory(directory);
    throw;
  }
  {
    const std::unique_lock lock(mutex_);
    by_name_.insert_or_assign(record.name, entry);
    by_key_.insert_or_assign(record.access_key_id, entry);
    any_.store(true, std::memory_order_release);
  }
  housekeeper_->Repeat(kRestPause, [this] { RestIdle(); });
  return record;
}

Result<void> Universes::Delete(std::string_view name) {
  if (name == default_->name) {
    return Refusal("CannotDeleteDefaultWorld",
                   "The default world cannot be deleted; POST /_stratolite/reset empties it.", 400);
  }
  EnsureKnown();
  const EntryPtr entry = FindEntry(name);
  if (!entry) return NoSuchWorld(name);
  // Opened if it is not: only so its blobs can be given back.
  std::shared_ptr<Universe> universe = Open(*entry);
  {
    const std::scoped_lock lock(entry->opening);
    if (entry->deleted) return NoSuchWorld(name);
    RemoveWorldRecord(DirectoryOf(name));
    entry->deleted = true;
    entry->universe = nullptr;
  }
  {
    const std::unique_lock lock(mutex_);
    by_name_.erase(entry->record.name);
    by_key_.erase(entry->record.access_key_id);
    if (deleted_keys_.size() >= kMaxRememberedKeys) deleted_keys_.clear();
    deleted_keys_.insert(entry->record.access_key_id);
    for (auto session = sessions_.begin(); session != sessions_.end();) {
      const bool of_it = session->second.lock() == entry;
      if (of_it) deleted_keys_.insert(session->first);
      session = of_it ? sessions_.erase(session) : std::next(session);
    }
  }
  universe->deleted = true;
  universe->world->Stop();
  const std::weak_ptr<Universe> left = universe;
  universe = nullptr;
  // The world's last call lets go of it first, then the housekeeper clears up.
  const auto deadline = std::chrono::steady_clock::now() + kEndTimeout;
  while (!left.expired() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const auto cleared = std::make_shared<std::promise<void>>();
  auto done = cleared->get_future();
  housekeeper_->Run([cleared] { cleared->set_value(); });
  done.wait_for(kEndTimeout);
  return {};
}

std::vector<WorldRecord> Universes::List() {
  EnsureKnown();
  std::vector<WorldRecord> records;
  for (const EntryPtr& entry : Entries()) records.push_back(entry->record);
  return records;
}

std::optional<Json> Universes::Why(std::string_view request_id) {
  for (const auto& universe : {default_, nowhere_}) {
    if (auto found = universe->why.Describe(request_id)) return found;
  }
  for (const EntryPtr& entry : Entries()) {
    const std::scoped_lock lock(entry->opening);
    if (!entry->universe) continue;
    if (auto found = entry->universe->why.Describe(request_id)) return found;
  }
  return std::nullopt;
}

std::optional<WorldRecord> Universes::FindRecord(std::string_view name) {
  EnsureKnown();
  const EntryPtr entry = FindEntry(name);
  return entry ? std::optional(entry->record) : std::nullopt;
}

void Universes::ForgetSessions() {
  const std::unique_lock lock(mutex_);
  sessions_.clear();
}

void Universes::Resume() {
  struct stat info {};
  const bool blobs = stat((default_->world->deps().db.directory() / "blobs").c_str(), &info) == 0;
  if (!any_ && !blobs) return;
  housekeeper_->Run([this, blobs] {
    // A world that cannot be opened now may be mended: until then files may be its.
    if (!OpenAll()) return;
    TakeHold().reset();
    if (!blobs) return;
    const std::size_t swept = default_->world->blob_pool()->Sweep();
    if (swept > 0) spdlog::info("{} files of blobs that a killed process left behind were removed", swept);
  });
  if (any_) housekeeper_->Repeat(kRestPause, [this] { RestIdle(); });
}

std::unique_ptr<storage::BlobPool::Hold> Universes::TakeHold() {
  const std::unique_lock lock(mutex_);
  return std::move(hold_);
}

bool Universes::OpenAll() {
  EnsureKnown();
  bool all = true;
  for (const EntryPtr& entry : Entries()) {
    try {
      Open(*entry);
    } catch (const std::exception& error) {
      spdlog::error("the world {} cannot be opened: {}", entry->record.name, error.what());
      all = false;
    }
  }
  return all;
}

void Universes::RestIdle() {
  bool any = false;
  for (const EntryPtr& entry : Entries()) {
    std::shared_ptr<Universe> universe;
    {
      const std::scoped_lock lock(entry->opening);
      universe = entry->universe;
    }
    if (!universe || universe->used.exchange(false)) continue;
    any = universe->world->Rest() || any;
  }
  if (any) malloc_trim(0);
}

void Universes::Stop() {
  housekeeper_->Stop();
  for (const EntryPtr& entry : Entries()) {
    const std::scoped_lock lock(entry->opening);
    if (entry->universe) entry->universe->world->Stop();
  }
  default_->world->Stop();
  TakeHold().reset();
}

}  // namespace stratolite::daemon
