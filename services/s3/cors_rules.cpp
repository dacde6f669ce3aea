#include "s3/cors_rules.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "s3/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kMaxCorsRules = 100;
constexpr std::size_t kMaxCorsIdLength = 255;
constexpr std::array<std::string_view, 5> kCorsMethods = {"GET", "PUT", "HEAD", "POST", "DELETE"};

std::size_t Wildcards(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '*'));
}

/// At most one `*`, which stands for any characters.
bool MatchesWildcard(std::string_view pattern, std::string_view text) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  const std::string_view before = pattern.substr(0, star);
  const std::string_view after = pattern.substr(star + 1);
  return text.size() >= before.size() + after.size() && text.starts_with(before) && text.ends_with(after);
}

Result<void> CheckCorsRule(const Fields& rule) {
  const auto methods = rule.Strings("AllowedMethods");
  const auto origins = rule.Strings("AllowedOrigins");
  if (methods.empty() || origins.empty()) return MalformedXml();
  if (rule.StringOr("ID", "").size() > kMaxCorsIdLength) {
    return InvalidRequest(fmt::format("ID length should not exceed allowed limit of {}", kMaxCorsIdLength));
  }
  for (const std::string& method : methods) {
    if (std::find(kCorsMethods.begin(), kCorsMethods.end(), method) != kCorsMethods.end()) continue;
    return InvalidRequest("Found unsupported HTTP method in CORS config. Unsupported method is " + method);
  }
  for (const std::string& origin : origins) {
    if (Wildcards(origin) > 1)
      return InvalidRequest("AllowedOrigin \"" + origin + "\" can not have more than one wildcard.");
  }
  for (const std::string& header : rule.Strings("AllowedHeaders")) {
    if (Wildcards(header) > 1)
      return InvalidRequest("AllowedHeader \"" + header + "\" can not have more than one wildcard.");
  }
  for (const std::string& header : rule.Strings("ExposeHeaders")) {
    if (Wildcards(header) > 0) {
      return InvalidRequest("ExposeHeader \"" + header +
                            "\" contains wildcard. We currently do not support wildcard for ExposeHeader.");
    }
  }
  return {};
}

bool Allows(const Fields& rule, const CorsQuestion& question) {
  const auto methods = rule.Strings("AllowedMethods");
  if (std::find(methods.begin(), methods.end(), question.method) == methods.end()) return false;
  const auto origins = rule.Strings("AllowedOrigins");
  const bool origin = std::any_of(origins.begin(), origins.end(), [&](const std::string& pattern) {
    return MatchesWildcard(pattern, question.origin);
  });
  if (!origin) return false;
  const auto patterns = rule.Strings("AllowedHeaders");
  return std::all_of(question.headers.begin(), question.headers.end(), [&](const std::string& header) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return MatchesWildcard(AsciiLower(pattern), header); });
  });
}

}  // namespace

Result<Json> CheckCorsConfiguration(const Json& configuration) {
  const Json& rules = Fields(configuration).List("CORSRules");
  if (rules.empty()) return MalformedXml();
  if (rules.size() > kMaxCorsRules) {
    return InvalidRequest(
        fmt::format("The number of CORS rules should not exceed allowed limit of {} rules.", kMaxCorsRules));
  }
  for (const Json& rule : rules) RETURN_IF_ERROR(CheckCorsRule(Fields(rule)));
  return Json{{"CORSRules", rules}};
}

CorsQuestion ReadCorsQuestion(const wire::HttpRequest& request) {
  CorsQuestion question{.origin = request.headers.Get("origin"), .method = request.method, .headers = {}};
  if (const auto method = request.headers.Find("access-control-request-method")) question.method = *method;
  std::string_view names = request.headers.Get("access-control-request-headers");
  while (!names.empty()) {
    const auto comma = names.find(',');
    std::string_view name = names.substr(0, comma);
    names = comma == std::string_view::npos ? std::string_view() : names.substr(comma + 1);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!name.empty()) question.headers.push_back(AsciiLower(name));
  }
  return question;
}

const Json* FindCorsRule(const Json& configuration, const CorsQuestion& question) {
  for (const Json& rule : Fields(configuration).List("CORSRules")) {
    if (Allows(Fields(rule), question)) return &rule;
  }
  return nullptr;
}

void AddCorsFields(const Json& rule, const CorsQuestion& question, wire::HttpResponse& response) {
  const Fields fields(rule);
  const auto origins = fields.Strings("AllowedOrigins");
  const bool everybody = std::find(origins.begin(), origins.end(), "*") != origins.end();
  response.headers.Set("Access-Control-Allow-Origin", everybody ? "*" : std::string(question.origin));
  response.headers.Set("Access-Control-Allow-Methods",
                       fmt::format("{}", fmt::join(fields.Strings("AllowedMethods"), ", ")));
  if (!question.headers.empty())
    response.headers.Set("Access-Control-Allow-Headers", fmt::format("{}", fmt::join(question.headers, ", ")));
  if (const auto exposed = fields.Strings("ExposeHeaders"); !exposed.empty())
    response.headers.Set("Access-Control-Expose-Headers", fmt::format("{}", fmt::join(exposed, ", ")));
  if (const auto age = fields.OptionalInt("MaxAgeSeconds"))
    response.headers.Set("Access-Control-Max-Age", std::to_string(*age));
  if (!everybody) response.headers.Set("Access-Control-Allow-Credentials", "true");
  response.headers.Set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

}  // namespace stratolite::s3
