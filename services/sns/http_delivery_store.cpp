#include "sns/http_delivery_store.hpp"

#include "stratolite/base/json_text.hpp"

namespace stratolite::sns::http_delivery_store {

void Insert(storage::Txn& txn, HttpDelivery& delivery) {
  std::optional<std::string> attributes;
  if (!delivery.attributes.is_null()) attributes = delivery.attributes.dump();
  std::optional<std::string> dead_letter_queue;
  if (delivery.dead_letter_queue) dead_letter_queue = delivery.dead_letter_queue->ToString();
  txn.Run(
      "INSERT INTO sns_http_delivery (type, message_id, topic_arn, subscription_arn, url, body, raw, attributes, "
      "policy,"
      " dead_letter_arn, failures) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
      {delivery.type, delivery.message_id, delivery.topic_arn, delivery.subscription_arn, delivery.url, delivery.body,
       delivery.raw ? 1 : 0, attributes, delivery.policy, dead_letter_queue, delivery.failures});
  delivery.id = txn.last_insert_rowid();
}

std::optional<HttpDelivery> Find(storage::Reader& reader, std::int64_t id) {
  return reader.QueryOne(
      "SELECT id, type, message_id, topic_arn, subscription_arn, url, body, raw, attributes, policy, dead_letter_arn,"
      " failures FROM sns_http_delivery WHERE id = ?",
      {id}, [](const storage::Row& row) {
        HttpDelivery delivery;
        delivery.id = row.Int(0);
        delivery.type = row.Text(1);
        delivery.message_id = row.Text(2);
        delivery.topic_arn = row.Text(3);
        delivery.subscription_arn = row.Text(4);
        delivery.url = row.Text(5);
        delivery.body = row.Text(6);
        delivery.raw = row.Int(7) != 0;
        if (!row.IsNull(8)) delivery.attributes = ParseJsonText(row.TextView(8));
        delivery.policy = row.Text(9);
        if (!row.IsNull(10)) delivery.dead_letter_queue = Arn::Parse(row.TextView(10));
        delivery.failures = row.Int(11);
        return delivery;
      });
}

void SetFailures(storage::Txn& txn, std::int64_t id, std::int64_t failures) {
  txn.Run("UPDATE sns_http_delivery SET failures = ? WHERE id = ?", {failures, id});
}

void Delete(storage::Txn& txn, std::int64_t id) { txn.Run("DELETE FROM sns_http_delivery WHERE id = ?", {id}); }

}  // namespace stratolite::sns::http_delivery_store
