#include "stratolite/wire/http_message.hpp"

#include <gtest/gtest.h>

namespace stratolite::wire {
namespace {

TEST(Headers, CompareNamesWithoutCase) {
  Headers headers{{"Content-Type", "a"}, {"X-One", "1"}, {"x-one", "2"}};
  EXPECT_EQ(headers.Get("content-TYPE"), "a");
  EXPECT_EQ(headers.Get("X-ONE"), "1");
  EXPECT_EQ(headers.Find("x-two"), std::nullopt);
  EXPECT_EQ(headers.Get("x-two"), "");
}

TEST(Headers, SetReplacesEveryFieldOfAName) {
  Headers headers{{"X-One", "1"}, {"Other", "o"}, {"x-one", "2"}};
  headers.Set("x-ONE", "3");
  EXPECT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers.Get("x-one"), "3");
  headers.Remove("X-one");
  EXPECT_FALSE(headers.Has("x-one"));
}

TEST(HttpRequest, SplitsTheTargetAtTheFirstQuestionMark) {
  HttpRequest request;
  request.target = "/a%20b?x=1?2";
  EXPECT_EQ(request.path(), "/a%20b");
  EXPECT_EQ(request.query(), "x=1?2");
  request.target = "/";
  EXPECT_EQ(request.path(), "/");
  EXPECT_EQ(request.query(), "");
}

TEST(HttpRequest, UnderstandsAnAbsoluteTarget) {
  HttpRequest request;
  request.target = "http://sqs.us-east-1.amazonaws.com/1/q?Action=x";
  EXPECT_EQ(request.path(), "/1/q");
  EXPECT_EQ(request.query(), "Action=x");
  request.target = "http://sqs.us-east-1.amazonaws.com";
  EXPECT_EQ(request.path(), "/");
  request.target = "?a=b";
  EXPECT_EQ(request.path(), "/");
}

}  // namespace
}  // namespace stratolite::wire
