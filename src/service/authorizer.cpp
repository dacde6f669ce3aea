#include "service/authorizer.hpp"

#include <utility>

#include "service/access_errors.hpp"
#include "service/access_trace.hpp"
#include "service/request_context.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/world.hpp"

namespace stratolite {
namespace {

using Identity = ports::IdentityDirectory::Identity;
using Membership = ports::OrganizationDirectory::Membership;

constexpr std::string_view kFederatedSession = "session policy";
constexpr std::string_view kNoMapping = "nobody knows which permissions the operation needs";

bool IsSession(const auth::Principal& caller) {
  return caller.type == auth::PrincipalType::kAssumedRole || caller.type == auth::PrincipalType::kFederatedUser;
}

bool HasIdentity(const auth::Principal& caller) {
  return caller.type == auth::PrincipalType::kUser || IsSession(caller);
}

/// The account in an ARN, without taking the rest apart.
std::string_view AccountIn(std::string_view arn) {
  for (int colons = 0; colons < 4; ++colons) {
    const auto colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return arn.substr(0, arn.find(':'));
}

std::string_view NameOf(const auth::Principal& caller) {
  return caller.arn.empty() ? std::string_view("anonymous") : std::string_view(caller.arn);
}

}  // namespace

/// What all decisions about one call have in common, and how one is made. Confined to the calling thread.
class Authorizer::Question {
 public:
  Question(Authorizer& owner, std::string_view service, const Call& call)
      : owner_(owner), service_(service), call_(call), now_(owner.world_.clock().Now()) {
    identity_ =
        HasIdentity(call.caller) && owner.identities_ != nullptr ? owner.identities_->Find(call.caller) : owner.nobody_;
    membership_ = MembershipOf(call.caller.account);
    policies_.identity = identity_->policies;
    policies_.boundary = identity_->boundary;
    wanted_.Add(identity_->context_keys);
    if (!membership_->is_management_account && !identity_->service_linked) {
      policies_.service_control = membership_->service_control;
      wanted_.all = !policies_.service_control.empty();
    }
    AddSessionPolicies();
  }

  /// With the keys that somebody looks at.
  bool Allows(const AccessNeed& need) {
    const ResourceFacts facts = owner_.FactsOf(service_, call_, need);
    const std::string account = OwnerOf(facts, need);
    auth::AccessContext context;
    WantedKeys wanted = wanted_;
    AddResource(facts, need, account, policies_, wanted);
    if (wanted.any()) FillContext(facts, need, account, wanted, context);
    return auth::Decide({call_.caller, need.action, need.resource, account, context, facts.policy_required}, policies_)
        .allowed;
  }

  /// The same with all keys, and with what it was made from.
  AccessTrace Explain(AccessNeed need) {
    AccessTrace trace{.need = std::move(need),
                      .resource_account = {},
                      .context = {},
                      .policies = policies_,
                      .policy_required = false,
                      .decision = {}};
    const ResourceFacts facts = owner_.FactsOf(service_, call_, trace.need);
    trace.resource_account = OwnerOf(facts, trace.need);
    trace.policy_required = facts.policy_required;
    WantedKeys wanted{.all = true};
    AddResource(facts, trace.need, trace.resource_account, trace.policies, wanted);
    FillContext(facts, trace.need, trace.resource_account, wanted, trace.context);
    trace.decision = auth::Decide(trace.Question(call_.caller), trace.policies);
    return trace;
  }

 private:
  std::shared_ptr<const Membership> MembershipOf(const AccountId& account) const {
    return owner_.organizations_ == nullptr ? owner_.no_membership_ : owner_.organizations_->Find(account);
  }

  std::string OwnerOf(const ResourceFacts& facts, const AccessNeed& need) const {
    if (!facts.owner.empty()) return facts.owner.str();
    const std::string_view account = AccountIn(need.resource);
    return account.empty() ? call_.caller.account.str() : std::string(account);
  }

  /// What the resource and its account's organization say.
  void AddResource(const ResourceFacts& facts, const AccessNeed& need, const std::string& account,
                   auth::ApplicablePolicies& policies, WantedKeys& wanted) {
    policies.resource.reset();
    if (!facts.policy.empty()) {
      auth::PolicyCache::Document document = owner_.documents_.Get(facts.policy);
      if (document.policy) policies.resource = auth::NamedPolicy{need.resource, std::move(document.policy)};
      // The cache may let go of it before the decision.
      wanted.Add(*resource_keys_.emplace_back(std::move(document.keys)));
    }
    owners_ = account == call_.caller.account.str() ? membership_ : MembershipOf(AccountId(account));
    policies.resource_control.clear();
    if (owners_->is_management_account || owners_->resource_control.empty()) return;
    policies.resource_control = owners_->resource_control;
    wanted.all = true;
  }

