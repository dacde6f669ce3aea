#include "auth/policy/matching.hpp"

namespace stratolite::auth::language {
namespace {

Grant GrantOf(const Statement& statement, const StatementQuestion& question) {
  if (question.principals == PrincipalRule::kIgnored) return Grant::kDirect;
  if (!statement.principals) return question.principals == PrincipalRule::kRequired ? Grant::kNone : Grant::kDirect;
  if (!statement.not_principals) return statement.principals->Match(question.caller);
  const bool excepted = statement.allows ? statement.principals->Match(question.caller) != Grant::kNone
                                         : statement.principals->Excepts(question.caller);
  return excepted ? Grant::kNone : Grant::kDirect;
}

bool MatchesResource(const Statement& statement, const StatementQuestion& question) {
  // Trust policies have none; other kinds always do.
  if (!statement.resources) return question.principals == PrincipalRule::kRequired;
  return statement.resources->Contains(question.resource, question.context) != statement.not_resources;
}

}  // namespace

StatementMatch MatchStatement(const Statement& statement, const StatementQuestion& question) {
  using Part = StatementMatch::Part;
  // Actions first: they are what most statements fail by.
  if (statement.actions.Contains(question.action) == statement.not_actions) return {.failed = Part::kAction};
  const Grant grant = GrantOf(statement, question);
  if (grant == Grant::kNone) return {.failed = Part::kPrincipal};
  if (!MatchesResource(statement, question)) return {.failed = Part::kResource};
  for (const Condition& condition : statement.conditions) {
    if (!condition.Matches(question.context)) return {.failed = Part::kCondition, .condition = &condition};
  }
  return {.grant = grant};
}

std::string DescribeFailedPart(const Statement& statement, const StatementMatch& match) {
  switch (match.failed) {
    case StatementMatch::Part::kNone:
      break;
    case StatementMatch::Part::kPrincipal:
      return statement.not_principals ? "NotPrincipal" : "Principal";
    case StatementMatch::Part::kAction:
      return statement.not_actions ? "NotAction" : "Action";
    case StatementMatch::Part::kResource:
      return statement.not_resources ? "NotResource" : "Resource";
    case StatementMatch::Part::kCondition:
      return "Condition " + match.condition->operator_name() + " " + match.condition->key();
  }
  return {};
}

}  // namespace stratolite::auth::language
