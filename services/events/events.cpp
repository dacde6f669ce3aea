#include "events/events.hpp"

#include "events/access_guide.hpp"
#include "events/archive_operations.hpp"
#include "events/bus_operations.hpp"
#include "events/bus_store.hpp"
#include "events/endpoint_operations.hpp"
#include "events/event_engine.hpp"
#include "events/partner_operations.hpp"
#include "events/pattern_operations.hpp"
#include "events/permission_operations.hpp"
#include "events/replay_operations.hpp"
#include "events/rule_operations.hpp"
#include "events/schema.hpp"
#include "events/tag_operations.hpp"
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
        targets_(deps, buses_, engine_),
        permissions_(deps, buses_),
        tags_(deps, buses_),
        archives_(deps, buses_, engine_),
        replays_(deps, engine_),
        endpoints_(deps),
        access_guide_(deps.db, buses_) {
    engine_.Start();
  }

  void Register(OperationTable& operations) override {
    RegisterBuses(operations);
    RegisterArchives(operations);
    RegisterPartners(operations);
    engine_.Register(operations);
  }

  void OnReset() override {
    buses_.Clear();
    engine_.Clear();
  }

  AccessGuide* access_guide() override { return &access_guide_; }

 private:
  static const ServiceDeps& Migrated(const ServiceDeps& deps) {
    deps.db.Migrate(kMigrations);
    return deps;
  }

  void RegisterBuses(OperationTable& operations) {
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
    operations.Add("PutPermission", &permissions_, &PermissionOperations::PutPermission);
    operations.Add("RemovePermission", &permissions_, &PermissionOperations::RemovePermission);
    operations.Add("TagResource", &tags_, &TagOperations::TagResource);
    operations.Add("UntagResource", &tags_, &TagOperations::UntagResource);
    operations.Add("ListTagsForResource", &tags_, &TagOperations::ListTagsForResource);
    operations.Add("TestEventPattern", &patterns_, &PatternOperations::TestEventPattern);
  }

  void RegisterArchives(OperationTable& operations) {
    operations.Add("CreateArchive", &archives_, &ArchiveOperations::CreateArchive);
    operations.Add("UpdateArchive", &archives_, &ArchiveOperations::UpdateArchive);
    operations.Add("DeleteArchive", &archives_, &ArchiveOperations::DeleteArchive);
    operations.Add("DescribeArchive", &archives_, &ArchiveOperations::DescribeArchive);
    operations.Add("ListArchives", &archives_, &ArchiveOperations::ListArchives);
    operations.Add("StartReplay", &replays_, &ReplayOperations::StartReplay);
    operations.Add("CancelReplay", &replays_, &ReplayOperations::CancelReplay);
    operations.Add("DescribeReplay", &replays_, &ReplayOperations::DescribeReplay);
    operations.Add("ListReplays", &replays_, &ReplayOperations::ListReplays);
    operations.Add("CreateEndpoint", &endpoints_, &EndpointOperations::CreateEndpoint);
    operations.Add("UpdateEndpoint", &endpoints_, &EndpointOperations::UpdateEndpoint);
    operations.Add("DeleteEndpoint", &endpoints_, &EndpointOperations::DeleteEndpoint);
    operations.Add("DescribeEndpoint", &endpoints_, &EndpointOperations::DescribeEndpoint);
    operations.Add("ListEndpoints", &endpoints_, &EndpointOperations::ListEndpoints);
  }

  void RegisterPartners(OperationTable& operations) {
    operations.Add("ListEventSources", &partners_, &PartnerOperations::ListEventSources);
    operations.Add("DescribeEventSource", &partners_, &PartnerOperations::DescribeEventSource);
    operations.Add("ActivateEventSource", &partners_, &PartnerOperations::ActivateEventSource);
    operations.Add("DeactivateEventSource", &partners_, &PartnerOperations::DeactivateEventSource);
    operations.Add("CreatePartnerEventSource", &partners_, &PartnerOperations::CreatePartnerEventSource);
    operations.Add("DeletePartnerEventSource", &partners_, &PartnerOperations::DeletePartnerEventSource);
    operations.Add("DescribePartnerEventSource", &partners_, &PartnerOperations::DescribePartnerEventSource);
    operations.Add("ListPartnerEventSources", &partners_, &PartnerOperations::ListPartnerEventSources);
    operations.Add("ListPartnerEventSourceAccounts", &partners_, &PartnerOperations::ListPartnerEventSourceAccounts);
    operations.Add("PutPartnerEvents", &partners_, &PartnerOperations::PutPartnerEvents);
  }

  const ServiceDeps deps_;
  BusStore buses_;
  EventEngine engine_;
  BusOperations bus_operations_;
  RuleOperations rules_;
  TargetOperations targets_;
  PermissionOperations permissions_;
  TagOperations tags_;
  PatternOperations patterns_;
  ArchiveOperations archives_;
  ReplayOperations replays_;
  EndpointOperations endpoints_;
  PartnerOperations partners_;
  BusAccessGuide access_guide_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<EventsService>(deps); }

}  // namespace stratolite::events