  void AddSessionPolicies() {
    const auth::Principal& caller = call_.caller;
    // Who got a federation token without a policy has what resources' policies give.
    const bool federated = caller.type == auth::PrincipalType::kFederatedUser;
    if (caller.session_policy.empty() && caller.session_policy_arns.empty() && !federated) return;
    policies_.session.emplace();
    wanted_.all = true;
    if (!caller.session_policy.empty()) {
      if (auto policy = owner_.documents_.Get(caller.session_policy).policy)
        policies_.session->push_back({std::string(kFederatedSession), std::move(policy)});
    }
    for (const std::string& arn : caller.session_policy_arns) {
      auto policy =
          owner_.identities_ == nullptr ? nullptr : owner_.identities_->FindManagedPolicy(caller.account, arn);
      if (policy) policies_.session->push_back({arn, std::move(policy)});
    }
  }

  void FillContext(const ResourceFacts& facts, const AccessNeed& need, const std::string& account,
                   const WantedKeys& wanted, auth::AccessContext& context) const {
    AddRequestKeys({call_, service_, *identity_, *membership_, *owners_, account, now_}, wanted, context);
    for (const auto& [key, value] : facts.tags) context.Set("aws:ResourceTag/" + key, value);
    for (const auto& key : facts.context.keys()) context.Set(key.name, key.values);
    for (const auto& key : need.context.keys()) context.Set(key.name, key.values);
  }

