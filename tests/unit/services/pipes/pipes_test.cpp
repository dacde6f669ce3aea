#include "pipes/pipes.hpp"

#include <gtest/gtest.h>

#include "support/service_harness.hpp"

namespace stratolite::pipes {
namespace {

class PipesTest : public ::testing::Test {
 protected:
  testing::ServiceHarness pipes_{kDescriptor};
};

TEST_F(PipesTest, AnOperationThatIsNotBuiltSaysSo) {
  EXPECT_EQ(pipes_.ErrorCode("DescribePipe"), "NotImplemented");
}

}  // namespace
}  // namespace stratolite::pipes
