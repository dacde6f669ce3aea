#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "stratolite/ports/usage_log.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite {

/// UsageLog over a world's database, under the owner `usage`. Memory is written some seconds of real time after the first use that is not in the table yet: a
/// process that is killed loses what it had recorded since. Sessions share the rows of their role or user, long-term keys have rows of their own. `db` and
/// `timers` must outlive it, and the timers must have stopped before it is destroyed. Thread-safe. Blocks, but for Record.
class UsageLogStore final : public ports::UsageLog {
 public:
  UsageLogStore(storage::Database& db, runtime::Timers& timers) : db_(db), timers_(timers) {}

  void Record(const auth::Principal& caller, std::string_view access_key_id, std::string_view service,
              std::string_view operation, std::string_view region, TimePoint time) override;
  std::vector<Use> FindByEntity(std::string_view entity) override;
  std::vector<Use> FindByAccount(const AccountId& account) override;
  std::optional<Use> FindLastOfKey(std::string_view access_key_id) override;

  /// Writes what is not in the table yet. Not from within a transaction.
  void Flush();
  /// Flush that logs what fails.
  void TryFlush();
  /// Forgets what memory holds: the rows are the database's to clear.
  void Clear();

 private:
  struct KindView {
    std::string_view who;
    std::string_view service;
    std::string_view operation;
    std::string_view region;
    /// Of the four, taken once.
    std::size_t hash;
    bool operator==(const KindView&) const = default;
  };
  struct Kind {
    std::string who;
    std::string service;
    std::string operation;
    std::string region;
    std::size_t hash;
    operator KindView() const {
      return {who, service, operation, region, hash};
    }  // NOLINT(google-explicit-constructor)
  };
  struct KindHash {
    using is_transparent = void;
    std::size_t operator()(const KindView& kind) const { return kind.hash; }
  };
  struct KindEqual {
    using is_transparent = void;
    bool operator()(const KindView& a, const KindView& b) const { return a == b; }
  };
  struct Last {
    std::string entity;
    std::string access_key_id;
    std::string principal_arn;
    TimePoint time;
    bool written = false;
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<Kind, Last, KindHash, KindEqual> kinds;
  };

  /// What is not written yet, marked as written.
  std::vector<Use> TakeUnwritten();
  void Write(const std::vector<Use>& uses);
  void Rewrite();
  void Shrink();

  storage::Database& db_;
  runtime::Timers& timers_;
  std::array<Shard, 16> shards_;
  std::atomic<bool> flush_awaited_ = false;
  /// One flush at a time, so that an older time never follows a newer one.
  std::mutex flushing_;
};

}  // namespace stratolite
