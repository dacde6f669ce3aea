#include "stratolite/runtime/schedule_expression.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stratolite::runtime {
namespace {

TimePoint At(std::string_view text) { return ParseIso8601(text).value(); }

/// The next moments, as texts.
std::vector<std::string> Series(std::string_view expression, std::string_view zone, std::string_view after,
                                std::size_t count) {
  const auto parsed = ScheduleExpression::Parse(expression, zone);
  if (!parsed) return {"refused"};
  std::vector<std::string> moments;
  TimePoint last = At(after);
  while (moments.size() < count) {
    const auto next = parsed->Next(last, At(after));
    if (!next) break;
    moments.push_back(FormatIso8601(*next));
    last = *next;
  }
  return moments;
}

using Moments = std::vector<std::string>;

TEST(ScheduleExpressionTest, ARateCountsFromItsStart) {
  const auto rate = ScheduleExpression::Parse("rate(5 minutes)").value();
  const TimePoint start = At("2026-11-22T10:00:30Z");
  EXPECT_EQ(rate.kind(), ScheduleExpression::Kind::kRate);
  EXPECT_EQ(rate.interval(), std::chrono::minutes(5));
  EXPECT_EQ(rate.Next(start, start), At("2026-11-22T10:05:30Z"));
  EXPECT_EQ(rate.Next(At("2026-11-22T10:05:29Z"), start), At("2026-11-22T10:05:30Z"));
  EXPECT_EQ(rate.Next(At("2026-11-23T10:00:00Z"), start), At("2026-11-23T10:00:30Z"));
}

TEST(ScheduleExpressionTest, ARatesFirstMomentIsItsStart) {
  const auto rate = ScheduleExpression::Parse("rate(2 hours)").value();
  EXPECT_EQ(rate.Next(At("2026-01-01T00:00:00Z"), At("2026-11-22T10:00:00Z")), At("2026-11-22T10:00:00Z"));
}

TEST(ScheduleExpressionTest, ADayOfARateIsTwentyFourHoursWhateverTheWallShows) {
  EXPECT_EQ(Series("rate(1 days)", "America/New_York", "2026-03-07T12:00:00Z", 2),
            (Moments{"2026-03-08T12:00:00Z", "2026-03-09T12:00:00Z"}));
}

TEST(ScheduleExpressionTest, OneTimeHappensOnceInItsZone) {
  EXPECT_EQ(Series("at(2026-07-01T10:00:00)", "Europe/Berlin", "2026-01-01T00:00:00Z", 3),
            (Moments{"2026-07-01T08:00:00Z"}));
  EXPECT_EQ(Series("at(2026-01-01T10:00:00)", "UTC", "2026-01-01T10:00:00Z", 3), Moments{});
}

TEST(ScheduleExpressionTest, OneTimeThatTheZoneSkipsHappensLater) {
  EXPECT_EQ(Series("at(2026-03-29T02:30:00)", "Europe/Berlin", "2026-01-01T00:00:00Z", 3),
            (Moments{"2026-03-29T01:30:00Z"}));
}

struct Example {
  std::string expression;
  std::string after;
  Moments next;
  std::string zone = "UTC";
};

class CronExamples : public testing::TestWithParam<Example> {};

TEST_P(CronExamples, HappensWhenTheDocumentationSays) {
  const Example& example = GetParam();
  EXPECT_EQ(Series(example.expression, example.zone, example.after, example.next.size()), example.next)
      << example.expression;
}

// 2026-01-01 is a Thursday.
INSTANTIATE_TEST_SUITE_P(
    Documentation, CronExamples,
    testing::Values(
        Example{"cron(0 10 * * ? *)", "2026-01-01T10:00:00Z", {"2026-01-02T10:00:00Z", "2026-01-03T10:00:00Z"}},
        Example{"cron(15 12 * * ? *)", "2026-01-01T00:00:00Z", {"2026-01-01T12:15:00Z"}},
        Example{"cron(0 18 ? * MON-FRI *)", "2026-01-02T18:00:00Z", {"2026-01-05T18:00:00Z", "2026-01-06T18:00:00Z"}},
        Example{"cron(0 8 1 * ? *)", "2026-01-01T08:00:00Z", {"2026-02-01T08:00:00Z", "2026-03-01T08:00:00Z"}},
        Example{"cron(0/15 * * * ? *)",
                "2026-01-01T00:00:01Z",
                {"2026-01-01T00:15:00Z", "2026-01-01T00:30:00Z", "2026-01-01T00:45:00Z", "2026-01-01T01:00:00Z"}},
        Example{
            "cron(0/5 8-17 ? * MON-FRI *)", "2026-01-01T17:50:00Z", {"2026-01-01T17:55:00Z", "2026-01-02T08:00:00Z"}},
        Example{
            "cron(0/30 20-23 ? * MON-FRI *)", "2026-01-02T23:00:00Z", {"2026-01-02T23:30:00Z", "2026-01-05T20:00:00Z"}},
        Example{"cron(0 9 ? * 2#1 *)",
                "2026-01-01T00:00:00Z",
                {"2026-01-05T09:00:00Z", "2026-02-02T09:00:00Z", "2026-03-02T09:00:00Z"}},
        Example{
            "cron(15 10 ? * 6L 2019-2027)", "2026-01-01T00:00:00Z", {"2026-01-30T10:15:00Z", "2026-02-27T10:15:00Z"}},
        Example{"cron(15 10 ? * 6L 2002-2005)", "2026-01-01T00:00:00Z", {}},
        Example{"cron(5,35 14 * * ? *)",
                "2026-01-01T00:00:00Z",
                {"2026-01-01T14:05:00Z", "2026-01-01T14:35:00Z", "2026-01-02T14:05:00Z"}},
        Example{"cron(0/5 5 ? JAN 1-5 2027)", "2026-01-01T00:00:00Z", {"2027-01-03T05:00:00Z", "2027-01-03T05:05:00Z"}},
        Example{"cron(0 2 ? * SAT#3 *)", "2026-01-01T00:00:00Z", {"2026-01-17T02:00:00Z", "2026-02-21T02:00:00Z"}}));

INSTANTIATE_TEST_SUITE_P(
    Wildcards, CronExamples,
    testing::Values(
        Example{"cron(0 0 L * ? *)",
                "2026-01-01T00:00:00Z",
                {"2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"}},
        Example{"cron(0 0 L 2 ? *)", "2026-03-01T00:00:00Z", {"2027-02-28T00:00:00Z", "2028-02-29T00:00:00Z"}},
        // The 31st of January 2026 is a Saturday, the 28th of February one too.
        Example{"cron(0 0 LW * ? *)",
                "2026-01-01T00:00:00Z",
                {"2026-01-30T00:00:00Z", "2026-02-27T00:00:00Z", "2026-03-31T00:00:00Z"}},
        // The 3rd of January is a Saturday, the 3rd of May a Sunday.
        Example{"cron(0 0 3W * ? *)", "2026-01-01T00:00:00Z", {"2026-01-02T00:00:00Z", "2026-02-03T00:00:00Z"}},
        Example{"cron(0 0 3W 5 ? *)", "2026-01-01T00:00:00Z", {"2026-05-04T00:00:00Z"}},
        // Within its month: the 1st of August is a Saturday, the 31st of May a Sunday.
        Example{"cron(0 0 1W 8 ? *)", "2026-01-01T00:00:00Z", {"2026-08-03T00:00:00Z"}},
        Example{"cron(0 0 31W 5 ? *)", "2026-01-01T00:00:00Z", {"2026-05-29T00:00:00Z"}},
        Example{"cron(0 0 31W 4,5 ? *)", "2026-04-01T00:00:00Z", {"2026-05-29T00:00:00Z"}},
        Example{"cron(0 0 ? * L *)", "2026-01-01T00:00:00Z", {"2026-01-03T00:00:00Z", "2026-01-10T00:00:00Z"}},
        Example{"cron(0 0 ? * FRI-MON *)",
                "2026-01-01T00:00:00Z",
                {"2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z", "2026-01-05T00:00:00Z",
                 "2026-01-09T00:00:00Z"}},
        Example{"cron(0 22-1 * * ? *)",
                "2026-01-01T00:00:00Z",
                {"2026-01-01T01:00:00Z", "2026-01-01T22:00:00Z", "2026-01-01T23:00:00Z", "2026-01-02T00:00:00Z"}},
        Example{"cron(0 0 ? * MON#5 *)", "2026-01-01T00:00:00Z", {"2026-03-30T00:00:00Z", "2026-06-29T00:00:00Z"}},
        Example{"cron(10-50/20 6 1 1,jul ? 2026/2)",
                "2026-01-01T06:10:00Z",
                {"2026-01-01T06:30:00Z", "2026-01-01T06:50:00Z", "2026-07-01T06:10:00Z", "2026-07-01T06:30:00Z",
                 "2026-07-01T06:50:00Z", "2028-01-01T06:10:00Z"}},
        Example{"cron(0 0 29 2 ? *)", "2026-01-01T00:00:00Z", {"2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"}},
        Example{"cron(0 0 30 2 ? *)", "2026-01-01T00:00:00Z", {}},
        Example{"cron(59 23 31 12 ? 2199)", "2026-01-01T00:00:00Z", {"2199-12-31T23:59:00Z"}}));

INSTANTIATE_TEST_SUITE_P(
    TimeZones, CronExamples,
    testing::Values(
        Example{"cron(0 9 * * ? *)",
                "2026-03-27T12:00:00Z",
                {"2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"},
                "Europe/Berlin"},
        // 2:30 is skipped on the 8th of March.
        Example{"cron(30 2 * * ? *)",
                "2026-03-07T00:00:00Z",
                {"2026-03-07T07:30:00Z", "2026-03-09T06:30:00Z"},
                "America/New_York"},
        // 1:30 comes twice on the 1st of November.
        Example{"cron(30 1 * * ? *)",
                "2026-10-31T12:00:00Z",
                {"2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"},
                "America/New_York"},
        Example{"cron(0/20 * * * ? *)",
                "2026-11-01T05:20:00Z",
                {"2026-11-01T05:40:00Z", "2026-11-01T07:00:00Z"},
                "America/New_York"},
        Example{"cron(0/20 * * * ? *)", "2026-11-01T06:10:00Z", {"2026-11-01T07:00:00Z"}, "America/New_York"},
        Example{"cron(0/20 * * * ? *)",
                "2026-03-08T06:20:00Z",
                {"2026-03-08T06:40:00Z", "2026-03-08T07:00:00Z"},
                "America/New_York"},
        // Half an hour of summer time; Kathmandu's quarter; a zone that skipped the 30th of December 2011.
        Example{"cron(15 2 * * ? *)", "2026-10-02T16:00:00Z", {"2026-10-04T15:15:00Z"}, "Australia/Lord_Howe"},
        Example{"cron(0 0 * * ? *)", "2026-01-01T00:00:00Z", {"2026-01-01T18:15:00Z"}, "Asia/Kathmandu"},
        Example{"cron(0 12 29-31 12 ? 2011)",
                "2011-12-29T00:00:00Z",
                {"2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z"},
                "Pacific/Apia"},
        // Far beyond the transitions that the zone's file lists.
        Example{"cron(0 12 1 7 ? 2150)", "2026-01-01T00:00:00Z", {"2150-07-01T16:00:00Z"}, "America/New_York"}));

class RefusedExpressions : public testing::TestWithParam<std::string> {};

TEST_P(RefusedExpressions, AreNoSchedules) { EXPECT_FALSE(ScheduleExpression::Parse(GetParam())) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(
    Texts, RefusedExpressions,
    testing::Values("", "rate", "rate(", "rate()", "rate( )", "rate(10)", "rate(10 seconds)", "rate(10 years)",
                    "rate(foo minutes)", "rate(0 minutes)", "rate(-10 minutes)", "rate(+10 minutes)",
                    "rate(10 minutess)", "rate( 10 minutes )", " rate(10 minutes)", "rate(10 minutes) ",
                    "rate(10  minutes)", "RATE(10 minutes)", "rate(10 MINUTES)", "rate(1.5 hours)",
                    "rate(99999999999999999999 days)", "cron()", "cron(INVALID)", "cron(0 1 * * * *)",
                    "cron(0 1 ? * ? *)", "cron(7 20 * * NOT *)", "cron(71 8 1 * ? *)", "cron(0 dummy ? * MON-FRI *)",
                    "cron(0 24 * * ? *)", "cron(0 0 0 * ? *)", "cron(0 0 32 * ? *)", "cron(0 0 * 0 ? *)",
                    "cron(0 0 * 13 ? *)", "cron(0 0 ? * 0 *)", "cron(0 0 ? * 8 *)", "cron(0 0 * * ? 1969)",
                    "cron(0 0 * * ? 2200)", "cron(0 0 * * ? 2030-2020)", "cron(0/0 * * * ? *)", "cron(0/60 * * * ? *)",
                    "cron(0, * * * ? *)", "cron(1- * * * ? *)", "cron(-1 * * * ? *)", "cron(? 0 * * ? *)",
                    "cron(0 ? * * ? *)", "cron(0 0 * ? ? *)", "cron(0 0 * * ? ?)", "cron(0 0 * * ?)",
                    "cron(0 0 * * ? * *)", "cron(0 0 W * ? *)", "cron(0 0 1,15W * ? *)", "cron(0 0 1,L * ? *)",
                    "cron(0 0 ? * 3#6 *)", "cron(0 0 ? * 3#0 *)", "cron(0 0 ? * 3#1,6#3 *)", "cron(0 0 ? * 2L,3 *)",
                    "cron(0 0 ? * # *)", "cron( 0 0 * * ? *)", "cron(0 0 * * ? * )", "cron(4294967296 0 * * ? *)",
                    "at()", "at(2021-12-31)", "at(2021-12-31T23:59:59Z)", "at(2021-12-31T23:59)",
                    "at(2021-12-31 23:59:59)", "at(2021-02-29T00:00:00)", "at(2021-13-01T00:00:00)",
                    "at(2021-12-31T24:00:00)", "at(2021-12-31T23:60:00)", "at(-021-12-31T23:00:00)"));

TEST(ScheduleExpressionTest, SchedulerIsGenerousAboutTheUnitAndRulesAreNot) {
  using Dialect = ScheduleExpression::Dialect;
  for (const char* text :
       {"rate(1 minutes)", "rate(1 hours)", "rate(1 days)", "rate(5 minute)", "rate(5 hour)", "rate(5 day)"}) {
    EXPECT_TRUE(ScheduleExpression::Parse(text)) << text;
    EXPECT_FALSE(ScheduleExpression::Parse(text, "UTC", Dialect::kRule)) << text;
  }
  for (const char* text : {"rate(1 minute)", "rate(1 hour)", "rate(1 day)", "rate(2 minutes)", "rate(2 hours)",
                           "rate(2 days)", "cron(* * ? * SAT#3 *)"}) {
    EXPECT_TRUE(ScheduleExpression::Parse(text, "UTC", Dialect::kRule)) << text;
  }
  EXPECT_FALSE(ScheduleExpression::Parse("at(2026-01-01T00:00:00)", "UTC", Dialect::kRule));
}

TEST(ScheduleExpressionTest, ZonesAreThoseOfTheDatabase) {
  for (const char* zone : {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "EST5EDT"})
    EXPECT_TRUE(ScheduleExpression::KnowsZone(zone)) << zone;
  for (const char* zone : {"", "Mars/Olympus", "europe/berlin", "../../etc/passwd", "/usr/share/zoneinfo/Europe/Berlin",
                           "Europe", "Europe/../Europe/Berlin", "Europe/", "posix/Europe/Berlin", "right/Europe/Berlin",
                           "localtime", "Factory", "tzdata.zi", "leapseconds", "zone.tab", "UTC+1"}) {
    EXPECT_FALSE(ScheduleExpression::KnowsZone(zone)) << zone;
    EXPECT_FALSE(ScheduleExpression::Parse("rate(1 minute)", zone)) << zone;
  }
}

TEST(ScheduleExpressionTest, MomentsAtTheEndsOfTimeEndTheSearch) {
  EXPECT_EQ(Series("cron(* * * * ? *)", "UTC", "2199-12-31T23:58:00Z", 5), (Moments{"2199-12-31T23:59:00Z"}));
  EXPECT_EQ(Series("rate(100000000 days)", "UTC", "2026-01-01T00:00:00Z", 5), Moments{});
  const auto cron = ScheduleExpression::Parse("cron(* * * * ? *)", "America/New_York").value();
  EXPECT_EQ(cron.Next(TimePoint::max(), {}), std::nullopt);
  EXPECT_EQ(cron.Next(TimePoint::min(), {}), At("1970-01-01T05:00:00Z"));
}

}  // namespace
}  // namespace stratolite::runtime
