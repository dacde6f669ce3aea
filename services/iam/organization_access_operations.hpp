#pragma once

#include <string>
#include <vector>

#include "stratolite/auth/principal.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Services last accessed in an organization, or the part of it that a path names: which services its service control policies allow, and which its accounts' users
/// and roles really used. Organizations is asked as the caller would ask it. `deps` must outlive it. Thread-safe. Blocks.
class OrganizationAccessOperations {
 public:
  explicit OrganizationAccessOperations(const ServiceDeps& deps) : deps_(deps) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> GenerateOrganizationsAccessReport(const Call& call);
  Result<Json> GetOrganizationsAccessReport(const Call& call);

  /// Errors end in the report.
  Result<Json> Write(const Call& call);
  Result<Json> Ask(const Call& call, std::string_view operation, const Json& input);
  /// All pages' `member`.
  Result<std::vector<Json>> AskAll(const Call& call, std::string_view operation, Json input, const std::string& member);
  /// Documents by level; on each one must allow.
  Result<std::vector<std::vector<std::string>>> ReadControls(const Call& call, const std::string& path);

  const ServiceDeps& deps_;
};

}  // namespace stratolite::iam
