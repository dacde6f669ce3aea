#include "iam/aws_policies.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "iam/linked_services.hpp"
#include "stratolite/auth/policy.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::iam {
namespace {

Json DocumentOf(std::string_view path_and_name) {
  return Json::parse(AwsPolicyDocument("arn:aws:iam::aws:policy/" + std::string(path_and_name)));
}

std::set<std::string> ActionsOf(const Json& document) {
  std::set<std::string> actions;
  for (const Json& statement : document["Statement"]) {
    const Json& action = statement["Action"];
    if (action.is_string()) actions.insert(action.get<std::string>());
    if (action.is_array()) actions.insert(action.begin(), action.end());
  }
  return actions;
}

TEST(AwsPoliciesTest, AdministratorsMayDoEverything) {
  const auto policy = FindAwsPolicy("arn:aws:iam::aws:policy/AdministratorAccess");
  ASSERT_TRUE(policy.has_value());
  EXPECT_EQ(policy->name, "AdministratorAccess");
  EXPECT_EQ(policy->path, "/");
  EXPECT_EQ(policy->default_version, "v1");
  EXPECT_EQ(FormatIso8601(policy->created_at), "2015-02-06T18:39:46Z");
  EXPECT_TRUE(policy->by_aws());
  EXPECT_TRUE(policy->attachable());
  EXPECT_EQ(DocumentOf("AdministratorAccess"),
            Json::parse(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})"));
}

TEST(AwsPoliciesTest, WellKnownPoliciesHaveTheirRealStatements) {
  EXPECT_EQ(ActionsOf(DocumentOf("AmazonS3ReadOnlyAccess")),
            (std::set<std::string>{"s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*",
                                   "s3-object-lambda:List*"}));
  EXPECT_EQ(ActionsOf(DocumentOf("service-role/AWSLambdaBasicExecutionRole")),
            (std::set<std::string>{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}));
  const auto read_only = ActionsOf(DocumentOf("ReadOnlyAccess"));
  EXPECT_GT(read_only.size(), 1000U);
  EXPECT_TRUE(read_only.contains("sqs:List*")) << read_only.size();
}

TEST(AwsPoliciesTest, WhatIsNotThereIsNotFound) {
  EXPECT_FALSE(FindAwsPolicy("arn:aws:iam::aws:policy/NoSuchPolicy"));
  EXPECT_FALSE(FindAwsPolicy("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole"));
  EXPECT_FALSE(FindAwsPolicy("arn:aws:iam::aws:policy/service-role/AdministratorAccess"));
  EXPECT_FALSE(FindAwsPolicy("arn:aws:iam::aws:policy/"));
  EXPECT_FALSE(FindAwsPolicy("arn:aws:iam::123456789012:policy/AdministratorAccess"));
  EXPECT_FALSE(FindAwsPolicy("arn"));
}

TEST(AwsPoliciesTest, OtherPartitionsHaveThemUnderTheirOwnName) {
  const std::string arn = "arn:aws-cn:iam::aws:policy/AmazonDynamoDBFullAccess";
  EXPECT_EQ(FindAwsPolicy(arn)->arn, arn);
  EXPECT_EQ(AwsPolicyDocument(arn).find("arn:aws:"), std::string::npos);
}

TEST(AwsPoliciesTest, PagesFollowEachOther) {
  const auto first = ListAwsPolicies("/", "", 1000);
  ASSERT_EQ(first.size(), 1000U);
  const auto second = ListAwsPolicies("/", first.back().name, 1000);
  EXPECT_GT(second.size(), 500U);
  EXPECT_GT(second.front().name, first.back().name);
  for (const ManagedPolicy& policy : ListAwsPolicies("/job-function/", "", 50))
    EXPECT_EQ(policy.path, "/job-function/");
}

TEST(AwsPoliciesTest, EveryDocumentCompiles) {
  std::size_t count = 0;
  std::set<std::string> ids;
  VisitAwsPolicies([&](const ManagedPolicy& policy, std::string_view document) {
    ++count;
    ids.insert(policy.unique_id);
    const auto compiled = auth::CompilePolicy(document);
    EXPECT_TRUE(compiled.ok()) << policy.arn << ": " << compiled.error().message;
  });
  EXPECT_EQ(count, 1594U);
  EXPECT_EQ(ids.size(), count);
}

TEST(AwsPoliciesTest, ServicesRolesHavePoliciesThatAreThere) {
  const auto services = LinkedServices();
  EXPECT_TRUE(std::is_sorted(services.begin(), services.end(),
                             [](const auto& a, const auto& b) { return a.principal < b.principal; }));
  for (const LinkedService& service : services) {
    const auto policy = FindAwsPolicy("arn:aws:iam::aws:policy/aws-service-role/" + std::string(service.policy));
    ASSERT_TRUE(policy.has_value()) << service.principal;
    EXPECT_FALSE(policy->attachable());
  }
}

}  // namespace
}  // namespace stratolite::iam
