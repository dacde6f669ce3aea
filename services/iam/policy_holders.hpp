#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "iam/model.hpp"
#include "iam/quotas.hpp"

namespace stratolite::iam {

/// What policies can belong to.
struct PolicyHolder {
  EntityKind kind;
  /// The member that says whose.
  std::string_view name_member;
  /// Of inline policies together, without white space.
  std::int64_t inline_size;
  Quota attached;
};

inline constexpr PolicyHolder kUserHolder{EntityKind::kUser, "UserName", kInlineSizePerUser, kPoliciesPerUser};
inline constexpr PolicyHolder kGroupHolder{EntityKind::kGroup, "GroupName", kInlineSizePerGroup, kPoliciesPerGroup};
inline constexpr PolicyHolder kRoleHolder{EntityKind::kRole, "RoleName", kInlineSizePerRole, kPoliciesPerRole};

}  // namespace stratolite::iam
