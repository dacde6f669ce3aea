#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stratolite/auth/decision.hpp"
#include "stratolite/auth/principal.hpp"
#include "stratolite/base/names.hpp"

namespace stratolite::storage {
class Reader;
}

namespace stratolite::ports {

/// What an account's IAM gives to whom: IAM's to offer, the authorizer's to ask at every call. Answers come from memory until something changes.
class IdentityDirectory {
 public:
  struct Identity {
    /// False: the user or role is gone; then there are no policies.
    bool exists = false;
    /// Of the user and its groups, or of the role: inline and managed.
    std::vector<auth::NamedPolicy> policies;
    std::optional<auth::NamedPolicy> boundary;
    /// The user's or role's; a session's own are the principal's.
    std::map<std::string, std::string> tags;
    /// `aws:username`; empty for roles.
    std::string user_name;
    /// Roles of services, which no organization restricts.
    bool service_linked = false;
    /// What conditions and variables of policies and boundary look at: nobody needs to find out about other keys.
    std::vector<std::string> context_keys;
  };

  virtual ~IdentityDirectory() = default;
  /// Of a user, a role session or a federated user. Never nullptr. Thread-safe. Blocks; not from within a transaction.
  virtual std::shared_ptr<const Identity> Find(const auth::Principal& principal) = 0;
  /// The same, within a transaction.
  virtual std::shared_ptr<const Identity> Find(storage::Reader& reader, const auth::Principal& principal) = 0;
  /// Managed policies by ARN, for session policies; nullptr: no such policy.
  virtual auth::PolicyPtr FindManagedPolicy(const AccountId& account, const std::string& arn) = 0;
};

/// What an organization says about its accounts: the service Organizations offers it. Without one no account belongs to an organization. Thread-safe. Blocks.
class OrganizationDirectory {
 public:
  struct Membership {
    /// `o-a1b2c3d4e5`; empty: in none.
    std::string organization_id;
    /// `aws:PrincipalOrgPaths`: `o-…/r-…/ou-…/`.
    std::string path;
    /// Nothing restricts it.
    bool is_management_account = false;
    /// From the root down to the account.
    std::vector<std::vector<auth::NamedPolicy>> service_control;
    std::vector<std::vector<auth::NamedPolicy>> resource_control;
  };

  virtual ~OrganizationDirectory() = default;
  /// Never nullptr.
  virtual std::shared_ptr<const Membership> Find(const AccountId& account) = 0;
};

}  // namespace stratolite::ports
