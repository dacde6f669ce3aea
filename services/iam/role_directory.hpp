#pragma once

#include <optional>

#include "stratolite/auth/policy_cache.hpp"
#include "stratolite/ports/role_directory.hpp"
#include "stratolite/service/access.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// What the world does with policies. Thread-safe.
IamMode IamModeOf(const ServiceDeps& deps);

/// The roles of every account, for STS. While policies are not looked at (`--iam off`), a role that nobody made can be assumed all the same: who only wants
/// credentials needs no role first. `deps` must outlive it. Thread-safe. Blocks.
class StoredRoles final : public ports::RoleDirectory {
 public:
  explicit StoredRoles(const ServiceDeps& deps) : deps_(deps) {}

  std::optional<Role> Find(const Arn& role) override;
  Result<Role> Assume(const Attempt& attempt) override;

 private:
  const ServiceDeps deps_;
  auth::PolicyCache documents_;
};

}  // namespace stratolite::iam
