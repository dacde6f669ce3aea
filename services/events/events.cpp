#include "events/events.hpp"

namespace stratolite::events {
namespace {

class EventsService final : public Service {
 public:
  explicit EventsService(const ServiceDeps& deps) : deps_(deps) {}

  void Register([[maybe_unused]] OperationTable& operations) override {
    // operations.Add("DescribeApiDestination", this, &EventsService::DescribeApiDestination);
  }

 private:
  [[maybe_unused]] const ServiceDeps deps_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<EventsService>(deps); }

}  // namespace stratolite::events
