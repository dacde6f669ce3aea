#include "events/connection_operations.hpp"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "events/bus_access.hpp"
#include "events/errors.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/errors.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

constexpr std::string_view kSuffixLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kSuffixLength = 6;

struct AuthorizationType {
  std::string_view name;
  const char* member;
};
constexpr std::array<AuthorizationType, 3> kAuthorizationTypes = {{{"API_KEY", "ApiKeyAuthParameters"},
                                                                   {"BASIC", "BasicAuthParameters"},
                                                                   {"OAUTH_CLIENT_CREDENTIALS", "OAuthParameters"}}};

const char* ParametersOf(std::string_view type) {
  for (const AuthorizationType& known : kAuthorizationTypes) {
    if (known.name == type) return known.member;
  }
  return kAuthorizationTypes.front().member;
}

/// Fits the type, and asks for nothing private.
Result<void> CheckAuthorization(const Call& call, const std::string& type, const Json& auth) {
  if (Fields(call.input).Has("InvocationConnectivityParameters") || auth.contains("ConnectivityParameters"))
    return NotImplemented("events", std::string(call.operation) + " with connectivity parameters");
  const char* const wanted = ParametersOf(type);
  for (const AuthorizationType& known : kAuthorizationTypes) {
    const bool given = auth.contains(known.member);
    if (given == (std::string_view(known.member) == wanted)) continue;
    return ParameterNotValid(fmt::format("AuthParameters.{}", known.member),
                             given ? fmt::format("AuthorizationType is {}.", type)
                                   : fmt::format("It is required when AuthorizationType is {}.", type));
  }
  return {};
}

Json ShownPairs(const Json& http_parameters) {
  Json shown = Json::object();
  for (const char* member : {"HeaderParameters", "QueryStringParameters", "BodyParameters"}) {
    if (!http_parameters.contains(member)) continue;
    Json& pairs = shown[member] = Json::array();
    for (Json pair : http_parameters[member]) {
      const bool secret = pair.value("IsValueSecret", false);
      pair["IsValueSecret"] = secret;
      if (secret) pair.erase("Value");
      pairs.push_back(std::move(pair));
    }
  }
  return shown;
}

/// What DescribeConnection shows: all but the secrets.
Json ShownAuthorization(Json auth) {
  if (auth.contains("ApiKeyAuthParameters")) auth["ApiKeyAuthParameters"].erase("ApiKeyValue");
  if (auth.contains("BasicAuthParameters")) auth["BasicAuthParameters"].erase("Password");
  if (auth.contains("OAuthParameters")) {
    Json& oauth = auth["OAuthParameters"];
    if (oauth.contains("ClientParameters")) oauth["ClientParameters"].erase("ClientSecret");
    if (oauth.contains("OAuthHttpParameters")) oauth["OAuthHttpParameters"] = ShownPairs(oauth["OAuthHttpParameters"]);
  }
  if (auth.contains("InvocationHttpParameters"))
    auth["InvocationHttpParameters"] = ShownPairs(auth["InvocationHttpParameters"]);
  return auth;
}

/// The structures of `update` replace those of the same name member by member, lists as a whole.
void MergeInto(Json& auth, const Json& update) {
  for (const auto& [member, value] : update.items()) {
    if (value.is_object() && auth.contains(member) && auth[member].is_object()) {
      MergeInto(auth[member], value);
    } else {
      auth[member] = value;
    }
  }
}

Json ConnectionChange(const Connection& connection, std::string_view state, bool with_authorization) {
  Json answer = {{"ConnectionArn", connection.arn()},
                 {"ConnectionState", state},
                 {"CreationTime", ToJson(connection.created_at)},
                 {"LastModifiedTime", ToJson(connection.modified_at)}};
  if (with_authorization) answer["LastAuthorizedTime"] = ToJson(connection.authorized_at);
  return answer;
}

Json ConnectionView(const Connection& connection) {
  Json view = ConnectionChange(connection, connection.state, true);
  view["Name"] = connection.name;
  view["AuthorizationType"] = connection.authorization_type;
  SetUnlessEmpty(view, "StateReason", connection.state_reason);
  return view;
}

}  // namespace

void ConnectionOperations::Register(OperationTable& operations) {
  operations.Add("CreateConnection", this, &ConnectionOperations::CreateConnection);
  operations.Add("UpdateConnection", this, &ConnectionOperations::UpdateConnection);
  operations.Add("DeleteConnection", this, &ConnectionOperations::DeleteConnection);
  operations.Add("DescribeConnection", this, &ConnectionOperations::DescribeConnection);
  operations.Add("DeauthorizeConnection", this, &ConnectionOperations::DeauthorizeConnection);
  operations.Add("ListConnections", this, &ConnectionOperations::ListConnections);
}

