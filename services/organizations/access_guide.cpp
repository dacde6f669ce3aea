#include "organizations/access_guide.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "organizations/policy_store.hpp"
#include "organizations/request_store.hpp"
#include "organizations/tree_store.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::organizations {
namespace {

/// Members that say what an operation is about.
constexpr std::array<const char*, 10> kSubjects = {
    "PolicyId", "TargetId",   "AccountId",      "OrganizationalUnitId", "RootId",
    "ParentId", "ResourceId", "SourceParentId", "DestinationParentId",  "ChildId"};

/// The organization that a call is made in.
std::optional<Organization> OrganizationOf(storage::Reader& reader, const AccountId& account) {
  const auto member = TreeStore::FindAccount(reader, account);
  return member ? TreeStore::Find(reader, member->organization) : std::nullopt;
}

/// Empty: nothing of that kind has an ARN.
std::string ArnOfSubject(storage::Reader& reader, const Organization& organization, const std::string& id) {
  if (id == organization.root_id) return organization.RootArn();
  if (IsAccountId(id)) return AccountArn(organization, AccountId(id));
  if (id.starts_with("ou-")) {
    Unit unit;
    unit.id = id;
    return UnitArn(organization, unit);
  }
  const auto policy = PolicyStore::Find(reader, organization.id, id);
  return policy ? PolicyArn(organization, *policy) : std::string();
}

Tags TagsOfSubject(storage::Reader& reader, const Organization& organization, const std::string& id) {
  if (id == organization.root_id) return organization.root_tags;
  if (IsAccountId(id)) {
    const auto account = TreeStore::FindAccount(reader, AccountId(id));
    return account && account->organization == organization.id ? account->tags : Tags();
  }
  if (const auto unit = TreeStore::FindUnit(reader, organization.id, id)) return unit->tags;
  const auto policy = PolicyStore::Find(reader, organization.id, id);
  return policy ? policy->tags : Tags();
}

}  // namespace

void OrganizationAccessGuide::Refine(const Call& call, std::vector<AccessNeed>& needs) {
  if (needs.empty()) return;
  const Fields in(call.input);
  std::vector<std::string> arns;
  db_.Read([&](storage::Reader& reader) {
    if (const auto handshake = RequestStore::FindHandshake(reader, in.StringOr("HandshakeId", ""))) {
      const Scope owner{handshake->management, call.scope.region};
      Arn arn = MakeArn("organizations", owner, "handshake/" + handshake->organization + "/invite/" + handshake->id);
      arn.region.clear();
      arns.push_back(arn.ToString());
      return;
    }
    const auto organization = OrganizationOf(reader, call.scope.account);
    if (!organization) return;
    for (const char* member : kSubjects) {
      const auto id = in.OptionalString(member);
      std::string arn = id ? ArnOfSubject(reader, *organization, *id) : std::string();
      if (!arn.empty()) arns.push_back(std::move(arn));
    }
  });
  if (arns.empty()) return;
  const std::vector<AccessNeed> patterns = std::exchange(needs, {});
  std::string_view last;
  for (const AccessNeed& pattern : patterns) {
    // The table has one need for each type of resource.
    if (pattern.action == last) continue;
    last = pattern.action;
    for (const std::string& arn : arns) {
      needs.push_back(pattern);
      needs.back().resource = arn;
    }
  }
}

ResourceFacts OrganizationAccessGuide::FactsOf(const Call& call, const AccessNeed& need) {
  ResourceFacts facts;
  facts.owner = call.caller.account;
  const std::size_t slash = need.resource.rfind('/');
  if (slash == std::string::npos) return facts;
  const std::string id = need.resource.substr(slash + 1);
  db_.Read([&](storage::Reader& reader) {
    if (const auto organization = OrganizationOf(reader, call.scope.account))
      facts.tags = TagsOfSubject(reader, *organization, id);
  });
  return facts;
}

}  // namespace stratolite::organizations
