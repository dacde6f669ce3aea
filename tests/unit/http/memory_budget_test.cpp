#include "http/memory_budget.hpp"

#include <gtest/gtest.h>

namespace stratolite::http {
namespace {

constexpr std::uint64_t kMib = 1024 * 1024;

TEST(MemoryBudgetTest, GivesUntilNothingIsLeftAndAgainWhenSomethingCameBack) {
  MemoryBudget budget(16 * kMib);
  MemoryShare first(budget);
  MemoryShare second(budget);
  EXPECT_TRUE(first.TryTake(10 * kMib));
  EXPECT_FALSE(second.TryTake(3 * kMib));
  EXPECT_EQ(second.held(), 0u);
  first.Release();
  EXPECT_TRUE(second.TryTake(3 * kMib));
  EXPECT_EQ(budget.used(), 3 * kMib);
}

TEST(MemoryBudgetTest, LeavesAQuarterToSmallTakes) {
  MemoryBudget budget(16 * kMib);
  MemoryShare large(budget);
  MemoryShare small(budget);
  EXPECT_TRUE(large.TryTake(12 * kMib));
  EXPECT_FALSE(large.TryTake(kMib));
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(small.TryTake(MemoryBudget::kSmallBytes)) << i;
  EXPECT_FALSE(small.TryTake(MemoryBudget::kSmallBytes));
}

TEST(MemoryBudgetTest, LetsWhatIsLargerThanAllPassAloneWhateverConnectionsHold) {
  MemoryBudget budget(16 * kMib);
  MemoryShare connection(budget);
  MemoryShare huge(budget);
  connection.Force(4096);
  EXPECT_TRUE(huge.TryTake(64 * kMib));
  MemoryShare other(budget);
  EXPECT_FALSE(other.TryTake(kMib));
}

TEST(MemoryBudgetTest, ServesThoseWhoWaitInOrderAndNobodyPassesThem) {
  MemoryBudget budget(16 * kMib);
  MemoryShare holder(budget);
  ASSERT_TRUE(holder.TryTake(12 * kMib));
  int woken = 0;
  const auto wake = [&] { ++woken; };
  const auto first = budget.Enqueue(8 * kMib, wake);
  const auto second = budget.Enqueue(6 * kMib, wake);
  EXPECT_TRUE(budget.pressed());
  MemoryShare late(budget);
  EXPECT_FALSE(late.TryTake(kMib));
  EXPECT_TRUE(late.TryTake(1000));
  holder.Release();
  EXPECT_TRUE(first->granted);
  EXPECT_FALSE(second->granted);
  EXPECT_EQ(woken, 1);
  MemoryShare share(budget);
  share.Adopt(first->taken);
  share.Release();
  EXPECT_TRUE(second->granted);
  EXPECT_TRUE(budget.Withdraw(second));
  EXPECT_FALSE(budget.pressed());
}

TEST(MemoryBudgetTest, WhoLeavesTheQueueMakesWayForThoseBehind) {
  MemoryBudget budget(16 * kMib);
  MemoryShare holder(budget);
  ASSERT_TRUE(holder.TryTake(6 * kMib));
  const auto first = budget.Enqueue(12 * kMib, [] {});
  const auto second = budget.Enqueue(4 * kMib, [] {});
  EXPECT_FALSE(second->granted);
  EXPECT_FALSE(budget.Withdraw(first));
  EXPECT_TRUE(second->granted);
}

TEST(MemoryBudgetTest, IsPressedWhenMoreIsHeldThanThereIs) {
  MemoryBudget budget(kMib);
  MemoryShare connections(budget);
  connections.Force(kMib);
  EXPECT_FALSE(budget.pressed());
  connections.Force(1);
  EXPECT_TRUE(budget.pressed());
  MemoryShare other(budget);
  EXPECT_FALSE(other.TryTake(1));
}

TEST(MemoryBudgetTest, TellsOnceThatMuchWasGivenBack) {
  MemoryBudget budget(256 * kMib);
  MemoryShare share(budget);
  ASSERT_TRUE(share.TryTake(100 * kMib));
  EXPECT_FALSE(budget.TakeFall());
  share.Release();
  EXPECT_TRUE(budget.TakeFall());
  EXPECT_FALSE(budget.TakeFall());
}

}  // namespace
}  // namespace stratolite::http
