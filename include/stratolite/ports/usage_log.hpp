#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/principal.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::ports {

/// Who used which service when: what IAM's "last used" and "last accessed" are answered from. The world offers it and records every call of users and roles;
/// root users, services and anonymous callers are left out. Only the last time of each kind of use is kept.
class UsageLog {
 public:
  /// One kind of use, and its last time. Plain data.
  struct Use {
    /// `AIDA…` of a user, `AROA…` of a role, without the session.
    std::string entity;
    std::string access_key_id;
    /// The model's name: `sqs`.
    std::string service;
    std::string operation;
    std::string region;
    TimePoint time;
    /// Who it was: of a role, the session's ARN.
    std::string principal_arn;
  };

  virtual ~UsageLog() = default;
  /// Cheap: memory only; what was recorded is written some seconds later, together. Thread-safe.
  virtual void Record(const auth::Principal& caller, std::string_view access_key_id, std::string_view service,
                      std::string_view operation, std::string_view region, TimePoint time) = 0;
  /// Everything about one user or role. What was just recorded is among it. Thread-safe. Blocks; not from within a transaction.
  virtual std::vector<Use> FindByEntity(std::string_view entity) = 0;
  /// Everything about all users and roles of one account. Thread-safe. Blocks; not from within a transaction.
  virtual std::vector<Use> FindByAccount(const AccountId& account) = 0;
  /// The last use of one key. Thread-safe. Blocks; not from within a transaction.
  virtual std::optional<Use> FindLastOfKey(std::string_view access_key_id) = 0;
};

}  // namespace stratolite::ports
