#include "organizations/model.hpp"

#include <algorithm>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::organizations {
namespace {

std::string OrganizationArn(const std::string& account, const std::string& resource) {
  return Arn{"aws", "organizations", "", account, resource}.ToString();
}

std::string StateOf(const Handshake& handshake, TimePoint now) {
  return handshake.state == "OPEN" && now >= handshake.expires_at ? "EXPIRED" : handshake.state;
}

}  // namespace

bool Organization::Enables(std::string_view type) const {
  return std::find(policy_types.begin(), policy_types.end(), type) != policy_types.end();
}
std::string Organization::Arn() const { return OrganizationArn(management.str(), "organization/" + id); }
std::string Organization::RootArn() const { return OrganizationArn(management.str(), "root/" + id + "/" + root_id); }

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_strategies.html
std::optional<Policy> FullAccessPolicyOf(std::string_view type) {
  Policy policy;
  policy.aws_managed = true;
  policy.type = type;
  if (type == kServiceControl) {
    policy.id = "p-FullAWSAccess";
    policy.name = "FullAWSAccess";
    policy.description = "Allows access to every operation";
    policy.content = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
    return policy;
  }
  if (type == kResourceControl) {
    policy.id = "p-RCPFullAWSAccess";
    policy.name = "RCPFullAWSAccess";
    policy.description = "Allows access to every resource";
    policy.content =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})";
    return policy;
  }
  return std::nullopt;
}

std::optional<Policy> FindAwsPolicy(std::string_view id) {
  for (const std::string_view type : {kServiceControl, kResourceControl}) {
    if (auto policy = FullAccessPolicyOf(type); policy->id == id) return policy;
  }
  return std::nullopt;
}

std::string UnitArn(const Organization& organization, const Unit& unit) {
  return OrganizationArn(organization.management.str(), "ou/" + organization.id + "/" + unit.id);
}
std::string AccountArn(const Organization& organization, const AccountId& account) {
  return OrganizationArn(organization.management.str(), "account/" + organization.id + "/" + account.str());
}
std::string PolicyArn(const Organization& organization, const Policy& policy) {
  const std::string type = AsciiLower(policy.type);
  if (policy.aws_managed) return OrganizationArn("aws", "policy/" + type + "/" + policy.id);
  return OrganizationArn(organization.management.str(), "policy/" + organization.id + "/" + type + "/" + policy.id);
}

Json View(const Organization& organization) {
  // What is available is not what is enabled: the latter is the root's.
  Json types = Json::array();
  if (organization.feature_set == "ALL") types.push_back({{"Type", kServiceControl}, {"Status", "ENABLED"}});
  return {{"Id", organization.id},
          {"Arn", organization.Arn()},
          {"FeatureSet", organization.feature_set},
          {"MasterAccountArn", AccountArn(organization, organization.management)},
          {"MasterAccountId", organization.management.str()},
          {"MasterAccountEmail", organization.email},
          {"AvailablePolicyTypes", std::move(types)}};
}

Json RootView(const Organization& organization) {
  Json types = Json::array();
  for (const std::string& type : organization.policy_types) types.push_back({{"Type", type}, {"Status", "ENABLED"}});
  return {{"Id", organization.root_id},
          {"Arn", organization.RootArn()},
          {"Name", "Root"},
          {"PolicyTypes", std::move(types)}};
}

Json View(const Organization& organization, const Unit& unit, const std::string& path) {
  return {{"Id", unit.id}, {"Arn", UnitArn(organization, unit)}, {"Name", unit.name}, {"Path", path + unit.id + "/"}};
}

Json View(const Organization& organization, const Account& account, const std::string& path) {
  return {{"Id", account.id.str()},
          {"Arn", AccountArn(organization, account.id)},
          {"Email", account.email},
          {"Name", account.name},
          {"Status", account.state == "CLOSED" ? "SUSPENDED" : "ACTIVE"},
          {"State", account.state},
          {"Paths", {path + account.id.str() + "/"}},
          {"JoinedMethod", account.joined_method},
          {"JoinedTimestamp", ToJson(account.joined_at)}};
}

Json Summary(const Organization& organization, const Policy& policy) {
  return {{"Id", policy.id},     {"Arn", PolicyArn(organization, policy)},
          {"Name", policy.name}, {"Description", policy.description},
          {"Type", policy.type}, {"AwsManaged", policy.aws_managed}};
}

Json View(const AccountRequest& request) {
  Json view = {{"Id", request.id},
               {"AccountName", request.account_name},
               {"State", request.state},
               {"RequestedTimestamp", ToJson(request.requested_at)}};
  if (request.completed_at) view["CompletedTimestamp"] = ToJson(*request.completed_at);
  if (!request.account.empty()) view["AccountId"] = request.account;
  if (!request.failure_reason.empty()) view["FailureReason"] = request.failure_reason;
  return view;
}

Json View(const Organization& organization, const Account& management, const Handshake& handshake, TimePoint now) {
  // Parties are named without their prefixes: `o-` is the kind.
  Json target = {{"Id", handshake.target.str()}, {"Type", "ACCOUNT"}};
  if (!handshake.target_email.empty()) target = {{"Id", handshake.target_email}, {"Type", "EMAIL"}};
  Json resources = {{{"Type", "ORGANIZATION"},
                     {"Value", organization.id},
                     {"Resources",
                      {{{"Type", "MASTER_EMAIL"}, {"Value", organization.email}},
                       {{"Type", "MASTER_NAME"}, {"Value", management.name}},
                       {{"Type", "ORGANIZATION_FEATURE_SET"}, {"Value", organization.feature_set}}}}},
                    {{"Type", target["Type"]}, {"Value", target["Id"]}}};
  if (!handshake.notes.empty()) resources.push_back({{"Type", "NOTES"}, {"Value", handshake.notes}});
  return {{"Id", handshake.id},
          {"Arn",
           OrganizationArn(organization.management.str(), "handshake/" + organization.id + "/invite/" + handshake.id)},
          {"Parties", {{{"Id", organization.id.substr(2)}, {"Type", "ORGANIZATION"}}, target}},
          {"State", StateOf(handshake, now)},
          {"RequestedTimestamp", ToJson(handshake.requested_at)},
          {"ExpirationTimestamp", ToJson(handshake.expires_at)},
          {"Action", "INVITE"},
          {"Resources", std::move(resources)}};
}

Json TagList(const Tags& tags) {
  Json list = Json::array();
  for (const auto& [key, value] : tags) list.push_back({{"Key", key}, {"Value", value}});
  return list;
}

void AddTags(const Json& list, Tags& tags) {
  for (const Json& tag : list) tags[Fields(tag).StringOr("Key", "")] = Fields(tag).StringOr("Value", "");
}

}  // namespace stratolite::organizations
