#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/service/access.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/wire/model_registry.hpp"

namespace stratolite {
namespace {

Call MakeCall(std::string_view operation, Json input) {
  Call call;
  call.operation = operation;
  call.input = std::move(input);
  call.scope = {AccountId("111122223333"), Region("eu-west-1")};
  return call;
}

/// `action resource` of each need, in order.
std::vector<std::string> NeedsAsText(std::string_view service, std::string_view operation,
                                     Json input = Json::object()) {
  const auto needs = NeedsOf(service, MakeCall(operation, std::move(input)));
  if (!needs) return {"unknown"};
  std::vector<std::string> texts;
  for (const AccessNeed& need : *needs) texts.push_back(need.action + " " + need.resource);
  return texts;
}

std::string KeyOf(const AccessNeed& need, std::string_view key) {
  const auto* values = need.context.Find(key);
  if (values == nullptr) return "(absent)";
  std::string joined;
  for (const std::string& value : *values) joined += (joined.empty() ? "" : "|") + value;
  return joined;
}

using Texts = std::vector<std::string>;

struct Case {
  const char* service;
  const char* operation;
  Json input;
  Texts needs;
};

constexpr const char* kQueue = "http://localhost:4566/111122223333/q";

std::vector<Case> CasesOfIdentities() {
  return {
      {"sqs", "SendMessage", {{"QueueUrl", kQueue}}, {"sqs:SendMessage arn:aws:sqs:eu-west-1:111122223333:q"}},
      {"sqs", "SendMessageBatch", {{"QueueUrl", kQueue}}, {"sqs:SendMessage arn:aws:sqs:eu-west-1:111122223333:q"}},
      {"sqs", "DeleteMessageBatch", {{"QueueUrl", kQueue}}, {"sqs:DeleteMessage arn:aws:sqs:eu-west-1:111122223333:q"}},
      {"sqs", "CreateQueue", {{"QueueName", "q"}}, {"sqs:CreateQueue arn:aws:sqs:eu-west-1:111122223333:q"}},
      {"sqs",
       "CreateQueue",
       {{"QueueName", "q"}, {"tags", {{"a", "b"}}}},
       {"sqs:CreateQueue arn:aws:sqs:eu-west-1:111122223333:q", "sqs:TagQueue arn:aws:sqs:eu-west-1:111122223333:q"}},
      {"sqs", "ListQueues", Json::object(), {"sqs:ListQueues arn:aws:sqs:eu-west-1:111122223333:"}},
      {"sts", "GetCallerIdentity", Json::object(), {}},
      {"sts", "GetSessionToken", Json::object(), {}},
      {"sts",
       "AssumeRole",
       {{"RoleArn", "arn:aws:iam::444455556666:role/r"}, {"RoleSessionName", "s"}},
       {"sts:AssumeRole arn:aws:iam::444455556666:role/r"}},
      {"sts",
       "AssumeRole",
       {{"RoleArn", "arn:aws:iam::444455556666:role/r"},
        {"SourceIdentity", "me"},
        {"Tags", {{{"Key", "k"}, {"Value", "v"}}}}},
       {"sts:AssumeRole arn:aws:iam::444455556666:role/r", "sts:TagSession arn:aws:iam::444455556666:role/r",
        "sts:SetSourceIdentity arn:aws:iam::444455556666:role/r"}},
      {"iam", "GetUser", {{"UserName", "bob"}}, {"iam:GetUser arn:aws:iam::111122223333:user/bob"}},
      {"iam",
       "CreateUser",
       {{"UserName", "bob"}, {"Path", "/team/"}},
       {"iam:CreateUser arn:aws:iam::111122223333:user/team/bob"}},
      {"iam", "ListUsers", Json::object(), {"iam:ListUsers arn:aws:iam::111122223333:user/"}},
      {"iam", "GetAccountSummary", Json::object(), {"iam:GetAccountSummary *"}},
      {"iam",
       "AttachUserPolicy",
       {{"UserName", "bob"}, {"PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"}},
       {"iam:AttachUserPolicy arn:aws:iam::111122223333:user/bob"}},
      {"iam",
       "AddRoleToInstanceProfile",
       {{"InstanceProfileName", "p"}, {"RoleName", "r"}},
       {"iam:AddRoleToInstanceProfile arn:aws:iam::111122223333:instance-profile/p",
        "iam:PassRole arn:aws:iam::111122223333:role/r"}},
  };
}

std::vector<Case> CasesOfResources() {
  return {
      {"s3", "GetObject", {{"Bucket", "b"}, {"Key", "a/k"}}, {"s3:GetObject arn:aws:s3:::b/a/k"}},
      {"s3",
       "GetObject",
       {{"Bucket", "b"}, {"Key", "k"}, {"VersionId", "1"}},
       {"s3:GetObjectVersion arn:aws:s3:::b/k"}},
      {"s3", "HeadObject", {{"Bucket", "b"}, {"Key", "k"}}, {"s3:GetObject arn:aws:s3:::b/k"}},
      {"s3", "PutObject", {{"Bucket", "b"}, {"Key", "arn:k"}}, {"s3:PutObject arn:aws:s3:::b/arn:k"}},
      {"s3",
       "PutObject",
       {{"Bucket", "b"}, {"Key", "k"}, {"ACL", "private"}, {"Tagging", "a=b"}},
       {"s3:PutObject arn:aws:s3:::b/k", "s3:PutObjectAcl arn:aws:s3:::b/k", "s3:PutObjectTagging arn:aws:s3:::b/k"}},
      {"s3", "ListObjectsV2", {{"Bucket", "b"}}, {"s3:ListBucket arn:aws:s3:::b"}},
      {"s3", "HeadBucket", {{"Bucket", "b"}}, {"s3:ListBucket arn:aws:s3:::b"}},
      {"s3", "ListBuckets", Json::object(), {"s3:ListAllMyBuckets *"}},
      {"s3",
       "DeleteObjects",
       {{"Bucket", "b"}, {"Delete", {{"Objects", {{{"Key", "x"}}, {{"Key", "y"}, {"VersionId", "2"}}}}}}},
       {"s3:DeleteObject arn:aws:s3:::b/x", "s3:DeleteObjectVersion arn:aws:s3:::b/y"}},
      {"s3", "UploadPart", {{"Bucket", "b"}, {"Key", "k"}}, {"s3:PutObject arn:aws:s3:::b/k"}},
      {"sns",
       "PublishBatch",
       {{"TopicArn", "arn:aws:sns:eu-west-1:111122223333:t"}},
       {"sns:Publish arn:aws:sns:eu-west-1:111122223333:t"}},
      {"sns", "Publish", {{"PhoneNumber", "+12065550100"}}, {"sns:Publish *"}},
      {"sns", "ListTopics", Json::object(), {"sns:ListTopics arn:aws:sns:eu-west-1:111122223333:*"}},
      {"scheduler",
       "CreateSchedule",
       {{"Name", "s"}, {"Target", {{"RoleArn", "arn:aws:iam::111122223333:role/r"}}}},
       {"scheduler:CreateSchedule arn:aws:scheduler:eu-west-1:111122223333:schedule/default/s",
        "iam:PassRole arn:aws:iam::111122223333:role/r"}},
      {"pipes",
       "CreatePipe",
       {{"Name", "p"}, {"RoleArn", "arn:aws:iam::111122223333:role/r"}},
       {"pipes:CreatePipe arn:aws:pipes:eu-west-1:111122223333:pipe/p",
        "iam:PassRole arn:aws:iam::111122223333:role/r"}},
      {"pipes", "UpdatePipe", {{"Name", "p"}}, {"pipes:UpdatePipe arn:aws:pipes:eu-west-1:111122223333:pipe/p"}},
      {"events",
       "StartReplay",
       {{"ReplayName", "r"},
        {"EventSourceArn", "arn:aws:events:eu-west-1:111122223333:archive/a"},
        {"Destination", {{"Arn", "arn:aws:events:eu-west-1:111122223333:event-bus/b"}}}},
       {"events:StartReplay arn:aws:events:eu-west-1:111122223333:replay/r",
        "events:StartReplay arn:aws:events:eu-west-1:111122223333:archive/a",
        "events:StartReplay arn:aws:events:eu-west-1:111122223333:event-bus/b"}},
  };
}

TEST(OperationAccess, SaysWhichActionsOnWhichResourcesACallNeeds) {
  std::vector<Case> cases = CasesOfIdentities();
  for (const Case& each : CasesOfResources()) cases.push_back(each);
  for (const Case& each : cases)
    EXPECT_EQ(NeedsAsText(each.service, each.operation, each.input), each.needs)
        << each.service << " " << each.operation;
}

TEST(OperationAccess, TagsOfTheRequestAreConditionKeys) {
  const auto needs =
      NeedsOf("sqs", MakeCall("CreateQueue", {{"QueueName", "q"}, {"tags", {{"team", "red"}, {"x", ""}}}}));
  ASSERT_TRUE(needs.has_value());
  EXPECT_EQ(KeyOf(needs->front(), "aws:RequestTag/team"), "red");
  EXPECT_EQ(KeyOf(needs->front(), "aws:TagKeys"), "team|x");
  const auto listed =
      NeedsOf("iam", MakeCall("TagUser", {{"UserName", "u"}, {"Tags", {{{"Key", "team"}, {"Value", "blue"}}}}}));
  EXPECT_EQ(KeyOf(listed->front(), "aws:RequestTag/team"), "blue");
  const auto untag = NeedsOf("sqs", MakeCall("UntagQueue", {{"QueueUrl", "q"}, {"TagKeys", {"a", "b"}}}));
  EXPECT_EQ(KeyOf(untag->front(), "aws:TagKeys"), "a|b");
  const auto bare = NeedsOf("sqs", MakeCall("CreateQueue", {{"QueueName", "q"}}));
  EXPECT_EQ(KeyOf(bare->front(), "aws:TagKeys"), "(absent)");
}

TEST(OperationAccess, MembersOfTheInputAreTheServicesConditionKeys) {
  const auto list = NeedsOf("s3", MakeCall("ListObjectsV2", {{"Bucket", "b"}, {"Prefix", "home/"}, {"MaxKeys", 7}}));
  EXPECT_EQ(KeyOf(list->front(), "s3:prefix"), "home/");
  EXPECT_EQ(KeyOf(list->front(), "s3:max-keys"), "7");
  EXPECT_EQ(KeyOf(list->front(), "s3:delimiter"), "(absent)");
  const auto put = NeedsOf("s3", MakeCall("PutObject", {{"Bucket", "b"}, {"Key", "k"}, {"ACL", "public-read"}}));
  EXPECT_EQ(KeyOf(put->front(), "s3:x-amz-acl"), "public-read");
  const auto attach = NeedsOf("iam", MakeCall("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", "arn:p"}}));
  EXPECT_EQ(KeyOf(attach->front(), "iam:PolicyARN"), "arn:p");
  const auto add =
      NeedsOf("iam", MakeCall("AddRoleToInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "r"}}));
  EXPECT_EQ(KeyOf(add->back(), "iam:PassedToService"), "ec2.amazonaws.com");
}

TEST(OperationAccess, DenialsCallIamsResourcesByTheirNames) {
  EXPECT_EQ(NeedsOf("iam", MakeCall("GetUser", {{"UserName", "bob"}}))->front().resource_in_message, "user bob");
  EXPECT_EQ(NeedsOf("iam", MakeCall("CreateUser", {{"UserName", "bob"}}))->front().resource_in_message, "");
}

TEST(OperationAccess, EveryOperationOfEveryModelIsKnown) {
  for (const std::string_view name : wire::LinkedModelNames()) {
    const auto model = wire::FindLinkedModel(name);
    ASSERT_TRUE(model.has_value()) << name;
    for (std::size_t i = 0; i < model->operation_count(); ++i) {
      const std::string operation(model->operation(i).name());
      EXPECT_TRUE(NeedsOf(name, MakeCall(operation, Json::object())).has_value())
          << name << " " << operation << ": see docs/permissions.md";
    }
  }
}

TEST(OperationAccess, OnlyTheDocumentedFewNeedNothing) {
  std::set<std::string> nothing;
  for (const std::string_view name : wire::LinkedModelNames()) {
    const auto model = wire::FindLinkedModel(name);
    for (std::size_t i = 0; i < model->operation_count(); ++i) {
      const std::string operation(model->operation(i).name());
      if (NeedsAsText(name, operation).empty()) nothing.insert(std::string(name) + " " + operation);
    }
  }
  EXPECT_EQ(nothing, (std::set<std::string>{"sts AssumeRoleWithSAML", "sts AssumeRoleWithWebIdentity",
                                            "sts GetCallerIdentity", "sts GetSessionToken"}));
}

TEST(OperationAccess, WhatNobodyKnowsIsUnknown) {
  EXPECT_FALSE(NeedsOf("sqs", MakeCall("Nonsense", Json::object())).has_value());
  EXPECT_FALSE(NeedsOf("nonsense", MakeCall("SendMessage", Json::object())).has_value());
}

}  // namespace
}  // namespace stratolite
