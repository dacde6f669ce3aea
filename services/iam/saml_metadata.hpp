#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/time.hpp"

namespace stratolite::iam {

/// What is read of a SAML 2.0 identity provider's metadata. Plain data.
struct SamlMetadata {
  std::string entity_id;
  /// Those that may sign, DER.
  std::vector<std::string> signing_certificates;
  std::vector<std::string> sign_on_locations;
  std::optional<TimePoint> valid_until;
};

/// nullopt: no XML, or no identity provider's metadata. Thread-safe.
std::optional<SamlMetadata> ParseSamlMetadata(std::string_view document);

}  // namespace stratolite::iam
