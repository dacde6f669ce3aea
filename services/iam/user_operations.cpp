#include "iam/user_operations.hpp"

#include <string>

#include "iam/entities.hpp"
#include "iam/entity_lists.hpp"
#include "iam/entity_view.hpp"
#include "iam/errors.hpp"
#include "iam/managed_policies.hpp"
#include "iam/quotas.hpp"
#include "iam/tags.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr EntityKind kUser = EntityKind::kUser;

/// The account's root user, who has no name and was there before everything: its time of creation is not known.
Json RootView(const Call& call) {
  return {
      {"UserId", call.scope.account.str()}, {"Arn", call.caller.arn}, {"CreateDate", stratolite::ToJson(TimePoint())}};
}

/// What must be gone first, each in AWS's words.
/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
Result<void> CheckBare(storage::Reader& reader, const Entity& user) {
  if (!EntityStore::ListContainers(reader, user.id, "", 1).empty()) {
    return DeleteConflict("Cannot delete entity, must remove users from group first.");
  }
  return CheckWithoutPolicies(reader, user);
}

}  // namespace

void UserOperations::Register(OperationTable& operations) {
  operations.Add("CreateUser", this, &UserOperations::CreateUser);
  operations.Add("GetUser", this, &UserOperations::GetUser);
  operations.Add("ListUsers", this, &UserOperations::ListUsers);
  operations.Add("UpdateUser", this, &UserOperations::UpdateUser);
  operations.Add("DeleteUser", this, &UserOperations::DeleteUser);
  operations.Add("PutUserPermissionsBoundary", this, &UserOperations::PutUserPermissionsBoundary);
  operations.Add("DeleteUserPermissionsBoundary", this, &UserOperations::DeleteUserPermissionsBoundary);
}

Result<Json> UserOperations::CreateUser(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(std::string name, in.String("UserName"));
  Entity user = MakeEntity(deps_, call, kUser, std::move(name), in.StringOr("Path", "/"));
  ASSIGN_OR_RETURN(user.tags, ReadTags(call.input, kUser));
  user.boundary = in.StringOr("PermissionsBoundary", "");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (EntityStore::Find(txn, user.account, kUser, user.name)) return NameTaken("User", user.name);
    if (!user.boundary.empty()) RETURN_IF_ERROR(ManagedPolicies::CheckBoundary(txn, user.account, user.boundary));
    RETURN_IF_ERROR(kUsersPerAccount.Check(EntityStore::Count(txn, user.account, kUser) + 1));
    entities_.Insert(txn, user);
    Json view = CoreView(user);
    AddTagsAndBoundary(view, user);
    return Json{{"User", std::move(view)}};
  });
}

Result<Json> UserOperations::GetUser(const Call& call) {
  if (!Fields(call.input).Has("UserName") && call.caller.type == auth::PrincipalType::kRoot) {
    return Json{{"User", RootView(call)}};
  }
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity user, RequireUserOrCaller(reader, call));
    Json view = CoreView(user);
    AddTagsAndBoundary(view, user);
    return Json{{"User", std::move(view)}};
  });
}

Result<Json> UserOperations::ListUsers(const Call& call) { return ListEntities(deps_, call, kUser, "Users", CoreView); }

Result<Json> UserOperations::UpdateUser(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("UserName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity user, RequireEntity(txn, call, kUser, name));
    const std::string old_arn = user.arn;
    RETURN_IF_ERROR(MoveEntity(txn, user, in.OptionalString("NewUserName"), in.OptionalString("NewPath")));
    entities_.Update(txn, user);
    // Sessions say whose they are by ARN: another user may have this one soon.
    if (user.arn != old_arn) deps_.credentials.RemoveSessionsOf(txn, old_arn);
    if (belongings_ != nullptr) belongings_->Renamed(txn, user);
    return Json::object();
  });
}

Result<Json> UserOperations::DeleteUser(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("UserName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity user, RequireEntity(txn, call, kUser, name));
    RETURN_IF_ERROR(CheckBare(txn, user));
    if (belongings_ != nullptr) RETURN_IF_ERROR(belongings_->CheckDeletable(txn, user));
    entities_.Delete(txn, user);
    deps_.credentials.RemoveSessionsOf(txn, user.arn);
    return Json::object();
  });
}

Result<Json> UserOperations::PutUserPermissionsBoundary(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("UserName"));
  ASSIGN_OR_RETURN(const std::string boundary, in.String("PermissionsBoundary"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity user, RequireEntity(txn, call, kUser, name));
    RETURN_IF_ERROR(ManagedPolicies::CheckBoundary(txn, user.account, boundary));
    user.boundary = boundary;
    entities_.Update(txn, user);
    return Json::object();
  });
}

Result<Json> UserOperations::DeleteUserPermissionsBoundary(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("UserName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity user, RequireEntity(txn, call, kUser, name));
    user.boundary.clear();
    entities_.Update(txn, user);
    return Json::object();
  });
}

}  // namespace stratolite::iam
