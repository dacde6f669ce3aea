#pragma once

#include "s3/model.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// The ACL that a request gives the object it makes, and who will own it, into `details`. Errors: AccessControlListNotSupported, InvalidArgument.
Result<void> ReadObjectAcl(const Call& call, const Bucket& bucket, ObjectDetails& details);

}  // namespace stratolite::s3
