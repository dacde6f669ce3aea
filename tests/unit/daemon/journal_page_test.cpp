#include "daemon/journal_page.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/json.hpp"

namespace stratolite::daemon {
namespace {

TEST(JournalPage, ReadsItsParameters) {
  const auto question = ParseJournalQuestion(
      "service=s3&operation=GetObject&status=4xx&error=NoSuchKey&account=1&world=w&since=7&limit=3"
      "&wait=5");
  ASSERT_TRUE(question.ok()) << question.error().message;
  EXPECT_EQ(question->filter.service, "s3");
  EXPECT_EQ(question->filter.operation, "GetObject");
  EXPECT_EQ(question->filter.min_status, 400);
  EXPECT_EQ(question->filter.max_status, 499);
  EXPECT_EQ(question->filter.error, "NoSuchKey");
  EXPECT_EQ(question->filter.account, "1");
  EXPECT_EQ(question->filter.world, "w");
  EXPECT_EQ(question->filter.since, 7U);
  EXPECT_EQ(question->filter.limit, 3U);
  EXPECT_EQ(question->wait, std::chrono::seconds(5));
  EXPECT_EQ(ParseJournalQuestion("status=404")->filter.max_status, 404);
}

TEST(JournalPage, RefusesWhatItDoesNotUnderstand) {
  EXPECT_TRUE(ParseJournalQuestion("servise=s3").error().message.find("Is 'service' meant?") != std::string::npos);
  for (const char* query : {"status=abc", "status=4x", "limit=-1", "since=x", "wait=100&since=0", "wait=1", "a=%zz"}) {
    EXPECT_FALSE(ParseJournalQuestion(query).ok()) << query;
  }
}

TEST(JournalPage, ShowsNullForWhatIsNotKnown) {
  RequestJournal journal(1);
  JournalRecord record;
  record.world = "default";
  record.method = "GET";
  record.target = "/";
  record.status = 403;
  record.error = "AccessDenied";
  journal.Add(record);
  const Json page = DescribeJournal(journal.Read({}));
  EXPECT_EQ(page["next"], 1);
  EXPECT_EQ(page["requests"][0]["error"], "AccessDenied");
  EXPECT_TRUE(page["requests"][0]["account"].is_null());
  EXPECT_EQ(page["requests"][0]["sequence"], 1);
}

TEST(JournalPage, ShowsWhatPoliciesDidNotAllow) {
  RequestJournal journal(3);
  JournalRecord record;
  record.denied_action = "s3:GetObject";
  record.denied_resource = "arn:aws:s3:::b/k";
  record.denied_reason = "no identity-based policy allows it";
  journal.Add(record);
  record.denial_enforced = false;
  journal.Add(record);
  journal.Add({});
  const Json requests = DescribeJournal(journal.Read({}))["requests"];
  const Json denial = {
      {"action", "s3:GetObject"}, {"resource", "arn:aws:s3:::b/k"}, {"reason", "no identity-based policy allows it"}};
  EXPECT_EQ(requests[0]["denied"], denial);
  EXPECT_FALSE(requests[0].contains("would_deny"));
  EXPECT_EQ(requests[1]["would_deny"], denial);
  EXPECT_FALSE(requests[2].contains("denied") || requests[2].contains("would_deny"));
}

TEST(JournalPage, TargetsLoseSignaturesAndTokens) {
  std::string scratch;
  EXPECT_EQ(JournalTarget("/b/k", true, scratch), "/b/k");
  EXPECT_EQ(JournalTarget("/b?list-type=2&prefix=a", true, scratch), "/b?list-type=2&prefix=a");
  EXPECT_EQ(
      JournalTarget("/b/k?X-Amz-Signature=abc&X-Amz-Expires=60&x-amz-security-token=t&versionId=1", true, scratch),
      "/b/k?versionId=1");
  EXPECT_EQ(JournalTarget("/b/k?AWSAccessKeyId=a&Signature=abc", true, scratch), "/b/k");
  EXPECT_EQ(JournalTarget("/b/k?Signature=abc", true, scratch), "/b/k");
  EXPECT_EQ(JournalTarget("/?Action=CreateUser&Password=secret", false, scratch), "/");
}

}  // namespace
}  // namespace stratolite::daemon
