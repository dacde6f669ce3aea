#pragma once

#include <string>
#include <string_view>

#include "events/bus_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Which bus a call speaks of: by name in the caller's account and region, or by ARN anywhere in the world. Plain data.
struct BusAddress {
  Scope scope;
  std::string name;
};

/// `text`: a name or an ARN. ValidationException: an ARN of something else.
Result<BusAddress> ParseBusAddress(std::string_view text, const Scope& caller);
/// The member of a call's input; absent: `default`.
Result<BusAddress> BusAddressOf(const Call& call, const char* member = "EventBusName");

/// A page of a list by name. Plain data.
struct Page {
  std::int64_t limit = 0;
  /// The last name of the page before; empty: from the start.
  std::string after;
};
/// ValidationException: a NextToken that no answer gave.
Result<Page> PageOf(const Call& call, const char* limit_member = "Limit");
std::string PageToken(std::string_view last_name);

/// Adds `items`, of which one more than the page's limit was read when there are more, to an answer. `names[i]` is the name of `items[i]`.
Json PageAnswer(const char* member, Json items, const std::vector<std::string>& names, const Page& page);

/// EventBridge leaves out members that have no value.
void SetUnlessEmpty(Json& object, const char* member, const std::string& value);

}  // namespace stratolite::events
