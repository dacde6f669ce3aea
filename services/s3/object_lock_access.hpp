#pragma once

#include "s3/parts.hpp"
#include "stratolite/auth/access_context.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/service/service.hpp"

/// Object Lock and policies.
namespace stratolite::s3 {

/// `s3:object-lock-mode`, `s3:object-lock-retain-until-date`, `s3:object-lock-remaining-retention-days` (begun days count) and `s3:object-lock-legal-hold` of what
/// a request asks for. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
void SetObjectLockKeys(const Call& call, TimePoint now, auth::AccessContext& context);

/// Takes out of the answer to a GET or HEAD what needs a permission of its own: s3:GetObjectRetention, s3:GetObjectLegalHold. Not from within a transaction.
void HideObjectLock(Parts& parts, const Call& call, Json& output);

}  // namespace stratolite::s3
