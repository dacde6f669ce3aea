#pragma once

#include <string>
#include <string_view>

#include "s3/acl.hpp"
#include "s3/model.hpp"
#include "stratolite/service/service.hpp"

/// Whose objects are, and which ACL counts, by the bucket's object ownership. Thread-safe.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
namespace stratolite::s3 {

inline constexpr std::string_view kBucketOwnerEnforced = "BucketOwnerEnforced";
inline constexpr std::string_view kBucketOwnerPreferred = "BucketOwnerPreferred";
inline constexpr std::string_view kObjectWriter = "ObjectWriter";
/// One of the three values of x-amz-object-ownership.
bool IsObjectOwnership(std::string_view value);

inline constexpr std::string_view kOwnershipDocument = "ownership";
/// Kind of s3_bucket_document: an ACL. Absent: the owner's full control.
inline constexpr std::string_view kAclDocument = "acl";

/// What holds for the bucket, whether somebody said so or not.
std::string_view OwnershipOf(const Bucket& bucket);
/// Whether its ACLs count.
bool HasAcls(const Bucket& bucket);

/// Who makes a call, as owner of what it makes: its account, or kAnonymousOwner.
AccountId WriterOf(const Call& call);
/// Who owns a version, as things are now.
AccountId OwnerOf(const Bucket& bucket, const ObjectDetails& details);

/// The ACL as it counts: where the bucket has none, its owner's full control.
Json AclOf(const Bucket& bucket);
Json AclOf(const Bucket& bucket, const ObjectDetails& details);

}  // namespace stratolite::s3
