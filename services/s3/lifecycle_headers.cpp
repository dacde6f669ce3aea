#include "s3/lifecycle_headers.hpp"

#include <fmt/format.h>

#include "s3/lifecycle_rules.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

void AddExpiration(Json& output, const Bucket& bucket, const Object& object) {
  if (!object.is_latest || object.is_delete_marker) return;
  const auto rules = LifecycleRulesOf(bucket);
  if (!rules) return;
  TimePoint earliest = TimePoint::max();
  const LifecycleRule* by = nullptr;
  for (const LifecycleRule& rule : rules->rules) {
    if (!rule.expiration || !rule.filter.Covers(object.key, object.size) || !rule.filter.HasTags(object.tags)) continue;
    const TimePoint due = rule.expiration->DueOf(object.last_modified);
    if (by != nullptr && due >= earliest) continue;
    earliest = due;
    by = &rule;
  }
  if (by == nullptr) return;
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html: "The value of the rule-id is URL-encoded."
  output["Expiration"] =
      fmt::format("expiry-date=\"{}\", rule-id=\"{}\"", FormatHttpDate(earliest), PercentEncode(by->id));
}

void AddAbortDate(Json& output, const Bucket& bucket, std::string_view key, TimePoint initiated) {
  const auto rules = LifecycleRulesOf(bucket);
  if (!rules) return;
  TimePoint earliest = TimePoint::max();
  for (const LifecycleRule& rule : rules->rules) {
    if (!rule.abort_uploads || !key.starts_with(rule.filter.prefix)) continue;
    const TimePoint due = MidnightAfter(initiated, *rule.abort_uploads);
    if (due >= earliest) continue;
    earliest = due;
    output["AbortDate"] = ToJson(due);
    output["AbortRuleId"] = rule.id;
  }
}

}  // namespace stratolite::s3