  Authorizer& owner_;
  const std::string_view service_;
  const Call& call_;
  const TimePoint now_;
  std::shared_ptr<const Identity> identity_;
  std::shared_ptr<const Membership> membership_;
  /// Those of the resource at hand among them.
  auth::ApplicablePolicies policies_;
  WantedKeys wanted_;
  std::shared_ptr<const Membership> owners_;
  std::vector<std::shared_ptr<const std::vector<std::string>>> resource_keys_;
};

void Authorizer::StartServices() {
  started_.Run([this] {
    world_.FindService("iam");
    world_.FindService("organizations");
    identities_ = world_.deps().ports.Find<ports::IdentityDirectory>();
    organizations_ = world_.deps().ports.Find<ports::OrganizationDirectory>();
  });
}

void Authorizer::Prepare() {
  if (mode_ != IamMode::kOff) StartServices();
}

std::optional<std::vector<AccessNeed>> Authorizer::FindNeeds(std::string_view service, const Call& call) {
  auto needs = NeedsOf(service, call);
  if (!needs) return needs;
  Service* const instance = world_.FindService(service);
  AccessGuide* const guide = instance == nullptr ? nullptr : instance->access_guide();
  if (guide != nullptr) guide->Refine(call, *needs);
  return needs;
}

/// The service of the action knows its resource: a role that is handed on is IAM's.
ResourceFacts Authorizer::FactsOf(std::string_view service, const Call& call, const AccessNeed& need) {
  const std::string_view prefix = std::string_view(need.action).substr(0, need.action.find(':'));
  Service* instance = prefix == service ? nullptr : world_.FindService(prefix);
  if (instance == nullptr) instance = world_.FindService(service);
  AccessGuide* const guide = instance == nullptr ? nullptr : instance->access_guide();
  return guide == nullptr ? ResourceFacts{} : guide->FactsOf(call, need);
}

std::optional<AwsError> Authorizer::Check(std::string_view service, const Call& call) {
  const auto needs = FindNeeds(service, call);
  if (mode_ != IamMode::kOff) {
    StartServices();
    if (auto denied = RefuseSession(service, call)) return denied;
    auto denied = needs ? Decide(service, call, *needs) : RefuseUnknown(service, call);
    if (denied) return denied;
  }
  if (needs && learner_.on()) learner_.Record(call.caller, *needs);
  return std::nullopt;
}

std::vector<std::optional<AwsError>> Authorizer::CheckEach(std::string_view service, const Call& call,
                                                           const std::vector<AccessNeed>& needs) {
  std::vector<std::optional<AwsError>> denials(needs.size());
  if (mode_ != IamMode::kOff && !needs.empty()) {
    StartServices();
    Question question(*this, service, call);
    bool reported = false;
    for (std::size_t i = 0; i < needs.size(); ++i) {
      if (question.Allows(needs[i])) continue;
      const AccessTrace trace = question.Explain(needs[i]);
      // A request has one page: that of its first denial.
      if (!std::exchange(reported, true)) {
        denials[i] = Refuse(service, call, {trace});
      } else if (mode_ == IamMode::kEnforce) {
        denials[i] = ErrorOf(service, call, trace);
      }
    }
  }
  if (learner_.on()) learner_.Record(call.caller, needs);
  return denials;
}

std::optional<AwsError> Authorizer::Decide(std::string_view service, const Call& call,
                                           const std::vector<AccessNeed>& needs) {
  if (needs.empty()) return std::nullopt;
  Question question(*this, service, call);
  for (std::size_t i = 0; i < needs.size(); ++i) {
    if (question.Allows(needs[i])) continue;
    // Once more, for the page: with every key, and with the rest of what it needs.
    std::vector<AccessTrace> traces;
    for (std::size_t k = 0; k < needs.size(); ++k) traces.push_back(question.Explain(needs[(i + k) % needs.size()]));
    return Refuse(service, call, traces);
  }
  return std::nullopt;
}

AwsError Authorizer::ErrorOf(std::string_view service, const Call& call, const AccessTrace& trace) {
  const bool stranger = trace.resource_account != call.caller.account.str();
  if (service == "s3" && (stranger || call.caller.type == auth::PrincipalType::kAnonymous))
    return PlainAccessDenied(service, call.protocol);
  auth::AccessQuestion question = trace.Question(call.caller);
  if (!trace.need.resource_in_message.empty()) question.resource = trace.need.resource_in_message;
  std::string message = auth::DescribeDenial(question, trace.decision);
  if (call.protocol == wire::Protocol::kEc2) {
    message = "You are not authorized to perform this operation. " + message +
              " Encoded authorization failure message: " + messages().Seal(DescribeForDecoding(call, trace).dump());
  }
  return AccessDenied(service, call.protocol, std::move(message));
}

std::optional<AwsError> Authorizer::Refuse(std::string_view service, const Call& call,
                                           const std::vector<AccessTrace>& traces) {
  const AccessTrace& first = traces.front();
  AwsError error = ErrorOf(service, call, first);
  return Report(call, error, DescribeTraces(service, call, traces),
                {.request_id = {},
                 .enforced = true,
                 .action = first.need.action,
                 .resource = first.need.resource,
                 .reason = std::string(DescribeReason(first.decision.reason)),
                 .page = {}});
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
std::optional<AwsError> Authorizer::RefuseSession(std::string_view service, const Call& call) {
  const auth::Principal& caller = call.caller;
  if (service != "iam" || !caller.issued_at) return std::nullopt;
  const bool federated = caller.type == auth::PrincipalType::kFederatedUser;
  const bool own = caller.type == auth::PrincipalType::kUser || caller.type == auth::PrincipalType::kRoot;
  // Root sessions of AssumeRoot come with the policy of their task, which says what they are for.
  if (!federated && (!own || caller.mfa_authenticated || !caller.session_policy_arns.empty())) return std::nullopt;
  const AwsError error{"InvalidClientTokenId", "The security token included in the request is invalid", 403};
  return Report(call, error, DescribeTraces(service, call, {}),
                {.request_id = {},
                 .enforced = true,
                 .action = "iam:" + std::string(call.operation),
                 .resource = "*",
                 .reason = "temporary credentials of users call IAM with MFA only, those of federated users never",
                 .page = {}});
}

std::optional<AwsError> Authorizer::RefuseUnknown(std::string_view service, const Call& call) {
  const std::string action = std::string(service) + ":" + std::string(call.operation);
  std::string message = "User: " + std::string(NameOf(call.caller)) + " is not authorized to perform: " + action +
                        " because " + std::string(kNoMapping);
  const AwsError error = AccessDenied(service, call.protocol, std::move(message));
  return Report(call, error, DescribeTraces(service, call, {}),
                {.request_id = {},
                 .enforced = true,
                 .action = action,
                 .resource = "*",
                 .reason = std::string(kNoMapping),
                 .page = {}});
}

std::optional<AwsError> Authorizer::Report(const Call& call, const AwsError& error, Json page, AccessReport report) {
  const bool enforced = mode_ == IamMode::kEnforce;
  report.request_id = call.request_id;
  report.enforced = enforced;
  page["requestId"] = call.request_id;
  page["time"] = FormatIso8601(world_.clock().Now(), true);
  page["decision"] = enforced ? "denied" : "would be denied";
  page["reason"] = report.reason;
  page["error"] = {{"code", error.code}, {"message", error.message}, {"httpStatus", error.http_status}};
  report.page = page.dump(-1, ' ', false, Json::error_handler_t::replace);
  reports_.Add(std::make_shared<const AccessReport>(std::move(report)));
  return enforced ? std::optional(error) : std::nullopt;
}

auth::SealedMessages& Authorizer::messages() {
  sealing_.Run([this] {
    messages_ = std::make_unique<auth::SealedMessages>(world_.deps().db, world_.random(), auth::kAuthorizationMessage);
  });
  return *messages_;
}

}  // namespace stratolite
