#include "iam/simulation_operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "iam/errors.hpp"
#include "iam/number_paging.hpp"
#include "iam/simulated_principal.hpp"
#include "stratolite/ports/identity_directory.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {
namespace {

Result<std::vector<SimulatedPolicy>> ReadPolicyList(const Fields& in, std::string_view member, std::string_view type) {
  std::vector<SimulatedPolicy> policies;
  int number = 0;
  for (const auto& document : in.Strings(member)) {
    ASSIGN_OR_RETURN(auto policy,
                     ReadSimulatedPolicy(fmt::format("{}.{}", member, ++number), std::string(type), document));
    policies.push_back(std::move(policy));
  }
  return policies;
}

/// The boundary of PermissionsBoundaryPolicyInputList, if there is one.
Result<void> ReadGivenBoundary(const Fields& in, Simulation& simulation) {
  ASSIGN_OR_RETURN(auto boundaries,
                   ReadPolicyList(in, "PermissionsBoundaryPolicyInputList", "Permissions Boundary Policy"));
  if (boundaries.size() > 1) {
    return InvalidInput("You can input only one permissions boundary when you pass a policy to this operation.");
  }
  if (!boundaries.empty()) simulation.boundary = std::move(boundaries.front());
  return {};
}

Result<void> ReadContext(const Fields& in, auth::AccessContext& context) {
  for (const auto& entry : in.List("ContextEntries")) {
    const Fields fields(entry);
    ASSIGN_OR_RETURN(const std::string name, fields.String("ContextKeyName"));
    const auto values = fields.Strings("ContextKeyValues");
    const auto type = fields.StringOr("ContextKeyType", "string");
    if (values.size() > 1 && !type.ends_with("List")) {
      return InvalidInput(fmt::format("Context key {} of type {} has more than one value.", name, type));
    }
    if (type.starts_with("boolean")) {
      for (const auto& value : values) {
        if (value != "true" && value != "false") {
          return InvalidInput(fmt::format("Value {} of context key {} is not of type {}.", value, name, type));
        }
      }
    }
    context.Set(name, values);
  }
  return {};
}

/// An account's number, or its ARN, which is what AWS's simulator takes although its documentation says the former.
Result<std::string> ReadOwner(const Fields& in) {
  const auto owner = in.OptionalString("ResourceOwner");
  if (!owner) return std::string();
  if (IsAccountId(*owner)) return *owner;
  if (owner->starts_with("arn:aws:iam::") && owner->size() >= 25 && IsAccountId(owner->substr(13, 12))) {
    return owner->substr(13, 12);
  }
  return InvalidInput(fmt::format("'{}' is not a valid as a Resource Owner.", *owner));
}

/// Who asks in the simulation, and what every request of theirs carries.
Result<void> SetCaller(std::string_view arn, Simulation& simulation) {
  ASSIGN_OR_RETURN(const EntityKind kind, KindOfEntityArn(arn));
  auth::Principal& caller = simulation.caller;
  const auto name = arn.substr(arn.rfind('/') + 1);
  caller.account = AccountId(std::string(arn.substr(arn.find(":iam::") + 6, 12)));
  caller.arn = std::string(arn);
  if (kind == EntityKind::kRole) {
    caller.type = auth::PrincipalType::kAssumedRole;
    caller.issuer_arn = caller.arn;
  }
  simulation.context.Set("aws:PrincipalArn", caller.arn);
  simulation.context.Set("aws:PrincipalAccount", caller.account.str());
  simulation.context.Set("aws:PrincipalType", kind == EntityKind::kRole ? "AssumedRole" : "User");
  if (kind == EntityKind::kUser) simulation.context.Set("aws:username", std::string(name));
  if (simulation.resource && kind != EntityKind::kUser) {
    return InvalidInput("Invalid caller - Caller must be an IAM user in this context.");
  }
  return {};
}

Result<Json> EvaluatePage(const Call& call, const Simulation& simulation) {
  const Fields in(call.input);
  const auto actions = in.Strings("ActionNames");
  for (const auto& action : actions) {
    if (std::count(action.begin(), action.end(), ':') != 1 || action.front() == ':' || action.back() == ':') {
      return InvalidInput(fmt::format("Invalid Action Name: {}", action));
    }
  }
  auto resources = in.Strings("ResourceArns");
  if (resources.empty()) resources.emplace_back("*");
  for (const auto& resource : resources) {
    if (resource != "*" && !resource.starts_with("arn:")) {
      return InvalidInput(fmt::format("Invalid Resource Arn: {}", resource));
    }
  }
  ASSIGN_OR_RETURN(const NumberPage page, ReadNumberPage(call));
  Json output = {{"EvaluationResults", Json::array()}};
  const auto begin = std::clamp<std::int64_t>(page.after, 0, static_cast<std::int64_t>(actions.size()));
  const auto end = std::min<std::int64_t>(begin + page.limit, static_cast<std::int64_t>(actions.size()));
  for (auto i = begin; i < end; ++i) {
    output["EvaluationResults"].push_back(simulation.Evaluate(actions[static_cast<std::size_t>(i)], resources));
  }
  WritePage(output, end < static_cast<std::int64_t>(actions.size()), std::to_string(end));
  return output;
}

Json ContextKeyNames(const std::vector<SimulatedPolicy>& policies,
                     const std::optional<SimulatedPolicy>& boundary = {}) {
  std::set<std::string> names;
  for (const auto& policy : policies) {
    for (const auto& name : auth::ContextKeysOf(*policy.policy)) names.insert(name);
  }
  if (boundary) {
    for (const auto& name : auth::ContextKeysOf(*boundary->policy)) names.insert(name);
  }
  return {{"ContextKeyNames", names}};
}

}  // namespace

