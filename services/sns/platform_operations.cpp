#include "sns/platform_operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sns/errors.hpp"
#include "sns/paging.hpp"
#include "sns/topic_access.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sns {
namespace {

constexpr std::size_t kMaxApplicationName = 256;
constexpr std::size_t kMaxUserData = 2048;
// https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
constexpr std::array<std::string_view, 11> kPlatforms = {
    "ADM",   "APNS", "APNS_SANDBOX", "APNS_VOIP", "APNS_VOIP_SANDBOX", "MACOS", "MACOS_SANDBOX",
    "BAIDU", "GCM",  "MPNS",         "WNS"};
constexpr std::array<std::string_view, 2> kSecrets = {"PlatformCredential", "PlatformPrincipal"};
constexpr std::array<std::string_view, 12> kApplicationAttributes = {
    "PlatformCredential",   "PlatformPrincipal",     "EventEndpointCreated",      "EventEndpointDeleted",
    "EventEndpointUpdated", "EventDeliveryFailure",  "SuccessFeedbackRoleArn",    "FailureFeedbackRoleArn",
    "ApplePlatformTeamID",  "ApplePlatformBundleID", "SuccessFeedbackSampleRate", "Enabled"};
constexpr std::array<std::string_view, 3> kEndpointAttributes = {"CustomUserData", "Enabled", "Token"};

AwsError ApplicationNotFound() { return NotFound("PlatformApplication does not exist"); }
AwsError EndpointNotFound() { return NotFound("Endpoint does not exist"); }

/// An ARN whose resource is `kind/…` with so many slashes.
Result<std::string> PlatformArnOf(const Call& call, std::string_view name, std::string_view kind, int slashes) {
  ASSIGN_OR_RETURN(std::string text, RequiredText(call, name));
  ASSIGN_OR_RETURN(const Arn arn, CheckArn(text, name));
  if (std::count(arn.resource.begin(), arn.resource.end(), '/') != slashes)
    return InvalidParameter(name, "Wrong number of slashes in relative portion of the ARN.");
  if (arn.service != "sns" || arn.region != call.scope.region.str() ||
      arn.resource.substr(0, arn.resource.find('/')) != kind)
    return InvalidParameter(name);
  return text;
}

Result<std::string> ApplicationArnOf(const Call& call) {
  return PlatformArnOf(call, "PlatformApplicationArn", "app", 2);
}

Result<std::string> EndpointArnOf(const Call& call) { return PlatformArnOf(call, "EndpointArn", "endpoint", 3); }

Result<Attributes> GivenAttributes(const Call& call) {
  const Json* const given = Fields(call.input).Find("Attributes");
  // An empty map looks like none in the Query protocol.
  if (given == nullptr || given->empty()) return NullParameter("Attributes");
  return given->get<Attributes>();
}

Result<void> CheckApplicationAttributes(std::string_view platform, const Attributes& given) {
  for (const auto& [name, value] : given) {
    if (std::find(kApplicationAttributes.begin(), kApplicationAttributes.end(), name) == kApplicationAttributes.end())
      return InvalidParameter("Attributes", fmt::format("Invalid attribute name: {}", name));
    if (name == "Enabled" && value != "true" && value != "false")
      return InvalidParameter("Attributes", "Invalid value for attribute: Enabled: must be true or false");
  }
  const bool credential = given.contains(kSecrets[0]);
  const bool principal = given.contains(kSecrets[1]);
  if (principal && !credential)
    return InvalidParameter("Attributes", "PlatformPrincipal attribute provided without PlatformCredential");
  // Firebase's key stands alone, and so does the platform's that speaks of keys only.
  if (credential && !principal && platform != "GCM")
    return InvalidParameter("Attributes", "PlatformCredential attribute provided without PlatformPrincipal");
  return {};
}

Attributes ShownApplication(const PlatformApplication& application) {
  Attributes shown = application.attributes;
  for (const std::string_view secret : kSecrets) shown.erase(std::string(secret));
  shown.emplace("Enabled", "true");
  return shown;
}

Result<void> CheckEndpointAttributes(const Attributes& given) {
  for (const auto& [name, value] : given) {
    if (std::find(kEndpointAttributes.begin(), kEndpointAttributes.end(), name) == kEndpointAttributes.end())
      return InvalidParameter("Attributes", fmt::format("Invalid attribute name: {}", name));
    if (name == "CustomUserData" && value.size() > kMaxUserData) {
      return InvalidParameter("Attributes",
                              "Invalid value for attribute: CustomUserData: must be at most 2048 bytes long in UTF-8 "
                              "encoding");
    }
    if (name == "Token" && value.empty())
      return InvalidParameter("Attributes", "Invalid value for attribute: Token: cannot be empty");
    if (name == "Enabled" && value != "true" && value != "false")
      return InvalidParameter("Attributes", "Invalid value for attribute: Enabled: must be true or false");
  }
  return {};
}

}  // namespace

