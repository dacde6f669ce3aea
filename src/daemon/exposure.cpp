#include "daemon/exposure.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/asio/ip/address.hpp>

namespace stratolite::daemon {
namespace {

constexpr std::array<std::string_view, 8> kPublicPages{
    "/_stratolite/health",    "/_stratolite/ca",         "/_localstack/health",     "/_localstack/init",
    "/_localstack/init/boot", "/_localstack/init/start", "/_localstack/init/ready", "/_stratolite/coverage"};

bool IsLoopbackAddress(const std::string& text) {
  boost::system::error_code failure;
  const auto address = boost::asio::ip::make_address(text, failure);
  if (failure) return text == "localhost";
  return address.is_loopback() ||
         (address.is_v6() && address.to_v6().is_v4_mapped() &&
          boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).is_loopback());
}

}  // namespace

std::optional<std::string> ExposureWarning(const std::vector<std::string>& addresses, auth::AuthMode mode,
                                           bool admin_remote) {
  std::vector<std::string> open;
  std::copy_if(addresses.begin(), addresses.end(), std::back_inserter(open),
               [](const std::string& address) { return !IsLoopbackAddress(address); });
  const bool strict = mode == auth::AuthMode::kStrict;
  if (open.empty() || (strict && !admin_remote)) return std::nullopt;
  if (strict) {
    return fmt::format(
        "listening on {} with --admin-remote: everyone who reaches this port may use the admin API, which empties "
        "worlds, shows their keys and reads and "
        "writes snapshot files, without a signature. Leave --admin-remote out unless the network is yours alone.",
        fmt::join(open, ", "));
  }
  return fmt::format(
      "listening on {} while authentication is permissive: everyone who reaches this port may read and change all data "
      "and use the admin API. Add --auth "
      "strict and --root-credentials KEY:SECRET, or leave --listen out to be reached from this machine only.",
      fmt::join(open, ", "));
}

std::optional<std::string> RemoteAdminRefusal(const wire::HttpRequest& request) {
  if (IsLoopbackAddress(request.source_ip)) return std::nullopt;
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (reads && std::find(kPublicPages.begin(), kPublicPages.end(), request.path()) != kPublicPages.end())
    return std::nullopt;
  return "In strict mode the admin API answers on the daemon's own machine only, for nobody signs for it. Call it "
         "there, or start Stratolite with "
         "--admin-remote.";
}

}  // namespace stratolite::daemon
