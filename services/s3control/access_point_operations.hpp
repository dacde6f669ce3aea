#pragma once

#include "stratolite/ports/bucket_control.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3control {

/// Access points of general purpose buckets and their policies. Requests through them are S3's affair. Thread-safe. Blocks.
class AccessPointOperations {
 public:
  explicit AccessPointOperations(const ServiceDeps& deps) : deps_(deps) {}
  void Register(OperationTable& operations);

 private:
  using AccessPoint = ports::BucketControl::AccessPoint;

  Result<Json> CreateAccessPoint(const Call& call);
  Result<Json> GetAccessPoint(const Call& call);
  Result<Json> DeleteAccessPoint(const Call& call);
  Result<Json> ListAccessPoints(const Call& call);
  Result<Json> PutAccessPointPolicy(const Call& call);
  Result<Json> GetAccessPointPolicy(const Call& call);
  Result<Json> GetAccessPointPolicyStatus(const Call& call);
  Result<Json> DeleteAccessPointPolicy(const Call& call);

  /// The access point of a call, with the port it came by. Errors: NoSuchAccessPoint, those of CheckAccount.
  Result<AccessPoint> Find(const Call& call, ports::BucketControl*& control);

  const ServiceDeps deps_;
};

}  // namespace stratolite::s3control
