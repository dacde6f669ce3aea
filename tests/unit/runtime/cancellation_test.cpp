#include "stratolite/runtime/cancellation.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace stratolite::runtime {
namespace {

TEST(Cancellation, ATokenOfNobodyIsNeverCancelled) {
  const CancellationToken token;
  token.OnCancel([] { ADD_FAILURE(); });
  EXPECT_FALSE(token.cancelled());
}

TEST(Cancellation, RunsEveryActionOnce) {
  CancellationSource source;
  const CancellationToken token = source.token();
  int runs = 0;
  token.OnCancel([&] { ++runs; });
  token.OnCancel([&] { ++runs; });
  EXPECT_FALSE(token.cancelled());
  source.Cancel();
  source.Cancel();
  EXPECT_TRUE(token.cancelled());
  EXPECT_EQ(runs, 2);
  token.OnCancel([&] { ++runs; });
  EXPECT_EQ(runs, 3) << "at once when it is too late to wait";
}

TEST(Cancellation, AnActionMayUseItsToken) {
  CancellationSource source;
  bool seen = false;
  source.token().OnCancel([&, token = source.token()] {
    seen = token.cancelled();
    token.OnCancel([&] { seen = seen && true; });
  });
  source.Cancel();
  EXPECT_TRUE(seen);
}

TEST(Cancellation, NoActionIsLostBetweenThreads) {
  for (int round = 0; round < 50; ++round) {
    CancellationSource source;
    std::atomic<int> runs = 0;
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, token = source.token()] {
          for (int i = 0; i < 10; ++i) token.OnCancel([&] { ++runs; });
        });
      }
      source.Cancel();
    }
    EXPECT_EQ(runs, 40);
  }
}

}  // namespace
}  // namespace stratolite::runtime
