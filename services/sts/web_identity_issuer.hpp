#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/service/service.hpp"
#include "sts/json_web_token.hpp"
#include "sts/sessions.hpp"
#include "sts/signing_key_store.hpp"

namespace stratolite::sts {

/// The world as an OpenID Connect issuer: GetWebIdentityToken and what its verifiers read. Each account is an issuer of its own,
/// `<endpoint>/_stratolite/sts/oidc/<account>`; below it `.well-known/openid-configuration` and `.well-known/jwks.json`.
/// Keys are made at first use and stored with the world. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
class WebIdentityIssuer {
 public:
  WebIdentityIssuer(const ServiceDeps& deps, const Sessions& sessions)
      : deps_(deps), sessions_(sessions), keys_(deps.db) {}

  Result<Json> GetWebIdentityToken(const Call& call);
  /// `path` below `oidc/`; nullopt: no such page.
  std::optional<Json> Page(std::string_view path, const std::string& endpoint);

  /// Whether a token says that it was issued here, and if so whether its signature is ours.
  enum class Origin { kForeign, kOurs, kForged };
  Origin Check(const JsonWebToken& token);

 private:
  StoredSigningKey KeyFor(std::string_view algorithm);

  ServiceDeps deps_;
  const Sessions& sessions_;
  SigningKeyStore keys_;
};

}  // namespace stratolite::sts
