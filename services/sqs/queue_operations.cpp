#include "sqs/queue_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sqs/errors.hpp"
#include "sqs/message_store.hpp"
#include "sqs/move_task_store.hpp"
#include "sqs/queue_access.hpp"
#include "sqs/queue_attributes.hpp"
#include "sqs/queue_url.hpp"
#include "sqs/tag_operations.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sqs {
namespace {

constexpr Duration kRestOfName = std::chrono::seconds(60);
constexpr Duration kPauseBetweenPurges = std::chrono::seconds(60);
constexpr std::int64_t kMaxPage = 1000;

Result<void> CheckQueueName(const std::string& name, const Fields& attributes) {
  // AWS takes FifoQueue seriously only together with the suffix; CheckAttributes says "Unknown Attribute FifoQueue." otherwise.
  const bool fifo = IsFifoName(name);
  const bool wants_fifo = attributes.StringOr("FifoQueue", "false") == "true";
  if (!IsQueueName(name) || (fifo && !attributes.Has("FifoQueue"))) {
    return InvalidParameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }
  if (fifo && !wants_fifo) return InvalidAttributeName("FifoQueue");
  if (!fifo && wants_fifo) {
    return InvalidParameter(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with "
        ".fifo suffix and "
        "be 1 to 80 in length");
  }
  return {};
}

/// What a redrive policy says of another queue, checked against that queue.
Result<void> CheckDeadLetterQueue(storage::Reader& reader, const Queue& queue, const Attributes& changes) {
  const auto changed = changes.find("RedrivePolicy");
  if (changed == changes.end() || !queue.redrive) return {};
  const auto bad = [&](std::string_view reason) {
    return InvalidParameterValue(changed->second, "RedrivePolicy", reason);
  };
  const std::optional<QueueAddress> address = ParseQueueArn(queue.redrive->dead_letter_arn);
  if (IsFifoName(address->name) != queue.fifo)
    return bad("Dead-letter queue must be same type of queue as the source.");
  if (address->scope != queue.address.scope) return bad("Dead letter target owner should be same as the source.");
  const QueuePtr target = *address == queue.address ? nullptr : QueueStore::Find(reader, *address);
  if (!target) return bad("Dead letter target does not exist.");
  if (!RedriveAllowPolicyOf(*target).Allows(queue.arn)) {
    return bad("Source queue is not allowed to use the dead-letter queue by its redrive allow policy.");
  }
  return {};
}

/// Creating a queue that exists is a success when no attribute given differs from what it has.
Result<Json> ConfirmExisting(const Call& call, const Queue& queue, const Attributes& wanted) {
  for (const auto& [name, value] : wanted) {
    if (VisibleAttribute(queue, name).value_or("") != value) return QueueNameExists(name);
  }
  return Json{{"QueueUrl", QueueUrl(call.endpoint, queue.address)}};
}

struct Page {
  std::string after;
  std::int64_t limit = kMaxPage;
  bool paged = false;
};

/// MaxResults and NextToken; the token is the base64 of the last URL that was listed.
Result<Page> PageOf(const Call& call) {
  const Fields in(call.input);
  Page page;
  if (const auto max = in.OptionalInt("MaxResults")) {
    if (*max < 1 || *max > kMaxPage) {
      return InvalidParameterValue(fmt::format("{}", *max), "MaxResults",
                                   "MaxResults must be an integer between 1 and 1000.");
    }
    page.limit = *max;
    page.paged = true;
  }
  if (const std::string token = in.StringOr("NextToken", ""); !token.empty()) {
    const std::optional<std::string> url = Base64Decode(token);
    const std::optional<QueueAddress> last = url ? ParseQueueUrl(*url, call.scope) : std::nullopt;
    if (!last) return InvalidParameterValue(token, "NextToken", "The token is not valid.");
    page.after = last->name;
  }
  return page;
}

Json PageAnswer(const char* member, Json urls, const Page& page) {
  Json output = Json::object();
  if (page.paged && static_cast<std::int64_t>(urls.size()) > page.limit) {
    urls.erase(urls.end() - 1);
    output["NextToken"] = Base64Encode(urls.back().get_ref<const std::string&>());
  }
  output[member] = std::move(urls);
  return output;
}

}  // namespace

Result<Json> QueueOperations::CreateQueue(const Call& call) {
  const Fields in(call.input);
  if (!in.Has("QueueName")) {
    return InvalidParameter("Value for parameter QueueName is invalid. Reason: Must specify a queue name.");
  }
  const std::string name = in.StringOr("QueueName", "");
  if (name.empty()) return InvalidParameter("Queue name cannot be empty");
  const Json& given = in.Object("Attributes");
  RETURN_IF_ERROR(CheckQueueName(name, Fields(given)));
  ASSIGN_OR_RETURN(const Attributes attributes, CheckAttributes(given, IsFifoName(name)));
  ASSIGN_OR_RETURN(Attributes tags, CheckTags(in.Object("tags")));

  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    Queue queue;
    queue.address = {call.scope, name};
    const TimePoint now = deps_.clock.Now();
    if (const QueuePtr existing = QueueStore::Find(txn, queue.address))
      return ConfirmExisting(call, *existing, attributes);
    if (const auto deleted_at = QueueStore::DeletedAt(txn, queue.address)) {
      if (now - *deleted_at < kRestOfName) return QueueDeletedRecently();
      QueueStore::ForgetDeleted(txn, queue.address);
    }
    queue.created_at = now;
    queue.modified_at = now;
    queue.tags = std::move(tags);
    RETURN_IF_ERROR(ApplyAttributes(queue, attributes));
    RETURN_IF_ERROR(CheckDeadLetterQueue(txn, queue, attributes));
    queue.deduplicates_per_group = VisibleAttribute(queue, "DeduplicationScope") == "messageGroup";
    queues_.Insert(txn, queue);
    return Json{{"QueueUrl", QueueUrl(call.endpoint, queue.address)}};
  });
}

