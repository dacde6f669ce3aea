#include "s3/errors.hpp"

#include <fmt/format.h>

#include "stratolite/base/json.hpp"

namespace stratolite::s3 {
namespace {

AwsError With(AwsError error, Json fields) {
  error.fields = std::make_shared<const Json>(std::move(fields));
  return error;
}

}  // namespace

AwsError MakeError(std::string_view code, std::string message, int http_status) {
  return {.code = std::string(code), .message = std::move(message), .http_status = http_status};
}

AwsError NoSuchBucket(std::string_view bucket) {
  return With(MakeError("NoSuchBucket", "The specified bucket does not exist", 404), {{"BucketName", bucket}});
}

AwsError BucketAlreadyExists(std::string_view bucket) {
  return With(MakeError("BucketAlreadyExists",
                        "The requested bucket name is not available. The bucket namespace is shared by all users of "
                        "the system. Please "
                        "select a different name and try again.",
                        409),
              {{"BucketName", bucket}});
}

AwsError BucketAlreadyOwnedByYou(std::string_view bucket) {
  return With(MakeError("BucketAlreadyOwnedByYou",
                        "Your previous request to create the named bucket succeeded and you already own it.", 409),
              {{"BucketName", bucket}});
}

AwsError BucketNotEmpty(std::string_view bucket) {
  return With(MakeError("BucketNotEmpty", "The bucket you tried to delete is not empty", 409),
              {{"BucketName", bucket}});
}

AwsError InvalidBucketName(std::string_view bucket) {
  return With(MakeError("InvalidBucketName", "The specified bucket is not valid.", 400), {{"BucketName", bucket}});
}

AwsError BucketNotEmptyOfVersions(std::string_view bucket) {
  AwsError error = BucketNotEmpty(bucket);
  error.message += ". You must delete all versions in the bucket.";
  return error;
}

AwsError InvalidBucketOwner(std::string_view expected) {
  return MakeError(
      "InvalidBucketOwnerAWSAccountID",
      fmt::format("The value of the expected bucket owner parameter must be an AWS Account ID... [{}]", expected), 400);
}

AwsError IllegalLocationConstraint(std::string_view constraint) {
  return MakeError(
      "IllegalLocationConstraintException",
      fmt::format(
          "The {} location constraint is incompatible for the region specific endpoint this request was sent to.",
          constraint),
      400);
}

AwsError InvalidLocationConstraint(std::string_view constraint) {
  return With(MakeError("InvalidLocationConstraint", "The specified location-constraint is not valid", 400),
              {{"LocationConstraint", constraint}});
}

AwsError InvalidBucketAclWithObjectOwnership() {
  return MakeError("InvalidBucketAclWithObjectOwnership",
                   "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting", 400);
}

AwsError WrongSignedRegion(std::string_view signed_region, std::string_view expected) {
  return With(MakeError("AuthorizationHeaderMalformed",
                        fmt::format("The authorization header is malformed; the region '{}' is wrong; expecting '{}'",
                                    signed_region, expected),
                        400),
              {{"Region", expected}});
}

AwsError PermanentRedirect(std::string_view bucket, std::string_view region, std::string_view endpoint) {
  AwsError error = With(MakeError("PermanentRedirect",
                                  "The bucket you are attempting to access must be addressed using the specified "
                                  "endpoint. Please send all future requests to this endpoint.",
                                  301),
                        {{"Endpoint", endpoint}, {"Bucket", bucket}});
  error.headers.emplace_back("x-amz-bucket-region", region);
  return error;
}

AwsError NoSuchTagSet(std::string_view bucket) {
  return With(MakeError("NoSuchTagSet", "The TagSet does not exist", 404), {{"BucketName", bucket}});
}

AwsError NoSuchBucketPolicy(std::string_view bucket) {
  return With(MakeError("NoSuchBucketPolicy", "The bucket policy does not exist", 404), {{"BucketName", bucket}});
}

AwsError MalformedPolicy(std::string message) { return MakeError("MalformedPolicy", std::move(message), 400); }

AwsError PublicPolicyBlocked(std::string_view caller, std::string_view bucket) {
  return MakeError(
      "AccessDenied",
      fmt::format("User: {} is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::{}\" "
                  "because public policies are blocked by the BlockPublicPolicy block public access setting.",
                  caller, bucket),
      403);
}

AwsError OwnershipControlsNotFound(std::string_view bucket) {
  return With(MakeError("OwnershipControlsNotFoundError", "The bucket ownership controls were not found", 404),
              {{"BucketName", bucket}});
}

AwsError NoSuchPublicAccessBlock(std::string_view bucket) {
  return With(
      MakeError("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found", 404),
      {{"BucketName", bucket}});
}

AwsError IllegalVersioningConfiguration() {
  return MakeError("IllegalVersioningConfigurationException", "The Versioning element must be specified", 400);
}

AwsError MfaDeleteNotImplemented() {
  return MakeError("NotImplemented", "MFA delete is not implemented by Stratolite.", 501);
}

AwsError NoSuchKey(std::string_view key) {
  return With(MakeError("NoSuchKey", "The specified key does not exist.", 404), {{"Key", key}});
}

AwsError NoSuchVersion(std::string_view key, std::string_view version_id) {
  return With(MakeError("NoSuchVersion", "The specified version does not exist.", 404),
              {{"Key", key}, {"VersionId", version_id}});
}

AwsError MethodNotAllowed(std::string_view method, std::string_view resource_type) {
  return With(MakeError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405),
              {{"Method", method}, {"ResourceType", resource_type}});
}

