#include "stratolite/patterns/json_path.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/json.hpp"

namespace stratolite::patterns {
namespace {

const Json& PathDocument() {
  static const Json document = Json::parse(R"({
    "detail-type": "order",
    "detail": {"a/b": 1, "items": [{"id": "x", "n": 1}, {"id": "y"}], "with.dot": true, "none": null}})");
  return document;
}

std::string FoundBy(std::string_view text) {
  const std::optional<JsonPath> path = JsonPath::Parse(text);
  if (!path) return "no path";
  const std::optional<Json> value = path->Find(PathDocument());
  return value ? value->dump() : "nothing";
}

TEST(JsonPathTest, FollowsNamesAndIndexes) {
  EXPECT_EQ(FoundBy("$.detail-type"), "\"order\"");
  EXPECT_EQ(FoundBy("$.detail.a/b"), "1");
  EXPECT_EQ(FoundBy("$.detail.items[0].id"), "\"x\"");
  EXPECT_EQ(FoundBy("$.detail.items[1]"), R"({"id":"y"})");
  EXPECT_EQ(FoundBy("$['detail']['with.dot']"), "true");
  EXPECT_EQ(FoundBy("$[\"detail-type\"]"), "\"order\"");
  EXPECT_EQ(FoundBy("$.detail.none"), "null");
  EXPECT_EQ(FoundBy("$"), PathDocument().dump());
}

TEST(JsonPathTest, FindsNothingWhereNothingIs) {
  EXPECT_EQ(FoundBy("$.missing"), "nothing");
  EXPECT_EQ(FoundBy("$.detail.items[2]"), "nothing");
  EXPECT_EQ(FoundBy("$.detail.items.id"), "nothing");
  EXPECT_EQ(FoundBy("$.detail-type[0]"), "nothing");
  EXPECT_EQ(FoundBy("$.detail.items[99999999999999999999]"), "no path");
}

TEST(JsonPathTest, AWildcardGivesAllAsAList) {
  EXPECT_EQ(FoundBy("$.detail.items[*].id"), R"(["x","y"])");
  EXPECT_EQ(FoundBy("$.detail.items[*].n"), "[1]");
  EXPECT_EQ(FoundBy("$.detail.items[*].missing"), "nothing");
  EXPECT_EQ(FoundBy("$.detail.items[0].*"), R"(["x",1])");
  EXPECT_FALSE(JsonPath::Parse("$.detail.items[*]")->definite());
}

TEST(JsonPathTest, RefusesWhatAwsDoesNotKnow) {
  for (const std::string_view text : {"", "detail", "$detail", "$.", "$..id", "$.a[", "$.a[]", "$.a[-1]", "$.a[0:2]",
                                      "$.a[?(@.b)]", "$['']", "$['a'", "$['a]", "$.a b", "$.a[0]b"}) {
    EXPECT_EQ(FoundBy(text), "no path") << text;
  }
}

}  // namespace
}  // namespace stratolite::patterns
