#include "sqs/queue_store.hpp"

#include "sqs/queue_attributes.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::sqs {
namespace {

// Both texts stand in one place because the columns must come in the order that ToQueue reads.
constexpr std::string_view kByAddress =
    "SELECT id, account, region, name, created_at, modified_at, attributes, tags, deduplicates_per_group FROM sqs_queue"
    " WHERE account = ? AND region = ? AND name = ?";
constexpr std::string_view kById =
    "SELECT id, account, region, name, created_at, modified_at, attributes, tags, deduplicates_per_group FROM "
    "sqs_queue WHERE id = ?";

Attributes FromJson(std::string_view text) { return Json::parse(text).get<Attributes>(); }
std::string ToText(const Attributes& attributes) { return Json(attributes).dump(); }

QueuePtr ToQueue(const storage::Row& row) {
  auto queue = std::make_shared<Queue>();
  queue->id = row.Int(0);
  queue->address = {{AccountId(row.Text(1)), Region(row.Text(2))}, row.Text(3)};
  queue->created_at = row.Time(4);
  queue->modified_at = row.Time(5);
  queue->attributes = FromJson(row.TextView(6));
  queue->tags = FromJson(row.TextView(7));
  queue->deduplicates_per_group = row.Int(8) != 0;
  ParseAttributes(*queue);
  return queue;
}

std::optional<std::string_view> DeadLetterArn(const Queue& queue) {
  if (!queue.redrive) return std::nullopt;
  return queue.redrive->dead_letter_arn;
}

}  // namespace

std::size_t QueueStore::AddressHash::operator()(const QueueAddress& address) const {
  const std::hash<std::string> hash;
  return hash(address.name) * 31 + hash(address.scope.account.str()) * 7 + hash(address.scope.region.str());
}

QueuePtr QueueStore::Find(const QueueAddress& address) {
  std::uint64_t epoch = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = cache_.find(address); found != cache_.end()) return found->second;
    epoch = epoch_;
  }
  QueuePtr queue = db_.Read([&](storage::Reader& reader) { return Find(reader, address); });
  if (queue) {
    const std::scoped_lock lock(mutex_);
    if (epoch == epoch_) cache_.emplace(address, queue);
  }
  return queue;
}

QueuePtr QueueStore::Find(storage::Reader& reader, const QueueAddress& address) {
  return reader.QueryOne(kByAddress, {address.scope.account, address.scope.region, address.name}, ToQueue)
      .value_or(nullptr);
}

QueuePtr QueueStore::Find(storage::Reader& reader, QueueId id) {
  return reader.QueryOne(kById, {id}, ToQueue).value_or(nullptr);
}

bool QueueStore::Exists(storage::Reader& reader, QueueId id) {
  return reader.QueryInt("SELECT 1 FROM sqs_queue WHERE id = ?", {id}) == 1;
}

void QueueStore::Insert(storage::Txn& txn, Queue& queue) {
  const QueueAddress& address = queue.address;
  txn.Run(
      "INSERT INTO sqs_queue (account, region, name, created_at, modified_at, attributes, tags, dead_letter_arn,"
      " deduplicates_per_group, last_sequence) VALUES (?,?,?,?,?,?,?,?,?,0)",
      {address.scope.account, address.scope.region, address.name, queue.created_at, queue.modified_at,
       ToText(queue.attributes), ToText(queue.tags), DeadLetterArn(queue), queue.deduplicates_per_group});
  queue.id = txn.last_insert_rowid();
  txn.OnCommit([this, address] { Invalidate(address); });
}

void QueueStore::Update(storage::Txn& txn, const Queue& queue) {
  txn.Run("UPDATE sqs_queue SET modified_at = ?, attributes = ?, tags = ?, dead_letter_arn = ? WHERE id = ?",
          {queue.modified_at, ToText(queue.attributes), ToText(queue.tags), DeadLetterArn(queue), queue.id});
  txn.OnCommit([this, address = queue.address] { Invalidate(address); });
}

void QueueStore::Delete(storage::Txn& txn, const Queue& queue, TimePoint now, Duration rest) {
  const QueueAddress& address = queue.address;
  txn.Run("DELETE FROM sqs_deleted_queue WHERE deleted_at <= ?", {now - rest});
  txn.Run("DELETE FROM sqs_queue WHERE id = ?", {queue.id});
  txn.Run(
      "INSERT INTO sqs_deleted_queue (account, region, name, deleted_at) VALUES (?,?,?,?)"
      " ON CONFLICT (account, region, name) DO UPDATE SET deleted_at = excluded.deleted_at",
      {address.scope.account, address.scope.region, address.name, now});
  txn.OnCommit([this, address] { Invalidate(address); });
}

std::optional<TimePoint> QueueStore::DeletedAt(storage::Reader& reader, const QueueAddress& address) {
  return reader.QueryOne("SELECT deleted_at FROM sqs_deleted_queue WHERE account = ? AND region = ? AND name = ?",
                         {address.scope.account, address.scope.region, address.name},
                         [](const storage::Row& row) { return row.Time(0); });
}

void QueueStore::ForgetDeleted(storage::Txn& txn, const QueueAddress& address) {
  txn.Run("DELETE FROM sqs_deleted_queue WHERE account = ? AND region = ? AND name = ?",
          {address.scope.account, address.scope.region, address.name});
}

std::optional<TimePoint> QueueStore::PurgedAt(storage::Reader& reader, QueueId id) {
  return reader.QueryOne("SELECT purged_at FROM sqs_queue WHERE id = ? AND purged_at IS NOT NULL", {id},
                         [](const storage::Row& row) { return row.Time(0); });
}

void QueueStore::SetPurged(storage::Txn& txn, QueueId id, TimePoint now) {
  txn.Run("UPDATE sqs_queue SET purged_at = ? WHERE id = ?", {now, id});
}

std::vector<std::string> QueueStore::List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                          std::string_view after, std::int64_t limit) {
  std::vector<std::string> names;
  // substr and not LIKE: underscores are frequent in names, and LIKE folds case.
  reader.Query(
      "SELECT name FROM sqs_queue WHERE account = ? AND region = ? AND name > ? AND substr(name, 1, ?) = ? ORDER BY "
      "name LIMIT ?",
      {scope.account, scope.region, after, prefix.size(), prefix, limit},
      [&](const storage::Row& row) { names.push_back(row.Text(0)); });
  return names;
}

std::vector<QueueAddress> QueueStore::ListSources(storage::Reader& reader, std::string_view arn, std::string_view after,
                                                  std::int64_t limit) {
  std::vector<QueueAddress> sources;
  reader.Query(
      "SELECT account, region, name FROM sqs_queue WHERE dead_letter_arn = ? AND name > ? ORDER BY name LIMIT ?",
      {arn, after, limit}, [&](const storage::Row& row) {
        sources.push_back({{AccountId(row.Text(0)), Region(row.Text(1))}, row.Text(2)});
      });
  return sources;
}

std::int64_t QueueStore::NextSequence(storage::Txn& txn, QueueId id) {
  txn.Run("UPDATE sqs_queue SET last_sequence = last_sequence + 1 WHERE id = ?", {id});
  return txn.QueryInt("SELECT last_sequence FROM sqs_queue WHERE id = ?", {id});
}

void QueueStore::Invalidate(const QueueAddress& address) {
  const std::scoped_lock lock(mutex_);
  cache_.erase(address);
  ++epoch_;
}

void QueueStore::Clear() {
  const std::scoped_lock lock(mutex_);
  cache_.clear();
  ++epoch_;
}

}  // namespace stratolite::sqs
