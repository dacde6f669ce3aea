#include "s3/lifecycle_configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <set>
#include <vector>

#include "s3/errors.hpp"
#include "s3/lifecycle_errors.hpp"
#include "s3/lifecycle_rules.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

namespace refuse = lifecycle_errors;

constexpr std::size_t kMaxRules = 1000;
constexpr std::size_t kMaxRuleId = 255;
constexpr std::size_t kMaxPrefixBytes = 1024;
constexpr std::int64_t kMaxSize = 1'099'511'627'776'000;
constexpr std::int64_t kMaxDays = std::numeric_limits<std::int32_t>::max();
constexpr int kLeastDaysInfrequent = 30;
constexpr std::string_view kMarkers = "ExpiredObjectDeleteMarker";
constexpr std::string_view kAbort = "AbortIncompleteMultipartUpload";
constexpr std::string_view kAllClasses = "all_storage_classes_128K";
constexpr std::array<const char*, 5> kActions = {"Expiration", "Transitions", "NoncurrentVersionExpiration",
                                                 "NoncurrentVersionTransitions", "AbortIncompleteMultipartUpload"};

bool IsInfrequent(std::string_view storage_class) {
  return storage_class == "STANDARD_IA" || storage_class == "ONEZONE_IA";
}

Result<void> CheckIds(const Json& rules) {
  std::set<std::string> ids;
  for (const Json& rule : rules) {
    const std::string id = Fields(rule).StringOr("ID", "");
    if (Utf8Length(id) > kMaxRuleId) return refuse::IdTooLong();
    if (!id.empty() && !ids.insert(id).second) return refuse::DuplicateId();
  }
  return {};
}

Result<void> CheckPredicates(const Fields& in) {
  if (in.StringOr("Prefix", "").size() > kMaxPrefixBytes) return refuse::PrefixTooLong();
  const std::int64_t larger_than = in.IntOr("ObjectSizeGreaterThan", 0);
  const std::int64_t smaller_than = in.IntOr("ObjectSizeLessThan", kMaxSize);
  if (larger_than < 0 || larger_than > kMaxSize) return refuse::LowerSizeOutOfRange();
  if (smaller_than < 1 || smaller_than > kMaxSize) return refuse::UpperSizeOutOfRange();
  if (smaller_than <= larger_than) return refuse::SizesOutOfOrder();
  std::set<std::string> keys;
  for (const Json& tag : in.List("Tags")) {
    if (!keys.insert(Fields(tag).StringOr("Key", "")).second) return refuse::DuplicateTagKeys();
  }
  if (in.Has("Tags")) RETURN_IF_ERROR(ValidateTagSet(in.List("Tags"), TagSubject::kObject));
  if (const Json* const tag = in.Find("Tag")) {
    RETURN_IF_ERROR(ValidateTagSet(Json::array({*tag}), TagSubject::kObject));
  }
  return {};
}

/// One predicate, or And with at least two, or nothing at all.
Result<void> CheckLifecycleFilter(const Json& filter) {
  const Fields in(filter);
  if (filter.size() > 1) return MalformedXml();
  if (const Json* const all = in.Find("And")) {
    std::size_t predicates = Fields(*all).List("Tags").size();
    for (const char* member : {"Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan"}) {
      predicates += Fields(*all).Has(member) ? 1 : 0;
    }
    if (predicates < 2) return MalformedXml();
    return CheckPredicates(Fields(*all));
  }
  return CheckPredicates(in);
}

/// As AWS puts a rule's filter into a sentence.
std::string Spell(const LifecycleFilter& filter) {
  std::vector<std::string> parts;
  if (!filter.prefix.empty()) parts.push_back("prefix=" + filter.prefix);
  for (const auto& [key, value] : filter.tags) parts.push_back(fmt::format("tag={{key={}, value={}}}", key, value));
  if (filter.larger_than) parts.push_back(fmt::format("objectsizegreaterthan={}", *filter.larger_than));
  if (filter.smaller_than) parts.push_back(fmt::format("objectsizelessthan={}", *filter.smaller_than));
  if (parts.empty()) parts.emplace_back("prefix=");
  return fmt::format("({})", fmt::join(parts, " and "));
}

Result<void> CheckDate(const Fields& in) {
  const auto date = in.OptionalTime("Date");
  if (date && std::chrono::floor<std::chrono::days>(*date) != *date) return refuse::NotMidnight();
  return {};
}

/// A number of days that must be there. `least`: 0 or 1.
Result<void> CheckDays(const Fields& in, std::string_view member, std::string_view action, std::int64_t least) {
  const auto days = in.OptionalInt(member);
  if (!days || *days > kMaxDays) return MalformedXml();
  if (*days >= least) return {};
  return least > 0 ? refuse::DaysNotPositive(member, action) : refuse::DaysNegative(member, action);
}

