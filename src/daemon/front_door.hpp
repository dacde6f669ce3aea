#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/admin_api.hpp"
#include "daemon/browser_rules.hpp"
#include "daemon/request_journal.hpp"
#include "daemon/request_log.hpp"
#include "daemon/request_statistics.hpp"
#include "daemon/universes.hpp"
#include "http/application.hpp"

namespace stratolite::daemon {

/// What the front door decides with. Everything referred to outlives it. Plain data.
struct FrontDoorParts {
  Universes& universes;
  const BrowserRules& browser_rules;
  const AdminApi& admin;
  Region default_region;
  /// Domains whose sub-domains are buckets, lower case.
  std::vector<std::string> s3_domains = {};
  /// Null: none is kept.
  RequestJournal* journal = nullptr;
  /// Null: requests have no lines.
  RequestLog* log = nullptr;
  /// Null: requests are not counted.
  RequestStatistics* statistics = nullptr;
  /// Who comes from another machine gets hardly anything of the admin API.
  bool admin_local_only = false;
};

/// Sends each request where it belongs: the admin API, a CORS preflight, or a service of the world, through routing, authentication and the wire
/// engine, and the answer back. Knows no service but for the path of SQS's queue URLs. Thread-safe. Blocks.
class FrontDoor final : public http::Application {
 public:
  explicit FrontDoor(FrontDoorParts parts) : parts_(std::move(parts)) {}

  std::shared_ptr<http::Exchange> Begin(wire::HttpRequest head) override;
  wire::HttpResponse Malformed(int status, std::string_view reason) override;

 private:
  bool IsAdminHost(std::string_view host) const;
  std::shared_ptr<http::Exchange> BeginAdmin(wire::HttpRequest head, bool admin);
  std::shared_ptr<http::Exchange> Refuse(wire::HttpRequest head, const std::string& refusal);
  /// Throws StorageError: the world of the signer's key cannot be opened.
  std::shared_ptr<http::Exchange> BeginCall(wire::HttpRequest head);

  const FrontDoorParts parts_;
};

/// `Fri, 02 Jan 2026 03:04:05 GMT`, of the machine's clock: clients correct their own by it and sign with that.
std::string_view HttpDateNow();

}  // namespace stratolite::daemon
