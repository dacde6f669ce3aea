#include "stratolite/auth/sigv4.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stratolite::auth {
namespace {

constexpr std::string_view kTermination = "aws4_request";

constexpr char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
constexpr bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::array<bool, 256> MakeUnreserved() {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) {
    table[static_cast<std::size_t>(c)] = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                         c == '-' || c == '.' || c == '_' || c == '~';
  }
  return table;
}
constexpr std::array<bool, 256> kUnreserved = MakeUnreserved();

void AppendEncoded(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<std::uint8_t>(c);
  if (kUnreserved[byte]) {
    out.push_back(c);
  } else {
    out.push_back('%');
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
}

/// One byte of percent-encoded text; a `%` without two digits stands for itself.
char TakeDecoded(std::string_view& text, bool plus_is_space) {
  const char c = text.front();
  if (c == '%' && text.size() >= 3) {
    const int high = HexValue(text[1]);
    const int low = HexValue(text[2]);
    if (high >= 0 && low >= 0) {
      text.remove_prefix(3);
      return static_cast<char>(high << 4 | low);
    }
  }
  text.remove_prefix(1);
  return c == '+' && plus_is_space ? ' ' : c;
}

std::string Recode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size() + 8);
  while (!text.empty()) AppendEncoded(out, TakeDecoded(text, plus_is_space));
  return out;
}

// A slash on the wire stays a slash and an encoded one stays encoded: S3 keys may hold either, and clients sign what they send.
std::string S3Path(std::string_view path) {
  std::string out;
  out.reserve(path.size() + 8);
  while (!path.empty()) {
    if (path.front() == '/') {
      out.push_back('/');
      path.remove_prefix(1);
    } else {
      AppendEncoded(out, TakeDecoded(path, false));
    }
  }
  return out;
}

// RFC 3986 section 5.2.4, and consecutive slashes are one.
std::string NormalizedPath(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t begin = 0; begin < path.size();) {
    std::size_t end = path.find('/', begin);
    if (end == std::string_view::npos) end = path.size();
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    begin = end + 1;
  }
  std::string out;
  out.reserve(path.size() + 16);
  for (const std::string_view segment : segments) {
    out.push_back('/');
    for (const char c : segment) AppendEncoded(out, c);
  }
  if (out.empty() || path.back() == '/') out.push_back('/');
  return out;
}

void AppendCanonicalValue(std::string& out, std::string_view value) {
  const std::size_t start = out.size();
  const char* at = value.data();
  const char* const end = at + value.size();
  while (at != end) {
    const char* const word = std::find_if_not(at, end, IsSpace);
    at = std::find_if(word, end, IsSpace);
    if (word != at && out.size() > start) out.push_back(' ');
    out.append(word, at);
  }
}

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), ToLower);
  return out;
}

std::string Join(std::span<const std::string> words, char separator) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out.push_back(separator);
    out += word;
  }
  return out;
}

std::string ScopedStringToSign(std::string_view algorithm, std::string_view amz_date, const CredentialScope& scope) {
  std::string out;
  out.reserve(384);
  out.append(algorithm).append("\n").append(amz_date).append("\n").append(scope.ToString()).append("\n");
  return out;
}

