#include "sqs/tag_operations.hpp"

#include <fmt/format.h>

#include "sqs/errors.hpp"
#include "sqs/queue_access.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sqs {
namespace {

constexpr std::size_t kMaxTags = 50;
constexpr std::size_t kMaxKeyLength = 128;
constexpr std::size_t kMaxValueLength = 256;

AwsError TooManyTags(const Queue& queue) {
  return InvalidParameter(fmt::format("Too many tags added for queue {}.", queue.address.name));
}

}  // namespace

Result<Attributes> CheckTags(const Json& tags) {
  Attributes checked;
  for (const auto& [key, value] : tags.items()) {
    const auto& text = value.get_ref<const std::string&>();
    if (key.empty() || Utf8Length(key) > kMaxKeyLength)
      return InvalidParameter("Tag keys must be between 1 and 128 characters in length.");
    if (key.starts_with("aws:")) return InvalidParameter("Tag keys can't start with the reserved prefix aws:.");
    if (Utf8Length(text) > kMaxValueLength)
      return InvalidParameter("Tag values must be between 0 and 256 characters in length.");
    checked.emplace(key, text);
  }
  if (checked.size() > kMaxTags) return InvalidParameter("Too many tags added for queue.");
  return checked;
}

Result<Json> TagOperations::TagQueue(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr found, FindQueue(queues_, call));
  const Json& given = Fields(call.input).Object("Tags");
  if (given.empty()) return MissingParameter("Tags");
  ASSIGN_OR_RETURN(const Attributes tags, CheckTags(given));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const QueuePtr current = QueueStore::Find(txn, found->id);
    if (!current) return QueueDoesNotExist(call.protocol);
    Queue queue = *current;
    for (const auto& [key, value] : tags) queue.tags[key] = value;
    if (queue.tags.size() > kMaxTags) return TooManyTags(queue);
    queues_.Update(txn, queue);
    return Json::object();
  });
}

Result<Json> TagOperations::UntagQueue(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr found, FindQueue(queues_, call));
  const std::vector<std::string> keys = Fields(call.input).Strings("TagKeys");
  if (keys.empty()) return MissingParameter("TagKeys");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const QueuePtr current = QueueStore::Find(txn, found->id);
    if (!current) return QueueDoesNotExist(call.protocol);
    Queue queue = *current;
    for (const std::string& key : keys) queue.tags.erase(key);
    queues_.Update(txn, queue);
    return Json::object();
  });
}

Result<Json> TagOperations::ListQueueTags(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  if (queue->tags.empty()) return Json::object();
  return Json{{"Tags", Json(queue->tags)}};
}

}  // namespace stratolite::sqs
