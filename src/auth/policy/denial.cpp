#include <array>
#include <string>
#include <string_view>

#include "stratolite/auth/decision.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::auth {
namespace {

std::string DenialReason(AccessReason reason, const std::string& action) {
  switch (reason) {
    case AccessReason::kAllowed:
    case AccessReason::kRoot:
      break;
    case AccessReason::kExplicitDenyServiceControl:
      return " with an explicit deny in a service control policy";
    case AccessReason::kExplicitDenyResourceControl:
      return " with an explicit deny in a resource control policy";
    case AccessReason::kExplicitDenyResource:
      return " with an explicit deny in a resource-based policy";
    case AccessReason::kExplicitDenyIdentity:
      return " with an explicit deny in an identity-based policy";
    case AccessReason::kExplicitDenyBoundary:
      return " with an explicit deny in a permissions boundary";
    case AccessReason::kExplicitDenySession:
      return " with an explicit deny in a session policy";
    case AccessReason::kNoServiceControlAllows:
      return " because no service control policy allows the " + action + " action";
    case AccessReason::kNoResourceControlAllows:
      return " because no resource control policy allows the " + action + " action";
    case AccessReason::kNoResourceAllows:
      return " because no resource-based policy allows the " + action + " action";
    case AccessReason::kNoIdentityAllows:
      return " because no identity-based policy allows the " + action + " action";
    case AccessReason::kNoBoundaryAllows:
      return " because no permissions boundary allows the " + action + " action";
    case AccessReason::kNoSessionAllows:
      return " because no session policy allows the " + action + " action";
  }
  return {};
}

/// As the service writes it: SQS in lower case, SNS with its name in upper case.
std::string ActionAsWritten(std::string_view action) {
  if (action.starts_with("sqs:")) return AsciiLower(action);
  if (action.starts_with("sns:")) return "SNS" + std::string(action.substr(3));
  return std::string(action);
}

std::string ResourceAsWritten(std::string_view action, std::string_view resource) {
  if (resource.empty()) return {};
  if (action.starts_with("s3:")) {
    // Of actions that have no resource S3 names none, and ARNs it quotes.
    return resource == "*" ? "" : " on resource: \"" + std::string(resource) + "\"";
  }
  constexpr std::array<std::string_view, 6> kSilent = {
      "ec2:", "kms:", "cloudformation:", "secretsmanager:", "cloudwatch:", "codecommit:"};
  for (const std::string_view prefix : kSilent) {
    if (resource == "*" && action.starts_with(prefix)) return {};
  }
  return " on resource: " + std::string(resource);
}

}  // namespace

std::string DescribeDenial(const AccessQuestion& question, const Decision& decision) {
  const std::string action = ActionAsWritten(question.action);
  const std::string who = question.caller.arn.empty() ? "anonymous" : question.caller.arn;
  return "User: " + who + " is not authorized to perform: " + action +
         ResourceAsWritten(question.action, question.resource) + DenialReason(decision.reason, action);
}

}  // namespace stratolite::auth
