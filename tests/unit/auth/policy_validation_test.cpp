#include <gtest/gtest.h>

#include <fmt/format.h>

#include "stratolite/auth/policy.hpp"

namespace stratolite::auth {
namespace {

constexpr std::string_view kNoVendor = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
constexpr std::string_view kNoActions = "Policy statement must contain actions.";
constexpr std::string_view kNoResources = "Policy statement must contain resources.";
constexpr std::string_view kSyntax = "Syntax errors in policy.";
constexpr std::string_view kLegacy = "The policy failed legacy parsing";
constexpr std::string_view kOldVersion = "Policy document must be version 2012-10-17 or greater.";
constexpr std::string_view kOnlySts = "AssumeRole policy may only specify STS AssumeRole actions.";

std::string ProblemOf(std::string_view document, PolicyKind kind) {
  const auto result = ValidatePolicy(document, kind);
  if (result.ok()) return "";
  EXPECT_EQ(result.error().code, "MalformedPolicyDocument");
  EXPECT_FALSE(result.error().message.empty());
  return result.error().message;
}

/// Of a document of today with this one statement.
std::string ProblemOfStatement(std::string_view statement, PolicyKind kind = PolicyKind::kIdentity) {
  return ProblemOf(fmt::format(R"({{"Version":"2012-10-17","Statement":{}}})", statement), kind);
}

std::string ProblemOfResource(std::string_view resource) {
  return ProblemOfStatement(fmt::format(R"({{"Effect":"Allow","Action":"s3:*","Resource":{}}})", resource));
}

std::string ProblemOfAction(std::string_view action) {
  return ProblemOfStatement(fmt::format(R"({{"Effect":"Allow","Action":{},"Resource":"*"}})", action));
}

std::string ProblemOfCondition(std::string_view condition) {
  return ProblemOfStatement(
      fmt::format(R"({{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}})", condition));
}

std::string ProblemOfTrust(std::string_view members) {
  return ProblemOfStatement(fmt::format(R"([{{"Effect":"Allow",{}}}])", members), PolicyKind::kTrust);
}

TEST(PolicyValidationTest, WhatIsNoDocumentIsRefused) {
  for (const auto* document :
       {"", "no json", "[]", "{}", R"("text")", R"({"Version":"2012-10-17"})",
        R"({"Version":"2012-10-17","Statement":[]})", R"({"Version":"2012-10-17","Statement":["x"]})",
        R"({"Version":"2013-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
        R"({"Version":"2012-10-17","Id":{},"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
        R"({"Version":"2012-10-17","X":1,"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})"}) {
    EXPECT_EQ(ProblemOf(document, PolicyKind::kIdentity), kSyntax) << document;
  }
}

TEST(PolicyValidationTest, DocumentsOfOldVersionsAreRefused) {
  EXPECT_EQ(ProblemOf(R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})", PolicyKind::kIdentity),
            kOldVersion);
  EXPECT_EQ(ProblemOf(R"({"Version":"2008-10-17","Statement":{"Effect":"denY","Action":"*","Resource":"*"}})",
                      PolicyKind::kIdentity),
            kOldVersion);
}

TEST(PolicyValidationTest, StatementsWithWrongMembersAreSyntaxErrors) {
  for (const auto* statement :
       {R"({"Action":"*","Resource":"*"})", R"({"Effect":"maybe","Action":"*","Resource":"*"})",
        R"({"Effect":"Allow","Action":{},"Resource":"*"})", R"({"Effect":"Allow","Action":[[]],"Resource":"*"})",
        R"({"Effect":"Allow","Action":"*","Resource":["*",{}]})",
        R"({"Effect":"Allow","Action":"*","NotAction":[],"Resource":"*"})",
        R"({"Effect":"Allow","Action":"*","Resource":"*","NotResource":"*"})",
        R"({"Sid":[],"Effect":"Allow","Action":"*","Resource":"*"})",
        R"({"Effect":"Allow","Action":"*","Resource":"*","Extra":1})"}) {
    EXPECT_EQ(ProblemOfStatement(statement), kSyntax) << statement;
  }
}

TEST(PolicyValidationTest, ConditionsHaveKnownOperatorsKeysAndScalars) {
  for (const auto* condition :
       {R"([])", R"("a")", R"({"a":"b"})", R"({"DateGreaterThan":[]})", R"({"StringEquals":{"a":{}}})",
        R"({"x":{"a":"1"}})", R"({"ForAnyValue::StringEqualsIfExists":{"a":"b"}})",
        R"({"NullIfExists":{"a":"true"}})"}) {
    EXPECT_EQ(ProblemOfCondition(condition), kSyntax) << condition;
  }
  for (const auto* condition :
       {R"({})", R"({"x":{}})", R"({"Bool":{"aws:SecureTransport":true}})",
        R"({"NumericLessThan":{"s3:max-keys":[1,"2"]}})", R"({"ForAllValues:StringLikeIfExists":{"aws:TagKeys":[]}})",
        R"({"Null":{"a":"true"}})"}) {
    EXPECT_EQ(ProblemOfCondition(condition), "") << condition;
  }
}

