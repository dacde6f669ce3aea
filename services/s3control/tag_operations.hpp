#pragma once

#include <functional>
#include <string>

#include "stratolite/ports/bucket_control.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3control {

/// Tags of buckets and access points, by ARN: a bucket's are those of PutBucketTagging. Thread-safe. Blocks.
class TagOperations {
 public:
  explicit TagOperations(const ServiceDeps& deps) : deps_(deps) {}
  void Register(OperationTable& operations);

 private:
  using Tags = ports::BucketControl::Tags;

  Result<Json> TagResource(const Call& call);
  Result<Json> UntagResource(const Call& call);
  Result<Json> ListTagsForResource(const Call& call);

  Result<Json> Change(const Call& call, const std::function<Result<void>(Tags&)>& change);

  const ServiceDeps deps_;
};

}  // namespace stratolite::s3control
