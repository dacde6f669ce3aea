#include "s3/request_payment.hpp"

#include <algorithm>
#include <array>

#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/copy_source.hpp"
#include "s3/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kRequester = "Requester";
constexpr std::string_view kPayer = "requester";

/// Those that the model lets say `x-amz-request-payer`, of general purpose buckets' objects.
constexpr std::array<std::string_view, 29> kPaidOperations = {"AbortMultipartUpload",
                                                              "CompleteMultipartUpload",
                                                              "CopyObject",
                                                              "CreateMultipartUpload",
                                                              "DeleteObject",
                                                              "DeleteObjectAnnotation",
                                                              "DeleteObjects",
                                                              "GetObject",
                                                              "GetObjectAcl",
                                                              "GetObjectAnnotation",
                                                              "GetObjectAttributes",
                                                              "GetObjectLegalHold",
                                                              "GetObjectRetention",
                                                              "GetObjectTagging",
                                                              "HeadObject",
                                                              "ListMultipartUploads",
                                                              "ListObjectVersions",
                                                              "ListObjects",
                                                              "ListObjectsV2",
                                                              "ListParts",
                                                              "PutObject",
                                                              "PutObjectAcl",
                                                              "PutObjectAnnotation",
                                                              "PutObjectLegalHold",
                                                              "PutObjectRetention",
                                                              "PutObjectTagging",
                                                              "RestoreObject",
                                                              "UploadPart",
                                                              "UploadPartCopy"};
/// Those of them whose answer has no place for it.
constexpr std::array<std::string_view, 4> kSilentOperations = {"GetObjectLegalHold", "GetObjectRetention",
                                                               "GetObjectTagging", "PutObjectTagging"};

bool Holds(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool IsCharged(const Call& call, const Bucket& bucket) {
  const Json* const payer = bucket.Setting(kRequestPaymentDocument);
  if (payer == nullptr || *payer != kRequester || !Holds(kPaidOperations, call.operation)) return false;
  return call.caller.type == auth::PrincipalType::kAnonymous || call.scope.account != bucket.account;
}

Result<void> CheckPayer(const Call& call, const Bucket& bucket) {
  if (!IsCharged(call, bucket)) return {};
  const bool agreed = Fields(call.input).StringOr("RequestPayer", "") == kPayer;
  // Nobody could be charged for an unsigned request.
  if (!agreed || call.caller.type == auth::PrincipalType::kAnonymous) return AccessDenied();
  return {};
}

void RequestPaymentOperations::Register(OperationTable& operations) {
  operations.Add("PutBucketRequestPayment", this, &RequestPaymentOperations::PutBucketRequestPayment);
  operations.Add("GetBucketRequestPayment", this, &RequestPaymentOperations::GetBucketRequestPayment);
}

Result<Json> RequestPaymentOperations::PutBucketRequestPayment(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json document, ReadDocument(call, "RequestPaymentConfiguration"));
  const std::string payer = Fields(document).StringOr("Payer", "");
  if (payer != kRequester && payer != "BucketOwner") return MalformedXml();
  return StoreDocument(parts_, *bucket, kRequestPaymentDocument, payer == kRequester ? Json(payer) : Json());
}

Result<Json> RequestPaymentOperations::GetBucketRequestPayment(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Json* const payer = bucket->Setting(kRequestPaymentDocument);
  return Json{{"Payer", payer == nullptr ? Json("BucketOwner") : *payer}};
}

bool RequestPaymentOperations::IsChargedFor(const Call& call) {
  const Fields in(call.input);
  if (in.StringOr("RequestPayer", "") != kPayer) return false;
  const auto bucket = FindBucket(parts_, call);
  if (bucket.ok() && IsCharged(call, **bucket)) return true;
  if (!in.Has("CopySource")) return false;
  const auto source = ReadCopySource(call);
  if (!source.ok()) return false;
  const auto source_bucket = FindSourceBucket(parts_, call, *source);
  return source_bucket.ok() && IsCharged(call, **source_bucket);
}

void RequestPaymentOperations::AddCharging(const OperationTable& inner, OperationTable& operations) {
  for (const std::string_view name : inner.names()) {
    const OperationTable::Entry& entry = *inner.Find(name);
    if (!Holds(kPaidOperations, name) || Holds(kSilentOperations, name)) {
      OperationTable::Entry& added =
          entry.handler ? operations.Add(name, entry.handler) : operations.AddAsync(name, entry.async_handler);
      added.partial_note = entry.partial_note;
      continue;
    }
    auto charging = [this, handler = entry.handler](const Call& call) -> Result<Json> {
      Result<Json> answer = handler(call);
      if (answer.ok() && call.input.contains("RequestPayer") && IsChargedFor(call))
        (*answer)["RequestCharged"] = kPayer;
      return answer;
    };
    operations.Add(name, OperationTable::Handler(std::move(charging))).partial_note = entry.partial_note;
  }
}

}  // namespace stratolite::s3
