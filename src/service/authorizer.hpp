#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/decision.hpp"
#include "stratolite/auth/policy_cache.hpp"
#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/once.hpp"
#include "stratolite/ports/identity_directory.hpp"
#include "stratolite/service/access.hpp"
#include "stratolite/service/access_learner.hpp"
#include "stratolite/service/access_report.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite {

class World;
struct AccessTrace;

/// Says of every call of a world whether policies allow it: what it needs (NeedsOf, and the service's AccessGuide), what its caller, the resources and the
/// organization say about that, and the engine's decision. `world` and what it holds outlive it. Thread-safe. Blocks; not from within a transaction.
class Authorizer {
 public:
  Authorizer(World& world, IamMode mode) : world_(world), mode_(mode) {}

  IamMode mode() const { return mode_; }
  /// Whether Check is to be asked at all.
  bool active() const { return mode_ != IamMode::kOff || learner_.on(); }
  /// What the caller gets instead of an answer; nullopt: may pass. Throws StorageError.
  std::optional<AwsError> Check(std::string_view service, const Call& call);
  /// What Check says, of each of `needs` by itself: ports::AccessChecks.
  std::vector<std::optional<AwsError>> CheckEach(std::string_view service, const Call& call,
                                                 const std::vector<AccessNeed>& needs);
  /// Before deliveries are checked, which happens within transactions. Does nothing where policies are not looked at.
  void Prepare();
  /// Whether a delivery's sender may send: by its role's policies, or by the target's policy when it sends in its own name. Organizations have no say. Within a
  /// transaction.
  Result<void> CheckDelivery(storage::Txn& txn, DeliveryTarget& target, const Delivery& delivery);
  const AccessReports& reports() const { return reports_; }
  AccessLearner& learner() { return learner_; }

 private:
  class Question;

  void StartServices();
  auth::SealedMessages& messages();
  std::optional<std::vector<AccessNeed>> FindNeeds(std::string_view service, const Call& call);
  ResourceFacts FactsOf(std::string_view service, const Call& call, const AccessNeed& need);
  std::optional<AwsError> Decide(std::string_view service, const Call& call, const std::vector<AccessNeed>& needs);
  AwsError ErrorOf(std::string_view service, const Call& call, const AccessTrace& trace);
  /// `traces` begin with the one that lacks.
  std::optional<AwsError> Refuse(std::string_view service, const Call& call, const std::vector<AccessTrace>& traces);
  /// What a user's or root's temporary credentials cannot do whatever policies say: call IAM, without MFA or as a federated user.
  std::optional<AwsError> RefuseSession(std::string_view service, const Call& call);
  std::optional<AwsError> RefuseUnknown(std::string_view service, const Call& call);
  std::optional<AwsError> Report(const Call& call, const AwsError& error, Json page, AccessReport report);

  World& world_;
  const IamMode mode_;
  Once started_;
  ports::IdentityDirectory* identities_ = nullptr;
  ports::OrganizationDirectory* organizations_ = nullptr;
  const std::shared_ptr<const ports::IdentityDirectory::Identity> nobody_ =
      std::make_shared<ports::IdentityDirectory::Identity>();
  const std::shared_ptr<const ports::OrganizationDirectory::Membership> no_membership_ =
      std::make_shared<ports::OrganizationDirectory::Membership>();
  auth::PolicyCache documents_;
  AccessReports reports_;
  AccessLearner learner_;
  Once sealing_;
  std::unique_ptr<auth::SealedMessages> messages_;
};

}  // namespace stratolite
