#pragma once

#include <map>
#include <string>
#include <string_view>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

using TagMap = std::map<std::string, std::string>;

/// Whose tags: the limits are 10 for an object and 50 for a bucket, and S3 words its errors by the operation.
enum class TagSubject { kObject, kBucket, kNewBucket };

/// The tags of an `x-amz-tagging` header (PutObject, CopyObject, CreateMultipartUpload): `a=1&b=2`, percent-encoded. Errors: InvalidArgument, InvalidTag,
/// BadRequest. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
Result<TagMap> ParseTaggingHeader(std::string_view header);

/// The tags of a `TagSet` list (PutObjectTagging, PutBucketTagging, CreateBucket). Errors: MalformedXML (a tag without key or value), InvalidTag, BadRequest.
Result<TagMap> ValidateTagSet(const Json& tag_set, TagSubject subject);

/// The `TagSet` list of an answer.
Json ToTagSet(const TagMap& tags);

}  // namespace stratolite::s3
