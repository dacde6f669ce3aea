#include "events_fixture.hpp"

namespace stratolite::events {
namespace {

class EventsPolicyTest : public EventsTest {
 protected:
  void Permit(const std::string& id, const std::string& principal) {
    events_.MustCall("PutPermission", {{"Action", "events:PutEvents"}, {"Principal", principal}, {"StatementId", id}});
  }
  Json Policy() {
    const Json described = events_.MustCall("DescribeEventBus");
    return described.contains("Policy") ? Json::parse(described["Policy"].get<std::string>()) : Json(nullptr);
  }
};

TEST_F(EventsPolicyTest, APermissionIsAStatement) {
  Permit("one", "111122223333");
  EXPECT_EQ(Policy(), Json::parse(R"({"Version": "2012-10-17", "Statement": [{"Sid": "one", "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "events:PutEvents",
      "Resource": "arn:aws:events:us-east-1:123456789012:event-bus/default"}]})"));
}

TEST_F(EventsPolicyTest, APermissionOfTheSameIdReplacesTheOldOne) {
  Permit("one", "111122223333");
  Permit("two", "222233334444");
  Permit("one", "*");
  ASSERT_EQ(Policy()["Statement"].size(), 2U);
  EXPECT_EQ(Policy()["Statement"][0]["Principal"], "*");
  Permit("three", "*");
  EXPECT_EQ(Policy()["Statement"].size(), 2U);
}

TEST_F(EventsPolicyTest, AConditionNarrowsAPermission) {
  events_.MustCall("PutPermission",
                   {{"Action", "events:PutEvents"},
                    {"Principal", "*"},
                    {"StatementId", "org"},
                    {"Condition", {{"Type", "StringEquals"}, {"Key", "aws:PrincipalOrgID"}, {"Value", "o-1"}}}});
  EXPECT_EQ(Policy()["Statement"][0]["Condition"]["StringEquals"]["aws:PrincipalOrgID"], "o-1");
}

TEST_F(EventsPolicyTest, AWholePolicyReplacesAllPermissions) {
  Permit("one", "111122223333");
  const std::string text = R"({"Version":"2012-10-17", "Statement":[{"Sid":"mine","Effect":"Deny"}]})";
  events_.MustCall("PutPermission", {{"Policy", text}});
  EXPECT_EQ(events_.MustCall("DescribeEventBus")["Policy"], text);
  for (const char* wrong :
       {"{", "[]", "{}", R"({"Statement":["x"]})", R"({"Statement":[{"Sid":1}]})", R"({"Statement":1})"})
    EXPECT_EQ(Message("PutPermission", {{"Policy", wrong}}), "This policy contains invalid Json") << wrong;
  EXPECT_EQ(events_.ErrorCode("PutPermission", {{"Policy", text}, {"StatementId", "x"}}), "ValidationException");
  const std::string long_text = R"({"Statement":[{"Sid":")" + std::string(11000, 'x') + R"("}]})";
  EXPECT_EQ(events_.ErrorCode("PutPermission", {{"Policy", long_text}}), "PolicyLengthExceededException");
}

TEST_F(EventsPolicyTest, PermissionsAreRemovedOneByOneOrAll) {
  Permit("one", "111122223333");
  Permit("two", "222233334444");
  events_.MustCall("RemovePermission", {{"StatementId", "one"}});
  EXPECT_EQ(Policy()["Statement"].size(), 1U);
  EXPECT_EQ(Message("RemovePermission", {{"StatementId", "one"}}), "Statement with the provided id does not exist.");
  events_.MustCall("RemovePermission", {{"StatementId", "two"}});
  EXPECT_EQ(Policy(), nullptr);
  EXPECT_EQ(Message("RemovePermission", {{"StatementId", "one"}}), "Statement with the provided id does not exist.");
  Permit("three", "*");
  events_.MustCall("RemovePermission", {{"RemoveAllPermissions", true}});
  EXPECT_EQ(Policy(), nullptr);
}

TEST_F(EventsPolicyTest, WhatIsNoPermissionIsRefused) {
  EXPECT_EQ(Message("PutPermission", {{"EventBusName", "none"}, {"Policy", R"({"Statement":[]})"}}),
            "Event bus none does not exist.");
  EXPECT_EQ(Message("PutPermission", {{"Action", "events:ListRules"}, {"Principal", "*"}, {"StatementId", "x"}}),
            "Provided value in parameter 'action' is not supported.");
  EXPECT_EQ(Message("PutPermission", {{"Action", "events:PutEvents"}, {"Principal", "*"}}),
            "Parameter StatementId must be specified.");
  EXPECT_EQ(events_.ErrorCode("RemovePermission"), "ValidationException");
}

}  // namespace
}  // namespace stratolite::events
