#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "stratolite/ports/http_client.hpp"
#include "stratolite/runtime/cancellation.hpp"

namespace stratolite {

/// One world's outgoing calls: knows which are in flight, so that its clock can wait for them and none outlives it. `client` makes them. Thread-safe.
class WorldHttpClient final : public ports::HttpClient {
 public:
  /// `client` may be null: then every call ends with `Unreachable`.
  explicit WorldHttpClient(std::shared_ptr<ports::HttpClient> client) : client_(std::move(client)) {}
  ~WorldHttpClient() override { Stop(); }

  void Send(Request request, Done done) override;

  const std::shared_ptr<ports::HttpClient>& client() const { return client_; }
  /// Returns when the calls that are in flight now have ended: whether there were any. Not from within a `done`.
  bool WaitForAll();
  /// Ends the calls in flight, and returns when their callers have been told. Not from within a `done`.
  void Stop();

 private:
  void Finished(std::uint64_t id);

  const std::shared_ptr<ports::HttpClient> client_;
  std::mutex mutex_;
  std::condition_variable ended_;
  // Guarded by mutex_:
  std::map<std::uint64_t, runtime::CancellationSource> in_flight_;
  std::uint64_t next_id_ = 0;
  bool stopped_ = false;
};

}  // namespace stratolite
