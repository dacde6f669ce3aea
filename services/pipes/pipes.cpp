#include "pipes/pipes.hpp"

#include "pipes/access_guide.hpp"
#include "pipes/inspection.hpp"
#include "pipes/pipe_engine.hpp"
#include "pipes/pipe_operations.hpp"
#include "pipes/schema.hpp"
#include "pipes/tag_operations.hpp"

namespace stratolite::pipes {
namespace {

class PipesService final : public Service {
 public:
  explicit PipesService(const ServiceDeps& deps)
      : deps_(Migrated(deps)), engine_(deps), pipe_operations_(deps, engine_), tags_(deps), access_guide_(deps.db) {
    engine_.FollowAll();
  }

  void Register(OperationTable& operations) override {
    operations.Add("CreatePipe", &pipe_operations_, &PipeOperations::CreatePipe);
    operations.Add("DeletePipe", &pipe_operations_, &PipeOperations::DeletePipe);
    operations.Add("DescribePipe", &pipe_operations_, &PipeOperations::DescribePipe);
    operations.Add("ListPipes", &pipe_operations_, &PipeOperations::ListPipes);
    operations.Add("ListTagsForResource", &tags_, &TagOperations::ListTagsForResource);
    operations.Add("StartPipe", &pipe_operations_, &PipeOperations::StartPipe);
    operations.Add("StopPipe", &pipe_operations_, &PipeOperations::StopPipe);
    operations.Add("TagResource", &tags_, &TagOperations::TagResource);
    operations.Add("UntagResource", &tags_, &TagOperations::UntagResource);
    operations.Add("UpdatePipe", &pipe_operations_, &PipeOperations::UpdatePipe);
  }

  void OnReset() override { engine_.FollowAll(); }

  void OnStop() override { engine_.StopAll(); }

  AccessGuide* access_guide() override { return &access_guide_; }

  std::optional<Result<Json>> Admin(const AdminRequest& request) override {
    if (request.path != "status") return std::nullopt;
    return InspectPipes(deps_, engine_, request);
  }

 private:
  static const ServiceDeps& Migrated(const ServiceDeps& deps) {
    deps.db.Migrate(kMigrations);
    return deps;
  }

  const ServiceDeps deps_;
  PipeEngine engine_;
  PipeOperations pipe_operations_;
  TagOperations tags_;
  PipeAccessGuide access_guide_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<PipesService>(deps); }

}  // namespace stratolite::pipes
