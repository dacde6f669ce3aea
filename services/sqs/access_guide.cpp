#include "sqs/access_guide.hpp"

#include "sqs/queue_url.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sqs {
namespace {

/// The queue that the input names; empty: none, or by an ARN, which the table has taken already.
std::string NamedQueueArn(const Call& call) {
  const Fields in(call.input);
  if (const auto url = in.OptionalString("QueueUrl")) {
    const auto address = ParseQueueUrl(*url, call.scope);
    return address ? ArnOf(*address) : std::string();
  }
  if (call.operation == "GetQueueUrl") {
    const auto owner = in.OptionalString("QueueOwnerAWSAccountId");
    if (owner && IsAccountId(*owner))
      return ArnOf({{AccountId(*owner), call.scope.region}, in.StringOr("QueueName", "")});
  }
  if (call.operation == "CancelMessageMoveTask") {
    const Json handle = ParseJsonText(Base64Decode(in.StringOr("TaskHandle", "")).value_or(""));
    const std::string source = handle.is_object() ? Fields(handle).StringOr("sourceArn", "") : std::string();
    return ParseQueueArn(source) ? source : std::string();
  }
  return {};
}

}  // namespace

void QueueAccessGuide::Refine(const Call& call, std::vector<AccessNeed>& needs) {
  const std::string arn = NamedQueueArn(call);
  if (arn.empty()) return;
  for (AccessNeed& need : needs) need.resource = arn;
}

ResourceFacts QueueAccessGuide::FactsOf(const Call&, const AccessNeed& need) {
  ResourceFacts facts;
  const auto address = ParseQueueArn(need.resource);
  if (!address) return facts;
  facts.owner = address->scope.account;
  const QueuePtr queue = queues_.Find(*address);
  if (!queue) return facts;
  const auto policy = queue->attributes.find("Policy");
  if (policy != queue->attributes.end()) facts.policy = policy->second;
  facts.tags.insert(queue->tags.begin(), queue->tags.end());
  return facts;
}

}  // namespace stratolite::sqs
