#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/policy/document.hpp"
#include "stratolite/auth/decision.hpp"

namespace stratolite::auth::language {

/// What a policy's Principal has to say where it is used.
enum class PrincipalRule {
  /// Nothing: identities' policies and organizations' service controls are about whom they are attached to.
  kIgnored,
  /// Resources' policies say whom they are about.
  kRequired,
  /// Organizations' resource controls may.
  kOptional,
};

/// A question as statements are asked it. Refers to what the asker holds. Not thread-safe.
struct StatementQuestion {
  const Principal& caller;
  /// Lower case.
  std::string_view action;
  std::string_view resource;
  const AccessContext& context;
  PrincipalRule principals = PrincipalRule::kIgnored;
};

/// How a statement answers. Plain data.
struct StatementMatch {
  enum class Part { kNone, kPrincipal, kAction, kResource, kCondition };
  /// The first that did not match; kNone: all did.
  Part failed = Part::kNone;
  /// Of kCondition.
  const Condition* condition = nullptr;
  /// What a matching statement gives to the caller by naming it.
  Grant grant = Grant::kNone;

  bool matched() const { return failed == Part::kNone; }
};

StatementMatch MatchStatement(const Statement& statement, const StatementQuestion& question);

/// In words, for ConsideredStatement.
std::string DescribeFailedPart(const Statement& statement, const StatementMatch& match);

}  // namespace stratolite::auth::language
