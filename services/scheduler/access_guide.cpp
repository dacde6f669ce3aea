#include "scheduler/access_guide.hpp"

#include <string_view>

#include "scheduler/group_store.hpp"

namespace stratolite::scheduler {

ResourceFacts GroupAccessGuide::FactsOf(const Call&, const AccessNeed& need) {
  static constexpr std::string_view kGroupResource = "schedule-group/";
  ResourceFacts facts;
  const auto arn = Arn::Parse(need.resource);
  if (!arn || arn->service != "scheduler" || !arn->resource.starts_with(kGroupResource)) return facts;
  const auto group = db_.Read([&](storage::Reader& reader) {
    return GroupStore::Find(reader, {AccountId(arn->account), Region(arn->region)},
                            std::string_view(arn->resource).substr(kGroupResource.size()));
  });
  if (!group) return facts;
  for (const auto& [key, value] : group->tags.items())
    if (value.is_string()) facts.tags[key] = value.get<std::string>();
  return facts;
}

}  // namespace stratolite::scheduler
