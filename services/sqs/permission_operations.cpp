#include "sqs/permission_operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sqs/errors.hpp"
#include "sqs/queue_access.hpp"
#include "sqs/queue_attributes.hpp"
#include "sqs/queue_url.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sqs {
namespace {

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
constexpr std::size_t kMaxActions = 7;
constexpr std::array<std::string_view, 9> kSharedActions = {"*",
                                                            "SendMessage",
                                                            "ReceiveMessage",
                                                            "DeleteMessage",
                                                            "ChangeMessageVisibility",
                                                            "GetQueueAttributes",
                                                            "GetQueueUrl",
                                                            "ListDeadLetterSourceQueues",
                                                            "PurgeQueue"};
/// Known to SQS, but never given to other accounts.
constexpr std::array<std::string_view, 12> kOwnersActions = {"AddPermission",
                                                             "RemovePermission",
                                                             "CreateQueue",
                                                             "DeleteQueue",
                                                             "ListQueues",
                                                             "SetQueueAttributes",
                                                             "TagQueue",
                                                             "UntagQueue",
                                                             "ListQueueTags",
                                                             "StartMessageMoveTask",
                                                             "CancelMessageMoveTask",
                                                             "ListMessageMoveTasks"};

Result<std::string> CheckLabel(const Call& call) {
  ASSIGN_OR_RETURN(std::string label, RequiredString(call.input, "Label"));
  // The same characters as a queue's name, without its suffix.
  if (!IsQueueName(label) || IsFifoName(label)) {
    return InvalidParameterValue(
        label, "Label", "Label can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }
  return label;
}

Result<void> CheckActions(const std::vector<std::string>& actions) {
  if (actions.empty()) return MissingParameter("Actions");
  for (const std::string& action : actions) {
    const std::string spelled = "SQS:" + action;
    if (std::find(kOwnersActions.begin(), kOwnersActions.end(), action) != kOwnersActions.end()) {
      return InvalidParameterValue(spelled, "ActionName", "Only the queue owner is allowed to invoke this action.");
    }
    if (std::find(kSharedActions.begin(), kSharedActions.end(), action) == kSharedActions.end()) {
      return InvalidParameterValue(spelled, "ActionName",
                                   "Please refer to the appropriate WSDL for a list of valid actions.");
    }
  }
  if (actions.size() > kMaxActions) return TooManyActions(actions.size());
  return {};
}

/// AWS writes a list of one as its element.
Json OneOrMany(std::vector<std::string> values) {
  if (values.size() == 1) return values.front();
  return values;
}

Json StatementsOf(const Json& policy) {
  const Json statements = policy.value("Statement", Json::array());
  return statements.is_array() ? statements : Json::array({statements});
}

}  // namespace

template <typename Edit>
Result<Json> PermissionOperations::EditPolicy(const Call& call, const Queue& found, Edit edit) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const QueuePtr current = QueueStore::Find(txn, found.id);
    if (!current) return QueueDoesNotExist(call.protocol);
    Queue queue = *current;
    const auto stored = queue.attributes.find("Policy");
    Json policy =
        stored == queue.attributes.end()
            ? Json{{"Version", "2008-10-17"}, {"Id", queue.arn + "/SQSDefaultPolicy"}, {"Statement", Json::array()}}
            : Json::parse(stored->second);
    policy["Statement"] = StatementsOf(policy);
    RETURN_IF_ERROR(edit(policy["Statement"]));
    RETURN_IF_ERROR(ApplyAttributes(queue, {{"Policy", policy["Statement"].empty() ? "" : policy.dump()}}));
    queue.modified_at = deps_.clock.Now();
    queues_.Update(txn, queue);
    return Json::object();
  });
}

Result<Json> PermissionOperations::AddPermission(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  ASSIGN_OR_RETURN(const std::string label, CheckLabel(call));
  const Fields in(call.input);
  const std::vector<std::string> accounts = in.Strings("AWSAccountIds");
  const std::vector<std::string> actions = in.Strings("Actions");
  if (accounts.empty()) return MissingParameter("AWSAccountIds");
  RETURN_IF_ERROR(CheckActions(actions));
  std::vector<std::string> principals;
  for (const std::string& account : accounts) {
    if (!IsAccountId(account)) return InvalidParameterValue(account, "PrincipalId", "Unable to verify.");
    principals.push_back(fmt::format("arn:{}:iam::{}:root", PartitionOf(call.scope.region), account));
  }
  // As recorded: AWS lists them last first.
  std::reverse(principals.begin(), principals.end());
  std::vector<std::string> spelled;
  for (const std::string& action : actions) spelled.push_back("SQS:" + action);
  const Json statement = {{"Sid", label},
                          {"Effect", "Allow"},
                          {"Principal", {{"AWS", OneOrMany(std::move(principals))}}},
                          {"Action", OneOrMany(std::move(spelled))},
                          {"Resource", queue->arn}};
  return EditPolicy(call, *queue, [&](Json& statements) -> Result<void> {
    for (const Json& existing : statements) {
      if (existing.value("Sid", "") == label) return InvalidParameterValue(label, "Label", "Already exists.");
    }
    statements.push_back(statement);
    return {};
  });
}

Result<Json> PermissionOperations::RemovePermission(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  ASSIGN_OR_RETURN(const std::string label, CheckLabel(call));
  return EditPolicy(call, *queue, [&](Json& statements) -> Result<void> {
    for (auto existing = statements.begin(); existing != statements.end(); ++existing) {
      if (existing->value("Sid", "") != label) continue;
      statements.erase(existing);
      return {};
    }
    return InvalidParameterValue(label, "Label", "can't find label.");
  });
}

}  // namespace stratolite::sqs
