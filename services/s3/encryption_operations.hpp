#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// The encryption that a bucket gives its new objects (PutBucketEncryption, GetBucketEncryption, DeleteBucketEncryption), and UpdateObjectEncryption, which
/// changes that of an object in its place. Requests' own encryption: object_encryption.hpp. Thread-safe. Blocks.
class EncryptionOperations {
 public:
  explicit EncryptionOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutBucketEncryption(const Call& call);
  Result<Json> GetBucketEncryption(const Call& call);
  Result<Json> DeleteBucketEncryption(const Call& call);
  Result<Json> UpdateObjectEncryption(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
