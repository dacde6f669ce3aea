#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/access.hpp"

/// Directory buckets: S3 Express One Zone. They are rows of s3_bucket like the others; their names tell them apart, for no other bucket may end so.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-buckets-overview.html
namespace stratolite::s3 {

inline constexpr std::string_view kExpressStorageClass = "EXPRESS_ONEZONE";
/// Kind of s3_bucket_document: where it is, `{"Type":…,"Name":…,"DataRedundancy":…}`.
inline constexpr std::string_view kDirectoryDocument = "directory";

/// `base--zone--x-s3`, by its end.
bool IsDirectoryBucketName(std::string_view name);
/// `arn:aws:s3express:eu-west-1:123456789012:bucket/name`.
std::string DirectoryBucketArn(const Region& region, const AccountId& account, std::string_view name);

/// CreateBucket of a call that asks for one.
Result<Json> CreateDirectoryBucket(Parts& parts, const Call& call);

/// What such a bucket refuses: operations and fields of other buckets, sessions of other buckets, writing in a session to read. Not from within a transaction.
Result<void> CheckDirectoryCall(Parts& parts, const Call& call, const Bucket& bucket);

/// What calls about directory buckets need: `s3express:CreateSession` for what is in one, `s3express:…` for the bucket itself.
void RefineForDirectoryBuckets(const Call& call, std::vector<AccessNeed>& needs);
/// The name in DirectoryBucketArn; empty: another resource.
std::string_view DirectoryBucketOfArn(std::string_view resource);

}  // namespace stratolite::s3
