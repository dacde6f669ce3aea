#include "s3/object_acl_operations.hpp"

#include "s3/bucket_access.hpp"
#include "s3/errors.hpp"
#include "s3/object_reading.hpp"
#include "s3/object_requests.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

/// The only ACL that a bucket without ACLs takes: the owner's full control, by its name or spelled out.
bool IsOwnersFullControl(const Fields& in, const std::string& owner) {
  if (in.Has("ACL")) return in.StringOr("ACL", "") == "bucket-owner-full-control";
  const Json& grants = Fields(in.Object("AccessControlPolicy")).List("Grants");
  if (grants.size() != 1) return false;
  const Fields grant(grants.front());
  return grant.StringOr("Permission", "") == "FULL_CONTROL" &&
         Fields(grant.Object("Grantee")).StringOr("ID", "") == owner;
}

}  // namespace

void ObjectAclOperations::Register(OperationTable& operations) {
  operations.Add("GetObjectAcl", this, &ObjectAclOperations::GetObjectAcl).partial_note =
      "always the owner's, the default";
  operations.Add("PutObjectAcl", this, &ObjectAclOperations::PutObjectAcl).partial_note =
      "bucket-owner-full-control only";
}

Result<Json> ObjectAclOperations::GetObjectAcl(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  ASSIGN_OR_RETURN(const auto version_id, ReadVersionId(call, *bucket));
  RETURN_IF_ERROR(parts_.deps.db.Read(
      [&](storage::Reader& reader) { return FindObject(parts_, reader, *bucket, key, version_id, "GET"); }));
  return OwnersAcl(*bucket);
}

Result<Json> ObjectAclOperations::PutObjectAcl(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  ASSIGN_OR_RETURN(const auto version_id, ReadVersionId(call, *bucket));
  auto object = parts_.deps.db.Read(
      [&](storage::Reader& reader) { return FindObject(parts_, reader, *bucket, key, version_id, "PUT"); });
  if (!object.ok()) {
    // Other than reading one, writing the ACL of a hidden object says that there is a marker.
    const bool hidden = object.error().code == "NoSuchKey" && !object.error().headers.empty();
    return hidden ? MethodNotAllowed("PUT", "DeleteMarker") : std::move(object).error();
  }
  if (IsOwnersFullControl(Fields(call.input), CanonicalUserId(bucket->account))) return Json::object();
  return AccessControlListNotSupported();
}

}  // namespace stratolite::s3