Result<void> CheckNewerVersions(const Fields& in, bool filters) {
  const auto newer = in.OptionalInt("NewerNoncurrentVersions");
  if (!newer) return {};
  if (!filters) return refuse::NewerVersionsBesidePrefixes();
  return *newer > 0 ? Result<void>() : refuse::NewerVersionsNotPositive();
}

Result<void> CheckExpiration(const Fields& rule) {
  const Json* const expiration = rule.Find("Expiration");
  if (expiration == nullptr) return {};
  const Fields in(*expiration);
  if (expiration->size() != 1) return MalformedXml();
  if (in.Has("Days")) return CheckDays(in, "Days", "Expiration", 1);
  return CheckDate(in);
}

Result<void> CheckNoncurrent(const Fields& rule, bool filters) {
  if (const Json* const expiration = rule.Find("NoncurrentVersionExpiration")) {
    const Fields in(*expiration);
    RETURN_IF_ERROR(CheckDays(in, "NoncurrentDays", "NoncurrentVersionExpiration", 1));
    RETURN_IF_ERROR(CheckNewerVersions(in, filters));
  }
  return {};
}

Result<void> CheckAbort(const Fields& rule) {
  const Json* const abort = rule.Find(kAbort);
  return abort == nullptr ? Result<void>() : CheckDays(Fields(*abort), "DaysAfterInitiation", kAbort, 1);
}

/// What cannot be told of everything that the filter may be about.
Result<void> CheckActionsAgainstFilter(const Fields& rule, const LifecycleFilter& filter) {
  const bool sizes = filter.larger_than || filter.smaller_than;
  if (Fields(rule.Object("Expiration")).Has(kMarkers)) {
    if (!filter.tags.empty()) return refuse::WithTags(kMarkers);
    if (sizes) return refuse::WithSizes(kMarkers);
  }
  if (rule.Has(kAbort)) {
    if (!filter.tags.empty()) return refuse::WithTags(kAbort);
    if (sizes) return refuse::WithSizes(kAbort);
  }
  return {};
}

/// One transition of either kind: when, in days or microseconds, and where to.
struct Move {
  std::string storage_class;
  std::int64_t when = 0;
};

/// Each class once, and further down the waterfall later; what went to a class of infrequent access stays there for thirty days.
Result<void> CheckOrder(std::vector<Move> moves, std::string_view member, std::string_view action,
                        std::string_view filter) {
  std::stable_sort(moves.begin(), moves.end(), [](const Move& one, const Move& other) {
    return DepthOf(one.storage_class) < DepthOf(other.storage_class);
  });
  for (std::size_t i = 1; i < moves.size(); ++i) {
    if (moves[i].storage_class == moves[i - 1].storage_class) return refuse::SameStorageClass(action, filter);
  }
  for (std::size_t i = 1; i < moves.size(); ++i) {
    const Move& earlier = moves[i - 1];
    const Move& later = moves[i];
    const int least = IsInfrequent(earlier.storage_class) && member != "Date" ? kLeastDaysInfrequent : 0;
    if (later.when > earlier.when && later.when - earlier.when >= least) continue;
    return refuse::TransitionsOutOfOrder(member, action, later.storage_class, earlier.storage_class, filter, least);
  }
  return {};
}

Result<std::vector<Move>> ReadTransitions(const Fields& rule, bool& by_date, bool& by_days) {
  std::vector<Move> moves;
  for (const Json& each : rule.List("Transitions")) {
    const Fields in(each);
    const std::string storage_class = in.StringOr("StorageClass", "");
    const auto date = in.OptionalTime("Date");
    if (storage_class.empty() || date.has_value() == in.Has("Days")) return MalformedXml();
    if (date) {
      RETURN_IF_ERROR(CheckDate(in));
      by_date = true;
      moves.push_back({storage_class, date->time_since_epoch().count()});
      continue;
    }
    RETURN_IF_ERROR(CheckDays(in, "Days", "Transition", 0));
    const std::int64_t days = in.IntOr("Days", 0);
    if (IsInfrequent(storage_class) && days < kLeastDaysInfrequent) {
      return refuse::TooFewDays("Days", "Transition", storage_class);
    }
    by_days = true;
    moves.push_back({storage_class, days});
  }
  return moves;
}

Result<void> CheckTransitions(const Fields& rule, std::string_view filter) {
  bool by_date = false;
  bool by_days = false;
  ASSIGN_OR_RETURN(const std::vector<Move> moves, ReadTransitions(rule, by_date, by_days));
  if (moves.empty()) return {};
  if (by_date && by_days) return refuse::MixedTransitionTimes(filter);
  const std::string_view member = by_date ? "Date" : "Days";
  RETURN_IF_ERROR(CheckOrder(moves, member, "Transition", filter));
  const Fields expiration(rule.Object("Expiration"));
  if (expiration.Has(by_date ? "Days" : "Date")) return refuse::MixedTimes(filter);
  if (!expiration.Has(member)) return {};
  const auto date = expiration.OptionalTime("Date");
  const std::int64_t end = date ? date->time_since_epoch().count() : expiration.IntOr("Days", 0);
  const bool later = std::all_of(moves.begin(), moves.end(), [&](const Move& move) { return move.when < end; });
  return later ? Result<void>() : refuse::ExpirationTooEarly(member, filter);
}

