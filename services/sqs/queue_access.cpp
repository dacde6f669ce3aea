#include "sqs/queue_access.hpp"

#include "sqs/errors.hpp"
#include "sqs/queue_url.hpp"

namespace stratolite::sqs {

Result<std::string> RequiredString(const Json& input, const char* name) {
  const auto found = input.find(name);
  if (found == input.end() || !found->is_string() || found->get_ref<const std::string&>().empty())
    return MissingParameter(name);
  return found->get<std::string>();
}

Result<QueuePtr> FindQueue(QueueStore& queues, const Call& call) {
  ASSIGN_OR_RETURN(const std::string url, RequiredString(call.input, "QueueUrl"));
  const std::optional<QueueAddress> address = ParseQueueUrl(url, call.scope);
  if (!address) return InvalidAddress(url, call.protocol);
  QueuePtr queue = queues.Find(*address);
  if (!queue) return QueueDoesNotExist(call.protocol);
  return queue;
}

}  // namespace stratolite::sqs
