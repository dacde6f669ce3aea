#pragma once

#include <optional>
#include <string_view>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// Settings of accounts, each a JSON value under a name. Thread-safe. Blocks.
class AccountFeatureStore {
 public:
  /// `{"issuer", "enabled"}`.
  static constexpr std::string_view kOutboundFederation = "outbound-web-identity-federation";
  /// A list of names as ListOrganizationsFeatures shows them; the management account's.
  static constexpr std::string_view kOrganizationFeatures = "organization-features";
  /// What PutAccountProperties set: an object of texts.
  static constexpr std::string_view kProperties = "properties";
  /// `v1Token` or `v2Token`.
  static constexpr std::string_view kTokenVersion = "global-endpoint-token-version";

  static std::optional<Json> Find(storage::Reader& reader, const AccountId& account, std::string_view name);
  static void Put(storage::Txn& txn, const AccountId& account, std::string_view name, const Json& value);
};

}  // namespace stratolite::iam
