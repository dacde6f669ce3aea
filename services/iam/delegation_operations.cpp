#include "iam/delegation_operations.hpp"

#include <algorithm>
#include <array>

#include "iam/credential_errors.hpp"
#include "iam/paging.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/sent_messages.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

// AWS names this time for rejected requests; how long others wait is not published.
constexpr Duration kDelegationWaits = std::chrono::hours(24 * 7);
constexpr std::size_t kDelegationIdSize = 32;
constexpr std::string_view kDelegationIdAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
/// Members of the answer that are the input's own.
constexpr std::array<std::string_view, 6> kAsAsked = {"Description", "Permissions",     "RequestMessage",
                                                      "RedirectUrl", "SessionDuration", "OnlySendByOwner"};

std::string StateOf(const DelegationRequest& request) { return request.details.at("State").get<std::string>(); }

Result<void> RequireState(const DelegationRequest& request, std::initializer_list<std::string_view> states) {
  const std::string state = StateOf(request);
  if (std::find(states.begin(), states.end(), state) != states.end()) return {};
  return WrongDelegationState(state);
}

Json DelegationView(const DelegationRequest& request) {
  Json view = request.details;
  view.erase("NotificationChannel");
  view.erase("RequestorWorkflowId");
  view["DelegationRequestId"] = request.id;
  view["CreateDate"] = ToJson(request.created_at);
  if (!request.owner_account.empty()) view["OwnerAccountId"] = request.owner_account;
  return view;
}

}  // namespace

void DelegationOperations::Register(OperationTable& operations) {
  using Self = DelegationOperations;
  operations.Add("CreateDelegationRequest", this, &Self::CreateDelegationRequest).partial_note =
      "any account may ask; what a template permits is not known";
  operations.Add("GetDelegationRequest", this, &Self::GetDelegationRequest).partial_note =
      "without PermissionPolicy and the permission check";
  operations.Add("ListDelegationRequests", this, &Self::ListDelegationRequests);
  operations.Add("AssociateDelegationRequest", this, &Self::AssociateDelegationRequest);
  operations.Add("UpdateDelegationRequest", this, &Self::UpdateDelegationRequest);
  operations.Add("AcceptDelegationRequest", this, &Self::AcceptDelegationRequest);
  operations.Add("RejectDelegationRequest", this, &Self::RejectDelegationRequest);
  operations.Add("SendDelegationToken", this, &Self::SendDelegationToken).partial_note =
      "the token is among the messages that the world sent, not in the partner's channel";
}

Result<DelegationRequest> DelegationOperations::FindRequest(storage::Reader& reader, const Call& call) const {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("DelegationRequestId"));
  auto request = DelegationStore::Find(reader, id);
  const bool visible =
      request && (request->owner_account.empty() || request->owner_account == call.scope.account.str());
  if (!visible) return NoSuchDelegationRequest(id);
  const std::string state = StateOf(*request);
  const auto expires = request->details.at("ExpirationTime").get<double>();
  if (state != "FINALIZED" && EpochSecondsWithFraction(deps_.clock.Now()) >= expires)
    request->details["State"] = "EXPIRED";
  return *std::move(request);
}

Result<Json> DelegationOperations::Change(
    const Call& call, const std::function<Result<void>(storage::Txn&, DelegationRequest&)>& change) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(DelegationRequest request, FindRequest(txn, call));
    RETURN_IF_ERROR(change(txn, request));
    request.details["UpdatedTime"] = ToJson(std::chrono::floor<std::chrono::seconds>(deps_.clock.Now()));
    DelegationStore::Put(txn, request);
    return Json::object();
  });
}

Result<Json> DelegationOperations::CreateDelegationRequest(const Call& call) {
  const Fields in(call.input);
  DelegationRequest request;
  request.id = deps_.random.String(kDelegationIdSize, kDelegationIdAlphabet);
  request.owner_account = in.StringOr("OwnerAccountId", "");
  request.created_at = std::chrono::floor<std::chrono::seconds>(deps_.clock.Now());
  for (const std::string_view member : kAsAsked) {
    if (const Json* const value = in.Find(member)) request.details[std::string(member)] = *value;
  }
  ASSIGN_OR_RETURN(request.details["NotificationChannel"], in.String("NotificationChannel"));
  ASSIGN_OR_RETURN(request.details["RequestorWorkflowId"], in.String("RequestorWorkflowId"));
  request.details["RequestorId"] = call.scope.account.str();
  request.details["State"] = "UNASSIGNED";
  request.details["ExpirationTime"] = ToJson(request.created_at + kDelegationWaits);
  deps_.db.Transact([&](storage::Txn& txn) { DelegationStore::Put(txn, request); });
  return Json{{"DelegationRequestId", request.id},
              {"ConsoleDeepLink", "https://console.aws.amazon.com/iam/home#/delegation_requests/" + request.id}};
}

