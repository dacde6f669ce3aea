#include "sns/sns.hpp"

namespace stratolite::sns {
namespace {

class SnsService final : public Service {
 public:
  explicit SnsService(const ServiceDeps& deps) : deps_(deps) {}

  void Register([[maybe_unused]] OperationTable& operations) override {
    // operations.Add("ListEndpointsByPlatformApplication", this, &SnsService::ListEndpointsByPlatformApplication);
  }

 private:
  [[maybe_unused]] const ServiceDeps deps_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<SnsService>(deps); }

}  // namespace stratolite::sns
