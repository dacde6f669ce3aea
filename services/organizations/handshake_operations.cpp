#include "organizations/handshake_operations.hpp"

#include <algorithm>

#include "organizations/errors.hpp"
#include "organizations/request_store.hpp"
#include "organizations/standing.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::organizations {
namespace {

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_invites.html
constexpr Duration kOpen = std::chrono::hours(24 * 15);

Json Answer(storage::Reader& reader, const Handshake& handshake, TimePoint now) {
  const Organization organization = TreeStore::Find(reader, handshake.organization).value();
  const Account management = TreeStore::FindAccount(reader, organization.management).value();
  return View(organization, management, handshake, now);
}

bool IsOpen(const Handshake& handshake, TimePoint now) {
  return handshake.state == "OPEN" && now < handshake.expires_at;
}

/// Whoever sent it or got it.
Result<Handshake> FindHandshake(storage::Reader& reader, const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("HandshakeId"));
  auto handshake = RequestStore::FindHandshake(reader, id);
  if (!handshake || (handshake->management != call.scope.account && handshake->target != call.scope.account))
    return HandshakeNotFound();
  return *std::move(handshake);
}

Json PageOfHandshakes(storage::Reader& reader, const Page& page, const std::vector<Handshake>& handshakes,
                      TimePoint now) {
  return WritePage(
      page, "Handshakes", handshakes, [](const Handshake& handshake) { return handshake.id; },
      [&](const Handshake& handshake) { return Answer(reader, handshake, now); });
}

}  // namespace

Result<Json> HandshakeOperations::InviteAccountToOrganization(const Call& call) {
  const Fields in(call.input);
  const Fields target(in.Object("Target"));
  ASSIGN_OR_RETURN(const std::string id, target.String("Id"));
  // Nobody here knows the addresses of accounts that are in no organization.
  if (target.StringOr("Type", "") != "ACCOUNT" || !IsAccountId(id)) {
    return InvalidInput("INVALID_PARTY_TYPE_TARGET", "You specified the wrong type of entity as a party.");
  }
  Handshake handshake;
  handshake.id = MakeId(deps_.random, "h-", 32);
  handshake.management = call.scope.account;
  handshake.target = AccountId(id);
  handshake.notes = in.StringOr("Notes", "");
  AddTags(in.List("Tags"), handshake.tags);
  const TimePoint now = deps_.clock.Now();
  handshake.requested_at = now;
  handshake.expires_at = now + kOpen;
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    if (TreeStore::FindAccount(txn, handshake.target)) return HandshakeTargetInOrganization();
    for (const Handshake& earlier : RequestStore::ListHandshakesTo(txn, handshake.target)) {
      if (earlier.organization == organization.id && IsOpen(earlier, now)) return DuplicateHandshake();
    }
    handshake.organization = organization.id;
    RequestStore::Insert(txn, handshake);
    return Json{{"Handshake", Answer(txn, handshake, now)}};
  });
}

Result<Json> HandshakeOperations::AcceptHandshake(const Call& call) {
  const TimePoint now = deps_.clock.Now();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Handshake handshake, FindHandshake(txn, call));
    if (handshake.target != call.scope.account) return OnlyManagement();
    if (!IsOpen(handshake, now)) return HandshakeNotOpen();
    if (TreeStore::FindAccount(txn, handshake.target)) return HandshakeTargetInOrganization();
    const Organization organization = TreeStore::Find(txn, handshake.organization).value();
    Account account;
    account.id = handshake.target;
    account.organization = organization.id;
    account.parent = organization.root_id;
    account.name = "account-" + handshake.target.str();
    account.email = account.name + "@example.com";
    account.joined_method = "INVITED";
    account.joined_at = now;
    account.tags = handshake.tags;
    tree_.Insert(txn, account);
    policies_.AttachDefaults(txn, organization, account.id.str());
    RequestStore::SetState(txn, handshake, "ACCEPTED");
    handshake.state = "ACCEPTED";
    return Json{{"Handshake", Answer(txn, handshake, now)}};
  });
}

Result<Json> HandshakeOperations::DeclineHandshake(const Call& call) {
  const TimePoint now = deps_.clock.Now();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Handshake handshake, FindHandshake(txn, call));
    if (handshake.target != call.scope.account) return OnlyManagement();
    if (!IsOpen(handshake, now)) return HandshakeNotOpen();
    RequestStore::SetState(txn, handshake, "DECLINED");
    handshake.state = "DECLINED";
    return Json{{"Handshake", Answer(txn, handshake, now)}};
  });
}

Result<Json> HandshakeOperations::CancelHandshake(const Call& call) {
  const TimePoint now = deps_.clock.Now();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Handshake handshake, FindHandshake(txn, call));
    if (handshake.management != call.scope.account) return OnlyManagement();
    if (!IsOpen(handshake, now)) return HandshakeNotOpen();
    RequestStore::SetState(txn, handshake, "CANCELED");
    handshake.state = "CANCELED";
    return Json{{"Handshake", Answer(txn, handshake, now)}};
  });
}

Result<Json> HandshakeOperations::DescribeHandshake(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Handshake handshake, FindHandshake(reader, call));
    return Json{{"Handshake", Answer(reader, handshake, deps_.clock.Now())}};
  });
}

Result<Json> HandshakeOperations::ListHandshakesForAccount(const Call& call) {
  ASSIGN_OR_RETURN(const Page page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    return PageOfHandshakes(reader, page, RequestStore::ListHandshakesTo(reader, call.scope.account),
                            deps_.clock.Now());
  });
}

Result<Json> HandshakeOperations::ListHandshakesForOrganization(const Call& call) {
  ASSIGN_OR_RETURN(const Page page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    return PageOfHandshakes(reader, page, RequestStore::ListHandshakesOf(reader, organization.id), deps_.clock.Now());
  });
}

Result<Json> HandshakeOperations::LeaveOrganization(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Standing standing, FindStanding(txn, call));
    if (standing.management) return ManagementCannotLeave();
    tree_.Delete(txn, standing.account);
    return Json::object();
  });
}

}  // namespace stratolite::organizations