Result<void> CheckNoncurrentTransitions(const Fields& rule, std::string_view filter, bool filters) {
  constexpr std::string_view kAction = "NoncurrentVersionTransition";
  std::vector<Move> moves;
  for (const Json& each : rule.List("NoncurrentVersionTransitions")) {
    const Fields in(each);
    const std::string storage_class = in.StringOr("StorageClass", "");
    if (storage_class.empty()) return MalformedXml();
    RETURN_IF_ERROR(CheckDays(in, "NoncurrentDays", kAction, 0));
    RETURN_IF_ERROR(CheckNewerVersions(in, filters));
    const std::int64_t days = in.IntOr("NoncurrentDays", 0);
    if (IsInfrequent(storage_class) && days < kLeastDaysInfrequent) {
      return refuse::TooFewDays("NoncurrentDays", kAction, storage_class);
    }
    moves.push_back({storage_class, days});
  }
  RETURN_IF_ERROR(CheckOrder(moves, "NoncurrentDays", kAction, filter));
  const auto end = Fields(rule.Object("NoncurrentVersionExpiration")).OptionalInt("NoncurrentDays");
  const bool later =
      !end || std::all_of(moves.begin(), moves.end(), [&](const Move& move) { return move.when < *end; });
  return later ? Result<void>() : refuse::NoncurrentExpirationTooEarly(filter);
}

Result<void> CheckLifecycleRule(const Json& document, bool filters) {
  const Fields rule(document);
  const Json* const filter = rule.Find("Filter");
  if (filter == nullptr && !rule.Has("Prefix")) return MalformedXml();
  if (filters && rule.Has("Prefix")) return refuse::PrefixBesideFilters();
  if (!filters && filter != nullptr) return refuse::FilterBesidePrefixes();
  RETURN_IF_ERROR(filter == nullptr ? CheckPredicates(rule) : CheckLifecycleFilter(*filter));
  if (std::none_of(kActions.begin(), kActions.end(), [&](const char* action) { return rule.Has(action); })) {
    return refuse::NoAction();
  }
  RETURN_IF_ERROR(CheckExpiration(rule));
  RETURN_IF_ERROR(CheckNoncurrent(rule, filters));
  RETURN_IF_ERROR(CheckAbort(rule));
  const LifecycleFilter read = ToLifecycleRule(document).filter;
  RETURN_IF_ERROR(CheckActionsAgainstFilter(rule, read));
  const std::string spelled = Spell(read);
  RETURN_IF_ERROR(CheckTransitions(rule, spelled));
  return CheckNoncurrentTransitions(rule, spelled, filters);
}

/// Rules of the older kind must not be about the same objects. In order, a prefix that begins another begins the one after it.
Result<void> CheckOverlaps(const Json& rules) {
  for (const std::string_view action : kActions) {
    std::vector<std::string> prefixes;
    for (const Json& rule : rules) {
      if (rule.contains(action)) prefixes.push_back(Fields(rule).StringOr("Prefix", ""));
    }
    std::sort(prefixes.begin(), prefixes.end());
    for (std::size_t i = 1; i < prefixes.size(); ++i) {
      if (!prefixes[i].starts_with(prefixes[i - 1])) continue;
      const std::string_view element = action.ends_with("s") ? action.substr(0, action.size() - 1) : action;
      return refuse::OverlappingPrefixes(prefixes[i - 1], prefixes[i], element);
    }
  }
  return {};
}

}  // namespace

Result<Json> ReadLifecycleConfiguration(const Json& configuration, const std::string& minimum_size,
                                        runtime::Random& random) {
  if (!minimum_size.empty() && minimum_size != kAllClasses && minimum_size != "varies_by_storage_class") {
    return refuse::BadDefaultMinimumSize();
  }
  Json rules = Fields(configuration).List("Rules");
  if (rules.empty()) return refuse::NoRules();
  if (rules.size() > kMaxRules) return refuse::TooManyRules();
  RETURN_IF_ERROR(CheckIds(rules));
  // "Lifecycle V2", in AWS's words: since rules have filters.
  const bool filters = rules.front().contains("Filter");
  for (Json& rule : rules) {
    RETURN_IF_ERROR(CheckLifecycleRule(rule, filters));
    // Forty-eight letters and digits, as AWS's are.
    if (Fields(rule).StringOr("ID", "").empty()) rule["ID"] = Base64Encode(random.Uuid());
  }
  if (!filters) RETURN_IF_ERROR(CheckOverlaps(rules));
  return Json{{"Rules", std::move(rules)},
              {"TransitionDefaultMinimumObjectSize", minimum_size.empty() ? std::string(kAllClasses) : minimum_size}};
}

}  // namespace stratolite::s3
