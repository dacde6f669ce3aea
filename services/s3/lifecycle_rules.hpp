#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "s3/model.hpp"
#include "s3/object_tags.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/time.hpp"

/// A bucket's lifecycle configuration as those read it who act by it. Plain data, and functions of it.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
namespace stratolite::s3 {

/// Kind of s3_bucket_document: the answer of GetBucketLifecycleConfiguration.
inline constexpr std::string_view kLifecycleDocument = "lifecycle";

/// What a rule is about: all of it must hold.
struct LifecycleFilter {
  std::string prefix;
  TagMap tags;
  std::optional<std::uint64_t> larger_than;
  std::optional<std::uint64_t> smaller_than;

  /// Everything but the tags.
  bool Covers(std::string_view key, std::uint64_t size) const;
  bool HasTags(const TagMap& of_object) const;
};

/// One of both: so many days after the version was made, or a midnight UTC from which on everything is due.
struct LifecycleTime {
  std::int64_t days = 0;
  std::optional<TimePoint> date;

  TimePoint DueOf(TimePoint made) const;
};

struct LifecycleTransition {
  LifecycleTime time;
  std::string storage_class;
};

/// Of versions that are no longer the newest: so many days after that, and not before there are so many newer noncurrent ones.
struct NoncurrentTime {
  std::int64_t days = 0;
  std::int64_t newer_versions = 0;
};

struct NoncurrentTransition {
  NoncurrentTime time;
  std::string storage_class;
};

struct LifecycleRule {
  std::string id;
  LifecycleFilter filter;
  std::optional<LifecycleTime> expiration;
  /// Delete markers with nothing behind them go.
  bool expires_markers = false;
  std::vector<LifecycleTransition> transitions;
  std::optional<NoncurrentTime> noncurrent_expiration;
  std::vector<NoncurrentTransition> noncurrent_transitions;
  /// Days after their initiation.
  std::optional<std::int64_t> abort_uploads;

  /// Whether objects of `size` bytes may go to `storage_class`: small ones stay where they are unless the rule itself says for which sizes it is.
  bool MayMove(std::uint64_t size, std::string_view storage_class, bool varies_by_storage_class) const;
};

struct LifecycleRules {
  /// Those that are enabled, in the order of the configuration.
  std::vector<LifecycleRule> rules;
  /// TransitionDefaultMinimumObjectSize; false: all_storage_classes_128K.
  bool varies_by_storage_class = false;
};

/// One element of `Rules`.
LifecycleRule ToLifecycleRule(const Json& rule);
/// Of what kLifecycleDocument holds. Throws on anything else.
LifecycleRules ToLifecycleRules(const Json& document);
/// nullopt: the bucket has no rules that are enabled.
std::optional<LifecycleRules> LifecycleRulesOf(const Bucket& bucket);

/// The first midnight UTC after `days` days have passed.
TimePoint MidnightAfter(TimePoint made, std::int64_t days);

/// How far down the waterfall of storage classes one is; those one may move to lie further down.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
int DepthOf(std::string_view storage_class);
bool CanMove(std::string_view from, std::string_view to);

}  // namespace stratolite::s3
