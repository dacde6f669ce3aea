#include "iam/policy_operations.hpp"

#include <algorithm>

#include "iam/aws_policies.hpp"
#include "iam/entities.hpp"
#include "iam/managed_policies.hpp"
#include "iam/paging.hpp"
#include "iam/policy_documents.hpp"
#include "iam/policy_errors.hpp"
#include "iam/policy_version_store.hpp"
#include "iam/quotas.hpp"
#include "iam/tags.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

// What a page of ListPolicies ends with: AWS's policies follow the account's own.
constexpr std::string_view kOwnPlace = "own:";
constexpr std::string_view kAwsPlace = "aws:";
constexpr std::int64_t kPoliciesAtOnce = 200;

/// How much managed policies are used in one account.
struct PolicyUses {
  std::map<std::string, std::int64_t> attachments;
  std::map<std::string, std::int64_t> boundaries;

  static PolicyUses Of(storage::Reader& reader, const AccountId& account) {
    return {AttachmentCounts(reader, account), BoundaryCounts(reader, account)};
  }
  static std::int64_t CountIn(const std::map<std::string, std::int64_t>& counts, const std::string& arn) {
    const auto found = counts.find(arn);
    return found == counts.end() ? 0 : found->second;
  }
};

Json PolicySummary(const ManagedPolicy& policy, std::int64_t attachments, std::int64_t boundaries) {
  return {{"PolicyName", policy.name},
          {"PolicyId", policy.unique_id},
          {"Arn", policy.arn},
          {"Path", policy.path},
          {"DefaultVersionId", policy.default_version},
          {"AttachmentCount", attachments},
          {"PermissionsBoundaryUsageCount", boundaries},
          {"IsAttachable", true},
          {"CreateDate", ToJson(policy.created_at)},
          {"UpdateDate", ToJson(policy.updated_at)}};
}

Json VersionSummary(const PolicyVersion& version) {
  return {
      {"VersionId", version.id}, {"IsDefaultVersion", version.is_default}, {"CreateDate", ToJson(version.created_at)}};
}

Result<void> CheckPolicyText(std::string_view document) {
  RETURN_IF_ERROR(CheckDocument(document, auth::PolicyKind::kIdentity));
  return kPolicySize.Check(DocumentSize(document));
}

/// The account's own policy that is to be changed.
Result<Entity> RequireOwnPolicy(storage::Reader& reader, const Call& call, std::string_view arn) {
  RETURN_IF_ERROR(CheckPolicyArn(arn));
  if (IsAwsPolicyArn(arn)) return PolicyIsAws(call, arn);
  return RequireEntityByArn(reader, call, EntityKind::kPolicy, arn);
}

/// What ListPolicies was asked for.
class PolicyFilter {
 public:
  explicit PolicyFilter(const Json& input)
      : scope_(Fields(input).StringOr("Scope", "All")),
        path_prefix_(Fields(input).StringOr("PathPrefix", "/")),
        usage_(Fields(input).StringOr("PolicyUsageFilter", "")),
        only_attached_(Fields(input).BoolOr("OnlyAttached", false)) {}

  bool wants_own() const { return scope_ != "AWS"; }
  bool wants_aws() const { return scope_ != "Local"; }
  const std::string& path_prefix() const { return path_prefix_; }
  bool Accepts(std::int64_t attachments, std::int64_t boundaries) const {
    if (usage_ == "PermissionsPolicy") return attachments > 0;
    if (usage_ == "PermissionsBoundary") return boundaries > 0;
    return !only_attached_ || attachments > 0 || boundaries > 0;
  }

 private:
  const std::string scope_;
  const std::string path_prefix_;
  const std::string usage_;
  const bool only_attached_;
};

/// One page of ListPolicies, from the place where the last one ended.
class PolicyPage {
 public:
  PolicyPage(storage::Reader& reader, const AccountId& account, const PolicyFilter& filter, std::int64_t limit)
      : reader_(reader), account_(account), filter_(filter), limit_(limit), uses_(PolicyUses::Of(reader, account)) {}

  void Fill(std::string_view after) {
    if (filter_.wants_own() && !after.starts_with(kAwsPlace)) {
      FillOwn(after.starts_with(kOwnPlace) ? std::string(after.substr(kOwnPlace.size())) : "");
    }
    if (filter_.wants_aws() && !full()) {
      FillAws(after.starts_with(kAwsPlace) ? std::string(after.substr(kAwsPlace.size())) : "");
    }
  }
  Json Write() {
    const bool more = full();
    if (more) places_.pop_back(), policies_.erase(policies_.size() - 1);
    Json output = {{"Policies", std::move(policies_)}};
    WritePage(output, more, places_.empty() ? "" : places_.back());
    return output;
  }

