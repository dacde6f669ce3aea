#include "s3/website_configuration.hpp"

#include <algorithm>

#include "s3/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html
constexpr std::size_t kMaxRoutingRules = 50;

Result<void> CheckProtocol(const Fields& redirect) {
  const auto protocol = redirect.OptionalString("Protocol");
  if (!protocol || *protocol == "http" || *protocol == "https") return {};
  return InvalidRequest(
      "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.");
}

/// Three digits, the first one of `firsts`.
bool IsStatus(std::string_view text, std::string_view firsts) {
  return text.size() == 3 && firsts.find(text.front()) != std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<void> CheckIndexDocument(const Fields& configuration) {
  if (!configuration.Has("IndexDocument")) {
    return InvalidArgument("A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
                           "IndexDocument", "null");
  }
  const std::string suffix = Fields(configuration.Object("IndexDocument")).StringOr("Suffix", "");
  if (suffix.empty() || suffix.find('/') != std::string::npos)
    return InvalidArgument("The IndexDocument Suffix is not well formed", "IndexDocument", suffix);
  if (!configuration.Has("ErrorDocument")) return {};
  const std::string key = Fields(configuration.Object("ErrorDocument")).StringOr("Key", "");
  if (key.empty()) return InvalidArgument("The ErrorDocument Key is not well formed", "ErrorDocument", key);
  return {};
}

Result<void> CheckRoutingRule(const Fields& rule) {
  const Fields redirect(rule.Object("Redirect"));
  if (rule.Object("Redirect").empty()) return MalformedXml();
  RETURN_IF_ERROR(CheckProtocol(redirect));
  if (redirect.Has("ReplaceKeyPrefixWith") && redirect.Has("ReplaceKeyWith"))
    return InvalidRequest("You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
  if (const auto code = redirect.OptionalString("HttpRedirectCode");
      code && (!IsStatus(*code, "3") || *code == "300")) {
    return InvalidRequest("The provided HTTP redirect code (" + *code +
                          ") is not valid. Valid codes are 3XX except 300.");
  }
  if (!rule.Has("Condition")) return {};
  const Fields condition(rule.Object("Condition"));
  if (!condition.Has("HttpErrorCodeReturnedEquals") && !condition.Has("KeyPrefixEquals")) {
    return InvalidRequest(
        "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be "
        "present.");
  }
  if (const auto code = condition.OptionalString("HttpErrorCodeReturnedEquals"); code && !IsStatus(*code, "45")) {
    return InvalidRequest("The provided HTTP error code (" + *code + ") is not valid. Valid codes are 4XX or 5XX.");
  }
  return {};
}

std::string Location(std::string_view protocol, std::string_view host, std::string_view key) {
  std::string location(protocol);
  return location.append("://").append(host).append("/").append(PercentEncode(key, true));
}

}  // namespace

Result<void> CheckWebsiteConfiguration(const Json& configuration) {
  const Fields fields(configuration);
  if (fields.Has("RedirectAllRequestsTo")) {
    if (fields.Has("IndexDocument") || fields.Has("ErrorDocument") || fields.Has("RoutingRules")) {
      return InvalidArgument("RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
                             "RedirectAllRequestsTo", "not null");
    }
    const Fields redirect(fields.Object("RedirectAllRequestsTo"));
    if (redirect.StringOr("HostName", "").empty()) return MalformedXml();
    return CheckProtocol(redirect);
  }
  RETURN_IF_ERROR(CheckIndexDocument(fields));
  if (!fields.Has("RoutingRules")) return {};
  const Json& rules = fields.List("RoutingRules");
  if (rules.empty()) return MalformedXml();
  if (rules.size() > kMaxRoutingRules) {
    return InvalidRequest(std::to_string(rules.size()) + " routing rules provided, the number of routing rules in a " +
                          "website configuration is limited to " + std::to_string(kMaxRoutingRules) + ".");
  }
  for (const Json& rule : rules) RETURN_IF_ERROR(CheckRoutingRule(Fields(rule)));
  return {};
}

const Json* FindRoutingRule(const Json& configuration, std::string_view key, int status) {
  for (const Json& rule : Fields(configuration).List("RoutingRules")) {
    const Fields condition(Fields(rule).Object("Condition"));
    const auto code = condition.OptionalString("HttpErrorCodeReturnedEquals");
    if (code ? *code != std::to_string(status) : status != 0) continue;
    if (key.starts_with(condition.StringOr("KeyPrefixEquals", ""))) return &rule;
  }
  return nullptr;
}

std::string RedirectLocation(const Json& rule, const WebsiteAddress& address) {
  const Fields redirect(Fields(rule).Object("Redirect"));
  std::string key = address.key;
  if (const auto whole = redirect.OptionalString("ReplaceKeyWith")) {
    key = *whole;
  } else if (const auto prefix = redirect.OptionalString("ReplaceKeyPrefixWith")) {
    const std::string replaced = Fields(Fields(rule).Object("Condition")).StringOr("KeyPrefixEquals", "");
    key = *prefix + key.substr(std::min(replaced.size(), key.size()));
  }
  return Location(redirect.StringOr("Protocol", address.protocol), redirect.StringOr("HostName", address.host), key);
}

std::string RedirectAllLocation(const Json& redirect, const WebsiteAddress& address) {
  const Fields fields(redirect);
  return Location(fields.StringOr("Protocol", address.protocol), fields.StringOr("HostName", ""), address.key);
}

}  // namespace stratolite::s3
