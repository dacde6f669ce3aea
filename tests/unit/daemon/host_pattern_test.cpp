#include "daemon/host_pattern.hpp"

#include <gtest/gtest.h>

namespace stratolite::daemon {
namespace {

struct HostCase {
  const char* host;
  const char* service;
  const char* region;
  const char* prefix;
};

class HostPatternTest : public ::testing::TestWithParam<HostCase> {};

TEST_P(HostPatternTest, IsRead) {
  const HostMatch match = MatchHost(GetParam().host);
  EXPECT_EQ(match.service, GetParam().service);
  EXPECT_EQ(match.region, GetParam().region);
  EXPECT_EQ(match.prefix, GetParam().prefix);
}

INSTANTIATE_TEST_SUITE_P(
    Hosts, HostPatternTest,
    ::testing::Values(
        HostCase{"sqs.us-east-1.amazonaws.com", "sqs", "us-east-1", ""},
        HostCase{"SQS.EU-WEST-1.amazonaws.com:443", "sqs", "eu-west-1", ""},
        HostCase{"sqs.cn-north-1.amazonaws.com.cn", "sqs", "cn-north-1", ""},
        HostCase{"sqs-fips.us-gov-west-1.amazonaws.com", "sqs", "us-gov-west-1", ""},
        HostCase{"sqs.us-east-1.api.aws", "sqs", "us-east-1", ""}, HostCase{"sts.amazonaws.com", "sts", "", ""},
        HostCase{"queue.amazonaws.com", "sqs", "", ""},
        HostCase{"eu-west-1.queue.amazonaws.com", "sqs", "eu-west-1", ""},
        HostCase{"monitoring.us-west-2.amazonaws.com", "cloudwatch", "us-west-2", ""},
        HostCase{"stream-logs.us-east-1.amazonaws.com", "logs", "us-east-1", ""},
        HostCase{"s3.amazonaws.com", "s3", "", ""}, HostCase{"s3-us-west-2.amazonaws.com", "s3", "us-west-2", ""},
        HostCase{"s3.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2", ""},
        HostCase{"my.dotted.bucket.s3.us-west-2.amazonaws.com", "s3", "us-west-2", "my.dotted.bucket"},
        HostCase{"bucket.s3-eu-west-1.amazonaws.com", "s3", "eu-west-1", "bucket"},
        HostCase{"sqs.us-east-1.localhost:4566", "sqs", "us-east-1", ""},
        HostCase{"sqs.us-east-1.localhost.localstack.cloud:4566", "sqs", "us-east-1", ""},
        HostCase{"us-east-1.queue.localhost.localstack.cloud:4566", "sqs", "us-east-1", ""},
        HostCase{"bucket.s3.localhost.localstack.cloud:4566", "s3", "", "bucket"},
        HostCase{"sts.localhost", "sts", "", ""}, HostCase{"bucket.localhost:4566", "s3", "", "bucket"},
        HostCase{"Bucket.LOCALHOST.:4566", "s3", "", "bucket"},
        HostCase{"my.dotted.bucket.localhost", "s3", "", "my.dotted.bucket"},
        HostCase{"my.dotted.bucket.s3.localhost", "s3", "", "my.dotted.bucket"},
        HostCase{"bucket.s3.eu-west-1.localhost", "s3", "eu-west-1", "bucket"},
        HostCase{"bucket.s3.dualstack.eu-west-1.localhost", "s3", "eu-west-1", "bucket"},
        HostCase{"bucket.s3-eu-west-1.localhost", "s3", "eu-west-1", "bucket"},
        HostCase{"s3.localhost.localstack.cloud:4566", "s3", "", ""},
        HostCase{"s3.eu-west-1.localhost", "s3", "eu-west-1", ""},
        HostCase{"bucket.s3.amazonaws.com", "s3", "", "bucket"},
        HostCase{"dualstack.s3.amazonaws.com", "s3", "", "dualstack"},
        HostCase{"bucket.s3.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2", "bucket"},
        HostCase{"bucket.s3-fips.us-west-2.amazonaws.com", "s3", "us-west-2", "bucket"},
        HostCase{"bucket.s3-accelerate.amazonaws.com", "s3", "", "bucket"},
        HostCase{"sqs.us-east-1.s3.localhost", "s3", "", "sqs.us-east-1"},
        // What cannot be a bucket's name does not become a path.
        HostCase{"a%2fb.localhost", "", "", ""}, HostCase{"a?b.s3.localhost", "s3", "", ""},
        HostCase{"abc.lambda-url.us-east-1.localhost", "", "", ""}, HostCase{"host.docker.internal:4566", "", "", ""},
        HostCase{".localhost", "", "", ""}, HostCase{"10.0.0.1.localhost", "s3", "", "10.0.0.1"},
        // No substring of a name makes it a service's.
        HostCase{"mybucket.sqs.example.com", "", "", ""}, HostCase{"sqs.example.com", "", "", ""},
        HostCase{"unknown.us-east-1.amazonaws.com", "", "us-east-1", ""}, HostCase{"localhost:4566", "", "", ""},
        HostCase{"127.0.0.1:4566", "", "", ""}, HostCase{"[::1]:4566", "", "", ""}, HostCase{"", "", "", ""}));

TEST(HostPattern, DomainsOfTheUsersHoldBucketsToo) {
  const std::vector<std::string> domains{"objects.test", "stratolite"};
  EXPECT_EQ(MatchHost("my.bucket.objects.test:4566", domains).bucket(), "my.bucket");
  EXPECT_EQ(MatchHost("bucket.stratolite", domains).bucket(), "bucket");
  EXPECT_EQ(MatchHost("objects.test", domains).service, "s3");
  EXPECT_EQ(MatchHost("objects.test", domains).bucket(), "");
  EXPECT_EQ(MatchHost("stratolite:4566", domains).service, "s3");
  EXPECT_EQ(MatchHost("sqs.us-east-1.objects.test", domains).service, "sqs");
  EXPECT_EQ(MatchHost("otherobjects.test", domains).service, "");
  EXPECT_EQ(MatchHost("bucket.objects.test").service, "");
}

TEST(HostPattern, WebsiteEndpointsNameBucketAndRegion) {
  const std::pair<const char*, const char*> hosts[] = {
      {"my.bucket.s3-website.localhost:4566", ""},
      {"my.bucket.s3-website-us-west-2.localhost", "us-west-2"},
      {"my.bucket.s3-website-us-east-1.amazonaws.com", "us-east-1"},
      {"my.bucket.s3-website.eu-central-1.amazonaws.com", "eu-central-1"}};
  for (const auto& [host, region] : hosts) {
    EXPECT_TRUE(MatchHost(host).website) << host;
    EXPECT_EQ(MatchHost(host).service, "s3") << host;
    EXPECT_EQ(MatchHost(host).bucket(), "my.bucket") << host;
    EXPECT_EQ(MatchHost(host).region, region) << host;
  }
  for (const char* host :
       {"s3-website.localhost", "a.s3-websites.localhost", "a.s3-website-x.localhost", "a.s3-website.s3.localhost"})
    EXPECT_FALSE(MatchHost(host).website) << host;
}

TEST(HostNameTest, LeavesOutPortAndBrackets) {
  EXPECT_EQ(HostName("LocalHost:4566"), "localhost");
  EXPECT_EQ(HostName("[::1]:4566"), "::1");
  EXPECT_EQ(HostName("[::1]"), "::1");
  EXPECT_EQ(HostName("example.com."), "example.com");
}

}  // namespace
}  // namespace stratolite::daemon
