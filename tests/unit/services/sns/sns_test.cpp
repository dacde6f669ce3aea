#include "sns/sns.hpp"

#include <gtest/gtest.h>

#include "support/service_harness.hpp"

namespace stratolite::sns {
namespace {

class SnsTest : public ::testing::Test {
 protected:
  testing::ServiceHarness sns_{kDescriptor};
};

TEST_F(SnsTest, AnOperationThatIsNotBuiltSaysSo) {
  EXPECT_EQ(sns_.ErrorCode("ListEndpointsByPlatformApplication"), "NotImplemented");
}

}  // namespace
}  // namespace stratolite::sns
