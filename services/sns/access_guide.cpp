#include "sns/access_guide.hpp"

#include <string_view>

#include "sns/topic_attributes.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {
namespace {

/// `SQSSuccessFeedbackRoleArn`, `FailureFeedbackRoleArn`, `SubscriptionRoleArn`.
bool HandsOnRole(std::string_view attribute) { return attribute.ends_with("RoleArn"); }

void AddPassedRole(const std::string& role, std::vector<AccessNeed>& needs) {
  if (!role.starts_with("arn:")) return;
  AccessNeed need{.action = "iam:PassRole", .resource = role};
  need.context.Set("iam:PassedToService", std::string("sns.amazonaws.com"));
  needs.push_back(std::move(need));
}

/// https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html and …/prereqs-kinesis-data-firehose.html
void AddPassedRoles(const Call& call, std::vector<AccessNeed>& needs) {
  const Fields in(call.input);
  if (HandsOnRole(in.StringOr("AttributeName", ""))) AddPassedRole(in.StringOr("AttributeValue", ""), needs);
  for (const auto& [name, value] : in.Object("Attributes").items())
    if (HandsOnRole(name) && value.is_string()) AddPassedRole(value.get<std::string>(), needs);
}

}  // namespace

void TopicAccessGuide::Refine(const Call& call, std::vector<AccessNeed>& needs) {
  // Links in messages come unsigned, and their tokens are the proof; the handlers look at those.
  // https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
  if (call.caller.type == auth::PrincipalType::kAnonymous &&
      (call.operation == "ConfirmSubscription" || call.operation == "Unsubscribe")) {
    needs.clear();
    return;
  }
  AddPassedRoles(call, needs);
}

ResourceFacts TopicAccessGuide::FactsOf(const Call&, const AccessNeed& need) {
  ResourceFacts facts;
  if (!need.action.starts_with("sns:")) return facts;
  const TopicPtr topic = topics_.Find(need.resource);
  if (!topic) return facts;
  facts.owner = topic->scope.account;
  facts.policy = PolicyOfTopic(*topic);
  facts.tags.insert(topic->tags.begin(), topic->tags.end());
  return facts;
}

}  // namespace stratolite::sns
