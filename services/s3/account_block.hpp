#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// Kind of s3_account_document.
inline constexpr std::string_view kAccountBlockDocument = "public_access_block";

/// What of public access is blocked for a bucket. Plain data.
struct PublicAccess {
  bool block_acls = false;
  bool ignore_acls = false;
  bool block_policy = false;
  bool restrict_buckets = false;
};

/// The stricter of the account's block and the bucket's, member by member. Thread-safe. Blocks. Not from within a transaction.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
PublicAccess EffectivePublicAccessBlock(Parts& parts, const Bucket& bucket);

/// `block`: all members of a PublicAccessBlockConfiguration. What it blocks is added.
void AddBlock(const Json& block, PublicAccess& access);

}  // namespace stratolite::s3
