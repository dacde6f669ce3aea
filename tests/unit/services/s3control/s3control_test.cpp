#include "s3control/s3control.hpp"

#include <gtest/gtest.h>

#include "support/service_harness.hpp"

namespace stratolite::s3control {
namespace {

class S3controlTest : public ::testing::Test {
 protected:
  testing::ServiceHarness s3control_{kDescriptor};
};

TEST_F(S3controlTest, AnOperationThatIsNotBuiltSaysSo) {
  EXPECT_EQ(s3control_.ErrorCode("DescribeJob"), "NotImplemented");
}

TEST_F(S3controlTest, WithoutS3ThereIsNothingToAdminister) {
  EXPECT_EQ(s3control_.ErrorCode("ListAccessPoints", {{"AccountId", "123456789012"}}), "NotImplemented");
}

TEST_F(S3controlTest, OtherAccountsAreTheirOwnBusiness) {
  EXPECT_EQ(s3control_.ErrorCode("ListAccessPoints", {{"AccountId", "999999999999"}}), "AccessDenied");
  EXPECT_EQ(s3control_.ErrorCode("GetPublicAccessBlock", {{"AccountId", "me"}}), "InvalidURI");
}

}  // namespace
}  // namespace stratolite::s3control
