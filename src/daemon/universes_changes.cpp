#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <future>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "daemon/universes.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/storage/blob_store.hpp"
#include "stratolite/storage/snapshot.hpp"

namespace stratolite::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFirstLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kNameLength = 8;
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

}  // namespace

AwsError NoSuchWorld(std::string_view name) {
  return Refusal("NoSuchWorld", fmt::format("There is no world '{}'. GET /_stratolite/worlds lists them.", name), 404);
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
    GiveNewKey(record, random);
  } while (IsKeyTaken(record.access_key_id));
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
    if (!entry->universe) RemoveWorldDirectory(directory);
    throw;
  }
  {
    const std::unique_lock lock(mutex_);
    by_name_.insert_or_assign(record.name, entry);
    by_key_.insert_or_assign(record.access_key_id, entry);
    any_.store(true, std::memory_order_release);
  }
  RestIdleFromNowOn();
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
  std::shared_ptr<Universe> universe;
  try {
    // Only of an open one the blobs can be given back.
    universe = Open(*entry);
  } catch (const storage::StorageError& error) {
    spdlog::warn("the world {} is deleted unopened: {}", name, error.what());
  }
  {
    const std::scoped_lock lock(entry->opening);
    if (entry->deleted) return NoSuchWorld(name);
    RemoveWorldRecord(DirectoryOf(name), options_.durability == storage::Durability::kPower);
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
  if (!universe) {
    RemoveWorldDirectory(DirectoryOf(name));
    return {};
  }
  End(std::move(universe));
  return {};
}

void Universes::End(std::shared_ptr<Universe> universe) {
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
}

}  // namespace stratolite::daemon
