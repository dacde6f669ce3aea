#include "daemon/service_router.hpp"

#include <gtest/gtest.h>

#include "unit/daemon/http_requests.hpp"

namespace stratolite::daemon {
namespace {

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

TEST(ServiceRouterTest, ATargetDecidesBeforeTheSignature) {
  EXPECT_EQ(ServiceOf(Incoming("POST", "/",
                               {{"X-Amz-Target", "AmazonSQS.SendMessage"}, {"Authorization", SignedFor("sns")}})),
            "sqs");
}

TEST(ServiceRouterTest, AnUnknownTargetLeavesItToTheSignature) {
  EXPECT_EQ(ServiceOf(Incoming("POST", "/",
                               {{"X-Amz-Target", "AWSSecurityTokenServiceV20110615.GetCallerIdentity"},
                                {"Authorization", SignedFor("sts")}})),
            "sts");
}

TEST(ServiceRouterTest, TheSmithyPathNamesTheService) {
  EXPECT_EQ(ServiceOf(Incoming("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics",
                               {{"smithy-protocol", "rpc-v2-cbor"}})),
            "cloudwatch");
}

TEST(ServiceRouterTest, TheCredentialScopeNamesTheService) {
  EXPECT_EQ(ServiceOf(Incoming("GET", "/2015-03-31/functions/", {{"Authorization", SignedFor("lambda")}})), "lambda");
  EXPECT_EQ(ServiceOf(Incoming("POST", "/", {{"Authorization", SignedFor("monitoring")}, kForm}, "Action=ListMetrics")),
            "cloudwatch");
  EXPECT_EQ(ServiceOf(Incoming("GET", "/bucket", {{"Authorization", SignedFor("s3express")}})), "s3");
}

TEST(ServiceRouterTest, APresignedQueryNamesTheService) {
  EXPECT_EQ(ServiceOf(Incoming(
                "GET",
                "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256"
                "&X-Amz-Credential=AKID%2F20260102%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20260102T000000Z"
                "&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00")),
            "sts");
}

TEST(ServiceRouterTest, AServiceWithoutAModelIsNamedAsTheClientNamedIt) {
  const Route route = Find(Incoming("POST", "/", {{"Authorization", SignedFor("secretsmanager")}}));
  EXPECT_EQ(route.kind, Route::Kind::kUnknownService);
  EXPECT_EQ(route.service, "secretsmanager");
}

TEST(ServiceRouterTest, TheHostNamesTheServiceOfAnUnsignedRequest) {
  const Route route = Find(
      Incoming("POST", "/", {{"Host", "sts.eu-central-1.amazonaws.com"}, kForm}, "Action=AssumeRoleWithWebIdentity"));
  EXPECT_EQ(route.service, "sts");
  EXPECT_EQ(route.host.region, "eu-central-1");
}

TEST(ServiceRouterTest, AFormWithAnActionIsNoBucketsWhateverTheHostIsCalled) {
  const wire::Headers::Field alias{"Host", "aws.localhost:4566"};
  const auto form = Incoming("POST", "/", {alias, kForm}, "Action=AssumeRoleWithWebIdentity&Version=2011-06-15");
  EXPECT_EQ(ServiceOf(form), "sts");
  EXPECT_EQ(FindRoute(Incoming("POST", "/", {alias, kForm}), std::nullopt, false).kind, Route::Kind::kNeedsBody);
  EXPECT_EQ(ServiceOf(Incoming("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", {alias})), "sts");
  EXPECT_EQ(ServiceOf(Incoming("POST", "/?delete", {alias, kForm}, "<Delete/>")), "s3");
  EXPECT_EQ(ServiceOf(Incoming("POST", "/?delete", {alias})), "s3");
  EXPECT_EQ(ServiceOf(Incoming("GET", "/?list-type=2", {alias})), "s3");
}

TEST(ServiceRouterTest, TheVersionTellsServicesWithTheSameActionApart) {
  EXPECT_EQ(ServiceOf(Incoming("POST", "/", {kForm}, "Action=AddPermission&Version=2012-11-05")), "sqs");
  EXPECT_EQ(ServiceOf(Incoming("POST", "/", {kForm}, "Action=AddPermission&Version=2010-03-31")), "sns");
  EXPECT_EQ(ServiceOf(Incoming("GET", "/?Action=GetCallerIdentity&Version=2011-06-15")), "sts");
  EXPECT_EQ(ServiceOf(Incoming("GET", "/?Action=DescribeInstances")), "ec2");
}

TEST(ServiceRouterTest, AQueueUrlPathMakesAnActionSqs) {
  EXPECT_EQ(ServiceOf(Incoming("POST", "/123456789012/q", {kForm}, "Action=SendMessage&MessageBody=x")), "sqs");
  EXPECT_EQ(ServiceOf(Incoming("POST", "/queue/us-east-1/123456789012/q", {kForm}, "Action=AddPermission")), "sqs");
}

TEST(ServiceRouterTest, AFormWithoutItsBodyIsNotDecided) {
  EXPECT_EQ(FindRoute(Incoming("POST", "/", {kForm}), std::nullopt, false).kind, Route::Kind::kNeedsBody);
}

TEST(ServiceRouterTest, AVersionedPathIsARestService) {
  EXPECT_EQ(ServiceOf(Incoming("GET", "/2015-03-31/functions/")), "lambda");
}

TEST(ServiceRouterTest, WhatIsLeftIsS3) {
  EXPECT_EQ(ServiceOf(Incoming("GET", "/bucket/key")), "s3");
  EXPECT_EQ(ServiceOf(Incoming("PUT", "/bucket")), "s3");
}

TEST(ServiceRouterTest, ABareGetIsNobodys) { EXPECT_EQ(Find(Incoming("GET", "/")).kind, Route::Kind::kNone); }

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
