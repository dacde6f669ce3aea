#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/model.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/service/access.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// What decisions about IAM's own resources need beside the table of permissions: the path that an entity has in its ARN, the caller where an input names no
/// user, both names of what is renamed, tags, and the boundary. Given things outlive it. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
class IamAccessGuide final : public AccessGuide {
 public:
  IamAccessGuide(storage::Database& db, auth::CredentialStore& credentials) : db_(db), credentials_(credentials) {}

  void Refine(const Call& call, std::vector<AccessNeed>& needs) override;
  ResourceFacts FactsOf(const Call& call, const AccessNeed& need) override;

 private:
  /// The ARN with the stored path; nullopt: nothing of that name, or no name in it.
  std::optional<std::string> FindArn(std::string_view arn);
  std::string UserOfCall(const Call& call);
  void AddRenamed(const Call& call, std::vector<AccessNeed>& needs);

  storage::Database& db_;
  auth::CredentialStore& credentials_;
};

}  // namespace stratolite::iam
