#include "s3/lifecycle_decision.hpp"

#include <algorithm>
#include <optional>

namespace stratolite::s3 {
namespace {

using Action = LifecycleDecision::Action;

/// Collects what the rules say of one subject.
class Verdict {
 public:
  Verdict(const LifecycleRules& rules, const LifecycleSubject& subject, TimePoint day,
          const std::function<TagMap()>& tags)
      : rules_(rules), subject_(subject), day_(day), tags_(tags) {}

  void AskCurrent(const LifecycleRule& rule) {
    if (rule.expiration && IsDue(rule, rule.expiration->DueOf(subject_.made))) expires_ = true;
    for (const LifecycleTransition& transition : rule.transitions) {
      if (!CanGo(rule, transition.storage_class)) continue;
      if (IsDue(rule, transition.time.DueOf(subject_.made))) Move(transition.storage_class);
    }
  }

  /// "If the current version is the only one and also a delete marker": it goes with its age, or as soon as a rule says so.
  void AskMarker(const LifecycleRule& rule) {
    if (!subject_.is_alone) return;
    if (rule.expires_markers) expires_ = true;
    if (rule.expiration && IsDue(rule, rule.expiration->DueOf(subject_.made))) expires_ = true;
  }

  void AskNoncurrent(const LifecycleRule& rule) {
    if (rule.noncurrent_expiration && IsDue(rule, *rule.noncurrent_expiration)) expires_ = true;
    if (subject_.is_delete_marker) return;
    for (const NoncurrentTransition& transition : rule.noncurrent_transitions) {
      if (CanGo(rule, transition.storage_class) && IsDue(rule, transition.time)) Move(transition.storage_class);
    }
  }

  bool expires() const { return expires_; }
  const std::string& storage_class() const { return storage_class_; }
  TimePoint next() const { return next_; }

 private:
  bool CanGo(const LifecycleRule& rule, std::string_view storage_class) const {
    return CanMove(subject_.storage_class, storage_class) &&
           rule.MayMove(subject_.size, storage_class, rules_.varies_by_storage_class);
  }

  bool IsDue(const LifecycleRule& rule, TimePoint due) {
    if (due > day_) {
      next_ = std::min(next_, due);
      return false;
    }
    if (rule.filter.tags.empty()) return true;
    if (!known_tags_) known_tags_ = tags_();
    return rule.filter.HasTags(*known_tags_);
  }

  bool IsDue(const LifecycleRule& rule, const NoncurrentTime& time) {
    return subject_.newer_noncurrent >= time.newer_versions &&
           IsDue(rule, MidnightAfter(subject_.noncurrent_since, time.days));
  }

  void Move(const std::string& storage_class) {
    if (storage_class_.empty() || DepthOf(storage_class) > DepthOf(storage_class_)) storage_class_ = storage_class;
  }

  const LifecycleRules& rules_;
  const LifecycleSubject& subject_;
  const TimePoint day_;
  const std::function<TagMap()>& tags_;
  std::optional<TagMap> known_tags_;
  bool expires_ = false;
  std::string storage_class_;
  TimePoint next_ = TimePoint::max();
};

}  // namespace

LifecycleDecision Decide(const LifecycleRules& rules, Versioning versioning, const LifecycleSubject& subject,
                         TimePoint day, const std::function<TagMap()>& tags) {
  Verdict verdict(rules, subject, day, tags);
  for (const LifecycleRule& rule : rules.rules) {
    if (!rule.filter.Covers(subject.key, subject.size)) continue;
    if (!subject.is_latest) {
      verdict.AskNoncurrent(rule);
    } else if (subject.is_delete_marker) {
      verdict.AskMarker(rule);
    } else {
      verdict.AskCurrent(rule);
    }
  }
  LifecycleDecision decision{.next = verdict.next()};
  const bool hides = subject.is_latest && !subject.is_delete_marker && versioning != Versioning::kNever;
  // A marker of a bucket with suspended versioning takes the place of its null version: that is gone for good.
  const bool replaces = hides && versioning == Versioning::kSuspended && subject.is_null_version;
  if (verdict.expires() && (!hides || replaces)) {
    decision.action = hides ? Action::kInsertMarker : Action::kRemove;
  } else if (!verdict.storage_class().empty()) {
    decision.action = Action::kMove;
    decision.storage_class = verdict.storage_class();
  } else if (verdict.expires()) {
    decision.action = Action::kInsertMarker;
  }
  return decision;
}

}  // namespace stratolite::s3
