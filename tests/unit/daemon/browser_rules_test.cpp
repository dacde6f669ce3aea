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
