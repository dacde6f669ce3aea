#include "events/api_destination_request.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::events {
namespace {

/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html: an endpoint has five seconds.
constexpr Duration kInvocationTimeout = std::chrono::seconds(5);
constexpr std::size_t kMaxInvocationAnswer = 1 << 20;

struct NoCase {
  bool operator()(const std::string& a, const std::string& b) const { return AsciiLower(a) < AsciiLower(b); }
};
using HeaderFields = std::map<std::string, std::string, NoCase>;

template <typename Map>
void AddConnectionPairs(const Json& parameters, const char* member, Map& to) {
  for (const Json& pair : Fields(parameters).List(member)) {
    const Fields fields(pair);
    to.insert_or_assign(fields.StringOr("Key", ""), fields.StringOr("Value", ""));
  }
}

template <typename Map>
void AddTargetPairs(const Json& parameters, const char* member, Map& to) {
  for (const auto& [key, value] : Fields(parameters).Object(member).items()) {
    if (value.is_string()) to.insert_or_assign(key, value.template get<std::string>());
  }
}

std::string FillPath(std::string_view endpoint, const std::vector<std::string>& values) {
  std::string filled;
  auto next = values.begin();
  for (const char c : endpoint) {
    if (c == '*' && next != values.end()) {
      filled += PercentEncode(*next++);
    } else {
      filled += c;
    }
  }
  return filled;
}

void AuthorizeRequest(const Connection& connection, HeaderFields& headers) {
  const Fields auth(connection.auth);
  const Fields api_key(auth.Object("ApiKeyAuthParameters"));
  const Fields basic(auth.Object("BasicAuthParameters"));
  if (connection.oauth()) {
    headers.insert_or_assign("Authorization", connection.token);
  } else if (api_key.Has("ApiKeyName")) {
    headers.insert_or_assign(api_key.StringOr("ApiKeyName", ""), api_key.StringOr("ApiKeyValue", ""));
  } else if (basic.Has("Username")) {
    const std::string user = basic.StringOr("Username", "") + ":" + basic.StringOr("Password", "");
    headers.insert_or_assign("Authorization", "Basic " + Base64Encode(user));
  }
}

std::string WithMembers(const std::string& body, const Json& parameters) {
  if (Fields(parameters).List("BodyParameters").empty()) return body;
  Json document = ParseJsonText(body);
  if (!document.is_object()) return body;
  for (const Json& pair : Fields(parameters).List("BodyParameters"))
    document[Fields(pair).StringOr("Key", "")] = Fields(pair).StringOr("Value", "");
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

ports::HttpClient::Request ApiDestinationRequest(const ApiDestination& destination, const Connection& connection,
                                                 const Delivery& delivery) {
  static const Json kNone = Json::object();
  const Json& target = delivery.parameters.is_object() ? Fields(delivery.parameters).Object("HttpParameters") : kNone;
  const Json& own = Fields(connection.auth).Object("InvocationHttpParameters");

  ports::HttpClient::Request request;
  request.method = destination.method;
  request.url = FillPath(destination.endpoint, Fields(target).Strings("PathParameterValues"));
  std::map<std::string, std::string> query;
  AddTargetPairs(target, "QueryStringParameters", query);
  AddConnectionPairs(own, "QueryStringParameters", query);
  for (const auto& [key, value] : query) {
    request.url += request.url.find('?') == std::string::npos ? '?' : '&';
    request.url += PercentEncode(key) + "=" + PercentEncode(value);
  }

  HeaderFields headers = {{"Content-Type", "application/json; charset=utf-8"},
                          {"User-Agent", "Amazon/EventBridge/ApiDestinations"},
                          {"Range", "bytes=0-1048575"},
                          {"Accept-Encoding", "gzip,deflate"}};
  AddTargetPairs(target, "HeaderParameters", headers);
  AddConnectionPairs(own, "HeaderParameters", headers);
  AuthorizeRequest(connection, headers);
  request.headers.assign(headers.begin(), headers.end());
  if (request.method != "GET" && request.method != "HEAD") request.body = WithMembers(delivery.body, own);
  request.timeout = kInvocationTimeout;
  request.max_answer_bytes = kMaxInvocationAnswer;
  return request;
}

std::optional<Duration> RetryAfter(const ports::HttpClient::Answer& answer, TimePoint now) {
  const auto found = std::find_if(answer.headers.begin(), answer.headers.end(),
                                  [](const auto& field) { return AsciiLower(field.first) == "retry-after"; });
  if (found == answer.headers.end()) return std::nullopt;
  const std::string& text = found->second;
  if (const auto seconds = ParseWholeNumber<std::int64_t>(text)) {
    constexpr std::int64_t kWeek = 7 * 24 * 3600;
    return std::chrono::seconds(std::clamp<std::int64_t>(*seconds, -1, kWeek));
  }
  const auto date = ParseHttpDate(text);
  return date ? std::optional(std::max(*date - now, Duration::zero())) : std::nullopt;
}

}  // namespace stratolite::events