TEST(PolicyValidationTest, DatesOfConditionsMustBeReadable) {
  for (const auto* date : {"sdfdsf", "234-13", "2016-12-13t2:00:00.593194+1", "2016-12-13t2:00:00.1999999999+10:59",
                           "9223372036854775808", "2016-01-01T24:00:00Z", "2016-01-32"}) {
    EXPECT_EQ(ProblemOfCondition(fmt::format(R"({{"DateLessThan":{{"a":"{}"}}}})", date)), kLegacy) << date;
  }
  for (const auto* date : {"01T", "2017-07-01T00:00:00Z", "2016-12-13T21:20:37.593194+00:00",
                           "2016-12-13t2:00:00.593194+23", "-292275054", "1748736000", "2025-06-01T02:00:00-05:00"}) {
    EXPECT_EQ(ProblemOfCondition(fmt::format(R"({{"DateLessThan":{{"a":"{}"}}}})", date)), "") << date;
  }
}

TEST(PolicyValidationTest, EffectsAreSpelledExactly) {
  EXPECT_EQ(ProblemOfStatement(R"({"Effect":"allow","Action":"*","Resource":"*"})"), kLegacy);
}

TEST(PolicyValidationTest, IdsOfStatementsAreAlphanumericAndUnique) {
  EXPECT_EQ(
      ProblemOfStatement(R"([{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"a","Effect":"Allow"}])"),
      "Statement IDs (SID) in a single policy must be unique.");
  EXPECT_EQ(ProblemOfStatement(R"({"Sid":"a b","Effect":"Allow","Action":"*","Resource":"*"})"),
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[A-Za-z0-9]*");
  EXPECT_EQ(ProblemOfStatement(R"([{"Sid":"","Effect":"Allow","Action":"*","Resource":"*"},
                                   {"Sid":"","Effect":"Deny","Action":"*","Resource":"*"}])"),
            "");
}

TEST(PolicyValidationTest, StatementsHaveActionsAndResources) {
  EXPECT_EQ(ProblemOfStatement(R"({"Effect":"Allow"})"), kNoActions);
  EXPECT_EQ(ProblemOfAction("[]"), kNoActions);
  EXPECT_EQ(ProblemOfStatement(R"({"Effect":"Allow","Action":"s3:*"})"), kNoResources);
  EXPECT_EQ(ProblemOfResource("[]"), kNoResources);
}

TEST(PolicyValidationTest, ActionsHaveOneVendor) {
  EXPECT_EQ(ProblemOfAction(R"("invalid")"), kNoVendor);
  EXPECT_EQ(ProblemOfAction(R"("")"), kNoVendor);
  EXPECT_EQ(ProblemOfAction(R"("s3:List:Bucket")"), "Actions/Condition can contain only one colon.");
  EXPECT_EQ(ProblemOfAction(R"("a a:ListBucket")"), "Vendor a a is not valid");
  EXPECT_EQ(ProblemOfAction(R"("s3*:ListBucket")"), "Vendor s3* is not valid");
  for (const auto* action : {R"("*")", R"("*:*")", R"("s3-s.x:Get*")", R"(["iam: as df ","s3:Get?"])"}) {
    EXPECT_EQ(ProblemOfAction(action), "") << action;
  }
}

TEST(PolicyValidationTest, ResourcesAreArns) {
  EXPECT_EQ(ProblemOfResource(R"("invalid resource")"), R"(Resource invalid resource must be in ARN format or "*".)");
  EXPECT_EQ(ProblemOfResource(R"("")"), R"(Resource  must be in ARN format or "*".)");
  EXPECT_EQ(ProblemOfResource(R"("a:b:cadfsdf")"), R"(Partition "b" is not valid for resource "arn:b:cadfsdf:*:*:*".)");
  EXPECT_EQ(ProblemOfResource(R"("a:b:c:d:e:f:g:h")"),
            R"(Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".)");
  EXPECT_EQ(ProblemOfResource(R"("aws:s3:::example_bucket")"),
            R"(Partition "s3" is not valid for resource "arn:s3:::example_bucket:*".)");
  EXPECT_EQ(ProblemOfResource(R"(["arn:error:s3:::b","arn:error:s3::b"])"),
            R"(Partition "error" is not valid for resource "arn:error:s3:::b".)");
  EXPECT_EQ(ProblemOfResource(R"("arn:aws")"), "Resource vendor must be fully qualified and cannot contain regexes.");
  EXPECT_EQ(ProblemOfResource(R"("arn:aws:*:us-east-1:123456789012:x")"),
            "Resource vendor must be fully qualified and cannot contain regexes.");
  for (const auto* resource : {"arn:aws:s3::example_bucket", "arn:aws::::example_bucket", "arn:aws::fdsasf"}) {
    EXPECT_EQ(ProblemOfResource(fmt::format("\"{}\"", resource)), kLegacy) << resource;
  }
  for (const auto* resource : {"*", "arn:aws:s3:::b", "arn:aws-cn:s3:::b/*", "arn:aws:fdsasf",
                               "arn:aws*:ec2:us-east-1::x", "arn:aws:s3:us-east-1:123456789012:accesspoint/mine"}) {
    EXPECT_EQ(ProblemOfResource(fmt::format("\"{}\"", resource)), "") << resource;
  }
}

