#include "sqs/sqs.hpp"

#include "sqs/access_guide.hpp"
#include "sqs/delivery_target.hpp"
#include "sqs/inflight_operations.hpp"
#include "sqs/inspection.hpp"
#include "sqs/move_task_operations.hpp"
#include "sqs/permission_operations.hpp"
#include "sqs/queue_emptying.hpp"
#include "sqs/queue_operations.hpp"
#include "sqs/queue_store.hpp"
#include "sqs/receive_operations.hpp"
#include "sqs/retention.hpp"
#include "sqs/schema.hpp"
#include "sqs/send_operations.hpp"
#include "sqs/tag_operations.hpp"
#include "sqs/waiters.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {
namespace {

class SqsService final : public Service {
 public:
  explicit SqsService(const ServiceDeps& deps)
      : deps_(Migrated(deps)),
        queues_(deps.db),
        waiters_(deps.timers),
        retention_(deps),
        queue_operations_(deps, queues_, waiters_),
        tags_(deps, queues_),
        permissions_(deps, queues_),
        sending_(deps, queues_, waiters_, retention_),
        receiving_(deps, queues_, waiters_),
        inflight_(deps, queues_, waiters_),
        move_tasks_(deps, queues_, waiters_),
        deliveries_(deps, queues_, sending_),
        emptying_(queues_, waiters_, receiving_),
        access_guide_(queues_) {
    deps.events.Offer("sqs", &deliveries_);
    deps.ports.Offer<ports::QueueConsumer>(&emptying_);
  }

  void Register(OperationTable& operations) override {
    operations.Add("CreateQueue", &queue_operations_, &QueueOperations::CreateQueue);
    operations.Add("DeleteQueue", &queue_operations_, &QueueOperations::DeleteQueue);
    operations.Add("PurgeQueue", &queue_operations_, &QueueOperations::PurgeQueue);
    operations.Add("GetQueueUrl", &queue_operations_, &QueueOperations::GetQueueUrl);
    operations.Add("ListQueues", &queue_operations_, &QueueOperations::ListQueues);
    operations.Add("ListDeadLetterSourceQueues", &queue_operations_, &QueueOperations::ListDeadLetterSourceQueues);
    operations.Add("GetQueueAttributes", &queue_operations_, &QueueOperations::GetQueueAttributes);
    operations.Add("SetQueueAttributes", &queue_operations_, &QueueOperations::SetQueueAttributes);
    operations.Add("TagQueue", &tags_, &TagOperations::TagQueue);
    operations.Add("UntagQueue", &tags_, &TagOperations::UntagQueue);
    operations.Add("ListQueueTags", &tags_, &TagOperations::ListQueueTags);
    operations.Add("AddPermission", &permissions_, &PermissionOperations::AddPermission);
    operations.Add("RemovePermission", &permissions_, &PermissionOperations::RemovePermission);
    operations.Add("SendMessage", &sending_, &SendOperations::SendMessage);
    operations.Add("SendMessageBatch", &sending_, &SendOperations::SendMessageBatch);
    operations.AddAsync("ReceiveMessage", [this](std::shared_ptr<const Call> call, Completion done) {
      receiving_.ReceiveMessage(std::move(call), std::move(done));
    });
    operations.Add("DeleteMessage", &inflight_, &InflightOperations::DeleteMessage);
    operations.Add("DeleteMessageBatch", &inflight_, &InflightOperations::DeleteMessageBatch);
    operations.Add("ChangeMessageVisibility", &inflight_, &InflightOperations::ChangeMessageVisibility);
    operations.Add("ChangeMessageVisibilityBatch", &inflight_, &InflightOperations::ChangeMessageVisibilityBatch);
    operations.Add("StartMessageMoveTask", &move_tasks_, &MoveTaskOperations::StartMessageMoveTask);
    operations.Add("ListMessageMoveTasks", &move_tasks_, &MoveTaskOperations::ListMessageMoveTasks);
    operations.Add("CancelMessageMoveTask", &move_tasks_, &MoveTaskOperations::CancelMessageMoveTask);
  }

  void OnReset() override {
    queues_.Clear();
    retention_.Clear();
    receiving_.Clear();
    waiters_.ExpireAll();
  }

  void OnStop() override { waiters_.ExpireAll(); }

  AccessGuide* access_guide() override { return &access_guide_; }

  std::optional<Result<Json>> Admin(const AdminRequest& request) override {
    if (request.path != "messages") return std::nullopt;
    return InspectMessages(deps_, queues_, request);
  }

 private:
  static const ServiceDeps& Migrated(const ServiceDeps& deps) {
    deps.db.Migrate(kMigrations);
    return deps;
  }

  const ServiceDeps deps_;
  QueueStore queues_;
  Waiters waiters_;
  Retention retention_;
  QueueOperations queue_operations_;
  TagOperations tags_;
  PermissionOperations permissions_;
  SendOperations sending_;
  ReceiveOperations receiving_;
  InflightOperations inflight_;
  MoveTaskOperations move_tasks_;
  QueueDeliveryTarget deliveries_;
  QueueEmptying emptying_;
  QueueAccessGuide access_guide_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<SqsService>(deps); }

}  // namespace stratolite::sqs
