#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/access_context.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite {

struct Call;

/// What a world does with policies.
enum class IamMode {
  /// Everything is allowed, nothing is decided.
  kOff,
  /// Everything is allowed; what would have been denied is journalled.
  kAudit,
  /// What policies do not allow is denied; so is an operation whose permissions nobody knows.
  kEnforce,
};

/// One permission that a call needs.
struct AccessNeed {
  /// `s3:GetObject`.
  std::string action = {};
  /// An ARN, or `*`.
  std::string resource = "*";
  /// What a denial calls the resource where that is not its ARN: IAM writes `user bob`. Empty: `resource`.
  std::string resource_in_message = {};
  /// Beside the global keys: the service's own (`s3:prefix`), `aws:RequestTag/…`, `aws:TagKeys`.
  auth::AccessContext context = {};
};

/// What a resource brings to a decision about it.
struct ResourceFacts {
  /// Empty: the account in its ARN, and without one the caller's.
  AccountId owner = AccountId("");
  /// Its policy, as the user sent it; empty: it has none.
  std::string policy;
  /// Changes whenever `policy` does, so that it is compiled once; empty: its text is looked up by itself.
  std::string policy_version;
  /// `aws:ResourceTag/…`.
  std::map<std::string, std::string> tags;
  /// See auth::AccessQuestion.
  bool policy_required = false;
  /// Further keys: `iam:PermissionsBoundary`, `s3:ExistingObjectTag/…`.
  auth::AccessContext context = {};
};

/// What a service knows about its calls and resources that no table does. A service offers one by Service::access_guide. Thread-safe. Blocks; not from within a
/// transaction. Only asked where policies are looked at.
class AccessGuide {
 public:
  virtual ~AccessGuide() = default;
  /// `needs` is what the table of permissions says of the call; changes it where the rule is special: another resource, a second permission, keys of its own.
  virtual void Refine(const Call& call, std::vector<AccessNeed>& needs) {
    static_cast<void>(call);
    static_cast<void>(needs);
  }
  /// Of one of the needs' resources. For resources that do not exist: nothing.
  virtual ResourceFacts FactsOf(const Call& call, const AccessNeed& need) {
    static_cast<void>(call);
    static_cast<void>(need);
    return {};
  }
};

/// What the table of permissions says: an operation's actions, each with the ARN that its input makes of the resource's pattern. Empty: it needs none
/// (GetCallerIdentity). nullopt: the table does not know the operation. Thread-safe.
std::optional<std::vector<AccessNeed>> NeedsOf(std::string_view service, const Call& call);

}  // namespace stratolite