Result<Json> PlatformOperations::CreatePlatformApplication(const Call& call) {
  ASSIGN_OR_RETURN(const Attributes attributes, GivenAttributes(call));
  PlatformApplication application;
  ASSIGN_OR_RETURN(application.name, RequiredText(call, "Name"));
  ASSIGN_OR_RETURN(application.platform, RequiredText(call, "Platform"));
  const bool spelled = std::all_of(application.name.begin(), application.name.end(), [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) || c == '-' || c == '_' || c == '.');
  });
  if (!spelled || application.name.size() > kMaxApplicationName) return InvalidParameter("Name");
  if (std::find(kPlatforms.begin(), kPlatforms.end(), application.platform) == kPlatforms.end())
    return InvalidParameter("Platform", fmt::format("{} is not a supported platform", application.platform));
  RETURN_IF_ERROR(CheckApplicationAttributes(application.platform, attributes));
  if (!attributes.contains("PlatformCredential"))
    return InvalidParameter("Attributes", "PlatformCredential is required");
  application.scope = call.scope;
  application.arn =
      MakeArn("sns", call.scope, fmt::format("app/{}/{}", application.platform, application.name)).ToString();
  application.attributes = attributes;
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (const auto existing = PlatformStore::FindApplication(txn, application.arn)) {
      if (existing->attributes != attributes)
        return InvalidParameter("Attributes", "Platform application already exists with different attributes");
    } else {
      PlatformStore::InsertApplication(txn, application);
    }
    return Json{{"PlatformApplicationArn", application.arn}};
  });
}

Result<Json> PlatformOperations::DeletePlatformApplication(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, ApplicationArnOf(call));
  deps_.db.Transact([&](storage::Txn& txn) {
    if (const auto application = PlatformStore::FindApplication(txn, arn))
      PlatformStore::DeleteApplication(txn, *application);
  });
  return Json::object();
}

Result<Json> PlatformOperations::ListPlatformApplications(const Call& call) {
  ASSIGN_OR_RETURN(const std::string after, ReadToken(call));
  auto found = deps_.db.Read([&](storage::Reader& reader) {
    return PlatformStore::ListApplications(reader, call.scope, after, kPageSize + 1);
  });
  Json output = Json::object();
  if (std::ssize(found) > kPageSize) {
    found.pop_back();
    output["NextToken"] = MakeToken(found.back().arn);
  }
  Json& list = output["PlatformApplications"] = Json::array();
  for (const PlatformApplication& application : found) {
    list.push_back({{"PlatformApplicationArn", application.arn}, {"Attributes", Json(ShownApplication(application))}});
  }
  return output;
}

Result<Json> PlatformOperations::GetPlatformApplicationAttributes(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, ApplicationArnOf(call));
  const auto application =
      deps_.db.Read([&](storage::Reader& reader) { return PlatformStore::FindApplication(reader, arn); });
  if (!application) return ApplicationNotFound();
  return Json{{"Attributes", Json(ShownApplication(*application))}};
}

Result<Json> PlatformOperations::SetPlatformApplicationAttributes(const Call& call) {
  ASSIGN_OR_RETURN(const Attributes given, GivenAttributes(call));
  ASSIGN_OR_RETURN(const std::string arn, ApplicationArnOf(call));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    auto application = PlatformStore::FindApplication(txn, arn);
    // As recorded: first of all there must be one.
    if (!application) return ApplicationNotFound();
    RETURN_IF_ERROR(CheckApplicationAttributes(application->platform, given));
    for (const auto& [name, value] : given) application->attributes.insert_or_assign(name, value);
    PlatformStore::UpdateApplication(txn, *application);
    return Json::object();
  });
}