TEST(PolicyValidationTest, ResourcesOfIamAndBucketsHaveNoRegion) {
  EXPECT_EQ(ProblemOfResource(R"("arn:aws:iam:us-east-1::example")"),
            "IAM resource arn:aws:iam:us-east-1::example cannot contain region information.");
  EXPECT_EQ(ProblemOfResource(R"("arn:aws:s3:us-east-1::example_bucket")"),
            "Resource arn:aws:s3:us-east-1::example_bucket can not contain region information.");
}

TEST(PolicyValidationTest, ResourcesOfIamBeginWithWhatTheyAre) {
  EXPECT_EQ(
      ProblemOfResource(R"("arn:aws:iam:::example_bucket")"),
      "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, instance-profile/, "
      "mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.");
  EXPECT_EQ(ProblemOfResource(R"("arn:aws:iam::*:user/${aws:username}")"), "");
  EXPECT_EQ(ProblemOfResource(R"("arn:aws:iam::123456789012:*")"), "");
  EXPECT_EQ(ProblemOfResource(R"("arn:aws:iam::*:root")"), "");
}

TEST(PolicyValidationTest, IdentitiesDoNotSayWhoIsMeant) {
  EXPECT_EQ(ProblemOfStatement(R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"})"),
            "Policy document should not specify a principal.");
  EXPECT_EQ(ProblemOfStatement(R"({"Effect":"Deny","NotPrincipal":"*","Action":"*","Resource":"*"})"),
            "Policy document should not specify a principal.");
}

TEST(PolicyValidationTest, TrustPoliciesThatAreWellAreTaken) {
  for (
      const auto* members :
      {R"("Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole")",
       R"("Principal":{"AWS":["123456789012","arn:aws:iam::123456789012:user/x/y"]},"Action":["sts:AssumeRole","sts:TagSession"])",
       R"("Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}})",
       R"("Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/x"},"Action":"sts:AssumeRoleWithSAML")",
       R"("Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity")"}) {
    EXPECT_EQ(ProblemOfTrust(members), "") << members;
  }
  EXPECT_EQ(
      ProblemOf(R"({"Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}})",
                PolicyKind::kTrust),
      "");
}

TEST(PolicyValidationTest, TrustPoliciesAreRefusedInOtherWords) {
  EXPECT_EQ(ProblemOf("{invalid", PolicyKind::kTrust), "This policy contains invalid Json");
  EXPECT_EQ(ProblemOf(R"({"Version":"2012-10-17","Statement":[]})", PolicyKind::kTrust),
            "Could not parse the policy: Statement is empty!");
  EXPECT_EQ(ProblemOf(R"({"Version":"2011-10-17","Statement":[]})", PolicyKind::kTrust),
            "The policy must contain a valid version string");
  EXPECT_EQ(ProblemOfTrust(R"("Action":"sts:AssumeRole")"), "Missing required field Principal");
  EXPECT_EQ(ProblemOfTrust(R"("Principal":{},"Action":"sts:AssumeRole")"),
            "Missing required field Principal cannot be empty!");
  EXPECT_EQ(ProblemOfTrust(R"("Principal":{"AWS":"*"})"), "Missing required field Action");
  EXPECT_EQ(ProblemOfTrust(R"("Principal":{"AWS":"*"},"Action":"*")"), kOnlySts);
  EXPECT_EQ(ProblemOfTrust(R"("Principal":{"AWS":"*"},"Action":["sts:AssumeRole","s3:GetObject"])"), kOnlySts);
  EXPECT_EQ(ProblemOfTrust(R"("Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Resource":"*")"),
            "Has prohibited field Resource");
  EXPECT_EQ(ProblemOfTrust(R"("Principal":{"AWS":"*"},"Action":"sts:AssumeRole","NotResource":"*")"),
            "AssumeRole policy must not contain resources.");
  EXPECT_EQ(ProblemOfTrust(R"("NotPrincipal":{"AWS":"*"},"Action":"sts:AssumeRole")"),
            "Allow with NotPrincipal is not allowed.");
  EXPECT_EQ(ProblemOfTrust(R"("Principal":"*","Action":"sts:AssumeRole")"),
            R"(AssumeRolepolicy contained an invalid principal: "STAR":"*".)");
  EXPECT_EQ(
      ProblemOfTrust(
          R"("Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity")"),
      "A condition block must be present for the Cognito provider");
  EXPECT_EQ(ProblemOfTrust(R"("Sid":"a b","Principal":{"AWS":"*"},"Action":"sts:AssumeRole")"),
            "The following Statement Ids are invalid: a b");
  EXPECT_EQ(ProblemOfStatement(R"({"Principal":{"AWS":"*"},"Action":"sts:AssumeRole"})", PolicyKind::kTrust),
            "Missing required field Effect");
}

