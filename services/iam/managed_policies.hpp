#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// A managed policy as such, an account's own or AWS's. Plain data.
struct ManagedPolicy {
  /// 0: AWS's, which is no entity.
  EntityId id = 0;
  std::string arn;
  std::string name;
  std::string path = "/";
  /// `ANPA…`.
  std::string unique_id;
  std::string description;
  /// `v1`.
  std::string default_version;
  TimePoint created_at;
  TimePoint updated_at;
  Tags tags;

  bool by_aws() const { return id == 0; }
  /// AWS's policies of service-linked roles are nobody else's to attach.
  bool attachable() const { return !by_aws() || !path.starts_with("/aws-service-role/"); }
};

/// One version of a managed policy.
struct PolicyVersion {
  /// `v3`.
  std::string id;
  bool is_default = false;
  /// As the user sent it.
  std::string document;
  TimePoint created_at;
};

/// What the row of an account's policy has beside what all entities have. Plain data.
struct PolicyDetails {
  std::int64_t default_version = 1;
  /// Numbers are never used again.
  std::int64_t newest_version = 1;
  TimePoint updated_at;
  std::string description;

  Json ToJson() const;
};
PolicyDetails PolicyDetailsOf(const Entity& entity);
/// `v3`.
std::string PolicyVersionName(std::int64_t number);
/// 0: no version's name.
std::int64_t PolicyVersionNumber(std::string_view version);
/// Of an account's own: `entity` is of kind kPolicy.
ManagedPolicy ToManagedPolicy(const Entity& entity);
/// Errors: InvalidInput for what is no policy's ARN, of whatever account.
Result<void> CheckPolicyArn(std::string_view arn);

/// Managed policies by ARN: an account's own, and AWS's (see aws_policies.hpp), of which there is one version, the default one. Thread-safe. Blocks.
class ManagedPolicies {
 public:
  /// Seen from `account`: other accounts' policies are not there.
  static std::optional<ManagedPolicy> Find(storage::Reader& reader, const AccountId& account, std::string_view arn);
  /// The default version's document.
  static std::optional<std::string> FindDocument(storage::Reader& reader, const AccountId& account,
                                                 std::string_view arn);
  static std::optional<PolicyVersion> FindVersion(storage::Reader& reader, const AccountId& account,
                                                  std::string_view arn, std::string_view version);
  /// Newest first.
  static std::vector<PolicyVersion> ListVersions(storage::Reader& reader, const AccountId& account,
                                                 std::string_view arn);
  /// For AttachXPolicy: the policy is there and may be attached. Errors: NoSuchEntity, `Policy … does not exist or is not attachable.`, InvalidInput for what is no
  /// policy's ARN.
  static Result<ManagedPolicy> FindAttachable(storage::Reader& reader, const AccountId& account, std::string_view arn);
  /// For boundaries. Errors: NoSuchEntity, `Scope ARN: … does not exist or is not attachable.`
  static Result<void> CheckBoundary(storage::Reader& reader, const AccountId& account, std::string_view arn);
};

}  // namespace stratolite::iam
