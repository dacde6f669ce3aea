#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "stratolite/patterns/event_pattern.hpp"
#include "unit/patterns/pattern_files.hpp"

namespace stratolite::patterns {
namespace {

using Indexes = std::vector<std::size_t>;

PatternSet SetOf(const std::vector<std::string>& texts) {
  std::vector<EventPattern> patterns;
  for (const std::string& text : texts) {
    auto pattern = EventPattern::Parse(text);
    EXPECT_TRUE(pattern.ok()) << text;
    if (pattern.ok()) patterns.push_back(*std::move(pattern));
  }
  return PatternSet(std::move(patterns));
}

TEST(PatternSetTest, FindsEachDocumentedPatternAmongTheOthers) {
  const Json table = PatternTable("event_patterns.json");
  std::vector<EventPattern> patterns;
  for (const Json& entry : table["cases"]) patterns.push_back(*EventPattern::Parse(entry["pattern"].dump()));
  const PatternSet set(patterns);
  for (const Json& entry : table["cases"]) {
    for (const char* outcome : {"match", "miss"}) {
      for (const Json& event : entry[outcome]) {
        Indexes expected;
        for (std::size_t i = 0; i < patterns.size(); ++i) {
          if (patterns[i].Matches(event)) expected.push_back(i);
        }
        EXPECT_EQ(set.Find(event), expected) << event;
        EXPECT_EQ(set.FindText(event.dump()), expected) << event;
      }
    }
  }
}

TEST(PatternSetTest, EqualPatternsAreFoundEachAndBranchesOnce) {
  const PatternSet set = SetOf({R"({"a":[1]})", R"({"$or":[{"a":[1]},{"b":[1]}]})", R"({"a":[1]})", R"({"a":[2]})"});
  EXPECT_EQ(set.Find(Json::parse(R"({"a":1,"b":1})")), (Indexes{0, 1, 2}));
  EXPECT_EQ(set.FindText(R"({"a":[2,1]})"), (Indexes{0, 1, 2, 3}));
}

TEST(PatternSetTest, APatternOfAbsencesOnlyIsFoundInEveryEventWithoutThem) {
  const PatternSet set =
      SetOf({R"({"a":[{"exists":false}]})", R"({"a":[{"exists":false},"x"],"b":[{"exists":true}]})"});
  EXPECT_EQ(set.FindText("{}"), (Indexes{0}));
  EXPECT_EQ(set.FindText(R"({"b":1})"), (Indexes{0, 1}));
  EXPECT_EQ(set.FindText(R"({"a":"x","b":1})"), (Indexes{1}));
}

TEST(PatternSetTest, AnEmptySetFindsNothing) {
  const PatternSet set = SetOf({});
  EXPECT_EQ(set.FindText(R"({"a":1})"), Indexes{});
  EXPECT_EQ(set.FindText("no event"), Indexes{});
}

TEST(PatternSetTest, TenThousandPatternsOfOneKindAreToldApart) {
  std::vector<std::string> texts;
  for (int i = 0; i < 10'000; ++i)
    texts.push_back(R"({"source":["shop"],"detail":{"order":["o-)" + std::to_string(i) + R"("]}})");
  const PatternSet set = SetOf(texts);
  for (const std::size_t i : {0U, 17U, 9'999U}) {
    EXPECT_EQ(set.FindText(R"({"source":"shop","detail":{"order":"o-)" + std::to_string(i) + R"("}})"), (Indexes{i}));
  }
  EXPECT_EQ(set.FindText(R"({"source":"other","detail":{"order":"o-17"}})"), Indexes{});
  EXPECT_EQ(set.FindText(R"({"source":"shop","detail":{"order":"o-10000"}})"), Indexes{});
}

TEST(PatternSetTest, SeveralThreadsMaySearchOneSet) {
  const PatternSet set = SetOf(
      {R"({"a":[{"prefix":"x"}]})", R"({"a":[{"equals-ignore-case":"XY"}]})", R"({"a":[{"cidr":"10.0.0.0/8"}]})"});
  std::vector<Indexes> found(4);
  std::vector<std::thread> threads;
  for (Indexes& one : found) {
    threads.emplace_back([&set, &one] {
      for (int i = 0; i < 200; ++i) one = set.FindText(i % 2 == 0 ? R"({"a":"10.1.2.3"})" : R"({"a":"xY"})");
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Indexes& one : found) EXPECT_EQ(one, (Indexes{0, 1}));
}

}  // namespace
}  // namespace stratolite::patterns
