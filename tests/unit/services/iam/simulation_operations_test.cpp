#include <gtest/gtest.h>

#include <fmt/format.h>

#include "unit/services/iam/iam_fixture.hpp"

namespace stratolite::iam {
namespace {

std::string PolicyOfStatement(std::string_view statement) {
  return fmt::format(R"({{"Version":"2012-10-17","Statement":[{}]}})", statement);
}
const std::string kReads = PolicyOfStatement(R"({"Effect":"Allow","Action":"s3:Get*","Resource":"*"})");
const std::string kAll = PolicyOfStatement(R"({"Effect":"Allow","Action":"*","Resource":"*"})");
const std::string kDenies =
    PolicyOfStatement(R"({"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::secret/*"})");
constexpr std::string_view kAlice = "arn:aws:iam::123456789012:user/alice";

class SimulationTest : public RolesAndPolicies {
 protected:
  /// The one result of one action.
  Json Custom(Json input) {
    if (!input.contains("ActionNames")) input["ActionNames"] = {"s3:GetObject"};
    const Json output = iam_.MustCall("SimulateCustomPolicy", std::move(input));
    EXPECT_EQ(output.at("EvaluationResults").size(), 1U);
    return output.at("EvaluationResults").at(0);
  }
  std::string Decision(Json input) { return Custom(std::move(input))["EvalDecision"].get<std::string>(); }
  void MakeAlice() {
    iam_.MustCall("CreateUser", {{"UserName", "alice"}});
    iam_.MustCall("PutUserPolicy", {{"UserName", "alice"}, {"PolicyName", "reads"}, {"PolicyDocument", kReads}});
  }
  Json Principal(std::string_view arn, Json more = Json::object()) {
    Json input = {{"PolicySourceArn", arn}, {"ActionNames", {"s3:GetObject"}}};
    input.update(more);
    return iam_.MustCall("SimulatePrincipalPolicy", input).at("EvaluationResults").at(0);
  }
};

TEST_F(SimulationTest, PoliciesAllowDenyOrSayNothing) {
  EXPECT_EQ(Decision({{"PolicyInputList", {kReads}}}), "allowed");
  EXPECT_EQ(Decision({{"PolicyInputList", {kReads}}, {"ActionNames", {"s3:PutObject"}}}), "implicitDeny");
  EXPECT_EQ(Decision({{"PolicyInputList", {kAll, kDenies}}, {"ResourceArns", {"arn:aws:s3:::secret/a"}}}),
            "explicitDeny");
}

TEST_F(SimulationTest, TheStatementsThatDecideAreToldWithTheirPlaces) {
  const std::string document =
      "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Deny\", \"Action\": "
      "\"sqs:*\", \"Resource\": \"*\"\n    },\n    {\n      \"Effect\": \"Allow\", \"Action\": "
      "\"s3:*\", \"Resource\": \"*\"\n    }\n  ]\n}";
  const Json result = Custom({{"PolicyInputList", {kAll, document}}});
  ASSERT_EQ(result["MatchedStatements"].size(), 2U);
  EXPECT_EQ(result["MatchedStatements"][0],
            Json::parse(R"({"SourcePolicyId":"PolicyInputList.1","SourcePolicyType":"IAM Policy",
      "StartPosition":{"Line":1,"Column":38},"EndPosition":{"Line":1,"Column":84}})"));
  EXPECT_EQ(result["MatchedStatements"][1],
            Json::parse(R"({"SourcePolicyId":"PolicyInputList.2","SourcePolicyType":"IAM Policy",
      "StartPosition":{"Line":6,"Column":7},"EndPosition":{"Line":9,"Column":6}})"));
  const Json denied = Custom({{"PolicyInputList", {kAll, document}}, {"ActionNames", {"sqs:SendMessage"}}});
  ASSERT_EQ(denied["MatchedStatements"].size(), 1U);
  EXPECT_EQ(denied["MatchedStatements"][0]["StartPosition"], (Json{{"Line", 3}, {"Column", 17}}));
}

TEST_F(SimulationTest, AStatementThatStandsAloneHasAPlaceToo) {
  const Json result =
      Custom({{"PolicyInputList",
               {R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})"}}});
  EXPECT_EQ(result["MatchedStatements"][0]["StartPosition"], (Json{{"Line", 1}, {"Column", 37}}));
  EXPECT_EQ(result["MatchedStatements"][0]["EndPosition"], (Json{{"Line", 1}, {"Column", 83}}));
}

TEST_F(SimulationTest, EachResourceHasItsResultAndTheStrictestIsTheActions) {
  const Json result = Custom(
      {{"PolicyInputList", {kAll, kDenies}}, {"ResourceArns", {"arn:aws:s3:::open/a", "arn:aws:s3:::secret/a"}}});
  EXPECT_EQ(result["EvalDecision"], "explicitDeny");
  ASSERT_EQ(result["ResourceSpecificResults"].size(), 2U);
  EXPECT_EQ(result["ResourceSpecificResults"][0]["EvalResourceDecision"], "allowed");
  EXPECT_EQ(result["ResourceSpecificResults"][1]["EvalResourceDecision"], "explicitDeny");
  EXPECT_EQ(result["ResourceSpecificResults"][1]["EvalResourceName"], "arn:aws:s3:::secret/a");
  EXPECT_EQ(result["MatchedStatements"].size(), 1U);
  EXPECT_FALSE(Custom({{"PolicyInputList", {kAll}}}).contains("ResourceSpecificResults"));
}

TEST_F(SimulationTest, KeysThatConditionsNeedAreMissingUntilTheyAreGiven) {
  const auto policy = PolicyOfStatement(R"({"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{
      "IpAddress":{"aws:SourceIp":"203.0.113.0/24"},"StringEquals":{"s3:prefix":"a"}}},
      {"Effect":"Allow","Action":"sqs:*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}})");
  const Json before = Custom({{"PolicyInputList", {policy}}});
  EXPECT_EQ(before["EvalDecision"], "implicitDeny");
  EXPECT_EQ(before["MissingContextValues"], (Json{"aws:SourceIp", "s3:prefix"}));
  const Json entries = {
      {{"ContextKeyName", "aws:SourceIp"}, {"ContextKeyValues", {"203.0.113.9"}}, {"ContextKeyType", "ip"}},
      {{"ContextKeyName", "s3:prefix"}, {"ContextKeyValues", {"a"}}, {"ContextKeyType", "string"}}};
  const Json after = Custom({{"PolicyInputList", {policy}}, {"ContextEntries", entries}});
  EXPECT_EQ(after["EvalDecision"], "allowed");
  EXPECT_EQ(after["MissingContextValues"], Json::array());
}

TEST_F(SimulationTest, TheWorldsClockIsTheCurrentTime) {
  const auto policy = PolicyOfStatement(R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":{
      "DateLessThan":{"aws:CurrentTime":"2100-01-01T00:00:00Z"}}})");
  EXPECT_EQ(Decision({{"PolicyInputList", {policy}}}), "allowed");
  const Json entry = {{"ContextKeyName", "aws:CurrentTime"},
                      {"ContextKeyValues", {"2101-01-01T00:00:00Z"}},
                      {"ContextKeyType", "date"}};
  EXPECT_EQ(Decision({{"PolicyInputList", {policy}}, {"ContextEntries", {entry}}}), "implicitDeny");
}

TEST_F(SimulationTest, BoundariesLimitAndSaySo) {
  const auto sqs = PolicyOfStatement(R"({"Effect":"Allow","Action":"sqs:*","Resource":"*"})");
  const Json limited = Custom({{"PolicyInputList", {kAll}}, {"PermissionsBoundaryPolicyInputList", {sqs}}});
  EXPECT_EQ(limited["EvalDecision"], "implicitDeny");
  EXPECT_EQ(limited["PermissionsBoundaryDecisionDetail"]["AllowedByPermissionsBoundary"], false);
  const Json free = Custom({{"PolicyInputList", {kReads}}, {"PermissionsBoundaryPolicyInputList", {kAll}}});
  EXPECT_EQ(free["EvalDecision"], "allowed");
  EXPECT_EQ(free["PermissionsBoundaryDecisionDetail"]["AllowedByPermissionsBoundary"], true);
  EXPECT_EQ(free["MatchedStatements"].size(), 1U);
  EXPECT_FALSE(Custom({{"PolicyInputList", {kAll}}}).contains("PermissionsBoundaryDecisionDetail"));
}

TEST_F(SimulationTest, OrganizationsLimitLevelByLevel) {
  const Json all = {{"ServiceControlPolicyInputList", {kAll}}};
  const Json sqs = {
      {"ServiceControlPolicyInputList", {PolicyOfStatement(R"({"Effect":"Allow","Action":"sqs:*","Resource":"*"})")}}};
  const Json free = Custom({{"PolicyInputList", {kAll}}, {"OrderedOrganizationPolicyInputList", {all, all}}});
  EXPECT_EQ(free["EvalDecision"], "allowed");
  EXPECT_EQ(free["OrganizationsDecisionDetail"]["AllowedByOrganizations"], true);
  const Json limited = Custom({{"PolicyInputList", {kAll}}, {"OrderedOrganizationPolicyInputList", {all, sqs}}});
  EXPECT_EQ(limited["EvalDecision"], "implicitDeny");
  EXPECT_EQ(limited["OrganizationsDecisionDetail"]["AllowedByOrganizations"], false);
}

TEST_F(SimulationTest, PoliciesOfResourcesOfOtherAccountsMustAllowToo) {
  const auto bucket = [](std::string_view principal) {
    return PolicyOfStatement(fmt::format(
        R"({{"Effect":"Allow","Principal":{{"AWS":"{}"}},"Action":"s3:GetObject","Resource":"*"}})", principal));
  };
  const Json question = {{"PolicyInputList", {kReads}},
                         {"ResourceArns", {"arn:aws:s3:::theirs/a"}},
                         {"CallerArn", kAlice},
                         {"ResourceOwner", "444455556666"}};
  Json both = question;
  both["ResourcePolicy"] = bucket(kAlice);
  const Json allowed = Custom(both);
  EXPECT_EQ(allowed["EvalDecision"], "allowed");
  EXPECT_EQ(allowed["EvalDecisionDetails"], (Json{{"IAM Policy", "allowed"}, {"Resource Policy", "allowed"}}));
  EXPECT_EQ(allowed["MatchedStatements"].size(), 2U);
  Json one = question;
  one["ResourcePolicy"] = bucket("arn:aws:iam::123456789012:user/bob");
  const Json denied = Custom(one);
  EXPECT_EQ(denied["EvalDecision"], "implicitDeny");
  EXPECT_EQ(denied["EvalDecisionDetails"], (Json{{"IAM Policy", "allowed"}, {"Resource Policy", "implicitDeny"}}));
}

TEST_F(SimulationTest, WhatIsNoSimulationIsRefused) {
  const auto message = [&](Json input) { return Message("SimulateCustomPolicy", std::move(input)); };
  const Json question = {{"PolicyInputList", {kReads}}, {"ActionNames", {"s3:GetObject"}}};
  EXPECT_EQ(iam_.ErrorCode("SimulateCustomPolicy", {{"PolicyInputList", {"{"}}, {"ActionNames", {"s3:GetObject"}}}),
            "InvalidInput");
  EXPECT_EQ(iam_.ErrorCode("SimulateCustomPolicy", {{"PolicyInputList", {kReads}}, {"ActionNames", {"GetObject"}}}),
            "InvalidInput");
  Json roles = question;
  roles["ResourcePolicy"] = kAll;
  roles["CallerArn"] = "arn:aws:iam::123456789012:role/r";
  EXPECT_EQ(message(roles), "Invalid caller - Caller must be an IAM user in this context.");
  Json owner = question;
  owner["ResourceOwner"] = "somebody";
  EXPECT_EQ(message(owner), "'somebody' is not a valid as a Resource Owner.");
  Json caller = question;
  caller["CallerArn"] = "arn:aws:sts::123456789012:assumed-role/r/s";
  EXPECT_EQ(
      message(caller),
      "Invalid Entity Arn: arn:aws:sts::123456789012:assumed-role/r/s does not clearly define entity type and name.");
}

TEST_F(SimulationTest, ActionsComeInPages) {
  const Json first =
      iam_.MustCall("SimulateCustomPolicy", {{"PolicyInputList", {kReads}},
                                             {"ActionNames", {"s3:GetObject", "s3:PutObject", "s3:GetBucketAcl"}},
                                             {"MaxItems", 2}});
  EXPECT_EQ(first["EvaluationResults"].size(), 2U);
  EXPECT_EQ(first["IsTruncated"], true);
  const Json rest =
      iam_.MustCall("SimulateCustomPolicy", {{"PolicyInputList", {kReads}},
                                             {"ActionNames", {"s3:GetObject", "s3:PutObject", "s3:GetBucketAcl"}},
                                             {"MaxItems", 2},
                                             {"Marker", first["Marker"]}});
  ASSERT_EQ(rest["EvaluationResults"].size(), 1U);
  EXPECT_EQ(rest["EvaluationResults"][0]["EvalActionName"], "s3:GetBucketAcl");
  EXPECT_EQ(rest["IsTruncated"], false);
}

TEST_F(SimulationTest, UsersHaveTheirOwnPoliciesAndThoseOfTheirGroups) {
  MakeAlice();
  const Json result = Principal(kAlice);
  EXPECT_EQ(result["EvalDecision"], "allowed");
  EXPECT_EQ(result["MatchedStatements"][0]["SourcePolicyId"], "reads");
  iam_.MustCall("CreateGroup", {{"GroupName", "g"}});
  iam_.MustCall("AddUserToGroup", {{"GroupName", "g"}, {"UserName", "alice"}});
  iam_.MustCall("PutGroupPolicy",
                {{"GroupName", "g"},
                 {"PolicyName", "denies"},
                 {"PolicyDocument", PolicyOfStatement(R"({"Effect":"Deny","Action":"s3:*","Resource":"*"})")}});
  EXPECT_EQ(Principal(kAlice)["EvalDecision"], "explicitDeny");
  EXPECT_EQ(Principal("arn:aws:iam::123456789012:group/g")["EvalDecision"], "explicitDeny");
  const Json without = {{"PolicyExclusionList",
                         {{{"InlinePolicyIdentifier",
                            {{"PolicyName", "denies"}, {"AttachmentType", "group"}, {"AttachmentName", "g"}}}}}}};
  EXPECT_EQ(Principal(kAlice, without)["EvalDecision"], "allowed");
}

TEST_F(SimulationTest, RolesHaveManagedPoliciesAndBoundaries) {
  const auto arn = MakePolicy("things");
  MakeRole("r");
  const std::string role = "arn:aws:iam::123456789012:role/r";
  EXPECT_EQ(Principal(role)["EvalDecision"], "implicitDeny");
  iam_.MustCall("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", arn}});
  const Json allowed = Principal(role);
  EXPECT_EQ(allowed["EvalDecision"], "allowed");
  EXPECT_EQ(allowed["MatchedStatements"][0]["SourcePolicyId"], "things");
  EXPECT_EQ(Principal(role, {{"PolicyExclusionList", {{{"PolicyArn", arn}}}}})["EvalDecision"], "implicitDeny");
  const auto limit = MakePolicy(
      "limit", {{"PolicyDocument", PolicyOfStatement(R"({"Effect":"Allow","Action":"sqs:*","Resource":"*"})")}});
  iam_.MustCall("PutRolePermissionsBoundary", {{"RoleName", "r"}, {"PermissionsBoundary", limit}});
  const Json limited = Principal(role);
  EXPECT_EQ(limited["EvalDecision"], "implicitDeny");
  EXPECT_EQ(limited["PermissionsBoundaryDecisionDetail"]["AllowedByPermissionsBoundary"], false);
}

TEST_F(SimulationTest, PrincipalsMustBeThere) {
  EXPECT_EQ(iam_.ErrorCode("SimulatePrincipalPolicy", {{"PolicySourceArn", kAlice}, {"ActionNames", {"s3:GetObject"}}}),
            "NoSuchEntity");
  EXPECT_EQ(
      iam_.ErrorCode("GetContextKeysForPrincipalPolicy", {{"PolicySourceArn", "arn:aws:iam::123456789012:something"}}),
      "InvalidInput");
}

TEST_F(SimulationTest, KeysOfPoliciesAreToldOnce) {
  const auto policy =
      PolicyOfStatement(R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}","Condition":{
      "StringEquals":{"s3:prefix":"${aws:username}"},"Bool":{"aws:SecureTransport":"true"}}})");
  EXPECT_EQ(iam_.MustCall("GetContextKeysForCustomPolicy", {{"PolicyInputList", {policy, policy}}})["ContextKeyNames"],
            (Json{"aws:SecureTransport", "aws:username", "s3:prefix"}));
  MakeAlice();
  iam_.MustCall("PutUserPolicy", {{"UserName", "alice"}, {"PolicyName", "keys"}, {"PolicyDocument", policy}});
  EXPECT_EQ(iam_.MustCall("GetContextKeysForPrincipalPolicy", {{"PolicySourceArn", kAlice}})["ContextKeyNames"],
            (Json{"aws:SecureTransport", "aws:username", "s3:prefix"}));
}

}  // namespace
}  // namespace stratolite::iam
