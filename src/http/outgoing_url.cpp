#include "http/outgoing_url.hpp"

#include <algorithm>
#include <charconv>

#include "stratolite/base/encoding.hpp"

namespace stratolite::http {
namespace {

constexpr std::string_view kSchemeEnd = "://";
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

AwsError NoUrl(std::string_view what) {
  return {.code = "Refused", .message = "The URL cannot be called: " + std::string(what) + "."};
}

bool IsAlphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool IsHostCharacter(char c) { return IsAlphanumeric(c) || c == '-' || c == '.' || c == '_'; }
bool IsAddressCharacter(char c) { return IsAlphanumeric(c) || c == ':' || c == '.' || c == '%'; }

std::string EncodeForeign(std::string_view target) {
  std::string encoded;
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f) {
      encoded += c;
    } else {
      encoded += PercentEncode(std::string_view(&c, 1));
    }
  }
  return encoded;
}

Result<void> ReadHostAndPort(std::string_view text, OutgoingUrl& url) {
  const bool bracketed = text.starts_with('[');
  const std::size_t host_end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && host_end == std::string_view::npos) return NoUrl("the brackets of its address are not closed");
  url.host = bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
  if (url.host.empty() ||
      !std::all_of(url.host.begin(), url.host.end(), bracketed ? IsAddressCharacter : IsHostCharacter)) {
    return NoUrl("it names no host");
  }
  std::string_view rest = host_end == std::string_view::npos ? std::string_view() : text.substr(host_end);
  if (bracketed) rest.remove_prefix(1);
  const std::uint16_t own = url.tls ? kHttpsPort : kHttpPort;
  url.port = own;
  if (rest.size() > 1) {
    const char* const end = rest.data() + rest.size();
    const auto [stop, error] = std::from_chars(rest.data() + 1, end, url.port);
    if (!rest.starts_with(':') || error != std::errc() || stop != end || url.port == 0)
      return NoUrl("its port is none");
  }
  url.authority = bracketed ? "[" + url.host + "]" : url.host;
  if (url.port != own) url.authority += ":" + std::to_string(url.port);
  return {};
}

}  // namespace

Result<OutgoingUrl> ParseOutgoingUrl(std::string_view text) {
  OutgoingUrl url;
  const std::size_t scheme_end = text.find(kSchemeEnd);
  const std::string scheme = AsciiLower(text.substr(0, std::min(scheme_end, text.size())));
  if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https"))
    return NoUrl("it begins neither with http:// nor with https://");
  url.tls = scheme == "https";
  text.remove_prefix(scheme_end + kSchemeEnd.size());
  text = text.substr(0, text.find('#'));

  const std::size_t path = std::min(text.find_first_of("/?\\"), text.size());
  std::string_view authority = text.substr(0, path);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const auto user = PercentDecode(authority.substr(0, at));
    if (!user) return NoUrl("the user in it is not encoded as such");
    url.authorization = "Basic " + Base64Encode(*user);
    authority.remove_prefix(at + 1);
  }
  RETURN_IF_ERROR(ReadHostAndPort(authority, url));
  url.target = EncodeForeign(text.substr(path));
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

bool IsSendableField(std::string_view name, std::string_view value) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  const bool token = !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return IsAlphanumeric(c) || kMarks.find(c) != std::string_view::npos;
  });
  return token && std::none_of(value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace stratolite::http
