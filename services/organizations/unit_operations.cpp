#include "organizations/unit_operations.hpp"

#include "organizations/errors.hpp"
#include "organizations/standing.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::organizations {
namespace {

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
constexpr std::size_t kMostLevels = 5;

std::string KindOf(std::string_view id) { return id.starts_with("r-") ? "ROOT" : "ORGANIZATIONAL_UNIT"; }

}  // namespace

Result<Json> UnitOperations::CreateOrganizationalUnit(const Call& call) {
  const Fields in(call.input);
  Unit unit;
  ASSIGN_OR_RETURN(unit.parent, in.String("ParentId"));
  ASSIGN_OR_RETURN(unit.name, in.String("Name"));
  AddTags(in.List("Tags"), unit.tags);
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    const auto line = TreeStore::LineTo(txn, organization, unit.parent);
    if (line.empty()) return ParentNotFound();
    if (line.size() > kMostLevels) {
      return ConstraintViolation("OU_DEPTH_LIMIT_EXCEEDED", "You have exceeded the maximum depth of the OU hierarchy.");
    }
    if (TreeStore::FindUnitByName(txn, unit.parent, unit.name)) return DuplicateUnit();
    unit.organization = organization.id;
    unit.id = MakeId(deps_.random, "ou-" + organization.root_id.substr(2) + "-", 8);
    tree_.Insert(txn, unit);
    policies_.AttachDefaults(txn, organization, unit.id);
    return Json{{"OrganizationalUnit", View(organization, unit, TreeStore::PathTo(txn, organization, unit.parent))}};
  });
}

Result<Json> UnitOperations::DescribeOrganizationalUnit(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("OrganizationalUnitId"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    const auto unit = TreeStore::FindUnit(reader, organization.id, id);
    if (!unit) return UnitNotFound();
    return Json{
        {"OrganizationalUnit", View(organization, *unit, TreeStore::PathTo(reader, organization, unit->parent))}};
  });
}

Result<Json> UnitOperations::UpdateOrganizationalUnit(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string id, in.String("OrganizationalUnitId"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    auto unit = TreeStore::FindUnit(txn, organization.id, id);
    if (!unit) return UnitNotFound();
    const std::string name = in.StringOr("Name", unit->name);
    const auto same = TreeStore::FindUnitByName(txn, unit->parent, name);
    if (same && same->id != unit->id) return DuplicateUnit();
    unit->name = name;
    tree_.Update(txn, *unit);
    return Json{{"OrganizationalUnit", View(organization, *unit, TreeStore::PathTo(txn, organization, unit->parent))}};
  });
}

Result<Json> UnitOperations::DeleteOrganizationalUnit(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("OrganizationalUnitId"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    const auto unit = TreeStore::FindUnit(txn, organization.id, id);
    if (!unit) return UnitNotFound();
    if (!TreeStore::ListUnits(txn, organization.id, id, "", 1).empty() ||
        !TreeStore::ListAccounts(txn, organization.id, id, "", 1).empty())
      return UnitNotEmpty();
    tree_.Delete(txn, *unit);
    return Json::object();
  });
}

Result<Json> UnitOperations::ListOrganizationalUnitsForParent(const Call& call) {
  ASSIGN_OR_RETURN(const std::string parent, Fields(call.input).String("ParentId"));
  ASSIGN_OR_RETURN(const Page page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    if (TreeStore::LineTo(reader, organization, parent).empty()) return ParentNotFound();
    const std::string path = TreeStore::PathTo(reader, organization, parent);
    return WritePage(
        page, "OrganizationalUnits", TreeStore::ListUnits(reader, organization.id, parent, page.after, page.limit + 1),
        [](const Unit& unit) { return unit.id; }, [&](const Unit& unit) { return View(organization, unit, path); });
  });
}

Result<Json> UnitOperations::ListChildren(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string parent, in.String("ParentId"));
  ASSIGN_OR_RETURN(const std::string type, in.String("ChildType"));
  ASSIGN_OR_RETURN(const Page page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    if (TreeStore::LineTo(reader, organization, parent).empty()) return ParentNotFound();
    std::vector<std::string> ids;
    if (type == "ACCOUNT") {
      for (const Account& account :
           TreeStore::ListAccounts(reader, organization.id, parent, page.after, page.limit + 1))
        ids.push_back(account.id.str());
    } else {
      for (const Unit& unit : TreeStore::ListUnits(reader, organization.id, parent, page.after, page.limit + 1))
        ids.push_back(unit.id);
    }
    return WritePage(
        page, "Children", ids, [](const std::string& id) { return id; },
        [&](const std::string& id) { return Json{{"Id", id}, {"Type", type}}; });
  });
}

Result<Json> UnitOperations::ListParents(const Call& call) {
  ASSIGN_OR_RETURN(const std::string child, Fields(call.input).String("ChildId"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    std::string parent;
    if (IsAccountId(child)) {
      const auto account = TreeStore::FindAccount(reader, AccountId(child));
      if (account && account->organization == organization.id) parent = account->parent;
    } else if (const auto unit = TreeStore::FindUnit(reader, organization.id, child)) {
      parent = unit->parent;
    }
    if (parent.empty()) return ChildNotFound();
    return Json{{"Parents", {{{"Id", parent}, {"Type", KindOf(parent)}}}}};
  });
}

}  // namespace stratolite::organizations
