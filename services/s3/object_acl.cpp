#include "s3/object_acl.hpp"

#include <algorithm>
#include <array>

#include "s3/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::array<std::string_view, 7> kCannedAcls = {
    "private",       "public-read",       "public-read-write",        "authenticated-read",
    "aws-exec-read", "bucket-owner-read", "bucket-owner-full-control"};

}  // namespace

// All buckets have BucketOwnerEnforced ownership. An ACL that changes nothing is let through: old clients send `private` with every object.
Result<void> ReadObjectAcl(const Call& call, const Bucket&, ObjectDetails&) {
  const Fields in(call.input);
  const std::string acl = in.StringOr("ACL", "private");
  if (std::find(kCannedAcls.begin(), kCannedAcls.end(), acl) == kCannedAcls.end())
    return InvalidArgument("", "x-amz-acl", acl);
  if (acl != "private" && acl != "bucket-owner-full-control") return AccessControlListNotSupported();
  for (const char* grant : {"GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP"}) {
    if (in.Has(grant)) return AccessControlListNotSupported();
  }
  return {};
}

}  // namespace stratolite::s3
