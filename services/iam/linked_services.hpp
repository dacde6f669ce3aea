#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace stratolite::iam {

/// A service that has a role of its own in an account.
struct LinkedService {
  /// `batch.amazonaws.com`.
  std::string_view principal;
  /// After `AWSServiceRoleFor`.
  std::string_view role;
  /// Its policy, one of AWS's under `/aws-service-role/`.
  std::string_view policy;
  /// Whether several of them, told apart by a suffix, may be in an account.
  bool takes_suffix = false;
};

/// In order of principals. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html leads to each service's page.
std::span<const LinkedService> LinkedServices();
/// nullptr: none that is known here.
const LinkedService* FindLinkedService(std::string_view principal);

}  // namespace stratolite::iam