void SimulationOperations::Register(OperationTable& operations) {
  operations.Add("SimulateCustomPolicy", this, &SimulationOperations::SimulateCustomPolicy);
  operations.Add("SimulatePrincipalPolicy", this, &SimulationOperations::SimulatePrincipalPolicy);
  operations.Add("GetContextKeysForCustomPolicy", this, &SimulationOperations::GetContextKeysForCustomPolicy);
  operations.Add("GetContextKeysForPrincipalPolicy", this, &SimulationOperations::GetContextKeysForPrincipalPolicy);
}

Result<void> SimulationOperations::ReadCommon(const Call& call, std::string_view caller_arn,
                                              Simulation& simulation) const {
  const Fields in(call.input);
  RETURN_IF_ERROR(ReadGivenBoundary(in, simulation));
  if (const auto document = in.OptionalString("ResourcePolicy")) {
    ASSIGN_OR_RETURN(simulation.resource, ReadSimulatedPolicy("ResourcePolicy", "Resource Policy", *document));
    // Somebody must be whom its Principal is compared with.
    if (caller_arn.empty()) return InvalidInput("CallerArn is required when a ResourcePolicy is included.");
  }
  ASSIGN_OR_RETURN(simulation.resource_owner, ReadOwner(in));
  simulation.caller.type = auth::PrincipalType::kUser;
  simulation.caller.account = call.scope.account;
  const TimePoint now = deps_.clock.Now();
  simulation.context.Set("aws:CurrentTime", FormatIso8601(now));
  simulation.context.Set(
      "aws:EpochTime",
      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count()));
  if (!caller_arn.empty()) RETURN_IF_ERROR(SetCaller(caller_arn, simulation));
  return ReadContext(in, simulation.context);
}

void SimulationOperations::AddOrganization(const Call& call, bool excluded, Simulation& simulation) const {
  auto* const organizations = deps_.ports.Find<ports::OrganizationDirectory>();
  if (organizations == nullptr || excluded) return;
  const auto membership = organizations->Find(call.scope.account);
  if (!membership->organization_id.empty()) simulation.service_control = membership->service_control;
}

Result<Json> SimulationOperations::SimulateCustomPolicy(const Call& call) {
  const Fields in(call.input);
  Simulation simulation;
  ASSIGN_OR_RETURN(simulation.identity, ReadPolicyList(in, "PolicyInputList", "IAM Policy"));
  RETURN_IF_ERROR(ReadCommon(call, in.StringOr("CallerArn", ""), simulation));
  if (in.Has("OrderedOrganizationPolicyInputList")) {
    simulation.service_control.emplace();
    for (const auto& level : in.List("OrderedOrganizationPolicyInputList")) {
      ASSIGN_OR_RETURN(const auto policies,
                       ReadPolicyList(Fields(level), "ServiceControlPolicyInputList", "Service Control Policy"));
      auto& named = simulation.service_control->emplace_back();
      for (const auto& policy : policies) named.push_back({policy.id, policy.policy});
    }
  }
  return EvaluatePage(call, simulation);
}

Result<Json> SimulationOperations::SimulatePrincipalPolicy(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string source, in.String("PolicySourceArn"));
  ASSIGN_OR_RETURN(const auto exclusions, PolicyExclusions::Read(in.List("PolicyExclusionList")));
  ASSIGN_OR_RETURN(auto principal, deps_.db.Read([&](storage::Reader& reader) {
    return LoadPrincipalPolicies(reader, call, source, exclusions);
  }));
  Simulation simulation;
  simulation.identity = std::move(principal.identity);
  simulation.boundary = std::move(principal.boundary);
  ASSIGN_OR_RETURN(auto more, ReadPolicyList(in, "PolicyInputList", "IAM Policy"));
  for (auto& policy : more) simulation.identity.push_back(std::move(policy));
  for (const auto& [name, value] : principal.entity.tags) simulation.context.Set("aws:PrincipalTag/" + name, value);
  if (principal.entity.kind == EntityKind::kUser) simulation.context.Set("aws:userid", principal.entity.unique_id);
  // A group is nobody who calls.
  const bool group = principal.entity.kind == EntityKind::kGroup;
  RETURN_IF_ERROR(ReadCommon(call, in.StringOr("CallerArn", group ? "" : source), simulation));
  AddOrganization(call, exclusions.HasType("scp"), simulation);
  return EvaluatePage(call, simulation);
}

Result<Json> SimulationOperations::GetContextKeysForCustomPolicy(const Call& call) {
  ASSIGN_OR_RETURN(const auto policies, ReadPolicyList(Fields(call.input), "PolicyInputList", "IAM Policy"));
  return ContextKeyNames(policies);
}

Result<Json> SimulationOperations::GetContextKeysForPrincipalPolicy(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string source, in.String("PolicySourceArn"));
  ASSIGN_OR_RETURN(auto principal, deps_.db.Read([&](storage::Reader& reader) {
    return LoadPrincipalPolicies(reader, call, source, PolicyExclusions());
  }));
  ASSIGN_OR_RETURN(auto more, ReadPolicyList(in, "PolicyInputList", "IAM Policy"));
  for (auto& policy : more) principal.identity.push_back(std::move(policy));
  return ContextKeyNames(principal.identity, principal.boundary);
}

}  // namespace stratolite::iam
