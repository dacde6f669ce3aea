#include "s3/post_form_policy.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/encoding.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kExpiration = "2999-01-01T00:00:00.000Z";

Result<PostFormPolicy> PolicyOf(Json conditions) {
  return PostFormPolicy::Parse(
      Base64Encode(Json{{"expiration", kExpiration}, {"conditions", std::move(conditions)}}.dump()));
}

std::string Refusal(Json conditions, const std::vector<FormField>& fields) {
  const auto policy = PolicyOf(std::move(conditions));
  if (!policy.ok()) return policy.error().message;
  const auto checked = policy->Check(fields, "bucket");
  return checked.ok() ? "" : checked.error().message;
}

TEST(PostFormPolicyTest, EveryFieldNeedsACondition) {
  const std::vector<FormField> fields = {{"Key", "a"}, {"policy", "x"}, {"X-Amz-Signature", "x"}, {"x-ignore-a", "x"}};
  EXPECT_EQ(Refusal({{{"key", "a"}}, {{"bucket", "bucket"}}}, fields), "");
  EXPECT_EQ(Refusal(Json::array(), fields), "Invalid according to Policy: Extra input fields: key");
}

TEST(PostFormPolicyTest, ConditionsAreTriplesOrObjects) {
  const std::vector<FormField> fields = {{"key", "user/a"}};
  EXPECT_EQ(Refusal({Json::array({"starts-with", "$key", "user/"})}, fields), "");
  EXPECT_EQ(Refusal({Json::array({"eq", "$key", "user/"})}, fields),
            "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$key\", \"user/\"]");
  EXPECT_EQ(Refusal({{{"key", "b"}}}, fields),
            "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$key\", \"b\"]");
  EXPECT_FALSE(PolicyOf({Json::array({"eq", "key", "a"})}).ok());
  EXPECT_FALSE(PolicyOf({"eq"}).ok());
}

TEST(PostFormPolicyTest, RangesOfSizesNarrowEachOther) {
  const auto policy =
      PolicyOf({Json::array({"content-length-range", 1, "100"}), Json::array({"content-length-range", "10", 1000})});
  ASSERT_TRUE(policy.ok());
  EXPECT_EQ(policy->limits().least, 10U);
  EXPECT_EQ(policy->limits().most, 100U);
  EXPECT_EQ(Refusal({Json::array({"content-length-range", -1, 10})}, {}),
            "Invalid according to Policy: Policy Condition failed: [\"content-length-range\", \"-1\", \"10\"]");
}

TEST(PostFormPolicyTest, WhatIsNoPolicyIsRefused) {
  for (const std::string& text :
       {std::string("*"), Base64Encode("{"), Base64Encode("[]"), Base64Encode("{\"conditions\":[]}"),
        Base64Encode("{\"expiration\":\"soon\",\"conditions\":[]}")}) {
    const auto policy = PostFormPolicy::Parse(text);
    ASSERT_FALSE(policy.ok()) << text;
    EXPECT_EQ(policy.error().code, "InvalidPolicyDocument") << text;
  }
}

}  // namespace
}  // namespace stratolite::s3
