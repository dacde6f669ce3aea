#include "s3/multipart_operations.hpp"

#include "s3/bucket_access.hpp"
#include "s3/checksum_headers.hpp"
#include "s3/conditions.hpp"
#include "s3/customer_key.hpp"
#include "s3/errors.hpp"
#include "s3/lifecycle_headers.hpp"
#include "s3/object_encryption.hpp"
#include "s3/object_requests.hpp"
#include "s3/object_writing.hpp"
#include "s3/upload_listing.hpp"
#include "s3/uploads.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

// The digits come first and in order: ids of one key that grow with time are listed by initiation.
constexpr std::string_view kIdAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVabcdefghijklmnopqrstuvwxyz";
constexpr int kTimeDigits = 11;
constexpr std::size_t kRandomDigits = 85;

/// Members ChecksumAlgorithm and ChecksumType of CreateMultipartUpload.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
Result<void> ReadUploadChecksum(const Fields& in, Upload& upload) {
  const auto algorithm = in.OptionalString("ChecksumAlgorithm");
  const auto type = in.OptionalString("ChecksumType");
  if (type && *type != "COMPOSITE" && *type != "FULL_OBJECT") {
    return InvalidRequest("Value for x-amz-checksum-type header is invalid.");
  }
  if (!algorithm) {
    if (!type) return {};
    return InvalidRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
  }
  upload.checksum_algorithm = ParseChecksumName(*algorithm);
  if (!upload.checksum_algorithm) {
    for (const std::string_view name : {"SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"}) {
      if (*algorithm == name) return HeaderNotImplemented("x-amz-checksum-algorithm");
    }
    return InvalidRequest(
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, "
        "CRC64NVME, SHA1, SHA256]");
  }
  const bool always_whole = upload.checksum_algorithm == ChecksumAlgorithm::kCrc64Nvme;
  upload.checksum_type = always_whole ? ChecksumType::kFullObject : ChecksumType::kComposite;
  if (type) upload.checksum_type = *type == "COMPOSITE" ? ChecksumType::kComposite : ChecksumType::kFullObject;
  const bool whole = upload.checksum_type == ChecksumType::kFullObject;
  if (whole ? !IsCrc(*upload.checksum_algorithm) : always_whole) {
    return InvalidRequest("The " + *type + " checksum type cannot be used with the " +
                          LowerChecksumName(*upload.checksum_algorithm) + " checksum algorithm.");
  }
  return {};
}

/// Where the object is now, with the key as AWS writes it.
std::string LocationOf(const Call& call, const Bucket& bucket, const std::string& key) {
  return call.endpoint + "/" + bucket.name + "/" + PercentEncode(key);
}

std::vector<std::string> EtagsOf(const CompletionRequest& request) {
  std::vector<std::string> etags;
  for (const ListedPart& part : request.parts) etags.push_back(part.etag);
  return etags;
}

}  // namespace

void MultipartOperations::Register(OperationTable& operations) {
  operations.Add("CreateMultipartUpload", this, &MultipartOperations::CreateMultipartUpload).partial_note =
      "no event holds";
  operations.Add("CompleteMultipartUpload", this, &MultipartOperations::CompleteMultipartUpload);
  operations.Add("AbortMultipartUpload", this, &MultipartOperations::AbortMultipartUpload);
  operations.Add("ListMultipartUploads", this, &MultipartOperations::ListMultipartUploads);
}

std::string MultipartOperations::NewUploadId(TimePoint now) {
  std::string id(kTimeDigits, '0');
  auto rest = static_cast<std::uint64_t>(now.time_since_epoch().count());
  for (auto digit = id.rbegin(); digit != id.rend(); ++digit, rest /= 32) *digit = kIdAlphabet[rest % 32];
  return id + parts_.deps.random.String(kRandomDigits, kIdAlphabet);
}

Result<Json> MultipartOperations::CreateMultipartUpload(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const TimePoint now = parts_.deps.clock.Now();
  Upload upload;
  upload.upload_id = NewUploadId(now);
  upload.bucket = bucket->id;
  ASSIGN_OR_RETURN(upload.details, ReadDetails(parts_, call, *bucket));
  upload.initiated = std::chrono::floor<std::chrono::seconds>(now);
  upload.initiator = call.caller.arn;
  ASSIGN_OR_RETURN(upload.key, ReadKey(call));
  ASSIGN_OR_RETURN(upload.metadata, ReadMetadata(call));
  ASSIGN_OR_RETURN(upload.storage_class, ReadStorageClass(call));
  ASSIGN_OR_RETURN(upload.tags, ReadTagging(call));
  RETURN_IF_ERROR(ReadUploadChecksum(Fields(call.input), upload));
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    RETURN_IF_ERROR(StillThere(parts_, txn, *bucket));
    parts_.uploads.Insert(txn, upload);
    Json output{{"Bucket", bucket->name}, {"Key", upload.key}, {"UploadId", upload.upload_id}};
    AddEncryption(output, upload.details.encryption);
    AddEncryptionContext(output, upload.details.encryption);
    AddUploadChecksum(output, upload);
    AddAbortDate(output, *bucket, upload.key, upload.initiated);
    return output;
  });
}

