#include "sns/publish_operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "sns/endpoints.hpp"
#include "sns/errors.hpp"
#include "sns/message_input.hpp"
#include "sns/publish_errors.hpp"
#include "sns/topic_access.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {
namespace {

constexpr std::size_t kMaxBatchEntries = 10;
constexpr std::size_t kMaxEntryId = 80;
/// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
constexpr std::size_t kMaxTextCharacters = 1600;
constexpr std::string_view kEndpointResource = "endpoint/";

Json AnswerFor(const Published& published) {
  Json answer = {{"MessageId", published.message_id}};
  if (!published.sequence_number.empty()) answer["SequenceNumber"] = published.sequence_number;
  return answer;
}

std::string TraceHeaderOf(const Call& call) {
  return call.headers == nullptr ? std::string() : std::string(call.headers->Get("X-Amzn-Trace-Id"));
}

/// `number`: as AWS counts, from 1.
Result<std::string> CheckEntryId(const Json& entry, std::size_t number) {
  const Fields in(entry);
  for (const std::string_view member : {"Id", "Message"}) {
    if (!in.Has(member))
      return NullParameter(fmt::format("publishBatchRequestEntries.{}.member.{}", number, AsciiLower(member)));
  }
  std::string id = in.StringOr("Id", "");
  if (id.size() > kMaxEntryId) return BatchEntryIdTooLong(id);
  const bool spelled = !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (!spelled) return BatchEntryIdMisspelled(id);
  return id;
}

/// The entries' ids, checked as a whole.
Result<std::vector<std::string>> CheckEntryIds(const Json& entries) {
  std::vector<std::string> ids;
  for (const Json& entry : entries) {
    ASSIGN_OR_RETURN(std::string id, CheckEntryId(entry, ids.size() + 1));
    ids.push_back(std::move(id));
  }
  if (std::set<std::string>(ids.begin(), ids.end()).size() != ids.size()) return BatchEntryIdsNotDistinct();
  return ids;
}

/// Mistakes in attributes, and what FIFO topics ask for, fail the batch as a whole; others their entry.
bool FailsWholeBatch(const Topic& topic, const AwsError& error) {
  return topic.fifo || error.code == "InvalidParameterValueException";
}

Json FailedEntry(const std::string& id, const AwsError& error) {
  std::string_view code = error.code;
  if (code.ends_with("Exception")) code.remove_suffix(std::string_view("Exception").size());
  return {{"Id", id}, {"Code", code}, {"Message", error.message}, {"SenderFault", true}};
}

}  // namespace

void KnownEndpoint::Remember(const std::string& endpoint) {
  const std::scoped_lock lock(mutex_);
  if (last_ != endpoint) last_ = endpoint;
}

std::string KnownEndpoint::Last() const {
  const std::scoped_lock lock(mutex_);
  return last_;
}

Result<Message> PublishOperations::MakeMessage(const Call& call, const Topic& topic, const Json& entry) {
  ASSIGN_OR_RETURN(Message message, ReadMessage(entry));
  RETURN_IF_ERROR(ReadFifoMembers(topic, entry, message));
  message.endpoint = call.endpoint;
  message.trace_header = TraceHeaderOf(call);
  return message;
}

Result<Json> PublishOperations::Publish(const Call& call) {
  const Fields in(call.input);
  endpoint_.Remember(call.endpoint);
  if (const auto number = in.OptionalString("PhoneNumber")) return PublishToNumber(call, *number);
  const std::string name = in.StringOr("TopicArn", "").empty() ? "TargetArn" : "TopicArn";
  const std::string target = in.StringOr(name, "");
  if (target.empty()) return EmptyParameter("TopicArn or TargetArn");
  ASSIGN_OR_RETURN(const Arn arn, CheckArn(target, name));
  if (name == "TargetArn" && arn.resource.starts_with(kEndpointResource)) return PublishToEndpoint(call, target);
  RETURN_IF_ERROR(CheckTopicArn(call, target, name));
  return PublishToTopic(call, target);
}

