#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

/// Every error that S3 answers, each text once, with the members that AWS puts beside it.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and what AWS was seen to answer.
namespace stratolite::s3 {

// Buckets
AwsError NoSuchBucket(std::string_view bucket);
AwsError BucketAlreadyExists(std::string_view bucket);
AwsError BucketAlreadyOwnedByYou(std::string_view bucket);
AwsError BucketNotEmpty(std::string_view bucket);
AwsError InvalidBucketName(std::string_view bucket);
/// With the second sentence that AWS adds for buckets with versions.
AwsError BucketNotEmptyOfVersions(std::string_view bucket);
/// 400 InvalidBucketOwnerAWSAccountID.
AwsError InvalidBucketOwner(std::string_view expected);
/// `constraint`: `unspecified` where the request had none.
AwsError IllegalLocationConstraint(std::string_view constraint);
AwsError InvalidLocationConstraint(std::string_view constraint);
AwsError InvalidBucketAclWithObjectOwnership();
/// 400 AuthorizationHeaderMalformed with `Region`: the signature names a region that is none.
AwsError WrongSignedRegion(std::string_view signed_region, std::string_view expected);
/// 301, with the header `x-amz-bucket-region`, by which SDKs go to where the bucket is.
AwsError PermanentRedirect(std::string_view bucket, std::string_view region, std::string_view endpoint);
/// 404 with `BucketName`: a sub-resource that the bucket does not have.
AwsError NoSuchTagSet(std::string_view bucket);
AwsError NoSuchBucketPolicy(std::string_view bucket);
AwsError MalformedPolicy(std::string message);
/// BlockPublicPolicy refuses what would let anyone in.
AwsError PublicPolicyBlocked(std::string_view caller, std::string_view bucket);
AwsError OwnershipControlsNotFound(std::string_view bucket);
AwsError NoSuchPublicAccessBlock(std::string_view bucket);
AwsError IllegalVersioningConfiguration();
AwsError MfaDeleteNotImplemented();

// Objects
AwsError NoSuchKey(std::string_view key);
AwsError NoSuchVersion(std::string_view key, std::string_view version_id);
/// HEAD and GET of a delete marker by its version; with `x-amz-delete-marker` and `Last-Modified`.
AwsError MethodNotAllowed(std::string_view method, std::string_view resource_type);
/// 412; `condition`: the header that did not hold, as AWS spells it.
AwsError PreconditionFailed(std::string_view condition);
/// 304 without a body.
AwsError NotModified();
AwsError InvalidRange(std::string_view range, std::uint64_t actual_size);
AwsError BadDigest(std::string_view message);
AwsError InvalidDigest(std::string_view content_md5);
/// BadDigest of a Content-MD5; base64 both.
AwsError BadContentMd5(std::string_view expected, std::string_view calculated);
AwsError IncompleteBody(std::uint64_t expected, std::uint64_t received);
AwsError MalformedTrailer();
AwsError InvalidStorageClass(std::string_view storage_class);
/// GET of what is in an archive.
AwsError InvalidObjectState(std::string_view storage_class);
AwsError InvalidPartNumber(std::int64_t requested, int actual_count);
AwsError AccessControlListNotSupported();
/// HeaderNotImplemented for a value that this operation does not take.
AwsError HeaderValueNotImplemented(std::string_view header);
AwsError SeveralConditions(std::string_view headers);
AwsError InvalidRedirectLocation();
AwsError InvalidVersionId(const std::string& version_id);
/// InvalidObjectState of a copy's source.
AwsError InvalidSourceState(std::string_view storage_class);
AwsError OperationAborted();
AwsError UnsupportedChecksumAlgorithm();
AwsError InvalidEncryptionAlgorithm(std::string_view algorithm);
AwsError EntityTooLarge(std::uint64_t proposed, std::uint64_t allowed);
AwsError KeyTooLong(std::size_t size, std::size_t allowed);
AwsError MetadataTooLarge(std::size_t size, std::size_t allowed);
AwsError MissingContentLength();

// Multipart
AwsError NoSuchUpload(std::string_view upload_id);
AwsError InvalidPart(int number, std::string_view etag, std::string_view upload_id);
AwsError InvalidPartOrder(std::string_view upload_id);
AwsError EntityTooSmall(int number, std::string_view etag, std::uint64_t size);
/// Algorithms in lower case; `null` for none.
AwsError ChecksumTypeMismatch(std::string_view expected, std::string_view actual);

// Tags
/// `key` and `value` are left out when they are empty.
AwsError InvalidTag(std::string message, std::string_view key, std::string_view value = {});

// Requests
AwsError MalformedXml();
AwsError MissingRequestBody();
/// 400 InvalidRequest with a whole sentence of AWS's.
AwsError InvalidRequest(std::string message);
/// 400 InvalidArgument; `value` is left out when it is null.
AwsError InvalidArgument(std::string message, std::string_view name, const char* value);
AwsError InvalidArgument(std::string message, std::string_view name, const std::string& value);
AwsError AccessDenied();
/// 501; `A header you provided implies functionality that is not implemented`, AWS's own words.
AwsError HeaderNotImplemented(std::string_view header);

/// For errors that one place alone makes.
AwsError MakeError(std::string_view code, std::string message, int http_status);

}  // namespace stratolite::s3
