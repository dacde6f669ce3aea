#include "s3/event_bridge_events.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "s3/own_calls.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kClassChange = "LifecycleTransition";

constexpr std::string_view kRestorePrefix = "ObjectRestore:";

struct EventWords {
  std::string_view event;
  std::string_view detail_type;
  /// Empty: the detail has none.
  std::string_view reason;
  std::string_view deletion_type;
};

constexpr std::array<EventWords, 14> kEventWords = {{
    {"ObjectCreated:Put", "Object Created", "PutObject", ""},
    {"ObjectCreated:Copy", "Object Created", "CopyObject", ""},
    {"ObjectCreated:CompleteMultipartUpload", "Object Created", "CompleteMultipartUpload", ""},
    {"ObjectRemoved:Delete", "Object Deleted", "DeleteObject", "Permanently Deleted"},
    {"ObjectRemoved:DeleteMarkerCreated", "Object Deleted", "DeleteObject", "Delete Marker Created"},
    {"LifecycleExpiration:Delete", "Object Deleted", "Lifecycle Expiration", "Permanently Deleted"},
    {"LifecycleExpiration:DeleteMarkerCreated", "Object Deleted", "Lifecycle Expiration", "Delete Marker Created"},
    {kClassChange, "Object Storage Class Changed", "", ""},
    {"ObjectRestore:Post", "Object Restore Initiated", "", ""},
    {"ObjectRestore:Completed", "Object Restore Completed", "", ""},
    {"ObjectRestore:Delete", "Object Restore Expired", "", ""},
    {"ObjectTagging:Put", "Object Tags Added", "", ""},
    {"ObjectTagging:Delete", "Object Tags Deleted", "", ""},
    {"ObjectAcl:Put", "Object ACL Updated", "", ""},
}};

Json ObjectInDetail(const Object& object, const EventWords& words, std::string_view sequencer) {
  Json shown = {{"key", object.key}};
  if (object.version_id != kNullVersion) shown["version-id"] = object.version_id;
  if (words.deletion_type.empty()) {
    shown["etag"] = object.etag;
  } else if (words.deletion_type == "Delete Marker Created") {
    shown["etag"] = Md5Hex("");
  }
  if (words.event == kClassChange || words.event.starts_with(kRestorePrefix)) shown["size"] = object.size;
  // Tags and classes do not make another object: such an event says only which it is.
  if (words.reason.empty()) return shown;
  shown["sequencer"] = sequencer;
  if (words.deletion_type.empty()) shown["size"] = object.size;
  return shown;
}

std::string RequesterOf(const Call& call) {
  if (IsOwnCall(call)) return call.caller.arn;
  return call.caller.type == auth::PrincipalType::kAnonymous ? "anonymous" : call.caller.account.str();
}

}  // namespace

Json EventBridgeEvent(const Call& call, const Bucket& bucket, const Object& object, std::string_view event,
                      std::string_view sequencer, TimePoint now) {
  const auto words =
      std::find_if(kEventWords.begin(), kEventWords.end(), [&](const EventWords& one) { return one.event == event; });
  if (words == kEventWords.end()) return nullptr;
  Json detail = {{"version", "0"},
                 {"bucket", {{"name", bucket.name}}},
                 {"object", ObjectInDetail(object, *words, sequencer)},
                 {"request-id", call.request_id},
                 {"requester", RequesterOf(call)}};
  if (!IsOwnCall(call)) detail["source-ip-address"] = call.source_ip;
  if (event == kClassChange) detail["destination-storage-class"] = object.storage_class;
  if (event.starts_with(kRestorePrefix)) detail["source-storage-class"] = object.storage_class;
  if (event == "ObjectRestore:Completed")
    detail["restore-expiry-time"] = FormatIso8601(object.details.restoration->expires);
  if (!words->reason.empty()) detail["reason"] = words->reason;
  if (!words->deletion_type.empty()) detail["deletion-type"] = words->deletion_type;
  const Arn arn{.partition = std::string(PartitionOf(bucket.region)),
                .service = "s3",
                .region = {},
                .account = {},
                .resource = bucket.name};
  return {{"source", "aws.s3"},
          {"detail-type", words->detail_type},
          {"account", bucket.account.str()},
          {"region", bucket.region.str()},
          {"time", FormatIso8601(now)},
          {"resources", Json::array({arn.ToString()})},
          {"detail", std::move(detail)}};
}

}  // namespace stratolite::s3
