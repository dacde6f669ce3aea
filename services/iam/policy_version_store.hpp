#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/model.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/storage/database.hpp"

/// The versions of an account's managed policies, and how much managed policies are used. All functions: Thread-safe. Blocks.
namespace stratolite::iam {

struct StoredVersion {
  std::int64_t number = 0;
  /// As the user sent it.
  std::string document;
  TimePoint created_at;
};

void InsertVersion(storage::Txn& txn, EntityId policy, const StoredVersion& version);
/// Whether there was one.
bool DeleteVersion(storage::Txn& txn, EntityId policy, std::int64_t number);
void DeleteAllVersions(storage::Txn& txn, EntityId policy);
std::optional<StoredVersion> FindStoredVersion(storage::Reader& reader, EntityId policy, std::int64_t number);
/// Newest first.
std::vector<StoredVersion> ListStoredVersions(storage::Reader& reader, EntityId policy);
std::int64_t CountVersions(storage::Reader& reader, EntityId policy);

/// By policy ARN: how many entities of the account have it attached, and how many as boundary.
std::map<std::string, std::int64_t> AttachmentCounts(storage::Reader& reader, const AccountId& account);
std::map<std::string, std::int64_t> BoundaryCounts(storage::Reader& reader, const AccountId& account);

}  // namespace stratolite::iam
