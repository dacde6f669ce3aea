#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/ports/usage_log.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

/// Which services an entity's policies let it use, and which it used when. All functions: Thread-safe.
namespace stratolite::iam {

/// A service as reports call it. Plain data.
struct ReportedService {
  std::string_view name_space;
  std::string_view name;
};

/// Those that reports know: the services that this build has a model of, in order of their namespaces.
const std::vector<ReportedService>& ReportedServices();

/// Who may have used the permissions of a user, group, role or policy: itself, the group's users, everybody who has the policy.
struct AccessSubject {
  std::vector<Entity> users_and_roles;
  /// Documents whose permissions are looked at.
  std::vector<std::string> documents;
};

/// nullopt: there is nothing of this ARN in the account that a report can be about.
std::optional<AccessSubject> FindAccessSubject(storage::Reader& reader, const AccountId& account, std::string_view arn);

/// The name of the permission that an operation needs, without its service.
std::string ActionOf(const std::string& service, const std::string& operation);

}  // namespace stratolite::iam
