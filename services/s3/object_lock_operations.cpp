#include "s3/object_lock_operations.hpp"

#include <string>
#include <utility>

#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/errors.hpp"
#include "s3/object_lock.hpp"
#include "s3/object_lock_errors.hpp"
#include "s3/object_reading.hpp"
#include "s3/object_requests.hpp"
#include "s3/object_writing.hpp"
#include "s3/replication.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

// "The maximum retention period is 100 years."
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
constexpr std::int64_t kMaxRetentionDays = 36'500;
constexpr std::int64_t kMaxRetentionYears = 100;

Result<void> CheckPeriod(const Fields& retention, const char* unit, std::int64_t most) {
  const auto period = retention.OptionalInt(unit);
  if (period && *period <= 0) return DefaultRetentionNotPositive(unit);
  if (period && *period > most) return DefaultRetentionTooLarge(unit);
  return {};
}

/// What is kept of a configuration: what GetObjectLockConfiguration answers.
Result<Json> ReadConfiguration(const Json& document) {
  const Fields given(document);
  if (given.StringOr("ObjectLockEnabled", "") != "Enabled") return MalformedXml();
  Json configuration{{"ObjectLockEnabled", "Enabled"}};
  if (!given.Has("Rule")) return configuration;
  const Fields retention(Fields(given.Object("Rule")).Object("DefaultRetention"));
  if (retention.Has("DefaultEventHold")) return EventHoldNotImplemented("DefaultEventHold");
  const std::string mode = retention.StringOr("Mode", "");
  if (!IsRetentionMode(mode) || retention.Has("Days") == retention.Has("Years")) return MalformedXml();
  RETURN_IF_ERROR(CheckPeriod(retention, "Days", kMaxRetentionDays));
  RETURN_IF_ERROR(CheckPeriod(retention, "Years", kMaxRetentionYears));
  const char* const unit = retention.Has("Days") ? "Days" : "Years";
  configuration["Rule"] = {{"DefaultRetention", {{"Mode", mode}, {unit, retention.IntOr(unit, 0)}}}};
  return configuration;
}

/// nullopt: an empty element, which takes the retention away.
Result<std::optional<Retention>> ReadRetentionElement(const Call& call, TimePoint now) {
  const Json* const element = Fields(call.input).Find("Retention");
  if (element == nullptr) return MalformedXml();
  const Fields given(*element);
  if (given.Has("EventHold") || given.Has("EventHoldDuration")) return EventHoldNotImplemented("EventHold");
  const auto mode = given.OptionalString("Mode");
  const auto until = given.OptionalTime("RetainUntilDate");
  if (!mode && !until) return std::optional<Retention>();
  if (!mode || !until || !IsRetentionMode(*mode)) return MalformedXml();
  if (*until <= now) return RetainUntilDatePassed("RetainUntilDate", PacificTime(*until));
  return std::optional(Retention{*mode, *until});
}

}  // namespace

void ObjectLockOperations::Register(OperationTable& operations) {
  using Self = ObjectLockOperations;
  operations.Add("PutObjectLockConfiguration", this, &Self::PutObjectLockConfiguration).partial_note = "no event holds";
  operations.Add("GetObjectLockConfiguration", this, &Self::GetObjectLockConfiguration);
  operations.Add("PutObjectRetention", this, &Self::PutObjectRetention).partial_note = "no event holds";
  operations.Add("GetObjectRetention", this, &Self::GetObjectRetention);
  operations.Add("PutObjectLegalHold", this, &Self::PutObjectLegalHold);
  operations.Add("GetObjectLegalHold", this, &Self::GetObjectLegalHold);
}

Result<Json> ObjectLockOperations::PutObjectLockConfiguration(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json document, ReadDocument(call, "ObjectLockConfiguration"));
  ASSIGN_OR_RETURN(const Json configuration, ReadConfiguration(document));
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const BucketPtr current, StillThere(parts_, txn, *bucket));
    if (current->versioning != Versioning::kEnabled) return VersioningRequiredForLock();
    parts_.buckets.SetDocument(txn, *current, kObjectLockDocument, configuration);
    return Json::object();
  });
}

Result<Json> ObjectLockOperations::GetObjectLockConfiguration(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Json* const configuration = bucket->Setting(kObjectLockDocument);
  if (configuration == nullptr) return NoObjectLockConfiguration(bucket->name);
  return Json{{"ObjectLockConfiguration", *configuration}};
}

Result<Json> ObjectLockOperations::PutObjectRetention(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const TimePoint now = parts_.deps.clock.Now();
  ASSIGN_OR_RETURN(const auto wanted, ReadRetentionElement(call, now));
  const bool bypass = Fields(call.input).BoolOr("BypassGovernanceRetention", false);
  const auto change = [&](ObjectDetails& details) -> Result<void> {
    RETURN_IF_ERROR(CheckRetentionChange(details, wanted, now, bypass));
    details.retention = wanted;
    return {};
  };
  return ChangeVersion(call, *bucket, change, "ObjectRetention:Put");
}

Result<Json> ObjectLockOperations::GetObjectRetention(const Call& call) {
  ASSIGN_OR_RETURN(const Object object, ReadVersion(call));
  const auto& retention = object.details.retention;
  if (!retention) return NoObjectLockOfVersion();
  return Json{{"Retention", {{"Mode", retention->mode}, {"RetainUntilDate", ToJson(retention->until)}}}};
}

Result<Json> ObjectLockOperations::PutObjectLegalHold(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const std::string status = Fields(Fields(call.input).Object("LegalHold")).StringOr("Status", "");
  if (status != "ON" && status != "OFF") return MalformedXml();
  const auto change = [&](ObjectDetails& details) -> Result<void> {
    details.legal_hold = status == "ON";
    details.legal_hold_released = !details.legal_hold;
    return {};
  };
  return ChangeVersion(call, *bucket, change, {});
}

Result<Json> ObjectLockOperations::GetObjectLegalHold(const Call& call) {
  ASSIGN_OR_RETURN(const Object object, ReadVersion(call));
  const ObjectDetails& details = object.details;
  if (!details.legal_hold && !details.legal_hold_released) return NoObjectLockOfVersion();
  return Json{{"LegalHold", {{"Status", details.legal_hold ? "ON" : "OFF"}}}};
}

Result<Json> ObjectLockOperations::ChangeVersion(const Call& call, const Bucket& bucket, const Change& change,
                                                 std::string_view event) {
  if (!HasObjectLock(bucket)) return MissingObjectLock();
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  ASSIGN_OR_RETURN(const auto version_id, ReadVersionId(call));
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const BucketPtr current, StillThere(parts_, txn, bucket));
    ASSIGN_OR_RETURN(Object object, FindObject(parts_, txn, *current, key, version_id, "PUT"));
    RETURN_IF_ERROR(change(object.details));
    parts_.objects.SetDetails(txn, object.id, object.details);
    QueueReplicationOfChange(parts_, txn, *current, object);
    if (!event.empty()) parts_.notifications.Announce(txn, call, *current, object, event);
    return Json::object();
  });
}

Result<Object> ObjectLockOperations::ReadVersion(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  if (!HasObjectLock(*bucket)) return MissingObjectLock();
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  ASSIGN_OR_RETURN(const auto version_id, ReadVersionId(call));
  return parts_.deps.db.Read(
      [&](storage::Reader& reader) { return FindObject(parts_, reader, *bucket, key, version_id, "GET"); });
}

}  // namespace stratolite::s3
