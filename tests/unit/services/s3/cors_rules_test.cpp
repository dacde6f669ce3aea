#include "s3/cors_rules.hpp"

#include <gtest/gtest.h>

namespace stratolite::s3 {
namespace {

Json Rule(std::vector<std::string> origins, std::vector<std::string> methods, std::vector<std::string> headers = {}) {
  Json rule{{"AllowedOrigins", origins}, {"AllowedMethods", methods}};
  if (!headers.empty()) rule["AllowedHeaders"] = headers;
  return rule;
}

Json Rules(std::vector<Json> rules) { return Json{{"CORSRules", rules}}; }

TEST(CorsRules, TheFirstRuleThatFitsIsTaken) {
  const Json rules = Rules({Rule({"http://a.test"}, {"GET"}), Rule({"*"}, {"GET", "PUT"})});
  const auto* const first = FindCorsRule(rules, {.origin = "http://a.test", .method = "GET", .headers = {}});
  const auto* const second = FindCorsRule(rules, {.origin = "http://a.test", .method = "PUT", .headers = {}});
  ASSERT_TRUE(first != nullptr && second != nullptr);
  EXPECT_EQ(*first, rules["CORSRules"][0]);
  EXPECT_EQ(*second, rules["CORSRules"][1]);
  EXPECT_EQ(FindCorsRule(rules, {.origin = "http://a.test", .method = "DELETE", .headers = {}}), nullptr);
}

TEST(CorsRules, AWildcardStandsForAnyCharactersOnce) {
  const Json rules = Rules({Rule({"http://*.test"}, {"GET"})});
  const auto allows = [&rules](std::string_view origin) {
    return FindCorsRule(rules, {.origin = origin, .method = "GET", .headers = {}}) != nullptr;
  };
  EXPECT_TRUE(allows("http://a.test"));
  EXPECT_TRUE(allows("http://a.b.test"));
  EXPECT_FALSE(allows("http://test"));
  EXPECT_FALSE(allows("http://a.test.evil"));
  EXPECT_FALSE(allows("https://a.test"));
}

TEST(CorsRules, AllHeadersOfAPreflightMustBeAllowedInAnyCase) {
  const Json rules = Rules({Rule({"*"}, {"PUT"}, {"X-Amz-*", "Content-Type"})});
  wire::HttpRequest request{.method = "OPTIONS", .target = "/b/k", .headers = {}, .body = {}, .source_ip = {}};
  request.headers.Add("Origin", "http://a.test");
  request.headers.Add("Access-Control-Request-Method", "PUT");
  request.headers.Add("Access-Control-Request-Headers", "x-amz-date , CONTENT-TYPE");
  EXPECT_NE(FindCorsRule(rules, ReadCorsQuestion(request)), nullptr);
  request.headers.Set("Access-Control-Request-Headers", "x-amz-date,authorization");
  EXPECT_EQ(FindCorsRule(rules, ReadCorsQuestion(request)), nullptr);
}

TEST(CorsRules, OnlyARuleForEverybodyAnswersWithAStar) {
  const CorsQuestion question{.origin = "http://a.test", .method = "GET", .headers = {}};
  wire::HttpResponse everybody;
  AddCorsFields(Rule({"http://b.test", "*"}, {"GET"}), question, everybody);
  EXPECT_EQ(everybody.headers.Get("access-control-allow-origin"), "*");
  EXPECT_FALSE(everybody.headers.Has("access-control-allow-credentials"));
  wire::HttpResponse one;
  AddCorsFields(Rule({"http://*"}, {"GET"}), question, one);
  EXPECT_EQ(one.headers.Get("access-control-allow-origin"), "http://a.test");
  EXPECT_EQ(one.headers.Get("access-control-allow-credentials"), "true");
}

}  // namespace
}  // namespace stratolite::s3
