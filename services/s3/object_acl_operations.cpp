#include "s3/object_acl_operations.hpp"

#include "s3/account_block.hpp"
#include "s3/bucket_access.hpp"
#include "s3/errors.hpp"
#include "s3/object_acl.hpp"
#include "s3/object_reading.hpp"
#include "s3/object_requests.hpp"
#include "s3/object_writing.hpp"
#include "s3/ownership.hpp"
#include "s3/replication.hpp"
#include "s3/version_ids.hpp"

namespace stratolite::s3 {
void ObjectAclOperations::Register(OperationTable& operations) {
  operations.Add("GetObjectAcl", this, &ObjectAclOperations::GetObjectAcl);
  operations.Add("PutObjectAcl", this, &ObjectAclOperations::PutObjectAcl);
}

Result<Json> ObjectAclOperations::GetObjectAcl(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  ASSIGN_OR_RETURN(const auto version_id, ReadVersionId(call, *bucket));
  ASSIGN_OR_RETURN(const Object object, parts_.deps.db.Read([&](storage::Reader& reader) {
    return FindObject(parts_, reader, *bucket, key, version_id, "GET");
  }));
  return AclOf(*bucket, object.details);
}

Result<Json> ObjectAclOperations::PutObjectAcl(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr found, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  ASSIGN_OR_RETURN(const auto version_id, ReadVersionId(call, *found));
  // Asks for the account's block of public access, which no transaction may.
  const PublicAccess block = EffectivePublicAccessBlock(parts_, *found);
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const BucketPtr bucket, StillThere(parts_, txn, *found));
    auto object = FindObject(parts_, txn, *bucket, key, version_id, "PUT");
    if (!object.ok()) {
      // Other than reading one, writing the ACL of a hidden object says that there is a marker.
      const bool hidden = object.error().code == "NoSuchKey" && !object.error().headers.empty();
      return hidden ? MethodNotAllowed("PUT", "DeleteMarker") : std::move(object).error();
    }
    RETURN_IF_ERROR(ChangeObjectAcl(call, *bucket, block, object->details));
    parts_.objects.SetDetails(txn, object->id, object->details);
    QueueReplicationOfChange(parts_, txn, *bucket, *object);
    parts_.notifications.Announce(txn, call, *bucket, *object, "ObjectAcl:Put");
    return Json::object();
  });
}

}  // namespace stratolite::s3
