#include "pipes/pipes.hpp"

namespace stratolite::pipes {
namespace {

class PipesService final : public Service {
 public:
  explicit PipesService(const ServiceDeps& deps) : deps_(deps) {}

  void Register([[maybe_unused]] OperationTable& operations) override {
    // operations.Add("DescribePipe", this, &PipesService::DescribePipe);
  }

 private:
  [[maybe_unused]] const ServiceDeps deps_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<PipesService>(deps); }

}  // namespace stratolite::pipes
