#include "stratolite/base/json_text.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/json.hpp"

namespace stratolite {
namespace {

std::string Nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonTextTest, IsParsedOrDiscarded) {
  EXPECT_EQ(ParseJsonText(R"({"a":[1,"b"]})"), Json::parse(R"({"a":[1,"b"]})"));
  for (const char* text : {"", "{", "nope", "[1] 2", "\"\xFF\""})
    EXPECT_TRUE(ParseJsonText(text).is_discarded()) << text;
}

TEST(JsonTextTest, ANulIsNoEndOfTheText) {
  using namespace std::string_view_literals;
  for (const std::string_view text : {"{}\0"sv, "{}\0{"sv, "\0"sv, "[1,\0 2]"sv, "\"a\0b\""sv})
    EXPECT_TRUE(ParseJsonText(text).is_discarded()) << text;
}

TEST(JsonTextTest, NestingIsBounded) {
  EXPECT_FALSE(ParseJsonText(Nested(kMaxJsonNesting)).is_discarded());
  EXPECT_TRUE(ParseJsonText(Nested(kMaxJsonNesting + 1)).is_discarded());
  EXPECT_TRUE(ParseJsonText(R"({"a":)" + Nested(1'000'000) + "}").is_discarded());
}

TEST(JsonTextTest, BracketsWithinStringsDoNotNest) {
  EXPECT_TRUE(ParseJsonText("\"" + std::string(1000, '[') + "\"").is_string());
  EXPECT_TRUE(ParseJsonText(R"({"a\"":"\\)" + std::string(1000, '{') + "\"}").is_object());
}

}  // namespace
}  // namespace stratolite
