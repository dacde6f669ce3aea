#include "sts/federation_operations.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "sts/errors.hpp"
#include "sts/saml_response.hpp"

namespace stratolite::sts {
namespace {

using std::chrono::seconds;

constexpr std::string_view kTagsClaim = "https://aws.amazon.com/tags";
constexpr std::string_view kSourceIdentityClaim = "https://aws.amazon.com/source_identity";

/// A claim that is a string, or empty.
std::string Claim(const Json& claims, std::string_view name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// NumericDate: seconds, fractions allowed.
std::optional<double> TimeClaim(const Json& claims, std::string_view name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

/// `azp` names the client where there are several audiences.
std::string AudienceOf(const Json& claims) {
  const auto audience = claims.find("aud");
  if (audience == claims.end()) return {};
  if (audience->is_string()) return audience->get<std::string>();
  if (const std::string party = Claim(claims, "azp"); !party.empty()) return party;
  if (audience->is_array() && !audience->empty() && audience->front().is_string())
    return audience->front().get<std::string>();
  return {};
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
void ReadTagClaims(const Json& claims, RoleOperations::Federation& out) {
  out.source_identity = Claim(claims, kSourceIdentityClaim);
  const auto tags = claims.find(kTagsClaim);
  if (tags == claims.end() || !tags->is_object()) return;
  if (const auto principal = tags->find("principal_tags"); principal != tags->end() && principal->is_object()) {
    for (const auto& [key, values] : principal->items()) {
      const Json& value = values.is_array() && !values.empty() ? values.front() : values;
      if (value.is_string()) out.tags[key] = value.get<std::string>();
    }
  }
  if (const auto keys = tags->find("transitive_tag_keys"); keys != tags->end() && keys->is_array()) {
    for (const Json& key : *keys) {
      if (key.is_string()) out.transitive_tag_keys.push_back(key.get<std::string>());
    }
  }
}

bool IsSessionName(std::string_view text) {
  constexpr std::string_view kOthers = "_+=,.@-";
  return text.size() >= 2 && text.size() <= 64 && std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  kOthers.find(c) != std::string_view::npos;
         });
}

/// BASE64(SHA1(issuer + account + "/" + provider's name)).
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
std::string NameQualifier(const std::string& issuer, const Arn& provider) {
  const std::string text = issuer + provider.account + provider.resource.substr(provider.resource.find('/'));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return Base64Encode({reinterpret_cast<const char*>(digest.data()), size});
}

Result<Arn> ParseProviderArn(const std::string& text) {
  auto arn = Arn::Parse(text);
  if (!arn || arn->service != "iam" || !IsAccountId(arn->account) || !arn->resource.starts_with("saml-provider/"))
    return InvalidRoleArn();
  return *std::move(arn);
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
bool IsForAws(const std::string& audience) {
  return audience == "urn:amazon:webservices" || audience == "https://signin.aws.amazon.com/saml" ||
         (audience.starts_with("https://") && audience.find(".signin.aws.amazon.com/") != std::string::npos);
}

Result<void> CheckSaml(const SamlResponse& response, const std::string& role_arn, const std::string& provider_arn,
                       TimePoint now) {
  if (response.not_on_or_after && now >= *response.not_on_or_after)
    return ExpiredIdentityToken("Token must be redeemed within 5 minutes of issuance");
  if (response.not_before && now < *response.not_before - seconds(300))
    return InvalidIdentityToken("Response is not yet valid");
  if (std::none_of(response.audiences.begin(), response.audiences.end(), IsForAws)) {
    return InvalidIdentityToken("Response does not contain the required audience.");
  }
  const bool offered = std::find(response.roles.begin(), response.roles.end(), std::pair(role_arn, provider_arn)) !=
                       response.roles.end();
  if (!offered) return AccessDenied("Not authorized to perform sts:AssumeRoleWithSAML");
  if (!response.role_session_name) return InvalidIdentityToken("RoleSessionName is required in AuthnResponse");
  if (!IsSessionName(*response.role_session_name)) {
    return InvalidIdentityToken("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}");
  }
  if (response.source_identity &&
      (!IsSessionName(*response.source_identity) || response.source_identity->starts_with("aws:"))) {
    return InvalidIdentityToken("Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"");
  }
  if (response.subject.empty()) return InvalidIdentityToken("Invalid SAML response: no subject");
  return {};
}

/// Seconds of the SessionDuration attribute, and until SessionNotOnOrAfter.
Result<std::optional<seconds>> SamlDuration(const SamlResponse& response, TimePoint now) {
  std::optional<seconds> out;
  if (response.session_duration) {
    std::int64_t value = 0;
    const std::string& text = *response.session_duration;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || value < 900 || value > 43200) {
      return InvalidIdentityToken("SessionDuration in AuthnResponse must be a number from 900 to 43200");
    }
    out = seconds(value);
  }
  if (response.session_not_on_or_after) {
    const auto left = std::chrono::duration_cast<seconds>(*response.session_not_on_or_after - now);
    if (left <= seconds(0)) return ExpiredIdentityToken("Response has expired");
    out = out ? std::min(*out, left) : std::min(left, seconds(43200));
  }
  return out;
}

}  // namespace

Result<void> FederationOperations::CheckWebIdentity(const JsonWebToken& token) {
  if (issuer_.Check(token) == WebIdentityIssuer::Origin::kForged) {
    return InvalidIdentityToken("Couldn't verify the token's signature with the keys of its issuer");
  }
  for (const std::string_view claim : {"iss", "sub"}) {
    if (Claim(token.claims, claim).empty())
      return InvalidIdentityToken("Missing a required claim: " + std::string(claim));
  }
  if (AudienceOf(token.claims).empty()) return InvalidIdentityToken("Missing a required claim: aud");
  const auto expires = TimeClaim(token.claims, "exp");
  if (!expires) return InvalidIdentityToken("Missing a required claim: exp");
  const TimePoint now = deps_.clock.Now();
  if (EpochSecondsWithFraction(now) >= *expires) {
    return ExpiredIdentityToken("Token expired: current date/time " + std::to_string(EpochSeconds(now)) +
                                " must be before the expiration date/time " + std::to_string(std::llround(*expires)));
  }
  return {};
}

Result<Json> FederationOperations::AssumeRoleWithWebIdentity(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string role_arn, in.String("RoleArn"));
  ASSIGN_OR_RETURN(const std::string session_name, in.String("RoleSessionName"));
  ASSIGN_OR_RETURN(const std::string text, in.String("WebIdentityToken"));
  ASSIGN_OR_RETURN(const RoleArn role, ParseRoleArn(role_arn));
  // OAuth 2.0 access tokens of these two say nothing by themselves: AWS asks their issuers.
  if (const std::string provider = in.StringOr("ProviderId", "");
      provider == "www.amazon.com" || provider == "graph.facebook.com") {
    return IdentityProviderUnreachable();
  }
  const auto token = ParseJsonWebToken(text);
  if (!token)
    return InvalidIdentityToken(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
  RETURN_IF_ERROR(CheckWebIdentity(*token));

  RoleOperations::Federation federation;
  federation.action = "sts:AssumeRoleWithWebIdentity";
  federation.provider = Claim(token->claims, "iss");
  federation.session_name = session_name;
  ReadTagClaims(token->claims, federation);
  ASSIGN_OR_RETURN(Json out, roles_.AssumeFederated(call, role, federation));
  out["SubjectFromWebIdentityToken"] = Claim(token->claims, "sub");
  out["Provider"] = federation.provider;
  out["Audience"] = AudienceOf(token->claims);
  return out;
}

Result<Json> FederationOperations::AssumeRoleWithSAML(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string role_arn, in.String("RoleArn"));
  ASSIGN_OR_RETURN(const std::string provider_arn, in.String("PrincipalArn"));
  ASSIGN_OR_RETURN(const std::string assertion, in.String("SAMLAssertion"));
  ASSIGN_OR_RETURN(const RoleArn role, ParseRoleArn(role_arn));
  ASSIGN_OR_RETURN(const Arn provider, ParseProviderArn(provider_arn));
  ASSIGN_OR_RETURN(const SamlResponse response, ParseSamlResponse(assertion));
  const TimePoint now = deps_.clock.Now();
  RETURN_IF_ERROR(CheckSaml(response, role_arn, provider_arn, now));

  RoleOperations::Federation federation;
  federation.action = "sts:AssumeRoleWithSAML";
  federation.provider = provider_arn;
  federation.session_name = *response.role_session_name;
  federation.tags = response.principal_tags;
  federation.transitive_tag_keys = response.transitive_tag_keys;
  federation.source_identity = response.source_identity.value_or("");
  ASSIGN_OR_RETURN(federation.max_duration, SamlDuration(response, now));
  ASSIGN_OR_RETURN(Json out, roles_.AssumeFederated(call, role, federation));
  out["Subject"] = response.subject;
  out["SubjectType"] = response.subject_type;
  out["Issuer"] = response.issuer;
  out["Audience"] = response.recipient;
  out["NameQualifier"] = NameQualifier(response.issuer, provider);
  return out;
}

}  // namespace stratolite::sts