 private:
  /// One more than was asked for: so that it is known whether there is more.
  bool full() const { return std::ssize(places_) > limit_; }
  void Offer(const ManagedPolicy& policy, std::string place) {
    const std::int64_t attachments = PolicyUses::CountIn(uses_.attachments, policy.arn);
    const std::int64_t boundaries = PolicyUses::CountIn(uses_.boundaries, policy.arn);
    if (full() || !filter_.Accepts(attachments, boundaries)) return;
    policies_.push_back(PolicySummary(policy, attachments, boundaries));
    places_.push_back(std::move(place));
  }
  void FillOwn(std::string after) {
    for (bool more = true; more && !full();) {
      const auto entities =
          EntityStore::List(reader_, account_, EntityKind::kPolicy, filter_.path_prefix(), after, kPoliciesAtOnce);
      for (const Entity& entity : entities) {
        after = AsciiLower(entity.name);
        Offer(ToManagedPolicy(entity), std::string(kOwnPlace).append(after));
      }
      more = std::ssize(entities) == kPoliciesAtOnce;
    }
  }
  void FillAws(std::string after) {
    for (bool more = true; more && !full();) {
      const auto policies = ListAwsPolicies(filter_.path_prefix(), after, kPoliciesAtOnce);
      for (const ManagedPolicy& policy : policies) {
        after = policy.name;
        Offer(policy, std::string(kAwsPlace).append(after));
      }
      more = std::ssize(policies) == kPoliciesAtOnce;
    }
  }

  storage::Reader& reader_;
  const AccountId& account_;
  const PolicyFilter& filter_;
  const std::int64_t limit_;
  const PolicyUses uses_;
  Json policies_ = Json::array();
  std::vector<std::string> places_;
};

}  // namespace

void PolicyOperations::Register(OperationTable& operations) {
  operations.Add("CreatePolicy", this, &PolicyOperations::CreatePolicy);
  operations.Add("GetPolicy", this, &PolicyOperations::GetPolicy);
  operations.Add("DeletePolicy", this, &PolicyOperations::DeletePolicy);
  operations.Add("ListPolicies", this, &PolicyOperations::ListPolicies);
  operations.Add("CreatePolicyVersion", this, &PolicyOperations::CreatePolicyVersion);
  operations.Add("GetPolicyVersion", this, &PolicyOperations::GetPolicyVersion);
  operations.Add("DeletePolicyVersion", this, &PolicyOperations::DeletePolicyVersion);
  operations.Add("SetDefaultPolicyVersion", this, &PolicyOperations::SetDefaultPolicyVersion);
  operations.Add("ListPolicyVersions", this, &PolicyOperations::ListPolicyVersions);
}

Result<Json> PolicyOperations::CreatePolicy(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("PolicyName"));
  ASSIGN_OR_RETURN(const std::string document, in.String("PolicyDocument"));
  RETURN_IF_ERROR(CheckPolicyText(document));
  Entity entity = MakeEntity(deps_, call, EntityKind::kPolicy, name, in.StringOr("Path", "/"));
  ASSIGN_OR_RETURN(entity.tags, ReadTags(call.input, EntityKind::kPolicy));
  RETURN_IF_ERROR(AddTags(entity.tags, {}, EntityKind::kPolicy));
  PolicyDetails details;
  details.updated_at = entity.created_at;
  details.description = in.StringOr("Description", "");
  entity.details = details.ToJson();

  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (EntityStore::Find(txn, call.scope.account, EntityKind::kPolicy, name)) return PolicyNameTaken(name);
    RETURN_IF_ERROR(kPoliciesPerAccount.Check(EntityStore::Count(txn, call.scope.account, EntityKind::kPolicy) + 1));
    entities_.Insert(txn, entity);
    InsertVersion(txn, entity.id, {details.newest_version, document, entity.created_at});
    Json view = PolicySummary(ToManagedPolicy(entity), 0, 0);
    if (!entity.tags.empty()) view["Tags"] = TagsView(entity.tags);
    return Json{{"Policy", std::move(view)}};
  });
}

Result<Json> PolicyOperations::GetPolicy(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, Fields(call.input).String("PolicyArn"));
  RETURN_IF_ERROR(CheckPolicyArn(arn));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const AccountId& account = call.scope.account;
    const auto policy = ManagedPolicies::Find(reader, account, arn);
    if (!policy) return PolicyNotFound(arn);
    Json view = PolicySummary(*policy, EntityStore::CountAttachments(reader, account, policy->arn),
                              EntityStore::CountBoundaries(reader, account, policy->arn));
    if (!policy->description.empty()) view["Description"] = policy->description;
    view["Tags"] = TagsView(policy->tags);
    return Json{{"Policy", std::move(view)}};
  });
}

