#include "events/partner_operations.hpp"

#include "events/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::events {
namespace {

AwsError NoSuchSource(const Call& call, const char* member) {
  return EventSourceNotFound(Fields(call.input).StringOr(member, ""));
}

}  // namespace

Result<Json> PartnerOperations::ListEventSources(const Call&) { return Json{{"EventSources", Json::array()}}; }

Result<Json> PartnerOperations::DescribeEventSource(const Call& call) { return NoSuchSource(call, "Name"); }

Result<Json> PartnerOperations::ActivateEventSource(const Call& call) { return NoSuchSource(call, "Name"); }

Result<Json> PartnerOperations::DeactivateEventSource(const Call& call) { return NoSuchSource(call, "Name"); }

Result<Json> PartnerOperations::CreatePartnerEventSource(const Call& call) { return PartnersOnly(call.operation); }

Result<Json> PartnerOperations::DeletePartnerEventSource(const Call& call) { return PartnersOnly(call.operation); }

Result<Json> PartnerOperations::DescribePartnerEventSource(const Call& call) { return NoSuchSource(call, "Name"); }

Result<Json> PartnerOperations::ListPartnerEventSources(const Call&) {
  return Json{{"PartnerEventSources", Json::array()}};
}

Result<Json> PartnerOperations::ListPartnerEventSourceAccounts(const Call& call) {
  return NoSuchSource(call, "EventSourceName");
}

Result<Json> PartnerOperations::PutPartnerEvents(const Call& call) { return PartnersOnly(call.operation); }

}  // namespace stratolite::events
