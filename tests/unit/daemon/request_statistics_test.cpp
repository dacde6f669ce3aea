#include "daemon/request_statistics.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace stratolite::daemon {
namespace {

using namespace std::chrono_literals;

class RequestStatisticsTest : public ::testing::Test {
 protected:
  using Clock = RequestStatistics::Clock;

  void Add(int count, std::string_view operation, int status = 200, std::int64_t us = 100) {
    for (int i = 0; i < count; ++i) statistics_.Add("sqs", operation, status, us, now_);
  }

  const Clock::time_point start_ = Clock::time_point(1h);
  Clock::time_point now_ = start_;
  RequestStatistics statistics_{start_};
};

TEST_F(RequestStatisticsTest, CountsByServiceAndOperationTheBusiestFirst) {
  Add(1, "CreateQueue");
  Add(3, "SendMessage");
  Add(1, "SendMessage", 400);
  Add(1, "SendMessage", 500);
  statistics_.Add("s3", "GetObject", 404, 1, now_);
  const auto summary = statistics_.Read(now_);
  EXPECT_EQ(summary.all.requests, 7u);
  EXPECT_EQ(summary.all.refused, 2u);
  EXPECT_EQ(summary.all.failed, 1u);
  ASSERT_EQ(summary.services.size(), 2u);
  EXPECT_EQ(summary.services[0].service, "sqs");
  EXPECT_EQ(summary.services[0].figures.requests, 6u);
  ASSERT_EQ(summary.services[0].operations.size(), 2u);
  EXPECT_EQ(summary.services[0].operations[0].operation, "SendMessage");
  EXPECT_EQ(summary.services[0].operations[0].figures.requests, 5u);
  EXPECT_EQ(summary.services[0].operations[0].figures.refused, 1u);
  EXPECT_EQ(summary.services[0].operations[0].figures.failed, 1u);
}

TEST_F(RequestStatisticsTest, TheRateIsThatOfTheLastFiveWholeSeconds) {
  for (int second = 0; second < 10; ++second, now_ += 1s) Add(second < 5 ? 100 : 10, "SendMessage");
  // The second that has begun says nothing yet.
  Add(500, "SendMessage");
  EXPECT_DOUBLE_EQ(statistics_.Read(now_).all.per_second, 10);
  now_ += 3s;
  EXPECT_DOUBLE_EQ(statistics_.Read(now_).all.per_second, (500 + 10 + 10) / 5.0);
  now_ += 60s;
  EXPECT_DOUBLE_EQ(statistics_.Read(now_).all.per_second, 0);
}

TEST_F(RequestStatisticsTest, ADaemonThatIsYoungHasTheRateOfItsLife) {
  Add(30, "SendMessage");
  now_ += 2s;
  EXPECT_DOUBLE_EQ(statistics_.Read(now_).all.per_second, 15);
}

TEST_F(RequestStatisticsTest, ThePeakIsTheBusiestSecond) {
  for (const int count : {10, 70, 20}) {
    Add(count, "SendMessage");
    now_ += 1s;
  }
  EXPECT_EQ(statistics_.Read(now_).peak_per_second, 70u);
  Add(90, "SendMessage");
  EXPECT_EQ(statistics_.Read(now_).peak_per_second, 90u);
}

TEST_F(RequestStatisticsTest, PercentilesAreWithinTwelvePercent) {
  for (const std::int64_t us : {3, 40, 999, 12'345, 1'000'000, 60'000'000}) {
    RequestStatistics statistics(start_);
    for (int i = 0; i < 98; ++i) statistics.Add("sqs", "SendMessage", 200, us, now_);
    for (int i = 0; i < 2; ++i) statistics.Add("sqs", "SendMessage", 200, 4 * us, now_);
    const auto figures = statistics.Read(now_).all;
    EXPECT_NEAR(static_cast<double>(figures.p50_us), static_cast<double>(us), static_cast<double>(us) * 0.125) << us;
    EXPECT_NEAR(static_cast<double>(figures.p99_us), static_cast<double>(4 * us), static_cast<double>(us) * 0.5) << us;
  }
}

TEST_F(RequestStatisticsTest, NamesThatNobodyHasDoNotFillTheMemory) {
  for (int i = 0; i < 5000; ++i) statistics_.Add("made-up-" + std::to_string(i), "?", 501, 1, now_);
  const auto summary = statistics_.Read(now_);
  EXPECT_EQ(summary.all.requests, 5000u);
  EXPECT_LE(summary.services.size(), 1001u);
  EXPECT_EQ(summary.services[0].service, "other");
  EXPECT_EQ(summary.services[0].figures.requests, 4000u);
}

TEST_F(RequestStatisticsTest, ThreadsLoseNothing) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n)
        statistics_.Add("sqs", "SendMessage", 200, n, now_ + std::chrono::milliseconds(n));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(statistics_.Read(now_ + 10s).all.requests, 40'000u);
  EXPECT_LE(statistics_.Read(now_ + 10s).peak_per_second, 40'000u);
}

}  // namespace
}  // namespace stratolite::daemon
