#include "sns/topic_operations.hpp"

#include <algorithm>

#include "sns/errors.hpp"
#include "sns/paging.hpp"
#include "sns/permission_operations.hpp"
#include "sns/tag_operations.hpp"
#include "sns/topic_access.hpp"
#include "sns/topic_attributes.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sns {
namespace {

constexpr std::size_t kMaxTopicName = 256;
constexpr std::string_view kFifoSuffix = ".fifo";

// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
Result<void> CheckTopicName(std::string_view name, bool fifo) {
  const bool named_fifo = name.ends_with(kFifoSuffix);
  const std::string_view stem = named_fifo ? name.substr(0, name.size() - kFifoSuffix.size()) : name;
  const bool spelled = std::all_of(stem.begin(), stem.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (stem.empty() || name.size() > kMaxTopicName || !spelled || named_fifo != fifo) {
    return InvalidParameter("Topic Name");
  }
  return {};
}

/// Creating a topic that exists is a success when nothing given differs from what it has.
Result<Json> ConfirmExisting(const Topic& topic, const Json& attributes, const Attributes& tags) {
  Topic wanted = topic;
  for (const auto& [name, value] : attributes.items()) {
    if (name == "FifoTopic") continue;
    RETURN_IF_ERROR(SetAttribute(wanted, name, value.get_ref<const std::string&>(), true));
    if (VisibleAttribute(wanted, name) != VisibleAttribute(topic, name))
      return InvalidParameter("Attributes", "Topic already exists with different attributes");
  }
  for (const auto& [key, value] : tags) {
    const auto existing = topic.tags.find(key);
    if (existing == topic.tags.end() || existing->second != value)
      return InvalidParameter("Tags", "Topic already exists with different tags");
  }
  return Json{{"TopicArn", topic.arn}};
}

/// All subscriptions of a topic that is to take large messages.
Result<void> CheckAllForLargeMessages(storage::Reader& reader, const Topic& topic) {
  const auto subscriptions = TopicStore::ListSubscriptions(reader, topic.id, 0, kPageSize + 1);
  for (const SubscriptionPtr& subscription : subscriptions)
    RETURN_IF_ERROR(CheckLargeMessages(subscription->protocol, std::ssize(subscriptions)));
  return {};
}

}  // namespace

Result<Json> TopicOperations::CreateTopic(const Call& call) {
  const Fields in(call.input);
  if (!in.Has("Name")) return NullParameter("Name");
  Topic topic;
  topic.name = in.StringOr("Name", "");
  topic.scope = call.scope;
  topic.arn = MakeArn("sns", call.scope, topic.name).ToString();
  topic.created_at = deps_.clock.Now();
  const Json& given = in.Object("Attributes");
  // The name says whether the attributes of FIFO topics are known.
  if (given.contains("FifoTopic"))
    RETURN_IF_ERROR(SetAttribute(topic, "FifoTopic", given["FifoTopic"].get_ref<const std::string&>(), true));
  RETURN_IF_ERROR(CheckTopicName(topic.name, topic.fifo));
  ASSIGN_OR_RETURN(topic.tags, CheckTags(in.List("Tags")));
  const std::optional<std::string> protection = in.OptionalString("DataProtectionPolicy");
  if (protection) RETURN_IF_ERROR(CheckDataProtectionPolicy(*protection));

  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (const std::optional<Topic> existing = TopicStore::FindBare(txn, topic.arn))
      return ConfirmExisting(*existing, given, topic.tags);
    for (const auto& [name, value] : given.items())
      RETURN_IF_ERROR(SetAttribute(topic, name, value.get_ref<const std::string&>(), true));
    topics_.Insert(txn, topic);
    if (protection) TopicStore::SetDataProtectionPolicy(txn, topic.id, protection);
    return Json{{"TopicArn", topic.arn}};
  });
}

Result<Json> TopicOperations::DeleteTopic(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, TopicArnOf(call));
  deps_.db.Transact([&](storage::Txn& txn) {
    const std::optional<Topic> topic = TopicStore::FindBare(txn, arn);
    if (!topic) return;
    on_delete_(txn, *topic);
    topics_.Delete(txn, *topic);
  });
  return Json::object();
}

Result<Json> TopicOperations::ListTopics(const Call& call) {
  ASSIGN_OR_RETURN(const std::string after, ReadToken(call));
  std::vector<std::string> arns = deps_.db.Read(
      [&](storage::Reader& reader) { return TopicStore::List(reader, call.scope, after, kPageSize + 1); });
  Json output = Json::object();
  if (std::ssize(arns) > kPageSize) {
    arns.pop_back();
    output["NextToken"] = MakeToken(arns.back());
  }
  Json& topics = output["Topics"] = Json::array();
  for (const std::string& arn : arns) topics.push_back({{"TopicArn", arn}});
  return output;
}

Result<Json> TopicOperations::GetTopicAttributes(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, TopicArnOf(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const std::optional<Topic> topic = TopicStore::FindBare(reader, arn);
    if (!topic) return TopicNotFound();
    const TopicStore::Counts counts = TopicStore::CountSubscriptions(reader, topic->id);
    return Json{{"Attributes", Json(VisibleAttributes(*topic, counts, deps_.clock.Now()))}};
  });
}

Result<Json> TopicOperations::SetTopicAttributes(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, TopicArnOf(call));
  ASSIGN_OR_RETURN(const std::string name, RequiredText(call, "AttributeName"));
  const std::string value = Fields(call.input).StringOr("AttributeValue", "");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    std::optional<Topic> topic = TopicStore::FindBare(txn, arn);
    if (!topic) return TopicNotFound();
    RETURN_IF_ERROR(SetAttribute(*topic, name, value, false));
    if (topic->max_message_bytes > kDefaultMaxMessageBytes) RETURN_IF_ERROR(CheckAllForLargeMessages(txn, *topic));
    topics_.Update(txn, *topic);
    return Json::object();
  });
}

}  // namespace stratolite::sns
