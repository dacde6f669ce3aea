#include "events/bus_summary_store.hpp"

#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

constexpr ResourceQuery kBuses{
    .kind = "event buses",
    .how_many = "SELECT COUNT(*) FROM events_bus",
    .which = "SELECT id, account, region, name FROM events_bus ORDER BY id LIMIT ?",
    .most_counted = 500'000,
};

std::int64_t CountRules(storage::Reader& reader, std::int64_t bus, std::int64_t limit, ResourceList::Item& item) {
  const std::int64_t rules = reader.QueryInt(
      "SELECT COUNT(*) FROM (SELECT 1 FROM events_rule WHERE bus_id = ? LIMIT ?) AS seen", {bus, limit});
  const std::int64_t targets = reader.QueryInt(
      "SELECT COUNT(*) FROM (SELECT 1 FROM events_rule r JOIN events_target t ON t.rule_id = r.id WHERE r.bus_id = ?"
      " LIMIT ?) AS seen",
      {bus, limit});
  item.numbers = {{"rules", rules}, {"targets", targets}};
  item.at_least = rules == limit || targets == limit;
  return rules + targets;
}

}  // namespace

ResourceList DescribeBuses(const ServiceDeps& deps, std::size_t most) {
  return SummarizeResources(deps.db, kBuses, most,
                            [](storage::Reader& reader, std::int64_t bus, std::int64_t limit,
                               ResourceList::Item& item) { return CountRules(reader, bus, limit, item); });
}

}  // namespace stratolite::events
