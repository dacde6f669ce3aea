#include "sqs/message_attributes.hpp"

#include <gtest/gtest.h>

namespace stratolite::sqs {
namespace {

Json Text(const char* value, const char* type = "String") { return {{"DataType", type}, {"StringValue", value}}; }
Json Blob(std::string value) {
  return {{"DataType", "Binary"}, {"BinaryValue", Json::binary({value.begin(), value.end()})}};
}

std::string MessageOf(const Json& attributes) {
  const Result<void> outcome = CheckMessageAttributes(attributes);
  return outcome.ok() ? "" : outcome.error().message;
}

TEST(MessageAttributes, DigestsAreThoseOfAws) {
  EXPECT_EQ(Md5OfAttributes({{"Help.Me", Text("Me")}, {"Hello", Text("There")}, {"General", Text("Kenobi")}}),
            "4c360f3fdafd970e05fae2f149d997f5");
  EXPECT_EQ(Md5OfAttributes({{"timestamp", Text("1493147359900", "Number")}}), "235c5c510d26fb653d073faed50ae77c");
  EXPECT_EQ(Md5OfAttributes({{"AWSTraceHeader",
                              Text("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")}}),
            "5ae4d5d7636402d80f4eb6d213245a88");
}

TEST(MessageAttributes, BinaryValuesAreDigestedAsSuch) {
  // Field by field: length, name; length, type; kind 2; length, value.
  EXPECT_EQ(Md5OfAttributes({{"a", Blob(std::string("\0\1", 2))}}),
            Md5OfAttributes({{"a", Blob(std::string("\0\1", 2))}}));
  EXPECT_NE(Md5OfAttributes({{"a", Blob("x")}}), Md5OfAttributes({{"a", Text("x", "Binary")}}));
}

TEST(MessageAttributes, SurviveTheStore) {
  const Json attributes = {
      {"text", Text("ü")}, {"number", Text("1e3", "Number.float")}, {"blob", Blob(std::string("\0\xff", 2))}};
  EXPECT_EQ(RestoreAttributes(StoreAttributes(attributes)), attributes);
  EXPECT_EQ(StoreAttributes(Json::object()), "");
  EXPECT_EQ(RestoreAttributes(""), Json::object());
}

TEST(MessageAttributes, CountNamesTypesAndValues) {
  EXPECT_EQ(SizeOfAttributes({{"k", Text("x")}}), 8);
  EXPECT_EQ(SizeOfAttributes({{"k", Blob("abc")}}), 10);
  EXPECT_EQ(SizeOfAttributes(Json::object()), 0);
}

TEST(MessageAttributes, GoodNamesAndTypesPass) {
  EXPECT_EQ(MessageOf({{"attr.1øßä", Text("v")},
                       {"a-b_c", Text("1", "Number")},
                       {"x", Text("v", "String.json")},
                       {"n", Text("-1.5E+3", "Number")}}),
            "");
  EXPECT_EQ(MessageOf({{std::string(256, 'a'), Text("v")}}), "");
}

TEST(MessageAttributes, BadNamesAreRefused) {
  for (const char* name : {".a", "a.", "a..b", "aWs.a", "AMAZON.a", "a!b", "a\"b", "a§b", "a(b", "a?b", "a b", ""}) {
    EXPECT_NE(MessageOf({{name, Text("v")}}), "") << name;
  }
  EXPECT_EQ(MessageOf({{std::string(257, 'a'), Text("v")}}),
            "Message (user) attribute name must be shorter than 256 bytes.");
}

TEST(MessageAttributes, BadValuesAreRefusedInAwsWords) {
  EXPECT_EQ(MessageOf({{"ErrorDetails", Text("")}}),
            "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.");
  EXPECT_EQ(MessageOf({{"a", Text("one", "Number")}}),
            "Can't cast the value of message (user) attribute 'a' to a number.");
  EXPECT_EQ(MessageOf({{"a", Text("v", "Invalid")}}),
            "The type of message (user) attribute 'a' is invalid. You must use only the following supported type "
            "prefixes: Binary, Number, String.");
  EXPECT_NE(MessageOf({{"a", Text("v", "Stringy")}}), "");
  EXPECT_NE(MessageOf({{"a", {{"DataType", "StringList"}, {"StringListValues", {"a"}}}}}), "");
  EXPECT_NE(MessageOf({{"a", Text("\b")}}), "");
  EXPECT_NE(MessageOf({{"a", Text("inf", "Number")}}), "");
  Json eleven = Json::object();
  for (int i = 0; i < 11; ++i) eleven["a" + std::to_string(i)] = Text("v");
  EXPECT_EQ(MessageOf(eleven), "Number of message attributes [11] exceeds the allowed maximum [10].");
}

TEST(MessageAttributes, FiltersAreNamesPrefixesAndAll) {
  EXPECT_TRUE(MatchesFilter("a", {"x", "a"}));
  EXPECT_TRUE(MatchesFilter("a", {"All"}));
  EXPECT_TRUE(MatchesFilter("a", {".*"}));
  EXPECT_TRUE(MatchesFilter("a", {"*"}));
  EXPECT_TRUE(MatchesFilter("Help.Me", {"Hel.*"}));
  EXPECT_FALSE(MatchesFilter("Help.Me", {"Help"}));
  EXPECT_FALSE(MatchesFilter("a", {}));
  EXPECT_FALSE(MatchesFilter("a", {"AWS.", "..foo"}));
}

TEST(MessageAttributes, OnlyCharactersOfXmlAreAllowed) {
  EXPECT_TRUE(HasOnlyAllowedCharacters("tab\tline\r\n \xF0\x9F\x98\x80 \xEF\xBF\xBD ü"));
  for (const std::string_view text : {std::string_view("\0", 1), std::string_view("\x01"), std::string_view("\x1f"),
                                      std::string_view("\xEF\xBF\xBE"), std::string_view("a\xEF\xBF\xBF")}) {
    EXPECT_FALSE(HasOnlyAllowedCharacters(text));
  }
}

}  // namespace
}  // namespace stratolite::sqs
