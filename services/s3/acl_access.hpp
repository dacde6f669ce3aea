#pragma once

#include <string>
#include <string_view>

#include "s3/model.hpp"
#include "stratolite/service/access.hpp"
#include "stratolite/service/service.hpp"

/// What ACLs have to say in decisions about access. An ACL's grant counts as a statement of the resource's policy that allows: for everyone where it is to a
/// group, for the grantee's account where it is to a user, who is one account to S3. Thread-safe.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions
namespace stratolite::s3 {

/// What is asked about. Plain data; refers to what the asker holds.
struct AclQuestion {
  const Call& call;
  std::string_view action;
  const Bucket& bucket;
  /// nullptr: the bucket itself, or an object that does not exist.
  const Object* object = nullptr;
  /// Of the block of public access.
  bool ignore_public = false;
};

/// Into `facts`, which has the bucket's owner and policy, what the ACLs grant; and where the object is somebody else's than the bucket, its owner, about whose
/// objects the bucket's policy can but deny.
void AddAclFacts(const AclQuestion& question, ResourceFacts& facts);

}  // namespace stratolite::s3
