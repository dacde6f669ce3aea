#include "stratolite/base/time.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace stratolite {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::sys_days;
using namespace std::chrono_literals;

const TimePoint kMoment = TimePoint(sys_days(2026y / 1 / 2)) + 3h + 4min + 5s;

TEST(Time, WritesEveryFormatOfTheSameMoment) {
  EXPECT_EQ(FormatIso8601(kMoment), "2026-01-02T03:04:05Z");
  EXPECT_EQ(FormatIso8601(kMoment, true), "2026-01-02T03:04:05.000Z");
  EXPECT_EQ(FormatIso8601(kMoment + 678ms), "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(FormatHttpDate(kMoment), "Fri, 02 Jan 2026 03:04:05 GMT");
  EXPECT_EQ(FormatHttpDate(kMoment + 678ms), "Fri, 02 Jan 2026 03:04:05 GMT");
  EXPECT_EQ(FormatHttpDate(kMoment + 678ms, true), "Fri, 02 Jan 2026 03:04:05.678 GMT");
  EXPECT_EQ(FormatBasicIso8601(kMoment), "20260102T030405Z");
}

TEST(Time, ReadsBackWhatItWrites) {
  for (const TimePoint t : {kMoment, TimePoint{}, TimePoint{} - 1s, kMoment + 678ms, *FromEpochSeconds(-1e18),
                            *FromEpochSeconds(253402300799.0)}) {
    EXPECT_EQ(ParseIso8601(FormatIso8601(t)), std::chrono::floor<std::chrono::milliseconds>(t));
    EXPECT_EQ(ParseHttpDate(FormatHttpDate(t, true)), std::chrono::floor<std::chrono::milliseconds>(t));
    EXPECT_EQ(ParseBasicIso8601(FormatBasicIso8601(t)), std::chrono::floor<std::chrono::seconds>(t));
  }
}

TEST(Time, RoundsDownBeforeTheEpochToo) {
  EXPECT_EQ(EpochSeconds(TimePoint{} - 1us), -1);
  EXPECT_EQ(EpochMillis(TimePoint{} - 1us), -1);
  EXPECT_DOUBLE_EQ(EpochSecondsWithFraction(kMoment + 678999us), 1767323045.678);
}

TEST(Time, SecondsThatDoNotFitSaturate) {
  EXPECT_EQ(FormatIso8601(*FromEpochSeconds(1e300)), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatIso8601(*FromEpochSeconds(-std::numeric_limits<double>::infinity())), "0000-01-01T00:00:00Z");
  EXPECT_EQ(FromEpochSeconds(std::numeric_limits<double>::quiet_NaN()), std::nullopt);
  EXPECT_EQ(FromEpochSeconds(1.25), TimePoint{} + 1250ms);
  EXPECT_EQ(FromEpochSeconds(-0.25), TimePoint{} - 250ms);
  EXPECT_EQ(FromEpochSeconds(0.9999999), TimePoint{} + 1s);
  EXPECT_EQ(FormatIso8601(TimePoint::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatIso8601(TimePoint::min()), "0000-01-01T00:00:00Z");
}

TEST(Time, ReadsOffsetsFractionsAndLeapSeconds) {
  EXPECT_EQ(ParseIso8601("2026-01-02T05:04:05+02:00"), kMoment);
  EXPECT_EQ(ParseIso8601("2026-01-01T21:34:05-05:30"), kMoment);
  EXPECT_EQ(ParseIso8601("2026-01-02t03:04:05.123456789z"), kMoment + 123456us);
  EXPECT_EQ(ParseIso8601("2026-01-02T03:03:60Z"), kMoment - 5s);
  EXPECT_EQ(ParseIso8601("2024-02-29T00:00:00Z"), TimePoint(sys_days(2024y / 2 / 29)));
}

TEST(Time, RefusesMalformedMoments) {
  for (const char* text :
       {"", "2026", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05Zx",
        "2026-13-02T03:04:05Z", "2026-02-29T03:04:05Z", "2026-01-02T24:04:05Z", "2026-01-02T03:60:05Z",
        "2026-01-02T03:04:61Z", "2026-01-02 03:04:05Z", "2026-01-02T03:04:05+0200", "2026-01-02T03:04:05+25:00",
        "0000-01-01T00:00:00+01:00", "-026-01-02T03:04:05Z", "2026-1-2T03:04:05Z"}) {
    EXPECT_EQ(ParseIso8601(text), std::nullopt) << text;
  }
  for (const char* text :
       {"", "Fri, 2 Jan 2026 03:04:05 GMT", "Fre, 02 Jan 2026 03:04:05 GMT", "Fri, 02 Jan 2026 03:04:05",
        "Fri, 02 Jan 2026 03:04:05 UTC", "Fri, 30 Feb 2026 03:04:05 GMT", "Friday, 02-Jan-26 03:04:05 GMT",
        "Fri, 02 Jan 2026 03:04:05 GMT "}) {
    EXPECT_EQ(ParseHttpDate(text), std::nullopt) << text;
  }
  for (const char* text : {"", "20260102T030405", "20260102T030465Z", "2026-01-02T03:04:05Z", "20261302T030405Z"}) {
    EXPECT_EQ(ParseBasicIso8601(text), std::nullopt) << text;
  }
}

TEST(Time, ReadsDurations) {
  EXPECT_EQ(ParseIso8601Duration("P31D"), days(31));
  EXPECT_EQ(ParseIso8601Duration("PT1H30M"), 90min);
  EXPECT_EQ(ParseIso8601Duration("PT0.5S"), 500ms);
  EXPECT_EQ(ParseIso8601Duration("PT1.5H"), 90min);
  EXPECT_EQ(ParseIso8601Duration("-P1W2DT3H4M5.000006S"), -(days(9) + 3h + 4min + 5s + 6us));
  EXPECT_EQ(ParseIso8601Duration("+PT0S"), 0s);
}

TEST(Time, RefusesMalformedAndEndlessDurations) {
  for (const char* text :
       {"",          "P",      "PT",    "1D",    "P1",       "P1M",   "P1Y",   "PT1D",  "P1H",
        "P1DT",      "PT1M1H", "PT1.H", "PT.5S", "PT1.5H1M", "P1D1D", "PT5S ", "--P1D", "P99999999999999999999D",
        "P3660001D", "PT1HT1M"}) {
    EXPECT_EQ(ParseIso8601Duration(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace stratolite
