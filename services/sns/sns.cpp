#include "sns/sns.hpp"

#include "sns/access_guide.hpp"
#include "sns/archive_store.hpp"
#include "sns/confirmation.hpp"
#include "sns/deliveries.hpp"
#include "sns/fan_out.hpp"
#include "sns/fifo_store.hpp"
#include "sns/http_deliveries.hpp"
#include "sns/message_signer.hpp"
#include "sns/permission_operations.hpp"
#include "sns/platform_operations.hpp"
#include "sns/platform_store.hpp"
#include "sns/publish_operations.hpp"
#include "sns/replays.hpp"
#include "sns/schema.hpp"
#include "sns/sms_operations.hpp"
#include "sns/subscription_operations.hpp"
#include "sns/tag_operations.hpp"
#include "sns/topic_operations.hpp"
#include "sns/topic_store.hpp"
#include "sns/topic_target.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {
namespace {

class SnsService final : public Service {
 public:
  explicit SnsService(const ServiceDeps& deps)
      : deps_(Migrated(deps)),
        topics_(deps.db),
        signer_(deps),
        http_(deps),
        confirmation_(deps, http_, signer_),
        deliveries_(deps, signer_, MakeHttpSender(), &FindPushEndpoint),
        fan_out_(deps, topics_, signer_, deliveries_),
        replays_(deps, topics_, signer_, deliveries_),
        publishing_(deps, topics_, fan_out_, deliveries_, endpoint_),
        target_(deps, topics_, fan_out_, endpoint_),
        topic_operations_(deps, topics_, &ForgetTopic),
        subscriptions_(deps, topics_, News()),
        tags_(deps, topics_),
        permissions_(deps, topics_),
        platforms_(deps),
        sms_(deps),
        access_guide_(topics_) {
    deps.events.Offer("sns", &target_);
  }

  void Register(OperationTable& operations) override {
    operations.Add("CreateTopic", [this](const Call& call) {
      endpoint_.Remember(call.endpoint);
      return topic_operations_.CreateTopic(call);
    });
    operations.Add("DeleteTopic", &topic_operations_, &TopicOperations::DeleteTopic);
    operations.Add("ListTopics", &topic_operations_, &TopicOperations::ListTopics);
    operations.Add("GetTopicAttributes", &topic_operations_, &TopicOperations::GetTopicAttributes);
    operations.Add("SetTopicAttributes", &topic_operations_, &TopicOperations::SetTopicAttributes);
    operations.Add("Publish", &publishing_, &PublishOperations::Publish);
    operations.Add("PublishBatch", &publishing_, &PublishOperations::PublishBatch);
    operations.Add("Subscribe", [this](const Call& call) {
      endpoint_.Remember(call.endpoint);
      return subscriptions_.Subscribe(call);
    });
    operations.Add("ConfirmSubscription", &subscriptions_, &SubscriptionOperations::ConfirmSubscription);
    operations.Add("Unsubscribe", &subscriptions_, &SubscriptionOperations::Unsubscribe);
    operations.Add("ListSubscriptions", &subscriptions_, &SubscriptionOperations::ListSubscriptions);
    operations.Add("ListSubscriptionsByTopic", &subscriptions_, &SubscriptionOperations::ListSubscriptionsByTopic);
    operations.Add("GetSubscriptionAttributes", &subscriptions_, &SubscriptionOperations::GetSubscriptionAttributes);
    operations.Add("SetSubscriptionAttributes", &subscriptions_, &SubscriptionOperations::SetSubscriptionAttributes);
    operations.Add("TagResource", &tags_, &TagOperations::TagResource);
    operations.Add("UntagResource", &tags_, &TagOperations::UntagResource);
    operations.Add("ListTagsForResource", &tags_, &TagOperations::ListTagsForResource);
    operations.Add("AddPermission", &permissions_, &PermissionOperations::AddPermission);
    operations.Add("RemovePermission", &permissions_, &PermissionOperations::RemovePermission);
    operations.Add("GetDataProtectionPolicy", &permissions_, &PermissionOperations::GetDataProtectionPolicy);
    operations.Add("PutDataProtectionPolicy", &permissions_, &PermissionOperations::PutDataProtectionPolicy);
    operations.Add("CreatePlatformApplication", &platforms_, &PlatformOperations::CreatePlatformApplication);
    operations.Add("DeletePlatformApplication", &platforms_, &PlatformOperations::DeletePlatformApplication);
    operations.Add("ListPlatformApplications", &platforms_, &PlatformOperations::ListPlatformApplications);
    operations.Add("GetPlatformApplicationAttributes", &platforms_,
                   &PlatformOperations::GetPlatformApplicationAttributes);
    operations.Add("SetPlatformApplicationAttributes", &platforms_,
                   &PlatformOperations::SetPlatformApplicationAttributes);
    operations.Add("CreatePlatformEndpoint", &platforms_, &PlatformOperations::CreatePlatformEndpoint);
    operations.Add("DeleteEndpoint", &platforms_, &PlatformOperations::DeleteEndpoint);
    operations.Add("ListEndpointsByPlatformApplication", &platforms_,
                   &PlatformOperations::ListEndpointsByPlatformApplication);
    operations.Add("GetEndpointAttributes", &platforms_, &PlatformOperations::GetEndpointAttributes);
    operations.Add("SetEndpointAttributes", &platforms_, &PlatformOperations::SetEndpointAttributes);
    operations.Add("SetSMSAttributes", &sms_, &SmsOperations::SetSMSAttributes);
    operations.Add("GetSMSAttributes", &sms_, &SmsOperations::GetSMSAttributes);
    operations.Add("CheckIfPhoneNumberIsOptedOut", &sms_, &SmsOperations::CheckIfPhoneNumberIsOptedOut);
    operations.Add("ListPhoneNumbersOptedOut", &sms_, &SmsOperations::ListPhoneNumbersOptedOut);
    operations.Add("OptInPhoneNumber", &sms_, &SmsOperations::OptInPhoneNumber);
    operations.Add("ListOriginationNumbers", &sms_, &SmsOperations::ListOriginationNumbers);
    operations.Add("GetSMSSandboxAccountStatus", &sms_, &SmsOperations::GetSMSSandboxAccountStatus);
    operations.Add("CreateSMSSandboxPhoneNumber", &sms_, &SmsOperations::CreateSMSSandboxPhoneNumber);
    operations.Add("VerifySMSSandboxPhoneNumber", &sms_, &SmsOperations::VerifySMSSandboxPhoneNumber);
    operations.Add("DeleteSMSSandboxPhoneNumber", &sms_, &SmsOperations::DeleteSMSSandboxPhoneNumber);
    operations.Add("ListSMSSandboxPhoneNumbers", &sms_, &SmsOperations::ListSMSSandboxPhoneNumbers);
  }

