#include "pipes/input_template.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/json_text.hpp"

namespace stratolite::pipes {
namespace {

PipeEvent TemplateEvent(const std::string& body) {
  PipeEvent event;
  event.view = {{"messageId", "m-1"}, {"body", body}};
  event.text = event.view.dump();
  if (Json parsed = ParseJsonText(body); parsed.is_structured()) event.view["body"] = parsed;
  return event;
}

std::string Rendered(std::string_view text, const std::string& body = R"({"name":"O\"Neil","n":3,"list":[1,"a"]})") {
  PipeVariables variables;
  variables.pipe_arn = "arn:aws:pipes:us-east-1:123456789012:pipe/p";
  variables.pipe_name = "p";
  variables.source_arn = "source";
  variables.target_arn = "target";
  variables.ingestion_time = TimePoint(std::chrono::seconds(1767323045));
  const Result<InputTemplate> parsed = InputTemplate::Parse(text);
  if (!parsed.ok()) return parsed.error().code + ": " + parsed.error().message;
  return parsed->Render(TemplateEvent(body), variables);
}

TEST(InputTemplateTest, ATextWithoutPlaceholdersStays) {
  EXPECT_EQ(Rendered("Hello <b>world</b>, 1 < 2"), "Hello <b>world</b>, 1 < 2");
  EXPECT_EQ(Rendered(R"({"key": "value"})"), R"({"key": "value"})");
}

TEST(InputTemplateTest, StringsInJsonGetQuotesWhereTheyHaveNone) {
  EXPECT_EQ(Rendered(R"({"a": <$.messageId>, "b": "<$.messageId>!", "n": <$.body.n>})"),
            R"({"a": "m-1", "b": "m-1!", "n": 3})");
  EXPECT_EQ(Rendered(R"({"a": <$.body.name>, "b": "\"<$.body.name>\""})"), R"({"a": "O\"Neil", "b": "\"O\"Neil\""})");
  EXPECT_EQ(Rendered(R"([<aws.pipes.pipe-name>, <aws.pipes.source-arn>, "<aws.pipes.target-arn>"])"),
            R"(["p", "source", "target"])");
}

TEST(InputTemplateTest, ObjectsAndListsInJsonStayWhatTheyAre) {
  EXPECT_EQ(Rendered(R"({"all": <$.body.list>, "one": <$.body.list[1]>})"), R"({"all": [1,"a"], "one": "a"})");
  EXPECT_EQ(Rendered(R"({"data": <$.body>})", R"({"key": "value"})"), R"({"data": {"key":"value"}})");
}

TEST(InputTemplateTest, ObjectsWithinATextLoseTheirQuotes) {
  EXPECT_EQ(Rendered(R"({"text": "Body is <$.body>"})", R"({"key": "value"})"), R"({"text": "Body is {key:value}"})");
  EXPECT_EQ(Rendered("<$.body>", R"({"key": "value"})"), "{key:value}");
  const std::string escaped = Rendered(R"({"text": "<$.body>"})", R"({"a": "x\"y\nz"})");
  EXPECT_EQ(escaped, R"({"text": "{a:xy\nz}"})");
  EXPECT_TRUE(ParseJsonText(escaped).is_object());
}

TEST(InputTemplateTest, AStringInATextIsTheText) {
  EXPECT_EQ(Rendered("<$.body>", "just text"), "just text");
  EXPECT_EQ(Rendered("Hello, <$.messageId> of <aws.pipes.pipe-name>"), "Hello, m-1 of p");
  EXPECT_EQ(Rendered("\"Hello, <$.messageId>\""), "\"Hello, m-1\"");
}

TEST(InputTemplateTest, WhatIsNotThereIsEmpty) {
  EXPECT_EQ(Rendered(R"({"a": <$.body.missing>, "b": "<$.body.missing>"})"), R"({"a": "", "b": ""})");
}

TEST(InputTemplateTest, TheEventCanBeWrittenAsTextAndAsJson) {
  const Json json = ParseJsonText(Rendered(R"({"e": <aws.pipes.event.json>, "t": <aws.pipes.event>})", R"({"k": 1})"));
  EXPECT_EQ(json["e"]["body"]["k"], 1);
  ASSERT_TRUE(json["t"].is_string());
  EXPECT_EQ(ParseJsonText(json["t"].get<std::string>())["body"], R"({"k": 1})");
  EXPECT_EQ(Rendered("<aws.pipes.event.ingestion-time>"), "2026-01-02T03:04:05.000Z");
}

TEST(InputTemplateTest, UnknownPathsAndVariablesAreRefused) {
  for (const std::string_view text : {"<$..x>", "<$.x", "<aws.pipes.unknown>", "<$.a[?(@.b)]>", "<aws.pipes.>"}) {
    EXPECT_TRUE(Rendered(text).starts_with("ValidationException: InputTemplate is not valid")) << text;
  }
}

}  // namespace
}  // namespace stratolite::pipes
