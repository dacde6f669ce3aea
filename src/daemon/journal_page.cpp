#include "daemon/journal_page.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include <fmt/format.h>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::daemon {
namespace {

constexpr std::size_t kMaxPage = 10'000;
constexpr std::uint64_t kMaxWaitSeconds = 20;
constexpr std::array<std::string_view, 9> kParameters{"service", "operation", "status", "error", "account",
                                                      "world",   "since",     "limit",  "wait"};
// What a presigned query says about its signature: secret in part, and nothing that other fields do not tell.
constexpr std::array<std::string_view, 9> kSignatureParameters{
    "x-amz-signature", "x-amz-security-token", "signature",           "x-amz-algorithm", "x-amz-credential",
    "x-amz-date",      "x-amz-expires",        "x-amz-signedheaders", "awsaccesskeyid"};

AwsError BadParameter(std::string message) { return {"InvalidParameter", std::move(message), 400}; }

Result<std::uint64_t> ParseCount(std::string_view name, std::string_view text, std::uint64_t max) {
  const auto value = ParseWholeNumber<std::uint64_t>(text);
  if (!value || *value > max) return BadParameter(fmt::format("'{}' must be a whole number from 0 to {}.", name, max));
  return *value;
}

/// `404`, `4xx`.
Result<void> ParseStatus(std::string_view text, JournalFilter& filter) {
  const bool digits = text.size() == 3 && text[0] >= '1' && text[0] <= '9';
  if (digits && text.substr(1) == "xx") {
    filter.min_status = (text[0] - '0') * 100;
    filter.max_status = filter.min_status + 99;
    return {};
  }
  const auto status = digits ? ParseCount("status", text, 999) : Result<std::uint64_t>(BadParameter({}));
  if (!status.ok()) return BadParameter("'status' must be a code such as 404, or a class such as 4xx.");
  filter.min_status = filter.max_status = static_cast<int>(*status);
  return {};
}

Result<void> Apply(std::string_view name, std::string value, JournalQuestion& question) {
  JournalFilter& filter = question.filter;
  if (name == "service") {
    filter.service = std::move(value);
  } else if (name == "operation") {
    filter.operation = std::move(value);
  } else if (name == "error") {
    filter.error = std::move(value);
  } else if (name == "account") {
    filter.account = std::move(value);
  } else if (name == "world") {
    filter.world = std::move(value);
  } else if (name == "status") {
    return ParseStatus(value, filter);
  } else if (name == "since") {
    ASSIGN_OR_RETURN(filter.since, ParseCount(name, value, UINT64_MAX - 1));
  } else if (name == "limit") {
    ASSIGN_OR_RETURN(filter.limit, ParseCount(name, value, kMaxPage));
  } else if (name == "wait") {
    ASSIGN_OR_RETURN(const std::uint64_t seconds, ParseCount(name, value, kMaxWaitSeconds));
    question.wait = std::chrono::seconds(seconds);
  } else {
    const auto near = NearestName(name, kParameters);
    return BadParameter(fmt::format("requests has no parameter '{}'.{} It takes {}.", name,
                                    near.empty() ? "" : fmt::format(" Is '{}' meant?", near),
                                    fmt::join(kParameters, ", ")));
  }
  return {};
}

/// Null where there is nothing to say.
Json OrNull(std::string_view text) { return text.empty() ? Json() : Json(text); }

}  // namespace

Result<JournalQuestion> ParseJournalQuestion(std::string_view query) {
  JournalQuestion question;
  while (!query.empty()) {
    const std::string_view field = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), field.size() + 1));
    if (field.empty()) continue;
    const auto equals = std::min(field.find('='), field.size());
    const auto name = PercentDecode(field.substr(0, equals), true);
    auto value = PercentDecode(field.substr(std::min(equals + 1, field.size())), true);
    if (!name || !value) return BadParameter("The query string is not well-formed.");
    RETURN_IF_ERROR(Apply(*name, *std::move(value), question));
  }
  if (question.wait.count() > 0 && !question.filter.since)
    return BadParameter("'wait' needs 'since': the 'next' of the answer before, or 0.");
  return question;
}

Json DescribeJournal(const RequestJournal::Page& page) {
  Json requests = Json::array();
  for (const RequestJournal::Entry& entry : page.entries) {
    const JournalRecord record = entry.record();
    Json request = {
        {"sequence", entry.sequence()},
        {"time", FormatIso8601(record.time, true)},
        {"world", record.world},
        {"account", OrNull(record.account)},
        {"access_key_id", OrNull(record.access_key_id)},
        {"principal", OrNull(record.principal)},
        {"service", OrNull(record.service)},
        {"operation", OrNull(record.operation)},
        {"method", record.method},
        {"target", record.target},
        {"status", record.status},
        {"error", OrNull(record.error)},
        {"duration_us", record.duration_us},
        {"bytes_in", record.bytes_in},
        {"bytes_out", record.bytes_out},
        {"request_id", OrNull(record.request_id)},
        {"source_ip", record.source_ip},
        {"user_agent", OrNull(record.user_agent)},
    };
    if (!record.denied_action.empty()) {
      request[record.denial_enforced ? "denied" : "would_deny"] = {
          {"action", record.denied_action}, {"resource", record.denied_resource}, {"reason", record.denied_reason}};
    }
    requests.push_back(std::move(request));
  }
  return Json{{"requests", std::move(requests)}, {"next", page.next}};
}

std::string_view JournalTarget(std::string_view target, bool parameters, std::string& scratch) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return target;
  if (!parameters) return target.substr(0, mark);
  scratch.assign(target.substr(0, mark));
  std::string_view query = target.substr(mark + 1);
  bool all = true;
  char separator = '?';
  while (!query.empty()) {
    const std::string_view field = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), field.size() + 1));
    const std::string_view name = field.substr(0, field.find('='));
    const bool left_out = std::any_of(kSignatureParameters.begin(), kSignatureParameters.end(),
                                      [&](std::string_view other) { return wire::EqualsIgnoreCase(name, other); });
    all = all && !left_out;
    if (left_out) continue;
    scratch.push_back(separator);
    scratch.append(field);
    separator = '&';
  }
  return all ? target : std::string_view(scratch);
}

}  // namespace stratolite::daemon
