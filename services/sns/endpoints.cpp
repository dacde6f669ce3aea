#include "sns/endpoints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sns/errors.hpp"
#include "stratolite/base/names.hpp"

namespace stratolite::sns {
namespace {

constexpr std::array<std::string_view, 9> kProtocols = {"http", "https",       "email",  "email-json", "sms",
                                                        "sqs",  "application", "lambda", "firehose"};
// ITU-T E.164
constexpr std::size_t kMaxPhoneDigits = 15;
constexpr std::size_t kMaxEmail = 320;

bool IsArnOf(std::string_view text, std::string_view service, std::string_view resource_prefix) {
  const std::optional<Arn> arn = Arn::Parse(text);
  return arn && arn->service == service && IsRegionName(arn->region) && IsAccountId(arn->account) &&
         arn->resource.size() > resource_prefix.size() && arn->resource.starts_with(resource_prefix);
}

bool IsQueueArn(std::string_view text) {
  return IsArnOf(text, "sqs", "") && std::count(text.begin(), text.end(), ':') == 5 &&
         text.find('/') == std::string_view::npos;
}

bool IsEmail(std::string_view text) {
  const auto at = text.rfind('@');
  return text.size() <= kMaxEmail && at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find_first_of(" \t\r\n,;<>()") == std::string_view::npos &&
         text.find('.', at) != std::string_view::npos && text.back() != '.';
}

bool IsUrl(std::string_view protocol, std::string_view text) {
  const std::string_view rest = text.substr(protocol.size() + 3);
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  return !host.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

bool IsPhoneNumber(std::string_view text) {
  return text.size() > 2 && text.size() <= kMaxPhoneDigits + 1 && text.front() == '+' && text[1] != '0' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<void> CheckProtocol(std::string_view protocol) {
  if (std::find(kProtocols.begin(), kProtocols.end(), protocol) == kProtocols.end())
    return InvalidParameter(fmt::format("Amazon SNS does not support this protocol string: {}", protocol));
  return {};
}

Result<void> CheckEndpoint(const Topic& topic, std::string_view protocol, const std::string& endpoint) {
  if (endpoint.empty()) return InvalidParameter("Endpoint");
  if (topic.fifo && protocol != "sqs") {
    // https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-delivery.html: queues only.
    return InvalidParameter(
        fmt::format("Invalid parameter: Protocol Reason: {} is not supported by FIFO topics", protocol));
  }
  if (protocol == "http" || protocol == "https") {
    if (!endpoint.starts_with(fmt::format("{}://", protocol)))
      return InvalidParameter("Endpoint must match the specified protocol");
    if (!IsUrl(protocol, endpoint)) return InvalidParameter("Endpoint");
  } else if (protocol == "email" || protocol == "email-json") {
    if (!IsEmail(endpoint)) return InvalidParameter("Email address");
  } else if (protocol == "sms") {
    if (!IsPhoneNumber(endpoint)) return InvalidParameter(fmt::format("Invalid SMS endpoint: {}", endpoint));
  } else if (protocol == "sqs") {
    if (!IsQueueArn(endpoint)) return InvalidParameter("SQS endpoint ARN");
    if (!topic.fifo && endpoint.ends_with(".fifo")) {
      return InvalidParameter(
          "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
    }
  } else if (protocol == "lambda") {
    if (!IsArnOf(endpoint, "lambda", "function:")) return InvalidParameter("Lambda endpoint ARN");
  } else if (protocol == "application") {
    if (!IsArnOf(endpoint, "sns", "endpoint/")) return InvalidParameter("ApplicationEndpoint endpoint ARN");
  } else if (protocol == "firehose") {
    if (!IsArnOf(endpoint, "firehose", "deliverystream/")) return InvalidParameter("Firehose endpoint ARN");
  }
  return {};
}

}  // namespace stratolite::sns
