#include "iam/iam.hpp"

#include "iam/access_guide.hpp"
#include "iam/account_operations.hpp"
#include "iam/attachment_operations.hpp"
#include "iam/authorization_details.hpp"
#include "iam/credentials.hpp"
#include "iam/entity_store.hpp"
#include "iam/group_operations.hpp"
#include "iam/identity_directory.hpp"
#include "iam/inline_policy_operations.hpp"
#include "iam/input_rules.hpp"
#include "iam/instance_profile_operations.hpp"
#include "iam/policy_operations.hpp"
#include "iam/policy_usage_operations.hpp"
#include "iam/role_directory.hpp"
#include "iam/role_operations.hpp"
#include "iam/schema.hpp"
#include "iam/service_role_operations.hpp"
#include "iam/simulation_operations.hpp"
#include "iam/tag_operations.hpp"
#include "iam/user_operations.hpp"
#include "stratolite/ports/registry.hpp"
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
        identities_(deps.db, entities_),
        credentials_(deps_, entities_),
        users_(deps, entities_, &credentials_),
        groups_(deps, entities_),
        inline_policies_(deps, entities_),
        attachments_(deps, entities_),
        tags_(deps, entities_),
        account_(deps),
        details_(deps),
        policies_(deps, entities_),
        policy_usage_(deps),
        roles_(deps, entities_),
        service_roles_(deps, entities_),
        instance_profiles_(deps, entities_),
        simulations_(deps),
        role_directory_(deps),
        access_guide_(deps.db, deps.credentials) {
    deps.ports.Offer<ports::IdentityDirectory>(&identities_);
    deps.ports.Offer<ports::RoleDirectory>(&role_directory_);
  }

  // Each noun registers its own operations.
  void Register(OperationTable& operations) override {
    OperationTable nouns;
    credentials_.Register(nouns);
    users_.Register(nouns);
    groups_.Register(nouns);
    inline_policies_.Register(nouns);
    attachments_.Register(nouns);
    tags_.Register(nouns);
    account_.Register(nouns);
    details_.Register(nouns);
    policies_.Register(nouns);
    policy_usage_.Register(nouns);
    roles_.Register(nouns);
    service_roles_.Register(nouns);
    instance_profiles_.Register(nouns);
    simulations_.Register(nouns);
    AddChecked(nouns, operations);
  }

  void OnReset() override { entities_.Clear(); }

  AccessGuide* access_guide() override { return &access_guide_; }

 private:
  const ServiceDeps deps_;
  EntityStore entities_;
  StoredIdentities identities_;
  Credentials credentials_;
  UserOperations users_;
  GroupOperations groups_;
  InlinePolicyOperations inline_policies_;
  AttachmentOperations attachments_;
  TagOperations tags_;
  AccountOperations account_;
  AuthorizationDetails details_;
  PolicyOperations policies_;
  PolicyUsageOperations policy_usage_;
  RoleOperations roles_;
  ServiceRoleOperations service_roles_;
  InstanceProfileOperations instance_profiles_;
  SimulationOperations simulations_;
  StoredRoles role_directory_;
  IamAccessGuide access_guide_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<IamService>(deps); }

}  // namespace stratolite::iam
