#include "http/outgoing_url.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace stratolite::http {
namespace {

struct UrlCase {
  const char* url;
  bool tls;
  const char* host;
  int port;
  const char* authority;
  const char* target;
  const char* authorization;
};

class OutgoingUrlTest : public ::testing::TestWithParam<UrlCase> {};

TEST_P(OutgoingUrlTest, IsTakenApart) {
  const UrlCase& expected = GetParam();
  const auto url = ParseOutgoingUrl(expected.url);
  ASSERT_TRUE(url.ok()) << url.error().message;
  EXPECT_EQ(url->tls, expected.tls);
  EXPECT_EQ(url->host, expected.host);
  EXPECT_EQ(url->port, expected.port);
  EXPECT_EQ(url->authority, expected.authority);
  EXPECT_EQ(url->target, expected.target);
  EXPECT_EQ(url->authorization, expected.authorization);
}

INSTANTIATE_TEST_SUITE_P(
    Urls, OutgoingUrlTest,
    ::testing::Values(
        UrlCase{"http://example.test", false, "example.test", 80, "example.test", "/", ""},
        UrlCase{"HTTPS://Example.test/A?b#c", true, "Example.test", 443, "Example.test", "/A?b", ""},
        UrlCase{"http://example.test:80/", false, "example.test", 80, "example.test", "/", ""},
        UrlCase{"https://example.test:80?x=1", true, "example.test", 80, "example.test:80", "/?x=1", ""},
        UrlCase{"http://example.test:/", false, "example.test", 80, "example.test", "/", ""},
        UrlCase{"http://[::1]:4566/a", false, "::1", 4566, "[::1]:4566", "/a", ""},
        UrlCase{"http://user:p%20w@127.0.0.1/", false, "127.0.0.1", 80, "127.0.0.1", "/", "Basic dXNlcjpwIHc="},
        UrlCase{"http://a@b@example.test/@c", false, "example.test", 80, "example.test", "/@c", "Basic YUBi"},
        // What follows a backslash is a path for some and a host for others.
        UrlCase{"http://example.test\\@169.254.169.254/", false, "example.test", 80, "example.test",
                "/\\@169.254.169.254/", ""}));

TEST(OutgoingUrlFormTest, WhatComesOutCanBeSentWhateverGoesIn) {
  std::mt19937 random(1);
  using std::string_literals::operator""s;
  const std::string alphabet = "ht:/@?#[]%.\\ \r\n\t\0a1-_*\x80\xff"s;
  int good = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = i % 4 == 0 ? "" : i % 4 == 1 ? "https://" : "http://";
    for (auto left = random() % 24; left > 0; --left) text += alphabet[random() % alphabet.size()];
    const auto url = ParseOutgoingUrl(text);
    if (!url.ok()) continue;
    ++good;
    const auto visible = [](char c) { return c > 0x20 && c < 0x7f; };
    ASSERT_TRUE(std::all_of(url->target.begin(), url->target.end(), visible)) << text;
    ASSERT_TRUE(std::all_of(url->authority.begin(), url->authority.end(), visible)) << text;
    ASSERT_EQ(url->target.front(), '/');
    ASSERT_FALSE(url->host.empty());
    ASSERT_NE(url->port, 0);
  }
  EXPECT_GT(good, 100);
}

TEST(OutgoingUrlFormTest, FieldsWithLineBreaksAreNotSent) {
  EXPECT_TRUE(IsSendableField("X-Name", "any value\t\xc3\xa9"));
  EXPECT_FALSE(IsSendableField("X-Name", "a\nb"));
  EXPECT_FALSE(IsSendableField("X-Name", "a\rb"));
  EXPECT_FALSE(IsSendableField("X-Name", std::string_view("a\0b", 3)));
  EXPECT_FALSE(IsSendableField("X:Name", "a"));
  EXPECT_FALSE(IsSendableField("", "a"));
}

}  // namespace
}  // namespace stratolite::http
