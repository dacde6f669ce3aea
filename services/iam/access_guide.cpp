#include "iam/access_guide.hpp"

#include <algorithm>
#include <array>

#include "iam/entity_store.hpp"
#include "iam/linked_services.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {
namespace {

struct KindOfResource {
  std::string_view prefix;
  EntityKind kind;
};

constexpr std::array<KindOfResource, 5> kNamedKinds = {{{"user/", EntityKind::kUser},
                                                        {"group/", EntityKind::kGroup},
                                                        {"role/", EntityKind::kRole},
                                                        {"instance-profile/", EntityKind::kInstanceProfile},
                                                        {"server-certificate/", EntityKind::kServerCertificate}}};

/// Their input says the path, and what has the name already is not what they are about.
constexpr std::array<std::string_view, 8> kMakers = {"CreateUser",
                                                     "CreateGroup",
                                                     "CreateRole",
                                                     "CreatePolicy",
                                                     "CreateVirtualMFADevice",
                                                     "CreateInstanceProfile",
                                                     "UploadServerCertificate",
                                                     "CreateServiceLinkedRole"};

struct Renaming {
  std::string_view operation;
  EntityKind kind;
  const char* name;
  const char* new_name;
  std::string_view prefix;
};

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_rename.html: both the old ARN and the new one.
constexpr std::array<Renaming, 3> kRenamings = {
    {{"UpdateUser", EntityKind::kUser, "UserName", "NewUserName", "user"},
     {"UpdateGroup", EntityKind::kGroup, "GroupName", "NewGroupName", "group"},
     {"UpdateServerCertificate", EntityKind::kServerCertificate, "ServerCertificateName", "NewServerCertificateName",
      "server-certificate"}}};

std::string ArnInAccount(const Call& call, std::string resource) {
  return Arn{std::string(PartitionOf(call.scope.region)), "iam", "", call.scope.account.str(), std::move(resource)}
      .ToString();
}

/// `role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch`; empty: not about one.
std::string ServiceLinkedRole(const Call& call) {
  const Fields in(call.input);
  if (call.operation == "CreateServiceLinkedRole") {
    const std::string principal = in.StringOr("AWSServiceName", "");
    const LinkedService* const service = FindLinkedService(principal);
    if (service == nullptr) return {};
    const std::string suffix = in.StringOr("CustomSuffix", "");
    return "role/aws-service-role/" + principal + "/AWSServiceRoleFor" + std::string(service->role) +
           (suffix.empty() ? "" : "_" + suffix);
  }
  if (call.operation != "GetServiceLinkedRoleDeletionStatus") return {};
  // task/aws-service-role/<service>/<role>/<id>
  const std::string task = in.StringOr("DeletionTaskId", "");
  return task.starts_with("task/") ? "role/" + task.substr(5, task.rfind('/') - 5) : std::string();
}

}  // namespace

std::optional<std::string> IamAccessGuide::FindArn(std::string_view text) {
  const auto arn = Arn::Parse(text);
  if (!arn || arn->service != "iam" || !IsAccountId(arn->account)) return std::nullopt;
  for (const auto& [prefix, kind] : kNamedKinds) {
    if (!arn->resource.starts_with(prefix)) continue;
    const std::string name = arn->resource.substr(prefix.size());
    if (name.empty() || name.find_first_of("/*") != std::string::npos) return std::nullopt;
    const auto entity = db_.Read(
        [&](storage::Reader& reader) { return EntityStore::Find(reader, AccountId(arn->account), kind, name); });
    return entity ? std::optional(entity->arn) : std::nullopt;
  }
  return std::nullopt;
}

std::string IamAccessGuide::UserOfCall(const Call& call) {
  if (const auto key = Fields(call.input).OptionalString("AccessKeyId");
      key && call.operation == "GetAccessKeyLastUsed") {
    const auto credential = credentials_.Find(*key);
    return credential ? credential->principal.arn : std::string();
  }
  return call.caller.type == auth::PrincipalType::kUser ? call.caller.arn : std::string();
}

void IamAccessGuide::AddRenamed(const Call& call, std::vector<AccessNeed>& needs) {
  const Fields in(call.input);
  for (const Renaming& renaming : kRenamings) {
    if (renaming.operation != call.operation) continue;
    if (!in.Has("NewPath") && !in.Has(renaming.new_name)) return;
    const std::string name = in.StringOr(renaming.name, "");
    const auto entity = db_.Read(
        [&](storage::Reader& reader) { return EntityStore::Find(reader, call.scope.account, renaming.kind, name); });
    needs.resize(std::min<std::size_t>(needs.size(), 1));
    AccessNeed need{.action = "iam:" + std::string(call.operation)};
    need.resource =
        ArnInAccount(call, std::string(renaming.prefix) + in.StringOr("NewPath", entity ? entity->path : "/") +
                               in.StringOr(renaming.new_name, name));
    needs.push_back(std::move(need));
    return;
  }
}

void IamAccessGuide::Refine(const Call& call, std::vector<AccessNeed>& needs) {
  if (const std::string role = ServiceLinkedRole(call); !role.empty())
    for (AccessNeed& need : needs) need.resource = ArnInAccount(call, role);
  if (std::find(kMakers.begin(), kMakers.end(), call.operation) != kMakers.end()) return;
  for (AccessNeed& need : needs) {
    if (need.resource.ends_with(":user/*")) {
      const std::string user = UserOfCall(call);
      if (user.empty()) continue;
      need.resource = user;
      need.resource_in_message = "user " + user.substr(user.rfind('/') + 1);
    } else if (auto stored = FindArn(need.resource)) {
      need.resource = *std::move(stored);
    }
  }
  AddRenamed(call, needs);
}

ResourceFacts IamAccessGuide::FactsOf(const Call& call, const AccessNeed& need) {
  ResourceFacts facts;
  const auto arn = Arn::Parse(need.resource);
  if (!arn) return facts;
  // AWS's own policies are everybody's.
  if (!IsAccountId(arn->account)) facts.owner = call.caller.account;
  const auto entity = db_.Read([&](storage::Reader& reader) { return EntityStore::FindByArn(reader, need.resource); });
  if (!entity) return facts;
  facts.tags = entity->tags;
  for (const auto& [key, value] : entity->tags) facts.context.Set("iam:ResourceTag/" + key, value);
  // Where the request sets a boundary, the key is that one.
  if (!entity->boundary.empty() && need.context.Find("iam:PermissionsBoundary") == nullptr)
    facts.context.Set("iam:PermissionsBoundary", entity->boundary);
  return facts;
}

}  // namespace stratolite::iam
