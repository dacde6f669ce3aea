#include "sns/retry_schedule.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stratolite::sns {
namespace {

std::vector<double> Pauses(const RetrySchedule& schedule) {
  std::vector<double> seconds;
  for (int retry = 1; const auto pause = schedule.PauseBefore(retry); ++retry)
    seconds.push_back(std::chrono::duration<double>(*pause).count());
  return seconds;
}

RetrySchedule Phased(const std::string& function) {
  return RetrySchedule::Parse(R"({"healthyRetryPolicy":{"numRetries":10,"numNoDelayRetries":2,"numMinDelayRetries":1,)"
                              R"("numMaxDelayRetries":2,"minDelayTarget":1,"maxDelayTarget":16,"backoffFunction":")" +
                              function + R"("}})");
}

TEST(RetryScheduleTest, IsThreeRetriesTwentySecondsApartUnlessToldOtherwise) {
  EXPECT_EQ(Pauses(RetrySchedule()), (std::vector<double>{20, 20, 20}));
  EXPECT_EQ(Pauses(RetrySchedule::Parse("{}")), (std::vector<double>{20, 20, 20}));
  EXPECT_EQ(Pauses(RetrySchedule::Parse("no JSON")), (std::vector<double>{20, 20, 20}));
  EXPECT_EQ(RetrySchedule::Parse(R"({"healthyRetryPolicy":null,"requestPolicy":null})").content_type,
            "text/plain; charset=UTF-8");
}

TEST(RetryScheduleTest, GoesThroughItsPhases) {
  EXPECT_EQ(Pauses(Phased("linear")), (std::vector<double>{0, 0, 1, 1, 4.75, 8.5, 12.25, 16, 16, 16}));
  EXPECT_EQ(Pauses(Phased("geometric")), (std::vector<double>{0, 0, 1, 1, 2, 4, 8, 16, 16, 16}));
  EXPECT_EQ(Pauses(Phased("exponential")), (std::vector<double>{0, 0, 1, 1, 2, 4, 8, 16, 16, 16}));
  EXPECT_EQ(Pauses(Phased("arithmetic")), (std::vector<double>{0, 0, 1, 1, 1.9375, 4.75, 9.4375, 16, 16, 16}));
}

TEST(RetryScheduleTest, EndsWithThePhasesThatFitIntoTheNumberOfRetries) {
  EXPECT_EQ(Pauses(RetrySchedule::Parse(R"({"healthyRetryPolicy":{"numRetries":0,"numNoDelayRetries":0}})")).size(),
            0U);
  EXPECT_EQ(
      Pauses(RetrySchedule::Parse(R"({"healthyRetryPolicy":{"numRetries":1,"minDelayTarget":5,"maxDelayTarget":50}})")),
      (std::vector<double>{5}));
}

TEST(RetryScheduleTest, ReadsContentTypeAndThrottle) {
  const auto schedule = RetrySchedule::Parse(
      R"({"throttlePolicy":{"maxReceivesPerSecond":7},"requestPolicy":{"headerContentType":"text/csv"}})");
  EXPECT_EQ(schedule.max_per_second, 7);
  EXPECT_EQ(schedule.content_type, "text/csv");
}

}  // namespace
}  // namespace stratolite::sns
