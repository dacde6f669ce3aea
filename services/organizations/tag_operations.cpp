#include "organizations/tag_operations.hpp"

#include "organizations/errors.hpp"
#include "organizations/standing.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::organizations {
namespace {

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
constexpr std::size_t kMostTags = 50;

Result<std::string> ResourceOf(const Call& call) { return Fields(call.input).String("ResourceId"); }

}  // namespace

template <typename Change>
Result<void> TagOperations::ChangeTags(storage::Txn& txn, const Organization& organization, const std::string& id,
                                       Change change) {
  const auto changed = [&](Tags& tags) -> Result<void> {
    change(tags);
    if (tags.size() > kMostTags)
      return ConstraintViolation("MAX_TAG_LIMIT_EXCEEDED", "You have exceeded the number of tags allowed.");
    return {};
  };
  if (id == organization.root_id) {
    Organization copy = organization;
    RETURN_IF_ERROR(changed(copy.root_tags));
    tree_.Update(txn, copy);
    return {};
  }
  if (IsAccountId(id)) {
    auto account = TreeStore::FindAccount(txn, AccountId(id));
    if (!account || account->organization != organization.id) return TargetNotFound();
    RETURN_IF_ERROR(changed(account->tags));
    tree_.Update(txn, *account);
    return {};
  }
  if (auto unit = TreeStore::FindUnit(txn, organization.id, id)) {
    RETURN_IF_ERROR(changed(unit->tags));
    tree_.Update(txn, *unit);
    return {};
  }
  auto policy = PolicyStore::Find(txn, organization.id, id);
  if (!policy) return TargetNotFound();
  if (policy->aws_managed) return PolicyIsAwsManaged();
  RETURN_IF_ERROR(changed(policy->tags));
  policies_.Update(txn, *policy);
  return {};
}

Result<Json> TagOperations::TagResource(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, ResourceOf(call));
  const Json& list = Fields(call.input).List("Tags");
  for (const Json& tag : list) {
    if (AsciiLower(Fields(tag).StringOr("Key", "")).starts_with("aws:"))
      return InvalidInput("INVALID_SYSTEM_TAGS_PARAMETER", "You specified a tag key that is a system tag.");
  }
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    RETURN_IF_ERROR(ChangeTags(txn, organization, id, [&](Tags& tags) { AddTags(list, tags); }));
    return Json::object();
  });
}

Result<Json> TagOperations::UntagResource(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, ResourceOf(call));
  const std::vector<std::string> keys = Fields(call.input).Strings("TagKeys");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    RETURN_IF_ERROR(ChangeTags(txn, organization, id, [&](Tags& tags) {
      for (const std::string& key : keys) tags.erase(key);
    }));
    return Json::object();
  });
}

Result<Json> TagOperations::ListTagsForResource(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, ResourceOf(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    if (id == organization.root_id) return Json{{"Tags", TagList(organization.root_tags)}};
    if (IsAccountId(id)) {
      const auto account = TreeStore::FindAccount(reader, AccountId(id));
      if (!account || account->organization != organization.id) return TargetNotFound();
      return Json{{"Tags", TagList(account->tags)}};
    }
    if (const auto unit = TreeStore::FindUnit(reader, organization.id, id)) return Json{{"Tags", TagList(unit->tags)}};
    const auto policy = PolicyStore::Find(reader, organization.id, id);
    if (!policy) return TargetNotFound();
    return Json{{"Tags", TagList(policy->tags)}};
  });
}

}  // namespace stratolite::organizations
