#include "sns/permission_operations.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include "sns/errors.hpp"
#include "sns/topic_access.hpp"
#include "sns/topic_attributes.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sns {
namespace {

constexpr std::size_t kMaxDataProtectionPolicy = 30'720;
// https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html
constexpr std::array<std::string_view, 9> kActions = {
    "AddPermission",
    "DeleteTopic",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "Publish",
    "RemovePermission",
    "Subscribe",
    "SetTopicAttributes",
    "*",
};

/// SNS writes a list of one as its element.
nlohmann::ordered_json OneOrMany(const std::vector<std::string>& values) {
  if (values.size() == 1) return values.front();
  return values;
}

nlohmann::ordered_json PolicyDocument(const Topic& topic) {
  // Set policies were checked, by ParseJsonText.
  nlohmann::ordered_json policy = nlohmann::ordered_json::parse(PolicyOfTopic(topic));
  nlohmann::ordered_json& statements = policy["Statement"];
  if (!statements.is_array()) statements = nlohmann::ordered_json::array({statements});
  return policy;
}

}  // namespace

Result<void> CheckDataProtectionPolicy(std::string_view text) {
  const Json policy = ParseJsonText(text);
  if (text.size() > kMaxDataProtectionPolicy || !policy.is_object()) return InvalidParameter("DataProtectionPolicy");
  return {};
}

Result<Json> PermissionOperations::AddPermission(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, TopicArnOf(call));
  ASSIGN_OR_RETURN(const std::string label, RequiredText(call, "Label"));
  const Fields in(call.input);
  if (!in.Has("AWSAccountId")) return NullParameter("AWSAccountId");
  if (!in.Has("ActionName")) return NullParameter("ActionName");
  std::vector<std::string> principals;
  for (const std::string& account : in.Strings("AWSAccountId")) {
    if (!IsAccountId(account)) return InvalidParameter("AWSAccountId", fmt::format("Invalid account: {}", account));
    principals.push_back(fmt::format("arn:{}:iam::{}:root", PartitionOf(call.scope.region), account));
  }
  std::vector<std::string> actions;
  for (const std::string& action : in.Strings("ActionName")) {
    if (std::find(kActions.begin(), kActions.end(), action) == kActions.end())
      return InvalidParameter("Policy statement action out of service scope!");
    actions.push_back("SNS:" + action);
  }
  if (principals.empty()) return EmptyParameter("AWSAccountId");
  if (actions.empty()) return EmptyParameter("ActionName");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    std::optional<Topic> topic = TopicStore::FindBare(txn, arn);
    if (!topic) return TopicNotFound();
    nlohmann::ordered_json policy = PolicyDocument(*topic);
    for (const auto& statement : policy["Statement"]) {
      if (statement.value("Sid", "") == label) return InvalidParameter("Statement already exists");
    }
    policy["Statement"].push_back({{"Sid", label},
                                   {"Effect", "Allow"},
                                   {"Principal", {{"AWS", OneOrMany(principals)}}},
                                   {"Action", OneOrMany(actions)},
                                   {"Resource", topic->arn}});
    topic->attributes.insert_or_assign("Policy", policy.dump());
    topics_.Update(txn, *topic);
    return Json::object();
  });
}

Result<Json> PermissionOperations::RemovePermission(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, TopicArnOf(call));
  ASSIGN_OR_RETURN(const std::string label, RequiredText(call, "Label"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    std::optional<Topic> topic = TopicStore::FindBare(txn, arn);
    if (!topic) return TopicNotFound();
    nlohmann::ordered_json policy = PolicyDocument(*topic);
    nlohmann::ordered_json& statements = policy["Statement"];
    const auto labelled = std::find_if(statements.begin(), statements.end(),
                                       [&](const auto& statement) { return statement.value("Sid", "") == label; });
    if (labelled == statements.end()) return Json::object();
    statements.erase(labelled);
    topic->attributes.insert_or_assign("Policy", policy.dump());
    topics_.Update(txn, *topic);
    return Json::object();
  });
}

Result<Json> PermissionOperations::GetDataProtectionPolicy(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, TopicArnOf(call, "ResourceArn"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const std::optional<Topic> topic = TopicStore::FindBare(reader, arn);
    if (!topic) return TopicNotFound();
    const std::optional<std::string> policy = TopicStore::DataProtectionPolicy(reader, topic->id);
    if (!policy) return Json::object();
    return Json{{"DataProtectionPolicy", *policy}};
  });
}

Result<Json> PermissionOperations::PutDataProtectionPolicy(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, TopicArnOf(call, "ResourceArn"));
  const Fields in(call.input);
  if (!in.Has("DataProtectionPolicy")) return NullParameter("DataProtectionPolicy");
  const std::string policy = in.StringOr("DataProtectionPolicy", "");
  if (!policy.empty()) RETURN_IF_ERROR(CheckDataProtectionPolicy(policy));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const std::optional<Topic> topic = TopicStore::FindBare(txn, arn);
    if (!topic) return TopicNotFound();
    if (topic->fifo) return InvalidParameter("DataProtectionPolicy", "FIFO topics do not support data protection");
    TopicStore::SetDataProtectionPolicy(txn, topic->id, policy.empty() ? std::nullopt : std::optional(policy));
    return Json::object();
  });
}

}  // namespace stratolite::sns
