#include "sns/replays.hpp"

#include <algorithm>

#include "sns/archive_store.hpp"
#include "sns/fan_out.hpp"
#include "sns/message_rendering.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {
namespace {

constexpr std::string_view kReplayTask = "sns.replay";
constexpr std::int64_t kMessagesAtOnce = 50;
constexpr const char* kPending = "Pending";
constexpr const char* kInProgress = "In progress";
constexpr const char* kCompleted = "Completed";

struct ReplayWindow {
  TimePoint from;
  std::optional<TimePoint> until;
};

std::optional<TimePoint> TimeMember(const Json& policy, const char* name) {
  const auto found = policy.find(name);
  if (found == policy.end() || !found->is_string()) return std::nullopt;
  return ParseIso8601(found->get_ref<const std::string&>());
}

std::optional<ReplayWindow> ParseReplayPolicy(std::string_view text) {
  const Json policy = ParseJsonText(text);
  if (!policy.is_object() || policy.value("PointType", Json()) != "Timestamp") return std::nullopt;
  const std::optional<TimePoint> from = TimeMember(policy, "StartingPoint");
  const std::optional<TimePoint> until = TimeMember(policy, "EndingPoint");
  if (!from || (policy.contains("EndingPoint") && (!until || *until < *from))) return std::nullopt;
  return ReplayWindow{*from, until};
}

}  // namespace

Replays::Replays(const ServiceDeps& deps, TopicStore& topics, MessageSigner& signer, Deliveries& deliveries)
    : deps_(deps), topics_(topics), signer_(signer), deliveries_(deliveries) {
  deps_.scheduler.Register(std::string(kReplayTask), [this](const runtime::DueTask& task) { Run(task); });
}

void Replays::Apply(storage::Txn& txn, const Subscription& subscription, std::string_view policy) {
  const std::optional<ReplayWindow> window = ParseReplayPolicy(policy);
  if (!window) return Forget(txn, subscription);
  ReplayRow row;
  row.subscription = subscription.id;
  row.topic = subscription.topic;
  row.subscription_arn = subscription.arn;
  row.status = kPending;
  row.from = window->from;
  row.until = window->until;
  StoreReplay(txn, row);
  deps_.scheduler.Schedule(txn, kReplayTask, {.key = subscription.arn, .due = deps_.clock.Now(), .payload = ""});
}

void Replays::Forget(storage::Txn& txn, const Subscription& subscription) { DeleteReplay(txn, subscription.id); }

std::optional<std::string> Replays::Status(storage::Reader& reader, const Subscription& subscription) {
  const std::optional<ReplayRow> row = FindReplay(reader, subscription.id);
  return row ? std::optional(row->status) : std::nullopt;
}

void Replays::Run(const runtime::DueTask& task) {
  const SubscriptionPtr subscription =
      deps_.db.Read([&](storage::Reader& reader) { return TopicStore::FindSubscription(reader, task.key); });
  if (subscription == nullptr) return;
  if (const TopicPtr topic = topics_.Find(subscription->topic_arn)) deliveries_.Prepare(*topic);
  while (RunBatch(task.key)) {
  }
}

bool Replays::RunBatch(const std::string& subscription_arn) {
  return deps_.db.Transact([&](storage::Txn& txn) {
    const SubscriptionPtr subscription = TopicStore::FindSubscription(txn, subscription_arn);
    std::optional<ReplayRow> row;
    if (subscription != nullptr) row = FindReplay(txn, subscription->id);
    const TopicPtr topic = row ? topics_.Find(txn, subscription->topic_arn) : nullptr;
    if (topic == nullptr || row->status == kCompleted) return false;
    const TimePoint now = deps_.clock.Now();
    const TimePoint oldest = now - std::chrono::days(topic->archive_days);
    std::vector<ArchivedMessage> archived =
        ReadArchive(txn, topic->id, row->cursor, std::max(row->from, oldest), row->until, kMessagesAtOnce);
    // Who has not confirmed yet gets nothing, and loses nothing.
    if (!subscription->confirmed) archived.clear();
    for (ArchivedMessage& one : archived) {
      one.message.topic_arn = topic->arn;
      if (FanOut::Wants(*subscription, one.message)) {
        PrepareEnvelopes(*signer_.FindKey(txn), *topic, one.message);
        deliveries_.Deliver(txn, *topic, *subscription, one.message);
      }
      row->cursor = one.id;
    }
    const bool more = static_cast<std::int64_t>(archived.size()) == kMessagesAtOnce;
    const bool ended = row->until ? *row->until < now : true;
    row->status = !subscription->confirmed ? kPending : more || !ended ? kInProgress : kCompleted;
    StoreReplay(txn, *row);
    if (!more && row->until && !ended) {
      deps_.scheduler.Schedule(txn, kReplayTask,
                               {.key = subscription_arn, .due = *row->until + Duration(1), .payload = ""});
    }
    return more;
  });
}

void WakeReplays(storage::Txn& txn, runtime::Scheduler& scheduler, TopicId topic, TimePoint now) {
  for (const ReplayRow& row : ListReplays(txn, topic)) {
    if (row.status != kCompleted)
      scheduler.Schedule(txn, kReplayTask, {.key = row.subscription_arn, .due = now, .payload = ""});
  }
}

}  // namespace stratolite::sns
