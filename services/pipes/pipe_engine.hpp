#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "pipes/pipe_runner.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::pipes {

/// The pipes that run. What runs follows from the rows alone, so that it is the same after a restart, a reset or a loaded snapshot. `deps` must outlive it.
/// Thread-safe. Blocks.
class PipeEngine {
 public:
  explicit PipeEngine(const ServiceDeps& deps);
  ~PipeEngine();

  /// Within the transaction that writes or removes the pipe: whether this service must be made after a restart, for a pipe that runs.
  void Remember(storage::Txn& txn, const Pipe& pipe, bool runs);
  /// After a change of the pipe was committed: starts, stops or changes what runs. Not from within a transaction.
  void Follow(PipeId id);
  /// Starts what the rows say, stops everything else.
  void FollowAll();
  void StopAll();

  /// nullopt: it does not run.
  std::optional<PipeCounts> CountsOf(PipeId id);

 private:
  void FollowLocked(PipeId id);

  const ServiceDeps deps_;
  std::mutex mutex_;
  bool stopped_ = false;                                   // guarded by mutex_
  std::map<PipeId, std::shared_ptr<PipeRunner>> runners_;  // guarded by mutex_
};

}  // namespace stratolite::pipes
