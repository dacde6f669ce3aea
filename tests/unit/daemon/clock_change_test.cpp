#include "daemon/clock_change.hpp"

#include <gtest/gtest.h>

namespace stratolite::daemon {
namespace {

std::string ErrorOf(std::string_view body) {
  const auto change = ParseClockChange(body);
  return change.ok() ? "" : change.error().message;
}

TEST(ClockChangeTest, ReadsAllFields) {
  const auto change =
      ParseClockChange(R"({"freeze":true,"set":"2030-01-02T03:04:05Z","advance":"PT1H30M","speed":2.5})");
  ASSERT_TRUE(change.ok());
  EXPECT_EQ(change->freeze, true);
  EXPECT_EQ(FormatIso8601(*change->set), "2030-01-02T03:04:05Z");
  EXPECT_EQ(*change->advance, std::chrono::minutes(90));
  EXPECT_EQ(change->speed, 2.5);
}

TEST(ClockChangeTest, TakesSecondsForATime) {
  const auto change = ParseClockChange(R"({"set":86400})");
  ASSERT_TRUE(change.ok());
  EXPECT_EQ(FormatIso8601(*change->set), "1970-01-02T00:00:00Z");
}

TEST(ClockChangeTest, SuggestsTheFieldThatWasMeant) {
  EXPECT_NE(ErrorOf(R"({"advanse":"PT1H"})").find("is 'advance' meant?"), std::string::npos);
}

TEST(ClockChangeTest, RefusesWhatCannotBeRead) {
  for (const char* body : {"", "[]", "{}", "null", "{", R"({"freeze":"yes"})", R"({"set":"tomorrow"})",
                           R"({"advance":"1h"})", R"({"advance":"-PT1H"})", R"({"advance":3600})", R"({"speed":0})",
                           R"({"speed":-1})", R"({"speed":1e99})", R"({"speed":"fast"})"}) {
    EXPECT_FALSE(ErrorOf(body).empty()) << body;
  }
}

}  // namespace
}  // namespace stratolite::daemon
