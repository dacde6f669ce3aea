#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::scheduler {

/// The rows of schedule groups. Without state: Thread-safe. Blocks.
class GroupStore {
 public:
  static std::optional<Group> Find(storage::Reader& reader, const Scope& scope, std::string_view name);
  /// Writes the row of `default` when there is none yet: every account has that group.
  static void EnsureDefault(storage::Txn& txn, const Scope& scope, TimePoint now);
  static void Insert(storage::Txn& txn, const Group& group);
  static void Update(storage::Txn& txn, const Group& group);
  static void Delete(storage::Txn& txn, const Group& group);
  /// By name, after `after`, at most `limit`.
  static std::vector<Group> List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                 std::string_view after, std::int64_t limit);
  static std::int64_t Count(storage::Reader& reader, const Scope& scope);
};

/// What requests with a client token were answered: the same request gets the same answer again for some hours. Without state: Thread-safe. Blocks.
class TokenStore {
 public:
  struct Request {
    const Scope& scope;
    std::string_view operation;
    std::string_view token;
    /// What tells the request from others with the same token.
    std::string digest;
  };
  static std::optional<Json> Find(storage::Reader& reader, const Request& request, TimePoint now);
  static void Remember(storage::Txn& txn, const Request& request, const Json& answer, TimePoint now);
};

}  // namespace stratolite::scheduler
