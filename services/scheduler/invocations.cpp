#include "scheduler/invocations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::scheduler {
namespace {

/// Room for the attributes in a message of 256 KiB.
constexpr std::size_t kMostDeadLetterBytes = 250'000;

std::string DigestOfText(std::string_view text) {
  const Sha256Digest digest = Sha256(text);
  return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

/// Sixteen digits that every try has anew, the same whenever that try is looked at.
std::string ExecutionId(const Invocation& invocation) {
  const std::string digest = DigestOfText(
      fmt::format("{} {} {} {}", invocation.schedule_arn, invocation.scheduled_at.time_since_epoch().count(),
                  invocation.fired_at.time_since_epoch().count(), invocation.attempts));
  return HexEncode(digest.substr(0, 8));
}

void ReplaceAll(std::string& text, std::string_view keyword, std::string_view value) {
  for (std::size_t at = text.find(keyword); at != std::string::npos; at = text.find(keyword, at + value.size()))
    text.replace(at, keyword.size(), value);
}

std::string DefaultNotification(const Invocation& invocation) {
  std::string id =
      HexEncode(DigestOfText(invocation.schedule_arn + FormatIso8601(invocation.scheduled_at)).substr(0, 16));
  for (const std::size_t dash : {8, 13, 18, 23}) id.insert(dash, "-");
  return Json{{"version", "0"},
              {"id", id},
              {"detail-type", "Scheduled Event"},
              {"source", "aws.scheduler"},
              {"account", invocation.scope.account.str()},
              {"time", FormatIso8601(invocation.scheduled_at)},
              {"region", invocation.scope.region.str()},
              {"resources", {invocation.schedule_arn}},
              {"detail", "{}"}}
      .dump();
}

/// As much as fits, without half a character.
std::string Shortened(std::string text) {
  std::size_t end = kMostDeadLetterBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

Delivery DeliveryOf(const Arn& target, const Invocation& invocation) {
  return {.target = target,
          .source_service = std::string(kPrincipal),
          .source_arn = Arn::Parse(invocation.schedule_arn).value_or(Arn{}),
          .source_account = invocation.scope.account,
          .body = InputOf(invocation),
          .role_arn = Fields(invocation.target).StringOr("RoleArn", "")};
}

}  // namespace

std::string InputOf(const Invocation& invocation) {
  const auto given = Fields(invocation.target).OptionalString("Input");
  if (!given) return DefaultNotification(invocation);
  std::string text = *given;
  ReplaceAll(text, "<aws.scheduler.schedule-arn>", invocation.schedule_arn);
  ReplaceAll(text, "<aws.scheduler.scheduled-time>", FormatIso8601(invocation.scheduled_at));
  ReplaceAll(text, "<aws.scheduler.execution-id>", ExecutionId(invocation));
  ReplaceAll(text, "<aws.scheduler.attempt-number>", std::to_string(invocation.attempts));
  return text;
}

Delivery DeliveryTo(const Arn& target, const Invocation& invocation) {
  Delivery delivery = DeliveryOf(target, invocation);
  const Fields in(invocation.target);
  delivery.group_id = Fields(in.Object("SqsParameters")).StringOr("MessageGroupId", "");
  if (in.Has("EventBridgeParameters")) {
    delivery.parameters = in.Object("EventBridgeParameters");
    delivery.parameters["Resources"] = {invocation.schedule_arn};
    delivery.parameters["Time"] = EpochSeconds(invocation.scheduled_at);
  }
  return delivery;
}

Delivery DeadLetterTo(const Arn& queue, const Invocation& invocation, const AwsError& error,
                      std::string_view exhausted) {
  Delivery delivery = DeliveryOf(queue, invocation);
  const bool too_long = delivery.body.size() > kMostDeadLetterBytes;
  if (too_long) delivery.body = Shortened(std::move(delivery.body));
  delivery.attributes = Json::object();
  const auto add = [&](const char* name, std::string_view value) {
    if (!value.empty()) delivery.attributes[name] = {{"DataType", "String"}, {"StringValue", value}};
  };
  add("ERROR_CODE", error.query_code.empty() ? error.code : error.query_code);
  add("ERROR_MESSAGE", error.message);
  add("EXECUTION_ID", ExecutionId(invocation));
  add("EXHAUSTED_RETRY_CONDITION", exhausted);
  add("IS_PAYLOAD_TRUNCATED", too_long ? "true" : "false");
  add("RETRY_ATTEMPTS", std::to_string(std::max<std::int64_t>(invocation.attempts - 1, 0)));
  add("SCHEDULED_TIME", FormatIso8601(invocation.scheduled_at));
  add("SCHEDULE_ARN", invocation.schedule_arn);
  add("TARGET_ARN", invocation.target.at("Arn").get_ref<const std::string&>());
  return delivery;
}

bool MayPass(const AwsError& error) {
  constexpr std::array<std::string_view, 10> kPassing{"InternalFailure",
                                                      "InternalServerError",
                                                      "InternalServerException",
                                                      "InternalServiceError",
                                                      "ServiceUnavailable",
                                                      "ServiceUnavailableException",
                                                      "Throttling",
                                                      "ThrottlingException",
                                                      "RequestLimitExceeded",
                                                      "TooManyRequestsException"};
  return std::ranges::find(kPassing, error.code) != kPassing.end();
}

auth::Principal RoleSession(const Invocation& invocation) {
  const std::string role_text = Fields(invocation.target).StringOr("RoleArn", "");
  const Arn role = Arn::Parse(role_text).value_or(Arn{});
  const std::string session = HexEncode(DigestOfText(invocation.schedule_arn)).substr(0, 32);
  auth::Principal principal;
  principal.type = auth::PrincipalType::kAssumedRole;
  principal.account = AccountId(role.account);
  const std::string name = role.resource.substr(role.resource.rfind('/') + 1);
  principal.arn = fmt::format("arn:{}:sts::{}:assumed-role/{}/{}", role.partition, role.account, name, session);
  principal.user_id = auth::MakeUniqueId("AROA", principal.account, DigestOfText(role_text)) + ":" + session;
  principal.issuer_arn = role_text;
  return principal;
}

}  // namespace stratolite::scheduler
