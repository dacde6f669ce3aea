#include "iam/inline_policy_operations.hpp"

#include "unit/services/iam/users_fixture.hpp"

namespace stratolite::iam {
namespace {

struct InlineHolder {
  std::string what;
  std::size_t limit;
};

/// The same of users, groups and roles.
class InlinePoliciesTest : public UsersAndGroups, public ::testing::WithParamInterface<InlineHolder> {
 protected:
  InlinePoliciesTest() { what_ == "User" ? MakeUser("x") : what_ == "Group" ? MakeGroup("x") : MakeRole("x"); }
  Json Of(Json more = Json::object()) {
    more[what_ + "Name"] = "x";
    return more;
  }
  /// A document of so many characters that count, with white space that does not.
  static std::string DocumentOf(std::size_t size) {
    std::string document =
        R"({ "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::)";
    const std::string end = "\"}]}";
    std::size_t counted = end.size();
    for (const char c : document) counted += c == ' ' ? 0 : 1;
    return document + std::string(size - counted, 'a') + end;
  }

  const std::string what_ = GetParam().what;
};

INSTANTIATE_TEST_SUITE_P(Holders, InlinePoliciesTest,
                         ::testing::Values(InlineHolder{"User", 2048}, InlineHolder{"Group", 5120},
                                           InlineHolder{"Role", 10240}),
                         [](const auto& info) { return info.param.what; });

TEST_P(InlinePoliciesTest, ADocumentComesBackAsItWasSent) {
  const std::string document =
      R"({"Version":"2012-10-17", "Statement":{"Effect":"Allow","Action":"a:B","Resource":"arn:aws:a:::tags/arn%3Aaws+x"}})";
  iam_.MustCall("Put" + what_ + "Policy", Of({{"PolicyName", "p"}, {"PolicyDocument", document}}));
  const Json answer = iam_.MustCall("Get" + what_ + "Policy", Of({{"PolicyName", "p"}}));
  EXPECT_EQ(answer["PolicyName"], "p");
  EXPECT_EQ(answer[what_ + "Name"], "x");
  EXPECT_NE(answer.value("PolicyDocument", "").find("%253Aaws%2Bx"), std::string::npos);
  EXPECT_EQ(PercentDecode(answer.value("PolicyDocument", "")), document);
}

TEST_P(InlinePoliciesTest, AllOfThemTogetherHaveALimit) {
  const std::size_t limit = GetParam().limit;
  const auto put = [&](const char* name, std::size_t size) {
    return iam_.Call("Put" + what_ + "Policy", Of({{"PolicyName", name}, {"PolicyDocument", DocumentOf(size)}}));
  };
  EXPECT_TRUE(put("one", limit - 200).ok());
  EXPECT_TRUE(put("two", 200).ok());
  const Result<Json> third = put("three", 120);
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().code, "LimitExceeded");
  EXPECT_EQ(third.error().message,
            "Maximum policy size of " + std::to_string(limit) + " bytes exceeded for " + AsciiLower(what_) + " x");
  EXPECT_TRUE(put("one", 150).ok());
  EXPECT_TRUE(put("three", 120).ok());
}

TEST_P(InlinePoliciesTest, NamesAreListedInOrderAndByPage) {
  for (const char* name : {"c", "a", "b"}) {
    iam_.MustCall("Put" + what_ + "Policy", Of({{"PolicyName", name}, {"PolicyDocument", kReadThings}}));
  }
  const Json first = iam_.MustCall("List" + what_ + "Policies", Of({{"MaxItems", 2}}));
  EXPECT_EQ(first["PolicyNames"], Json({"a", "b"}));
  EXPECT_EQ(first["IsTruncated"], true);
  const Json second = iam_.MustCall("List" + what_ + "Policies", Of({{"MaxItems", 2}, {"Marker", first["Marker"]}}));
  EXPECT_EQ(second["PolicyNames"], Json({"c"}));
  EXPECT_EQ(second["IsTruncated"], false);
}

TEST_P(InlinePoliciesTest, WhatIsNotThereIsNotFound) {
  const std::string message = "NoSuchEntity: The " + AsciiLower(what_) + " policy with name none cannot be found.";
  EXPECT_EQ(Refusal("Get" + what_ + "Policy", Of({{"PolicyName", "none"}})), message);
  EXPECT_EQ(Refusal("Delete" + what_ + "Policy", Of({{"PolicyName", "none"}})), message);
  EXPECT_EQ(Refusal("List" + what_ + "Policies", {{what_ + "Name", "y"}}),
            "NoSuchEntity: The " + AsciiLower(what_) + " with name y cannot be found.");
}

TEST_P(InlinePoliciesTest, ADocumentThatIsNoneIsRefused) {
  EXPECT_EQ(iam_.ErrorCode("Put" + what_ + "Policy", Of({{"PolicyName", "p"}, {"PolicyDocument", "{}x"}})),
            "MalformedPolicyDocument");
}

}  // namespace
}  // namespace stratolite::iam
