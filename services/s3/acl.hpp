#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

/// Access control lists by themselves: what canned ones say, how requests spell them, what S3 refuses. Whose they are and whether they count is ownership's
/// (ownership.hpp). An ACL is kept as GetBucketAcl and GetObjectAcl answer it: `Owner` and `Grants`.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
namespace stratolite::s3 {

inline constexpr std::string_view kAllUsers = "http://acs.amazonaws.com/groups/global/AllUsers";
inline constexpr std::string_view kAuthenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
inline constexpr std::string_view kLogDelivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";

inline constexpr std::string_view kFullControl = "FULL_CONTROL";

/// Stands for the account of who owns an object that came unsigned.
inline constexpr std::string_view kAnonymousOwner = "anonymous";

/// `id` of an account's canonical user, 64 hex digits: a fixed function of the account number, but for kAnonymousOwner, whose is AWS's.
std::string CanonicalUserId(const AccountId& account);

/// What an ACL is for. Canonical ids.
struct AclPlace {
  enum class Kind { kBucket, kObject };
  Kind kind = Kind::kObject;
  std::string owner;
  std::string bucket_owner;
};

/// Of who has everything, alone.
Json OwnersAcl(const std::string& owner);
/// Whether it says what OwnersAcl says.
bool IsOwnersAcl(const Json& acl);
/// Whether it grants anything to everyone, or to everyone with an account.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
bool IsPublicAcl(const Json& acl);

/// Whether a request has any `x-amz-grant-…`.
bool HasGrantHeaders(const Call& call);

/// The ACL that a request gives, by name, by `x-amz-grant-…` or as a document; nullopt: by none of them. Errors: InvalidArgument, InvalidRequest,
/// UnexpectedContent, MalformedACLError; MethodNotAllowed for grants to e-mail addresses, which AWS ended in October 2025; AccessDenied for a document that
/// names another owner.
Result<std::optional<Json>> ReadAcl(const Call& call, const AclPlace& place);

}  // namespace stratolite::s3
