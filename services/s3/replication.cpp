#include "s3/replication.hpp"

#include <vector>

#include "s3/object_lock.hpp"
#include "s3/own_calls.hpp"
#include "s3/ownership.hpp"
#include "s3/replication_role.hpp"
#include "s3/replication_rules.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kReplicationTask = "s3.replicate";

void QueueTask(Parts& parts, storage::Txn& txn, const Bucket& bucket, const Object& object, bool change) {
  const Json payload{{"bucket", bucket.name}, {"bucket_id", bucket.id}, {"object", object.id}, {"change", change}};
  parts.deps.scheduler.Schedule(txn, kReplicationTask,
                                {.key = (change ? "change " : "version ") + std::to_string(object.id),
                                 .due = parts.deps.clock.Now(),
                                 .payload = payload.dump()});
}

/// Who owns objects of others in the bucket: it does.
bool OwnsReplicas(const Bucket& bucket, const Json& rule) {
  return !HasAcls(bucket) || Fields(Fields(rule).Object("Destination")).Has("AccessControlTranslation");
}

/// What follows the source after the copy was made, too.
void CopyChangeable(const Object& source, const Bucket& target, const Json& rule, ObjectDetails& replica) {
  replica.retention = source.details.retention;
  replica.legal_hold = source.details.legal_hold;
  replica.legal_hold_released = source.details.legal_hold_released;
  replica.acl = OwnsReplicas(target, rule) ? std::nullopt : source.details.acl;
}

ObjectDetails ReplicaDetails(const Bucket& bucket, const Object& source, const Bucket& target, const Json& rule) {
  ObjectDetails details = source.details;
  details.replication_status = kReplica;
  details.restoration.reset();
  CopyChangeable(source, target, rule, details);
  const std::string owner = OwnerOf(bucket, source.details).str();
  details.owner = OwnsReplicas(target, rule) || owner == target.account.str() ? std::string() : owner;
  // Bytes of SSE-C stay with their key; the others' replicas are encrypted as their sources are, with the rule's key.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
  const std::string kms_key = Fields(Fields(Fields(rule).Object("Destination")).Object("EncryptionConfiguration"))
                                  .StringOr("ReplicaKmsKeyID", "");
  const bool kms = details.encryption.method == Encryption::Method::kKms ||
                   details.encryption.method == Encryption::Method::kDoubleKms;
  if (kms) details.encryption.kms_key = kms_key;
  return details;
}

}  // namespace

bool MarkForReplication(const Call& call, const Bucket& bucket, Object& object) {
  const Json* const configuration = bucket.Setting(kReplicationDocument);
  if (configuration == nullptr || bucket.versioning != Versioning::kEnabled) return false;
  // Delete markers of lifecycle rules are not replicated.
  if (object.is_delete_marker && IsOwnCall(call)) return false;
  if (RulesThatReplicate(*configuration, object).empty()) return false;
  object.details.replication_status = kReplicationPending;
  return true;
}

void QueueReplication(Parts& parts, storage::Txn& txn, const Bucket& bucket, const Object& object) {
  QueueTask(parts, txn, bucket, object, false);
}

void QueueReplicationOfChange(Parts& parts, storage::Txn& txn, const Bucket& bucket, const Object& object) {
  if (object.details.replication_status.empty() || bucket.Setting(kReplicationDocument) == nullptr) return;
  QueueTask(parts, txn, bucket, object, true);
}

ReplicationEngine::ReplicationEngine(Parts& parts) : parts_(parts) {
  parts_.deps.scheduler.Register(std::string(kReplicationTask), [this](const runtime::DueTask& task) { Run(task); });
}

void ReplicationEngine::Run(const runtime::DueTask& task) {
  const Json payload = Json::parse(task.payload);
  // Policies are no transaction's affair.
  const Denials denials = FindDenials(payload);
  parts_.deps.db.Transact([&](storage::Txn& txn) {
    const BucketPtr bucket = parts_.buckets.Find(txn, payload.at("bucket").get<std::string>());
    if (!bucket || bucket->id != payload.at("bucket_id").get<BucketId>()) return;
    std::optional<Object> object = parts_.objects.Find(txn, payload.at("object").get<ObjectId>());
    if (!object) return;
    if (payload.at("change").get<bool>()) {
      ReplicateChange(txn, *bucket, *object);
    } else {
      Replicate(txn, *bucket, *std::move(object), denials);
    }
  });
}

ReplicationEngine::Denials ReplicationEngine::FindDenials(const Json& payload) {
  Denials denials;
  const BucketPtr bucket = parts_.buckets.Find(payload.at("bucket").get<std::string>());
  const Json* const configuration = bucket ? bucket->Setting(kReplicationDocument) : nullptr;
  if (configuration == nullptr || payload.at("change").get<bool>()) return denials;
  const auto object = parts_.deps.db.Read(
      [&](storage::Reader& reader) { return parts_.objects.Find(reader, payload.at("object").get<ObjectId>()); });
  if (!object) return denials;
  const std::string role = Fields(*configuration).StringOr("Role", "");
  for (const Json* rule : RulesThatReplicate(*configuration, *object)) {
    if (const auto reason = WhyRoleMayNotReplicate(parts_, *bucket, *object, role, *rule))
      denials.emplace(ReplicationTarget(*rule), *reason);
  }
  return denials;
}

