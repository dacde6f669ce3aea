#include "scheduler/scheduler.hpp"

namespace stratolite::scheduler {
namespace {

class SchedulerService final : public Service {
 public:
  explicit SchedulerService(const ServiceDeps& deps) : deps_(deps) {}

  void Register([[maybe_unused]] OperationTable& operations) override {
    // operations.Add("ListScheduleGroups", this, &SchedulerService::ListScheduleGroups);
  }

 private:
  [[maybe_unused]] const ServiceDeps deps_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<SchedulerService>(deps); }

}  // namespace stratolite::scheduler
