#include "sqs/queue_summary_store.hpp"

#include <algorithm>
#include <utility>

#include "stratolite/runtime/clock.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {
namespace {

constexpr std::int64_t kMaxQueues = 1000;
constexpr std::int64_t kMaxCounted = 500'000;
// What a queue is granted when the large ones before it have used up all that may be counted.
constexpr std::int64_t kLeastCounted = 100;

}  // namespace

ResourceList DescribeQueues(const ServiceDeps& deps, std::size_t most) {
  ResourceList list{.kind = "queues", .count = 0, .totals = {}, .at_least = false, .largest = {}};
  std::vector<ResourceList::Item> items;
  const TimePoint now = deps.clock.Now();
  deps.db.Read([&](storage::Reader& reader) {
    list.count = reader.QueryInt("SELECT COUNT(*) FROM sqs_queue");
    std::vector<std::int64_t> ids;
    reader.Query("SELECT id, account, region, name FROM sqs_queue ORDER BY id LIMIT ?", {kMaxQueues},
                 [&](const storage::Row& row) {
                   ids.push_back(row.Int(0));
                   items.push_back({.name = row.Text(3),
                                    .scope = {AccountId(row.Text(1)), Region(row.Text(2))},
                                    .numbers = {},
                                    .at_least = false});
                 });
    std::int64_t left = kMaxCounted;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::int64_t limit = std::max(left, kLeastCounted);
      const std::int64_t visible = reader.QueryInt(
          "SELECT COUNT(*) FROM (SELECT 1 FROM sqs_message WHERE queue_id = ? AND visible_at <= ? LIMIT ?) AS seen",
          {ids[i], now, limit});
      const auto hidden = reader.QueryOne(
          "SELECT COUNT(*), COALESCE(SUM(received), 0) FROM (SELECT received FROM sqs_message WHERE queue_id = ?"
          " AND visible_at > ? LIMIT ?) AS seen",
          {ids[i], now, limit}, [](const storage::Row& row) { return std::pair(row.Int(0), row.Int(1)); });
      const auto [unseen, in_flight] = hidden.value_or(std::pair<std::int64_t, std::int64_t>(0, 0));
      left -= visible + unseen;
      items[i].numbers = {{"visible", visible}, {"in flight", in_flight}, {"delayed", unseen - in_flight}};
      items[i].at_least = visible == limit || unseen == limit;
    }
  });
  SummarizeResources(list, std::move(items), most);
  return list;
}

}  // namespace stratolite::sqs
