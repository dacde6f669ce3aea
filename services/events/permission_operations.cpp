#include "events/permission_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "events/bus_access.hpp"
#include "events/errors.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
constexpr std::size_t kLongestPolicy = 10240;
constexpr const char* kAnyone = "*";

/// A policy that was given whole. Its text is kept.
Result<Json> ParseBusPolicy(const std::string& text) {
  Json policy = ParseJsonText(text);
  const AwsError invalid = ValidationException("This policy contains invalid Json");
  if (!policy.is_object() || !policy.contains("Statement")) return invalid;
  Json& statements = policy["Statement"];
  if (!statements.is_array()) statements = Json::array({statements});
  for (const Json& statement : statements) {
    if (!statement.is_object() || !statement.value("Sid", Json("")).is_string()) return invalid;
  }
  return policy;
}

/// The statement that Action, Principal, StatementId and Condition stand for.
Result<Json> StatementFrom(const Fields& in, const Scope& scope, const std::string& bus_arn) {
  for (const char* member : {"Action", "Principal", "StatementId"}) {
    if (!in.Has(member)) return ValidationException(fmt::format("Parameter {} must be specified.", member));
  }
  const std::string action = in.StringOr("Action", "");
  if (action != "events:PutEvents")
    return ValidationException("Provided value in parameter 'action' is not supported.");
  const std::string principal = in.StringOr("Principal", "");
  Json statement = {{"Sid", in.StringOr("StatementId", "")},
                    {"Effect", "Allow"},
                    {"Principal", kAnyone},
                    {"Action", action},
                    {"Resource", bus_arn}};
  if (principal != kAnyone)
    statement["Principal"] = {{"AWS", fmt::format("arn:{}:iam::{}:root", PartitionOf(scope.region), principal)}};
  if (const Json* condition = in.Find("Condition")) {
    const Fields fields(*condition);
    statement["Condition"][fields.StringOr("Type", "")][fields.StringOr("Key", "")] = fields.StringOr("Value", "");
  }
  return statement;
}

bool IsForAnyone(const Json& statement) { return statement.value("Principal", Json()) == kAnyone; }

/// In the place of the one with the same id. AWS keeps one statement for anyone.
void AddStatement(Json& statements, Json statement) {
  for (Json& existing : statements) {
    if (existing.value("Sid", "") == statement["Sid"]) {
      existing = std::move(statement);
      return;
    }
  }
  if (IsForAnyone(statement) && std::any_of(statements.begin(), statements.end(), IsForAnyone)) return;
  statements.push_back(std::move(statement));
}

}  // namespace

template <typename Edit>
Result<Json> PermissionOperations::EditPolicy(const Call& call, Edit edit) {
  const std::string name = Fields(call.input).StringOr("EventBusName", std::string(kDefaultBus));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const BusPtr found = buses_.FindForChange(txn, call.scope, name, deps_.clock.Now());
    if (!found) return BusNotFound(name);
    Bus bus = *found;
    ASSIGN_OR_RETURN(bus.policy, edit(bus));
    if (bus.policy.size() > kLongestPolicy) return PolicyTooLong();
    bus.modified_at = deps_.clock.Now();
    buses_.Update(txn, bus);
    return Json::object();
  });
}

Result<Json> PermissionOperations::PutPermission(const Call& call) {
  const Fields in(call.input);
  if (const auto whole = in.OptionalString("Policy")) {
    for (const char* member : {"Action", "Principal", "StatementId", "Condition"}) {
      if (in.Has(member))
        return ValidationException(fmt::format("Parameter Policy can't be combined with parameter {}.", member));
    }
    RETURN_IF_ERROR(ParseBusPolicy(*whole));
    return EditPolicy(call, [&](const Bus&) -> Result<std::string> { return *whole; });
  }
  return EditPolicy(call, [&](const Bus& bus) -> Result<std::string> {
    ASSIGN_OR_RETURN(Json statement, StatementFrom(in, call.scope, bus.arn));
    Json policy = {{"Version", "2012-10-17"}, {"Statement", Json::array()}};
    if (!bus.policy.empty()) {
      ASSIGN_OR_RETURN(policy, ParseBusPolicy(bus.policy));
    }
    AddStatement(policy["Statement"], std::move(statement));
    return policy.dump();
  });
}

Result<Json> PermissionOperations::RemovePermission(const Call& call) {
  const Fields in(call.input);
  if (in.BoolOr("RemoveAllPermissions", false))
    return EditPolicy(call, [](const Bus&) -> Result<std::string> { return std::string(); });
  const std::string id = in.StringOr("StatementId", "");
  if (id.empty()) return ValidationException("Parameter StatementId must be specified.");
  return EditPolicy(call, [&](const Bus& bus) -> Result<std::string> {
    if (bus.policy.empty()) return StatementNotFound();
    ASSIGN_OR_RETURN(Json policy, ParseBusPolicy(bus.policy));
    Json& statements = policy["Statement"];
    const auto found = std::find_if(statements.begin(), statements.end(),
                                    [&](const Json& statement) { return statement.value("Sid", "") == id; });
    if (found == statements.end()) return StatementNotFound();
    statements.erase(found);
    return statements.empty() ? std::string() : policy.dump();
  });
}

}  // namespace stratolite::events
