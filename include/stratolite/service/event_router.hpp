#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::storage {
class Txn;
}

namespace stratolite {

/// Something that one service has for a resource of another: an S3 notification for a queue. Plain data.
struct Delivery {
  /// Where it goes: `arn:aws:sqs:us-east-1:123456789012:queue`. The ARN's service finds the target.
  Arn target;
  /// Who sends, as the target's policy sees it: `s3.amazonaws.com`, and the ARN and account of the resource that it is about.
  std::string source_service;
  Arn source_arn;
  AccountId source_account;
  /// What the target receives: the message's body.
  std::string body;
  /// Deliveries with the same non-empty key arrive in the order in which they were announced.
  std::string order_key = {};
  /// FIFO targets.
  std::string group_id = {};
  std::string deduplication_id = {};
  /// The `X-Amzn-Trace-Id` of the call behind it; empty: none.
  std::string trace_header = {};
  /// Message attributes, as SQS's and SNS's APIs write them in JSON: `{"name": {"DataType": "String", "StringValue": "…"}}`, blobs base64. Null: none.
  Json attributes = nullptr;
  /// What else the sender was told to hand on, in words of the target's service (`{"HttpParameters": …}`). Null: nothing.
  Json parameters = nullptr;
  /// The role that the sender sends as, and needs the permission of; empty: it sends in its own name, and the target's policy must let it in.
  std::string role_arn = {};
};

/// Where deliveries of one service's ARNs end. Offered to the router by that service. Thread-safe.
class DeliveryTarget {
 public:
  virtual ~DeliveryTarget() = default;
  /// Whether there is such a resource and it may be sent to, for those who check a configuration when it is made. Not from within a transaction.
  virtual Result<void> CheckTarget(const Arn& target) = 0;
  /// Takes the delivery in, in the transaction that removes it from the outbox: it arrives once. An error is final (the resource is gone); a
  /// StorageError is tried again with back-off.
  virtual Result<void> Deliver(storage::Txn& txn, const Delivery& delivery) = 0;
  /// The target's policy, as its owner sent it; empty: it has none, or there is no such target. Where policies are enforced the router asks before it delivers.
  virtual std::string PolicyOf(storage::Txn& txn, const Arn& target) {
    static_cast<void>(txn);
    static_cast<void>(target);
    return {};
  }
};

/// The outbox of one world: what was announced in a committed transaction is delivered, once, also after kill -9, on the world's clock. Thread-safe.
class EventRouter {
 public:
  virtual ~EventRouter() = default;
  /// Writes the delivery in the caller's own transaction, so that a change and its event are one.
  virtual void Announce(storage::Txn& txn, const Delivery& delivery) = 0;
  /// Delivers at once, in the caller's own transaction, when the target's service was made; else announces. An error is the target's final refusal: the
  /// sender's dead-letter queue is the sender's to fill. Targets that deliver further do so by this too; a chain that comes round ends with an error
  /// (`LoopDetected`) after `kMaxHops`.
  virtual Result<void> Send(storage::Txn& txn, const Delivery& delivery) = 0;
  static constexpr int kMaxHops = 16;
  /// A delivery that its sender gives up, for want of a target that takes it and of a dead-letter queue: counted as lost once the transaction is committed.
  virtual void ReportLost(storage::Txn& txn, const Delivery& delivery, const AwsError& reason) = 0;
  /// `service`: as in an ARN (`sqs`). `target` outlives the world's calls. Deliveries for a service that offers nothing yet wait: the world makes
  /// that service first.
  virtual void Offer(std::string service, DeliveryTarget* target) = 0;
  /// nullptr: no service here takes deliveries for that ARN. Makes the service if need be.
  virtual DeliveryTarget* FindTarget(const Arn& arn) = 0;

  /// A delivery that its target refused for good.
  struct Loss {
    TimePoint at;
    Arn source;
    Arn target;
    AwsError reason;
  };
  /// For whoever wonders where an event has gone. Numbers are since the daemon started, losses the last few.
  struct Status {
    std::int64_t waiting = 0;
    std::uint64_t delivered = 0;
    std::uint64_t lost = 0;
    /// Tries that failed and were or will be repeated.
    std::uint64_t retried = 0;
    std::vector<Loss> losses;
  };
  virtual Status ReadStatus() = 0;
};

}  // namespace stratolite
