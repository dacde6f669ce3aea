#include "events/events.hpp"

#include "events/bus_operations.hpp"
#include "events/bus_store.hpp"
#include "events/event_engine.hpp"
#include "events/rule_operations.hpp"
#include "events/schema.hpp"
#include "events/target_operations.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

class EventsService final : public Service {
 public:
  explicit EventsService(const ServiceDeps& deps)
      : deps_(Migrated(deps)),
        buses_(deps.db),
        engine_(deps, buses_),
        bus_operations_(deps, buses_),
        rules_(deps, buses_, engine_),
        targets_(deps, buses_, engine_) {
    engine_.Start();
  }

  void Register(OperationTable& operations) override {
    operations.Add("CreateEventBus", &bus_operations_, &BusOperations::CreateEventBus);
    operations.Add("UpdateEventBus", &bus_operations_, &BusOperations::UpdateEventBus);
    operations.Add("DeleteEventBus", &bus_operations_, &BusOperations::DeleteEventBus);
    operations.Add("DescribeEventBus", &bus_operations_, &BusOperations::DescribeEventBus);
    operations.Add("ListEventBuses", &bus_operations_, &BusOperations::ListEventBuses);
    operations.Add("PutRule", &rules_, &RuleOperations::PutRule);
    operations.Add("DescribeRule", &rules_, &RuleOperations::DescribeRule);
    operations.Add("DeleteRule", &rules_, &RuleOperations::DeleteRule);
    operations.Add("EnableRule", &rules_, &RuleOperations::EnableRule);
    operations.Add("DisableRule", &rules_, &RuleOperations::DisableRule);
    operations.Add("ListRules", &rules_, &RuleOperations::ListRules);
    operations.Add("ListRuleNamesByTarget", &rules_, &RuleOperations::ListRuleNamesByTarget);
    operations.Add("PutTargets", &targets_, &TargetOperations::PutTargets);
    operations.Add("RemoveTargets", &targets_, &TargetOperations::RemoveTargets);
    operations.Add("ListTargetsByRule", &targets_, &TargetOperations::ListTargetsByRule);
    engine_.Register(operations);
  }

  void OnReset() override {
    buses_.Clear();
    engine_.Clear();
  }

 private:
  static const ServiceDeps& Migrated(const ServiceDeps& deps) {
    deps.db.Migrate(kMigrations);
    return deps;
  }

  const ServiceDeps deps_;
  BusStore buses_;
  EventEngine engine_;
  BusOperations bus_operations_;
  RuleOperations rules_;
  TargetOperations targets_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<EventsService>(deps); }

}  // namespace stratolite::events
