#include "wire/timestamps.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "stratolite/base/json.hpp"
#include "wire/scalar_text.hpp"

namespace stratolite::wire::internal {
namespace {

using enum TimestampFormat;

std::string Text(double seconds, TimestampFormat format, Iso8601Fraction fraction = Iso8601Fraction::kWhenNotZero) {
  std::string out;
  AppendTimestamp(out, seconds, format, fraction);
  return out;
}

std::string Number(double value) {
  std::string out;
  AppendDouble(out, value);
  return out;
}

TEST(TimestampsTest, Iso8601ShowsAFractionOnlyWhenThereIsOne) {
  EXPECT_EQ(Text(1398796238, kIso8601), "2014-04-29T18:30:38Z");
  EXPECT_EQ(Text(946845296.123, kIso8601), "2000-01-02T20:34:56.123Z");
  EXPECT_EQ(Text(1398796238, kUnset), "2014-04-29T18:30:38Z");
}

TEST(TimestampsTest, Iso8601WithMillisecondsAlways) {
  EXPECT_EQ(Text(1398796238, kIso8601, Iso8601Fraction::kAlways), "2014-04-29T18:30:38.000Z");
}

TEST(TimestampsTest, HttpDates) {
  EXPECT_EQ(Text(1398796238, kRfc822), "Tue, 29 Apr 2014 18:30:38 GMT");
  EXPECT_EQ(ParseTimestamp("Tue, 29 Apr 2014 18:30:38 GMT", kRfc822), 1398796238);
  EXPECT_FALSE(ParseTimestamp("2014-04-29T18:30:38Z", kRfc822));
}

TEST(TimestampsTest, EpochSecondsNeverHaveAnExponent) {
  EXPECT_EQ(Text(1398796238, kUnixTimestamp), "1398796238");
  EXPECT_EQ(Text(1398796238.5, kUnixTimestamp), "1398796238.5");
  EXPECT_EQ(Text(1398796238.025, kUnixTimestamp), "1398796238.025");
  EXPECT_EQ(Text(0, kUnixTimestamp), "0");
  EXPECT_EQ(Text(-1.5, kUnixTimestamp), "-1.5");
  EXPECT_EQ(Text(253402300799, kUnixTimestamp), "253402300799");
}

TEST(TimestampsTest, ValuesBeyondTheCalendarSaturate) {
  EXPECT_EQ(Text(1e300, kIso8601), "9999-12-31T23:59:59Z");
  EXPECT_EQ(Text(-1e300, kIso8601), "0000-01-01T00:00:00Z");
  EXPECT_EQ(Text(HUGE_VAL, kUnixTimestamp), "253402300799");
  EXPECT_EQ(Text(std::nan(""), kUnixTimestamp), "0");
}

TEST(TimestampsTest, Iso8601InputWithFractionsAndOffsets) {
  EXPECT_EQ(ParseTimestamp("2019-12-16T23:48:18Z", kIso8601), 1576540098);
  EXPECT_EQ(ParseTimestamp("2019-12-16T22:48:18-01:00", kUnset), 1576540098);
  EXPECT_EQ(ParseTimestamp("2019-12-17T00:48:18+01:00", kIso8601), 1576540098);
  EXPECT_EQ(ParseTimestamp("2000-01-02T20:34:56.123Z", kIso8601), 946845296.123);
}

TEST(TimestampsTest, MalformedInputIsRefused) {
  for (const char* text : {"", "yesterday", "2019-13-01T00:00:00Z", "1576540098"})
    EXPECT_FALSE(ParseTimestamp(text, kIso8601)) << text;
  for (const char* text : {"", "x", "1x", "nan", "inf", "1e400", "1e20", " 1"})
    EXPECT_FALSE(ParseTimestamp(text, kUnixTimestamp)) << text;
}

TEST(TimestampsTest, TheTreeHoldsWholeSecondsAsIntegers) {
  EXPECT_TRUE(TimestampValue(5).is_number_integer());
  EXPECT_TRUE(TimestampValue(5.5).is_number_float());
}

TEST(ScalarTextTest, DoublesAreWrittenAsJavaDoes) {
  EXPECT_EQ(Number(1), "1.0");
  EXPECT_EQ(Number(0), "0.0");
  EXPECT_EQ(Number(5.5), "5.5");
  EXPECT_EQ(Number(0.001), "0.001");
  EXPECT_EQ(Number(0.0005), "5.0E-4");
  EXPECT_EQ(Number(1e10), "1.0E10");
  EXPECT_EQ(Number(-1.25e-300), "-1.25E-300");
  EXPECT_EQ(Number(9999999), "9999999.0");
  EXPECT_EQ(Number(std::nan("")), "NaN");
  EXPECT_EQ(Number(-HUGE_VAL), "-Infinity");
}

}  // namespace
}  // namespace stratolite::wire::internal
