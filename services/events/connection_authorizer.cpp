#include "events/connection_authorizer.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

constexpr std::string_view kAuthorizeKind = "events.authorize_connection";
/// On AWS a connection is AUTHORIZING for some seconds.
constexpr Duration kAuthorizationDelay = std::chrono::seconds(1);
constexpr Duration kAuthorizationDeadline = std::chrono::seconds(60);
constexpr Duration kTokenTimeout = std::chrono::seconds(5);
constexpr std::size_t kMaxTokenAnswer = 64 << 10;
/// Of tokens that come without one.
constexpr std::int64_t kTokenLifeSeconds = 3600;
constexpr std::int64_t kMaxTokenLifeSeconds = 10LL * 365 * 24 * 3600;

using Pairs = std::map<std::string, std::string>;

Pairs PairsOf(const Json& http_parameters, const char* member) {
  Pairs pairs;
  for (const Json& parameter : Fields(http_parameters).List(member)) {
    const Fields fields(parameter);
    pairs.insert_or_assign(fields.StringOr("Key", ""), fields.StringOr("Value", ""));
  }
  return pairs;
}

std::string FormOf(const Pairs& pairs) {
  std::string form;
  for (const auto& [key, value] : pairs) {
    if (!form.empty()) form += '&';
    form += PercentEncode(key) + "=" + PercentEncode(value);
  }
  return form;
}

struct Token {
  std::string text;
  Duration life;
};

Result<Token> ReadToken(const Result<ports::HttpClient::Answer>& answer) {
  if (!answer.ok()) return answer.error();
  const auto fail = [](std::string message) {
    return AwsError{.code = "AuthorizationFailed", .message = std::move(message)};
  };
  if (answer->status < 200 || answer->status >= 300)
    return fail(fmt::format("The authorization endpoint answers {}.", answer->status));
  const Json document = ParseJsonText(answer->body);
  const auto text = [&](const char* member) {
    const auto found = document.find(member);
    return found != document.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!document.is_object() || text("access_token").empty())
    return fail("The authorization endpoint's answer holds no access_token.");
  std::int64_t seconds = kTokenLifeSeconds;
  if (const auto life = document.find("expires_in"); life != document.end() && life->is_number_integer())
    seconds = std::clamp<std::int64_t>(life->get<std::int64_t>(), 0, kMaxTokenLifeSeconds);
  const bool bearer = text("token_type").empty() || AsciiLower(text("token_type")) == "bearer";
  return Token{(bearer ? "Bearer" : text("token_type")) + " " + text("access_token"), std::chrono::seconds(seconds)};
}

}  // namespace

Result<ports::HttpClient::Request> TokenRequest(const Connection& connection) {
  const Json& oauth = Fields(connection.auth).Object("OAuthParameters");
  const Fields fields(oauth);
  const Fields client(fields.Object("ClientParameters"));
  if (!fields.Has("AuthorizationEndpoint"))
    return AwsError{.code = "AuthorizationFailed", .message = "The connection has no authorization parameters."};
  const Json& extra = fields.Object("OAuthHttpParameters");
  Pairs form = {{"grant_type", "client_credentials"},
                {"client_id", client.StringOr("ClientID", "")},
                {"client_secret", client.StringOr("ClientSecret", "")}};
  for (const auto& [key, value] : PairsOf(extra, "BodyParameters")) form.insert_or_assign(key, value);
  Pairs query = PairsOf(extra, "QueryStringParameters");

  ports::HttpClient::Request request;
  request.method = fields.StringOr("HttpMethod", "POST");
  request.url = fields.StringOr("AuthorizationEndpoint", "");
  request.timeout = kTokenTimeout;
  request.max_answer_bytes = kMaxTokenAnswer;
  request.headers = {{"User-Agent", "Amazon/EventBridge/ApiDestinations"}, {"Accept", "application/json"}};
  if (request.method == "GET") {
    query.merge(form);
  } else {
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    request.body = FormOf(form);
  }
  if (!query.empty()) request.url.append(request.url.find('?') == std::string::npos ? "?" : "&").append(FormOf(query));
  for (const auto& [key, value] : PairsOf(extra, "HeaderParameters")) request.headers.emplace_back(key, value);
  return request;
}

ConnectionAuthorizer::ConnectionAuthorizer(const ServiceDeps& deps) : deps_(deps) {
  deps_.scheduler.Register(std::string(kAuthorizeKind), [this](const runtime::DueTask& task) { OnDue(task); });
}

void ConnectionAuthorizer::FetchLater(storage::Txn& txn, const Connection& connection) {
  deps_.scheduler.Schedule(txn, kAuthorizeKind, {connection.arn(), deps_.clock.Now() + kAuthorizationDelay, {}});
}

void ConnectionAuthorizer::OnDue(const runtime::DueTask& task) {
  const auto connection =
      deps_.db.Read([&](storage::Reader& reader) { return destination_store::FindConnection(reader, task.key); });
  if (!connection || !connection->oauth() || connection->state != "AUTHORIZING") return;
  deps_.db.Transact([&](storage::Txn& txn) {
    deps_.scheduler.Schedule(txn, kAuthorizeKind, {task.key, deps_.clock.Now() + kAuthorizationDeadline, {}});
  });
  Fetch(*connection, [this, key = task.key](const Result<Connection>& outcome) {
    if (!outcome.ok() && outcome.error().code == "Stopped") return;
    deps_.db.Transact([&](storage::Txn& txn) { deps_.scheduler.Cancel(txn, kAuthorizeKind, key); });
  });
}

void ConnectionAuthorizer::Fetch(const Connection& connection, std::function<void(Result<Connection>)> then) {
  Result<ports::HttpClient::Request> request = TokenRequest(connection);
  if (!request.ok()) return then(std::move(request).error());
  auto* const client = deps_.ports.Find<ports::HttpClient>();
  if (client == nullptr) return then(AwsError{.code = "Unreachable", .message = "Nothing is called from here."});
  client->Send(*std::move(request), [this, arn = connection.arn(), asked = connection.modified_at,
                                     then = std::move(then)](const Result<ports::HttpClient::Answer>& answer) {
    const Result<Token> token = ReadToken(answer);
    if (!token.ok() && token.error().code == "Stopped") return then(token.error());
    const Result<Connection> updated = deps_.db.Transact([&](storage::Txn& txn) -> Result<Connection> {
      auto current = destination_store::FindConnection(txn, arn);
      // Changed meanwhile: the token is for what it was.
      if (!current || current->modified_at != asked)
        return AwsError{.code = "AuthorizationFailed", .message = "The connection has been changed."};
      current->state = token.ok() ? "AUTHORIZED" : "DEAUTHORIZED";
      current->state_reason = token.ok() ? "" : token.error().message;
      current->token = token.ok() ? token->text : "";
      const TimePoint now = deps_.clock.Now();
      if (token.ok()) {
        current->token_expires_at = now + token->life;
        current->authorized_at = now;
      }
      destination_store::UpdateConnection(txn, *current);
      return *std::move(current);
    });
    if (!token.ok()) return then(token.error());
    then(updated);
  });
}

}  // namespace stratolite::events
