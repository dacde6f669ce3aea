#include "stratolite/base/names.hpp"

#include <gtest/gtest.h>

namespace stratolite {
namespace {

TEST(Names, AnAccountIdHasTwelveDigits) {
  EXPECT_TRUE(IsAccountId("000000000000"));
  for (const char* text : {"", "12345678901", "1234567890123", "12345678901a", "-23456789012"}) {
    EXPECT_FALSE(IsAccountId(text)) << text;
  }
}

TEST(Names, RegionsAreKnownByTheirFormOnly) {
  for (const char* text :
       {"us-east-1", "ap-southeast-5", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1", "xx-nowhere-12"}) {
    EXPECT_TRUE(IsRegionName(text)) << text;
  }
  for (const char* text :
       {"", "us", "us-1", "us-east", "us-east-", "us--east-1", "-us-east-1", "US-EAST-1", "us-east-123", "us-east-1a",
        "us east-1", "us-east-1/../x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaa-1"}) {
    EXPECT_FALSE(IsRegionName(text)) << text;
  }
}

TEST(Names, ARegionTellsItsPartition) {
  EXPECT_EQ(PartitionOf(Region("us-east-1")), "aws");
  EXPECT_EQ(PartitionOf(Region("cn-north-1")), "aws-cn");
  EXPECT_EQ(PartitionOf(Region("us-gov-west-1")), "aws-us-gov");
  EXPECT_EQ(PartitionOf(Region("us-iso-east-1")), "aws-iso");
  EXPECT_EQ(PartitionOf(Region("us-isob-east-1")), "aws-iso-b");
  EXPECT_EQ(DnsSuffixOf(Region("eu-west-1")), "amazonaws.com");
  EXPECT_EQ(DnsSuffixOf(Region("cn-north-1")), "amazonaws.com.cn");
}

TEST(Names, AnArnKeepsTheColonsOfItsResource) {
  const std::string text = "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST";
  const auto arn = Arn::Parse(text);
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->service, "lambda");
  EXPECT_EQ(arn->resource, "function:f:$LATEST");
  EXPECT_EQ(arn->ToString(), text);
  EXPECT_EQ(Arn::Parse("arn:aws:s3:::bucket/key")->ToString(), "arn:aws:s3:::bucket/key");
}

TEST(Names, RefusesWhatIsNoArn) {
  for (const char* text : {"", "arn", "arn:", "arn:aws:s3::", "aws:arn:s3:::b", "ARN:aws:s3:::b"}) {
    EXPECT_FALSE(Arn::Parse(text)) << text;
  }
}

TEST(Names, MakesArnsInTheScopesPartition) {
  const Scope scope{AccountId("123456789012"), Region("cn-north-1")};
  EXPECT_EQ(MakeArn("sqs", scope, "q").ToString(), "arn:aws-cn:sqs:cn-north-1:123456789012:q");
}

}  // namespace
}  // namespace stratolite
