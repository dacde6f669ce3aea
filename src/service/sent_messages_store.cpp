#include "service/sent_messages_store.hpp"

#include <algorithm>
#include <array>

namespace stratolite {
namespace {

constexpr std::string_view kSentOwner = "sent";
constexpr std::array<std::string_view, 1> kSentSteps = {
    // `details`: JSON. AUTOINCREMENT: who asks for what came after a number misses nothing.
    "CREATE TABLE sent_message ("
    " sequence INTEGER PRIMARY KEY AUTOINCREMENT, sent_at BIGINT NOT NULL, service TEXT NOT NULL, kind TEXT NOT NULL,"
    " account TEXT NOT NULL, region TEXT NOT NULL, recipient TEXT NOT NULL, sender TEXT NOT NULL,"
    " subject TEXT NOT NULL, body TEXT NOT NULL, details TEXT)",
};

#define STRATOLITE_SENT_MESSAGES                                                                          \
  "SELECT sequence, sent_at, service, kind, account, region, recipient, sender, subject, body, details "  \
  "FROM sent_message WHERE (service = ? OR ? = '') AND (kind = ? OR ? = '') AND (account = ? OR ? = '') " \
  "AND (recipient = ? OR ? = '')"
constexpr std::string_view kOldestAfter = STRATOLITE_SENT_MESSAGES " AND sequence > ? ORDER BY sequence LIMIT ?";
constexpr std::string_view kNewest = STRATOLITE_SENT_MESSAGES " AND sequence > ? ORDER BY sequence DESC LIMIT ?";
#undef STRATOLITE_SENT_MESSAGES

ports::SentMessages::SentMessage ToSentMessage(const storage::Row& row) {
  return {.sequence = row.Int(0),
          .time = row.Time(1),
          .service = row.Text(2),
          .kind = row.Text(3),
          .scope = {AccountId(row.Text(4)), Region(row.Text(5))},
          .recipient = row.Text(6),
          .sender = row.Text(7),
          .subject = row.Text(8),
          .body = row.Text(9),
          .details = row.IsNull(10) ? Json() : Json::parse(row.TextView(10))};
}

bool HasSentTables(storage::Reader& reader) {
  return reader.QueryInt("SELECT count(*) FROM stratolite_schema WHERE owner = ?", {kSentOwner}) != 0;
}

}  // namespace

void SentMessagesStore::Prepare() { db_.Migrate({kSentOwner, kSentSteps}); }

void SentMessagesStore::Record(storage::Txn& txn, const SentMessage& message) {
  std::optional<std::string> details;
  if (!message.details.is_null()) details = message.details.dump(-1, ' ', false, Json::error_handler_t::replace);
  txn.Run(
      "INSERT INTO sent_message (sent_at, service, kind, account, region, recipient, sender, subject, body, details)"
      " VALUES (?,?,?,?,?,?,?,?,?,?)",
      {message.time, message.service, message.kind, message.scope.account, message.scope.region, message.recipient,
       message.sender, message.subject, message.body, details});
  txn.Run("DELETE FROM sent_message WHERE sequence <= ?", {txn.last_insert_rowid() - kMostKept});
}

std::vector<ports::SentMessages::SentMessage> SentMessagesStore::Read(const Question& question) {
  std::vector<SentMessage> found;
  db_.Read([&](storage::Reader& reader) {
    if (!HasSentTables(reader)) return;
    std::size_t bytes = 0;
    const auto take = [&](const storage::Row& row) {
      SentMessage message = ToSentMessage(row);
      bytes += message.body.size() + message.subject.size();
      if (!found.empty() && bytes > question.most_bytes) return false;
      found.push_back(std::move(message));
      return true;
    };
    const auto& [service, kind, account, recipient, since, limit, most_bytes] = question;
    reader.Query(since ? kOldestAfter : kNewest,
                 {service, service, kind, kind, account, account, recipient, recipient, since.value_or(0), limit},
                 take);
    if (!since) std::reverse(found.begin(), found.end());
  });
  return found;
}

void SentMessagesStore::Clear() {
  Prepare();
  db_.Transact([](storage::Txn& txn) { txn.Run("DELETE FROM sent_message"); });
}

}  // namespace stratolite
