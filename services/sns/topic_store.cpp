#include "sns/topic_store.hpp"

#include "sns/subscription_attributes.hpp"
#include "sns/topic_attributes.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::sns {
namespace {

// The columns come in the order that ToTopic and ToSubscription read.
constexpr std::string_view kTopicByArn =
    "SELECT id, version, arn, account, region, name, attributes, tags, created_at, subscriptions_deleted FROM sns_topic"
    " WHERE arn = ?";

#define STRATOLITE_SNS_SUBSCRIPTION                                                                \
  "SELECT id, topic_id, arn, topic_arn, account, protocol, endpoint, confirmed, token, principal," \
  " confirmation_was_authenticated, authenticate_on_unsubscribe, attributes, created_at FROM sns_subscription"
constexpr std::string_view kConfirmedOfTopic =
    STRATOLITE_SNS_SUBSCRIPTION " WHERE topic_id = ? AND confirmed = 1 ORDER BY id";
constexpr std::string_view kSubscriptionByArn = STRATOLITE_SNS_SUBSCRIPTION " WHERE arn = ?";
constexpr std::string_view kSubscriptionByEndpoint =
    STRATOLITE_SNS_SUBSCRIPTION " WHERE topic_id = ? AND protocol = ? AND endpoint = ?";
constexpr std::string_view kSubscriptionByToken =
    STRATOLITE_SNS_SUBSCRIPTION " WHERE topic_id = (SELECT id FROM sns_topic WHERE arn = ?) AND token = ?";
constexpr std::string_view kPageOfTopic =
    STRATOLITE_SNS_SUBSCRIPTION " WHERE topic_id = ? AND id > ? ORDER BY id LIMIT ?";
constexpr std::string_view kPageOfOwner =
    STRATOLITE_SNS_SUBSCRIPTION " WHERE account = ? AND region = ? AND id > ? ORDER BY id LIMIT ?";
#undef STRATOLITE_SNS_SUBSCRIPTION

Attributes FromJson(std::string_view text) { return Json::parse(text).get<Attributes>(); }
std::string ToText(const Attributes& attributes) { return Json(attributes).dump(); }

Topic ToTopic(const storage::Row& row) {
  Topic topic;
  topic.id = row.Int(0);
  topic.version = row.Int(1);
  topic.arn = row.Text(2);
  topic.scope = {AccountId(row.Text(3)), Region(row.Text(4))};
  topic.name = row.Text(5);
  topic.attributes = FromJson(row.TextView(6));
  topic.tags = FromJson(row.TextView(7));
  topic.created_at = row.Time(8);
  topic.subscriptions_deleted = row.Int(9);
  ParseAttributes(topic);
  return topic;
}

SubscriptionPtr ToSubscription(const storage::Row& row) {
  auto subscription = std::make_shared<Subscription>();
  subscription->id = row.Int(0);
  subscription->topic = row.Int(1);
  subscription->arn = row.Text(2);
  subscription->topic_arn = row.Text(3);
  subscription->owner = AccountId(row.Text(4));
  subscription->protocol = row.Text(5);
  subscription->endpoint = row.Text(6);
  subscription->confirmed = row.Int(7) != 0;
  subscription->token = row.Text(8);
  subscription->principal = row.Text(9);
  subscription->confirmation_was_authenticated = row.Int(10) != 0;
  subscription->authenticate_on_unsubscribe = row.Int(11) != 0;
  subscription->attributes = FromJson(row.TextView(12));
  subscription->created_at = row.Time(13);
  ParseAttributes(*subscription);
  return subscription;
}

std::vector<SubscriptionPtr> All(storage::Reader& reader, std::string_view sql, storage::Binds binds) {
  std::vector<SubscriptionPtr> found;
  reader.Query(sql, binds, [&](const storage::Row& row) { found.push_back(ToSubscription(row)); });
  return found;
}

}  // namespace

TopicPtr TopicStore::Find(std::string_view arn) {
  std::uint64_t epoch = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = cache_.find(std::string(arn)); found != cache_.end()) return found->second;
    epoch = epoch_;
  }
  TopicPtr topic = db_.Read([&](storage::Reader& reader) { return Load(reader, arn); });
  if (topic) {
    const std::scoped_lock lock(mutex_);
    if (epoch == epoch_) cache_.insert_or_assign(topic->arn, topic);
  }
  return topic;
}

TopicPtr TopicStore::Find(storage::Txn& txn, std::string_view arn) {
  TopicPtr known;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = cache_.find(std::string(arn)); found != cache_.end()) known = found->second;
  }
  if (known) {
    const std::int64_t version =
        txn.QueryInt("SELECT version FROM sns_topic WHERE arn = ? AND id = ?", {arn, known->id});
    if (version == known->version) return known;
  }
  // It does not enter the cache: this transaction may be rolled back.
  return Load(txn, arn);
}

