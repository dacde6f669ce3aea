#pragma once

#include "s3/copy_operations.hpp"
#include "s3/delete_operations.hpp"
#include "s3/object_acl_operations.hpp"
#include "s3/object_reading.hpp"
#include "s3/parts.hpp"

namespace stratolite::s3 {

/// PutObject, and what its neighbours have: GetObject, HeadObject, CopyObject, DeleteObject, DeleteObjects, ACLs. Thread-safe. Blocks.
class ObjectOperations {
 public:
  explicit ObjectOperations(Parts& parts)
      : parts_(parts), reading_(parts), copying_(parts), deleting_(parts), acls_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutObject(const Call& call);

  Parts& parts_;
  ObjectReading reading_;
  CopyOperations copying_;
  DeleteOperations deleting_;
  ObjectAclOperations acls_;
};

}  // namespace stratolite::s3
