// What AWS said about pairs of events and patterns, where its answers are at hand.

#include <gtest/gtest.h>

#include <string>

#include "stratolite/patterns/event_pattern.hpp"
#include "unit/patterns/pattern_files.hpp"

namespace stratolite::patterns {
namespace {

TEST(EventPatternConformanceTest, EveryRecordedPairIsJudgedAsByAws) {
  const auto files = ConformanceFiles();
  if (files.empty()) GTEST_SKIP() << "no conformance data beside the checkout";
  for (const auto& file : files) {
    const std::string name = file.stem().string();
    SCOPED_TRACE(name);
    const std::string text = PlainJson(ReadWholeFile(file));
    const Json document = Json::parse(text);
    const auto pattern = EventPattern::Parse(MemberText(text, "EventPattern"));
    ASSERT_EQ(pattern.ok(), !name.ends_with("_EXC")) << (pattern.ok() ? "" : pattern.error().message);
    if (!pattern.ok()) {
      EXPECT_EQ(pattern.error().code, "InvalidEventPatternException");
      EXPECT_TRUE(pattern.error().message.starts_with("Event pattern is not valid. Reason: "))
          << pattern.error().message;
      continue;
    }
    EXPECT_EQ(pattern->Matches(document["Event"]), !name.ends_with("_NEG"));
    EXPECT_EQ(pattern->MatchesText(MemberText(text, "Event")), !name.ends_with("_NEG"));
  }
}

}  // namespace
}  // namespace stratolite::patterns
