#include "events/input_transformer.hpp"

#include <gtest/gtest.h>

#include "events/json_slices.hpp"

namespace stratolite::events {
namespace {

using namespace std::chrono_literals;

Event Sample(std::string_view detail) {
  Event::Parts parts{.id = "id-1",
                     .detail_type = "thing done",
                     .source = "shop",
                     .account = "123456789012",
                     .region = "us-east-1",
                     .time = TimePoint(1700000000s),
                     .resources = {"r1"},
                     .detail = detail};
  return *MakeEvent(std::move(parts), TimePoint(1700000005s + 250ms));
}

constexpr std::string_view kDetail =
    R"({"command": "update", "payload": {"acc": "0a-1", "sf": "baz"}, "single": ["HIGH"], "multi": ["ON", "OFF"],)"
    R"( "user": "u-1", "ok": true, "n": 1.50, "none": null, "quote": "say \"hi\"\n", "list": [{"x": 1}, {"x": "b"}]})";

struct Case {
  std::string text;
  std::string result;
};

class InputTransformerTest : public ::testing::TestWithParam<Case> {};

std::string TransformSample(const std::string& text) {
  Rule rule;
  rule.name = "rule-1";
  rule.arn = "arn:aws:events:us-east-1:123456789012:rule/rule-1";
  Target target;
  target.document = {{"InputTransformer",
                      {{"InputPathsMap",
                        {{"command", "$.detail.command"},
                         {"payload", "$.detail.payload"},
                         {"single", "$.detail.single"},
                         {"multi", "$.detail.multi"},
                         {"user", "$.detail.user"},
                         {"ok", "$.detail.ok"},
                         {"n", "$.detail.n"},
                         {"none", "$.detail.none"},
                         {"quote", "$.detail.quote"},
                         {"xs", "$.detail.list[*].x"},
                         {"second", "$.detail.list[1].x"},
                         {"missing", "$.detail.nothing"},
                         {"type", "$.detail-type"}}},
                       {"InputTemplate", text}}}};
  return InputFor(Sample(kDetail), rule, target);
}

TEST_P(InputTransformerTest, GivesWhatTheTemplateSays) {
  EXPECT_EQ(TransformSample(GetParam().text), GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(
    Templates, InputTransformerTest,
    ::testing::Values(
        // Outside strings a variable is JSON, within them it stands without quotation marks, as recorded on AWS.
        Case{R"({"id" : <user>})", R"({"id" : "u-1"})"}, Case{R"({"id" : "<user>"})", R"({"id" : "u-1"})"},
        Case{R"("Payload of <payload> with <user> and <user>")", R"("Payload of {acc:0a-1,sf:baz} with u-1 and u-1")"},
        Case{R"("<multi> multiple")", R"("[ON,OFF] multiple")"}, Case{R"({"one": <single>})", R"({"one": ["HIGH"]})"},
        Case{R"("<single> one <missing> none")", R"("[HIGH] one  none")"},
        Case{R"({"command": <missing>, "t": <type>})", R"({"command": "", "t": "thing done"})"},
        Case{R"("ok is <ok>, n is <n>, none is <none>!")", R"("ok is true, n is 1.50, none is null!")"},
        Case{R"({"ok": <ok>, "n": <n>, "none": <none>})", R"({"ok": true, "n": 1.50, "none": null})"},
        Case{"\"<user> a\"\n\"<user> b\"", "\"u-1 a\"\n\"u-1 b\""},
        Case{R"({"text": "it is \"<user>\""})", R"({"text": "it is \"u-1\""})"},
        Case{R"({"a": "<quote>", "b": <quote>})", R"({"a": "say \"hi\"\n", "b": "say \"hi\"\n"})"},
        Case{R"({"xs": <xs>, "second": <second>})", R"({"xs": [1,"b"], "second": "b"})"},
        Case{R"({"a": [<user>, "fixed"], "b": {"c": "x/<user>/y/<user>"}})",
             R"({"a": ["u-1", "fixed"], "b": {"c": "x/u-1/y/u-1"}})"},
        Case{R"("<aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>")",
             R"("arn:aws:events:us-east-1:123456789012:rule/rule-1 rule-1 2023-11-14T22:13:25Z")"},
        Case{R"({"e": <aws.events.event>})",
             R"({"e": {"version":"0","id":"id-1","detailType":"thing done","source":"shop","account":"123456789012",)"
             R"("time":"2023-11-14T22:13:20Z","region":"us-east-1","resources":["r1"]}})"},
        // What is no variable stays as it is.
        Case{R"("a < b > c <unknown> <")", R"("a < b > c <unknown> <")"}));

TEST(EventInput, TheWholeEventCanBeAskedFor) {
  const Json made = Json::parse(TransformSample(R"({"e": <aws.events.event.json>})"));
  EXPECT_EQ(made["e"]["detail"], Json::parse(kDetail));
  EXPECT_EQ(made["e"]["detail-type"], "thing done");
}

TEST(EventInput, APathTakesAPartAsItIsSpelled) {
  Target target;
  const auto at = [&](const std::string& path) {
    target.document = {{"InputPath", path}};
    return InputFor(Sample(R"({"b": {"z": 1.0, "a": [ {"k": "v"} ]}, "e\u00e9": 2})"), {}, target);
  };
  EXPECT_EQ(at("$.detail.b"), R"({"z":1.0,"a":[{"k":"v"}]})");
  EXPECT_EQ(at("$.detail.b.a[0].k"), R"("v")");
  EXPECT_EQ(at("$.detail.b.z"), "1.0");
  EXPECT_EQ(at("$.detail['eé']"), "2");
  EXPECT_EQ(at("$.account"), R"("123456789012")");
}

TEST(EventInput, ParametersOfCallsMayNamePartsOfTheEvent) {
  Target target;
  target.document = {
      {"HttpParameters",
       {{"PathParameterValues", {"$.detail.id", "fixed"}}, {"HeaderParameters", {{"X-Name", "$.detail.name"}}}}}};
  EXPECT_EQ(HttpParametersFor(Sample(R"({"id": 5, "name": "n \"q\""})"), target),
            (Json{{"PathParameterValues", {"5", "fixed"}}, {"HeaderParameters", {{"X-Name", "n \"q\""}}}}));
  target.document = Json::object();
  EXPECT_TRUE(HttpParametersFor(Sample("{}"), target).is_null());
}

TEST(JsonSlices, OnlyWhiteSpaceBetweenTokensGoes) {
  EXPECT_EQ(CompactJson(" { \"a b\" : [ 1 ,\n\t2.0e1 ] , \"c\\\" d\" : \" x \" } "),
            R"({"a b":[1,2.0e1],"c\" d":" x "})");
}

TEST(JsonSlices, TheLastOfTwoMembersWithOneNameCounts) {
  EXPECT_EQ(FindInJson(R"({"a":1,"a":2})", *patterns::JsonPath::Parse("$.a")), "2");
  EXPECT_EQ(FindInJson(R"({"\u0061":3})", *patterns::JsonPath::Parse("$.a")), "3");
  EXPECT_EQ(FindInJson(R"({"b":3})", *patterns::JsonPath::Parse("$.a")), std::nullopt);
}

}  // namespace
}  // namespace stratolite::events