AwsError PreconditionFailed(std::string_view condition) {
  return With(MakeError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412),
              {{"Condition", condition}});
}

AwsError NotModified() { return MakeError("NotModified", "Not Modified", 304); }

AwsError InvalidRange(std::string_view range, std::uint64_t actual_size) {
  return With(MakeError("InvalidRange", "The requested range is not satisfiable", 416),
              {{"ActualObjectSize", std::to_string(actual_size)}, {"RangeRequested", range}});
}

AwsError BadDigest(std::string_view message) { return MakeError("BadDigest", std::string(message), 400); }

AwsError InvalidDigest(std::string_view content_md5) {
  return With(MakeError("InvalidDigest", "The Content-MD5 you specified was invalid.", 400),
              {{"Content-MD5", content_md5}});
}

AwsError BadContentMd5(std::string_view expected, std::string_view calculated) {
  return With(BadDigest("The Content-MD5 you specified did not match what we received."),
              {{"CalculatedDigest", calculated}, {"ExpectedDigest", expected}});
}

AwsError IncompleteBody(std::uint64_t expected, std::uint64_t received) {
  return With(MakeError("IncompleteBody",
                        "You did not provide the number of bytes specified by the Content-Length HTTP header", 400),
              {{"NumberBytesExpected", std::to_string(expected)}, {"NumberBytesReceived", std::to_string(received)}});
}

AwsError MalformedTrailer() {
  return MakeError(
      "MalformedTrailerError",
      "The request contained trailing data that was not well-formed or did not conform to our published schema.", 400);
}

AwsError InvalidStorageClass(std::string_view storage_class) {
  return With(MakeError("InvalidStorageClass", "The storage class you specified is not valid", 400),
              {{"StorageClassRequested", storage_class}});
}

AwsError InvalidObjectState(std::string_view storage_class) {
  return With(MakeError("InvalidObjectState", "The operation is not valid for the object's storage class", 403),
              {{"StorageClass", storage_class}});
}

AwsError InvalidPartNumber(std::int64_t requested, int actual_count) {
  return With(MakeError("InvalidPartNumber", "The requested partnumber is not satisfiable", 416),
              {{"ActualPartCount", std::to_string(actual_count)}, {"PartNumberRequested", std::to_string(requested)}});
}

AwsError AccessControlListNotSupported() {
  return MakeError("AccessControlListNotSupported", "The bucket does not allow ACLs", 400);
}

AwsError HeaderValueNotImplemented(std::string_view header) {
  return With(HeaderNotImplemented(header), {{"Header", header},
                                             {"additionalMessage", "We don't accept the provided value of " +
                                                                       std::string(header) + " header for this API"}});
}

AwsError SeveralConditions(std::string_view headers) {
  return With(
      HeaderNotImplemented(headers),
      {{"Header", headers}, {"additionalMessage", "Multiple conditional request headers present in the request"}});
}

AwsError InvalidRedirectLocation() {
  return MakeError("InvalidRedirectLocation",
                   "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.", 400);
}

AwsError InvalidVersionId(const std::string& version_id) {
  return version_id.empty() ? InvalidArgument("Version id cannot be the empty string", "versionId", version_id)
                            : InvalidArgument("Invalid version id specified", "versionId", version_id);
}

AwsError InvalidSourceState(std::string_view storage_class) {
  return With(MakeError("InvalidObjectState", "Operation is not valid for the source object's storage class", 403),
              {{"StorageClass", storage_class}});
}

