#include "sns/fan_out.hpp"

#include <algorithm>
#include <vector>

#include "sns/archive_store.hpp"
#include "sns/errors.hpp"
#include "sns/message_rendering.hpp"
#include "sns/replays.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {
namespace {

constexpr std::string_view kExpiry = "sns.archive_expiry";

Duration RetentionOf(const Topic& topic) { return std::chrono::days(topic.archive_days); }

bool NeedsKey(const Topic& topic) {
  return std::any_of(topic.subscriptions.begin(), topic.subscriptions.end(), [](const SubscriptionPtr& subscription) {
    return subscription->protocol == "lambda" || subscription->protocol == "email-json" ||
           (!subscription->raw && (subscription->protocol == "sqs" || subscription->protocol.starts_with("http")));
  });
}

}  // namespace

FanOut::FanOut(const ServiceDeps& deps, TopicStore& topics, MessageSigner& signer, Deliveries& deliveries)
    : deps_(deps), topics_(topics), signer_(signer), deliveries_(deliveries) {
  deps_.scheduler.Register(std::string(kExpiry), [this](const runtime::DueTask& task) { DropExpired(task); });
}

void FanOut::Prepare(const Topic& topic, Message& message) {
  message.topic_arn = topic.arn;
  message.message_id = deps_.random.Uuid();
  message.published_at = deps_.clock.Now();
  deliveries_.Prepare(topic);
  if (NeedsKey(topic)) PrepareEnvelopes(*signer_.FindKey(), topic, message);
}

bool FanOut::Wants(const Subscription& subscription, const Message& message) {
  if (!subscription.filter) return true;
  if (subscription.filter->scope() == patterns::FilterPolicy::Scope::kMessageBody)
    return subscription.filter->MatchesBody(message.BodyFor(subscription.protocol));
  return subscription.filter->MatchesAttributes(message.attributes.is_object() ? message.attributes : Json::object());
}

Result<Published> FanOut::Accept(storage::Txn& txn, const std::string& topic_arn, const TopicPtr& prepared,
                                 Message& message) {
  const TopicPtr topic = topics_.Find(txn, topic_arn);
  if (topic == nullptr) return TopicNotFound();
  const std::string scope = topic->deduplicates_per_group ? message.group_id : std::string();
  if (topic->fifo) {
    const std::optional<Published> known =
        RecallPublished(txn, topic->id, scope, message.deduplication_id, message.published_at);
    if (known) return *known;
    message.sequence_number = NextSequenceNumber(txn, topic->id);
  }
  if (topic != prepared && NeedsKey(*topic)) {
    message.envelopes.clear();
    PrepareEnvelopes(*signer_.FindKey(txn), *topic, message);
  }
  const Published published{message.message_id, message.sequence_number};
  if (topic->fifo) RememberPublished(txn, topic->id, scope, message.deduplication_id, published, message.published_at);
  std::vector<ReplayRow> replays;
  if (topic->archive_days > 0) {
    Archive(txn, *topic, message);
    replays = ListReplays(txn, topic->id);
    if (!replays.empty()) WakeReplays(txn, deps_.scheduler, topic->id, message.published_at);
  }
  for (const SubscriptionPtr& subscription : topic->subscriptions) {
    const auto replay = std::find_if(replays.begin(), replays.end(),
                                     [&](const ReplayRow& row) { return row.subscription == subscription->id; });
    // While messages are replayed new ones wait their turn in the archive; after a replay with an end there are no new ones.
    const bool held = replay != replays.end() && (replay->status != "Completed" || replay->until);
    if (!held && Wants(*subscription, message)) deliveries_.Deliver(txn, *topic, *subscription, message);
  }
  return published;
}

void FanOut::Archive(storage::Txn& txn, const Topic& topic, const Message& message) {
  const bool first = !OldestArchived(txn, topic.id);
  ArchiveMessage(txn, topic.id, message);
  if (!first) return;
  const TimePoint due = message.published_at + RetentionOf(topic) + Duration(1);
  deps_.scheduler.Schedule(txn, kExpiry, {.key = topic.arn, .due = due, .payload = ""});
}

void FanOut::DropExpired(const runtime::DueTask& task) {
  deps_.db.Transact([&](storage::Txn& txn) {
    const std::optional<Topic> topic = TopicStore::FindBare(txn, task.key);
    if (!topic) return;
    DropArchivedBefore(txn, topic->id, deps_.clock.Now() - RetentionOf(*topic));
    const std::optional<TimePoint> oldest = OldestArchived(txn, topic->id);
    if (!oldest) return;
    deps_.scheduler.Schedule(txn, kExpiry,
                             {.key = topic->arn, .due = *oldest + RetentionOf(*topic) + Duration(1), .payload = ""});
  });
}

}  // namespace stratolite::sns
