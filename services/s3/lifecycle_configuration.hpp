#pragma once

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/runtime/random.hpp"

namespace stratolite::s3 {

/// The document to keep of a LifecycleConfiguration that follows the schema: checked as AWS checks it, rules without an id given one. `minimum_size`: member
/// TransitionDefaultMinimumObjectSize of the request, empty when it has none. Errors: lifecycle_errors.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
Result<Json> ReadLifecycleConfiguration(const Json& configuration, const std::string& minimum_size,
                                        runtime::Random& random);

}  // namespace stratolite::s3
