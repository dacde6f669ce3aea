#include "s3/lifecycle_rules.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::uint64_t kSmallObjectBytes = 128 * 1024;

// Dearest first.
constexpr std::array<std::string_view, 7> kWaterfall = {
    "STANDARD", "STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"};

void AddTag(const Json& tag, TagMap& tags) {
  tags.emplace(Fields(tag).StringOr("Key", ""), Fields(tag).StringOr("Value", ""));
}

void ReadPredicates(const Fields& in, LifecycleFilter& filter) {
  filter.prefix = in.StringOr("Prefix", filter.prefix);
  if (const auto size = in.OptionalInt("ObjectSizeGreaterThan")) filter.larger_than = static_cast<std::uint64_t>(*size);
  if (const auto size = in.OptionalInt("ObjectSizeLessThan")) filter.smaller_than = static_cast<std::uint64_t>(*size);
  for (const Json& tag : in.List("Tags")) AddTag(tag, filter.tags);
  if (const Json* const tag = in.Find("Tag")) AddTag(*tag, filter.tags);
}

LifecycleTime ReadTime(const Fields& in) { return {.days = in.IntOr("Days", 0), .date = in.OptionalTime("Date")}; }

NoncurrentTime ReadNoncurrentTime(const Fields& in) {
  return {.days = in.IntOr("NoncurrentDays", 0), .newer_versions = in.IntOr("NewerNoncurrentVersions", 0)};
}

}  // namespace

bool LifecycleFilter::Covers(std::string_view key, std::uint64_t size) const {
  return key.starts_with(prefix) && (!larger_than || size > *larger_than) && (!smaller_than || size < *smaller_than);
}

bool LifecycleFilter::HasTags(const TagMap& of_object) const {
  return std::all_of(tags.begin(), tags.end(), [&](const auto& tag) {
    const auto found = of_object.find(tag.first);
    return found != of_object.end() && found->second == tag.second;
  });
}

TimePoint LifecycleTime::DueOf(TimePoint made) const { return date ? *date : MidnightAfter(made, days); }

bool LifecycleRule::MayMove(std::uint64_t size, std::string_view storage_class, bool varies_by_storage_class) const {
  if (size >= kSmallObjectBytes || filter.larger_than || filter.smaller_than) return true;
  return varies_by_storage_class && (storage_class == "GLACIER" || storage_class == "DEEP_ARCHIVE");
}

LifecycleRule ToLifecycleRule(const Json& document) {
  const Fields in(document);
  LifecycleRule rule;
  rule.id = in.StringOr("ID", "");
  rule.filter.prefix = in.StringOr("Prefix", "");
  if (const Json* const filter = in.Find("Filter")) {
    ReadPredicates(Fields(*filter), rule.filter);
    if (const Json* const all = Fields(*filter).Find("And")) ReadPredicates(Fields(*all), rule.filter);
  }
  if (const Json* const expiration = in.Find("Expiration")) {
    const Fields fields(*expiration);
    rule.expires_markers = fields.BoolOr("ExpiredObjectDeleteMarker", false);
    if (fields.Has("Days") || fields.Has("Date")) rule.expiration = ReadTime(fields);
  }
  for (const Json& each : in.List("Transitions")) {
    const Fields fields(each);
    rule.transitions.push_back({ReadTime(fields), fields.StringOr("StorageClass", "")});
  }
  if (const Json* const expiration = in.Find("NoncurrentVersionExpiration")) {
    rule.noncurrent_expiration = ReadNoncurrentTime(Fields(*expiration));
  }
  for (const Json& each : in.List("NoncurrentVersionTransitions")) {
    const Fields fields(each);
    rule.noncurrent_transitions.push_back({ReadNoncurrentTime(fields), fields.StringOr("StorageClass", "")});
  }
  if (const Json* const abort = in.Find("AbortIncompleteMultipartUpload")) {
    rule.abort_uploads = Fields(*abort).OptionalInt("DaysAfterInitiation");
  }
  return rule;
}

LifecycleRules ToLifecycleRules(const Json& document) {
  const Fields in(document);
  LifecycleRules out;
  out.varies_by_storage_class = in.StringOr("TransitionDefaultMinimumObjectSize", "") == "varies_by_storage_class";
  for (const Json& rule : in.List("Rules")) {
    const Fields fields(rule);
    if (fields.StringOr("Status", "") == "Enabled") out.rules.push_back(ToLifecycleRule(rule));
  }
  return out;
}

std::optional<LifecycleRules> LifecycleRulesOf(const Bucket& bucket) {
  const Json* const document = bucket.Setting(kLifecycleDocument);
  if (document == nullptr) return std::nullopt;
  LifecycleRules rules = ToLifecycleRules(*document);
  if (rules.rules.empty()) return std::nullopt;
  return rules;
}

// "adding the number of days specified in the rule to the object creation time and rounding up the resulting time to the next day at midnight UTC"
TimePoint MidnightAfter(TimePoint made, std::int64_t days) {
  return std::chrono::floor<std::chrono::days>(made) + std::chrono::days(days + 1);
}

int DepthOf(std::string_view storage_class) {
  const auto found = std::find(kWaterfall.begin(), kWaterfall.end(), storage_class);
  return found == kWaterfall.end() ? 0 : static_cast<int>(found - kWaterfall.begin());
}

bool CanMove(std::string_view from, std::string_view to) {
  return DepthOf(to) > DepthOf(from) && !(from == "ONEZONE_IA" && to == "GLACIER_IR");
}

}  // namespace stratolite::s3
