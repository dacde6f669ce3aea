#pragma once

#include <string>
#include <string_view>

#include "s3/acl.hpp"
#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// The bucket of a call (input member `Bucket`), after the checks that every operation on one begins with. Errors: NoSuchBucket; PermanentRedirect to a client
/// that speaks to another region; InvalidBucketOwnerAWSAccountID and AccessDenied for `ExpectedBucketOwner`. Not from within a transaction.
Result<BucketPtr> FindBucket(Parts& parts, const Call& call);

/// `aws-global`, which SDKs translate before they sign, is no region. Errors: AuthorizationHeaderMalformed.
Result<void> CheckSignedRegion(const Call& call, std::string_view expected);

}  // namespace stratolite::s3
