#include "s3/bucket_names.hpp"

#include <gtest/gtest.h>

namespace stratolite::s3 {
namespace {

TEST(BucketNames, FollowAwsRules) {
  for (const char* name : {"abc", "a.b-c", "123", "my-bucket.example.com", "1.2.3", "1.2.3.4.5", "1.2.3.a"})
    EXPECT_TRUE(IsBucketName(name)) << name;
  EXPECT_TRUE(IsBucketName(std::string(63, 'a')));
  for (const char* name : {"",
                           "ab",
                           "Abc",
                           "a_b",
                           "-abc",
                           "abc-",
                           ".abc",
                           "abc.",
                           "a..b",
                           "192.168.5.4",
                           "xn--abc",
                           "sthree-abc",
                           "amzn-s3-demo-abc",
                           "abc-s3alias",
                           "abc--ol-s3",
                           "abc.mrap",
                           "abc--x-s3",
                           "abc--table-s3",
                           "a b c",
                           "ä-b-c"})
    EXPECT_FALSE(IsBucketName(name)) << name;
  EXPECT_FALSE(IsBucketName(std::string(64, 'a')));
}

TEST(BucketNames, ArnsHaveNeitherRegionNorAccount) {
  EXPECT_EQ(BucketArn(Region("eu-west-1"), "b"), "arn:aws:s3:::b");
  EXPECT_EQ(BucketArn(Region("cn-north-1"), "b"), "arn:aws-cn:s3:::b");
}

}  // namespace
}  // namespace stratolite::s3
