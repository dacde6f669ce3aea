#include "events/events.hpp"

#include <gtest/gtest.h>

#include "support/service_harness.hpp"

namespace stratolite::events {
namespace {

class EventsTest : public ::testing::Test {
 protected:
  testing::ServiceHarness events_{kDescriptor};
};

TEST_F(EventsTest, AnOperationThatIsNotBuiltSaysSo) {
  EXPECT_EQ(events_.ErrorCode("DescribeApiDestination"), "NotImplemented");
}

}  // namespace
}  // namespace stratolite::events
