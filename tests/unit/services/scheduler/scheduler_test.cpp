#include "scheduler/scheduler.hpp"

#include <gtest/gtest.h>

#include "support/service_harness.hpp"

namespace stratolite::scheduler {
namespace {

class SchedulerTest : public ::testing::Test {
 protected:
  testing::ServiceHarness scheduler_{kDescriptor};
};

TEST_F(SchedulerTest, AnOperationThatIsNotBuiltSaysSo) {
  EXPECT_EQ(scheduler_.ErrorCode("ListScheduleGroups"), "NotImplemented");
}

}  // namespace
}  // namespace stratolite::scheduler
