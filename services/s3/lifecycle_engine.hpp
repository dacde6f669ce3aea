#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "s3/lifecycle_plan.hpp"
#include "s3/parts.hpp"
#include "stratolite/runtime/scheduler.hpp"

namespace stratolite::s3 {

/// Lifecycle rules at work: every midnight UTC of the world's clock it walks through the buckets that have rules, and does what is due. Midnights that passed
/// while no process ran are made up for one by one, with the outcome that they would have had. A walk goes in steps, each of them one bounded transaction which
/// also writes down how far it came, so that it survives the process and lets others write in between. Buckets without rules have no task at all, and a walk
/// that could find nothing new is left out. Locked versions stay. One per service. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
class LifecycleEngine {
 public:
  explicit LifecycleEngine(Parts& parts);

  /// A bucket got rules (`begin`: any that are enabled) or lost them, in this transaction.
  void Configured(storage::Txn& txn, const Bucket& bucket, bool begin);
  /// Forgets what memory holds (reset).
  void Clear();

 private:
  /// Where a walk is, between its steps.
  struct Walk {
    BucketId bucket = 0;
    std::string name = {};
    TimePoint day = {};
    /// Versions first, then uploads.
    bool at_uploads = false;
    std::optional<LifecyclePosition> versions = {};
    UploadPosition uploads = {};
    bool has_begun() const { return at_uploads || versions; }
  };
  /// What a walk has seen, for as long as this process lives: lost, it only costs another walk.
  struct Findings {
    /// Of the stores when it began.
    std::uint64_t changes = 0;
    TimePoint next = TimePoint::max();
    bool acted = false;
    bool complete = false;
  };
  /// What one step is going to do.
  struct Step {
    std::vector<PlannedAction> actions;
    std::vector<UploadPosition> aborts;
    bool is_last = false;
  };

  void Run(const runtime::DueTask& task);
  bool CanSkip(const Walk& walk);
  void Begin(const Walk& walk);
  Step Plan(const Bucket& bucket, const LifecycleRules& rules, Walk& walk);
  void PlanVersionPages(const Bucket& bucket, const LifecycleRules& rules, Walk& walk, Step& step);
  void Perform(const Bucket& bucket, const Walk& walk, const Step& step);
  void Apply(storage::Txn& txn, const Bucket& bucket, TimePoint day, const PlannedAction& action);
  void Note(BucketId bucket, TimePoint next, bool acted);
  void ScheduleNext(storage::Txn& txn, const Walk& walk);
  void Schedule(storage::Txn& txn, const Walk& walk, TimePoint due);
  static std::string Write(const Walk& walk);
  static Walk Read(const std::string& payload);

  Parts& parts_;
  std::mutex mutex_;
  /// By bucket, of its last walk. Guarded by mutex_.
  std::unordered_map<BucketId, Findings> findings_;
};

}  // namespace stratolite::s3
