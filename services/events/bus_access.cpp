#include "events/bus_access.hpp"

#include "events/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::events {
namespace {

constexpr std::string_view kBusResource = "event-bus/";
constexpr std::int64_t kMostPerPage = 100;

}  // namespace

Result<BusAddress> ParseBusAddress(std::string_view text, const Scope& caller) {
  if (!text.starts_with("arn:")) return BusAddress{caller, std::string(text)};
  const std::optional<Arn> arn = Arn::Parse(text);
  if (!arn || arn->service != "events" || !IsAccountId(arn->account) || !IsRegionName(arn->region) ||
      !arn->resource.starts_with(kBusResource) || arn->resource.size() == kBusResource.size()) {
    return ParameterNotValid("EventBusName");
  }
  return BusAddress{{AccountId(arn->account), Region(arn->region)}, arn->resource.substr(kBusResource.size())};
}

Result<BusAddress> BusAddressOf(const Call& call, const char* member) {
  return ParseBusAddress(Fields(call.input).StringOr(member, std::string(kDefaultBus)), call.scope);
}

Result<Page> PageOf(const Call& call, const char* limit_member) {
  const Fields in(call.input);
  Page page{.limit = in.IntOr(limit_member, kMostPerPage), .after = {}};
  if (const auto token = in.OptionalString("NextToken")) {
    std::optional<std::string> name = Base64Decode(*token);
    if (!name || name->empty() || !IsValidUtf8(*name)) return ParameterNotValid("NextToken");
    page.after = *std::move(name);
  }
  return page;
}

std::string PageToken(std::string_view last_name) { return Base64Encode(last_name); }

Json PageAnswer(const char* member, Json items, const std::vector<std::string>& names, const Page& page) {
  Json answer = Json::object();
  if (static_cast<std::int64_t>(items.size()) > page.limit) {
    items.erase(items.begin() + page.limit, items.end());
    answer["NextToken"] = PageToken(names[static_cast<std::size_t>(page.limit) - 1]);
  }
  answer[member] = std::move(items);
  return answer;
}

void SetUnlessEmpty(Json& object, const char* member, const std::string& value) {
  if (!value.empty()) object[member] = value;
}

}  // namespace stratolite::events
