#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::sts {

/// What AWS reads of a SAML 2.0 authentication response. Signatures are SignedPartOf's to look at. Plain data.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
struct SamlResponse {
  std::string issuer;
  std::string subject;
  /// The NameID's format, short where it is SAML's own: `persistent`, `transient`; `unspecified` when absent.
  std::string subject_type;
  /// Of the subject confirmation.
  std::string recipient;
  std::vector<std::string> audiences;
  std::optional<TimePoint> not_before;
  /// The earliest of the confirmation's and the conditions'.
  std::optional<TimePoint> not_on_or_after;
  std::optional<TimePoint> session_not_on_or_after;
  /// Role ARN and provider ARN, in this order whatever the document's.
  std::vector<std::pair<std::string, std::string>> roles;
  std::optional<std::string> role_session_name;
  std::optional<std::string> session_duration;
  std::optional<std::string> source_identity;
  std::map<std::string, std::string> principal_tags;
  std::vector<std::string> transitive_tag_keys;
};

/// The document that `assertion` holds as base64. Errors: InvalidIdentityToken.
Result<std::string> DecodeSamlAssertion(std::string_view assertion);
/// Reads a response, or an assertion alone (the part of one that was signed). Errors: InvalidIdentityToken.
Result<SamlResponse> ParseSamlResponse(std::string_view document);

}  // namespace stratolite::sts
