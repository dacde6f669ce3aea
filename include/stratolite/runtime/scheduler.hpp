#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/time.hpp"

namespace stratolite::storage {
class Txn;
}

namespace stratolite::runtime {

/// A due row: something that happens later, whatever happens to the process in between.
struct DueTask {
  /// Unique per kind; scheduling it again moves it.
  std::string key;
  TimePoint due;
  /// The owner's own; opaque here.
  std::string payload;
};

/// Durable work on the world's clock. Rows are written in the caller's own transaction, so that a change and its consequence are one.
/// Rows due are run in order of time, then of scheduling; a handler that throws is retried with back-off (1 s doubling to 60 s). Thread-safe.
class Scheduler {
 public:
  /// Runs on a daemon thread, outside any transaction. A task is removed after its handler returned, unless the handler scheduled the key again.
  using Handler = std::function<void(const DueTask& task)>;

  virtual ~Scheduler() = default;
  /// One handler per kind (`sqs.move_task`), registered when the service is made. Rows of kinds without a handler wait.
  virtual void Register(std::string kind, Handler handler) = 0;
  virtual void Schedule(storage::Txn& txn, std::string_view kind, const DueTask& task) = 0;
  virtual void Cancel(storage::Txn& txn, std::string_view kind, std::string_view key) = 0;
};

}  // namespace stratolite::runtime