Result<Json> MultipartOperations::CompleteMultipartUpload(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr found, FindBucket(parts_, call));
  RETURN_IF_ERROR(CheckCustomerKeysAllowed(call, *found));
  ASSIGN_OR_RETURN(const auto key, ReadCustomerKey(call));
  ASSIGN_OR_RETURN(const WriteConditions conditions, ReadWriteConditions(call));
  const TimePoint now = parts_.deps.clock.Now();
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const BucketPtr bucket, StillThere(parts_, txn, *found));
    const Result<Upload> upload = FindUpload(parts_, txn, *bucket, call);
    if (!upload.ok()) {
      const Fields in(call.input);
      const auto before =
          parts_.uploads.FindCompleted(txn, bucket->id, in.StringOr("Key", ""), in.StringOr("UploadId", ""));
      if (!before || before->completed_at + kCompletedMemory <= now) return upload.error();
      ASSIGN_OR_RETURN(const CompletionRequest again, ReadCompletionRequest(call.input));
      if (MultipartEtag(EtagsOf(again)) != before->etag) return upload.error();
      return before->answer;
    }
    ASSIGN_OR_RETURN(const CompletionRequest request, ReadCompletionRequest(call.input));
    // Whoever did not ask for a checksum may leave the key out.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
    if (key || upload->checksum_algorithm) RETURN_IF_ERROR(CheckPartKey(upload->details.encryption, key));
    std::vector<UploadPart> uploaded;
    parts_.uploads.Parts(txn, *upload, 0, [&](const UploadPart& part) { return uploaded.push_back(part), true; });
    ASSIGN_OR_RETURN(Completion completion, Complete(*upload, uploaded, request));
    RETURN_IF_ERROR(CheckWrite(parts_, txn, *bucket, upload->key, conditions));
    return Finish(txn, call, *bucket, *upload, std::move(completion));
  });
}

Result<Json> MultipartOperations::Finish(storage::Txn& txn, const Call& call, const Bucket& bucket,
                                         const Upload& upload, Completion completion) {
  // The object's date is that of the upload's initiation.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
  Object object;
  object.key = upload.key;
  object.last_modified = upload.initiated;
  object.size = completion.size;
  object.etag = completion.etag;
  object.storage_class = upload.storage_class;
  object.checksum = completion.checksum;
  object.metadata = upload.metadata;
  object.tags = upload.tags;
  object.details = upload.details;
  object.part_count = static_cast<int>(completion.parts.size());
  std::vector<storage::BlobId> kept;
  for (const ObjectPart& part : completion.parts) {
    if (part.blob) kept.push_back(*part.blob);
  }
  AddVersion(parts_, txn, call, bucket, object, completion.parts, "ObjectCreated:CompleteMultipartUpload");
  parts_.uploads.Remove(txn, upload, kept);

  Json output{{"Location", LocationOf(call, bucket, upload.key)},
              {"Bucket", bucket.name},
              {"Key", upload.key},
              {"ETag", '"' + object.etag + '"'}};
  AddFinishedEncryption(output, object.details.encryption);
  // A checksum that nobody asked for is not shown where AWS keeps it encrypted, too (recorded).
  if (upload.checksum_algorithm || upload.details.encryption.method == Encryption::Method::kS3) {
    AddChecksum(output, completion.checksum);
  }
  AddExpiration(output, bucket, object);
  if (bucket.versioning == Versioning::kEnabled) output["VersionId"] = object.version_id;
  parts_.uploads.InsertCompleted(txn, {.upload_id = upload.upload_id,
                                       .bucket = bucket.id,
                                       .key = upload.key,
                                       .completed_at = parts_.deps.clock.Now(),
                                       .etag = object.etag,
                                       .answer = output});
  return output;
}

Result<Json> MultipartOperations::AbortMultipartUpload(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const auto initiated = Fields(call.input).OptionalTime("IfMatchInitiatedTime");
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Upload upload, FindUpload(parts_, txn, *bucket, call));
    if (initiated && *initiated != upload.initiated) return PreconditionFailed("If-Match-Initiated-Time");
    parts_.uploads.Remove(txn, upload);
    return Json::object();
  });
}

Result<Json> MultipartOperations::ListMultipartUploads(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const UploadListing listing, ReadUploadListing(call.input));
  return parts_.deps.db.Read(
      [&](storage::Reader& reader) -> Result<Json> { return ListUploads(reader, parts_.uploads, *bucket, listing); });
}

}  // namespace stratolite::s3