void ConnectionOperations::Authorize(storage::Txn& txn, Connection& connection) {
  connection.token.clear();
  connection.state_reason.clear();
  connection.state = connection.oauth() ? "AUTHORIZING" : "AUTHORIZED";
  if (connection.oauth()) return authorizer_.FetchLater(txn, connection);
  connection.authorized_at = connection.modified_at;
}

Result<Json> ConnectionOperations::CreateConnection(const Call& call) {
  const Fields in(call.input);
  Connection connection;
  connection.scope = call.scope;
  ASSIGN_OR_RETURN(connection.name, in.String("Name"));
  ASSIGN_OR_RETURN(connection.authorization_type, in.String("AuthorizationType"));
  connection.auth = in.Object("AuthParameters");
  RETURN_IF_ERROR(CheckAuthorization(call, connection.authorization_type, connection.auth));
  connection.description = in.StringOr("Description", "");
  connection.kms_key = in.StringOr("KmsKeyIdentifier", "");
  connection.uuid = deps_.random.Uuid();
  // The secret that AWS makes for it, https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html
  connection.secret_arn = MakeArn("secretsmanager", connection.scope,
                                  fmt::format("secret:events!connection/{}/{}-{}", connection.name, deps_.random.Uuid(),
                                              deps_.random.String(kSuffixLength, kSuffixLetters)))
                              .ToString();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (destination_store::FindConnection(txn, connection.scope, connection.name))
      return ConnectionAlreadyExists(connection.name);
    connection.created_at = connection.modified_at = connection.authorized_at = deps_.clock.Now();
    Authorize(txn, connection);
    destination_store::InsertConnection(txn, connection);
    return ConnectionChange(connection, connection.state, false);
  });
}

Result<Json> ConnectionOperations::UpdateConnection(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("Name"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    auto connection = destination_store::FindConnection(txn, call.scope, name);
    if (!connection) return ConnectionNotFound(name);
    const std::string type = in.StringOr("AuthorizationType", connection->authorization_type);
    // What another type was authorized by is of no use.
    if (type != connection->authorization_type) connection->auth.erase(ParametersOf(connection->authorization_type));
    connection->authorization_type = type;
    MergeInto(connection->auth, in.Object("AuthParameters"));
    RETURN_IF_ERROR(CheckAuthorization(call, type, connection->auth));
    connection->description = in.StringOr("Description", connection->description);
    connection->kms_key = in.StringOr("KmsKeyIdentifier", connection->kms_key);
    connection->modified_at = deps_.clock.Now();
    Authorize(txn, *connection);
    destination_store::UpdateConnection(txn, *connection);
    return ConnectionChange(*connection, connection->state, true);
  });
}

Result<Json> ConnectionOperations::DeleteConnection(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("Name"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const auto connection = destination_store::FindConnection(txn, call.scope, name);
    if (!connection) return ConnectionNotFound(name);
    destination_store::DeleteConnection(txn, *connection);
    return ConnectionChange(*connection, "DELETING", true);
  });
}

Result<Json> ConnectionOperations::DescribeConnection(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("Name"));
  const auto connection = deps_.db.Read(
      [&](storage::Reader& reader) { return destination_store::FindConnection(reader, call.scope, name); });
  if (!connection) return ConnectionNotFound(name);
  Json view = ConnectionView(*connection);
  SetUnlessEmpty(view, "Description", connection->description);
  SetUnlessEmpty(view, "KmsKeyIdentifier", connection->kms_key);
  view["SecretArn"] = connection->secret_arn;
  if (!connection->auth.empty()) view["AuthParameters"] = ShownAuthorization(connection->auth);
  return view;
}

Result<Json> ConnectionOperations::DeauthorizeConnection(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("Name"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    auto connection = destination_store::FindConnection(txn, call.scope, name);
    if (!connection) return ConnectionNotFound(name);
    connection->auth = Json::object();
    connection->token.clear();
    connection->state = "DEAUTHORIZED";
    connection->state_reason.clear();
    connection->modified_at = deps_.clock.Now();
    destination_store::UpdateConnection(txn, *connection);
    return ConnectionChange(*connection, "DEAUTHORIZING", true);
  });
}

Result<Json> ConnectionOperations::ListConnections(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const Page page, PageOf(call));
  const destination_store::Filter filter{in.StringOr("NamePrefix", ""), in.StringOr("ConnectionState", ""), page.after,
                                         page.limit + 1};
  Json items = Json::array();
  std::vector<std::string> names;
  for (const Connection& connection : deps_.db.Read(
           [&](storage::Reader& reader) { return destination_store::ListConnections(reader, call.scope, filter); })) {
    items.push_back(ConnectionView(connection));
    names.push_back(connection.name);
  }
  return PageAnswer("Connections", std::move(items), names, page);
}

}  // namespace stratolite::events
