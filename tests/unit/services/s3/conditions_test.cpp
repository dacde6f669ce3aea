#include "s3/conditions.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/json.hpp"

namespace stratolite::s3 {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kWritten{std::chrono::seconds(1767323045)};
constexpr TimePoint kNow = kWritten + 1h;

Object SomeObject() {
  Object object;
  object.etag = "abc";
  object.last_modified = kWritten;
  return object;
}

std::string Outcome(const ReadConditions& conditions) {
  const auto outcome = CheckRead(conditions, SomeObject(), kNow);
  return outcome.ok() ? "ok" : outcome.error().code;
}

std::string CopyOutcome(const ReadConditions& conditions) {
  const auto outcome = CheckCopySource(conditions, SomeObject(), kNow);
  return outcome.ok() ? "ok" : (*outcome.error().fields)["Condition"].get<std::string>();
}

TEST(ConditionsTest, EtagsMatchQuotedBareWeakAndInLists) {
  EXPECT_TRUE(MatchesEtag("\"abc\"", "abc"));
  EXPECT_TRUE(MatchesEtag("abc", "abc"));
  EXPECT_TRUE(MatchesEtag("W/\"abc\"", "abc"));
  EXPECT_TRUE(MatchesEtag("\"x\", \"abc\"", "abc"));
  EXPECT_TRUE(MatchesEtag("*", "abc"));
  EXPECT_FALSE(MatchesEtag("\"ab\"", "abc"));
  EXPECT_FALSE(MatchesEtag("", "abc"));
}

TEST(ConditionsTest, EachOneAlone) {
  EXPECT_EQ(Outcome({}), "ok");
  EXPECT_EQ(Outcome({.if_match = "\"abc\""}), "ok");
  EXPECT_EQ(Outcome({.if_match = "\"x\""}), "PreconditionFailed");
  EXPECT_EQ(Outcome({.if_none_match = "\"x\""}), "ok");
  EXPECT_EQ(Outcome({.if_none_match = "\"abc\""}), "NotModified");
  EXPECT_EQ(Outcome({.if_modified_since = kWritten - 1s}), "ok");
  EXPECT_EQ(Outcome({.if_modified_since = kWritten}), "NotModified");
  EXPECT_EQ(Outcome({.if_unmodified_since = kWritten}), "ok");
  EXPECT_EQ(Outcome({.if_unmodified_since = kWritten - 1s}), "PreconditionFailed");
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html: the two combinations that AWS documents.
TEST(ConditionsTest, EtagsWinOverDates) {
  EXPECT_EQ(Outcome({.if_match = "\"abc\"", .if_unmodified_since = kWritten - 1s}), "ok");
  EXPECT_EQ(Outcome({.if_none_match = "\"abc\"", .if_modified_since = kWritten - 1s}), "NotModified");
  EXPECT_EQ(Outcome({.if_none_match = "\"x\"", .if_modified_since = kWritten}), "ok");
}

TEST(ConditionsTest, ADateInTheFutureIsNoCondition) {
  EXPECT_EQ(Outcome({.if_modified_since = kNow + 1s}), "ok");
  EXPECT_EQ(CopyOutcome({.if_modified_since = kNow + 1s}), "ok");
}

TEST(ConditionsTest, NotModifiedCarriesWhatACacheNeeds) {
  const auto outcome = CheckRead({.if_none_match = "*"}, SomeObject(), kNow);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().http_status, 304);
  EXPECT_EQ(outcome.error().headers, (std::vector<std::pair<std::string, std::string>>{
                                         {"ETag", "\"abc\""}, {"Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT"}}));
}

TEST(ConditionsTest, ACopySourceThatFailsIsAlwaysAPreconditionFailed) {
  EXPECT_EQ(CopyOutcome({.if_match = "x"}), "x-amz-copy-source-If-Match");
  EXPECT_EQ(CopyOutcome({.if_none_match = "abc"}), "x-amz-copy-source-If-None-Match");
  EXPECT_EQ(CopyOutcome({.if_modified_since = kWritten}), "x-amz-copy-source-If-Modified-Since");
  EXPECT_EQ(CopyOutcome({.if_unmodified_since = kWritten - 1s}), "x-amz-copy-source-If-Unmodified-Since");
  EXPECT_EQ(CopyOutcome({.if_match = "abc", .if_unmodified_since = kWritten - 1s}), "ok");
}

}  // namespace
}  // namespace stratolite::s3
