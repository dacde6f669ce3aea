#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy/action_set.hpp"
#include "auth/policy/condition.hpp"
#include "auth/policy/principal_set.hpp"
#include "auth/policy/resource_set.hpp"
#include "stratolite/auth/policy.hpp"

namespace stratolite::auth::language {

/// One statement, compiled. Immutable once built. Thread-safe.
struct Statement {
  /// Sid, or its number counted from 1.
  std::string name;
  bool allows = false;

  /// nullopt: it has neither Principal nor NotPrincipal.
  std::optional<PrincipalSet> principals;
  bool not_principals = false;
  ActionSet actions;
  bool not_actions = false;
  /// nullopt: it has neither Resource nor NotResource, as in trust policies: about whatever it is attached to.
  std::optional<ResourceSet> resources;
  bool not_resources = false;
  std::vector<Condition> conditions;
};

}  // namespace stratolite::auth::language

namespace stratolite::auth {

class Policy {
 public:
  explicit Policy(std::vector<language::Statement> statements) : statements_(std::move(statements)) {}
  const std::vector<language::Statement>& statements() const { return statements_; }

 private:
  std::vector<language::Statement> statements_;
};

}  // namespace stratolite::auth
