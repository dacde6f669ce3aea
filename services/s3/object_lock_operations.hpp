#pragma once

#include <functional>
#include <string_view>

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// Object Lock of buckets (its configuration, for good once it is on) and of versions (retention, legal hold). Leaves out event holds. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
class ObjectLockOperations {
 public:
  explicit ObjectLockOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutObjectLockConfiguration(const Call& call);
  Result<Json> GetObjectLockConfiguration(const Call& call);
  Result<Json> PutObjectRetention(const Call& call);
  Result<Json> GetObjectRetention(const Call& call);
  Result<Json> PutObjectLegalHold(const Call& call);
  Result<Json> GetObjectLegalHold(const Call& call);

  using Change = std::function<Result<void>(ObjectDetails&)>;
  /// Changes the details of the version that a call names and, where `event` is not empty, announces that.
  Result<Json> ChangeVersion(const Call& call, const Bucket& bucket, const Change& change, std::string_view event);
  /// The version that a GET is about, in a bucket with Object Lock.
  Result<Object> ReadVersion(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
