#include "sts/federation_operations.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/ports/identity_providers.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/failures.hpp"
#include "stratolite/service/fields.hpp"
#include "sts/errors.hpp"
#include "sts/iam_ports.hpp"
#include "sts/saml_response.hpp"
#include "sts/saml_signature.hpp"

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

/// A claim that is a string or several.
std::vector<std::string> ClaimList(const Json& claims, std::string_view name) {
  std::vector<std::string> values;
  const auto found = claims.find(name);
  if (found == claims.end()) return values;
  if (found->is_string()) values.push_back(found->get<std::string>());
  if (!found->is_array()) return values;
  for (const Json& value : *found) {
    if (value.is_string()) values.push_back(value.get<std::string>());
  }
  return values;
}

std::string WithoutScheme(std::string_view url) {
  if (const std::size_t at = url.find("://"); at != std::string_view::npos) url.remove_prefix(at + 3);
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

/// Whose tokens AWS takes without a provider of the account's own.
bool IsKnownToAws(std::string_view host) {
  return host == "accounts.google.com" || host == "cognito-identity.amazonaws.com" || host == "www.amazon.com" ||
         host == "graph.facebook.com";
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
void AddTokenKeys(const Json& claims, const std::string& url, auth::AccessContext& context) {
  const std::vector<std::string> audiences = ClaimList(claims, "aud");
  // The party that the token was made for counts where there is one.
  if (const std::string party = Claim(claims, "azp"); !party.empty()) {
    context.Set(url + ":aud", party);
    context.Set(url + ":oaud", audiences);
  } else {
    context.Set(url + ":aud", audiences);
  }
  context.Set(url + ":sub", Claim(claims, "sub"));
  if (auto methods = ClaimList(claims, "amr"); !methods.empty()) context.Set(url + ":amr", std::move(methods));
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

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml
void AddSamlKeys(const SamlResponse& response, const Arn& provider, auth::AccessContext& context) {
  context.Set("saml:aud", response.recipient);
  context.Set("saml:iss", response.issuer);
  context.Set("saml:sub", response.subject);
  context.Set("saml:sub_type", response.subject_type);
  context.Set("saml:namequalifier", NameQualifier(response.issuer, provider));
  context.Set("saml:doc", provider.account + provider.resource.substr(provider.resource.find('/')));
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

Result<void> FederationOperations::CheckClaims(const JsonWebToken& token) const {
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

Result<FederationOperations::WebIdentity> FederationOperations::ReadWebIdentity(const Call& call) {
  const Fields in(call.input);
  WebIdentity identity;
  ASSIGN_OR_RETURN(const std::string role_arn, in.String("RoleArn"));
  ASSIGN_OR_RETURN(identity.federation.session_name, in.String("RoleSessionName"));
  ASSIGN_OR_RETURN(const std::string text, in.String("WebIdentityToken"));
  ASSIGN_OR_RETURN(identity.role, ParseRoleArn(role_arn));
  // OAuth 2.0 access tokens of these two say nothing by themselves: AWS asks their issuers.
  if (const std::string provider = in.StringOr("ProviderId", "");
      provider == "www.amazon.com" || provider == "graph.facebook.com") {
    return IdentityProviderUnreachable();
  }
  auto token = ParseJsonWebToken(text);
  if (!token) {
    return InvalidIdentityToken(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
  }
  identity.token = *std::move(token);
  const WebIdentityIssuer::Origin origin = issuer_.Check(identity.token);
  if (origin == WebIdentityIssuer::Origin::kForged) return InvalidTokenSignature();
  RETURN_IF_ERROR(CheckClaims(identity.token));
  RETURN_IF_ERROR(FindProvider(identity));
  if (origin == WebIdentityIssuer::Origin::kOurs) identity.must_be_verified = false;
  ReadTagClaims(identity.token.claims, identity.federation);
  return identity;
}

Result<void> FederationOperations::FindProvider(WebIdentity& identity) {
  const std::string issuer = Claim(identity.token.claims, "iss");
  const std::string host = WithoutScheme(issuer);
  identity.federation.action = "sts:AssumeRoleWithWebIdentity";
  identity.federation.provider = IsKnownToAws(host) ? host : issuer;
  AddTokenKeys(identity.token.claims, host, identity.federation.context);
  auto* const providers = FindIamPort<ports::IdentityProviders>(deps_);
  const auto provider =
      providers == nullptr ? std::nullopt : providers->FindOpenIdProvider(identity.role.account, issuer);
  if (!provider) {
    // Without a provider there is nobody to ask, and nobody to trust where policies are enforced.
    identity.must_be_verified = PoliciesAreEnforced(deps_);
    if (identity.must_be_verified && !IsKnownToAws(host)) return NoOpenIdProvider(issuer);
    return {};
  }
  identity.federation.provider = provider->arn;
  AddTokenKeys(identity.token.claims, provider->url, identity.federation.context);
  identity.must_be_verified = true;
  std::vector<std::string> audiences = ClaimList(identity.token.claims, "aud");
  if (std::string party = Claim(identity.token.claims, "azp"); !party.empty()) audiences.push_back(std::move(party));
  const auto accepted = [&](const std::string& audience) {
    return std::find(provider->client_ids.begin(), provider->client_ids.end(), audience) != provider->client_ids.end();
  };
  if (std::none_of(audiences.begin(), audiences.end(), accepted)) return WrongTokenAudience();
  return {};
}

Result<Json> FederationOperations::Assume(const Call& call, const WebIdentity& identity) {
  ASSIGN_OR_RETURN(Json out, roles_.AssumeFederated(call, identity.role, identity.federation));
  out["SubjectFromWebIdentityToken"] = Claim(identity.token.claims, "sub");
  out["Provider"] = identity.federation.provider;
  out["Audience"] = AudienceOf(identity.token.claims);
  return out;
}

Result<Json> FederationOperations::AssumeOrFail(const Call& call, const WebIdentity& identity) {
  try {
    return Assume(call, identity);
  } catch (const std::exception& failure) {
    return FailureOf("sts", failure);
  }
}

void FederationOperations::AssumeRoleWithWebIdentity(std::shared_ptr<const Call> call, Completion done) {
  Result<WebIdentity> identity = ReadWebIdentity(*call);
  if (!identity.ok()) return done(identity.error());
  if (!identity->must_be_verified) return done(Assume(*call, *identity));
  const std::string issuer = Claim(identity->token.claims, "iss");
  auto shared = std::make_shared<const WebIdentity>(*std::move(identity));
  keys_.Verify(issuer, shared->token, call->cancellation, [this, call, shared, done](const Result<void>& verified) {
    if (!verified.ok()) return done(verified.error());
    done(AssumeOrFail(*call, *shared));
  });
}

Result<SamlResponse> FederationOperations::ReadSaml(const std::string& assertion, const Arn& provider_arn) {
  ASSIGN_OR_RETURN(const std::string document, DecodeSamlAssertion(assertion));
  ASSIGN_OR_RETURN(SamlResponse response, ParseSamlResponse(document));
  auto* const providers = FindIamPort<ports::IdentityProviders>(deps_);
  const auto provider = providers == nullptr ? std::nullopt : providers->FindSamlProvider(provider_arn);
  if (!provider) {
    if (PoliciesAreEnforced(deps_)) return NoSamlProvider();
    return response;
  }
  ASSIGN_OR_RETURN(const std::string vouched, SignedPartOf(document, provider->signing_certificates));
  ASSIGN_OR_RETURN(response, ParseSamlResponse(vouched));
  if (response.issuer != provider->entity_id) return InvalidIdentityToken("Issuer not present in specified provider");
  if (provider->valid_until && deps_.clock.Now() >= *provider->valid_until)
    return InvalidIdentityToken("Metadata of the specified provider has expired");
  return response;
}

Result<Json> FederationOperations::AssumeRoleWithSAML(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string role_arn, in.String("RoleArn"));
  ASSIGN_OR_RETURN(const std::string provider_arn, in.String("PrincipalArn"));
  ASSIGN_OR_RETURN(const std::string assertion, in.String("SAMLAssertion"));
  ASSIGN_OR_RETURN(const RoleArn role, ParseRoleArn(role_arn));
  ASSIGN_OR_RETURN(const Arn provider, ParseProviderArn(provider_arn));
  ASSIGN_OR_RETURN(const SamlResponse response, ReadSaml(assertion, provider));
  const TimePoint now = deps_.clock.Now();
  RETURN_IF_ERROR(CheckSaml(response, role_arn, provider_arn, now));

  RoleOperations::Federation federation;
  federation.action = "sts:AssumeRoleWithSAML";
  federation.provider = provider_arn;
  federation.session_name = *response.role_session_name;
  federation.tags = response.principal_tags;
  federation.transitive_tag_keys = response.transitive_tag_keys;
  federation.source_identity = response.source_identity.value_or("");
  AddSamlKeys(response, provider, federation.context);
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
