#pragma once

#include <string_view>

#include "s3/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/time.hpp"

/// What answers tell of a bucket's lifecycle rules. Buckets without rules cost nothing.
namespace stratolite::s3 {

/// Member `Expiration` (x-amz-expiration): when the newest version of its key expires, and by which rule; nothing where none is about it.
void AddExpiration(Json& output, const Bucket& bucket, const Object& object);

/// Members `AbortDate` and `AbortRuleId`: when an upload of `key` is given up.
void AddAbortDate(Json& output, const Bucket& bucket, std::string_view key, TimePoint initiated);

}  // namespace stratolite::s3
