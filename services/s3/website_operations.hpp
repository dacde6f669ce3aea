#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// PutBucketWebsite, GetBucketWebsite, DeleteBucketWebsite. The endpoint is WebsiteVisit. Thread-safe. Blocks.
class WebsiteOperations {
 public:
  explicit WebsiteOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutBucketWebsite(const Call& call);
  Result<Json> GetBucketWebsite(const Call& call);
  Result<Json> DeleteBucketWebsite(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
