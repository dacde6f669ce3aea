// Policies (first line) against a question: action (second line), resource (third), and the value of every condition key (the rest).

#include <string>
#include <vector>

#include "fuzz/fuzz_target.hpp"
#include "stratolite/auth/decision.hpp"

namespace stratolite::fuzz {
namespace {

using auth::AccessContext;
using auth::ApplicablePolicies;
using auth::NamedPolicy;
using auth::Principal;
using auth::PrincipalType;

std::vector<Principal> PolicyCallers() {
  Principal user;
  user.type = PrincipalType::kUser;
  user.account = AccountId("111111111111");
  user.arn = "arn:aws:iam::111111111111:user/alice";
  user.user_id = "AIDAX";
  Principal session = user;
  session.type = PrincipalType::kAssumedRole;
  session.arn = "arn:aws:sts::111111111111:assumed-role/app/s";
  session.user_id = "AROAX:s";
  return {user, session, Principal()};
}

/// The same policy wherever one may be: it decides as the same document in each place does alone.
void DecideWith(const auth::PolicyPtr& policy, const auth::AccessQuestion& question) {
  const NamedPolicy named{"policy", policy};
  ApplicablePolicies identity;
  identity.identity = {named};
  const auth::Decision alone = Decide(question, identity);

  ApplicablePolicies twice = identity;
  twice.identity.push_back(named);
  Demand(Decide(question, twice).allowed == alone.allowed, "a policy that is there twice says what it says once");

  ApplicablePolicies limited = identity;
  limited.boundary = named;
  limited.session = {named};
  limited.service_control = {{named}};
  std::vector<auth::ConsideredStatement> considered;
  const auth::Decision all = Decide(question, limited, &considered);
  Demand(!all.allowed || alone.allowed, "limits only reduce");
  Demand(all.allowed == Decide(question, limited).allowed, "looking at every statement changes nothing");
  for (const auto& one : considered)
    Demand(one.matched == one.failed_part.empty(), "what did not match has a part that did not");

  ApplicablePolicies resource;
  resource.resource = named;
  const auth::Decision granted = Decide(question, resource);
  if (!granted.allowed) {
    Demand(DescribeDenial(question, granted).size() <
               500 + 3 * question.action.size() + question.resource.size() + question.caller.arn.size(),
           "a message does not grow beyond what it is about");
  }
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(Policies) {
  Parts parts(input);
  const std::string_view document = parts.Line();
  const std::string_view action = parts.Line();
  const std::string_view resource = parts.Line();
  const std::string value(parts.Rest());
  for (const auth::PolicyKind kind : {auth::PolicyKind::kIdentity, auth::PolicyKind::kResource}) {
    const auto valid = ValidatePolicy(document, kind);
    Demand(valid.ok() || valid.error().message.size() < 500 + 2 * document.size(), "messages are bounded");
  }
  const auto policy = auth::CompilePolicy(document);
  if (!policy.ok()) return;
  AccessContext context;
  for (const std::string& key : ContextKeysOf(**policy)) context.Set(key, value);
  for (const Principal& caller : PolicyCallers()) {
    DecideWith(*policy, {caller, action, resource, "111111111111", context});
    DecideWith(*policy, {caller, action, resource, "222222222222", context});
  }
}
