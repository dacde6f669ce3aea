#include "stratolite/patterns/filter_policy.hpp"

#include <gtest/gtest.h>

#include <string>

#include "unit/patterns/pattern_files.hpp"

namespace stratolite::patterns {
namespace {

using Scope = FilterPolicy::Scope;

std::string MessageAgainst(const std::string& text, Scope scope = Scope::kMessageAttributes,
                           std::string_view parameter = "FilterPolicy") {
  const auto policy = FilterPolicy::Parse(text, scope, parameter);
  if (policy.ok()) return "none";
  EXPECT_EQ(policy.error().code, "InvalidParameter");
  return policy.error().message;
}

/// `{"name": ["String", "x"]}` as Publish takes it.
Json Attributes(const Json& brief) {
  Json attributes = Json::object();
  for (const auto& [name, typed] : brief.items())
    attributes[name] = {{"DataType", typed[0]}, {"StringValue", typed[1]}};
  return attributes;
}

std::string Values(int count) {
  Json values = Json::array();
  for (int i = 0; i < count; ++i) values.push_back(i);
  return values.dump();
}

TEST(FilterPolicyTest, AttributesAreTakenAsDocumented) {
  const Json table = PatternTable("filter_policies.json");
  for (const Json& entry : table["attributes"]) {
    SCOPED_TRACE(entry["rule"].get<std::string>());
    const auto policy = FilterPolicy::Parse(entry["policy"].dump(), Scope::kMessageAttributes);
    ASSERT_TRUE(policy.ok()) << policy.error().message;
    EXPECT_EQ(policy->scope(), Scope::kMessageAttributes);
    for (const Json& attributes : entry["take"])
      EXPECT_TRUE(policy->MatchesAttributes(Attributes(attributes))) << attributes;
    for (const Json& attributes : entry["leave"])
      EXPECT_FALSE(policy->MatchesAttributes(Attributes(attributes))) << attributes;
  }
}

TEST(FilterPolicyTest, BodiesAreTakenAsDocumented) {
  const Json table = PatternTable("filter_policies.json");
  for (const Json& entry : table["bodies"]) {
    SCOPED_TRACE(entry["rule"].get<std::string>());
    const auto policy = FilterPolicy::Parse(entry["policy"].dump(), Scope::kMessageBody);
    ASSERT_TRUE(policy.ok()) << policy.error().message;
    EXPECT_EQ(policy->scope(), Scope::kMessageBody);
    for (const Json& body : entry["take"]) EXPECT_TRUE(policy->MatchesBody(body.get<std::string>())) << body;
    for (const Json& body : entry["leave"]) EXPECT_FALSE(policy->MatchesBody(body.get<std::string>())) << body;
  }
}

TEST(FilterPolicyTest, WhatIsNoPolicyIsRefusedInAwsWords) {
  const Json table = PatternTable("refused_policies.json");
  for (const Json& entry : table["cases"]) {
    const std::string text = entry["text"];
    std::string expected = entry["message"];
    if (entry.contains("line"))
      expected += "\n at [Source: (String)\"" + text + "\"; line: 1, column: " + entry["line"].dump() + "]";
    EXPECT_EQ(MessageAgainst(text), "Invalid parameter: FilterPolicy: " + expected);
    EXPECT_EQ(MessageAgainst(text, Scope::kMessageAttributes, "Attributes Reason: FilterPolicy"),
              "Invalid parameter: Attributes Reason: FilterPolicy: " + expected);
  }
}

TEST(FilterPolicyTest, ValuesMultiplyToAtMostAHundredAndFifty) {
  const std::string too_complex = "Invalid parameter: FilterPolicy: Filter policy is too complex";
  EXPECT_EQ(MessageAgainst("{\"a\":" + Values(150) + "}"), "none");
  EXPECT_EQ(MessageAgainst("{\"a\":" + Values(151) + "}"), too_complex);
  EXPECT_EQ(MessageAgainst("{\"a\":" + Values(15) + ",\"b\":" + Values(10) + "}"), "none");
  EXPECT_EQ(MessageAgainst("{\"a\":" + Values(16) + ",\"b\":" + Values(10) + "}"), too_complex);
  // A nested key's values count as often as it is deep.
  EXPECT_EQ(MessageAgainst("{\"a\":{\"b\":" + Values(75) + "}}", Scope::kMessageBody), "none");
  EXPECT_EQ(MessageAgainst("{\"a\":{\"b\":" + Values(76) + "}}", Scope::kMessageBody), too_complex);
  // Alternatives add up.
  EXPECT_EQ(MessageAgainst("{\"$or\":[{\"a\":" + Values(100) + "},{\"b\":" + Values(50) + "}]}"), "none");
  EXPECT_EQ(MessageAgainst("{\"$or\":[{\"a\":" + Values(100) + "},{\"b\":" + Values(51) + "}]}"), too_complex);
}

TEST(FilterPolicyTest, AttributesThatAreNullOrMalformedAreNone) {
  const auto policy = FilterPolicy::Parse(R"({"a":[{"exists":false}]})", Scope::kMessageAttributes);
  ASSERT_TRUE(policy.ok());
  EXPECT_TRUE(policy->MatchesAttributes(nullptr));
  EXPECT_TRUE(policy->MatchesAttributes(Json{{"a", "x"}}));
  EXPECT_FALSE(policy->MatchesAttributes(Json{{"a", {{"DataType", "String.Array"}, {"StringValue", "[no array"}}}}));
}

}  // namespace
}  // namespace stratolite::patterns