  void OnReset() override {
    topics_.Clear();
    signer_.Clear();
  }

  AccessGuide* access_guide() override { return &access_guide_; }

  std::optional<Result<Json>> Admin(const AdminRequest& request) override {
    if (request.path == "phone-reply") return sms_.ReplyOfPhone(request);
    if (request.path == "subscription") return subscriptions_.Inspect(request);
    if (request.path != "signing-certificate") return std::nullopt;
    const auto name = request.query.find("name");
    const auto found = signer_.FindCertificate(name == request.query.end() ? "" : name->second);
    return found ? Result<Json>(Json{{"pem", *found}})
                 : Result<Json>(AwsError{"NotFound", "There is no such certificate.", 404});
  }

 private:
  static const ServiceDeps& Migrated(const ServiceDeps& deps) {
    deps.db.Migrate(kMigrations);
    return deps;
  }

  /// Who is told of subscriptions that must be confirmed, are replayed to, or ended.
  SubscriptionNews News() {
    SubscriptionNews news;
    news.ask_to_confirm = [this](storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                                 const std::string& endpoint) {
      confirmation_.AskToConfirm(txn, topic, subscription, endpoint);
      deliveries_.AskToConfirm(txn, topic, subscription, endpoint);
    };
    news.tell_unsubscribed = [this](storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                                    const std::string& endpoint) {
      confirmation_.TellUnsubscribed(txn, topic, subscription, endpoint);
    };
    news.replay_changed = [this](storage::Txn& txn, const Topic&, const Subscription& subscription) {
      const auto policy = subscription.attributes.find("ReplayPolicy");
      replays_.Apply(txn, subscription, policy == subscription.attributes.end() ? "" : policy->second);
    };
    news.replay_status = &Replays::Status;
    news.gone = &Replays::Forget;
    return news;
  }

  Deliveries::HttpSender MakeHttpSender() {
    return [this](storage::Txn& txn, const Topic& topic, const Subscription& subscription, const Message& message,
                  std::string body) { http_.Enqueue(txn, topic, subscription, message, std::move(body)); };
  }

  static std::optional<PushEndpoint> FindPushEndpoint(storage::Reader& reader, std::string_view arn) {
    const std::optional<PlatformEndpoint> endpoint = PlatformStore::FindEndpoint(reader, arn);
    if (!endpoint) return std::nullopt;
    // arn:aws:sns:us-east-1:123456789012:endpoint/GCM/application/id
    const std::size_t begin = arn.find('/') + 1;
    const auto enabled = endpoint->attributes.find("Enabled");
    return PushEndpoint{.arn = endpoint->arn,
                        .token = endpoint->token,
                        .platform = std::string(arn.substr(begin, arn.find('/', begin) - begin)),
                        .enabled = enabled == endpoint->attributes.end() || enabled->second == "true"};
  }

  static void ForgetTopic(storage::Txn& txn, const Topic& topic) {
    ForgetPublished(txn, topic.id);
    ForgetArchive(txn, topic.id);
  }

  const ServiceDeps deps_;
  TopicStore topics_;
  MessageSigner signer_;
  KnownEndpoint endpoint_;
  HttpDeliveries http_;
  Confirmation confirmation_;
  Deliveries deliveries_;
  FanOut fan_out_;
  Replays replays_;
  PublishOperations publishing_;
  TopicTarget target_;
  TopicOperations topic_operations_;
  SubscriptionOperations subscriptions_;
  TagOperations tags_;
  PermissionOperations permissions_;
  PlatformOperations platforms_;
  SmsOperations sms_;
  TopicAccessGuide access_guide_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<SnsService>(deps); }

}  // namespace stratolite::sns
