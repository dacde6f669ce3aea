#include "daemon/universes.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <mutex>

#include <malloc.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/service/access_report.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSessionPrefix = "ASIA";
constexpr auto kRestPause = std::chrono::seconds(3);

/// The end of a world that was deleted, or that of the daemon.
void Bury(Universe* universe) {
  const std::unique_ptr<Universe> owned(universe);
  if (!universe->deleted) return;
  const fs::path directory = universe->world->deps().db.directory();
  universe->world->GiveUp();
  RemoveWorldDirectory(directory);
}

std::optional<Json> WhyIn(const Universe& universe, std::string_view request_id) {
  if (auto refused = universe.why.Describe(request_id)) return refused;
  const auto denied = universe.world->FindAccessReport(request_id);
  return denied == nullptr ? std::nullopt : std::optional(Json::parse(denied->page));
}

auth::AuthOptions Strict(auth::AuthOptions options) {
  options.mode = auth::AuthMode::kStrict;
  return options;
}

}  // namespace

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
  known_.Run([this] { ReadRecords(); });
}

void Universes::ReadRecords() {
  std::error_code absent;
  std::vector<EntryPtr> found;
  for (const auto& item : fs::directory_iterator(directory_, absent)) {
    // Worlds that were moved aside.
    if (!IsWorldName(item.path().filename().string())) continue;
    try {
      if (auto record = ReadWorldRecord(item.path())) {
        found.push_back(std::make_shared<Entry>(*std::move(record)));
      } else {
        // A process was killed while it made or deleted this one.
        RemoveWorldDirectory(item.path());
      }
    } catch (const TornRecord& torn) {
      spdlog::error("{}", torn.what());
      MoveWorldAside(item.path());
    } catch (const storage::StorageError& error) {
      spdlog::error("a world is left out: {}", error.what());
      left_out_ = true;
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
  options.http = options_.http;
  options.iam = options_.iam;
  options.s3_legacy_bucket_defaults = options_.s3_legacy_bucket_defaults;
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
  // Sessions; keys of worlds, and of users.
  if (!access_key_id.starts_with(kSessionPrefix) && !access_key_id.starts_with(kWorldKeyPrefix)) return default_;
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
  return OfIssued(access_key_id);
}

std::shared_ptr<Universe> Universes::OfIssued(std::string_view access_key_id) {
  // Forks know what their parents issued too: who issued one was there before.
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

std::vector<WorldRecord> Universes::List() {
  EnsureKnown();
  std::vector<WorldRecord> records;
  for (const EntryPtr& entry : Entries()) records.push_back(entry->record);
  return records;
}

std::shared_ptr<Universe> Universes::FindWhere(const std::function<bool(const Universe&)>& holds) {
  if (holds(*default_)) return default_;
  for (const WorldRecord& record : List()) {
    std::shared_ptr<Universe> universe = Find(record.name);
    if (universe != nullptr && holds(*universe)) return universe;
  }
  return nullptr;
}

std::optional<Json> Universes::Why(std::string_view request_id) {
  for (const auto& universe : {default_, nowhere_}) {
    if (auto found = WhyIn(*universe, request_id)) return found;
  }
  for (const EntryPtr& entry : Entries()) {
    const std::scoped_lock lock(entry->opening);
    if (!entry->universe) continue;
    if (auto found = WhyIn(*entry->universe, request_id)) return found;
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
  if (any_) RestIdleFromNowOn();
}

std::unique_ptr<storage::BlobPool::Hold> Universes::TakeHold() {
  const std::unique_lock lock(mutex_);
  return std::move(hold_);
}

bool Universes::OpenAll() {
  EnsureKnown();
  bool all = !left_out_;
  for (const EntryPtr& entry : Entries()) {
    if (stopping_) return false;
    try {
      Open(*entry);
    } catch (const std::exception& error) {
      spdlog::error("the world {} cannot be opened: {}", entry->record.name, error.what());
      all = false;
    }
  }
  return all;
}

void Universes::RestIdleFromNowOn() {
  housekeeper_->Repeat(kRestPause, [this] { RestIdle(); });
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
  stopping_ = true;
  housekeeper_->Stop();
  for (const EntryPtr& entry : Entries()) {
    const std::scoped_lock lock(entry->opening);
    if (entry->universe) entry->universe->world->Stop();
  }
  default_->world->Stop();
  TakeHold().reset();
}

}  // namespace stratolite::daemon
