#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/principal.hpp"

namespace stratolite::auth::language {

/// How much a resource's policy gives to a caller by naming it, the least first.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
enum class Grant {
  kNone,
  /// Its account is named: the account's own policies decide who may.
  kAccount,
  /// The role of a session, or the user of a federated one, is named: boundary and session policies still limit it.
  kIssuer,
  /// The user, the session, the service, or everybody: nothing that merely does not allow limits it.
  kDirect,
};

/// Who a statement is about: its Principal or NotPrincipal. Built once, then asked. Immutable once built. Thread-safe.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
class PrincipalSet {
 public:
  /// `kind`: `AWS`, `Service`, `Federated`, `CanonicalUser`.
  void Add(std::string_view kind, std::string_view name);
  /// `"Principal": "*"`.
  void AddEverybody();

  Grant Match(const Principal& caller) const;
  /// Whether a denial to all but these leaves the caller alone. AWS looks at every name that a caller has, so all of them have to be listed: the account, the
  /// role, the session. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
  bool Excepts(const Principal& caller) const;

 private:
  bool Names(const std::vector<std::string>& names, std::string_view name) const;
  bool NamesAccount(const Principal& caller) const;
  bool NamesItself(const Principal& caller) const;
  bool NamesIssuer(const Principal& caller) const;

  bool everybody_ = false;
  /// `{"AWS": "*"}`: everybody that AWS knows, and whoever is anonymous.
  bool every_aws_ = false;
  std::vector<std::string> accounts_;
  /// ARNs and unique ids.
  std::vector<std::string> identities_;
  std::vector<std::string> services_;
  std::vector<std::string> providers_;
  std::vector<std::string> canonical_users_;
};

}  // namespace stratolite::auth::language
