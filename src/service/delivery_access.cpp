#include <array>
#include <utility>

#include <spdlog/spdlog.h>

#include "service/access_errors.hpp"
#include "service/authorizer.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/service/world.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite {
namespace {

struct DeliveryAction {
  std::string_view service;
  std::string_view action;
};
constexpr std::array<DeliveryAction, 7> kDeliveryActions = {{{"sqs", "sqs:SendMessage"},
                                                             {"sns", "sns:Publish"},
                                                             {"events", "events:PutEvents"},
                                                             {"lambda", "lambda:InvokeFunction"},
                                                             {"kinesis", "kinesis:PutRecord"},
                                                             {"firehose", "firehose:PutRecord"},
                                                             {"states", "states:StartExecution"}}};
constexpr std::string_view kApiDestination = "api-destination/";
constexpr std::string_view kBusSender = "events.amazonaws.com";

std::string ActionFor(const Arn& target) {
  if (target.service == "events" && target.resource.starts_with(kApiDestination)) return "events:InvokeApiDestination";
  for (const auto& [service, action] : kDeliveryActions) {
    if (service == target.service) return std::string(action);
  }
  return target.service + ":Deliver";
}

/// A session of the role, as the service that assumed it.
auth::Principal RoleSender(const Delivery& delivery) {
  const Arn role = Arn::Parse(delivery.role_arn).value_or(Arn{});
  auth::Principal sender;
  sender.type = auth::PrincipalType::kAssumedRole;
  sender.account = AccountId(role.account);
  sender.issuer_arn = delivery.role_arn;
  sender.arn = "arn:" + role.partition + ":sts::" + role.account + ":assumed-role/" +
               role.resource.substr(role.resource.rfind('/') + 1) + "/" +
               delivery.source_service.substr(0, delivery.source_service.find('.'));
  return sender;
}

/// A bus sends to a bus of another account as its own account; all others send as the service.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
auth::Principal OwnSender(const Delivery& delivery, bool to_bus) {
  if (to_bus) return auth::RootPrincipal(delivery.source_account);
  auth::Principal sender;
  sender.type = auth::PrincipalType::kService;
  sender.account = delivery.source_account;
  sender.arn = delivery.source_service;
  return sender;
}

void AddDeliveryKeys(const Delivery& delivery, const auth::Principal& sender, TimePoint now,
                     auth::AccessContext& context) {
  const bool service = sender.type == auth::PrincipalType::kService;
  context.Set("aws:PrincipalIsAWSService", std::string(service ? "true" : "false"));
  if (service) {
    context.Set("aws:PrincipalServiceName", sender.arn);
    context.Set("aws:SourceArn", delivery.source_arn.ToString());
    context.Set("aws:SourceAccount", delivery.source_account.str());
    // The key of before `aws:SourceAccount`, which default policies of topics still ask for.
    context.Set("aws:SourceOwner", delivery.source_account.str());
  } else {
    context.Set("aws:PrincipalArn", sender.issuer_arn.empty() ? sender.arn : sender.issuer_arn);
    context.Set("aws:PrincipalAccount", sender.account.str());
    context.Set("aws:PrincipalType", std::string(sender.issuer_arn.empty() ? "Account" : "AssumedRole"));
  }
  context.Set("aws:RequestedRegion", delivery.target.region);
  context.Set("aws:ResourceAccount", delivery.target.account);
  context.Set("aws:SecureTransport", std::string("true"));
  context.Set("aws:CurrentTime", FormatIso8601(now));
  context.Set("aws:EpochTime", std::to_string(EpochSeconds(now)));
}

}  // namespace

Result<void> Authorizer::CheckDelivery(storage::Txn& txn, DeliveryTarget& target, const Delivery& delivery) {
  const bool from_bus = delivery.source_service == kBusSender && delivery.target.service == "events";
  const bool to_bus = from_bus && !delivery.target.resource.starts_with(kApiDestination);
  // Within an account buses need nobody's leave; what calls an API destination without a role was set up before roles were asked for.
  if (from_bus && delivery.role_arn.empty() && (!to_bus || delivery.target.account == delivery.source_account.str()))
    return {};
  const auth::Principal sender = delivery.role_arn.empty() ? OwnSender(delivery, to_bus) : RoleSender(delivery);
  auth::ApplicablePolicies policies;
  if (!delivery.role_arn.empty() && identities_ != nullptr) {
    const auto identity = identities_->Find(txn, sender);
    policies.identity = identity->policies;
    policies.boundary = identity->boundary;
  }
  const std::string resource = delivery.target.ToString();
  if (const std::string policy = target.PolicyOf(txn, delivery.target); !policy.empty()) {
    if (auto compiled = documents_.Get(policy).policy) policies.resource = auth::NamedPolicy{resource, compiled};
  }
  auth::AccessContext context;
  AddDeliveryKeys(delivery, sender, world_.clock().Now(), context);
  const std::string action = ActionFor(delivery.target);
  const auth::AccessQuestion question{
      sender, action, resource, delivery.target.account, context, delivery.role_arn.empty()};
  const auth::Decision decision = auth::Decide(question, policies);
  if (decision.allowed) return {};
  const std::string message = auth::DescribeDenial(question, decision);
  spdlog::warn("{} {}: {}", delivery.source_arn.ToString(),
               mode_ == IamMode::kEnforce ? "may not send" : "could not send if policies were enforced", message);
  if (mode_ != IamMode::kEnforce) return {};
  return AwsError{.code = "AccessDeniedException", .message = message, .query_code = "AccessDenied"};
}

}  // namespace stratolite