AwsError UnsupportedChecksumAlgorithm() {
  return InvalidRequest(
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, "
      "CRC64NVME, SHA1, "
      "SHA256]");
}

AwsError OperationAborted() {
  return MakeError(
      "OperationAborted",
      "A conflicting conditional operation is currently in progress against this resource. Please try again.", 409);
}

AwsError InvalidEncryptionAlgorithm(std::string_view algorithm) {
  return With(MakeError("InvalidEncryptionAlgorithmError",
                        "The Encryption request you specified is not valid. Supported value: AES256.", 400),
              {{"ArgumentName", "x-amz-server-side-encryption"}, {"ArgumentValue", algorithm}});
}

AwsError EntityTooLarge(std::uint64_t proposed, std::uint64_t allowed) {
  return With(MakeError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400),
              {{"ProposedSize", std::to_string(proposed)}, {"MaxSizeAllowed", std::to_string(allowed)}});
}

AwsError KeyTooLong(std::size_t size, std::size_t allowed) {
  return With(MakeError("KeyTooLongError", "Your key is too long", 400),
              {{"Size", std::to_string(size)}, {"MaxSizeAllowed", std::to_string(allowed)}});
}

AwsError MetadataTooLarge(std::size_t size, std::size_t allowed) {
  return With(MakeError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", 400),
              {{"Size", std::to_string(size)}, {"MaxSizeAllowed", std::to_string(allowed)}});
}

AwsError MissingContentLength() {
  return MakeError("MissingContentLength", "You must provide the Content-Length HTTP header.", 411);
}

AwsError NoSuchUpload(std::string_view upload_id) {
  return With(MakeError("NoSuchUpload",
                        "The specified upload does not exist. The upload ID may be invalid, or the upload may have "
                        "been aborted or completed.",
                        404),
              {{"UploadId", upload_id}});
}

AwsError InvalidPart(int number, std::string_view etag, std::string_view upload_id) {
  return With(MakeError("InvalidPart",
                        "One or more of the specified parts could not be found.  The part may not have been uploaded, "
                        "or the specified entity "
                        "tag may not match the part's entity tag.",
                        400),
              {{"ETag", etag}, {"PartNumber", std::to_string(number)}, {"UploadId", upload_id}});
}

AwsError InvalidPartOrder(std::string_view upload_id) {
  return With(MakeError("InvalidPartOrder",
                        "The list of parts was not in ascending order. Parts must be ordered by part number.", 400),
              {{"UploadId", upload_id}});
}

AwsError EntityTooSmall(int number, std::string_view etag, std::uint64_t size) {
  return With(MakeError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400),
              {{"ETag", etag},
               {"MinSizeAllowed", "5242880"},
               {"PartNumber", std::to_string(number)},
               {"ProposedSize", std::to_string(size)}});
}

AwsError ChecksumTypeMismatch(std::string_view expected, std::string_view actual) {
  return InvalidRequest(fmt::format(
      "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}", expected, actual));
}

AwsError InvalidTag(std::string message, std::string_view key, std::string_view value) {
  Json fields = Json::object();
  if (!key.empty()) fields["TagKey"] = key;
  if (!value.empty()) fields["TagValue"] = value;
  return With(MakeError("InvalidTag", std::move(message), 400), std::move(fields));
}

AwsError MalformedXml() {
  return MakeError("MalformedXML",
                   "The XML you provided was not well-formed or did not validate against our published schema", 400);
}

AwsError MissingRequestBody() { return MakeError("MissingRequestBodyError", "Request Body is empty", 400); }

AwsError InvalidRequest(std::string message) { return MakeError("InvalidRequest", std::move(message), 400); }

AwsError InvalidArgument(std::string message, std::string_view name, const char* value) {
  Json fields{{"ArgumentName", name}};
  if (value != nullptr) fields["ArgumentValue"] = value;
  return With(MakeError("InvalidArgument", std::move(message), 400), std::move(fields));
}

AwsError InvalidArgument(std::string message, std::string_view name, const std::string& value) {
  return InvalidArgument(std::move(message), name, value.c_str());
}

AwsError AccessDenied() { return MakeError("AccessDenied", "Access Denied", 403); }

AwsError HeaderNotImplemented(std::string_view header) {
  return With(MakeError("NotImplemented", "A header you provided implies functionality that is not implemented", 501),
              {{"Header", header}});
}

}  // namespace stratolite::s3
