#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/statement_positions.hpp"
#include "stratolite/auth/decision.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::iam {

/// A policy that takes part in a simulation, with what answers tell about its statements. Plain data.
struct SimulatedPolicy {
  struct Statement {
    StatementPosition position;
    /// Condition keys that it mentions.
    std::vector<std::string> keys;
  };
  /// `PolicyInputList.1`, or the policy's name.
  std::string id;
  /// `IAM Policy`.
  std::string type;
  auth::PolicyPtr policy;
  std::vector<Statement> statements;
};

/// Errors: InvalidInput for what is no policy.
Result<SimulatedPolicy> ReadSimulatedPolicy(std::string id, std::string type, std::string_view document);

/// What SimulateCustomPolicy and SimulatePrincipalPolicy ask the engine, once their input is read. Nothing is done, nothing is stored. Not thread-safe.
class Simulation {
 public:
  auth::Principal caller;
  std::vector<SimulatedPolicy> identity;
  std::optional<SimulatedPolicy> boundary;
  std::optional<SimulatedPolicy> resource;
  /// nullopt: the caller's account is in no organization.
  std::optional<std::vector<std::vector<auth::NamedPolicy>>> service_control;
  auth::AccessContext context;
  /// Of resources whose ARNs do not tell; empty: the caller's account.
  std::string resource_owner;

  /// An EvaluationResult. `resources`: ARNs; `*` alone: any.
  Json Evaluate(const std::string& action, const std::vector<std::string>& resources) const;

 private:
  struct Outcome {
    std::string decision;
    Json statements = Json::array();
    Json missing = Json::array();
    bool by_boundary = true;
    bool by_organization = true;
    bool across_accounts = false;
    Json details = Json::object();
  };
  Outcome Ask(const std::string& action, const std::string& resource) const;
  bool AllowedByOrganization(const auth::AccessQuestion& question) const;
  auth::ApplicablePolicies Applicable() const;
};

}  // namespace stratolite::iam
