#pragma once

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// GetObjectAcl and PutObjectAcl. Where the bucket does without ACLs its owner has everything, and nothing else can be said. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
class ObjectAclOperations {
 public:
  explicit ObjectAclOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> GetObjectAcl(const Call& call);
  Result<Json> PutObjectAcl(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
