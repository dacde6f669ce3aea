#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "iam/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// Whose an MFA device is, and what is known of its clock. Plain data.
struct MfaAssignment {
  /// The device's entity.
  EntityId device = 0;
  AccountId account{""};
  /// The user; kRootUser: root.
  EntityId owner = 0;
  TimePoint enabled_at;
  /// How many steps the device's clock is ahead of the world's.
  std::int64_t drift = 0;
  /// The last step whose code passed: it and those before never pass again.
  std::int64_t last_step = 0;
};

/// Assignments of MFA devices, which are entities themselves. Thread-safe. Blocks.
class MfaStore {
 public:
  static std::optional<MfaAssignment> Find(storage::Reader& reader, EntityId device);
  /// Of one owner, in order of devices' numbers, after `after`.
  static std::vector<MfaAssignment> List(storage::Reader& reader, const AccountId& account, EntityId owner,
                                         EntityId after, std::int64_t limit);
  static std::int64_t Count(storage::Reader& reader, const AccountId& account, EntityId owner);
  /// In the place of what there was.
  static void Put(storage::Txn& txn, const MfaAssignment& assignment);
  static void Delete(storage::Txn& txn, EntityId device);
};

}  // namespace stratolite::iam
