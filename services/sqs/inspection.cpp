#include "sqs/inspection.hpp"

#include "sqs/errors.hpp"
#include "sqs/message_attributes.hpp"
#include "sqs/message_store.hpp"
#include "sqs/message_view.hpp"
#include "sqs/queue_url.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {
namespace {

constexpr std::int64_t kMaxShown = 10'000;

std::string Parameter(const Service::AdminRequest& request, const char* name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

std::optional<QueueAddress> AddressOf(const Service::AdminRequest& request) {
  if (const std::string url = Parameter(request, "QueueUrl"); !url.empty())
    return ParseQueueUrl(url, request.default_scope);
  QueueAddress address{request.default_scope, Parameter(request, "QueueName")};
  if (const std::string account = Parameter(request, "AccountId"); !account.empty())
    address.scope.account = AccountId(account);
  if (const std::string region = Parameter(request, "Region"); !region.empty()) address.scope.region = Region(region);
  if (address.name.empty()) return std::nullopt;
  return address;
}

}  // namespace

Result<Json> InspectMessages(const ServiceDeps& deps, QueueStore& queues, const Service::AdminRequest& request) {
  const std::optional<QueueAddress> address = AddressOf(request);
  if (!address) return MissingParameter("QueueUrl");
  const QueuePtr queue = queues.Find(*address);
  if (!queue) return QueueDoesNotExist(wire::Protocol::kJson10);
  const bool invisible = Parameter(request, "ShowInvisible") == "true";
  const bool delayed = Parameter(request, "ShowDelayed") == "true";
  const TimePoint now = deps.clock.Now();
  const std::vector<Message> messages =
      deps.db.Read([&](storage::Reader& reader) { return ListAllMessages(reader, *queue, now, kMaxShown); });
  Json list = Json::array();
  for (const Message& message : messages) {
    const bool hidden = message.visible_at > now;
    if (hidden && !(message.received ? invisible : delayed)) continue;
    Json entry = DescribeMessage(message, {"All"}, {"All"});
    // No wire layer stands between this and the reader: blobs as JSON carries them.
    if (entry.contains("MessageAttributes")) entry["MessageAttributes"] = Json::parse(message.attributes);
    entry["State"] = !hidden ? "visible" : message.received ? "in-flight" : "delayed";
    list.push_back(std::move(entry));
  }
  return Json{{"Messages", std::move(list)}};
}

}  // namespace stratolite::sqs
