#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "s3/parts.hpp"
#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// Kinds of s3_bucket_document that say who may use a bucket.
inline constexpr std::string_view kPolicyDocument = "policy";
inline constexpr std::string_view kPublicAccessDocument = "public_access_block";
/// Stored in place of a setting that was deleted, where the lack of one differs from AWS's default.
inline constexpr std::string_view kDeletedDocument = "deleted";

/// What S3 refuses as the policy of the bucket; `bucket`: its name, or the ARN of an access point. Errors: MalformedPolicy, in its words.
Result<void> CheckBucketPolicy(std::string_view document, std::string_view bucket);

/// Whether it lets anyone in, as S3 reckons: an Allow for `*` whose conditions do not hold callers to fixed values.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
bool IsPublicPolicy(std::string_view document);

/// One member of the block of public access, of which everything is set in buckets that say nothing else.
bool BlocksPublicAccess(const std::optional<Json>& block, const char* member);

}  // namespace stratolite::s3
