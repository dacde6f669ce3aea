#include "s3/restore_operations.hpp"

#include <algorithm>
#include <memory>

#include "s3/bucket_access.hpp"
#include "s3/errors.hpp"
#include "s3/object_reading.hpp"
#include "s3/object_requests.hpp"
#include "s3/object_writing.hpp"
#include "s3/own_calls.hpp"
#include "s3/restoration.hpp"
#include "s3/storage_class.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kRestoreKind = "s3.restore";
constexpr std::string_view kStandardTier = "Standard";
/// Far beyond what makes sense, and far from the end of time.
constexpr std::int64_t kMaxRestoreDays = 36'500;

AwsError RestoreNotAllowed(std::string_view storage_class) {
  AwsError error =
      MakeError("InvalidObjectState", "Restore is not allowed for the object's current storage class", 403);
  error.fields = std::make_shared<const Json>(Json{{"StorageClass", storage_class}});
  return error;
}

/// Intelligent-Tiering's archive tiers are not simulated: its objects are in an active one.
AwsError RestoreFromTier(const std::optional<std::int64_t>& days) {
  if (days) {
    return InvalidArgument(
        "INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days when restoring this object",
        "Days", std::to_string(*days));
  }
  return MakeError("ObjectAlreadyInActiveTierError", "This action is not allowed against this storage tier.", 403);
}

AwsError RestoreInProgress() {
  return MakeError("RestoreAlreadyInProgress", "Object restore is already in progress", 409);
}

}  // namespace

RestoreOperations::RestoreOperations(Parts& parts) : parts_(parts) {
  parts_.deps.scheduler.Register(std::string(kRestoreKind), [this](const runtime::DueTask& task) { Continue(task); });
}

void RestoreOperations::Register(OperationTable& operations) {
  operations.Add("RestoreObject", this, &RestoreOperations::RestoreObject).partial_note = "no jobs of type SELECT";
}

Result<RestoreOperations::Request> RestoreOperations::ReadRequest(const Call& call) {
  const Json* const element = Fields(call.input).Find("RestoreRequest");
  if (element == nullptr) return MissingRequestBody();
  const Fields given(*element);
  // Closed to new customers since 2024: https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html
  if (given.Has("Type") || given.Has("SelectParameters") || given.Has("OutputLocation"))
    return MakeError("NotImplemented", "Restore requests of type SELECT are not implemented by Stratolite.", 501);
  Request request{.tier = given.StringOr("Tier", kStandardTier)};
  if (given.Has("GlacierJobParameters"))
    request.tier = Fields(given.Object("GlacierJobParameters")).StringOr("Tier", "");
  if (!RetrievalTime("GLACIER", request.tier)) return MalformedXml();
  request.days = given.OptionalInt("Days");
  if (request.days && (*request.days < 1 || *request.days > kMaxRestoreDays))
    return InvalidArgument("restoration days should be at least 1", "Days", std::to_string(*request.days));
  return request;
}

Result<bool> RestoreOperations::Restore(Object& object, const Request& request, TimePoint now) {
  if (object.storage_class == "INTELLIGENT_TIERING") return RestoreFromTier(request.days);
  if (!IsArchive(object.storage_class)) return RestoreNotAllowed(object.storage_class);
  if (!request.days) return MalformedXml();
  const std::int64_t days = *request.days;
  const auto takes = RetrievalTime(object.storage_class, request.tier);
  if (!takes) return InvalidArgument("Retrieval option is not supported by this storage class", "Tier", request.tier);
  auto& restoration = object.details.restoration;
  const RestoreState state = RestoreStateOf(object.details, now);
  if (state == RestoreState::kReady) {
    // "Amazon S3 updates the restoration period relative to the current time".
    restoration->expires = RestoreExpiry(now, days);
    return true;
  }
  if (state == RestoreState::kOngoing) {
    // A faster tier than that of the request in progress speeds it up; anything else must wait.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-upgrade.html
    const auto before = RetrievalTime(object.storage_class, restoration->tier);
    if (!before || *takes >= *before || days != restoration->days) return RestoreInProgress();
    const TimePoint ready = std::min(restoration->ready, now + *takes);
    restoration = Restoration{ready, RestoreExpiry(ready, days), request.tier, days};
    return false;
  }
  restoration = Restoration{now + *takes, RestoreExpiry(now + *takes, days), request.tier, days};
  return false;
}

Result<Json> RestoreOperations::RestoreObject(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr found, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  ASSIGN_OR_RETURN(const auto version_id, ReadVersionId(call));
  ASSIGN_OR_RETURN(const Request request, ReadRequest(call));
  const TimePoint now = parts_.deps.clock.Now();
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const BucketPtr bucket, StillThere(parts_, txn, *found));
    ASSIGN_OR_RETURN(Object object, FindObject(parts_, txn, *bucket, key, version_id, "POST"));
    ASSIGN_OR_RETURN(const bool there, Restore(object, request, now));
    parts_.objects.SetDetails(txn, object.id, object.details);
    Plan(txn, *bucket, object, there);
    if (!there) parts_.notifications.Announce(txn, call, *bucket, object, "ObjectRestore:Post");
    if (call.reply != nullptr) call.reply->http_status = there ? 200 : 202;
    return Json::object();
  });
}

void RestoreOperations::Continue(const runtime::DueTask& task) {
  const auto id = ParseWholeNumber<ObjectId>(task.key);
  if (!id) return;
  const Json payload = Json::parse(task.payload);
  parts_.deps.db.Transact([&](storage::Txn& txn) {
    auto object = parts_.objects.Find(txn, *id);
    const BucketPtr bucket = parts_.buckets.Find(txn, payload.at("bucket").get<std::string>());
    // Deleted meanwhile.
    if (!object || !bucket || object->bucket != bucket->id || !object->details.restoration) return;
    const Call call = MakeOwnCall(parts_, *bucket, "RestoreObject");
    if (!payload.at("there").get<bool>()) {
      parts_.notifications.Announce(txn, call, *bucket, *object, "ObjectRestore:Completed");
      return Plan(txn, *bucket, *object, true);
    }
    parts_.notifications.Announce(txn, call, *bucket, *object, "ObjectRestore:Delete");
    object->details.restoration.reset();
    parts_.objects.SetDetails(txn, object->id, object->details);
  });
}

void RestoreOperations::Plan(storage::Txn& txn, const Bucket& bucket, const Object& object, bool there) {
  const Restoration& restoration = *object.details.restoration;
  const Json payload{{"bucket", bucket.name}, {"there", there}};
  parts_.deps.scheduler.Schedule(
      txn, kRestoreKind, {std::to_string(object.id), there ? restoration.expires : restoration.ready, payload.dump()});
}

}  // namespace stratolite::s3
