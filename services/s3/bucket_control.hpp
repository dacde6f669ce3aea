#pragma once

#include "s3/parts.hpp"
#include "stratolite/ports/bucket_control.hpp"

namespace stratolite::s3 {

/// What S3 offers to S3 Control. `parts` outlives it. Thread-safe. Blocks.
class S3BucketControl final : public ports::BucketControl {
 public:
  explicit S3BucketControl(Parts& parts) : parts_(parts) {}

  std::optional<BucketFacts> FindBucket(std::string_view name) override;
  Tags TagsOfBucket(std::string_view name) override;
  Result<bool> ChangeTagsOfBucket(std::string_view name, const std::function<Result<void>(Tags&)>& change) override;
  Result<Tags> ReadTags(const Json& list) override;
  std::optional<Json> PublicAccessBlockOf(const AccountId& account) override;
  void SetPublicAccessBlock(const AccountId& account, const Json& block) override;
  std::optional<AccessPoint> FindAccessPoint(const Scope& scope, std::string_view name) override;
  bool AddAccessPoint(const AccessPoint& point) override;
  Result<bool> ChangeAccessPoint(const Scope& scope, std::string_view name,
                                 const std::function<Result<void>(AccessPoint&)>& change) override;
  bool RemoveAccessPoint(const Scope& scope, std::string_view name) override;
  std::vector<AccessPoint> ListAccessPoints(const Scope& scope, std::string_view bucket, std::string_view after,
                                            std::size_t limit) override;
  Result<void> CheckPolicy(const AccessPoint& point, std::string_view policy, std::string_view caller) override;
  bool IsPublicPolicy(std::string_view policy) override;

 private:
  Parts& parts_;
};

}  // namespace stratolite::s3
