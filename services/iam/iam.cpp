#include "iam/iam.hpp"

#include "iam/entity_store.hpp"
#include "iam/group_operations.hpp"
#include "iam/input_rules.hpp"
#include "iam/policy_operations.hpp"
#include "iam/schema.hpp"
#include "iam/user_operations.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {
namespace {

const ServiceDeps& Migrated(const ServiceDeps& deps) {
  deps.db.Migrate({"iam", kSchemaSteps});
  return deps;
}

class IamService final : public Service {
 public:
  explicit IamService(const ServiceDeps& deps)
      : deps_(Migrated(deps)),  //
        users_(deps, entities_, nullptr),
        groups_(deps, entities_),
        policies_(deps, entities_) {}

  // Each noun registers its own operations.
  void Register(OperationTable& operations) override {
    OperationTable nouns;
    users_.Register(nouns);
    groups_.Register(nouns);
    policies_.Register(nouns);
    AddChecked(nouns, operations);
  }

  void OnReset() override { entities_.Clear(); }

 private:
  const ServiceDeps deps_;
  EntityStore entities_;
  UserOperations users_;
  GroupOperations groups_;
  PolicyOperations policies_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<IamService>(deps); }

}  // namespace stratolite::iam
