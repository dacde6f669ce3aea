#include "s3/website_configuration.hpp"

#include <gtest/gtest.h>

namespace stratolite::s3 {
namespace {

const WebsiteAddress kAsked{.protocol = "http", .host = "site.localhost:4566", .key = "docs/a b/page"};

Json SiteWith(std::vector<Json> rules) {
  return Json{{"IndexDocument", {{"Suffix", "index.html"}}}, {"RoutingRules", rules}};
}

TEST(WebsiteConfiguration, RulesAboutErrorsWaitForTheError) {
  const Json site =
      SiteWith({Json{{"Condition", {{"HttpErrorCodeReturnedEquals", "404"}}}, {"Redirect", {{"HostName", "a"}}}},
                Json{{"Condition", {{"KeyPrefixEquals", "docs/"}}}, {"Redirect", {{"HostName", "b"}}}}});
  ASSERT_TRUE(CheckWebsiteConfiguration(site).ok());
  EXPECT_EQ(FindRoutingRule(site, "docs/page", 0), &site["RoutingRules"][1]);
  EXPECT_EQ(FindRoutingRule(site, "docs/page", 404), &site["RoutingRules"][0]);
  EXPECT_EQ(FindRoutingRule(site, "other", 0), nullptr);
  EXPECT_EQ(FindRoutingRule(site, "other", 403), nullptr);
}

TEST(WebsiteConfiguration, ARedirectChangesThePartsThatItNames) {
  const Json prefix{{"Condition", {{"KeyPrefixEquals", "docs/"}}},
                    {"Redirect", {{"ReplaceKeyPrefixWith", "documents/"}}}};
  EXPECT_EQ(RedirectLocation(prefix, kAsked), "http://site.localhost:4566/documents/a%20b/page");
  const Json key{{"Redirect", {{"ReplaceKeyWith", "k"}, {"HostName", "h"}, {"Protocol", "https"}}}};
  EXPECT_EQ(RedirectLocation(key, kAsked), "https://h/k");
  EXPECT_EQ(RedirectAllLocation({{"HostName", "h"}}, kAsked), "http://h/docs/a%20b/page");
}

TEST(WebsiteConfiguration, RedirectsHaveCodesThatRedirect) {
  const auto with_code = [](const char* code) {
    return CheckWebsiteConfiguration(SiteWith({Json{{"Redirect", {{"HttpRedirectCode", code}}}}})).ok();
  };
  EXPECT_TRUE(with_code("301"));
  EXPECT_TRUE(with_code("308"));
  for (const char* code : {"300", "200", "3o1", "", "3011"}) EXPECT_FALSE(with_code(code)) << code;
}

}  // namespace
}  // namespace stratolite::s3