Result<Json> QueueOperations::DeleteQueue(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  deps_.db.Transact([&](storage::Txn& txn) {
    queues_.Delete(txn, *queue, deps_.clock.Now(), kRestOfName);
    DeleteAllMessages(txn, queue->id);
    DeleteMoveTasks(txn, queue->id);
    txn.OnCommit([this, id = queue->id] { waiters_.NotifyAll(id); });
  });
  return Json::object();
}

Result<Json> QueueOperations::PurgeQueue(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const TimePoint now = deps_.clock.Now();
    const std::optional<TimePoint> purged_at = QueueStore::PurgedAt(txn, queue->id);
    if (purged_at && now - *purged_at < kPauseBetweenPurges) return PurgeQueueInProgress(queue->address.name);
    QueueStore::SetPurged(txn, queue->id, now);
    DeleteAllMessages(txn, queue->id);
    return Json::object();
  });
}

Result<Json> QueueOperations::GetQueueUrl(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, RequiredString(call.input, "QueueName"));
  QueueAddress address{call.scope, name};
  const std::string owner = Fields(call.input).StringOr("QueueOwnerAWSAccountId", "");
  if (!owner.empty()) address.scope.account = AccountId(owner);
  if (!queues_.Find(address)) return QueueDoesNotExist(call.protocol);
  return Json{{"QueueUrl", QueueUrl(call.endpoint, address)}};
}

Result<Json> QueueOperations::ListQueues(const Call& call) {
  ASSIGN_OR_RETURN(const Page page, PageOf(call));
  const std::string prefix = Fields(call.input).StringOr("QueueNamePrefix", "");
  Json urls = Json::array();
  deps_.db.Read([&](storage::Reader& reader) {
    for (const std::string& name :
         QueueStore::List(reader, call.scope, prefix, page.after, page.limit + (page.paged ? 1 : 0))) {
      urls.push_back(QueueUrl(call.endpoint, {call.scope, name}));
    }
  });
  if (urls.empty()) return Json::object();
  return PageAnswer("QueueUrls", std::move(urls), page);
}

Result<Json> QueueOperations::ListDeadLetterSourceQueues(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  ASSIGN_OR_RETURN(const Page page, PageOf(call));
  Json urls = Json::array();
  deps_.db.Read([&](storage::Reader& reader) {
    for (const QueueAddress& source :
         QueueStore::ListSources(reader, queue->arn, page.after, page.limit + (page.paged ? 1 : 0))) {
      urls.push_back(QueueUrl(call.endpoint, source));
    }
  });
  return PageAnswer("queueUrls", std::move(urls), page);
}

Result<Json> QueueOperations::GetQueueAttributes(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  const std::vector<std::string> wanted = Fields(call.input).Strings("AttributeNames");
  const std::vector<std::string_view>& known = AttributeNames();
  bool all = false;
  bool counts = false;
  for (const std::string& name : wanted) {
    all = all || name == "All";
    counts = counts || all || name.starts_with("ApproximateNumber");
    if (name != "All" && std::find(known.begin(), known.end(), name) == known.end()) return InvalidAttributeName(name);
  }
  Json attributes = Json::object();
  const auto add = [&](std::string_view name, std::optional<std::string> value) {
    if (value && (all || std::find(wanted.begin(), wanted.end(), name) != wanted.end()))
      attributes[std::string(name)] = *std::move(value);
  };
  for (const std::string_view name : known) add(name, VisibleAttribute(*queue, name));
  if (counts) {
    const MessageCounts messages =
        deps_.db.Read([&](storage::Reader& reader) { return CountMessages(reader, *queue, deps_.clock.Now()); });
    add("ApproximateNumberOfMessages", fmt::format("{}", messages.visible));
    add("ApproximateNumberOfMessagesNotVisible", fmt::format("{}", messages.in_flight));
    add("ApproximateNumberOfMessagesDelayed", fmt::format("{}", messages.delayed));
  }
  if (attributes.empty()) return Json::object();
  return Json{{"Attributes", std::move(attributes)}};
}

Result<Json> QueueOperations::SetQueueAttributes(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr found, FindQueue(queues_, call));
  const Json& given = Fields(call.input).Object("Attributes");
  if (given.empty()) return MissingParameter("Attribute.Name");
  ASSIGN_OR_RETURN(const Attributes changes, CheckAttributes(given, found->fifo));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const QueuePtr current = QueueStore::Find(txn, found->id);
    if (!current) return QueueDoesNotExist(call.protocol);
    Queue queue = *current;
    RETURN_IF_ERROR(ApplyAttributes(queue, changes));
    RETURN_IF_ERROR(CheckDeadLetterQueue(txn, queue, changes));
    queue.modified_at = deps_.clock.Now();
    queues_.Update(txn, queue);
    return Json::object();
  });
}

}  // namespace stratolite::sqs
