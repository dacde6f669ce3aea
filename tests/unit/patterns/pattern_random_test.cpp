// The matchers against the slow and obvious one, with thousands of random patterns and events.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "stratolite/patterns/event_pattern.hpp"
#include "unit/patterns/random_patterns.hpp"
#include "unit/patterns/reference_matcher.hpp"

namespace stratolite::patterns {
namespace {

/// Patterns that are valid, with what they are made of.
struct SetOfPatterns {
  std::vector<Json> documents;
  std::vector<EventPattern> patterns;

  void Add(const Json& document) {
    auto pattern = EventPattern::Parse(document.dump());
    // Some of the random ones hold wildcards that are too complex together.
    if (!pattern.ok()) {
      ASSERT_NE(pattern.error().message.find("Rule is too complex"), std::string::npos)
          << pattern.error().message << "\n"
          << document;
      return;
    }
    documents.push_back(document);
    patterns.push_back(*std::move(pattern));
  }
};

TEST(PatternRandomTest, APatternMatchesWhatTheReferenceSays) {
  RandomPatterns random(1);
  int matches = 0;
  constexpr int kPatterns = 3000;
  constexpr int kEvents = 6;
  for (int i = 0; i < kPatterns; ++i) {
    SetOfPatterns set;
    set.Add(random.Pattern());
    if (set.patterns.empty()) continue;
    for (int j = 0; j < kEvents; ++j) {
      const Json event = random.Event();
      const bool expected = ReferenceMatches(set.documents[0], event);
      matches += expected;
      ASSERT_EQ(set.patterns[0].Matches(event), expected) << set.documents[0] << "\n" << event;
      ASSERT_EQ(set.patterns[0].MatchesText(event.dump()), expected) << set.documents[0] << "\n" << event;
    }
  }
  // Of such pairs both kinds must be plenty, or this says nothing.
  EXPECT_GT(matches, kPatterns * kEvents / 20);
  EXPECT_LT(matches, kPatterns * kEvents * 19 / 20);
}

TEST(PatternRandomTest, ASetFindsThePatternsThatMatch) {
  RandomPatterns random(2);
  std::size_t matches = 0;
  for (int i = 0; i < 150; ++i) {
    SetOfPatterns set;
    for (std::size_t j = random.Below(40); j > 0; --j) set.Add(random.Pattern());
    const PatternSet matcher(set.patterns);
    for (int j = 0; j < 25; ++j) {
      const Json event = random.Event();
      std::vector<std::size_t> expected;
      for (std::size_t k = 0; k < set.documents.size(); ++k) {
        if (ReferenceMatches(set.documents[k], event)) expected.push_back(k);
      }
      matches += expected.size();
      ASSERT_EQ(matcher.Find(event), expected) << event;
      ASSERT_EQ(matcher.FindText(event.dump()), expected) << event;
    }
  }
  EXPECT_GT(matches, 3000U);
}

}  // namespace
}  // namespace stratolite::patterns
