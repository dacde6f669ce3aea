#include "stratolite/base/once.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

namespace stratolite {
namespace {

TEST(Once, RunsOnceForManyThreads) {
  Once once;
  std::atomic<int> runs = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        once.Run([&] { ++runs; });
        EXPECT_EQ(runs, 1);
      });
    }
  }
  EXPECT_EQ(runs, 1);
}

TEST(Once, WhatThrewIsTriedAgain) {
  Once once;
  EXPECT_THROW(once.Run([] { throw std::runtime_error("no"); }), std::runtime_error);
  int runs = 0;
  once.Run([&] { ++runs; });
  once.Run([&] { ++runs; });
  EXPECT_EQ(runs, 1);
}

}  // namespace
}  // namespace stratolite
