#include "wire/json_codec.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "stratolite/base/json.hpp"
#include "unit/wire/sample_model.hpp"

namespace stratolite::wire::internal {
namespace {

class JsonCodecTest : public testing::Test {
 protected:
  Result<Json> Decode(std::string_view text, const DecodeLimits& limits = {}) const {
    return DecodeJson(all_, text, limits);
  }
  std::string ErrorOf(std::string_view text) const {
    const auto result = Decode(text);
    if (result.ok()) return "decoded: " + result->dump();
    EXPECT_EQ(result.error().code, "SerializationException");
    EXPECT_EQ(result.error().http_status, 400);
    return result.error().message;
  }
  std::string Encode(const Json& value) const { return EncodeJson(all_, value); }

  const SampleModel sample_{R"("protocol":"json","jsonVersion":"1.0","targetPrefix":"Sample")", "", kSampleShapes};
  const Shape all_ = sample_.shape("All");
};

TEST_F(JsonCodecTest, ReadsEveryTypeIntoTheTree) {
  const auto tree = Decode(
      R"({"Text":"a\u00e9\n","Yes":true,"Tiny":-128,"Small":32767,"Int":7,"Long":-9223372036854775808,"Float":1.5,
    "Double":2,"Blob":"AQID","When":1515531081.123,"Iso":"2018-01-09T20:51:21Z","Http":"Tue, 09 Jan 2018 20:51:21 GMT",
    "List":["x",""],"Map":{"k":3},"Child":{"Int":1},"Choice":{"Int":2},"Any":[1,{"x":null}],"wireName":"w"})");
  ASSERT_TRUE(tree.ok()) << tree.error().message;
  EXPECT_EQ((*tree)["Text"], "aé\n");
  EXPECT_EQ((*tree)["Long"].get<std::int64_t>(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ((*tree)["Blob"], Json::binary({1, 2, 3}));
  EXPECT_DOUBLE_EQ((*tree)["When"].get<double>(), 1515531081.123);
  EXPECT_EQ((*tree)["Iso"], 1515531081);
  EXPECT_EQ((*tree)["Http"], 1515531081);
  EXPECT_EQ((*tree)["Any"], Json::parse(R"([1,{"x":null}])"));
  EXPECT_EQ((*tree)["Renamed"], "w");
  EXPECT_FALSE(tree->contains("wireName"));
}

TEST_F(JsonCodecTest, EmptyBodyIsAnEmptyStructure) { EXPECT_EQ(*Decode(""), Json::object()); }

TEST_F(JsonCodecTest, TellsEmptyFromAbsent) {
  const auto tree = Decode(R"({"Text":"","List":[],"Map":{},"Child":{}})");
  ASSERT_TRUE(tree.ok());
  EXPECT_EQ(*tree, Json::parse(R"({"Text":"","List":[],"Map":{},"Child":{}})"));
}

TEST_F(JsonCodecTest, NullMembersAreAbsentAndUnknownOnesSkipped) {
  const auto tree = Decode(R"({"Text":null,"Nope":{"deep":[1,{"x":"y"}]},"Int":1,"List":null})");
  ASSERT_TRUE(tree.ok());
  EXPECT_EQ(*tree, Json::parse(R"({"Int":1})"));
}

TEST_F(JsonCodecTest, SparseListsAndMapsKeepNullsAndDenseOnesRefuseThem) {
  const auto tree = Decode(R"({"Gaps":["a",null],"GapMap":{"k":null}})");
  ASSERT_TRUE(tree.ok());
  EXPECT_EQ(*tree, Json::parse(R"({"Gaps":["a",null],"GapMap":{"k":null}})"));
  EXPECT_NE(ErrorOf(R"({"List":[null]})").find("Null"), std::string::npos);
  EXPECT_NE(ErrorOf(R"({"Map":{"k":null}})").find("Null"), std::string::npos);
}

TEST_F(JsonCodecTest, TheLastOfDuplicatesWins) { EXPECT_EQ((*Decode(R"({"Int":1,"Int":2})"))["Int"], 2); }

TEST_F(JsonCodecTest, WordsMismatchesAsAwsDoes) {
  EXPECT_EQ(ErrorOf(R"({"Int":"1"})"), "STRING_VALUE can not be converted to an Integer");
  EXPECT_EQ(ErrorOf(R"({"Text":1})"), "NUMBER_VALUE can not be converted to a String");
  EXPECT_EQ(ErrorOf(R"({"Text":true})"), "TRUE_VALUE can not be converted to a String");
  EXPECT_EQ(ErrorOf(R"({"Text":{}})"), "Start of structure or map found where not expected.");
  EXPECT_EQ(ErrorOf(R"({"Text":[]})"), "Start of list found where not expected");
  EXPECT_EQ(ErrorOf(R"({"List":"a"})"), "Expected list or null");
}

TEST_F(JsonCodecTest, RefusesNumbersOutsideTheirType) {
  EXPECT_NE(ErrorOf(R"({"Tiny":128})").find("a Byte"), std::string::npos);
  EXPECT_NE(ErrorOf(R"({"Small":-32769})").find("a Short"), std::string::npos);
  EXPECT_NE(ErrorOf(R"({"Int":2147483648})").find("an Integer"), std::string::npos);
  EXPECT_NE(ErrorOf(R"({"Long":9223372036854775808})").find("a Long"), std::string::npos);
  EXPECT_NE(ErrorOf(R"({"Int":1.5})").find("an Integer"), std::string::npos);
  EXPECT_NE(ErrorOf(R"({"Double":1e999})").find("not valid JSON"), std::string::npos);
  EXPECT_EQ((*Decode(R"({"Int":1e2})"))["Int"], 100);
  EXPECT_EQ((*Decode(R"({"Huge":18446744073709551615})"))["Huge"].get<std::uint64_t>(),
            std::numeric_limits<std::uint64_t>::max());
}

TEST_F(JsonCodecTest, AFloatThatNeedsADoubleIsWrittenAsItWasRead) {
  const auto tree = Decode(R"({"Float":4e46})");
  ASSERT_TRUE(tree.ok());
  EXPECT_EQ(Encode(*tree), R"({"Float":4e+46})");
}

TEST_F(JsonCodecTest, SpecialFloatsAreStringsOnTheWire) {
  const auto tree = Decode(R"({"Float":"NaN","Double":"-Infinity"})");
  ASSERT_TRUE(tree.ok());
  EXPECT_TRUE(std::isnan((*tree)["Float"].get<double>()));
  EXPECT_EQ((*tree)["Double"].get<double>(), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(Encode(*tree), R"({"Double":"-Infinity","Float":"NaN"})");
  EXPECT_NE(ErrorOf(R"({"Int":"NaN"})"), "");
}

TEST_F(JsonCodecTest, AUnionHasExactlyOneMember) {
  EXPECT_TRUE(Decode(R"({"Choice":{"__type":"x","Int":2}})").ok());
  for (const auto* text : {R"({"Choice":{}})", R"({"Choice":{"Int":null}})", R"({"Choice":{"Int":1,"Text":"x"}})",
                           R"({"Choice":{"Int":1,"Other":2}})", R"({"Choice":{"Other":2}})"}) {
    EXPECT_EQ(ErrorOf(text), "Exactly one member of a union must be set") << text;
  }
}

TEST_F(JsonCodecTest, RefusesWhatIsNotAnObject) {
  for (const auto* text :
       {"null", "10", "[{}]", "\"x\"", "{[", "{\"Int\":1}x", "{'Int':1}", "{\"Int\":1,}", "{\"Int\" 1}"}) {
    EXPECT_FALSE(Decode(text).ok()) << text;
  }
}

TEST_F(JsonCodecTest, RefusesInvalidUtf8) {
  EXPECT_FALSE(Decode("{\"Text\":\"\xC3\x28\"}").ok());
  EXPECT_FALSE(Decode("{\"Text\":\"\xED\xA0\x80\"}").ok());
  EXPECT_FALSE(Decode(R"({"Text":"\ud800"})").ok());
}

TEST_F(JsonCodecTest, RefusesMalformedBase64AndTimestamps) {
  EXPECT_EQ(ErrorOf(R"({"Blob":"xyz"})"), "Invalid Base64 in a Blob");
  EXPECT_NE(ErrorOf(R"({"Iso":"yesterday"})"), "");
  EXPECT_NE(ErrorOf(R"({"Iso":1515531081})"), "");
  EXPECT_NE(ErrorOf(R"({"When":"2018-01-09T20:51:21Z"})"), "");
}

TEST_F(JsonCodecTest, DeepNestingEndsInAnErrorWhereverItHides) {
  const std::string deep(10'000, '[');
  EXPECT_EQ(ErrorOf(R"({"Any":)" + deep), "Nesting is too deep");
  EXPECT_EQ(ErrorOf(R"({"Unknown":)" + deep), "Nesting is too deep");
  std::string children;
  for (int i = 0; i < 10'000; ++i) children += R"({"Child":)";
  EXPECT_EQ(ErrorOf(children), "Nesting is too deep");
}

TEST_F(JsonCodecTest, WritesEveryType) {
  const Json value = {
      {"Text", "q\"\\\n\x01é"}, {"Yes", false},           {"Long", std::numeric_limits<std::int64_t>::max()},
      {"Double", 3.0},          {"Float", 1.1},           {"Blob", Json::binary({1, 2, 3})},
      {"When", 1515531081.5},   {"Iso", 1515531081},      {"Http", 1515531081},
      {"List", {"a", "b"}},     {"Map", {{"k", 1}}},      {"Gaps", {"a", nullptr}},
      {"Renamed", "w"},         {"Any", {{"x", nullptr}}}};
  EXPECT_EQ(Encode(value),
            "{\"Any\":{\"x\":null},\"Blob\":\"AQID\",\"Double\":3.0,\"Float\":1.1,\"Gaps\":[\"a\",null],"
            "\"Http\":\"Tue, 09 Jan 2018 20:51:21 GMT\",\"Iso\":\"2018-01-09T20:51:21Z\",\"List\":[\"a\",\"b\"],"
            "\"Long\":9223372036854775807,\"Map\":{\"k\":1},\"wireName\":\"w\",\"Text\":\"q\\\"\\\\\\n\\u0001é\","
            "\"When\":1515531081.5,\"Yes\":false}");
}

TEST_F(JsonCodecTest, TimestampsHaveNoExponent) {
  EXPECT_EQ(Encode({{"When", 1.7e9}}), R"({"When":1700000000})");
  EXPECT_EQ(Encode({{"When", 1700000000.001}}), R"({"When":1700000000.001})");
}

TEST_F(JsonCodecTest, BrokenUtf8InAnAnswerBecomesReplacementCharacters) {
  EXPECT_EQ(Encode({{"Text",
                     "a\xFF"
                     "b"}}),
            "{\"Text\":\"a\xEF\xBF\xBD"
            "b\"}");
}

TEST_F(JsonCodecTest, AbsentMembersAreNotWritten) { EXPECT_EQ(Encode({{"Text", nullptr}}), "{}"); }

}  // namespace
}  // namespace stratolite::wire::internal