std::optional<Topic> TopicStore::FindBare(storage::Reader& reader, std::string_view arn) {
  return reader.QueryOne(kTopicByArn, {arn}, ToTopic);
}

TopicPtr TopicStore::Load(storage::Reader& reader, std::string_view arn) const {
  std::optional<Topic> topic = FindBare(reader, arn);
  if (!topic) return nullptr;
  topic->subscriptions = All(reader, kConfirmedOfTopic, {topic->id});
  return std::make_shared<const Topic>(*std::move(topic));
}

void TopicStore::Insert(storage::Txn& txn, Topic& topic) {
  topic.version = 1;
  txn.Run(
      "INSERT INTO sns_topic (version, arn, account, region, name, attributes, tags, created_at, subscriptions_deleted)"
      " VALUES (1,?,?,?,?,?,?,?,0)",
      {topic.arn, topic.scope.account, topic.scope.region, topic.name, ToText(topic.attributes), ToText(topic.tags),
       topic.created_at});
  topic.id = txn.last_insert_rowid();
  txn.OnCommit([this, arn = topic.arn] { Invalidate(arn); });
}

void TopicStore::Update(storage::Txn& txn, const Topic& topic) {
  txn.Run("UPDATE sns_topic SET attributes = ?, tags = ? WHERE id = ?",
          {ToText(topic.attributes), ToText(topic.tags), topic.id});
  Changed(txn, topic.id, topic.arn);
}

void TopicStore::Delete(storage::Txn& txn, const Topic& topic) {
  txn.Run("DELETE FROM sns_subscription WHERE topic_id = ?", {topic.id});
  txn.Run("DELETE FROM sns_ended_subscription WHERE topic_id = ?", {topic.id});
  txn.Run("DELETE FROM sns_topic WHERE id = ?", {topic.id});
  txn.OnCommit([this, arn = topic.arn] { Invalidate(arn); });
}

std::vector<std::string> TopicStore::List(storage::Reader& reader, const Scope& scope, std::string_view after,
                                          std::int64_t limit) {
  std::vector<std::string> arns;
  reader.Query("SELECT arn FROM sns_topic WHERE account = ? AND region = ? AND arn > ? ORDER BY arn LIMIT ?",
               {scope.account, scope.region, after, limit},
               [&](const storage::Row& row) { arns.push_back(row.Text(0)); });
  return arns;
}

TopicStore::Counts TopicStore::CountSubscriptions(storage::Reader& reader, TopicId topic) {
  return reader
      .QueryOne(
          "SELECT COALESCE(SUM(confirmed), 0), COUNT(*) FROM sns_subscription WHERE topic_id = ?", {topic},
          [](const storage::Row& row) { return Counts{.confirmed = row.Int(0), .pending = row.Int(1) - row.Int(0)}; })
      .value_or(Counts{});
}

std::optional<std::string> TopicStore::DataProtectionPolicy(storage::Reader& reader, TopicId topic) {
  return reader
      .QueryOne("SELECT data_protection_policy FROM sns_topic WHERE id = ?", {topic},
                [](const storage::Row& row) { return row.OptionalText(0); })
      .value_or(std::nullopt);
}

void TopicStore::SetDataProtectionPolicy(storage::Txn& txn, TopicId topic, const std::optional<std::string>& policy) {
  txn.Run("UPDATE sns_topic SET data_protection_policy = ? WHERE id = ?", {policy, topic});
}

SubscriptionPtr TopicStore::FindSubscription(storage::Reader& reader, std::string_view arn) {
  return reader.QueryOne(kSubscriptionByArn, {arn}, ToSubscription).value_or(nullptr);
}

SubscriptionPtr TopicStore::FindSubscription(storage::Reader& reader, TopicId topic, std::string_view protocol,
                                             std::string_view endpoint) {
  return reader.QueryOne(kSubscriptionByEndpoint, {topic, protocol, endpoint}, ToSubscription).value_or(nullptr);
}

SubscriptionPtr TopicStore::FindSubscriptionByToken(storage::Reader& reader, std::string_view topic_arn,
                                                    std::string_view token) {
  return reader.QueryOne(kSubscriptionByToken, {topic_arn, token}, ToSubscription).value_or(nullptr);
}

