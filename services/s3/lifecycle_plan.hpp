#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "s3/lifecycle_decision.hpp"
#include "s3/object_store.hpp"
#include "s3/upload_store.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {

/// How far a walk through a bucket's versions has come: to the end of `key`, or to its version `older_than`, with what is known of the newer ones.
struct LifecyclePosition {
  std::string key;
  /// 0: no version of `key` is left.
  ObjectId older_than = 0;
  TimePoint noncurrent_since = {};
  std::int64_t newer_noncurrent = 0;
};

/// One change that is due.
struct PlannedAction {
  ObjectId object = 0;
  bool was_latest = true;
  std::string storage_class_before;
  LifecycleDecision decision;
};

struct LifecyclePlan {
  std::vector<PlannedAction> actions;
  /// nullopt: that was all.
  std::optional<LifecyclePosition> resume;
  /// When any version that was looked at may be due next.
  TimePoint next = TimePoint::max();
};

/// What is due of a bucket's versions at `day`, from `from` on (nullopt: from the beginning): at most `max_actions`, or so many as `max_rows` rows hold. Walks
/// through the indexes of listings, and only where a rule's prefix leads. Blocks.
LifecyclePlan PlanVersions(storage::Reader& reader, ObjectStore& objects, const Bucket& bucket,
                           const LifecycleRules& rules, TimePoint day, const std::optional<LifecyclePosition>& from,
                           std::size_t max_actions, std::size_t max_rows);

struct UploadPosition {
  std::string key;
  std::string upload_id;
};

struct UploadPlan {
  std::vector<UploadPosition> aborts;
  std::optional<UploadPosition> resume;
  TimePoint next = TimePoint::max();
};

/// The same for multipart uploads that were never completed.
UploadPlan PlanUploads(storage::Reader& reader, UploadStore& uploads, const Bucket& bucket, const LifecycleRules& rules,
                       TimePoint day, const UploadPosition& from, std::size_t max_aborts);

}  // namespace stratolite::s3
