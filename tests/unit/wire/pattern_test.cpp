#include "wire/pattern.hpp"

#include <ctime>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "stratolite/wire/model_registry.hpp"

namespace stratolite::wire::internal {
namespace {

bool Matches(std::string_view pattern, std::string_view text) { return Pattern(pattern).Matches(text); }

TEST(PatternTest, TheWholeTextMustMatch) {
  EXPECT_TRUE(Matches("[a-z]+", "abc"));
  EXPECT_FALSE(Matches("[a-z]+", "abc1"));
  EXPECT_FALSE(Matches("[a-z]+", ""));
  EXPECT_TRUE(Matches("^[a-z]+$", "abc"));
  EXPECT_TRUE(Pattern("[a-z]+").Finds("1abc1"));
  EXPECT_FALSE(Pattern("^[a-z]+$").Finds("1abc1"));
}

TEST(PatternTest, JavaUnicodeEscapes) {
  EXPECT_TRUE(Matches(R"([\u0009\u000A\u000D\u0020-\u00FF]+)", "a\tb\xC3\xBF"));
  EXPECT_FALSE(Matches(R"([\u0009\u000A\u000D\u0020-\u00FF]+)", "\x01"));
  EXPECT_TRUE(Matches(R"([\u0020-\uD7FF\uD800\uDC00-\uDBFF\uDFFF]*)", "a\xF0\x9F\x91\x8D"));
  EXPECT_TRUE(Matches(R"((\u002F)|(\u002F[\u0021-\u007E]+\u002F))", "/path/"));
}

TEST(PatternTest, JavaPosixClasses) {
  EXPECT_TRUE(Matches(R"(\p{Print}+)", "a b"));
  EXPECT_FALSE(Matches(R"(\p{Print}+)", "a\tb"));
  EXPECT_TRUE(Matches(R"([\p{Alnum}_]+)", "a_1"));
  EXPECT_TRUE(Matches(R"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)", "\xC3\xA4 1"));
}

TEST(PatternTest, LookaheadsAtTheStart) {
  const Pattern alias(R"((?!^[0-9]+$)([a-zA-Z0-9-_]+))");
  EXPECT_TRUE(alias.supported());
  EXPECT_TRUE(alias.Matches("live-1"));
  EXPECT_FALSE(alias.Matches("123"));
  const Pattern qualifier(R"(((?!^\d+$)^[0-9a-zA-Z-_]+$))");
  EXPECT_TRUE(qualifier.supported());
  EXPECT_FALSE(qualifier.Matches("1"));
  EXPECT_FALSE(qualifier.Matches("$LATEST"));
  EXPECT_TRUE(qualifier.Matches("v1"));
  const Pattern secret(R"(^(?=.{5,2048}$)arn:[a-z]+)");
  EXPECT_TRUE(secret.Matches("arn:a"));
  EXPECT_FALSE(secret.Matches("arn:"));
}

TEST(PatternTest, RepetitionsBeyondRe2sLimitLoseTheirUpperBound) {
  EXPECT_TRUE(Matches("[a-z]{1,2048}", std::string(1500, 'a')));
  EXPECT_FALSE(Matches("[a-z]{1,2048}", ""));
  EXPECT_TRUE(Matches("a{2}", "aa"));
  EXPECT_FALSE(Matches("a{2}", "aaa"));
  EXPECT_TRUE(Matches("[{,}]+", "{}"));
}

TEST(PatternTest, BracesThatAreNoRepetitionAreLeftToTheirMeaning) {
  for (const char* pattern : {"a{1,,}", "a{,,2000}", "a{,}", "a{1,2000", "a{}"}) {
    const Pattern tried(pattern);
    EXPECT_TRUE(!tried.supported() || !tried.Matches("b")) << pattern;
  }
}

TEST(PatternTest, WhatCannotBeMatchedInLinearTimeMatchesEverything) {
  for (const char* pattern :
       {R"(a(?!b)c)", R"((?<!a)b)", R"((a)\1)", "[a-z&&[^b]]", "[a[bc]]", "a++", "(", "(?!a|b", "(?!a)b|c"}) {
    EXPECT_FALSE(Pattern(pattern).supported()) << pattern;
    EXPECT_TRUE(Matches(pattern, "anything"));
  }
}

void CollectPatterns(const Shape& shape, std::set<std::uint32_t>& seen, std::set<std::string>& patterns) {
  if (!seen.insert(shape.id()).second) return;
  if (!shape.pattern().empty()) patterns.insert(std::string(shape.pattern()));
  if (shape.type() == ShapeType::kStructure) {
    for (std::size_t i = 0; i < shape.member_count(); ++i) CollectPatterns(shape.member(i).shape(), seen, patterns);
  } else if (shape.type() == ShapeType::kList) {
    CollectPatterns(shape.element().shape(), seen, patterns);
  } else if (shape.type() == ShapeType::kMap) {
    CollectPatterns(shape.key().shape(), seen, patterns);
    CollectPatterns(shape.value().shape(), seen, patterns);
  }
}

// The honest list of what validation does not check in the models that ship.
TEST(PatternTest, OfTheLinkedModelsOnlyThesePatternsAreLeftOut) {
  std::set<std::string> patterns;
  for (const std::string_view name : LinkedModelNames()) {
    std::set<std::uint32_t> seen;
    const ServiceModel model = *FindLinkedModel(name);
    for (std::size_t i = 0; i < model.operation_count(); ++i) {
      if (const auto input = model.operation(i).input()) CollectPatterns(*input, seen, patterns);
    }
  }
  std::set<std::string> left_out;
  for (const std::string& pattern : patterns) {
    if (!Pattern(pattern).supported()) left_out.insert(pattern);
  }
  const std::set<std::string> expected{
      R"((^(?!(system\x2e)))(^[_a-zA-Z0-9])([^$]*))",
      R"((arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]{1,64})(:((?!\d+$)[0-9a-zA-Z-_]+))?)",
      R"([0-9A-Za-z\.\-_]*(?<!\.))",
      R"(^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$)",
      R"((?!\s*$).+|(\$(\.[\w/_-]+(\[(\d+|\*)\])*)*))",
      R"((?=[/\.\-_A-Za-z0-9]+)((?!aws\.).*)|(\$(\.[\w_-]+(\[(\d+|\*)\])*)*))",
      R"(.*(?=[/\.\-_A-Za-z0-9]+)((?!aws\.).*)|(\$(\.[\w/_-]+(\[(\d+|\*)\])*)*).*)",
  };
  EXPECT_EQ(left_out, expected);
}

TEST(PatternTest, NastyPatternsOnLongTextStayLinear) {
  const Pattern evil("^([0-9]+)+$");
  const std::string text = std::string(1'000'000, '0') + '!';
  // Its own time, whatever else the machine does.
  const std::clock_t start = std::clock();
  EXPECT_FALSE(evil.Matches(text));
  EXPECT_LT(std::clock() - start, 20 * CLOCKS_PER_SEC);
}

TEST(PatternTest, TheCacheServesThreadsAtOnce) {
  PatternCache cache;
  const Pattern* seen[4] = {};
  std::vector<std::thread> threads;
  for (auto& slot : seen) {
    threads.emplace_back([&cache, &slot] {
      for (int i = 0; i < 50; ++i) slot = &cache.Get("[a-z]+" + std::string(static_cast<std::size_t>(i % 5), '?'));
      slot = &cache.Get("[a-z]+");
    });
  }
  for (auto& thread : threads) thread.join();
  for (const Pattern* pattern : seen) EXPECT_EQ(pattern, &cache.Get("[a-z]+"));
}

}  // namespace
}  // namespace stratolite::wire::internal
