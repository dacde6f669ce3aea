#include "iam/attachment_operations.hpp"

#include <limits>
#include <string>

#include "iam/entities.hpp"
#include "iam/entity_view.hpp"
#include "iam/managed_policies.hpp"
#include "iam/number_paging.hpp"
#include "iam/policy_errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

/// `/service-role/` of `arn:aws:iam::aws:policy/service-role/AWSLambdaRole`.
std::string_view PathOfPolicy(std::string_view arn) {
  const std::size_t begin = arn.find('/');
  return arn.substr(begin, arn.rfind('/') - begin + 1);
}

std::vector<std::string> AllAttached(storage::Reader& reader, const Entity& entity) {
  return EntityStore::ListAttached(reader, entity.id, "", std::numeric_limits<std::int64_t>::max());
}

}  // namespace

void AttachmentOperations::Register(OperationTable& operations) {
  using Method = Result<Json> (AttachmentOperations::*)(const Call&, const PolicyHolder&);
  struct {
    OperationTable& operations;
    AttachmentOperations* self;
    void Add(std::string_view name, Method method, const PolicyHolder& holder) {
      operations.Add(name,
                     [this_ = self, method, &holder](const Call& call) { return (this_->*method)(call, holder); });
    }
  } table{operations, this};
  table.Add("AttachUserPolicy", &AttachmentOperations::Attach, kUserHolder);
  table.Add("AttachGroupPolicy", &AttachmentOperations::Attach, kGroupHolder);
  table.Add("AttachRolePolicy", &AttachmentOperations::Attach, kRoleHolder);
  table.Add("DetachUserPolicy", &AttachmentOperations::Detach, kUserHolder);
  table.Add("DetachGroupPolicy", &AttachmentOperations::Detach, kGroupHolder);
  table.Add("DetachRolePolicy", &AttachmentOperations::Detach, kRoleHolder);
  table.Add("ListAttachedUserPolicies", &AttachmentOperations::List, kUserHolder);
  table.Add("ListAttachedGroupPolicies", &AttachmentOperations::List, kGroupHolder);
  table.Add("ListAttachedRolePolicies", &AttachmentOperations::List, kRoleHolder);
}

Result<Json> AttachmentOperations::Attach(const Call& call, const PolicyHolder& holder) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String(holder.name_member));
  ASSIGN_OR_RETURN(const std::string arn, in.String("PolicyArn"));
  RETURN_IF_ERROR(CheckPolicyArn(arn));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity entity, RequireEntity(txn, call, holder.kind, name));
    RETURN_IF_ERROR(CheckModifiable(entity));
    RETURN_IF_ERROR(ManagedPolicies::FindAttachable(txn, entity.account, arn));
    std::int64_t count = 1;
    for (const std::string& attached : AllAttached(txn, entity)) count += attached != arn ? 1 : 0;
    RETURN_IF_ERROR(holder.attached.Check(count));
    entities_.Attach(txn, entity, arn);
    return Json::object();
  });
}

Result<Json> AttachmentOperations::Detach(const Call& call, const PolicyHolder& holder) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String(holder.name_member));
  ASSIGN_OR_RETURN(const std::string arn, in.String("PolicyArn"));
  RETURN_IF_ERROR(CheckPolicyArn(arn));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity entity, RequireEntity(txn, call, holder.kind, name));
    RETURN_IF_ERROR(CheckModifiable(entity));
    if (!entities_.Detach(txn, entity.id, arn)) return PolicyNotFound(arn);
    return Json::object();
  });
}

Result<Json> AttachmentOperations::List(const Call& call, const PolicyHolder& holder) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String(holder.name_member));
  // Pages begin after so many policies: an ARN may be longer than a marker.
  ASSIGN_OR_RETURN(const NumberPage page, ReadNumberPage(call));
  const std::string prefix = in.StringOr("PathPrefix", "/");
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity entity, RequireEntity(reader, call, holder.kind, name));
    Json views = Json::array();
    std::int64_t number = 0;
    bool more = false;
    for (const std::string& arn : AllAttached(reader, entity)) {
      if (!PathOfPolicy(arn).starts_with(prefix) || number++ < page.after) continue;
      more = std::ssize(views) == page.limit;
      if (more) break;
      views.push_back(AttachedPolicyView(arn));
    }
    Json output = {{"AttachedPolicies", std::move(views)}};
    WritePage(output, more, std::to_string(number - 1));
    return output;
  });
}

}  // namespace stratolite::iam
