#include "sts/web_identity_issuer.hpp"

#include <map>

#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/ports/identity_providers.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"
#include "sts/errors.hpp"
#include "sts/iam_ports.hpp"

namespace stratolite::sts {
namespace {

constexpr std::string_view kIssuerPath = "/_stratolite/sts/oidc/";
constexpr std::string_view kDiscovery = "/.well-known/openid-configuration";
constexpr std::string_view kKeys = "/.well-known/jwks.json";
constexpr std::int64_t kDefaultLifetime = 300;
/// AWS does not publish its limit.
constexpr std::size_t kMaxPayload = 16 * 1024;

std::string IssuerOf(const std::string& endpoint, std::string_view account) {
  std::string issuer = endpoint;
  return issuer.append(kIssuerPath).append(account);
}

/// Role sessions are known by their role.
std::string SubjectOf(const auth::Principal& caller) {
  if (caller.type != auth::PrincipalType::kAssumedRole) return caller.arn;
  auto arn = Arn::Parse(caller.arn);
  if (!arn) return caller.arn;
  const std::size_t begin = arn->resource.find('/') + 1;
  arn->service = "iam";
  arn->resource = "role/" + arn->resource.substr(begin, arn->resource.rfind('/') - begin);
  return arn->ToString();
}

Json ClaimsOf(const Call& call, const std::map<std::string, std::string>& request_tags) {
  Json aws = {{"aws_account", call.caller.account.str()}, {"source_region", call.scope.region.str()}};
  if (!call.caller.tags.empty()) aws["principal_tags"] = call.caller.tags;
  if (!request_tags.empty()) aws["request_tags"] = request_tags;
  return aws;
}

}  // namespace

StoredSigningKey WebIdentityIssuer::KeyFor(std::string_view algorithm) {
  if (auto stored = keys_.Find(algorithm)) return *std::move(stored);
  StoredSigningKey fresh{std::string(algorithm), {}, jwt::GeneratePrivateKey(algorithm)};
  fresh.key_id = auth::Base64UrlEncode(AsBytes(Sha256(jwt::PublicKey(algorithm, fresh.private_key_pem).dump())));
  return keys_.Keep(fresh);
}

Result<Json> WebIdentityIssuer::GetWebIdentityToken(const Call& call) {
  RETURN_IF_ERROR(RequireCaller(call));
  const Fields in(call.input);
  if (sessions_.CallerIsUserSession(call)) return SessionCredentialsNotAllowed("GetWebIdentityToken");
  ASSIGN_OR_RETURN(const std::string algorithm, in.String("SigningAlgorithm"));
  if (algorithm != jwt::kRs256 && algorithm != jwt::kEs384) {
    return ValidationError(
        "1 validation error detected: Value '" + algorithm +
        "' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [RS256, ES384]");
  }
  if (PoliciesAreEnforced(deps_)) {
    auto* const providers = FindIamPort<ports::IdentityProviders>(deps_);
    if (providers != nullptr && !providers->FindOutboundIssuer(call.caller.account))
      return OutboundFederationDisabled();
  }
  std::map<std::string, std::string> tags;
  for (const Json& tag : in.List("Tags")) {
    if (!tags.emplace(tag.at("Key").get<std::string>(), tag.at("Value").get<std::string>()).second)
      return DuplicateTagKeys();
  }
  const TimePoint now = deps_.clock.Now();
  const TimePoint expires = now + std::chrono::seconds(in.IntOr("DurationSeconds", kDefaultLifetime));
  const auto credential = sessions_.CallersCredential(call);
  if (credential && credential->expires && expires > *credential->expires) return SessionDurationEscalation();

  const std::vector<std::string> audience = in.Strings("Audience");
  const Json claims = {{"iss", IssuerOf(call.endpoint, call.caller.account.str())},
                       {"aud", audience.size() == 1 ? Json(audience.front()) : Json(audience)},
                       {"sub", SubjectOf(call.caller)},
                       {"iat", EpochSeconds(now)},
                       {"exp", EpochSeconds(expires)},
                       {"jti", deps_.random.Uuid()},
                       {"https://sts.amazonaws.com/", ClaimsOf(call, tags)}};
  const std::string payload = claims.dump();
  if (payload.size() > kMaxPayload) return JwtPayloadTooLarge();
  const StoredSigningKey key = KeyFor(algorithm);
  const Json header = {{"alg", algorithm}, {"kid", key.key_id}, {"typ", "JWT"}};
  std::string token = auth::Base64UrlEncode(header.dump()) + "." + auth::Base64UrlEncode(payload);
  const std::string signature = jwt::SignBytes(algorithm, key.private_key_pem, token);
  token.append(".").append(auth::Base64UrlEncode(signature));
  return Json{{"WebIdentityToken", std::move(token)}, {"Expiration", EpochSeconds(expires)}};
}

std::optional<Json> WebIdentityIssuer::Page(std::string_view path, const std::string& endpoint) {
  const std::string_view account = path.substr(0, path.find('/'));
  if (!IsAccountId(account)) return std::nullopt;
  const std::string issuer = IssuerOf(endpoint, account);
  const std::string_view page = path.substr(account.size());
  if (page == kDiscovery) {
    return Json{{"issuer", issuer},
                {"jwks_uri", issuer + std::string(kKeys)},
                {"response_types_supported", {"id_token"}},
                {"subject_types_supported", {"public"}},
                {"id_token_signing_alg_values_supported", {jwt::kRs256, jwt::kEs384}},
                {"claims_supported", {"sub", "aud", "exp", "iat", "iss", "jti", "https://sts.amazonaws.com/"}}};
  }
  if (page != kKeys) return std::nullopt;
  Json keys = Json::array();
  for (const StoredSigningKey& stored : keys_.All()) {
    Json key = jwt::PublicKey(stored.algorithm, stored.private_key_pem);
    key["kid"] = stored.key_id;
    keys.push_back(std::move(key));
  }
  return Json{{"keys", std::move(keys)}};
}

WebIdentityIssuer::Origin WebIdentityIssuer::Check(const JsonWebToken& token) {
  const std::string issuer = token.claims.value("iss", Json("")).is_string() ? token.claims.value("iss", "") : "";
  if (issuer.find(kIssuerPath) == std::string::npos) return Origin::kForeign;
  const Json algorithm = token.header.value("alg", Json());
  if (!algorithm.is_string()) return Origin::kForged;
  const auto key = keys_.Find(algorithm.get<std::string>());
  if (!key || !jwt::VerifyBytes(key->algorithm, key->private_key_pem, token.signing_input, token.signature))
    return Origin::kForged;
  return Origin::kOurs;
}

}  // namespace stratolite::sts
