#include "iam/group_operations.hpp"

#include <string>
#include <utility>

#include "iam/entities.hpp"
#include "iam/entity_lists.hpp"
#include "iam/entity_view.hpp"
#include "iam/errors.hpp"
#include "iam/quotas.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr EntityKind kGroup = EntityKind::kGroup;

struct Membership {
  Entity group;
  Entity user;
};

Result<Membership> ReadMembership(storage::Reader& reader, const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string group_name, in.String("GroupName"));
  ASSIGN_OR_RETURN(const std::string user_name, in.String("UserName"));
  ASSIGN_OR_RETURN(Entity group, RequireEntity(reader, call, kGroup, group_name));
  ASSIGN_OR_RETURN(Entity user, RequireEntity(reader, call, EntityKind::kUser, user_name));
  return Membership{std::move(group), std::move(user)};
}

}  // namespace

void GroupOperations::Register(OperationTable& operations) {
  operations.Add("CreateGroup", this, &GroupOperations::CreateGroup);
  operations.Add("GetGroup", this, &GroupOperations::GetGroup);
  operations.Add("ListGroups", this, &GroupOperations::ListGroups);
  operations.Add("UpdateGroup", this, &GroupOperations::UpdateGroup);
  operations.Add("DeleteGroup", this, &GroupOperations::DeleteGroup);
  operations.Add("AddUserToGroup", this, &GroupOperations::AddUserToGroup);
  operations.Add("RemoveUserFromGroup", this, &GroupOperations::RemoveUserFromGroup);
  operations.Add("ListGroupsForUser", this, &GroupOperations::ListGroupsForUser);
}

Result<Json> GroupOperations::CreateGroup(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(std::string name, in.String("GroupName"));
  Entity group = MakeEntity(deps_, call, kGroup, std::move(name), in.StringOr("Path", "/"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (EntityStore::Find(txn, group.account, kGroup, group.name)) return NameTaken("Group", group.name);
    RETURN_IF_ERROR(kGroupsPerAccount.Check(EntityStore::Count(txn, group.account, kGroup) + 1));
    entities_.Insert(txn, group);
    return Json{{"Group", CoreView(group)}};
  });
}

Result<Json> GroupOperations::GetGroup(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("GroupName"));
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity group, RequireEntity(reader, call, kGroup, name));
    Json output = {{"Group", CoreView(group)}};
    WriteEntities(output, "Users", EntityStore::ListMembers(reader, group.id, page.after, page.limit + 1), page,
                  CoreView);
    return output;
  });
}

Result<Json> GroupOperations::ListGroups(const Call& call) {
  return ListEntities(deps_, call, kGroup, "Groups", CoreView);
}

Result<Json> GroupOperations::UpdateGroup(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("GroupName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity group, RequireEntity(txn, call, kGroup, name));
    RETURN_IF_ERROR(MoveEntity(txn, group, in.OptionalString("NewGroupName"), in.OptionalString("NewPath")));
    entities_.Update(txn, group);
    return Json::object();
  });
}

Result<Json> GroupOperations::DeleteGroup(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("GroupName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity group, RequireEntity(txn, call, kGroup, name));
    if (!EntityStore::ListMembers(txn, group.id, "", 1).empty()) {
      return DeleteConflict("Cannot delete entity, must remove users from group first.");
    }
    RETURN_IF_ERROR(CheckWithoutPolicies(txn, group));
    entities_.Delete(txn, group);
    return Json::object();
  });
}

Result<Json> GroupOperations::AddUserToGroup(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Membership membership, ReadMembership(txn, call));
    if (EntityStore::IsMember(txn, membership.group.id, membership.user.id)) return Json::object();
    const auto groups = EntityStore::ListContainers(txn, membership.user.id, "", kGroupsPerUser.limit);
    RETURN_IF_ERROR(kGroupsPerUser.Check(static_cast<std::int64_t>(groups.size()) + 1));
    entities_.AddMember(txn, membership.group.id, membership.user.id);
    return Json::object();
  });
}

// Someone who is not in the group is no error: the outcome is what was asked for.
Result<Json> GroupOperations::RemoveUserFromGroup(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Membership membership, ReadMembership(txn, call));
    entities_.RemoveMember(txn, membership.group.id, membership.user.id);
    return Json::object();
  });
}

Result<Json> GroupOperations::ListGroupsForUser(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("UserName"));
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity user, RequireEntity(reader, call, EntityKind::kUser, name));
    Json output = Json::object();
    WriteEntities(output, "Groups", EntityStore::ListContainers(reader, user.id, page.after, page.limit + 1), page,
                  CoreView);
    return output;
  });
}

}  // namespace stratolite::iam
