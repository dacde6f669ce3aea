#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::sts {

/// `arn:aws:iam::123456789012:role/path/Name`, taken apart. Plain data.
struct RoleArn {
  Arn arn;
  AccountId account;
  /// Without the path, as session ARNs have it.
  std::string name;
};
/// Errors: ValidationError (`Request ARN is invalid`).
Result<RoleArn> ParseRoleArn(std::string_view text);

}  // namespace stratolite::sts
