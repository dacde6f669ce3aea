#pragma once

#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// The account as such: its alias, its password policy, its summary. Thread-safe. Blocks.
class AccountOperations {
 public:
  explicit AccountOperations(const ServiceDeps& deps) : deps_(deps) {}

  void Register(OperationTable& operations);

 private:
  Result<Json> CreateAccountAlias(const Call& call);
  Result<Json> DeleteAccountAlias(const Call& call);
  Result<Json> ListAccountAliases(const Call& call);
  Result<Json> GetAccountPasswordPolicy(const Call& call);
  Result<Json> UpdateAccountPasswordPolicy(const Call& call);
  Result<Json> DeleteAccountPasswordPolicy(const Call& call);
  Result<Json> GetAccountSummary(const Call& call);

  const ServiceDeps deps_;
};

}  // namespace stratolite::iam
