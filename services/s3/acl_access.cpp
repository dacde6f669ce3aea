#include "s3/acl_access.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "s3/ownership.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::s3 {
namespace {

struct PermissionOfAction {
  std::string_view action;
  std::string_view permission;
};

constexpr std::array<PermissionOfAction, 8> kBucketPermissions = {{{"s3:ListBucket", "READ"},
                                                                   {"s3:ListBucketVersions", "READ"},
                                                                   {"s3:ListBucketMultipartUploads", "READ"},
                                                                   {"s3:PutObject", "WRITE"},
                                                                   {"s3:DeleteObject", "WRITE"},
                                                                   {"s3:DeleteObjectVersion", "WRITE"},
                                                                   {"s3:GetBucketAcl", "READ_ACP"},
                                                                   {"s3:PutBucketAcl", "WRITE_ACP"}}};
constexpr std::array<PermissionOfAction, 7> kObjectPermissions = {{{"s3:GetObject", "READ"},
                                                                   {"s3:GetObjectVersion", "READ"},
                                                                   {"s3:GetObjectTorrent", "READ"},
                                                                   {"s3:GetObjectAcl", "READ_ACP"},
                                                                   {"s3:GetObjectVersionAcl", "READ_ACP"},
                                                                   {"s3:PutObjectAcl", "WRITE_ACP"},
                                                                   {"s3:PutObjectVersionAcl", "WRITE_ACP"}}};

template <std::size_t N>
std::string_view PermissionFor(const std::array<PermissionOfAction, N>& permissions, std::string_view action) {
  const auto found = std::find_if(permissions.begin(), permissions.end(),
                                  [&](const PermissionOfAction& each) { return each.action == action; });
  return found == permissions.end() ? std::string_view() : found->permission;
}

bool MakesObject(std::string_view operation) {
  return operation == "PutObject" || operation == "CopyObject" || operation == "CreateMultipartUpload";
}

bool IsAnonymous(const Call& call) { return call.caller.type == auth::PrincipalType::kAnonymous; }

AccountId AsOwner(const Call& call) {
  return IsAnonymous(call) ? AccountId(std::string(kAnonymousOwner)) : call.caller.account;
}

/// The principal that the statement names; nullopt: no grant is the caller's.
std::optional<Json> GrantedPrincipal(const AclQuestion& question, const Json& acl, std::string_view permission) {
  const bool anonymous = IsAnonymous(question.call);
  const std::string caller = CanonicalUserId(AsOwner(question.call));
  std::optional<Json> principal;
  for (const Json& grant : acl["Grants"]) {
    const Json& granted = grant["Permission"];
    if (granted != kFullControl && granted != permission) continue;
    const Json& grantee = grant["Grantee"];
    const std::string group = grantee.value("URI", "");
    const bool everyone = group == kAllUsers || (group == kAuthenticatedUsers && !anonymous);
    if (everyone && !question.ignore_public) return Json("*");
    if (grantee.value("ID", "") != caller) continue;
    if (anonymous) return Json("*");
    principal = Json{{"AWS", question.call.caller.account.str()}};
  }
  return principal;
}

/// The ACL that is asked and the permission that it must grant; an empty permission: no ACL grants the action.
std::pair<Json, std::string_view> FindAcl(const AclQuestion& question) {
  // The ACL that comes with an object is its owner's to be to give, and who may write becomes that.
  const bool of_new_object = MakesObject(question.call.operation) && question.action == "s3:PutObjectAcl";
  const std::string_view action = of_new_object ? std::string_view("s3:PutObject") : question.action;
  if (const std::string_view permission = PermissionFor(kObjectPermissions, action); !permission.empty()) {
    if (question.object == nullptr) return {};
    return {AclOf(question.bucket, question.object->details), permission};
  }
  const std::string_view permission = PermissionFor(kBucketPermissions, action);
  // "For the bucket and object owners of existing objects, also allows deletions and overwrites of those objects."
  const bool others = permission == "WRITE" && question.object != nullptr && !question.object->is_delete_marker &&
                      OwnerOf(question.bucket, question.object->details) != AsOwner(question.call);
  if (permission.empty() || others) return {};
  return {AclOf(question.bucket), permission};
}

Json StatementsOf(const std::string& policy) {
  const Json document = policy.empty() ? Json() : ParseJsonText(policy);
  if (!document.is_object() || !document.contains("Statement")) return Json::array();
  const Json& statements = document["Statement"];
  return statements.is_array() ? statements : Json::array({statements});
}

}  // namespace

void AddAclFacts(const AclQuestion& question, ResourceFacts& facts) {
  if (!HasAcls(question.bucket)) return;
  Json statements = StatementsOf(facts.policy);
  bool changed = false;
  const bool owned = question.object != nullptr && !PermissionFor(kObjectPermissions, question.action).empty();
  if (owned) {
    facts.owner = OwnerOf(question.bucket, question.object->details);
    if (facts.owner != question.bucket.account) {
      changed = std::erase_if(statements.get_ref<Json::array_t&>(),
                              [](const Json& statement) { return statement.value("Effect", "") != "Deny"; }) > 0;
    }
  }
  const auto [acl, permission] = FindAcl(question);
  const auto principal = permission.empty() ? std::nullopt : GrantedPrincipal(question, acl, permission);
  if (principal) {
    changed = true;
    statements.push_back({{"Sid", "AccessControlList"},
                          {"Effect", "Allow"},
                          {"Principal", *principal},
                          {"Action", question.action},
                          {"Resource", "*"}});
  }
  if (!changed) return;
  facts.policy.clear();
  if (!statements.empty()) facts.policy = Json{{"Version", "2012-10-17"}, {"Statement", std::move(statements)}}.dump();
}

}  // namespace stratolite::s3
