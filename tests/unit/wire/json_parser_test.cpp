#include "wire/json_parser.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/json.hpp"
#include "unit/wire/sample_model.hpp"

namespace stratolite::wire::internal {
namespace {

class JsonParserTest : public testing::Test {
 protected:
  /// `text` as a document: whatever JSON holds, the tree holds.
  std::optional<Json> Parse(std::string_view text) const {
    JsonReader reader(sample_.shape("Any"), {}, false);
    if (!ParseJson(text, reader)) return std::nullopt;
    return reader.TakeValue();
  }

  const SampleModel sample_{R"("protocol":"json","jsonVersion":"1.0")", "", kSampleShapes};
};

TEST_F(JsonParserTest, AgreesWithTheReferenceParser) {
  for (const std::string_view text :
       {R"({"a":[1,-2,3.5,1e3,-0,0.0,1E-2,true,false,null,"x",{}],"b":[],"":{"c":{"d":"e"}}})", " \t\r\n[ 1 , 2 ] ",
        "\"\"", "0", "-0.5e+10", "[[[[]]]]", R"("\u0041\u00e9\u20ac\ud83d\ude39\b\f\n\r\t\"\\\/")",
        "18446744073709551615", "-9223372036854775808", "123456789012345678901234567890", "1e-400", "\"\x7f\""}) {
    const auto value = Parse(text);
    ASSERT_TRUE(value.has_value()) << text;
    EXPECT_EQ(*value, Json::parse(text)) << text;
  }
}

TEST_F(JsonParserTest, RefusesWhatTheGrammarDoesNotHave) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "[",
                                      "[1",
                                      "[1,",
                                      "[1,]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{\"a\":1,}",
                                      "{a:1}",
                                      "01",
                                      "1.",
                                      ".5",
                                      "-",
                                      "+1",
                                      "1e",
                                      "1e+",
                                      "0x10",
                                      "NaN",
                                      "Infinity",
                                      "tru",
                                      "nulll",
                                      "\"",
                                      "\"\\",
                                      "\"\\x\"",
                                      "\"\\u12\"",
                                      "\"\\u12g4\"",
                                      "\"\\ud800\"",
                                      "\"\\udc00\"",
                                      "\"\\ud800\\u0041\"",
                                      "\"\n\"",
                                      "1 2",
                                      "[1 2]",
                                      "//x\n1",
                                      "\xEF\xBB\xBF{}",
                                      "1e400",
                                      "\"\xff\"",
                                      "\"\xc0\x80\""}) {
    EXPECT_FALSE(Parse(text).has_value()) << text;
  }
  EXPECT_FALSE(Parse(std::string_view("\"a\0b\"", 5)).has_value());
}

TEST_F(JsonParserTest, FindsTheEndOfAStringAtEveryOffset) {
  for (std::size_t length = 0; length < 40; ++length) {
    for (const std::string_view special : {"", "\\\"", "\\\\", "\xC3\xA9"}) {
      for (std::size_t at = 0; at <= length; ++at) {
        std::string text = "\"" + std::string(at, 'x') + std::string(special) + std::string(length - at, 'y') + "\"";
        const auto value = Parse(text);
        ASSERT_TRUE(value.has_value()) << text;
        ASSERT_EQ(*value, Json::parse(text)) << text;
      }
    }
  }
}

TEST_F(JsonParserTest, SeesAControlCharacterAtEveryOffset) {
  for (std::size_t length = 1; length < 24; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      std::string text(length, 'x');
      text[at] = '\x1f';
      EXPECT_FALSE(Parse("\"" + text + "\"").has_value()) << length << " " << at;
    }
  }
}

TEST_F(JsonParserTest, TellsWhereTheTextBreaks) {
  JsonReader reader(sample_.shape("All"), {}, false);
  ASSERT_FALSE(ParseJson(R"({"Int":2ABC})", reader));
  EXPECT_EQ(reader.TakeError().message, "The request body is not valid JSON at offset 8: ABC}");
}

}  // namespace
}  // namespace stratolite::wire::internal
