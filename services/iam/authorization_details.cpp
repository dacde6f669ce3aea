#include "iam/authorization_details.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "iam/aws_policies.hpp"
#include "iam/entity_store.hpp"
#include "iam/entity_view.hpp"
#include "iam/managed_policies.hpp"
#include "iam/paging.hpp"
#include "iam/policy_documents.hpp"
#include "iam/policy_version_store.hpp"
#include "iam/role_last_used.hpp"
#include "iam/role_view.hpp"
#include "iam/tags.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr std::int64_t kAllRows = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kReadAtOnce = 200;

/// The kinds in the order in which pages go through them.
enum class Section { kUsers, kGroups, kRoles, kOwnPolicies, kAwsPolicies };
struct SectionFacts {
  Section section;
  std::string_view filter;
  std::string_view member;
  EntityKind kind;
  /// A marker begins with it.
  char mark;
};
constexpr std::array<SectionFacts, 5> kSections = {{
    {Section::kUsers, "User", "UserDetailList", EntityKind::kUser, 'a'},
    {Section::kGroups, "Group", "GroupDetailList", EntityKind::kGroup, 'b'},
    {Section::kRoles, "Role", "RoleDetailList", EntityKind::kRole, 'c'},
    {Section::kOwnPolicies, "LocalManagedPolicy", "Policies", EntityKind::kPolicy, 'd'},
    // Those that the account uses.
    {Section::kAwsPolicies, "AWSManagedPolicy", "Policies", EntityKind::kPolicy, 'e'},
}};

/// One page. Confined to the callback that reads.
class DetailPage {
 public:
  DetailPage(storage::Reader& reader, const AccountId& account, const PageRequest& page)
      : reader_(reader),
        account_(account),
        page_(page),
        attachments_(AttachmentCounts(reader, account)),
        boundaries_(BoundaryCounts(reader, account)) {
    for (const SectionFacts& facts : kSections) output_[std::string(facts.member)] = Json::array();
  }

  void Fill(const SectionFacts& facts) {
    const char mark = page_.after.empty() ? 'a' : page_.after.front();
    if (more_ || facts.mark < mark) return;
    const std::string after = facts.mark == mark && !page_.after.empty() ? page_.after.substr(1) : "";
    facts.section == Section::kAwsPolicies ? FillAwsPolicies(facts, after) : FillEntities(facts, after);
  }

  Json Write() {
    WritePage(output_, more_, last_);
    return std::move(output_);
  }

 private:
  /// Whether there was room.
  bool Offer(const SectionFacts& facts, std::string_view place, const std::function<Json()>& view) {
    more_ = count_ == page_.limit;
    if (more_) return false;
    output_[std::string(facts.member)].push_back(view());
    last_ = std::string(1, facts.mark).append(place);
    ++count_;
    return true;
  }

  void FillEntities(const SectionFacts& facts, std::string after) {
    for (bool all = false; !all;) {
      const auto entities = EntityStore::List(reader_, account_, facts.kind, "/", after, kReadAtOnce);
      all = std::ssize(entities) < kReadAtOnce;
      for (const Entity& entity : entities) {
        after = AsciiLower(entity.name);
        if (!Offer(facts, after, [&] { return EntityDetail(facts.section, entity); })) return;
      }
    }
  }

  void FillAwsPolicies(const SectionFacts& facts, const std::string& after) {
    std::set<std::string> used;
    for (const auto* counts : {&attachments_, &boundaries_}) {
      for (const auto& [arn, count] : *counts) {
        if (IsAwsPolicyArn(arn) && arn > after) used.insert(arn);
      }
    }
    for (const std::string& arn : used) {
      const auto policy = ManagedPolicies::Find(reader_, account_, arn);
      if (policy && !Offer(facts, arn, [&] { return PolicyDetail(*policy); })) return;
    }
  }

  Json EntityDetail(Section section, const Entity& entity) {
    switch (section) {
      case Section::kUsers:
        return UserDetail(entity);
      case Section::kGroups:
        return GroupDetail(entity);
      case Section::kRoles:
        return RoleDetail(entity);
      default:
        return PolicyDetail(ToManagedPolicy(entity));
    }
  }

  Json InlinePolicies(const Entity& entity) {
    Json policies = Json::array();
    for (const InlinePolicy& policy : EntityStore::ListInlinePolicies(reader_, entity.id, "", kAllRows)) {
      policies.push_back({{"PolicyName", policy.name}, {"PolicyDocument", EncodeDocument(policy.document)}});
    }
    return policies;
  }

