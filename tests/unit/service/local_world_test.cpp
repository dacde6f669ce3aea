#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

#include "stratolite/runtime/random.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/storage/database.hpp"
#include "support/service_harness.hpp"

namespace stratolite {
namespace {

using namespace std::chrono_literals;

/// A service that exists only here: it notes what the world does with it.
class ProbeService final : public Service {
 public:
  explicit ProbeService(const ServiceDeps& deps) : deps_(deps) {
    deps.scheduler.Register("probe.note", [this](const runtime::DueTask& task) {
      if (task.payload == "throws once" && !thrown_.exchange(true)) throw std::runtime_error("first time");
      seen_.emplace_back(task.key, deps_.clock.Now());
    });
  }

  void Register(OperationTable& operations) override {
    operations.Add("Echo", [](const Call& call) -> Result<Json> { return call.input; });
    operations.Add("Refuse", [](const Call&) -> Result<Json> { return AwsError{.code = "Refused", .message = "no"}; });
    operations.Add("Break", [](const Call&) -> Result<Json> { throw std::runtime_error("disk on fire"); });
    operations.Add("Schedule", this, &ProbeService::Schedule);
    operations.Add("Seen", this, &ProbeService::Seen);
    operations.AddAsync("Wait", [this](std::shared_ptr<const Call> call, Completion done) {
      deps_.timers.At(deps_.clock.Now() + std::chrono::seconds(call->input.value("Seconds", 0)),
                      [done] { done(Json::object()); });
    });
    operations.AddAsync("BreakLate", [](std::shared_ptr<const Call>, Completion) { throw std::runtime_error("no"); });
  }

 private:
  Result<Json> Schedule(const Call& call) {
    deps_.db.Transact([&](storage::Txn& txn) {
      deps_.scheduler.Schedule(
          txn, "probe.note",
          {call.input["Key"], deps_.clock.Now() + std::chrono::seconds(call.input.value("Seconds", 0)),
           call.input.value("Payload", "")});
    });
    return Json::object();
  }
  Result<Json> Seen(const Call&) {
    Json keys = Json::array();
    for (const auto& [key, time] : seen_) keys.push_back({key, EpochSeconds(time)});
    return Json{{"Keys", keys}};
  }

  const ServiceDeps& deps_;
  std::vector<std::pair<std::string, TimePoint>> seen_;
  std::atomic<bool> thrown_ = false;
};

std::unique_ptr<Service> MakeProbe(const ServiceDeps& deps) { return std::make_unique<ProbeService>(deps); }

constexpr ServiceDescriptor kProbe{"probe", &MakeProbe, false};

class LocalWorldTest : public ::testing::Test {
 protected:
  std::vector<std::string> SeenKeys() {
    std::vector<std::string> keys;
    const Json seen = probe_.MustCall("Seen");
    for (const Json& entry : seen["Keys"]) keys.push_back(entry[0]);
    return keys;
  }
  testing::ServiceHarness probe_{kProbe};
};

TEST_F(LocalWorldTest, DispatchHandsInputToTheHandlerAndItsOutputBack) {
  EXPECT_EQ(probe_.MustCall("Echo", {{"a", 1}}), Json({{"a", 1}}));
  EXPECT_EQ(probe_.ErrorCode("Refuse"), "Refused");
}

TEST_F(LocalWorldTest, OperationsThatAreNotBuiltSaySo) {
  const auto outcome = probe_.Call("Unbuilt");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "NotImplemented");
  EXPECT_EQ(outcome.error().http_status, 501);
  EXPECT_NE(outcome.error().message.find("Unbuilt"), std::string::npos);
}

TEST_F(LocalWorldTest, AnExceptionIsAnInternalFailureThatTellsNothing) {
  for (const char* operation : {"Break", "BreakLate"}) {
    const auto outcome = probe_.Call(operation);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, "InternalFailure");
    EXPECT_EQ(outcome.error().message.find("fire"), std::string::npos);
  }
}

TEST_F(LocalWorldTest, AnAsynchronousHandlerEndsWhenTheClockReachesItsTimer) {
  auto pending = probe_.Start("Wait", {{"Seconds", 20}});
  probe_.Advance(19s);
  EXPECT_FALSE(pending.done());
  probe_.Advance(1s);
  ASSERT_TRUE(pending.done());
  EXPECT_TRUE(pending.outcome.get().ok());
}

TEST_F(LocalWorldTest, AdvanceRunsTasksInOrderOfTimeAtTheirTime) {
  const auto start = EpochSeconds(probe_.Now());
  probe_.MustCall("Schedule", {{"Key", "late"}, {"Seconds", 50}});
  probe_.MustCall("Schedule", {{"Key", "early"}, {"Seconds", 10}});
  probe_.MustCall("Schedule", {{"Key", "beyond"}, {"Seconds", 61}});
  probe_.Advance(60s);
  EXPECT_EQ(probe_.MustCall("Seen")["Keys"], Json::array({{"early", start + 10}, {"late", start + 50}}));
  EXPECT_EQ(EpochSeconds(probe_.Now()), start + 60);
}

TEST_F(LocalWorldTest, SchedulingAKeyAgainMovesIt) {
  probe_.MustCall("Schedule", {{"Key", "one"}, {"Seconds", 10}});
  probe_.MustCall("Schedule", {{"Key", "one"}, {"Seconds", 30}});
  probe_.Advance(20s);
  EXPECT_TRUE(SeenKeys().empty());
  probe_.Advance(20s);
  EXPECT_EQ(SeenKeys(), std::vector<std::string>{"one"});
}

TEST_F(LocalWorldTest, ATaskThatFailedIsTriedAgain) {
  probe_.MustCall("Schedule", {{"Key", "one"}, {"Seconds", 1}, {"Payload", "throws once"}});
  probe_.Advance(1s);
  EXPECT_TRUE(SeenKeys().empty());
  probe_.Advance(1s);
  EXPECT_EQ(SeenKeys(), std::vector<std::string>{"one"});
}

TEST_F(LocalWorldTest, ResetForgetsWhatWasScheduled) {
  probe_.MustCall("Schedule", {{"Key", "one"}, {"Seconds", 10}});
  probe_.world().Reset();
  probe_.Advance(20s);
  EXPECT_TRUE(SeenKeys().empty());
}

TEST(LocalWorld, TwoWorldsOfOneSeedMakeTheSameIds) {
  WorldOptions options;
  options.seed = 7;
  const auto one = World::Open(options, std::span(&kProbe, 1));
  const auto other = World::Open(options, std::span(&kProbe, 1));
  EXPECT_EQ(one->random().Uuid(), other->random().Uuid());
  one->Stop();
  other->Stop();
}

}  // namespace
}  // namespace stratolite
