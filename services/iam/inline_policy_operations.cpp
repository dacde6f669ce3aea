#include "iam/inline_policy_operations.hpp"

#include <fmt/format.h>

#include <limits>
#include <string>

#include "iam/entities.hpp"
#include "iam/errors.hpp"
#include "iam/paging.hpp"
#include "iam/policy_documents.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

Result<Entity> RequireHolder(storage::Reader& reader, const Call& call, const PolicyHolder& holder) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String(holder.name_member));
  return RequireEntity(reader, call, holder.kind, name);
}

AwsError InlinePolicyNotFound(const PolicyHolder& holder, std::string_view name) {
  return NoSuchEntity(fmt::format("{} policy", WordFor(holder.kind)), name);
}

/// What the others take together.
std::int64_t SizeWithout(storage::Reader& reader, const Entity& entity, std::string_view name) {
  std::int64_t size = 0;
  const auto policies =
      EntityStore::ListInlinePolicies(reader, entity.id, "", std::numeric_limits<std::int64_t>::max());
  for (const InlinePolicy& policy : policies) {
    if (policy.name != name) size += DocumentSize(policy.document);
  }
  return size;
}

}  // namespace

void InlinePolicyOperations::Register(OperationTable& operations) {
  using Method = Result<Json> (InlinePolicyOperations::*)(const Call&, const PolicyHolder&);
  struct {
    OperationTable& operations;
    InlinePolicyOperations* self;
    void Add(std::string_view name, Method method, const PolicyHolder& holder) {
      operations.Add(name,
                     [this_ = self, method, &holder](const Call& call) { return (this_->*method)(call, holder); });
    }
  } table{operations, this};
  table.Add("PutUserPolicy", &InlinePolicyOperations::Put, kUserHolder);
  table.Add("PutGroupPolicy", &InlinePolicyOperations::Put, kGroupHolder);
  table.Add("PutRolePolicy", &InlinePolicyOperations::Put, kRoleHolder);
  table.Add("GetUserPolicy", &InlinePolicyOperations::Get, kUserHolder);
  table.Add("GetGroupPolicy", &InlinePolicyOperations::Get, kGroupHolder);
  table.Add("GetRolePolicy", &InlinePolicyOperations::Get, kRoleHolder);
  table.Add("DeleteUserPolicy", &InlinePolicyOperations::Delete, kUserHolder);
  table.Add("DeleteGroupPolicy", &InlinePolicyOperations::Delete, kGroupHolder);
  table.Add("DeleteRolePolicy", &InlinePolicyOperations::Delete, kRoleHolder);
  table.Add("ListUserPolicies", &InlinePolicyOperations::List, kUserHolder);
  table.Add("ListGroupPolicies", &InlinePolicyOperations::List, kGroupHolder);
  table.Add("ListRolePolicies", &InlinePolicyOperations::List, kRoleHolder);
}

Result<Json> InlinePolicyOperations::Put(const Call& call, const PolicyHolder& holder) {
  const Fields in(call.input);
  InlinePolicy policy;
  ASSIGN_OR_RETURN(policy.name, in.String("PolicyName"));
  ASSIGN_OR_RETURN(policy.document, in.String("PolicyDocument"));
  RETURN_IF_ERROR(CheckDocument(policy.document, auth::PolicyKind::kIdentity));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity entity, RequireHolder(txn, call, holder));
    RETURN_IF_ERROR(CheckModifiable(entity));
    if (SizeWithout(txn, entity, policy.name) + DocumentSize(policy.document) > holder.inline_size) {
      return InlinePoliciesTooLarge(holder.inline_size, WordFor(holder.kind), entity.name);
    }
    entities_.PutInlinePolicy(txn, entity.id, policy);
    return Json::object();
  });
}

Result<Json> InlinePolicyOperations::Get(const Call& call, const PolicyHolder& holder) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("PolicyName"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity entity, RequireHolder(reader, call, holder));
    const auto policy = EntityStore::FindInlinePolicy(reader, entity.id, name);
    if (!policy) return InlinePolicyNotFound(holder, name);
    return Json{{std::string(holder.name_member), entity.name},
                {"PolicyName", policy->name},
                {"PolicyDocument", EncodeDocument(policy->document)}};
  });
}

Result<Json> InlinePolicyOperations::Delete(const Call& call, const PolicyHolder& holder) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("PolicyName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity entity, RequireHolder(txn, call, holder));
    RETURN_IF_ERROR(CheckModifiable(entity));
    if (!entities_.DeleteInlinePolicy(txn, entity.id, name)) return InlinePolicyNotFound(holder, name);
    return Json::object();
  });
}

Result<Json> InlinePolicyOperations::List(const Call& call, const PolicyHolder& holder) {
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity entity, RequireHolder(reader, call, holder));
    const auto found = EntityStore::ListInlinePolicies(reader, entity.id, page.after, page.limit + 1);
    Json names = Json::array();
    for (const InlinePolicy& policy : found) {
      if (static_cast<std::int64_t>(names.size()) < page.limit) names.push_back(policy.name);
    }
    const bool more = found.size() > names.size();
    const std::string last = more ? names.back().get<std::string>() : std::string();
    Json output = {{"PolicyNames", std::move(names)}};
    WritePage(output, more, last);
    return output;
  });
}

}  // namespace stratolite::iam
