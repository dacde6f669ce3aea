#pragma once

#include "organizations/policy_store.hpp"
#include "organizations/tree_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::runtime {
struct DueTask;
}

namespace stratolite::organizations {

/// Accounts: made some moments after they were asked for, on the world's clock, with a role by which the management account administers them. `deps` and
/// `changes` must outlive it. Thread-safe. Blocks.
class AccountOperations {
 public:
  AccountOperations(const ServiceDeps& deps, Changes& changes);

  Result<Json> CreateAccount(const Call& call);
  Result<Json> DescribeCreateAccountStatus(const Call& call);
  Result<Json> ListCreateAccountStatus(const Call& call);
  Result<Json> DescribeAccount(const Call& call);
  Result<Json> ListAccounts(const Call& call);
  Result<Json> ListAccountsForParent(const Call& call);
  Result<Json> MoveAccount(const Call& call);
  Result<Json> RemoveAccountFromOrganization(const Call& call);
  Result<Json> CloseAccount(const Call& call);

 private:
  void Complete(const runtime::DueTask& task);
  /// A number that no account of an organization has.
  AccountId NewAccountId(storage::Reader& reader);
  void MakeAdministratorsRole(const AccountId& management, const AccountId& account, const std::string& role_name);

  const ServiceDeps deps_;
  TreeStore tree_;
  PolicyStore policies_;
};

}  // namespace stratolite::organizations
