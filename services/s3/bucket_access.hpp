#pragma once

#include <string>
#include <string_view>

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// The bucket of a call (input member `Bucket`), after the checks that every operation on one begins with. Errors: NoSuchBucket; InvalidBucketOwnerAWSAccountID
/// and AccessDenied for `ExpectedBucketOwner`. Not from within a transaction.
Result<BucketPtr> FindBucket(Parts& parts, const Call& call);

/// Endpoints of every region answer here, so a request may be signed for any; but `aws-global`, which SDKs translate before they sign, is none.
/// Errors: AuthorizationHeaderMalformed.
Result<void> CheckSignedRegion(const Call& call, std::string_view expected);

/// `id` of an account's canonical user, 64 hex digits: a fixed function of the account number, for owners and ACLs.
std::string CanonicalUserId(const AccountId& account);

/// The access control policy of every bucket and object as long as ownership is enforced, which is the default: its owner's full control.
Json OwnersAcl(const Bucket& bucket);

}  // namespace stratolite::s3
