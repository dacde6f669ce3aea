#pragma once

#include "s3/model.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// Retention and legal hold of the object that a request makes, into `details`: what it says, else the bucket's default. Errors: InvalidArgument,
/// InvalidRequest.
Result<void> ReadObjectLock(const Call& call, const Bucket& bucket, ObjectDetails& details);

}  // namespace stratolite::s3
