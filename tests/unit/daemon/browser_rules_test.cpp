#include "daemon/browser_rules.hpp"

#include <gtest/gtest.h>

namespace stratolite::daemon {
namespace {

wire::HttpRequest Request(std::vector<wire::Headers::Field> fields, std::string method = "POST") {
  wire::HttpRequest request;
  request.method = std::move(method);
  request.target = "/";
  request.headers.Add("Host", "localhost:4566");
  for (auto& [name, value] : fields) request.headers.Set(name, value);
  return request;
}

class BrowserRulesTest : public ::testing::Test {
 protected:
  bool Allows(std::vector<wire::Headers::Field> fields, bool admin) const {
    return !rules_.Refusal(Request(std::move(fields)), admin);
  }
  const BrowserRules rules_{{"stratolite.example"}, {"https://app.example.com"}};
};

TEST_F(BrowserRulesTest, ClientsThatAreNoBrowsersUseTheApiUnderAnyName) {
  EXPECT_TRUE(Allows({{"Host", "sqs.us-east-1.amazonaws.com"}}, false));
  EXPECT_TRUE(Allows({{"Host", "evil.example"}}, false));
}

TEST_F(BrowserRulesTest, TheAdminApiIsServedUnderNamesThatCannotBeRebound) {
  for (const char* host :
       {"localhost:4566", "127.0.0.1", "192.168.1.4:4566", "[::1]:4566", "a.localhost", "stratolite:4566",
        "stratolite.example", "x.stratolite.example", "localhost.localstack.cloud:4566"}) {
    EXPECT_TRUE(Allows({{"Host", host}}, true)) << host;
  }
  for (const char* host :
       {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "notstratolite.example.com"}) {
    EXPECT_FALSE(Allows({{"Host", host}}, true)) << host;
  }
}

TEST_F(BrowserRulesTest, ForeignPagesAreRefusedEverywhere) {
  for (const bool admin : {false, true}) {
    EXPECT_FALSE(Allows({{"Origin", "https://evil.example"}}, admin));
    EXPECT_FALSE(Allows({{"Origin", "null"}}, admin));
    EXPECT_FALSE(Allows({{"Origin", "http://localhost.evil.example"}}, admin));
    EXPECT_FALSE(Allows({{"Sec-Fetch-Site", "cross-site"}}, admin));
  }
}

TEST_F(BrowserRulesTest, PagesOfThisMachineAndConfiguredOnesMayCall) {
  for (const bool admin : {false, true}) {
    EXPECT_TRUE(Allows({{"Origin", "http://localhost:3000"}, {"Sec-Fetch-Site", "same-site"}}, admin));
    EXPECT_TRUE(Allows({{"Origin", "http://127.0.0.1:8080"}}, admin));
    EXPECT_TRUE(Allows({{"Origin", "http://[::1]:8080"}}, admin));
    EXPECT_TRUE(Allows({{"Origin", "https://app.example.com"}, {"Sec-Fetch-Site", "cross-site"}}, admin));
  }
}

TEST_F(BrowserRulesTest, APageOfAReboundNameIsRefused) {
  EXPECT_FALSE(Allows({{"Host", "evil.example:4566"}, {"Origin", "http://evil.example:4566"}}, false));
  EXPECT_FALSE(Allows({{"Host", "evil.example:4566"}, {"Sec-Fetch-Site", "same-origin"}}, false));
}

// Browsers send Sec-Fetch-Site to https and to loopback only: a plain http name that resolves here gets a GET without it and without an Origin.
TEST_F(BrowserRulesTest, AReboundNameIsSeenWithoutWhatOnlyTrustworthyAddressesGet) {
  for (const wire::Headers::Field& mark : {wire::Headers::Field{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"},
                                           wire::Headers::Field{"Accept-Language", "en"},
                                           wire::Headers::Field{"Referer", "http://evil.example:4566/page"}}) {
    for (const char* host : {"evil.example:4566", "127.0.0.1.nip.io:4566", "localhost.evil.com", ""}) {
      const std::vector<wire::Headers::Field> fields{{"Host", host}, mark};
      EXPECT_TRUE(rules_.Refusal(Request(fields, "GET"), false)) << host << ' ' << mark.first;
      EXPECT_TRUE(rules_.Refusal(Request(fields, "GET"), true)) << host << ' ' << mark.first;
    }
    for (const char* host : {"localhost:4566", "127.0.0.1:4566", "bucket.s3.us-east-1.amazonaws.com", "box:4566"}) {
      const std::vector<wire::Headers::Field> fields{{"Host", host}, {"Referer", "http://localhost/"}, mark};
      if (mark.first == "Referer") continue;
      EXPECT_FALSE(rules_.Refusal(Request(fields, "GET"), false)) << host;
    }
  }
}

TEST_F(BrowserRulesTest, AHostIsTrustedOnlyWhereItIsWellFormed) {
  for (const char* host :
       {"localhost", "LOCALHOST:4566", "localhost.:4566", "127.0.0.1:1", "127.1.2.3", "10.0.0.7", "[::1]", "[::1]:4566",
        "[FE80::1]:80", "[::ffff:127.0.0.1]", "my-bucket.localhost:4566", "a_b", "host-without-a-dot", "2130706433"}) {
    EXPECT_TRUE(rules_.TrustsHost(host)) << host;
  }
  for (const char* host : {"",
                           ".",
                           ":4566",
                           "localhost.evil.com",
                           "127.0.0.1.nip.io",
                           "evil.com.",
                           "0x7f.1",
                           "127.1",

                           "1.2.3.4.5",
                           "999.0.0.1",
                           "[::1",
                           "[::1]evil.com",
                           "[::1]:",
                           "[evil.com]",
                           "[127.0.0.1]",
                           "[::1%25lo]",
                           "::1",
                           "a:b:c",
                           "user@localhost",
                           "localhost@evil.com",
                           "localhost:80@evil.com",
                           "localhost/evil",
                           "localhost:port",
                           "localhost:123456",
                           "localhost evil",
                           "local\thost",
                           ".localhost",
                           "evil.com#.localhost",
                           "evil.com\\.localhost"}) {
    EXPECT_FALSE(rules_.TrustsHost(host)) << host;
  }
  using namespace std::string_view_literals;
  EXPECT_FALSE(rules_.TrustsHost("[::\0.evil.com]:4566"sv));
}

TEST_F(BrowserRulesTest, AnOriginIsThisMachinesOnlyWhereItIsWellFormed) {
  for (const char* origin : {"http://localhost", "https://localhost:3000", "http://127.0.0.1:80", "http://127.9.9.9",
                             "http://[::1]:3000", "http://app.localhost:5173", "tauri://localhost"}) {
    EXPECT_TRUE(rules_.TrustsOrigin(origin)) << origin;
  }
  for (const char* origin :
       {"", "null", "localhost", "http://", "http://evil.com", "http://localhost.evil.com", "http://127.0.0.1.nip.io",
        "http://evil.com@localhost", "http://localhost@evil.com", "http://10.0.0.7", "http://evil.com/localhost",
        "http://evil.com:80?.localhost", "http://[::2]", "http://box", "https://app.example.com:8443",
        "http://app.example.com", "http://0x7f.1"}) {
    EXPECT_FALSE(rules_.TrustsOrigin(origin)) << origin;
  }
}

TEST_F(BrowserRulesTest, ARefererSpeaksForBrowsersThatDoNotSayWhereTheyComeFrom) {
  const auto refused = [this](std::string referer, std::string target, bool admin) {
    auto request = Request({{"Referer", std::move(referer)}}, "GET");
    request.target = std::move(target);
    return rules_.Refusal(request, admin).has_value();
  };
  EXPECT_TRUE(refused("http://evil.com/page", "/?Action=PurgeQueue", false));
  EXPECT_TRUE(refused("http://evil.com/page", "/_stratolite/requests", true));
  EXPECT_FALSE(refused("http://evil.com/page", "/bucket/picture.png", false));
  EXPECT_FALSE(refused("http://localhost:3000/page", "/?Action=ListQueues", false));
  EXPECT_FALSE(refused("http://localhost:4566/_stratolite/", "/_stratolite/requests", true));
  EXPECT_FALSE(refused("https://app.example.com/page", "/?Action=ListQueues", false));
}

TEST_F(BrowserRulesTest, LinksOfOtherSitesMayFetchButNotAct) {
  const auto refused = [this](std::string method, std::string target) {
    auto request = Request({{"Sec-Fetch-Site", "cross-site"}}, std::move(method));
    request.target = std::move(target);
    return rules_.Refusal(request, false).has_value();
  };
  EXPECT_FALSE(refused("GET", "/bucket/key?X-Amz-Signature=00"));
  EXPECT_TRUE(refused("GET", "/?Action=DeleteQueue&X-Amz-Signature=00"));
  EXPECT_TRUE(refused("POST", "/bucket?delete&X-Amz-Signature=00"));
}

TEST_F(BrowserRulesTest, APreflightIsAnsweredWithWhatThePageAsksFor) {
  const auto request = Request({{"Origin", "http://localhost:3000"},
                                {"Access-Control-Request-Method", "POST"},
                                {"Access-Control-Request-Headers", "authorization,x-amz-target"}},
                               "OPTIONS");
  ASSERT_TRUE(BrowserRules::IsPreflight(request));
  const auto answer = BrowserRules::AnswerPreflight(request);
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.headers.Get("access-control-allow-origin"), "http://localhost:3000");
  EXPECT_EQ(answer.headers.Get("access-control-allow-headers"), "authorization,x-amz-target");
  EXPECT_NE(answer.headers.Get("access-control-allow-methods").find("DELETE"), std::string_view::npos);
}

TEST(BrowserRulesConfigurationTest, AStarAllowsEveryOrigin) {
  EXPECT_TRUE(BrowserRules({}, {"*"}).TrustsOrigin("https://anything.example"));
}

}  // namespace
}  // namespace stratolite::daemon
