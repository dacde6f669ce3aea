#include "iam/iam.hpp"

#include "iam/entity_store.hpp"
#include "iam/schema.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {
namespace {

const ServiceDeps& Migrated(const ServiceDeps& deps) {
  deps.db.Migrate({"iam", kSchemaSteps});
  return deps;
}

class IamService final : public Service {
 public:
  explicit IamService(const ServiceDeps& deps) : deps_(Migrated(deps)) {}

  // Each noun registers its own operations.
  void Register(OperationTable& operations) override { static_cast<void>(operations); }

  void OnReset() override { entities_.Clear(); }

 private:
  const ServiceDeps deps_;
  EntityStore entities_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<IamService>(deps); }

}  // namespace stratolite::iam
