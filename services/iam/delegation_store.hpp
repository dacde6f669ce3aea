#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// A partner's request to act for somebody. Plain data.
struct DelegationRequest {
  std::string id;
  /// Empty: anybody's to take.
  std::string owner_account;
  TimePoint created_at;
  /// The model's DelegationRequest but for id, owner's account and date of creation, and `NotificationChannel`, `RequestorWorkflowId`.
  Json details = Json::object();
};

/// Delegation requests. Thread-safe. Blocks.
class DelegationStore {
 public:
  static std::optional<DelegationRequest> Find(storage::Reader& reader, std::string_view id);
  /// Of one owner's account, in order of ids, after `after`.
  static std::vector<DelegationRequest> List(storage::Reader& reader, const AccountId& owner_account,
                                             std::string_view after, std::int64_t limit);
  /// In the place of what there was.
  static void Put(storage::Txn& txn, const DelegationRequest& request);
};

}  // namespace stratolite::iam
