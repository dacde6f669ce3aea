#pragma once

#include <string_view>

#include "stratolite/base/result.hpp"

/// Errors about access control lists and who pays.
namespace stratolite::s3 {

AwsError MalformedAcl();
/// PutBucketAcl and PutObjectAcl that say nothing.
AwsError MissingAcl();
AwsError UnexpectedContent();
AwsError EmailGranteesEnded();
/// CreateBucket.
AwsError InvalidBucketAclWithBlockPublicAccess();
/// BlockPublicAcls refuses an ACL that lets anyone in; `action`: `s3:PutObjectAcl`.
AwsError PublicAclBlocked(std::string_view caller, std::string_view action, std::string_view resource);

}  // namespace stratolite::s3