void ReplicationEngine::Replicate(storage::Txn& txn, const Bucket& bucket, Object object, const Denials& denials) {
  // Done before a crash, which came before the task was forgotten.
  if (object.details.replication_status != kReplicationPending) return;
  const Json* const configuration = bucket.Setting(kReplicationDocument);
  std::vector<const Json*> rules;
  if (configuration != nullptr) rules = RulesThatReplicate(*configuration, object);
  bool failed = rules.empty();
  for (const Json* rule : rules) {
    const auto denial = denials.find(ReplicationTarget(*rule));
    const auto reason =
        denial == denials.end() ? CopyTo(txn, bucket, object, *rule) : std::optional<std::string_view>(denial->second);
    if (!reason) continue;
    failed = true;
    if (HasReplicationMetrics(*rule)) AnnounceFailure(txn, bucket, object, *rule, *reason);
  }
  object.details.replication_status = failed ? kReplicationFailed : kReplicationCompleted;
  parts_.objects.SetDetails(txn, object.id, object.details);
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html
std::optional<std::string_view> ReplicationEngine::CopyTo(storage::Txn& txn, const Bucket& bucket, const Object& object,
                                                          const Json& rule) {
  const BucketPtr target = parts_.buckets.Find(txn, ReplicationTarget(rule));
  if (!target) return "DstBucketNotFound";
  if (target->versioning != Versioning::kEnabled) return "DstBucketUnversioned";
  const bool locked = object.details.retention || object.details.legal_hold;
  if (locked && !HasObjectLock(*target)) return "DstBucketObjectLockConfigMissing";
  if (parts_.objects.FindVersion(txn, target->id, object.key, object.version_id)) return std::nullopt;

  Object replica = object;
  replica.bucket = target->id;
  replica.details = ReplicaDetails(bucket, object, *target, rule);
  replica.storage_class = Fields(Fields(rule).Object("Destination")).StringOr("StorageClass", object.storage_class);
  std::vector<ObjectPart> pieces;
  if (object.blob) {
    parts_.deps.blobs.AddReference(txn, *object.blob);
  } else {
    pieces = parts_.objects.Parts(txn, object.id);
  }
  for (const ObjectPart& piece : pieces) {
    if (piece.blob) parts_.deps.blobs.AddReference(txn, *piece.blob);
  }
  parts_.objects.Insert(txn, replica, pieces);
  const std::string_view event = object.is_delete_marker ? "ObjectRemoved:DeleteMarkerCreated" : "ObjectCreated:Put";
  parts_.notifications.Announce(txn, MakeOwnCall(parts_, *target, "ReplicateObject"), *target, replica, event);
  return std::nullopt;
}

void ReplicationEngine::ReplicateChange(storage::Txn& txn, const Bucket& bucket, const Object& object) {
  const Json* const configuration = bucket.Setting(kReplicationDocument);
  if (configuration == nullptr) return;
  for (const Json* rule : RulesThatReplicate(*configuration, object)) {
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-for-metadata-changes.html
    if (object.details.replication_status == kReplica && !ReplicatesModifications(*rule)) continue;
    const BucketPtr target = parts_.buckets.Find(txn, ReplicationTarget(*rule));
    if (!target || target->versioning != Versioning::kEnabled) continue;
    std::optional<Object> twin = parts_.objects.FindVersion(txn, target->id, object.key, object.version_id);
    if (!twin || twin->is_delete_marker) continue;
    parts_.objects.SetTags(txn, twin->id, object.tags);
    CopyChangeable(object, *target, *rule, twin->details);
    parts_.objects.SetDetails(txn, twin->id, twin->details);
  }
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
void ReplicationEngine::AnnounceFailure(storage::Txn& txn, const Bucket& bucket, const Object& object, const Json& rule,
                                        std::string_view reason) {
  const Json about{{"replicationRuleId", Fields(rule).StringOr("ID", "")},
                   {"destinationBucket", Fields(Fields(rule).Object("Destination")).StringOr("Bucket", "")},
                   {"s3Operation", object.is_delete_marker ? "DELETE_MARKER" : "OBJECT_PUT"},
                   {"requestTime", FormatIso8601(object.last_modified, /*always_millis=*/true)},
                   {"failureReason", reason}};
  parts_.notifications.Announce(txn, MakeOwnCall(parts_, bucket, "ReplicateObject"), bucket, object,
                                "Replication:OperationFailedReplication", about);
}

}  // namespace stratolite::s3
