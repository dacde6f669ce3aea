#include "iam/instance_profile_operations.hpp"

#include "iam/entities.hpp"
#include "iam/entity_lists.hpp"
#include "iam/entity_view.hpp"
#include "iam/errors.hpp"
#include "iam/quotas.hpp"
#include "iam/role_errors.hpp"
#include "iam/role_view.hpp"
#include "iam/tags.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr EntityKind kProfile = EntityKind::kInstanceProfile;
constexpr std::int64_t kMostRoles = 10;

Json ProfileView(storage::Reader& reader, const Entity& profile) {
  Json view = CoreView(profile);
  Json& roles = view["Roles"] = Json::array();
  for (const Entity& role : EntityStore::ListMembers(reader, profile.id, "", kMostRoles))
    roles.push_back(BareRoleView(role));
  return view;
}

Result<Json> ListProfiles(storage::Reader& reader, std::vector<Entity> found, const PageRequest& page) {
  Json output = Json::object();
  const auto view = [&](const Entity& profile) { return ProfileView(reader, profile); };
  WriteEntities(output, "InstanceProfiles", std::move(found), page, view);
  return output;
}

}  // namespace

void InstanceProfileOperations::Register(OperationTable& operations) {
  operations.Add("CreateInstanceProfile", this, &InstanceProfileOperations::CreateInstanceProfile);
  operations.Add("GetInstanceProfile", this, &InstanceProfileOperations::GetInstanceProfile);
  operations.Add("ListInstanceProfiles", this, &InstanceProfileOperations::ListInstanceProfiles);
  operations.Add("ListInstanceProfilesForRole", this, &InstanceProfileOperations::ListInstanceProfilesForRole);
  operations.Add("DeleteInstanceProfile", this, &InstanceProfileOperations::DeleteInstanceProfile);
  operations.Add("AddRoleToInstanceProfile", this, &InstanceProfileOperations::AddRoleToInstanceProfile);
  operations.Add("RemoveRoleFromInstanceProfile", this, &InstanceProfileOperations::RemoveRoleFromInstanceProfile);
}

Result<Json> InstanceProfileOperations::CreateInstanceProfile(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(std::string name, in.String("InstanceProfileName"));
  Entity profile = MakeEntity(deps_, call, kProfile, std::move(name), in.StringOr("Path", "/"));
  ASSIGN_OR_RETURN(profile.tags, ReadTags(call.input, kProfile));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (EntityStore::Find(txn, profile.account, kProfile, profile.name)) return InstanceProfileTaken(profile.name);
    RETURN_IF_ERROR(kInstanceProfilesPerAccount.Check(EntityStore::Count(txn, profile.account, kProfile) + 1));
    entities_.Insert(txn, profile);
    Json view = ProfileView(txn, profile);
    AddTagsAndBoundary(view, profile);
    return Json{{"InstanceProfile", std::move(view)}};
  });
}

Result<Json> InstanceProfileOperations::GetInstanceProfile(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("InstanceProfileName"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity profile, RequireEntity(reader, call, kProfile, name));
    Json view = ProfileView(reader, profile);
    view["Tags"] = TagsView(profile.tags);
    return Json{{"InstanceProfile", std::move(view)}};
  });
}

Result<Json> InstanceProfileOperations::ListInstanceProfiles(const Call& call) {
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  const std::string prefix = Fields(call.input).StringOr("PathPrefix", "/");
  return deps_.db.Read([&](storage::Reader& reader) {
    return ListProfiles(
        reader, EntityStore::List(reader, call.scope.account, kProfile, prefix, page.after, page.limit + 1), page);
  });
}

Result<Json> InstanceProfileOperations::ListInstanceProfilesForRole(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("RoleName"));
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity role, RequireEntity(reader, call, EntityKind::kRole, name));
    return ListProfiles(reader, EntityStore::ListContainers(reader, role.id, page.after, page.limit + 1), page);
  });
}

Result<Json> InstanceProfileOperations::DeleteInstanceProfile(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("InstanceProfileName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity profile, RequireEntity(txn, call, kProfile, name));
    if (!EntityStore::ListMembers(txn, profile.id, "", 1).empty()) return RoleInInstanceProfile();
    entities_.Delete(txn, profile);
    return Json::object();
  });
}

Result<Json> InstanceProfileOperations::AddRoleToInstanceProfile(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("InstanceProfileName"));
  ASSIGN_OR_RETURN(const std::string role_name, in.String("RoleName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity profile, RequireEntity(txn, call, kProfile, name));
    ASSIGN_OR_RETURN(const Entity role, RequireEntity(txn, call, EntityKind::kRole, role_name));
    RETURN_IF_ERROR(CheckModifiable(role));
    const auto roles = EntityStore::ListMembers(txn, profile.id, "", kMostRoles);
    RETURN_IF_ERROR(kRolesPerInstanceProfile.Check(std::ssize(roles) + 1));
    entities_.AddMember(txn, profile.id, role.id);
    return Json::object();
  });
}

Result<Json> InstanceProfileOperations::RemoveRoleFromInstanceProfile(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("InstanceProfileName"));
  ASSIGN_OR_RETURN(const std::string role_name, in.String("RoleName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity profile, RequireEntity(txn, call, kProfile, name));
    ASSIGN_OR_RETURN(const Entity role, RequireEntity(txn, call, EntityKind::kRole, role_name));
    if (!EntityStore::IsMember(txn, profile.id, role.id)) return RoleNotInInstanceProfile(role_name, name);
    entities_.RemoveMember(txn, profile.id, role.id);
    return Json::object();
  });
}

}  // namespace stratolite::iam
