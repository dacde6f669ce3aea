#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::runtime {
class Random;
}

namespace stratolite::daemon {

/// What is known of a world without opening it: the file `world.json` in its directory, whose presence makes the directory a world. Plain data.
struct WorldRecord {
  std::string name;
  /// Whoever signs with this key is in this world.
  std::string access_key_id;
  std::string secret_access_key;
  /// The key's.
  AccountId account;
  /// Empty: it was made empty, or from a snapshot.
  std::string forked_from;
  /// Of the machine's clock.
  TimePoint created;
};

inline constexpr std::string_view kWorldKeyPrefix = "AKIA";

/// 1 to 63 lower-case letters, digits and hyphens, no hyphen first; not `default`, which is the daemon's first world.
bool IsWorldName(std::string_view name);

/// A random key of the record's account, and its secret.
void GiveNewKey(WorldRecord& record, runtime::Random& random);

/// The key as the world's credential store takes it: the account's root.
auth::Credential KeyOf(const WorldRecord& record);

/// Written aside, mode 0600, and renamed; `durable`: survives a power cut. Throws StorageError. Blocks.
void WriteWorldRecord(const std::filesystem::path& directory, const WorldRecord& record, bool durable);
/// The record of a world that was made without waiting for the disk, as a power cut may leave it.
struct TornRecord : storage::StorageError {
  using StorageError::StorageError;
};

/// nullopt: there is none. Throws TornRecord, or another StorageError when there is one that cannot be read. Blocks.
std::optional<WorldRecord> ReadWorldRecord(const std::filesystem::path& directory);
/// From here on the directory is no world; `durable`: also after a power cut. Throws StorageError. Blocks.
void RemoveWorldRecord(const std::filesystem::path& directory, bool durable);
/// Out of the way of a new world of its name, to `<directory>.torn-<number>`. Throws StorageError. Blocks.
void MoveWorldAside(const std::filesystem::path& directory);
/// With everything in it; what cannot be removed is logged.
void RemoveWorldDirectory(const std::filesystem::path& directory);

}  // namespace stratolite::daemon
