#include "stratolite/auth/why_log.hpp"

#include <algorithm>

#include "auth/auth_errors.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::auth {
namespace {

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (;;) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

/// What line `index` of a canonical request is.
std::string PartName(const std::vector<std::string_view>& lines, std::size_t index) {
  if (index == 0) return "method";
  if (index == 1) return "path";
  if (index == 2) return "query";
  if (index + 1 == lines.size()) return "payload hash";
  if (index + 2 == lines.size()) return "signed headers";
  return "header " + std::string(lines[index].substr(0, lines[index].find(':')));
}

Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(Printable(text)); }

}  // namespace

std::optional<FirstDifference> CompareCanonicalRequests(std::string_view ours, std::string_view theirs) {
  if (ours == theirs) return std::nullopt;
  const std::vector<std::string_view> our_lines = Lines(ours);
  const std::vector<std::string_view> their_lines = Lines(theirs);
  const std::size_t shorter = std::min(our_lines.size(), their_lines.size());
  std::size_t index = 0;
  while (index < shorter && our_lines[index] == their_lines[index]) ++index;
  const auto line = [&](const std::vector<std::string_view>& lines) {
    return index < lines.size() ? std::string(lines[index]) : std::string();
  };
  return FirstDifference{static_cast<int>(index) + 1,
                         PartName(index < our_lines.size() ? our_lines : their_lines, index), line(our_lines),
                         line(their_lines)};
}

void WhyLog::Add(WhyRecord record) {
  auto shared = std::make_shared<const WhyRecord>(std::move(record));
  const std::scoped_lock lock(mutex_);
  if (records_.size() >= capacity_) records_.pop_front();
  records_.push_back(std::move(shared));
}

std::shared_ptr<const WhyRecord> WhyLog::Find(std::string_view request_id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = std::find_if(records_.rbegin(), records_.rend(),
                                  [&](const auto& record) { return record->request_id == request_id; });
  return found == records_.rend() ? nullptr : *found;
}

std::optional<Json> WhyLog::Describe(std::string_view request_id) const {
  const auto record = Find(request_id);
  if (!record) return std::nullopt;
  Json out = {{"requestId", record->request_id},
              {"time", FormatIso8601(record->time, true)},
              {"decision", "denied"},
              {"error",
               {{"code", record->error.code},
                {"message", Printable(record->error.message)},
                {"httpStatus", record->error.http_status}}},
              {"request",
               {{"method", Printable(record->method)},
                {"target", Printable(record->target)},
                {"host", Printable(record->host)}}},
              {"accessKeyId", TextOrNull(record->access_key_id)},
              {"credentialScope", TextOrNull(record->scope)},
              {"signedHeaders", TextOrNull(record->signed_headers)},
              {"providedSignature", TextOrNull(record->provided_signature)},
              {"canonicalRequest", TextOrNull(record->canonical_request)},
              {"stringToSign", TextOrNull(record->string_to_sign)},
              {"clientCanonicalRequest", TextOrNull(record->client_canonical_request)},
              {"finding", Printable(record->finding)},
              {"firstDifference", nullptr}};
  if (record->difference) {
    const FirstDifference& difference = *record->difference;
    out["firstDifference"] = {{"line", difference.line},
                              {"part", Printable(difference.part)},
                              {"ours", Printable(difference.ours)},
                              {"theirs", Printable(difference.theirs)}};
  }
  return out;
}

void WhyLog::Clear() {
  const std::scoped_lock lock(mutex_);
  records_.clear();
}

}  // namespace stratolite::auth
