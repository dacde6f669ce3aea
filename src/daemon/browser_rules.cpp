#include "daemon/browser_rules.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "daemon/host_pattern.hpp"
#include "stratolite/base/encoding.hpp"
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

bool IsV6(const std::string& name) {
  in6_addr address{};
  return inet_pton(AF_INET6, name.c_str(), &address) == 1;
}

/// Four decimal numbers. What browsers take beside them (`0x7f.1`, `2130706433`) they write in this form before they send it.
bool IsV4(const std::string& name) {
  in_addr address{};
  return inet_pton(AF_INET, name.c_str(), &address) == 1;
}

bool IsPort(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The name in a Host field or an origin; empty: it has none, or is nothing that HTTP calls an authority without user information.
std::string StrictName(std::string_view authority) {
  const bool bracketed = authority.starts_with('[');
  const std::size_t end = bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (end == std::string_view::npos) return {};
  const std::string_view rest = authority.substr(end + (bracketed ? 1 : 0));
  if (!rest.empty() && !(rest.front() == ':' && IsPort(rest.substr(1)))) return {};
  std::string name = AsciiLower(authority.substr(bracketed ? 1 : 0, end - (bracketed ? 1 : 0)));
  if (bracketed) return IsV6(name) && name.find('\0') == std::string::npos ? name : std::string();
  if (name.ends_with('.')) name.pop_back();
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
  return plain && !name.starts_with('.') ? name : std::string();
}

bool IsLoopback(const std::string& name) {
  return name == "localhost" || name.ends_with(".localhost") || name == "::1" ||
         (IsV4(name) && name.starts_with("127."));
}

/// `host:port` of `http://host:port/…`; empty: no such address.
std::string_view AuthorityOf(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

/// Browsers leave Sec-Fetch-Site out towards names that are no loopback, which is just what a rebound name is: they are known by what no SDK sends.
bool IsFromBrowser(const wire::Headers& headers) {
  return headers.Has("origin") || headers.Has("sec-fetch-site") || headers.Has("referer") ||
         headers.Has("accept-language") || headers.Get("user-agent").starts_with("Mozilla/");
}

bool EndsWithDomain(std::string_view name, std::string_view domain) {
  return name == domain ||
         (name.size() > domain.size() && name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.');
}

}  // namespace

BrowserRules::BrowserRules(std::vector<std::string> hosts, std::vector<std::string> origins)
    : hosts_(std::move(hosts)), origins_(std::move(origins)) {}

bool BrowserRules::TrustsHost(std::string_view host) const {
  const std::string name = StrictName(host);
  if (name.empty()) return false;
  if (IsV4(name) || IsV6(name) || IsLoopback(name) || name.find('.') == std::string::npos) return true;
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
  return IsLoopback(StrictName(AuthorityOf(origin)));
}

bool BrowserRules::IsFromElsewhere(const wire::HttpRequest& request) const {
  if (const auto site = request.headers.Find("sec-fetch-site")) return *site == "cross-site";
  const auto referer = request.headers.Find("referer");
  if (!referer) return false;
  const std::string_view authority = AuthorityOf(*referer);
  if (authority == request.host()) return false;
  return !TrustsOrigin(referer->substr(0, referer->find("://") + 3 + authority.size()));
}

std::optional<std::string> BrowserRules::Refusal(const wire::HttpRequest& request, bool admin, bool admitted) const {
  const bool browser = IsFromBrowser(request.headers);
  if (!browser && !admin) return std::nullopt;
  const auto origin = request.headers.Find("origin");
  if (origin && !admitted && !TrustsOrigin(*origin)) {
    return "The web origin '" + std::string(*origin) + "' may not call Stratolite. Start it with --cors-origin " +
           std::string(*origin) + " to allow it.";
  }
  if (admin && !TrustsHost(request.host())) {
    return "The admin API is not served under the name '" + HostName(request.host()) +
           "'. Use localhost or an IP address, or start Stratolite with --admin-host NAME.";
  }
  if (browser && (!origin || admitted)) {
    // Links and images of other sites may fetch, as on AWS; a signature proves nothing while unknown keys pass.
    const bool fetches =
        (request.method == "GET" || request.method == "HEAD") && !wire::internal::FormParameter(request, "Action");
    if (!admitted && IsFromElsewhere(request) && (admin || !fetches))
      return "Pages of other sites may not call Stratolite.";
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
