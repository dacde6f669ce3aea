#pragma once

#include <string_view>

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// Kind of s3_bucket_document; absent: the owner pays.
inline constexpr std::string_view kRequestPaymentDocument = "request_payment";

/// Whether somebody else than its owner asks, who pays for it in this bucket. What has no `x-amz-request-payer` is free, and configuring is the owner's anyway.
bool IsCharged(const Call& call, const Bucket& bucket);
/// Errors: AccessDenied for those who would be charged and do not say that they know.
Result<void> CheckPayer(const Call& call, const Bucket& bucket);

/// PutBucketRequestPayment and GetBucketRequestPayment, and the word in answers that somebody was charged. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
class RequestPaymentOperations {
 public:
  explicit RequestPaymentOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

  /// Puts all of `inner` into `operations`, those that may cost something with RequestCharged in what they answer.
  void AddCharging(const OperationTable& inner, OperationTable& operations);

 private:
  Result<Json> PutBucketRequestPayment(const Call& call);
  Result<Json> GetBucketRequestPayment(const Call& call);
  bool IsChargedFor(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
