#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sns/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {

/// `arn:aws:sns:us-east-1:123456789012:app/GCM/name`
struct PlatformApplication {
  std::int64_t id = 0;
  Scope scope;
  std::string arn;
  /// `GCM`
  std::string platform;
  std::string name;
  /// As set, credentials included.
  Attributes attributes;
};

/// A device: `arn:aws:sns:us-east-1:123456789012:endpoint/GCM/name/<uuid>`
struct PlatformEndpoint {
  std::int64_t id = 0;
  std::int64_t application = 0;
  std::string arn;
  std::string token;
  /// `CustomUserData`, `Enabled`, `Token`.
  Attributes attributes;
};

/// The rows of platform applications and their endpoints. Thread-safe. Blocks.
class PlatformStore {
 public:
  static std::optional<PlatformApplication> FindApplication(storage::Reader& reader, std::string_view arn);
  static void InsertApplication(storage::Txn& txn, PlatformApplication& application);
  static void UpdateApplication(storage::Txn& txn, const PlatformApplication& application);
  /// With its endpoints.
  static void DeleteApplication(storage::Txn& txn, const PlatformApplication& application);
  /// In order of ARNs.
  static std::vector<PlatformApplication> ListApplications(storage::Reader& reader, const Scope& scope,
                                                           std::string_view after, std::int64_t limit);

  static std::optional<PlatformEndpoint> FindEndpoint(storage::Reader& reader, std::string_view arn);
  static std::optional<PlatformEndpoint> FindEndpointByToken(storage::Reader& reader, std::int64_t application,
                                                             std::string_view token);
  static void InsertEndpoint(storage::Txn& txn, PlatformEndpoint& endpoint);
  static void UpdateEndpoint(storage::Txn& txn, const PlatformEndpoint& endpoint);
  static void DeleteEndpoint(storage::Txn& txn, std::string_view arn);
  static std::vector<PlatformEndpoint> ListEndpoints(storage::Reader& reader, std::int64_t application,
                                                     std::int64_t after, std::int64_t limit);
};

}  // namespace stratolite::sns
