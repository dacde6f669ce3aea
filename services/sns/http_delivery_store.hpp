#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {

/// One message on its way to one HTTP(S) endpoint. Plain data.
struct HttpDelivery {
  std::int64_t id = 0;
  /// `Notification`, `SubscriptionConfirmation`, `UnsubscribeConfirmation`.
  std::string type;
  std::string message_id;
  std::string topic_arn;
  std::string subscription_arn;
  std::string url;
  std::string body;
  bool raw = false;
  /// The message's, where the body does not hold them: for the dead-letter queue. Null: none.
  Json attributes;
  /// The effective delivery policy when the message was published.
  std::string policy;
  std::optional<Arn> dead_letter_queue;
  /// Tries that have failed.
  std::int64_t failures = 0;
};

/// Rows of sns_http_delivery.
namespace http_delivery_store {

/// Fills in the id, which is never given twice.
void Insert(storage::Txn& txn, HttpDelivery& delivery);
std::optional<HttpDelivery> Find(storage::Reader& reader, std::int64_t id);
void SetFailures(storage::Txn& txn, std::int64_t id, std::int64_t failures);
void Delete(storage::Txn& txn, std::int64_t id);

}  // namespace http_delivery_store

}  // namespace stratolite::sns
