#include "sns/topic_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sns/errors.hpp"
#include "sns/topic_access.hpp"
#include "sns/topic_attributes.hpp"
#include "stratolite/base/encoding.hpp"
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

}  // namespace

Result<Json> TopicOperations::CreateTopic(const Call& call) {
  const Fields in(call.input);
  if (!in.Has("Name")) return NullParameter("Name");
  const std::string name = in.StringOr("Name", "");
  const Json& given = in.Object("Attributes");
  RETURN_IF_ERROR(CheckTopicName(name, given.value("FifoTopic", "false") == "true"));
  const std::string arn = MakeArn("sns", call.scope, name).ToString();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!TopicStore::FindBare(txn, arn)) {
      Topic topic;
      topic.scope = call.scope;
      topic.name = name;
      topic.arn = arn;
      topic.attributes = given.get<Attributes>();
      topic.created_at = deps_.clock.Now();
      topics_.Insert(txn, topic);
    }
    return Json{{"TopicArn", arn}};
  });
}

Result<Json> TopicOperations::DeleteTopic(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, TopicArnOf(call));
  deps_.db.Transact([&](storage::Txn& txn) {
    if (const std::optional<Topic> topic = TopicStore::FindBare(txn, arn)) topics_.Delete(txn, *topic);
  });
  return Json::object();
}

Result<Json> TopicOperations::ListTopics(const Call& call) {
  Json topics = Json::array();
  deps_.db.Read([&](storage::Reader& reader) {
    for (const std::string& arn : TopicStore::List(reader, call.scope, "", 100)) topics.push_back({{"TopicArn", arn}});
  });
  return Json{{"Topics", std::move(topics)}};
}

Result<Json> TopicOperations::GetTopicAttributes(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, TopicArnOf(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const std::optional<Topic> topic = TopicStore::FindBare(reader, arn);
    if (!topic) return TopicNotFound();
    Json attributes = topic->attributes;
    attributes["TopicArn"] = topic->arn;
    attributes["Owner"] = topic->scope.account.str();
    const TopicStore::Counts counts = TopicStore::CountSubscriptions(reader, topic->id);
    attributes["SubscriptionsConfirmed"] = fmt::format("{}", counts.confirmed);
    attributes["SubscriptionsPending"] = fmt::format("{}", counts.pending);
    attributes["SubscriptionsDeleted"] = fmt::format("{}", topic->subscriptions_deleted);
    return Json{{"Attributes", std::move(attributes)}};
  });
}

}  // namespace stratolite::sns
