#pragma once

#include <string>
#include <vector>

#include "events/bus_store.hpp"
#include "stratolite/service/access.hpp"

namespace stratolite::events {

/// What decisions about buses and rules need beside the table of permissions: ARNs of rules with the name of their bus, policies of buses, tags, and the
/// keys `events:creatorAccount`, `events:ManagedBy`, `events:TargetArn`, `events:source`, `events:detail-type`. Given things outlive it. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
class BusAccessGuide final : public AccessGuide {
 public:
  BusAccessGuide(storage::Database& db, BusStore& buses) : db_(db), buses_(buses) {}

  void Refine(const Call& call, std::vector<AccessNeed>& needs) override;
  ResourceFacts FactsOf(const Call& call, const AccessNeed& need) override;

 private:
  ResourceFacts FactsOfRule(const Arn& arn, std::string name);

  storage::Database& db_;
  BusStore& buses_;
};

}  // namespace stratolite::events
