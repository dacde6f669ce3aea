#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/service/world.hpp"

namespace stratolite::testing {

/// A service in a world of its own: ephemeral store, seeded ids, a clock that stands still until Advance. Calls go through the operation
/// table; outputs are checked against the service model (an unknown member fails the test). Not thread-safe but for Call and Start.
///
///   class SqsTest : public ::testing::Test { protected: ServiceHarness sqs_{sqs::kDescriptor}; };
///   const auto queue = sqs_.Call("CreateQueue", {{"QueueName", "q"}});
class ServiceHarness {
 public:
  explicit ServiceHarness(const ServiceDescriptor& descriptor) : ServiceHarness(std::vector{descriptor}) {}
  /// Several services in one world; calls go to the first until `service` says otherwise.
  explicit ServiceHarness(std::vector<ServiceDescriptor> descriptors);
  ~ServiceHarness();

  /// Runs an operation and waits for its outcome (asynchronous handlers: at most ten seconds of real time, then the test fails).
  /// Input is validated against the model first when the descriptor says that AWS does. A streaming blob is a member (a string or binary) like any
  /// other on the way in, and binary on the way out.
  Result<Json> Call(std::string_view operation, Json input = Json::object());
  /// Call, expecting success: a test failure and null otherwise.
  Json MustCall(std::string_view operation, Json input = Json::object());
  /// Call, expecting an error: its code, or empty (and a test failure) on success.
  std::string ErrorCode(std::string_view operation, Json input = Json::object());

  /// A call in flight, for long polls.
  struct Pending {
    std::future<Result<Json>> outcome;
    runtime::CancellationSource cancel;
    /// Whether the outcome is there without waiting for it.
    bool done() const;
  };
  Pending Start(std::string_view operation, Json input = Json::object());

  /// Moves the clock and runs what became due.
  void Advance(Duration by);
  TimePoint Now();

  World& world() { return *world_; }
  /// Which of the harness's services the next calls go to.
  std::string service;
  /// The HTTP status that the last call's handler asked for; 0: the model's.
  std::atomic<int> last_http_status = 0;
  /// What the next calls come from; change at will.
  Scope scope{AccountId("123456789012"), Region("us-east-1")};
  bool names_region = true;
  auth::Principal caller;
  std::string access_key_id = "AKIAIOSFODNN7EXAMPLE";
  std::string endpoint = "http://localhost:4566";
  wire::Protocol protocol = wire::Protocol::kJson10;

 private:
  std::shared_ptr<stratolite::Call> MakeCall(std::string_view operation, Json input, runtime::CancellationToken token);
  void CheckOutput(const stratolite::Call& call, const Result<Json>& outcome);

  const ServiceDescriptor& descriptor() const;

  const std::vector<ServiceDescriptor> descriptors_;
  std::unique_ptr<World> world_;
};

}  // namespace stratolite::testing
