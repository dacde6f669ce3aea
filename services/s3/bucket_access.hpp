#pragma once

#include <string>
#include <string_view>

#include "s3/acl.hpp"
#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// The bucket of a call (input member `Bucket`), after the checks that every operation on one begins with. Errors: NoSuchBucket; InvalidBucketOwnerAWSAccountID
/// and AccessDenied for `ExpectedBucketOwner`. Not from within a transaction.
Result<BucketPtr> FindBucket(Parts& parts, const Call& call);

/// Endpoints of every region answer here, so a request may be signed for any; but `aws-global`, which SDKs translate before they sign, is none.
/// Errors: AuthorizationHeaderMalformed.
Result<void> CheckSignedRegion(const Call& call, std::string_view expected);

}  // namespace stratolite::s3