  Json Attached(const Entity& entity) {
    Json policies = Json::array();
    for (const std::string& arn : EntityStore::ListAttached(reader_, entity.id, "", kAllRows)) {
      policies.push_back(AttachedPolicyView(arn));
    }
    return policies;
  }

  Json UserDetail(const Entity& user) {
    Json view = CoreView(user);
    Json groups = Json::array();
    for (const Entity& group : EntityStore::ListContainers(reader_, user.id, "", kAllRows))
      groups.push_back(group.name);
    view["GroupList"] = std::move(groups);
    // Absent when empty, unlike a group's and a role's.
    if (Json policies = InlinePolicies(user); !policies.empty()) view["UserPolicyList"] = std::move(policies);
    view["AttachedManagedPolicies"] = Attached(user);
    AddTagsAndBoundary(view, user);
    view["Tags"] = TagsView(user.tags);
    return view;
  }

  Json GroupDetail(const Entity& group) {
    Json view = CoreView(group);
    view["GroupPolicyList"] = InlinePolicies(group);
    view["AttachedManagedPolicies"] = Attached(group);
    return view;
  }

  Json RoleDetail(const Entity& role) {
    Json view = BareRoleView(role);
    Json profiles = Json::array();
    for (const Entity& profile : EntityStore::ListContainers(reader_, role.id, "", kAllRows)) {
      Json shown = CoreView(profile);
      shown["Roles"] = Json::array({BareRoleView(role)});
      profiles.push_back(std::move(shown));
    }
    view["InstanceProfileList"] = std::move(profiles);
    view["RolePolicyList"] = InlinePolicies(role);
    view["AttachedManagedPolicies"] = Attached(role);
    AddTagsAndBoundary(view, role);
    view["Tags"] = TagsView(role.tags);
    return view;
  }

  static std::int64_t CountIn(const std::map<std::string, std::int64_t>& counts, const std::string& arn) {
    const auto found = counts.find(arn);
    return found == counts.end() ? 0 : found->second;
  }

  Json PolicyDetail(const ManagedPolicy& policy) {
    Json versions = Json::array();
    for (const PolicyVersion& version : ManagedPolicies::ListVersions(reader_, account_, policy.arn)) {
      versions.push_back({{"Document", EncodeDocument(version.document)},
                          {"VersionId", version.id},
                          {"IsDefaultVersion", version.is_default},
                          {"CreateDate", stratolite::ToJson(version.created_at)}});
    }
    return {{"PolicyName", policy.name},
            {"PolicyId", policy.unique_id},
            {"Arn", policy.arn},
            {"Path", policy.path},
            {"DefaultVersionId", policy.default_version},
            {"AttachmentCount", CountIn(attachments_, policy.arn)},
            {"PermissionsBoundaryUsageCount", CountIn(boundaries_, policy.arn)},
            {"IsAttachable", true},
            {"CreateDate", stratolite::ToJson(policy.created_at)},
            {"UpdateDate", stratolite::ToJson(policy.updated_at)},
            {"PolicyVersionList", std::move(versions)}};
  }

  storage::Reader& reader_;
  const AccountId& account_;
  const PageRequest& page_;
  const std::map<std::string, std::int64_t> attachments_;
  const std::map<std::string, std::int64_t> boundaries_;
  Json output_ = Json::object();
  std::int64_t count_ = 0;
  std::string last_;
  bool more_ = false;
};

}  // namespace

void AuthorizationDetails::Register(OperationTable& operations) {
  operations.Add("GetAccountAuthorizationDetails", this, &AuthorizationDetails::GetAccountAuthorizationDetails);
}

Result<Json> AuthorizationDetails::GetAccountAuthorizationDetails(const Call& call) {
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  const std::vector<std::string> wanted = Fields(call.input).Strings("Filter");
  Json output = deps_.db.Read([&](storage::Reader& reader) {
    DetailPage details(reader, call.scope.account, page);
    for (const SectionFacts& facts : kSections) {
      if (wanted.empty() || std::find(wanted.begin(), wanted.end(), facts.filter) != wanted.end()) details.Fill(facts);
    }
    return details.Write();
  });
  for (Json& role : output["RoleDetailList"]) role["RoleLastUsed"] = RoleLastUsed(deps_, role.value("RoleId", ""));
  return output;
}

}  // namespace stratolite::iam