/// Header names of a request as the signer lists them: lower case, sorted, each once.
template <typename Keep>
std::vector<std::string> SignedHeaderNames(const wire::Headers& headers, Keep keep) {
  std::vector<std::string> names;
  for (const auto& [name, value] : headers) {
    std::string lower = Lower(name);
    if (keep(lower)) names.push_back(std::move(lower));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

CredentialScope ScopeOf(const SignOptions& options) {
  return {FormatBasicIso8601(options.time).substr(0, 8), options.region, options.service};
}

}  // namespace

std::string CredentialScope::ToString() const {
  std::string out;
  out.reserve(date.size() + region.size() + service.size() + kTermination.size() + 3);
  out.append(date).append("/").append(region).append("/").append(service).append("/").append(kTermination);
  return out;
}

std::string CanonicalPath(std::string_view raw_path, PathStyle style) {
  if (raw_path.empty()) return "/";
  switch (style) {
    case PathStyle::kNormalizedDouble:
      return NormalizedPath(raw_path);
    case PathStyle::kS3:
      return S3Path(raw_path);
    case PathStyle::kRaw:
      break;
  }
  return std::string(raw_path);
}

std::string CanonicalQuery(std::string_view raw_query, QueryStyle style) {
  std::vector<std::pair<std::string, std::string>> parameters;
  bool signature_seen = false;
  bool token_seen = !style.omit_session_token;
  while (!raw_query.empty()) {
    const std::size_t end = std::min(raw_query.find('&'), raw_query.size());
    const std::string_view parameter = raw_query.substr(0, end);
    raw_query.remove_prefix(std::min(end + 1, raw_query.size()));
    if (parameter.empty()) continue;
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    std::string name = Recode(parameter.substr(0, equals), style.plus_is_space);
    // The first of each is the one that is read; a second one is something that was added.
    if (name == "X-Amz-Signature" && !std::exchange(signature_seen, true)) continue;
    if (name == "X-Amz-Security-Token" && !std::exchange(token_seen, true)) continue;
    const std::string_view value = equals < parameter.size() ? parameter.substr(equals + 1) : std::string_view{};
    parameters.emplace_back(std::move(name), Recode(value, style.plus_is_space));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out.push_back('&');
    out.append(name).append("=").append(value);
  }
  return out;
}

std::string CanonicalHeaderValue(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  AppendCanonicalValue(out, value);
  return out;
}

std::string CanonicalRequest(const wire::HttpRequest& request, PathStyle path_style,
                             std::span<const std::string> signed_headers, std::string_view payload_hash,
                             QueryStyle query_style) {
  std::string out;
  out.reserve(1024);
  out.append(request.method).append("\n");
  out.append(CanonicalPath(request.path(), path_style)).append("\n");
  const std::string_view query = request.query();
  if (!query.empty()) out.append(CanonicalQuery(query, query_style));
  out.push_back('\n');
  for (const std::string& name : signed_headers) {
    out.append(name).push_back(':');
    bool first = true;
    for (const auto& [field, value] : request.headers) {
      if (!wire::EqualsIgnoreCase(field, name)) continue;
      if (!first) out.push_back(',');
      first = false;
      AppendCanonicalValue(out, value);
    }
    out.push_back('\n');
  }
  out.push_back('\n');
  out.append(Join(signed_headers, ';')).append("\n").append(payload_hash);
  return out;
}

std::string StringToSign(std::string_view amz_date, const CredentialScope& scope, std::string_view canonical_request) {
  return ScopedStringToSign(kSigV4Algorithm, amz_date, scope).append(Sha256Hex(canonical_request));
}

Sha256Digest DeriveSigningKey(std::string_view secret_access_key, const CredentialScope& scope) {
  std::string start = "AWS4";
  start.append(secret_access_key);
  const Sha256Digest date = HmacSha256(start, scope.date);
  const Sha256Digest region = HmacSha256(AsBytes(date), scope.region);
  const Sha256Digest service = HmacSha256(AsBytes(region), scope.service);
  return HmacSha256(AsBytes(service), kTermination);
}

std::string Signature(const Sha256Digest& signing_key, std::string_view string_to_sign) {
  return HexEncode(AsBytes(HmacSha256(AsBytes(signing_key), string_to_sign)));
}

std::string ChunkSignature(const Sha256Digest& signing_key, std::string_view amz_date, const CredentialScope& scope,
                           std::string_view previous, std::string_view chunk) {
  std::string text = ScopedStringToSign("AWS4-HMAC-SHA256-PAYLOAD", amz_date, scope);
  text.append(previous).append("\n").append(kEmptyPayloadHash).append("\n").append(Sha256Hex(chunk));
  return Signature(signing_key, text);
}

std::string TrailerSignature(const Sha256Digest& signing_key, std::string_view amz_date, const CredentialScope& scope,
                             std::string_view previous, std::string_view trailers) {
  std::string text = ScopedStringToSign("AWS4-HMAC-SHA256-TRAILER", amz_date, scope);
  text.append(previous).append("\n").append(Sha256Hex(trailers));
  return Signature(signing_key, text);
}

void Sign(wire::HttpRequest& request, const SigningCredentials& credentials, const SignOptions& options) {
  const std::string amz_date = FormatBasicIso8601(options.time);
  const CredentialScope scope = ScopeOf(options);
  const std::string payload_hash = options.payload_hash ? *options.payload_hash : Sha256Hex(request.body);
  request.headers.Remove("authorization");
  request.headers.Set("X-Amz-Date", amz_date);
  if (credentials.session_token) request.headers.Set("X-Amz-Security-Token", *credentials.session_token);
  if (options.content_hash_header) request.headers.Set("X-Amz-Content-Sha256", payload_hash);
  // Proxies and HTTP libraries change these on the way.
  const std::vector<std::string> names = SignedHeaderNames(request.headers, [](std::string_view name) {
    return name != "connection" && name != "expect" && name != "transfer-encoding" && name != "user-agent" &&
           name != "x-amzn-trace-id";
  });
  const std::string canonical = CanonicalRequest(request, options.path_style, names, payload_hash);
  const Sha256Digest key = DeriveSigningKey(credentials.secret_access_key, scope);
  std::string header(kSigV4Algorithm);
  header.append(" Credential=").append(credentials.access_key_id).append("/").append(scope.ToString());
  header.append(", SignedHeaders=").append(Join(names, ';'));
  header.append(", Signature=").append(Signature(key, StringToSign(amz_date, scope, canonical)));
  request.headers.Add("Authorization", std::move(header));
}

void Presign(wire::HttpRequest& request, const SigningCredentials& credentials, const SignOptions& options,
             std::int64_t expires_seconds) {
  const std::string amz_date = FormatBasicIso8601(options.time);
  const CredentialScope scope = ScopeOf(options);
  const std::vector<std::string> names = SignedHeaderNames(
      request.headers, [](std::string_view name) { return name == "host" || name.starts_with("x-amz-"); });
  std::string& target = request.target;
  target.push_back(target.find('?') == std::string::npos ? '?' : '&');
  target.append("X-Amz-Algorithm=").append(kSigV4Algorithm);
  target.append("&X-Amz-Credential=").append(PercentEncode(credentials.access_key_id + "/" + scope.ToString()));
  target.append("&X-Amz-Date=").append(amz_date);
  target.append("&X-Amz-Expires=").append(std::to_string(expires_seconds));
  target.append("&X-Amz-SignedHeaders=").append(PercentEncode(Join(names, ';')));
  if (credentials.session_token)
    target.append("&X-Amz-Security-Token=").append(PercentEncode(*credentials.session_token));
  const std::string payload_hash = options.payload_hash.value_or(std::string(kUnsignedPayload));
  const std::string canonical = CanonicalRequest(request, options.path_style, names, payload_hash);
  const Sha256Digest key = DeriveSigningKey(credentials.secret_access_key, scope);
  request.target.append("&X-Amz-Signature=").append(Signature(key, StringToSign(amz_date, scope, canonical)));
}

}  // namespace stratolite::auth
