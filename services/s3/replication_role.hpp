#pragma once

#include <optional>
#include <string_view>

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// Why the role of a replication configuration may not copy a version by one of its rules, in the words of AWS's failure reasons; nullopt: it may, or nobody
/// enforces policies. Not from within a transaction. Blocks.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
std::optional<std::string_view> WhyRoleMayNotReplicate(Parts& parts, const Bucket& source, const Object& object,
                                                       std::string_view role_arn, const Json& rule);

}  // namespace stratolite::s3