Result<Json> PolicyOperations::DeletePolicy(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, Fields(call.input).String("PolicyArn"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity entity, RequireOwnPolicy(txn, call, arn));
    if (EntityStore::CountAttachments(txn, entity.account, arn) > 0 ||
        EntityStore::CountBoundaries(txn, entity.account, arn) > 0)
      return PolicyStillAttached();
    if (CountVersions(txn, entity.id) > 1) return PolicyHasVersions();
    DeleteAllVersions(txn, entity.id);
    entities_.Delete(txn, entity);
    return Json::object();
  });
}

Result<Json> PolicyOperations::ListPolicies(const Call& call) {
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  const PolicyFilter filter(call.input);
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    PolicyPage policies(reader, call.scope.account, filter, page.limit);
    policies.Fill(page.after);
    return policies.Write();
  });
}

Result<Json> PolicyOperations::CreatePolicyVersion(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string arn, in.String("PolicyArn"));
  ASSIGN_OR_RETURN(const std::string document, in.String("PolicyDocument"));
  RETURN_IF_ERROR(CheckPolicyText(document));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity entity, RequireOwnPolicy(txn, call, arn));
    if (CountVersions(txn, entity.id) >= kVersionsPerPolicy) return TooManyPolicyVersions();
    PolicyDetails details = PolicyDetailsOf(entity);
    ++details.newest_version;
    details.updated_at = std::chrono::floor<std::chrono::seconds>(deps_.clock.Now());
    const bool as_default = in.BoolOr("SetAsDefault", false);
    if (as_default) details.default_version = details.newest_version;
    entity.details = details.ToJson();
    InsertVersion(txn, entity.id, {details.newest_version, document, details.updated_at});
    entities_.Update(txn, entity);
    return Json{{"PolicyVersion",
                 VersionSummary({PolicyVersionName(details.newest_version), as_default, "", details.updated_at})}};
  });
}

Result<Json> PolicyOperations::GetPolicyVersion(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string arn, in.String("PolicyArn"));
  ASSIGN_OR_RETURN(const std::string id, in.String("VersionId"));
  RETURN_IF_ERROR(CheckPolicyArn(arn));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    if (!ManagedPolicies::Find(reader, call.scope.account, arn)) return PolicyNotFound(arn);
    const auto version = ManagedPolicies::FindVersion(reader, call.scope.account, arn, id);
    if (!version) return PolicyVersionNotThere(arn, id);
    Json view = VersionSummary(*version);
    view["Document"] = EncodeDocument(version->document);
    return Json{{"PolicyVersion", std::move(view)}};
  });
}

Result<Json> PolicyOperations::DeletePolicyVersion(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string arn, in.String("PolicyArn"));
  ASSIGN_OR_RETURN(const std::string id, in.String("VersionId"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity entity, RequireOwnPolicy(txn, call, arn));
    const std::int64_t number = PolicyVersionNumber(id);
    if (number == PolicyDetailsOf(entity).default_version) return DefaultVersionStays();
    if (!DeleteVersion(txn, entity.id, number)) return PolicyVersionNotThere(arn, id);
    return Json::object();
  });
}

Result<Json> PolicyOperations::SetDefaultPolicyVersion(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string arn, in.String("PolicyArn"));
  ASSIGN_OR_RETURN(const std::string id, in.String("VersionId"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity entity, RequireOwnPolicy(txn, call, arn));
    const std::int64_t number = PolicyVersionNumber(id);
    if (!FindStoredVersion(txn, entity.id, number)) return PolicyVersionNotThere(arn, id);
    PolicyDetails details = PolicyDetailsOf(entity);
    details.default_version = number;
    entity.details = details.ToJson();
    entities_.Update(txn, entity);
    return Json::object();
  });
}

Result<Json> PolicyOperations::ListPolicyVersions(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, Fields(call.input).String("PolicyArn"));
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  RETURN_IF_ERROR(CheckPolicyArn(arn));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    if (!ManagedPolicies::Find(reader, call.scope.account, arn)) return PolicyNotFound(arn);
    Json versions = Json::array();
    std::string last;
    bool more = false;
    const std::int64_t after = PolicyVersionNumber(page.after);
    for (const PolicyVersion& version : ManagedPolicies::ListVersions(reader, call.scope.account, arn)) {
      if (after > 0 && PolicyVersionNumber(version.id) >= after) continue;
      more = std::ssize(versions) == page.limit;
      if (more) break;
      versions.push_back(VersionSummary(version));
      last = version.id;
    }
    Json output = {{"Versions", std::move(versions)}};
    WritePage(output, more, last);
    return output;
  });
}

}  // namespace stratolite::iam