Result<Json> DelegationOperations::GetDelegationRequest(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const DelegationRequest request, FindRequest(reader, call));
    return Json{{"DelegationRequest", DelegationView(request)}};
  });
}

Result<Json> DelegationOperations::ListDelegationRequests(const Call& call) {
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  const auto owner = Fields(call.input).OptionalString("OwnerId");
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    auto requests = DelegationStore::List(reader, call.scope.account, page.after, page.limit + 1);
    const bool more = static_cast<std::int64_t>(requests.size()) > page.limit;
    if (more) requests.pop_back();
    Json output = {{"DelegationRequests", Json::array()}};
    for (const DelegationRequest& request : requests) {
      // Those that nobody owns yet are left out.
      const auto found = request.details.find("OwnerId");
      if (found == request.details.end() || (owner && *found != *owner)) continue;
      output["DelegationRequests"].push_back(DelegationView(request));
    }
    // This one is spelled like no other list's.
    output["isTruncated"] = more;
    if (more) {
      Json marker = Json::object();
      WritePage(marker, true, requests.back().id);
      output["Marker"] = marker.at("Marker");
    }
    return output;
  });
}

Result<Json> DelegationOperations::AssociateDelegationRequest(const Call& call) {
  return Change(call, [&](storage::Txn&, DelegationRequest& request) -> Result<void> {
    RETURN_IF_ERROR(RequireState(request, {"UNASSIGNED"}));
    request.owner_account = call.scope.account.str();
    request.details["OwnerId"] = call.caller.arn;
    request.details["State"] = "ASSIGNED";
    return {};
  });
}

Result<Json> DelegationOperations::UpdateDelegationRequest(const Call& call) {
  return Change(call, [&](storage::Txn&, DelegationRequest& request) -> Result<void> {
    RETURN_IF_ERROR(RequireState(request, {"ASSIGNED", "PENDING_APPROVAL"}));
    if (const auto notes = Fields(call.input).OptionalString("Notes")) request.details["Notes"] = *notes;
    request.details["State"] = "PENDING_APPROVAL";
    return {};
  });
}

Result<Json> DelegationOperations::AcceptDelegationRequest(const Call& call) {
  return Change(call, [&](storage::Txn&, DelegationRequest& request) -> Result<void> {
    RETURN_IF_ERROR(RequireState(request, {"ASSIGNED", "PENDING_APPROVAL"}));
    request.details["ApproverId"] = call.caller.arn;
    request.details["State"] = "ACCEPTED";
    return {};
  });
}

Result<Json> DelegationOperations::RejectDelegationRequest(const Call& call) {
  return Change(call, [&](storage::Txn&, DelegationRequest& request) -> Result<void> {
    RETURN_IF_ERROR(RequireState(request, {"ASSIGNED", "PENDING_APPROVAL", "ACCEPTED"}));
    if (const auto notes = Fields(call.input).OptionalString("Notes")) request.details["RejectionReason"] = *notes;
    request.details["State"] = "REJECTED";
    request.details["ExpirationTime"] = ToJson(deps_.clock.Now() + kDelegationWaits);
    return {};
  });
}

Result<Json> DelegationOperations::SendDelegationToken(const Call& call) {
  ASSIGN_OR_RETURN(const DelegationRequest seen,
                   deps_.db.Read([&](storage::Reader& reader) { return FindRequest(reader, call); }));
  RETURN_IF_ERROR(RequireState(seen, {"ACCEPTED"}));
  const TimePoint now = deps_.clock.Now();
  const TimePoint expires = now + std::chrono::seconds(seen.details.at("SessionDuration").get<std::int64_t>());
  // As STS reads it. The approver is whose credentials the partner gets.
  const Json token = {{"principal", seen.details.at("ApproverId")}, {"expires", expires.time_since_epoch().count()}};
  const std::string sealed = trade_in_.Seal(token.dump());
  auto* const sent = deps_.ports.Find<ports::SentMessages>();
  if (sent != nullptr) sent->Prepare();
  return Change(call, [&](storage::Txn& txn, DelegationRequest& request) -> Result<void> {
    RETURN_IF_ERROR(RequireState(request, {"ACCEPTED"}));
    request.details["State"] = "FINALIZED";
    if (sent == nullptr) return {};
    ports::SentMessages::SentMessage message;
    message.time = now;
    message.service = "iam";
    message.kind = "delegation-token";
    message.scope = call.scope;
    message.recipient = request.details.at("NotificationChannel").get<std::string>();
    message.sender = request.details.at("ApproverId").get<std::string>();
    message.subject = request.id;
    message.body = sealed;
    sent->Record(txn, message);
    return {};
  });
}

}  // namespace stratolite::iam
