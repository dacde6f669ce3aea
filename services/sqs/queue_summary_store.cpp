#include "sqs/queue_summary_store.hpp"

#include <utility>

#include "stratolite/runtime/clock.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {
namespace {

constexpr ResourceQuery kQueues{
    .kind = "queues",
    .how_many = "SELECT COUNT(*) FROM sqs_queue",
    .which = "SELECT id, account, region, name FROM sqs_queue ORDER BY id LIMIT ?",
    .most_counted = 500'000,
};

std::int64_t CountMessages(storage::Reader& reader, std::int64_t queue, TimePoint now, std::int64_t limit,
                           ResourceList::Item& item) {
  const std::int64_t visible = reader.QueryInt(
      "SELECT COUNT(*) FROM (SELECT 1 FROM sqs_message WHERE queue_id = ? AND visible_at <= ? LIMIT ?) AS seen",
      {queue, now, limit});
  const auto hidden = reader.QueryOne(
      "SELECT COUNT(*), COALESCE(SUM(received), 0) FROM (SELECT received FROM sqs_message WHERE queue_id = ?"
      " AND visible_at > ? LIMIT ?) AS seen",
      {queue, now, limit}, [](const storage::Row& row) { return std::pair(row.Int(0), row.Int(1)); });
  const auto [unseen, in_flight] = hidden.value_or(std::pair<std::int64_t, std::int64_t>(0, 0));
  item.numbers = {{"visible", visible}, {"in flight", in_flight}, {"delayed", unseen - in_flight}};
  item.at_least = visible == limit || unseen == limit;
  return visible + unseen;
}

}  // namespace

ResourceList DescribeQueues(const ServiceDeps& deps, std::size_t most) {
  return SummarizeResources(
      deps.db, kQueues, most,
      [now = deps.clock.Now()](storage::Reader& reader, std::int64_t queue, std::int64_t limit,
                               ResourceList::Item& item) { return CountMessages(reader, queue, now, limit, item); });
}

}  // namespace stratolite::sqs
