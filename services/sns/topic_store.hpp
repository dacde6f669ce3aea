#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sns/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {

/// Topics and their subscriptions. Every message needs both, so they are kept in memory until a commit changes them. Thread-safe. Blocks.
class TopicStore {
 public:
  explicit TopicStore(storage::Database& db) : db_(db) {}

  /// nullptr: no such topic. Not within a transaction.
  TopicPtr Find(std::string_view arn);
  /// The same within a transaction; what memory holds is used where the row says that nothing has changed.
  TopicPtr Find(storage::Txn& txn, std::string_view arn);
  /// The topic without its subscriptions, past the cache: for those who need its attributes only.
  static std::optional<Topic> FindBare(storage::Reader& reader, std::string_view arn);

  /// Fills in the id.
  void Insert(storage::Txn& txn, Topic& topic);
  /// Stores attributes and tags.
  void Update(storage::Txn& txn, const Topic& topic);
  /// With its subscriptions.
  void Delete(storage::Txn& txn, const Topic& topic);
  /// ARNs in order, after `after`, at most `limit`.
  static std::vector<std::string> List(storage::Reader& reader, const Scope& scope, std::string_view after,
                                       std::int64_t limit);
  struct Counts {
    std::int64_t confirmed = 0;
    std::int64_t pending = 0;
  };
  static Counts CountSubscriptions(storage::Reader& reader, TopicId topic);
  static std::optional<std::string> DataProtectionPolicy(storage::Reader& reader, TopicId topic);
  static void SetDataProtectionPolicy(storage::Txn& txn, TopicId topic, const std::optional<std::string>& policy);

  /// nullptr: no such subscription; also those that are not confirmed yet.
  static SubscriptionPtr FindSubscription(storage::Reader& reader, std::string_view arn);
  static SubscriptionPtr FindSubscription(storage::Reader& reader, TopicId topic, std::string_view protocol,
                                          std::string_view endpoint);
  static SubscriptionPtr FindSubscriptionByToken(storage::Reader& reader, std::string_view topic_arn,
                                                 std::string_view token);
  /// Fills in the id.
  void InsertSubscription(storage::Txn& txn, Subscription& subscription);
  /// Stores attributes and whether and how it is confirmed.
  void UpdateSubscription(storage::Txn& txn, const Subscription& subscription);
  void DeleteSubscription(storage::Txn& txn, const Subscription& subscription);
  /// Remembers, beside deleting it, a subscription whose endpoint may want it back, and forgets those that ended before `forgotten`.
  static void RememberEnded(storage::Txn& txn, const Subscription& subscription, TimePoint now, TimePoint forgotten);
  static bool IsEnded(storage::Reader& reader, std::string_view topic_arn, std::string_view token);
  /// Takes out what was remembered after `forgotten`: what a new subscription needs, without id and ARN.
  static std::optional<Subscription> TakeEnded(storage::Txn& txn, const Topic& topic, std::string_view token,
                                               TimePoint forgotten);
  /// Of a topic, confirmed or not, by id.
  static std::vector<SubscriptionPtr> ListSubscriptions(storage::Reader& reader, TopicId topic, SubscriptionId after,
                                                        std::int64_t limit);
  /// Of a subscriber, in the topics of a region, by id.
  static std::vector<SubscriptionPtr> ListSubscriptions(storage::Reader& reader, const Scope& scope,
                                                        SubscriptionId after, std::int64_t limit);

  /// Forgets what memory holds (reset).
  void Clear();

 private:
  TopicPtr Load(storage::Reader& reader, std::string_view arn) const;
  /// After a change that another transaction must see, also one of the same commit.
  void Changed(storage::Txn& txn, TopicId topic, const std::string& arn);
  void Invalidate(const std::string& arn);

  storage::Database& db_;
  std::mutex mutex_;
  std::unordered_map<std::string, TopicPtr> cache_;  // guarded by mutex_
  /// Counts invalidations: what was read before one must not enter the cache after it. Guarded by mutex_.
  std::uint64_t epoch_ = 0;
};

}  // namespace stratolite::sns
