#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::storage {
class Txn;
}

namespace stratolite::ports {

/// Everything that would leave the cloud for people: emails, text messages, notifications of phones. None leaves here; each is kept with the world, for whoever
/// tests what was sent (`GET /_stratolite/outbox`). The world offers it. The oldest go when there are more than kMostKept. Thread-safe. Blocks.
class SentMessages {
 public:
  static constexpr std::int64_t kMostKept = 10'000;

  /// Plain data.
  struct SentMessage {
    /// Given by Record; grows.
    std::int64_t sequence = 0;
    TimePoint time;
    /// Who sent it: `sns`, `ses`.
    std::string service;
    /// `email`, `sms`, `push`, …
    std::string kind;
    /// The sender's account and region.
    Scope scope;
    /// An address, a number, a device's token.
    std::string recipient;
    std::string sender;
    std::string subject;
    std::string body;
    /// What else is known of it, an object of the service's own; null: nothing.
    Json details;
  };
  /// Empty texts: any.
  struct Question {
    std::string service = {};
    std::string kind = {};
    std::string account = {};
    std::string recipient = {};
    /// The oldest after this one; nullopt: the newest.
    std::optional<std::int64_t> since = std::nullopt;
    std::int64_t limit = 100;
    /// Fewer messages when they are longer; always one.
    std::size_t most_bytes = std::size_t{4} << 20;
  };

  virtual ~SentMessages() = default;
  /// Called by a service that records, when it is made. Not within a transaction.
  virtual void Prepare() = 0;
  /// In the transaction of the change that sends it, so that both happen or neither.
  virtual void Record(storage::Txn& txn, const SentMessage& message) = 0;
  /// In the order they were sent.
  virtual std::vector<SentMessage> Read(const Question& question) = 0;
  /// Forgets them all.
  virtual void Clear() = 0;
};

}  // namespace stratolite::ports
