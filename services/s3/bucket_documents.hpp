#pragma once

#include <optional>
#include <string_view>

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

/// Sub-resources of buckets that are one JSON document each (s3_bucket_document): how operations read and write them. What is read often (by every PUT, say)
/// is read with Bucket::Setting instead, from memory.
namespace stratolite::s3 {

/// The document that a PUT of a sub-resource is about: input member `member`. Errors: MissingRequestBodyError.
Result<Json> ReadDocument(const Call& call, const char* member);

/// Null in `document` removes it. The bucket may have gone since it was found: NoSuchBucket. An empty output else.
Result<Json> StoreDocument(Parts& parts, const Bucket& bucket, std::string_view kind, const Json& document);

}  // namespace stratolite::s3
