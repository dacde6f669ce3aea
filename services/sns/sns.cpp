#include "sns/sns.hpp"

#include "sns/schema.hpp"
#include "sns/subscription_operations.hpp"
#include "sns/topic_operations.hpp"
#include "sns/topic_store.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {
namespace {

class SnsService final : public Service {
 public:
  explicit SnsService(const ServiceDeps& deps)
      : deps_(Migrated(deps)),
        topics_(deps.db),
        topic_operations_(deps, topics_),
        subscriptions_(deps, topics_, News()) {}

  void Register(OperationTable& operations) override {
    operations.Add("CreateTopic", &topic_operations_, &TopicOperations::CreateTopic);
    operations.Add("DeleteTopic", &topic_operations_, &TopicOperations::DeleteTopic);
    operations.Add("ListTopics", &topic_operations_, &TopicOperations::ListTopics);
    operations.Add("GetTopicAttributes", &topic_operations_, &TopicOperations::GetTopicAttributes);
    operations.Add("Subscribe", &subscriptions_, &SubscriptionOperations::Subscribe);
  }

  void OnReset() override { topics_.Clear(); }

 private:
  static const ServiceDeps& Migrated(const ServiceDeps& deps) {
    deps.db.Migrate(kMigrations);
    return deps;
  }

  /// Who is told of subscriptions that must be confirmed, and of those that ended.
  SubscriptionNews News() {
    return {.ask_to_confirm = [](storage::Txn&, const Topic&, const Subscription&, const std::string&) {},
            .tell_unsubscribed = [](storage::Txn&, const Topic&, const Subscription&, const std::string&) {}};
  }

  const ServiceDeps deps_;
  TopicStore topics_;
  TopicOperations topic_operations_;
  SubscriptionOperations subscriptions_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<SnsService>(deps); }

}  // namespace stratolite::sns
