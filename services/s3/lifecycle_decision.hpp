#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "s3/lifecycle_rules.hpp"

namespace stratolite::s3 {

/// A version or delete marker, and where it stands among those of its key: all that decides what becomes of it, but for its tags.
struct LifecycleSubject {
  std::string_view key;
  std::uint64_t size = 0;
  std::string_view storage_class;
  TimePoint made;
  bool is_latest = true;
  bool is_delete_marker = false;
  bool is_null_version = true;
  /// Nothing else has its key.
  bool is_alone = true;
  /// Of noncurrent ones: since when, and how many newer ones are noncurrent, too.
  TimePoint noncurrent_since = {};
  std::int64_t newer_noncurrent = 0;
};

struct LifecycleDecision {
  enum class Action { kNothing, kRemove, kInsertMarker, kMove };
  Action action = Action::kNothing;
  /// Of kMove.
  std::string storage_class = {};
  /// When the rules may say something else, if nobody changes anything until then.
  TimePoint next = TimePoint::max();
};

/// What the rules say at the midnight `day`: one thing. Permanent deletion goes before a transition, a transition before a delete marker, and of several
/// transitions the one furthest down. `tags`: asked at most once, and only where a rule has tags and holds but for them.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
LifecycleDecision Decide(const LifecycleRules& rules, Versioning versioning, const LifecycleSubject& subject,
                         TimePoint day, const std::function<TagMap()>& tags);

}  // namespace stratolite::s3
