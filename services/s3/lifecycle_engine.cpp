#include "s3/lifecycle_engine.hpp"

#include <algorithm>
#include <chrono>

#include "s3/object_lock.hpp"
#include "s3/object_writing.hpp"
#include "s3/own_calls.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"

namespace stratolite::s3 {
namespace {

using Action = LifecycleDecision::Action;

constexpr std::string_view kLifecycleTask = "s3.lifecycle";
constexpr std::string_view kLifecycleCall = "LifecycleRule";
constexpr auto kOneDay = std::chrono::days(1);
/// Changes of one transaction: some tens of milliseconds, for which other writers wait.
constexpr std::size_t kActionsPerStep = 1000;
/// Rows of one snapshot, and how many snapshots one step of a walk may take where nothing is due.
constexpr std::size_t kRowsPerPage = 20'000;
constexpr int kPagesPerStep = 10;

std::int64_t MicrosOf(TimePoint time) { return time.time_since_epoch().count(); }
TimePoint TimeOfMicros(const Json& micros) { return TimePoint(Duration(micros.get<std::int64_t>())); }

/// Keys may hold anything.
std::string KeyText(const std::string& key) { return Base64Encode(key); }
std::string KeyOf(const Json& text) { return Base64Decode(text.get<std::string>()).value_or(std::string()); }

}  // namespace

LifecycleEngine::LifecycleEngine(Parts& parts) : parts_(parts) {
  parts_.deps.scheduler.Register(std::string(kLifecycleTask), [this](const runtime::DueTask& task) { Run(task); });
}

void LifecycleEngine::Configured(storage::Txn& txn, const Bucket& bucket, bool begin) {
  txn.OnCommit([this, id = bucket.id] {
    const std::scoped_lock lock(mutex_);
    findings_.erase(id);
  });
  if (!begin) return parts_.deps.scheduler.Cancel(txn, kLifecycleTask, std::to_string(bucket.id));
  Walk walk{.bucket = bucket.id, .name = bucket.name};
  walk.day = std::chrono::floor<std::chrono::days>(parts_.deps.clock.Now()) + kOneDay;
  Schedule(txn, walk, walk.day);
}

void LifecycleEngine::Clear() {
  const std::scoped_lock lock(mutex_);
  findings_.clear();
}

void LifecycleEngine::Run(const runtime::DueTask& task) {
  Walk walk = Read(task.payload);
  const BucketPtr bucket = parts_.buckets.Find(walk.name);
  if (!bucket || bucket->id != walk.bucket) return;
  const auto rules = LifecycleRulesOf(*bucket);
  if (!rules) return;
  if (!walk.has_begun()) {
    if (CanSkip(walk)) {
      return parts_.deps.db.Transact([&](storage::Txn& txn) { ScheduleNext(txn, walk); });
    }
    Begin(walk);
  }
  const Step step = Plan(*bucket, *rules, walk);
  Perform(*bucket, walk, step);
}

bool LifecycleEngine::CanSkip(const Walk& walk) {
  // Within a transaction: whatever was changed before is committed, and counted.
  const std::uint64_t changes =
      parts_.deps.db.Transact([&](storage::Txn&) { return parts_.objects.changes() + parts_.uploads.changes(); });
  const std::scoped_lock lock(mutex_);
  const auto found = findings_.find(walk.bucket);
  if (found == findings_.end()) return false;
  const Findings& before = found->second;
  return before.complete && !before.acted && before.changes == changes && walk.day < before.next;
}

void LifecycleEngine::Begin(const Walk& walk) {
  Findings findings;
  findings.changes =
      parts_.deps.db.Transact([&](storage::Txn&) { return parts_.objects.changes() + parts_.uploads.changes(); });
  const std::scoped_lock lock(mutex_);
  findings_.insert_or_assign(walk.bucket, findings);
}

LifecycleEngine::Step LifecycleEngine::Plan(const Bucket& bucket, const LifecycleRules& rules, Walk& walk) {
  Step step;
  if (!walk.at_uploads) PlanVersionPages(bucket, rules, walk, step);
  if (!walk.at_uploads || !step.actions.empty()) return step;
  const UploadPlan plan = parts_.deps.db.Read([&](storage::Reader& reader) {
    return PlanUploads(reader, parts_.uploads, bucket, rules, walk.day, walk.uploads, kActionsPerStep);
  });
  step.aborts = plan.aborts;
  step.is_last = !plan.resume;
  if (plan.resume) walk.uploads = *plan.resume;
  Note(bucket.id, plan.next, !plan.aborts.empty());
  return step;
}

void LifecycleEngine::PlanVersionPages(const Bucket& bucket, const LifecycleRules& rules, Walk& walk, Step& step) {
  for (int page = 0; page < kPagesPerStep && step.actions.empty(); ++page) {
    LifecyclePlan plan = parts_.deps.db.Read([&](storage::Reader& reader) {
      return PlanVersions(reader, parts_.objects, bucket, rules, walk.day, walk.versions, kActionsPerStep,
                          kRowsPerPage);
    });
    step.actions = std::move(plan.actions);
    Note(bucket.id, plan.next, !step.actions.empty());
    walk.at_uploads = !plan.resume;
    walk.versions = std::move(plan.resume);
    if (walk.at_uploads) return;
  }
}

void LifecycleEngine::Perform(const Bucket& found, const Walk& walk, const Step& step) {
  if (step.is_last) {
    const std::scoped_lock lock(mutex_);
    if (const auto findings = findings_.find(walk.bucket); findings != findings_.end())
      findings->second.complete = true;
  }
  parts_.deps.db.Transact([&](storage::Txn& txn) {
    const auto bucket = StillThere(parts_, txn, found);
    if (!bucket.ok()) return;
    for (const PlannedAction& action : step.actions) Apply(txn, **bucket, walk.day, action);
    for (const UploadPosition& abort : step.aborts) {
      const auto upload = parts_.uploads.Find(txn, found.id, abort.key, abort.upload_id);
      if (upload) parts_.uploads.Remove(txn, *upload);
    }
    if (step.is_last) return ScheduleNext(txn, walk);
    // Behind whatever else is due by now.
    Schedule(txn, walk, std::max(walk.day, parts_.deps.clock.Now()));
  });
}

void LifecycleEngine::Apply(storage::Txn& txn, const Bucket& bucket, TimePoint day, const PlannedAction& action) {
  // Whoever wrote between the plan and this transaction was first.
  auto object = parts_.objects.Find(txn, action.object);
  if (!object || object->is_latest != action.was_latest || object->storage_class != action.storage_class_before) return;
  const Call call = MakeOwnCall(parts_, bucket, kLifecycleCall);
  switch (action.decision.action) {
    case Action::kNothing:
      return;
    case Action::kRemove:
      if (!CheckNotLocked(*object, day, /*bypass_governance=*/false).ok()) return;
      parts_.objects.Remove(txn, *object);
      parts_.notifications.Announce(txn, call, bucket, *object, "LifecycleExpiration:Delete");
      return;
    case Action::kInsertMarker: {
      Object marker;
      marker.key = object->key;
      marker.is_delete_marker = true;
      marker.last_modified = day;
      AddVersion(parts_, txn, call, bucket, marker, {}, "LifecycleExpiration:DeleteMarkerCreated");
      return;
    }
    case Action::kMove:
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html: not before it was replicated.
      if (object->details.replication_status == "PENDING") return;
      object->storage_class = action.decision.storage_class;
      parts_.objects.SetStorageClass(txn, object->id, object->storage_class);
      parts_.notifications.Announce(txn, call, bucket, *object, "LifecycleTransition");
      return;
  }
}

void LifecycleEngine::Note(BucketId bucket, TimePoint next, bool acted) {
  const std::scoped_lock lock(mutex_);
  const auto found = findings_.find(bucket);
  if (found == findings_.end()) return;
  found->second.next = std::min(found->second.next, next);
  found->second.acted = found->second.acted || acted;
}

void LifecycleEngine::ScheduleNext(storage::Txn& txn, const Walk& walk) {
  Walk next{.bucket = walk.bucket, .name = walk.name};
  next.day = walk.day + kOneDay;
  Schedule(txn, next, next.day);
}

void LifecycleEngine::Schedule(storage::Txn& txn, const Walk& walk, TimePoint due) {
  parts_.deps.scheduler.Schedule(txn, kLifecycleTask,
                                 {.key = std::to_string(walk.bucket), .due = due, .payload = Write(walk)});
}

std::string LifecycleEngine::Write(const Walk& walk) {
  Json json = {{"bucket", walk.bucket}, {"name", walk.name}, {"day", MicrosOf(walk.day)}};
  if (walk.at_uploads) {
    json["uploads"] = {{"key", KeyText(walk.uploads.key)}, {"id", walk.uploads.upload_id}};
  } else if (walk.versions) {
    json["versions"] = {{"key", KeyText(walk.versions->key)},
                        {"older_than", walk.versions->older_than},
                        {"since", MicrosOf(walk.versions->noncurrent_since)},
                        {"newer", walk.versions->newer_noncurrent}};
  }
  return json.dump();
}

LifecycleEngine::Walk LifecycleEngine::Read(const std::string& payload) {
  const Json json = Json::parse(payload);
  Walk walk{.bucket = json.at("bucket").get<BucketId>(), .name = json.at("name").get<std::string>()};
  walk.day = TimeOfMicros(json.at("day"));
  if (const auto at = json.find("uploads"); at != json.end()) {
    walk.at_uploads = true;
    walk.uploads = {KeyOf(at->at("key")), at->at("id").get<std::string>()};
  } else if (const auto versions = json.find("versions"); versions != json.end()) {
    walk.versions = LifecyclePosition{KeyOf(versions->at("key")), versions->at("older_than").get<ObjectId>(),
                                      TimeOfMicros(versions->at("since")), versions->at("newer").get<std::int64_t>()};
  }
  return walk;
}

}  // namespace stratolite::s3
