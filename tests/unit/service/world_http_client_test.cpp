#include "service/world_http_client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/world.hpp"

namespace stratolite {
namespace {

/// Keeps calls until it is told to answer them; ends them when they are cancelled.
class SlowClient final : public ports::HttpClient {
 public:
  void Send(Request request, Done done) override {
    {
      const std::scoped_lock lock(mutex_);
      calls_.push_back(std::move(done));
    }
    arrived.set_value();
    request.cancellation.OnCancel([this] { AnswerAll(AwsError{.code = "Stopped", .message = "as asked"}); });
  }
  void AnswerAll(const Result<Answer>& outcome) {
    std::vector<Done> calls;
    {
      const std::scoped_lock lock(mutex_);
      calls.swap(calls_);
    }
    for (const Done& done : calls) done(outcome);
  }

  std::promise<void> arrived;

 private:
  std::mutex mutex_;
  std::vector<Done> calls_;
};

TEST(WorldHttpClientTest, WithoutAClientNothingIsReached) {
  WorldHttpClient client(nullptr);
  std::string code;
  client.Send({}, [&](const Result<ports::HttpClient::Answer>& outcome) { code = outcome.error().code; });
  EXPECT_EQ(code, "Unreachable");
  EXPECT_FALSE(client.WaitForAll());
}

TEST(WorldHttpClientTest, StoppingEndsWhatIsInFlightAndWhatComesLater) {
  const auto slow = std::make_shared<SlowClient>();
  WorldHttpClient client(slow);
  std::vector<std::string> codes;
  const auto note = [&](const Result<ports::HttpClient::Answer>& outcome) { codes.push_back(outcome.error().code); };
  client.Send({}, note);
  client.Stop();
  EXPECT_EQ(codes, (std::vector<std::string>{"Stopped"}));
  client.Send({}, note);
  EXPECT_EQ(codes, (std::vector<std::string>{"Stopped", "Stopped"}));
}

TEST(WorldHttpClientTest, TheClockWaitsForCallsThatItsTimersHaveBegun) {
  const auto slow = std::make_shared<SlowClient>();
  WorldOptions options;
  options.http = slow;
  const auto world = World::Open(options, {});
  world->clock().Freeze();
  const TimePoint start = world->clock().Now();
  std::optional<TimePoint> answered;
  std::optional<TimePoint> later;
  world->timers().At(start + std::chrono::hours(1), [&] {
    world->deps().ports.Find<ports::HttpClient>()->Send({}, [&](const Result<ports::HttpClient::Answer>&) {
      answered = world->clock().Now();
      world->timers().At(start + std::chrono::hours(2), [&] { later = world->clock().Now(); });
    });
  });
  std::thread endpoint([&] {
    slow->arrived.get_future().wait();
    slow->AnswerAll(ports::HttpClient::Answer{200, {}, {}});
  });
  world->Advance(std::chrono::hours(3));
  endpoint.join();
  EXPECT_EQ(answered, start + std::chrono::hours(1));
  EXPECT_EQ(later, start + std::chrono::hours(2));
  EXPECT_EQ(world->clock().Now(), start + std::chrono::hours(3));
}

}  // namespace
}  // namespace stratolite
