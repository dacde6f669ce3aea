#pragma once

#include <optional>
#include <string>

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// PutBucketAcl and GetBucketAcl, and object ownership, which says whether ACLs count. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/managing-acls.html
class BucketAclOperations {
 public:
  explicit BucketAclOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutBucketAcl(const Call& call);
  Result<Json> GetBucketAcl(const Call& call);
  Result<Json> PutBucketOwnershipControls(const Call& call);
  Result<Json> GetBucketOwnershipControls(const Call& call);
  Result<Json> DeleteBucketOwnershipControls(const Call& call);

  Parts& parts_;
};

/// What CreateBucket says about who may do what. Plain data.
struct NewBucketAccess {
  /// As s3_bucket_document has them; nullopt: AWS's defaults.
  std::optional<std::string> ownership;
  std::optional<std::string> public_access;
  std::optional<Json> acl;
};

/// Errors: InvalidArgument, those of ReadAcl, InvalidBucketAclWithObjectOwnership, InvalidBucketAclWithBlockPublicAccessError.
Result<NewBucketAccess> ReadNewBucketAccess(Parts& parts, const Call& call);
void StoreNewBucketAccess(Parts& parts, storage::Txn& txn, const Bucket& bucket, const NewBucketAccess& access);

}  // namespace stratolite::s3