Result<Json> PlatformOperations::CreatePlatformEndpoint(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string application_arn, ApplicationArnOf(call));
  PlatformEndpoint endpoint;
  ASSIGN_OR_RETURN(endpoint.token, RequiredText(call, "Token"));
  Attributes given = in.Object("Attributes").get<Attributes>();
  if (const auto data = in.OptionalString("CustomUserData")) given.emplace("CustomUserData", *data);
  RETURN_IF_ERROR(CheckEndpointAttributes(given));
  if (const auto token = given.find("Token"); token != given.end()) endpoint.token = token->second;
  endpoint.attributes = given;
  endpoint.attributes.insert_or_assign("Token", endpoint.token);
  endpoint.attributes.emplace("Enabled", "true");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const auto application = PlatformStore::FindApplication(txn, application_arn);
    if (!application) return ApplicationNotFound();
    if (const auto existing = PlatformStore::FindEndpointByToken(txn, application->id, endpoint.token)) {
      if (existing->attributes != endpoint.attributes) {
        return InvalidParameter(
            "Token",
            fmt::format("Endpoint {} already exists with the same Token, but different attributes.", existing->arn));
      }
      return Json{{"EndpointArn", existing->arn}};
    }
    endpoint.application = application->id;
    endpoint.arn =
        MakeArn("sns", application->scope,
                fmt::format("endpoint/{}/{}/{}", application->platform, application->name, deps_.random.Uuid()))
            .ToString();
    PlatformStore::InsertEndpoint(txn, endpoint);
    return Json{{"EndpointArn", endpoint.arn}};
  });
}

Result<Json> PlatformOperations::DeleteEndpoint(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, EndpointArnOf(call));
  deps_.db.Transact([&](storage::Txn& txn) { PlatformStore::DeleteEndpoint(txn, arn); });
  return Json::object();
}

Result<Json> PlatformOperations::ListEndpointsByPlatformApplication(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, ApplicationArnOf(call));
  ASSIGN_OR_RETURN(const std::int64_t after, ReadNumberToken(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const auto application = PlatformStore::FindApplication(reader, arn);
    if (!application) return ApplicationNotFound();
    auto found = PlatformStore::ListEndpoints(reader, application->id, after, kPageSize + 1);
    Json output = Json::object();
    if (std::ssize(found) > kPageSize) {
      found.pop_back();
      output["NextToken"] = MakeToken(fmt::format("{}", found.back().id));
    }
    Json& list = output["Endpoints"] = Json::array();
    for (const PlatformEndpoint& endpoint : found)
      list.push_back({{"EndpointArn", endpoint.arn}, {"Attributes", Json(endpoint.attributes)}});
    return output;
  });
}

Result<Json> PlatformOperations::GetEndpointAttributes(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, EndpointArnOf(call));
  const auto endpoint =
      deps_.db.Read([&](storage::Reader& reader) { return PlatformStore::FindEndpoint(reader, arn); });
  if (!endpoint) return EndpointNotFound();
  return Json{{"Attributes", Json(endpoint->attributes)}};
}

Result<Json> PlatformOperations::SetEndpointAttributes(const Call& call) {
  ASSIGN_OR_RETURN(const Attributes given, GivenAttributes(call));
  ASSIGN_OR_RETURN(const std::string arn, EndpointArnOf(call));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    auto endpoint = PlatformStore::FindEndpoint(txn, arn);
    if (!endpoint) return EndpointNotFound();
    RETURN_IF_ERROR(CheckEndpointAttributes(given));
    if (const auto token = given.find("Token"); token != given.end() && token->second != endpoint->token) {
      if (const auto other = PlatformStore::FindEndpointByToken(txn, endpoint->application, token->second)) {
        return InvalidParameter(
            "Token",
            fmt::format("Endpoint {} already exists with the same Token, but different attributes.", other->arn));
      }
      endpoint->token = token->second;
    }
    for (const auto& [name, value] : given) endpoint->attributes.insert_or_assign(name, value);
    PlatformStore::UpdateEndpoint(txn, *endpoint);
    return Json::object();
  });
}

}  // namespace stratolite::sns
