#include "auth/sigv2.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>
#include <vector>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "auth/auth_errors.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::auth {
namespace {

// What the signature covers of the query, as AWS's own SDKs have it; the documentation's list is older and shorter.
constexpr std::string_view kSubresources =
    " accelerate acl analytics cors defaultObjectAcl delete inventory lifecycle location logging "
    "metrics notification object-lock partNumber policy replication requestPayment "
    "response-cache-control response-content-disposition response-content-encoding "
    "response-content-language response-content-type response-expires restore select select-type "
    "storageClass tagging torrent uploadId uploads versionId versioning versions website ";

std::string LowerCaseName(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

std::string_view TrimSpace(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

template <typename F>
void ForEachParameter(std::string_view query, F&& visit) {
  while (!query.empty()) {
    const std::string_view field = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), field.size() + 1));
    const auto equals = field.find('=');
    visit(field.substr(0, equals), equals == std::string_view::npos ? std::string_view{} : field.substr(equals + 1),
          equals != std::string_view::npos);
  }
}

// As the services read it, names too: what they take for `acl` must be signed as `acl`.
std::string DecodedOr(std::string_view text) { return PercentDecode(text, true).value_or(std::string(text)); }

/// `name:value\n` of every `x-amz-` field, sorted; a presigned query's stand in where there is no such header.
std::string AmzFields(const wire::HttpRequest& request, bool presigned) {
  std::map<std::string, std::string> fields;
  for (const auto& [name, value] : request.headers) {
    std::string lower = LowerCaseName(name);
    if (!lower.starts_with("x-amz-")) continue;
    std::string& joined = fields[std::move(lower)];
    if (!joined.empty()) joined += ',';
    joined += TrimSpace(value);
  }
  if (presigned) {
    ForEachParameter(request.query(), [&](std::string_view name, std::string_view value, bool) {
      std::string lower = LowerCaseName(DecodedOr(name));
      if (lower.starts_with("x-amz-")) fields.try_emplace(std::move(lower), DecodedOr(value));
    });
  }
  std::string out;
  for (const auto& [name, value] : fields) out.append(name).append(":").append(value).append("\n");
  return out;
}

std::string CanonicalResource(const wire::HttpRequest& request, std::string_view bucket) {
  std::string out;
  if (!bucket.empty()) out.append("/").append(bucket);
  out.append(request.path());
  std::vector<std::pair<std::string, std::string>> parts;
  ForEachParameter(request.query(), [&](std::string_view raw_name, std::string_view value, bool has_value) {
    std::string name = DecodedOr(raw_name);
    if (kSubresources.find(" " + name + " ") == std::string_view::npos) return;
    std::string text = name;
    if (has_value) text.append("=").append(DecodedOr(value));
    parts.emplace_back(std::move(name), std::move(text));
  });
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < parts.size(); ++i) out.append(i == 0 ? "?" : "&").append(parts[i].second);
  return out;
}

}  // namespace

std::string SigV2StringToSign(const wire::HttpRequest& request, std::string_view bucket, std::string_view expires) {
  const bool presigned = !expires.empty();
  const auto field = [&](std::string_view name) {
    if (const auto header = request.headers.Find(name)) return std::string(TrimSpace(*header));
    return presigned ? FindQueryParameter(request.query(), name).value_or("") : std::string();
  };
  std::string text = request.method;
  text.append("\n").append(field("content-md5")).append("\n").append(field("content-type")).append("\n");
  if (presigned) {
    text.append(expires);
  } else if (!request.headers.Has("x-amz-date")) {
    text.append(TrimSpace(request.headers.Get("date")));
  }
  return text.append("\n").append(AmzFields(request, presigned)).append(CanonicalResource(request, bucket));
}

Result<TimePoint> ReadSigV2Time(const ParsedSignature& parsed) {
  const auto denied = [](std::string message) { return AwsError{"AccessDenied", std::move(message), 403}; };
  if (!parsed.presigned) {
    if (parsed.date) {
      if (const auto time = ParseHttpDate(*parsed.date)) return *time;
      if (const auto time = ParseBasicIso8601(*parsed.date)) return *time;
    }
    return denied("AWS authentication requires a valid Date or x-amz-date header");
  }
  if (parsed.access_key_id.empty() || !parsed.signature || !parsed.expires)
    return denied("Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters");
  std::int64_t seconds = 0;
  const std::string& text = *parsed.expires;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool number = failure == std::errc{} && end == text.data() + text.size();
  // As far as the clock reaches.
  if (!number || seconds < 0 ||
      seconds > std::chrono::duration_cast<std::chrono::seconds>(TimePoint::max().time_since_epoch()).count())
    return denied("Invalid date (should be seconds since epoch): " + Printable(text));
  return TimePoint(std::chrono::seconds(seconds));
}

std::string SigV2Signature(std::string_view secret_access_key, std::string_view string_to_sign) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret_access_key.data(), static_cast<int>(secret_access_key.size()),
       reinterpret_cast<const unsigned char*>(string_to_sign.data()), string_to_sign.size(), digest.data(), &size);
  return Base64Encode({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace stratolite::auth
