#include "s3/object_operations.hpp"

#include "s3/bucket_access.hpp"
#include "s3/conditions.hpp"
#include "s3/directory_append.hpp"
#include "s3/errors.hpp"
#include "s3/lifecycle_headers.hpp"
#include "s3/object_encryption.hpp"
#include "s3/object_lock.hpp"
#include "s3/object_lock_errors.hpp"
#include "s3/object_requests.hpp"
#include "s3/object_view.hpp"
#include "s3/object_writing.hpp"
#include "s3/post_form_file.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"

namespace stratolite::s3 {

void ObjectOperations::Register(OperationTable& operations) {
  operations.Add("PutObject", this, &ObjectOperations::PutObject).partial_note = "no event holds";
  operations.Add("GetObject", &reading_, &ObjectReading::GetObject);
  operations.Add("HeadObject", &reading_, &ObjectReading::HeadObject);
  operations.Add("CopyObject", &copying_, &CopyOperations::CopyObject).partial_note = "no event holds";
  operations.Add("DeleteObject", &deleting_, &DeleteOperations::DeleteObject);
  operations.Add("DeleteObjects", &deleting_, &DeleteOperations::DeleteObjects);
  acls_.Register(operations);
}

Result<Json> ObjectOperations::PutObject(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr found, FindBucket(parts_, call));
  Object object;
  ASSIGN_OR_RETURN(object.key, ReadKey(call));
  ASSIGN_OR_RETURN(object.details, ReadDetails(parts_, call, *found));
  ASSIGN_OR_RETURN(object.metadata, ReadMetadata(call));
  ASSIGN_OR_RETURN(object.storage_class, ReadStorageClass(call));
  ASSIGN_OR_RETURN(object.tags, ReadTagging(call));
  ASSIGN_OR_RETURN(const WriteConditions conditions, ReadWriteConditions(call));
  ASSIGN_OR_RETURN(const BodyClaims claims, ReadBodyClaims(call));
  if (WillBeLocked(*found, object.details) && call.headers != nullptr && !claims.md5 && !claims.checksum)
    return DigestRequiredForLock();
  ASSIGN_OR_RETURN(const bool appends, ReadAppends(call, *found));
  const auto stored = appends ? ChecksumToAppend(parts_, *found, object.key) : std::nullopt;
  ASSIGN_OR_RETURN(ReceivedBody body, ReceiveBody(parts_, call, claims, stored));
  DescribeBody(parts_, body, object);

  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const BucketPtr bucket, StillThere(parts_, txn, *found));
    RETURN_IF_ERROR(CheckWrite(parts_, txn, *bucket, object.key, conditions));
    if (appends) return AppendObject(parts_, txn, call, *bucket, object, body);
    object.blob = KeepBody(parts_, txn, body);
    InsertObject(parts_, txn, call, *bucket, object, {},
                 PostFormFile::Of(call) == nullptr ? "ObjectCreated:Put" : "ObjectCreated:Post");
    Json output{{"ETag", QuotedEtag(object)}};
    AddEncryption(output, object.details.encryption);
    AddEncryptionContext(output, object.details.encryption);
    AddChecksum(output, *object.checksum);
    AddExpiration(output, *bucket, object);
    if (bucket->versioning == Versioning::kEnabled) output["VersionId"] = object.version_id;
    return output;
  });
}

}  // namespace stratolite::s3
