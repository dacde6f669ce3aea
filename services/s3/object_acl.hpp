#pragma once

#include "s3/account_block.hpp"
#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// The ACL that a request gives the object it makes, and who will own it, into `details`. Errors: those of ReadAcl; AccessControlListNotSupported where the
/// bucket does without ACLs; AccessDenied for public ones where they are blocked.
Result<void> ReadObjectAcl(Parts& parts, const Call& call, const Bucket& bucket, ObjectDetails& details);

/// Into `details`, whose owner is known, for PutObjectAcl. Errors: the same, and MissingSecurityHeader.
Result<void> ChangeObjectAcl(const Call& call, const Bucket& bucket, const PublicAccess& block, ObjectDetails& details);

}  // namespace stratolite::s3
