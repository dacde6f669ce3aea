#include "daemon/browser_rules.hpp"

#include <algorithm>

#include "daemon/host_pattern.hpp"
#include "wire/protocol_detection.hpp"

namespace stratolite::daemon {
namespace {

constexpr std::string_view kExposedFields =
    "x-amzn-requestid, x-amz-request-id, x-amz-id-2, x-amzn-errortype, x-amzn-error-message, x-amzn-query-error, "
    "x-amzn-query-mode, "
    "smithy-protocol, etag, date, content-range, x-amz-version-id, x-amz-delete-marker, x-amz-expiration, "
    "x-amz-restore, "
    "x-amz-server-side-encryption, x-amz-checksum-crc32, x-amz-checksum-crc32c, x-amz-checksum-crc64nvme, "
    "x-amz-checksum-sha1, "
    "x-amz-checksum-sha256, x-amz-checksum-type, x-amz-bucket-region, x-amz-function-error, x-amz-log-result, "
    "x-amz-executed-version";

bool IsIpLiteral(std::string_view name) {
  if (name.find(':') != std::string_view::npos) return true;
  return std::count(name.begin(), name.end(), '.') == 3 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

bool IsLoopback(std::string_view name) {
  return name == "localhost" || name.ends_with(".localhost") || name == "::1" ||
         (IsIpLiteral(name) && name.starts_with("127."));
}

bool EndsWithDomain(std::string_view name, std::string_view domain) {
  return name == domain ||
         (name.size() > domain.size() && name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.');
}

}  // namespace

BrowserRules::BrowserRules(std::vector<std::string> hosts, std::vector<std::string> origins)
    : hosts_(std::move(hosts)), origins_(std::move(origins)) {}

bool BrowserRules::TrustsHost(std::string_view host) const {
  const std::string name = HostName(host);
  if (name.empty()) return false;
  if (IsIpLiteral(name) || IsLoopback(name) || name.find('.') == std::string::npos) return true;
  // Resolves to 127.0.0.1 by its owner's promise, and is what existing configurations name.
  if (EndsWithDomain(name, "localhost.localstack.cloud")) return true;
  return std::any_of(hosts_.begin(), hosts_.end(),
                     [&](const std::string& trusted) { return EndsWithDomain(name, trusted); });
}

bool BrowserRules::TrustsOrigin(std::string_view origin) const {
  if (std::any_of(origins_.begin(), origins_.end(),
                  [&](const std::string& trusted) { return trusted == "*" || trusted == origin; })) {
    return true;
  }
  const auto scheme = origin.find("://");
  return scheme != std::string_view::npos && IsLoopback(HostName(origin.substr(scheme + 3)));
}

std::optional<std::string> BrowserRules::Refusal(const wire::HttpRequest& request, bool admin) const {
  const auto origin = request.headers.Find("origin");
  const auto site = request.headers.Find("sec-fetch-site");
  if (!origin && !site && !admin) return std::nullopt;
  if (origin && !TrustsOrigin(*origin)) {
    return "The web origin '" + std::string(*origin) + "' may not call Stratolite. Start it with --cors-origin " +
           std::string(*origin) + " to allow it.";
  }
  if (admin && !TrustsHost(request.host())) {
    return "The admin API is not served under the name '" + HostName(request.host()) +
           "'. Use localhost or an IP address, or start Stratolite with --admin-host NAME.";
  }
  if (site && !origin) {
    // Links and images of other sites may fetch, as on AWS; a signature proves nothing while unknown keys pass.
    const bool fetches =
        (request.method == "GET" || request.method == "HEAD") && !wire::internal::FormParameter(request, "Action");
    if (*site == "cross-site" && (admin || !fetches)) return "Pages of other sites may not call Stratolite.";
    // A page of a foreign domain that resolves to this machine is same-origin to the browser.
    if (!TrustsHost(request.host()) && !IsAwsHost(request.host())) {
      return "The name '" + HostName(request.host()) +
             "' is not trusted in a browser. Use localhost or an IP address, or start Stratolite with " +
             "--admin-host NAME.";
    }
  }
  return std::nullopt;
}

bool BrowserRules::IsPreflight(const wire::HttpRequest& request) {
  return request.method == "OPTIONS" && request.headers.Has("origin") &&
         request.headers.Has("access-control-request-method");
}

wire::HttpResponse BrowserRules::AnswerPreflight(const wire::HttpRequest& request) {
  wire::HttpResponse response;
  response.status = 204;
  response.headers.Add("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  if (const auto wanted = request.headers.Find("access-control-request-headers")) {
    response.headers.Add("Access-Control-Allow-Headers", std::string(*wanted));
  }
  response.headers.Add("Access-Control-Max-Age", "3600");
  if (request.headers.Get("access-control-request-private-network") == "true") {
    response.headers.Add("Access-Control-Allow-Private-Network", "true");
  }
  AddCorsFields(request.headers.Get("origin"), response);
  return response;
}

void BrowserRules::AddCorsFields(std::string_view origin, wire::HttpResponse& response) {
  if (origin.empty()) return;
  response.headers.Set("Access-Control-Allow-Origin", std::string(origin));
  response.headers.Set("Access-Control-Expose-Headers", std::string(kExposedFields));
  response.headers.Add("Vary", "Origin");
}

}  // namespace stratolite::daemon