TEST(PolicyValidationTest, PrincipalsThatCannotBeAreNamed) {
  const auto of = [](std::string_view type, std::string_view name) {
    return ProblemOfTrust(fmt::format(R"("Principal":{{"{}":"{}"}},"Action":"sts:AssumeRole")", type, name));
  };
  for (const auto* name : {"12345", "arn:aws:iam::12345678910:role/R", "arn:aws:iam::123456789012:role/*",
                           "arn:aws:iam::123456789012:group/G", "arn:aws:s3:::bucket", "alice"}) {
    EXPECT_EQ(of("AWS", name), fmt::format(R"(Invalid principal in policy: "AWS":"{}")", name));
  }
  EXPECT_EQ(of("Service", "ec2"), R"(Invalid principal in policy: "SERVICE":"ec2")");
  EXPECT_EQ(of("Federated", "example.com"), R"(Invalid principal in policy: "FEDERATED":"example.com")");
  EXPECT_EQ(of("CanonicalUser", "79a59d"), R"(Invalid principal in policy: "CanonicalUser")");
}

TEST(PolicyValidationTest, PoliciesOfResourcesSayWhoAndMayBeOld) {
  const auto of = [](std::string_view statement) { return ProblemOfStatement(statement, PolicyKind::kResource); };
  EXPECT_EQ(of(R"({"Sid":"any name","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"})"), "");
  EXPECT_EQ(ProblemOf(R"({"Version":"2008-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"CanonicalUser":"79a"},
                          "Action":"s3:*","Resource":"arn:aws:s3:::b"}]})",
                      PolicyKind::kResource),
            "");
  EXPECT_EQ(of(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})"), "Missing required field Principal");
  EXPECT_EQ(of(R"({"Effect":"Allow","Principal":"*","Action":"s3:*"})"), "Missing required field Resource");
  EXPECT_EQ(of(R"({"Effect":"allow","Principal":"*","Action":"s3:*","Resource":"*"})"), "Invalid effect: allow");
  EXPECT_EQ(of(R"({"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Equals":{"a":"b"}}})"),
            "Invalid Condition type : Equals");
}

TEST(PolicyValidationTest, OrganizationsPoliciesHaveOneMessage) {
  constexpr std::string_view kNot =
      "The provided policy document does not meet the requirements of the specified policy type.";
  const auto scp = [](std::string_view statement) {
    return ProblemOfStatement(statement, PolicyKind::kServiceControl);
  };
  const auto rcp = [](std::string_view statement) {
    return ProblemOfStatement(statement, PolicyKind::kResourceControl);
  };
  EXPECT_EQ(scp(R"({"Effect":"Allow","Action":"*","Resource":"*"})"), "");
  EXPECT_EQ(scp(R"({"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"})"), kNot);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"})"), "");
  EXPECT_EQ(rcp(R"({"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"})"), kNot);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"})"), kNot);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"*"})"), kNot);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Action":"s3:*","Resource":"*"})"), kNot);
}

TEST(PolicyValidationTest, NoMemberIsThereTwice) {
  EXPECT_EQ(ProblemOfStatement(R"({"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"})"), kSyntax);
  EXPECT_EQ(ProblemOfCondition(R"({"Bool":{"a:b":"true"},"Bool":{"a:c":"true"}})"), kSyntax);
  EXPECT_EQ(ProblemOfCondition(R"({"StringEquals":{"a:b":["Effect","Effect"],"a:c":"\":\"Effect"}})"), "");
  EXPECT_EQ(ProblemOfTrust(R"("Principal":{"AWS":"*"},"Principal":{"AWS":"*"},"Action":"sts:AssumeRole")"),
            "This policy contains invalid Json");
}

TEST(PolicyValidationTest, DeepDocumentsAreRefusedAndNothingElse) {
  EXPECT_EQ(ProblemOf(std::string(100'000, '['), PolicyKind::kIdentity), kSyntax);
  EXPECT_EQ(ProblemOf(std::string(100'000, '{'), PolicyKind::kTrust), "This policy contains invalid Json");
}

}  // namespace
}  // namespace stratolite::auth
