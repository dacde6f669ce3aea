#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::storage {
class Reader;
class Txn;
}  // namespace stratolite::storage

namespace stratolite::ports {

/// Queues as another service empties them: a pipe, an event source mapping. Receives count as a client's do (visibility timeout, receive count, redrive), and
/// a message can be taken out of its queue in the transaction that hands it on, so that it arrives once. SQS offers it:
/// `deps.events.FindTarget(queue ARN)` before asking the registry makes sure that it was made. Thread-safe.
class QueueConsumer {
 public:
  /// One who wants to know of messages, until it is destroyed.
  class Watch {
   public:
    virtual ~Watch() = default;
  };

  virtual ~QueueConsumer() = default;
  /// Calls `awake` whenever messages of the queue may have become visible, and when the queue is deleted. It runs in the middle of a commit: it must be
  /// quick and use neither the database nor this object. After the watch is destroyed a call that began may still end. QueueDoesNotExist. Not from within a
  /// transaction. Blocks.
  virtual Result<std::unique_ptr<Watch>> WatchQueue(const Arn& queue, std::function<void()> awake) = 0;
  /// Takes up to `most` messages that are visible now, as ReceiveMessage returns them with every attribute; perhaps none. QueueDoesNotExist. Not from within a
  /// transaction. Blocks.
  virtual Result<Json> Receive(const Arn& queue, int most) = 0;
  /// Whether the message is still its receiver's: nobody received or deleted it since.
  virtual bool Holds(storage::Reader& reader, const Arn& queue, std::string_view receipt_handle) = 0;
  /// Deletes the message if it is still its receiver's, and says whether it was.
  virtual bool Delete(storage::Txn& txn, const Arn& queue, std::string_view receipt_handle) = 0;
};

}  // namespace stratolite::ports
