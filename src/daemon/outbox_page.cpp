#include "daemon/outbox_page.hpp"

#include <array>

#include <fmt/format.h>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/numbers.hpp"

namespace stratolite::daemon {
namespace {

constexpr std::int64_t kMostShown = 1000;
constexpr std::array<std::string_view, 6> kOutboxParameters{"service",   "kind",  "account",
                                                            "recipient", "since", "limit"};

Result<std::int64_t> ParseWhole(std::string_view name, std::string_view text, std::int64_t least, std::int64_t most) {
  const auto value = ParseWholeNumber<std::int64_t>(text);
  if (!value || *value < least || *value > most) {
    return AwsError{"InvalidParameter", fmt::format("'{}' must be a whole number from {} to {}.", name, least, most),
                    400};
  }
  return *value;
}

Result<ports::SentMessages::Question> ParseQuestion(const std::unordered_map<std::string, std::string>& query) {
  ports::SentMessages::Question question;
  for (const auto& [name, value] : query) {
    if (name == "service") {
      question.service = value;
    } else if (name == "kind") {
      question.kind = value;
    } else if (name == "account") {
      question.account = value;
    } else if (name == "recipient") {
      question.recipient = value;
    } else if (name == "since") {
      ASSIGN_OR_RETURN(question.since, ParseWhole(name, value, 0, INT64_MAX - 1));
    } else if (name == "limit") {
      ASSIGN_OR_RETURN(question.limit, ParseWhole(name, value, 1, kMostShown));
    } else {
      const auto near = NearestName(name, kOutboxParameters);
      return AwsError{
          "InvalidParameter",
          fmt::format("outbox has no parameter '{}'.{} It takes {}.", name,
                      near.empty() ? "" : fmt::format(" Is '{}' meant?", near), fmt::join(kOutboxParameters, ", ")),
          400};
    }
  }
  return question;
}

}  // namespace

Result<Json> DescribeOutbox(ports::SentMessages& sent, const std::unordered_map<std::string, std::string>& query) {
  ASSIGN_OR_RETURN(const ports::SentMessages::Question question, ParseQuestion(query));
  std::int64_t next = question.since.value_or(0);
  Json messages = Json::array();
  for (const auto& message : sent.Read(question)) {
    next = message.sequence;
    messages.push_back({{"sequence", message.sequence},
                        {"time", FormatIso8601(message.time, true)},
                        {"service", message.service},
                        {"kind", message.kind},
                        {"account", message.scope.account.str()},
                        {"region", message.scope.region.str()},
                        {"recipient", message.recipient},
                        {"sender", message.sender},
                        {"subject", message.subject},
                        {"body", message.body},
                        {"details", message.details}});
  }
  return Json{{"messages", std::move(messages)}, {"next", next}};
}

}  // namespace stratolite::daemon
