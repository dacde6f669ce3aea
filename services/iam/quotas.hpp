#pragma once

#include <cstdint>
#include <string_view>

#include "stratolite/base/result.hpp"

/// How much an account may have of everything, as AWS's defaults are.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
namespace stratolite::iam {

/// A quota under the name that AWS's message calls it: `Cannot exceed quota for UsersPerAccount: 5000`.
struct Quota {
  std::string_view name;
  std::int64_t limit;

  /// `count`: how many there will be. Errors: LimitExceeded.
  Result<void> Check(std::int64_t count) const;
};

inline constexpr Quota kUsersPerAccount{"UsersPerAccount", 5000};
inline constexpr Quota kGroupsPerAccount{"GroupsPerAccount", 300};
inline constexpr Quota kRolesPerAccount{"RolesPerAccount", 1000};
inline constexpr Quota kInstanceProfilesPerAccount{"InstanceProfilesPerAccount", 1000};
inline constexpr Quota kPoliciesPerAccount{"PoliciesPerAccount", 1500};
inline constexpr Quota kServerCertificatesPerAccount{"ServerCertificatesPerAccount", 20};
inline constexpr Quota kOpenIdProvidersPerAccount{"OpenIdConnectProvidersPerAccount", 100};
inline constexpr Quota kSamlProvidersPerAccount{"SamlProvidersPerAccount", 100};

inline constexpr Quota kGroupsPerUser{"GroupsPerUser", 10};
inline constexpr Quota kAccessKeysPerUser{"AccessKeysPerUser", 2};
inline constexpr Quota kSigningCertificatesPerUser{"CertificatesPerUser", 2};
inline constexpr Quota kMfaDevicesPerUser{"MFADevicesPerUser", 8};
inline constexpr Quota kSshKeysPerUser{"SSHPublicKeysPerUser", 5};
inline constexpr Quota kServiceSpecificCredentialsPerUser{"ServiceSpecificCredentialsPerUser", 2};

inline constexpr Quota kPoliciesPerUser{"PoliciesPerUser", 10};
inline constexpr Quota kPoliciesPerGroup{"PoliciesPerGroup", 10};
inline constexpr Quota kPoliciesPerRole{"PoliciesPerRole", 10};

inline constexpr Quota kRolesPerInstanceProfile{"InstanceSessionsPerInstanceProfile", 1};
inline constexpr Quota kPolicySize{"PolicySize", 6144};
inline constexpr Quota kTrustPolicySize{"ACLSizePerRole", 2048};

/// Sums over all inline policies of one of them.
inline constexpr std::int64_t kInlineSizePerUser = 2048;
inline constexpr std::int64_t kInlineSizePerGroup = 5120;
inline constexpr std::int64_t kInlineSizePerRole = 10'240;

inline constexpr std::int64_t kVersionsPerPolicy = 5;
inline constexpr std::int64_t kPolicyVersionsInUse = 10'000;
inline constexpr std::int64_t kTagsPerResource = 50;

}  // namespace stratolite::iam
