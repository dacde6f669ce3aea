#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/time.hpp"

namespace stratolite::daemon {

/// One API request, as the journal tells it: who, what, when, how it ended. Never bodies, signatures or session tokens. The texts live as long as what
/// they were made from. Plain data.
struct JournalRecord {
  /// When its head had arrived, on the machine's clock.
  TimePoint time;
  /// From then until the answer's head was ready.
  std::int64_t duration_us = 0;
  /// As announced or collected; the answer's, when it is known.
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  int status = 0;
  std::string_view world;
  /// Empty: the request never got as far as that.
  std::string_view account;
  std::string_view access_key_id;
  std::string_view principal;
  std::string_view service;
  std::string_view operation;
  std::string_view method;
  std::string_view target;
  /// AWS's code; empty: success.
  std::string_view error;
  std::string_view request_id;
  std::string_view source_ip;
  std::string_view user_agent;
  /// What policies did not allow; empty: nothing of the kind, or nobody looks at them.
  std::string_view denied_action;
  std::string_view denied_resource;
  std::string_view denied_reason;
  /// False: it was allowed all the same (audit).
  bool denial_enforced = true;
};

/// Which records are asked for; an empty text matches all. Plain data.
struct JournalFilter {
  std::string world = {};
  std::string account = {};
  std::string service = {};
  std::string operation = {};
  std::string error = {};
  int min_status = 0;
  int max_status = 999;
  /// Only what came after this sequence number, oldest first; nullopt: the newest ones.
  std::optional<std::uint64_t> since = {};
  std::size_t limit = 100;
};

/// The last requests of the daemon, in memory: a ring whose slots keep their memory, so that recording allocates nothing once they are warm and takes
/// its lock for a copy of some hundred bytes. Thread-safe.
class RequestJournal {
 public:
  /// A kept record.
  class Entry {
   public:
    std::uint64_t sequence() const { return sequence_; }
    /// As long as the entry lives.
    JournalRecord record() const;

   private:
    friend class RequestJournal;
    static constexpr std::size_t kTexts = 15;

    void Assign(std::uint64_t sequence, const JournalRecord& record);
    bool Matches(const JournalFilter& filter) const;

    std::uint64_t sequence_ = 0;
    TimePoint time_;
    std::int64_t duration_us_ = 0;
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
    int status_ = 0;
    bool denial_enforced_ = true;
    /// The texts one after the other, and where each ends.
    std::array<std::uint16_t, kTexts> ends_{};
    std::string texts_;
  };
  struct Page {
    /// Oldest first.
    std::vector<Entry> entries;
    /// `since` of the question that continues this one.
    std::uint64_t next = 0;
  };

  /// `capacity` > 0: how many records are kept.
  explicit RequestJournal(std::size_t capacity) : capacity_(capacity) {}

  /// Long texts are cut.
  void Add(const JournalRecord& record);
  Page Read(const JournalFilter& filter) const;
  /// Returns when Read would find something (with `since`), after `timeout`, or when `abandoned` was set and Wake called. Blocks.
  void Await(const JournalFilter& filter, std::chrono::milliseconds timeout, const std::atomic<bool>& abandoned) const;
  /// Has every Await look at its flag.
  void Wake();

 private:
  /// Under the lock; nullopt: nothing kept that came after `sequence` matches.
  bool AnyAfter(std::uint64_t sequence, const JournalFilter& filter) const;
  std::uint64_t FirstAfter(std::optional<std::uint64_t> since) const;
  const Entry& At(std::uint64_t sequence) const { return ring_[(sequence - 1) % capacity_]; }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  // Guarded by mutex_:
  std::vector<Entry> ring_;
  std::uint64_t last_ = 0;
  mutable std::size_t waiting_ = 0;
};

}  // namespace stratolite::daemon
