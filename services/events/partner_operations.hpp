#pragma once

#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Event sources of SaaS partners: there are none. What customers ask of them finds nothing, what partners do is refused. Thread-safe.
class PartnerOperations {
 public:
  Result<Json> ListEventSources(const Call& call);
  Result<Json> DescribeEventSource(const Call& call);
  Result<Json> ActivateEventSource(const Call& call);
  Result<Json> DeactivateEventSource(const Call& call);

  Result<Json> CreatePartnerEventSource(const Call& call);
  Result<Json> DeletePartnerEventSource(const Call& call);
  Result<Json> DescribePartnerEventSource(const Call& call);
  Result<Json> ListPartnerEventSources(const Call& call);
  Result<Json> ListPartnerEventSourceAccounts(const Call& call);
  Result<Json> PutPartnerEvents(const Call& call);
};

}  // namespace stratolite::events
