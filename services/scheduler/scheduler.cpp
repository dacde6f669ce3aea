#include "scheduler/scheduler.hpp"

#include "scheduler/access_guide.hpp"
#include "scheduler/firing.hpp"
#include "scheduler/group_operations.hpp"
#include "scheduler/schedule_operations.hpp"
#include "scheduler/schema.hpp"

namespace stratolite::scheduler {
namespace {

class SchedulerService final : public Service {
 public:
  explicit SchedulerService(const ServiceDeps& deps)
      : firing_(Migrated(deps)), schedules_(deps, firing_), groups_(deps, firing_), access_guide_(deps.db) {
    firing_.Start();
  }

  void Register(OperationTable& operations) override {
    operations.Add("CreateSchedule", &schedules_, &ScheduleOperations::CreateSchedule);
    operations.Add("UpdateSchedule", &schedules_, &ScheduleOperations::UpdateSchedule);
    operations.Add("GetSchedule", &schedules_, &ScheduleOperations::GetSchedule);
    operations.Add("DeleteSchedule", &schedules_, &ScheduleOperations::DeleteSchedule);
    operations.Add("ListSchedules", &schedules_, &ScheduleOperations::ListSchedules);
    operations.Add("CreateScheduleGroup", &groups_, &GroupOperations::CreateScheduleGroup);
    operations.Add("GetScheduleGroup", &groups_, &GroupOperations::GetScheduleGroup);
    operations.Add("DeleteScheduleGroup", &groups_, &GroupOperations::DeleteScheduleGroup);
    operations.Add("ListScheduleGroups", &groups_, &GroupOperations::ListScheduleGroups);
    operations.Add("TagResource", &groups_, &GroupOperations::TagResource);
    operations.Add("UntagResource", &groups_, &GroupOperations::UntagResource);
    operations.Add("ListTagsForResource", &groups_, &GroupOperations::ListTagsForResource);
  }

  void OnReset() override { firing_.Reset(); }
  void OnStop() override { firing_.Stop(); }
  AccessGuide* access_guide() override { return &access_guide_; }

 private:
  static const ServiceDeps& Migrated(const ServiceDeps& deps) {
    deps.db.Migrate(kMigrations);
    return deps;
  }

  Firing firing_;
  ScheduleOperations schedules_;
  GroupOperations groups_;
  GroupAccessGuide access_guide_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<SchedulerService>(deps); }

}  // namespace stratolite::scheduler
