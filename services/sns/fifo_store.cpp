#include "sns/fifo_store.hpp"

#include <fmt/format.h>

namespace stratolite::sns {
namespace {

constexpr Duration kDeduplicationInterval = std::chrono::minutes(5);

}  // namespace

std::optional<Published> RecallPublished(storage::Reader& reader, TopicId topic, std::string_view scope,
                                         std::string_view token, TimePoint now) {
  return reader.QueryOne(
      "SELECT message_id, sequence_number FROM sns_remembered WHERE topic_id = ? AND scope = ? AND token = ?"
      " AND expires_at > ?",
      {topic, scope, token, now}, [](const storage::Row& row) { return Published{row.Text(0), row.Text(1)}; });
}

void RememberPublished(storage::Txn& txn, TopicId topic, std::string_view scope, std::string_view token,
                       const Published& published, TimePoint now) {
  txn.Run("DELETE FROM sns_remembered WHERE expires_at <= ?", {now});
  txn.Run(
      "INSERT INTO sns_remembered (topic_id, scope, token, message_id, sequence_number, expires_at)"
      " VALUES (?,?,?,?,?,?)",
      {topic, scope, token, published.message_id, published.sequence_number, now + kDeduplicationInterval});
}

std::string NextSequenceNumber(storage::Txn& txn, TopicId topic) {
  txn.Run(
      "INSERT INTO sns_sequence (topic_id, last) VALUES (?, 0)"
      " ON CONFLICT (topic_id) DO UPDATE SET last = sns_sequence.last + 1",
      {topic});
  const std::int64_t last = txn.QueryInt("SELECT last FROM sns_sequence WHERE topic_id = ?", {topic});
  // AWS's leave gaps as well.
  return fmt::format("1{:016}000", last);
}

void ForgetPublished(storage::Txn& txn, TopicId topic) {
  txn.Run("DELETE FROM sns_sequence WHERE topic_id = ?", {topic});
  txn.Run("DELETE FROM sns_remembered WHERE topic_id = ?", {topic});
}

}  // namespace stratolite::sns
