#pragma once

#include "stratolite/ports/bucket_control.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3control {

/// S3's side, S3 being made if need be. Errors: NotImplemented where this world has no S3. Blocks; not from within a transaction.
Result<ports::BucketControl*> FindControl(const ServiceDeps& deps);

/// Everything here is about one account (`x-amz-account-id`), the caller's. Errors: InvalidURI (no account's form), AccessDenied.
Result<void> CheckAccount(const Call& call);

}  // namespace stratolite::s3control
