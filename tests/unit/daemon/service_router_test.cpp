#include "daemon/service_router.hpp"

#include <gtest/gtest.h>

namespace stratolite::daemon {
namespace {

wire::HttpRequest Request(std::string method, std::string target, std::vector<wire::Headers::Field> fields = {},
                          std::string body = {}) {
  wire::HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers.Add("Host", "localhost:4566");
  for (auto& [name, value] : fields) request.headers.Set(name, value);
  request.body = std::move(body);
  return request;
}

Route Find(const wire::HttpRequest& request) {
  return FindRoute(request, auth::Authenticator::ReadClaim(request), true);
}
std::string ServiceOf(const wire::HttpRequest& request) {
  const Route route = Find(request);
  return route.kind == Route::Kind::kService ? route.service : "";
}

std::string SignedFor(std::string_view service) {
  return "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/" + std::string(service) +
         "/aws4_request, SignedHeaders=host;x-amz-date, Signature=00";
}
const wire::Headers::Field kForm{"Content-Type", "application/x-www-form-urlencoded"};

TEST(ServiceRouterTest, ATargetDecidesBeforeTheSignature) {
  EXPECT_EQ(
      ServiceOf(Request("POST", "/", {{"X-Amz-Target", "AmazonSQS.SendMessage"}, {"Authorization", SignedFor("sns")}})),
      "sqs");
}

TEST(ServiceRouterTest, AnUnknownTargetLeavesItToTheSignature) {
  EXPECT_EQ(ServiceOf(Request("POST", "/",
                              {{"X-Amz-Target", "AWSSecurityTokenServiceV20110615.GetCallerIdentity"},
                               {"Authorization", SignedFor("sts")}})),
            "sts");
}

TEST(ServiceRouterTest, TheSmithyPathNamesTheService) {
  EXPECT_EQ(ServiceOf(Request("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics",
                              {{"smithy-protocol", "rpc-v2-cbor"}})),
            "cloudwatch");
}

TEST(ServiceRouterTest, TheCredentialScopeNamesTheService) {
  EXPECT_EQ(ServiceOf(Request("GET", "/2015-03-31/functions/", {{"Authorization", SignedFor("lambda")}})), "lambda");
  EXPECT_EQ(ServiceOf(Request("POST", "/", {{"Authorization", SignedFor("monitoring")}, kForm}, "Action=ListMetrics")),
            "cloudwatch");
  EXPECT_EQ(ServiceOf(Request("GET", "/bucket", {{"Authorization", SignedFor("s3express")}})), "s3");
}

TEST(ServiceRouterTest, APresignedQueryNamesTheService) {
  EXPECT_EQ(
      ServiceOf(Request("GET",
                        "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256"
                        "&X-Amz-Credential=AKID%2F20260102%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20260102T000000Z"
                        "&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00")),
      "sts");
}

TEST(ServiceRouterTest, AServiceWithoutAModelIsNamedAsTheClientNamedIt) {
  const Route route = Find(Request("POST", "/", {{"Authorization", SignedFor("secretsmanager")}}));
  EXPECT_EQ(route.kind, Route::Kind::kUnknownService);
  EXPECT_EQ(route.service, "secretsmanager");
}

TEST(ServiceRouterTest, TheHostNamesTheServiceOfAnUnsignedRequest) {
  const Route route = Find(
      Request("POST", "/", {{"Host", "sts.eu-central-1.amazonaws.com"}, kForm}, "Action=AssumeRoleWithWebIdentity"));
  EXPECT_EQ(route.service, "sts");
  EXPECT_EQ(route.host.region, "eu-central-1");
}

TEST(ServiceRouterTest, TheVersionTellsServicesWithTheSameActionApart) {
  EXPECT_EQ(ServiceOf(Request("POST", "/", {kForm}, "Action=AddPermission&Version=2012-11-05")), "sqs");
  EXPECT_EQ(ServiceOf(Request("POST", "/", {kForm}, "Action=AddPermission&Version=2010-03-31")), "sns");
  EXPECT_EQ(ServiceOf(Request("GET", "/?Action=GetCallerIdentity&Version=2011-06-15")), "sts");
  EXPECT_EQ(ServiceOf(Request("GET", "/?Action=DescribeInstances")), "ec2");
}

TEST(ServiceRouterTest, AQueueUrlPathMakesAnActionSqs) {
  EXPECT_EQ(ServiceOf(Request("POST", "/123456789012/q", {kForm}, "Action=SendMessage&MessageBody=x")), "sqs");
  EXPECT_EQ(ServiceOf(Request("POST", "/queue/us-east-1/123456789012/q", {kForm}, "Action=AddPermission")), "sqs");
}

TEST(ServiceRouterTest, AFormWithoutItsBodyIsNotDecided) {
  EXPECT_EQ(FindRoute(Request("POST", "/", {kForm}), std::nullopt, false).kind, Route::Kind::kNeedsBody);
}

TEST(ServiceRouterTest, AVersionedPathIsARestService) {
  EXPECT_EQ(ServiceOf(Request("GET", "/2015-03-31/functions/")), "lambda");
}

TEST(ServiceRouterTest, WhatIsLeftIsS3) {
  EXPECT_EQ(ServiceOf(Request("GET", "/bucket/key")), "s3");
  EXPECT_EQ(ServiceOf(Request("PUT", "/bucket")), "s3");
}

TEST(ServiceRouterTest, ABareGetIsNobodys) { EXPECT_EQ(Find(Request("GET", "/")).kind, Route::Kind::kNone); }

TEST(QueuePathTest, ReadsWhatQueueUrlsHave) {
  const auto plain = ParseQueuePath("/123456789012/my-queue.fifo");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->account, "123456789012");
  EXPECT_EQ(plain->name, "my-queue.fifo");
  const auto regional = ParseQueuePath("/queue/eu-west-1/123456789012/q");
  ASSERT_TRUE(regional);
  EXPECT_EQ(regional->region, "eu-west-1");
  for (const char* other :
       {"/", "", "/123456789012", "/123456789012/", "/12345/q", "/a/b/c/d/e", "/123456789012/q/r"}) {
    EXPECT_FALSE(ParseQueuePath(other)) << other;
  }
}

}  // namespace
}  // namespace stratolite::daemon
