#include "auth/policy/glob.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "auth/policy/action_set.hpp"

namespace stratolite::auth::language {
namespace {

/// The definition, by recursion.
bool NaiveMatch(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    for (std::size_t taken = 0; taken <= text.size(); ++taken) {
      if (NaiveMatch(pattern.substr(1), text.substr(taken))) return true;
    }
    return false;
  }
  if (text.empty() || (pattern.front() != '?' && pattern.front() != text.front())) return false;
  return NaiveMatch(pattern.substr(1), text.substr(1));
}

std::string RandomText(std::mt19937& random, std::string_view alphabet, std::size_t most) {
  std::string text;
  const std::size_t size = random() % (most + 1);
  for (std::size_t i = 0; i < size; ++i) text += alphabet[random() % alphabet.size()];
  return text;
}

TEST(Glob, MatchesWhatTheDefinitionMatches) {
  std::mt19937 random(7);
  int matched = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::string pattern = RandomText(random, "ab*?", 7);
    const std::string text = RandomText(random, "ab", 9);
    const bool expected = NaiveMatch(pattern, text);
    ASSERT_EQ(Glob(WildcardTokens(pattern)).Matches(text), expected) << pattern << " against " << text;
    matched += expected ? 1 : 0;
  }
  EXPECT_GT(matched, 2'000);
}

TEST(Glob, QuestionMarkIsACharacterHoweverManyBytesItHas) {
  EXPECT_TRUE(Glob(WildcardTokens("a?c")).Matches("aéc"));
  EXPECT_TRUE(Glob(WildcardTokens("*?c")).Matches("éc"));
  EXPECT_FALSE(Glob(WildcardTokens("a??c")).Matches("aéc"));
}

TEST(Glob, LiteralTokensAreNoWildcards) {
  EXPECT_TRUE(Glob(LiteralTokens("a*?")).Matches("a*?"));
  EXPECT_FALSE(Glob(LiteralTokens("a*?")).Matches("abc"));
}

TEST(Glob, ManyStarsTakeBoundedTime) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "a*";
  EXPECT_FALSE(Glob(WildcardTokens(pattern + "b")).Matches(std::string(4'000, 'a')));
}

TEST(ActionSet, ContainsWhatOneOfItsPatternsMatches) {
  std::mt19937 random(11);
  int contained = 0;
  for (int i = 0; i < 5'000; ++i) {
    ActionSet set;
    std::vector<std::string> patterns;
    for (std::size_t n = random() % 12; n > 0; --n) {
      patterns.push_back("s:" + RandomText(random, "abAB*", 5));
      set.Add(patterns.back());
    }
    set.Finish();
    const std::string action = "s:" + RandomText(random, "ab", 6);
    bool expected = false;
    for (std::string pattern : patterns) {
      for (char& c : pattern) c = c == 'A' ? 'a' : c == 'B' ? 'b' : c;
      expected = expected || NaiveMatch(pattern, action);
    }
    ASSERT_EQ(set.Contains(action), expected) << action << " in " << ::testing::PrintToString(patterns);
    contained += expected ? 1 : 0;
  }
  EXPECT_GT(contained, 500);
}

}  // namespace
}  // namespace stratolite::auth::language
