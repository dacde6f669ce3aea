#include "stratolite/patterns/event_pattern.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "unit/patterns/pattern_files.hpp"
#include "unit/patterns/reference_matcher.hpp"

namespace stratolite::patterns {
namespace {

EventPattern Pattern(const std::string& text) {
  auto pattern = EventPattern::Parse(text);
  EXPECT_TRUE(pattern.ok()) << text << "\n" << (pattern.ok() ? "" : pattern.error().message);
  return *std::move(pattern);
}

std::string ReasonAgainst(const std::string& text) {
  const auto pattern = EventPattern::Parse(text);
  if (pattern.ok()) return "none";
  EXPECT_EQ(pattern.error().code, "InvalidEventPatternException");
  constexpr std::string_view kBegins = "Event pattern is not valid. Reason: ";
  EXPECT_TRUE(pattern.error().message.starts_with(kBegins));
  return pattern.error().message.substr(kBegins.size());
}

std::string Repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(EventPatternTest, EveryOperatorMatchesAsDocumented) {
  const Json table = PatternTable("event_patterns.json");
  ASSERT_GT(table["cases"].size(), 40U);
  for (const Json& entry : table["cases"]) {
    SCOPED_TRACE(entry["rule"].get<std::string>());
    const EventPattern pattern = Pattern(entry["pattern"].dump());
    for (const char* outcome : {"match", "miss"}) {
      const bool expected = outcome == std::string_view("match");
      for (const Json& event : entry[outcome]) {
        EXPECT_EQ(pattern.Matches(event), expected) << event;
        EXPECT_EQ(pattern.MatchesText(event.dump()), expected) << event;
        if (event.dump().find("\xCE") == std::string::npos) {
          EXPECT_EQ(ReferenceMatches(entry["pattern"], event), expected) << "the reference about " << event;
        }
      }
    }
  }
}

TEST(EventPatternTest, WhatIsNoPatternIsRefusedInAwsWords) {
  const Json table = PatternTable("refused_patterns.json");
  for (const Json& entry : table["cases"]) {
    const std::string text = entry["text"];
    std::string expected = entry["reason"];
    if (entry.contains("at")) {
      const std::string place = "\n at [Source: (String)\"" + text + "\"; line: 1, column: " + entry["at"].dump() + "]";
      expected += entry.contains("twice") ? place + place : place;
    }
    EXPECT_EQ(ReasonAgainst(text), expected);
  }
}

TEST(EventPatternTest, ThePlaceOfAnErrorIsCountedInLinesAndTheSourceIsCut) {
  EXPECT_TRUE(ReasonAgainst("{\n  \"ä𝄞\": \"x\"\n}").ends_with("; line: 2, column: 11]"));
  EXPECT_TRUE(ReasonAgainst("{\r\n\r\"a\": 1}").ends_with("; line: 3, column: 7]"))
      << ReasonAgainst("{\r\n\r\"a\": 1}");
  const std::string text = "{\"" + std::string(600, 'x') + "\":1}";
  EXPECT_NE(ReasonAgainst(text).find("at [Source: (String)\"" + text.substr(0, 500) +
                                     "\"[truncated 106 chars]; line: 1, column: 606]"),
            std::string::npos)
      << ReasonAgainst(text);
}

TEST(EventPatternTest, TheLastOfEqualKeysCounts) {
  const EventPattern pattern =
      Pattern(R"({"detail":{"location":[{"prefix":"us-"}],"location":[{"anything-but":"us-east"}]}})");
  EXPECT_TRUE(pattern.MatchesText(R"({"detail":{"location":"eu-west"}})"));
  EXPECT_FALSE(pattern.MatchesText(R"({"detail":{"location":"us-east"}})"));
}

TEST(EventPatternTest, KeysOfEqualNamesInAnEventAllCount) {
  EXPECT_TRUE(Pattern(R"({"a":[1]})").MatchesText(R"({"a":1,"a":2})"));
  EXPECT_TRUE(Pattern(R"({"a":[2]})").MatchesText(R"({"a":1,"a":2})"));
}

TEST(EventPatternTest, EscapedTextsAreEqualToPlainOnes) {
  const EventPattern pattern = Pattern(R"({"\u0061":["x\u00e4\n\ud834\udd1e"]})");
  EXPECT_TRUE(pattern.MatchesText("{\"a\":\"xä\\n𝄞\"}"));
  EXPECT_TRUE(pattern.Matches(Json{{"a", "xä\n𝄞"}}));
  EXPECT_TRUE(Pattern("{\"a\":[\"x/y\"],\"b\":[\"z\"]}").MatchesText(R"({"a":"x\/y","b":"\u007a"})"));
}

TEST(EventPatternTest, WhatIsNoObjectMatchesNothing) {
  const EventPattern pattern = Pattern(R"({"a":[{"exists":false}]})");
  EXPECT_TRUE(pattern.MatchesText("{}"));
  for (const std::string text : {"", "1", "[]", "[{}]", "\"x\"", "{", "{\"b\":}", "{\"b\":[1,}"})
    EXPECT_FALSE(pattern.MatchesText(text)) << text;
  EXPECT_FALSE(pattern.Matches(Json::array()));
  EXPECT_FALSE(pattern.Matches(nullptr));
}

TEST(EventPatternTest, WildcardsAreRefusedWhereAwsFindsThemTooComplex) {
  const auto accepted = [](const std::string& wildcards) {
    return EventPattern::Parse("{\"a\":[" + wildcards + "]}").ok();
  };
  EXPECT_TRUE(accepted(R"({"wildcard":"arn:aws:events:us-east-1:*:event-bus/*"})"));
  EXPECT_TRUE(accepted(R"({"wildcard":"*.bif"},{"wildcard":"*.tiff"},{"wildcard":"*.tif"},{"wildcard":"*.svs"})"));
  EXPECT_TRUE(accepted(R"({"wildcard":"*/datasync/*.bif"},{"wildcard":"*/datasync/*.tif"})"));
  EXPECT_FALSE(accepted(
      R"({"wildcard":"*/datasync/*.bif"},{"wildcard":"*/datasync/*.tiff"},{"wildcard":"*/datasync/*.tif"},{"wildcard":"*/datasync/*.svs"})"));
  EXPECT_FALSE(accepted(R"({"wildcard":"*:*:*:*:*:event-bus/*"})"));
  // Nine that begin alike are taken, ten are not; the list of an anything-but is one.
  std::string many = R"({"wildcard":"a*"})";
  std::string list = R"("a*")";
  for (char c = 'b'; c <= 'i'; ++c) many += std::string(R"(,{"wildcard":")") + c + "*\"}";
  for (char c = 'b'; c <= 'j'; ++c) list += std::string(",\"") + c + "*\"";
  EXPECT_TRUE(accepted(many));
  EXPECT_FALSE(accepted(many + R"(,{"wildcard":"j*"})"));
  EXPECT_TRUE(accepted(R"({"anything-but":{"wildcard":[)" + list + "]}}"));
  EXPECT_FALSE(accepted(R"({"anything-but":{"wildcard":"*:*:*:*:*:event-bus/*"}})"));
}

TEST(EventPatternTest, OrIsMultipliedOutToAThousandBranches) {
  const std::string ten =
      R"("$or":[{"a":[1]},{"a":[2]},{"a":[3]},{"a":[4]},{"a":[5]},{"a":[6]},{"a":[7]},{"a":[8]},{"a":[9]},{"a":[10]}])";
  EXPECT_EQ(ReasonAgainst("{\"x\":{" + ten + "},\"y\":{" + ten + "},\"z\":{" + ten + "}}"), "none");
  EXPECT_TRUE(ReasonAgainst("{\"w\":{\"$or\":[{\"a\":[1]},{\"a\":[2]}]},\"x\":{" + ten + "},\"y\":{" + ten +
                            "},\"z\":{" + ten + "}}")
                  .starts_with("Rule is too complex - "));
}

TEST(EventPatternTest, DeeplyNestedTextsAreRefusedOrMatchedWithoutHarm) {
  EXPECT_NE(ReasonAgainst(Repeated("{\"a\":", 100'000)).find("nesting depth"), std::string::npos);
  EXPECT_NE(ReasonAgainst("{\"a\":" + Repeated("[", 100'000)).find("Match value must be"), std::string::npos);
  const std::string deep = Repeated("{\"a\":", 900) + "[1]" + Repeated("}", 900);
  EXPECT_TRUE(Pattern(deep).MatchesText(deep));
  EXPECT_FALSE(Pattern("{\"a\":[1]}").MatchesText("{\"a\":" + Repeated("[", 100'000)));
  EXPECT_FALSE(
      Pattern("{\"a\":[1]}").MatchesText("{\"b\":" + Repeated("[", 100'000) + Repeated("]", 100'000) + ",\"a\":1}"));
}

/// Hostile input must not take more than a small multiple of what it takes to read it; the bound is a hundred times what was measured.
class HostilePatternTest : public testing::Test {
 protected:
  ~HostilePatternTest() override { EXPECT_LT(std::chrono::steady_clock::now() - start_, std::chrono::seconds(60)); }
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

TEST_F(HostilePatternTest, WildcardsAreNotExponential) {
  const EventPattern pattern = Pattern(R"({"a":[{"wildcard":"*aab*aac*"}]})");
  EXPECT_FALSE(pattern.MatchesText("{\"a\":\"" + std::string(200'000, 'a') + "\"}"));
  EXPECT_TRUE(pattern.MatchesText("{\"a\":\"" + std::string(200'000, 'a') + "baac\"}"));
}

TEST_F(HostilePatternTest, HowComplexWildcardsAreIsFoundOutQuickly) {
  std::string patterns = "{\"a\":[1]}";
  for (int i = 0; i < 500; ++i)
    patterns += ",{\"b\":[{\"wildcard\":\"" + std::to_string(i) + Repeated("*abcdefghijk", 3) + "\"}]}";
  EXPECT_EQ(ReasonAgainst("{\"$or\":[" + patterns + "]}"), "none");
  EXPECT_EQ(ReasonAgainst("{\"a\":[{\"wildcard\":\"" + std::string(50'000, 'a') + "*\"}]}"), "none");
  std::string many = "1";
  for (int i = 0; i < 5000; ++i) many += ",{\"wildcard\":\"" + std::to_string(i) + "*x*y*z\"}";
  EXPECT_TRUE(ReasonAgainst("{\"a\":[" + many + "]}").starts_with("Rule is too complex"));
}

TEST_F(HostilePatternTest, ArraysWhoseEntriesDoNotFitAreLeftQuickly) {
  const EventPattern pattern = Pattern(R"({"x":{"a":[1],"b":[1]},"y":{"c":[1],"d":[1]}})");
  const std::string halves = "[" + Repeated(R"({"a":1},{"b":1},{"c":1},{"d":1},)", 5000) + "{}]";
  EXPECT_FALSE(pattern.MatchesText("{\"x\":" + halves + ",\"y\":" + halves + "}"));
  const std::string fits = R"([{"c":1},{"a":1,"b":1,"c":1,"d":1}])";
  EXPECT_TRUE(pattern.MatchesText("{\"x\":" + fits + ",\"y\":" + fits + "}"));
}

TEST_F(HostilePatternTest, AnEntryThatFitsIsFoundAmongThousandsThatDoNot) {
  const EventPattern pattern = Pattern(R"({"x":{"a":[1],"b":[1],"c":[1]}})");
  const std::string text =
      "{\"x\":[" + Repeated(R"({"a":1,"b":1},{"a":1,"c":1},{"b":1,"c":1},)", 4000) + R"({"a":1,"b":1,"c":1}]})";
  EXPECT_TRUE(pattern.MatchesText(text));
  EXPECT_TRUE(pattern.Matches(Json::parse(text)));
}

}  // namespace
}  // namespace stratolite::patterns
