#include "s3/replication_role.hpp"

#include <string>
#include <vector>

#include "s3/own_calls.hpp"
#include "s3/replication_rules.hpp"
#include "stratolite/auth/decision.hpp"
#include "stratolite/auth/policy_cache.hpp"
#include "stratolite/ports/access_checks.hpp"
#include "stratolite/ports/access_mode.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/role_directory.hpp"

namespace stratolite::s3 {
namespace {

/// Whether the role's trust policy lets S3 be it.
bool TrustsS3(const ports::RoleDirectory::Role& role, const Bucket& source, const std::string& role_arn,
              const std::string& role_account) {
  auth::PolicyCache policies(0);
  const auto trust = policies.Get(role.trust_policy).policy;
  if (!trust) return false;
  auth::Principal service;
  service.type = auth::PrincipalType::kService;
  service.account = source.account;
  service.arn = kOwnPrincipal;
  auth::AccessContext context;
  context.Set("aws:SourceAccount", source.account.str());
  context.Set("aws:SourceArn", "arn:" + std::string(PartitionOf(source.region)) + ":s3:::" + source.name);
  context.Set("aws:PrincipalIsAWSService", std::string("true"));
  context.Set("aws:PrincipalServiceName", service.arn);
  auth::ApplicablePolicies applicable;
  applicable.resource = auth::NamedPolicy{role_arn, trust};
  return auth::Decide({service, "sts:AssumeRole", role_arn, role_account, context, true}, applicable).allowed;
}

/// A call of S3 as the role.
Call MakeRoleCall(Parts& parts, const Bucket& source, const Arn& role, const std::string& role_arn,
                  const std::string& unique_id) {
  Call call = MakeOwnCall(parts, source, "ReplicateObject");
  call.scope.account = AccountId(role.account);
  call.caller.type = auth::PrincipalType::kAssumedRole;
  call.caller.account = AccountId(role.account);
  call.caller.issuer_arn = role_arn;
  call.caller.user_id = unique_id + ":s3-replication";
  call.caller.arn = "arn:" + role.partition + ":sts::" + role.account + ":assumed-role/" +
                    role.resource.substr(role.resource.rfind('/') + 1) + "/s3-replication";
  return call;
}

}  // namespace

std::optional<std::string_view> WhyRoleMayNotReplicate(Parts& parts, const Bucket& source, const Object& object,
                                                       std::string_view role_arn, const Json& rule) {
  const auto* const access = parts.deps.ports.Find<ports::AccessMode>();
  if (access == nullptr || access->mode() != IamMode::kEnforce) return std::nullopt;
  auto* const checks = parts.deps.ports.Find<ports::AccessChecks>();
  auto* const roles = parts.deps.ports.Find<ports::RoleDirectory>();
  const auto arn = Arn::Parse(role_arn);
  if (checks == nullptr || roles == nullptr || !arn) return "AssumeRoleNotPermitted";
  const auto role = roles->Find(*arn);
  const std::string name(role_arn);
  if (!role || !TrustsS3(*role, source, name, arn->account)) return "AssumeRoleNotPermitted";

  const std::string prefix = "arn:" + std::string(PartitionOf(source.region)) + ":s3:::";
  const std::string from = prefix + source.name + "/" + object.key;
  const std::string to = prefix + ReplicationTarget(rule) + "/" + object.key;
  std::vector<AccessNeed> needs = {
      {.action = "s3:GetObjectVersionForReplication", .resource = from},
      {.action = object.is_delete_marker ? "s3:ReplicateDelete" : "s3:ReplicateObject", .resource = to}};
  if (!object.tags.empty()) needs.push_back({.action = "s3:ReplicateTags", .resource = to});
  const Call call = MakeRoleCall(parts, source, *arn, name, role->unique_id);
  const auto denials = checks->CheckEach("s3", call, needs);
  if (denials[0]) return "SrcGetObjectNotPermitted";
  if (denials[1]) return object.is_delete_marker ? "DstDelObjNotPermitted" : "DstPutObjectNotPermitted";
  if (denials.size() > 2 && denials[2]) return "DstPutTaggingNotPermitted";
  return std::nullopt;
}

}  // namespace stratolite::s3