void TopicStore::InsertSubscription(storage::Txn& txn, Subscription& subscription) {
  const std::optional<Arn> topic = Arn::Parse(subscription.topic_arn);
  txn.Run(
      "INSERT INTO sns_subscription (topic_id, arn, topic_arn, account, region, protocol, endpoint, confirmed, token,"
      " principal, confirmation_was_authenticated, authenticate_on_unsubscribe, attributes, created_at)"
      " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      {subscription.topic, subscription.arn, subscription.topic_arn, subscription.owner, topic->region,
       subscription.protocol, subscription.endpoint, subscription.confirmed, subscription.token, subscription.principal,
       subscription.confirmation_was_authenticated, subscription.authenticate_on_unsubscribe,
       ToText(subscription.attributes), subscription.created_at});
  subscription.id = txn.last_insert_rowid();
  Changed(txn, subscription.topic, subscription.topic_arn);
}

void TopicStore::UpdateSubscription(storage::Txn& txn, const Subscription& subscription) {
  txn.Run(
      "UPDATE sns_subscription SET confirmed = ?, confirmation_was_authenticated = ?, authenticate_on_unsubscribe = ?,"
      " attributes = ? WHERE id = ?",
      {subscription.confirmed, subscription.confirmation_was_authenticated, subscription.authenticate_on_unsubscribe,
       ToText(subscription.attributes), subscription.id});
  Changed(txn, subscription.topic, subscription.topic_arn);
}

void TopicStore::DeleteSubscription(storage::Txn& txn, const Subscription& subscription) {
  txn.Run("DELETE FROM sns_subscription WHERE id = ?", {subscription.id});
  txn.Run("UPDATE sns_topic SET subscriptions_deleted = subscriptions_deleted + 1 WHERE id = ?", {subscription.topic});
  Changed(txn, subscription.topic, subscription.topic_arn);
}

void TopicStore::RememberEnded(storage::Txn& txn, const Subscription& subscription, TimePoint now,
                               TimePoint forgotten) {
  txn.Run("DELETE FROM sns_ended_subscription WHERE topic_id = ? AND ended_at < ?", {subscription.topic, forgotten});
  txn.Run(
      "INSERT INTO sns_ended_subscription (topic_id, token, account, protocol, endpoint, principal, attributes,"
      " ended_at) VALUES (?,?,?,?,?,?,?,?)",
      {subscription.topic, subscription.token, subscription.owner, subscription.protocol, subscription.endpoint,
       subscription.principal, ToText(subscription.attributes), now});
}

bool TopicStore::IsEnded(storage::Reader& reader, std::string_view topic_arn, std::string_view token) {
  return reader.QueryInt(
             "SELECT 1 FROM sns_ended_subscription WHERE topic_id = (SELECT id FROM sns_topic WHERE arn = ?)"
             " AND token = ?",
             {topic_arn, token}) == 1;
}

std::optional<Subscription> TopicStore::TakeEnded(storage::Txn& txn, const Topic& topic, std::string_view token,
                                                  TimePoint forgotten) {
  auto ended = txn.QueryOne(
      "SELECT account, protocol, endpoint, principal, attributes FROM sns_ended_subscription"
      " WHERE topic_id = ? AND token = ? AND ended_at >= ?",
      {topic.id, token, forgotten}, [&](const storage::Row& row) {
        Subscription subscription;
        subscription.topic = topic.id;
        subscription.topic_arn = topic.arn;
        subscription.owner = AccountId(row.Text(0));
        subscription.protocol = row.Text(1);
        subscription.endpoint = row.Text(2);
        subscription.principal = row.Text(3);
        subscription.attributes = FromJson(row.TextView(4));
        subscription.token = token;
        return subscription;
      });
  if (ended) txn.Run("DELETE FROM sns_ended_subscription WHERE topic_id = ? AND token = ?", {topic.id, token});
  return ended;
}

std::vector<SubscriptionPtr> TopicStore::ListSubscriptions(storage::Reader& reader, TopicId topic, SubscriptionId after,
                                                           std::int64_t limit) {
  return All(reader, kPageOfTopic, {topic, after, limit});
}

std::vector<SubscriptionPtr> TopicStore::ListSubscriptions(storage::Reader& reader, const Scope& scope,
                                                           SubscriptionId after, std::int64_t limit) {
  return All(reader, kPageOfOwner, {scope.account, scope.region, after, limit});
}

void TopicStore::Changed(storage::Txn& txn, TopicId topic, const std::string& arn) {
  txn.Run("UPDATE sns_topic SET version = version + 1 WHERE id = ?", {topic});
  txn.OnCommit([this, arn] { Invalidate(arn); });
}

void TopicStore::Invalidate(const std::string& arn) {
  const std::scoped_lock lock(mutex_);
  cache_.erase(arn);
  ++epoch_;
}

void TopicStore::Clear() {
  const std::scoped_lock lock(mutex_);
  cache_.clear();
  ++epoch_;
}

}  // namespace stratolite::sns
