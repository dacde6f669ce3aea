#include "service/outbox_store.hpp"

#include <array>
#include <string_view>

namespace stratolite::outbox {
namespace {

constexpr std::string_view kOwner = "events";

// `order_key` is NULL where order does not matter. `retry_at` is NULL until a delivery failed. No AUTOINCREMENT: ids need to grow among the rows that
// are there only, and it costs every announcement a page.
constexpr std::array<std::string_view, 3> kSteps = {
    "CREATE TABLE events_outbox ("
    " id INTEGER PRIMARY KEY, announced_at BIGINT NOT NULL, attempts INTEGER NOT NULL, retry_at BIGINT,"
    " order_key TEXT, target TEXT NOT NULL, source_service TEXT NOT NULL, source_arn TEXT NOT NULL,"
    " source_account TEXT NOT NULL, body TEXT NOT NULL, group_id TEXT NOT NULL, deduplication_id TEXT NOT NULL,"
    " trace_header TEXT NOT NULL);"
    "CREATE INDEX events_outbox_retry ON events_outbox (retry_at) WHERE retry_at IS NOT NULL;"
    "CREATE INDEX events_outbox_held ON events_outbox (order_key, id) WHERE retry_at IS NOT NULL;",
    // JSON, or NULL.
    "ALTER TABLE events_outbox ADD COLUMN attributes TEXT; ALTER TABLE events_outbox ADD COLUMN parameters TEXT;",
    "ALTER TABLE events_outbox ADD COLUMN role_arn TEXT NOT NULL DEFAULT '';",
};

std::optional<std::string> ToText(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return value.dump();
}

Json ToJson(const storage::Row& row, int column) {
  return row.IsNull(column) ? Json() : Json::parse(row.TextView(column));
}

Letter ToLetter(const storage::Row& row) {
  Letter letter;
  letter.id = row.Int(0);
  letter.announced_at = row.Time(1);
  letter.attempts = row.Int(2);
  Delivery& delivery = letter.delivery;
  delivery.order_key = row.Text(3);
  delivery.target = Arn::Parse(row.TextView(4)).value_or(Arn{});
  delivery.source_service = row.Text(5);
  delivery.source_arn = Arn::Parse(row.TextView(6)).value_or(Arn{});
  delivery.source_account = AccountId(row.Text(7));
  delivery.body = row.Text(8);
  delivery.group_id = row.Text(9);
  delivery.deduplication_id = row.Text(10);
  delivery.trace_header = row.Text(11);
  delivery.attributes = ToJson(row, 12);
  delivery.parameters = ToJson(row, 13);
  delivery.role_arn = row.Text(14);
  return letter;
}

}  // namespace

void MigrateTables(storage::Database& db) { db.Migrate({kOwner, kSteps}); }

bool HasTables(storage::Reader& reader) {
  return reader.QueryInt("SELECT count(*) FROM stratolite_schema WHERE owner = ?", {kOwner}) != 0;
}

void Insert(storage::Txn& txn, const Delivery& delivery, TimePoint now) {
  std::optional<std::string_view> order_key;
  if (!delivery.order_key.empty()) order_key = delivery.order_key;
  const std::optional<std::string> attributes = ToText(delivery.attributes);
  const std::optional<std::string> parameters = ToText(delivery.parameters);
  txn.Run(
      "INSERT INTO events_outbox (announced_at, attempts, order_key, target, source_service, source_arn, "
      "source_account, body, group_id, deduplication_id, trace_header, attributes, parameters, role_arn)"
      " VALUES (?,0,?,?,?,?,?,?,?,?,?,?,?,?)",
      {now, order_key, delivery.target.ToString(), delivery.source_service, delivery.source_arn.ToString(),
       delivery.source_account, delivery.body, delivery.group_id, delivery.deduplication_id, delivery.trace_header,
       attributes, parameters, delivery.role_arn});
}

std::vector<Letter> FindDue(storage::Reader& reader, TimePoint now, std::int64_t limit) {
  std::vector<Letter> letters;
  reader.Query(
      "SELECT id, announced_at, attempts, order_key, target, source_service, source_arn, source_account, body, "
      "group_id,"
      " deduplication_id, trace_header, attributes, parameters, role_arn FROM events_outbox o WHERE (o.retry_at IS "
      "NULL OR "
      "o.retry_at <= ?)"
      " AND NOT EXISTS (SELECT 1 FROM events_outbox held WHERE held.retry_at IS NOT NULL AND held.retry_at > ?"
      " AND held.order_key = o.order_key AND held.id < o.id) ORDER BY o.id LIMIT ?",
      {now, now, limit}, [&](const storage::Row& row) { letters.push_back(ToLetter(row)); });
  return letters;
}

std::optional<TimePoint> NextRetry(storage::Reader& reader) {
  return reader.QueryOne("SELECT retry_at FROM events_outbox WHERE retry_at IS NOT NULL ORDER BY retry_at LIMIT 1", {},
                         [](const storage::Row& row) { return row.Time(0); });
}

void Remove(storage::Txn& txn, std::int64_t id) { txn.Run("DELETE FROM events_outbox WHERE id = ?", {id}); }

void Postpone(storage::Txn& txn, const Letter& letter, TimePoint until) {
  // The moment too: after a reset ids start again.
  txn.Run("UPDATE events_outbox SET attempts = attempts + 1, retry_at = ? WHERE id = ? AND announced_at = ?",
          {until, letter.id, letter.announced_at});
}

std::int64_t Count(storage::Reader& reader) { return reader.QueryInt("SELECT count(*) FROM events_outbox"); }

}  // namespace stratolite::outbox