Result<Json> PublishOperations::PublishToTopic(const Call& call, const std::string& topic_arn) {
  const TopicPtr topic = topics_.Find(topic_arn);
  if (topic == nullptr) return TopicNotFound();
  ASSIGN_OR_RETURN(Message message, MakeMessage(call, *topic, call.input));
  if (std::cmp_greater(SizeOfEntry(call.input), topic->max_message_bytes)) return MessageTooLong();
  fan_out_.Prepare(*topic, message);
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Published published, fan_out_.Accept(txn, topic_arn, topic, message));
    return AnswerFor(published);
  });
}

Result<Message> PublishOperations::MakeDirectMessage(const Call& call) {
  ASSIGN_OR_RETURN(Message message, ReadMessage(call.input));
  if (std::cmp_greater(SizeOfEntry(call.input), kDefaultMaxMessageBytes)) return MessageTooLong();
  message.message_id = deps_.random.Uuid();
  message.published_at = deps_.clock.Now();
  message.endpoint = call.endpoint;
  return message;
}

Result<Json> PublishOperations::PublishToEndpoint(const Call& call, const std::string& endpoint_arn) {
  ASSIGN_OR_RETURN(const Message message, MakeDirectMessage(call));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const std::optional<PushEndpoint> endpoint = deliveries_.endpoints()(txn, endpoint_arn);
    if (!endpoint) return InvalidParameter("TargetArn", "No endpoint found for the target arn specified");
    if (!endpoint->enabled) return EndpointDisabled();
    deliveries_.Push(txn, call.scope, *endpoint, message);
    return Json{{"MessageId", message.message_id}};
  });
}

Result<Json> PublishOperations::PublishToNumber(const Call& call, const std::string& number) {
  if (!IsPhoneNumber(number)) return InvalidParameter("PhoneNumber", number + " is not valid to publish to");
  ASSIGN_OR_RETURN(const Message message, MakeDirectMessage(call));
  if (message.BodyFor("sms").size() > kMaxTextCharacters) return MessageTooLong();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    deliveries_.SendText(txn, call.scope, number, message);
    return Json{{"MessageId", message.message_id}};
  });
}

Result<Json> PublishOperations::PublishBatch(const Call& call) {
  endpoint_.Remember(call.endpoint);
  const Json& entries = Fields(call.input).List("PublishBatchRequestEntries");
  if (entries.empty()) return EmptyBatchRequest();
  if (entries.size() > kMaxBatchEntries) return TooManyEntriesInBatchRequest();
  ASSIGN_OR_RETURN(const std::string topic_arn, TopicArnOf(call));
  const TopicPtr topic = topics_.Find(topic_arn);
  if (topic == nullptr) return TopicNotFound();
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, CheckEntryIds(entries));

  Json failed = Json::array();
  std::vector<std::pair<std::string, Message>> messages;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    Result<Message> message = MakeMessage(call, *topic, entries[i]);
    if (!message.ok() && FailsWholeBatch(*topic, message.error())) return std::move(message).error();
    if (!message.ok()) {
      failed.push_back(FailedEntry(ids[i], message.error()));
      continue;
    }
    bytes += SizeOfEntry(entries[i]);
    messages.emplace_back(ids[i], *std::move(message));
  }
  if (std::cmp_greater(bytes, topic->max_message_bytes)) return BatchRequestTooLong();
  for (auto& [id, message] : messages) fan_out_.Prepare(*topic, message);
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    Json successful = Json::array();
    for (auto& [id, message] : messages) {
      ASSIGN_OR_RETURN(const Published published, fan_out_.Accept(txn, topic_arn, topic, message));
      Json answer = AnswerFor(published);
      answer["Id"] = id;
      successful.push_back(std::move(answer));
    }
    return Json{{"Successful", std::move(successful)}, {"Failed", std::move(failed)}};
  });
}

}  // namespace stratolite::sns
