#pragma once

#include "sns/topic_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// AddPermission, RemovePermission: statements of a topic's policy; and the topic's data protection policy, which is kept and not applied. Everything
/// given must outlive it. Thread-safe. Blocks.
class PermissionOperations {
 public:
  PermissionOperations(const ServiceDeps& deps, TopicStore& topics) : deps_(deps), topics_(topics) {}

  Result<Json> AddPermission(const Call& call);
  Result<Json> RemovePermission(const Call& call);
  Result<Json> GetDataProtectionPolicy(const Call& call);
  Result<Json> PutDataProtectionPolicy(const Call& call);

 private:
  const ServiceDeps deps_;
  TopicStore& topics_;
};

/// The document of PutDataProtectionPolicy and CreateTopic.
Result<void> CheckDataProtectionPolicy(std::string_view text);

}  // namespace stratolite::sns
