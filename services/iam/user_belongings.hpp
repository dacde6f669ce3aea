#pragma once

#include "iam/model.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// What hangs on a user beside its row, memberships and policies: access keys, password, MFA devices, certificates, keys for SSH and services. Asked and told
/// within the transaction that changes the user. Thread-safe. Blocks.
class UserBelongings {
 public:
  virtual ~UserBelongings() = default;
  /// Whether the user may go. Errors: DeleteConflict, in AWS's words for what is in the way.
  virtual Result<void> CheckDeletable(storage::Reader& reader, const Entity& user) = 0;
  /// After the rename: `user` has the new name, path and ARN, and the id and unique id that it always had.
  virtual void Renamed(storage::Txn& txn, const Entity& user) = 0;
};

}  // namespace stratolite::iam
