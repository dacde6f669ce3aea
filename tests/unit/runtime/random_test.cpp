#include "stratolite/runtime/random.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "runtime/random_source.hpp"

namespace stratolite::runtime {
namespace {

TEST(Random, TheSameSeedGivesTheSameSequence) {
  SeededRandom one(7);
  SeededRandom same(7);
  SeededRandom other(8);
  const std::string uuid = one.Uuid();
  EXPECT_EQ(uuid, same.Uuid());
  EXPECT_NE(uuid, other.Uuid());
}

TEST(Random, UuidsAreVersionFour) {
  SystemRandom random;
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = random.Uuid();
    ASSERT_EQ(uuid.size(), 36U);
    for (const std::size_t dash : {8, 13, 18, 23}) EXPECT_EQ(uuid[dash], '-');
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string_view("89ab").find(uuid[19]), std::string_view::npos);
    EXPECT_EQ(uuid.find_first_not_of("0123456789abcdef-"), std::string::npos);
  }
}

TEST(Random, BelowReachesEveryValueAndNoneBeyond) {
  SeededRandom random(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.Below(7));
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_EQ(*seen.rbegin(), 6U);
  EXPECT_EQ(random.Below(1), 0U);
}

TEST(Random, GivesAsManyBytesAndLettersAsAskedFor) {
  SystemRandom random;
  for (const std::size_t length : {0, 1, 7, 8, 9, 5000}) EXPECT_EQ(random.Bytes(length).size(), length);
  const std::string text = random.String(500, "AB");
  EXPECT_EQ(text.size(), 500U);
  EXPECT_EQ(text.find_first_not_of("AB"), std::string::npos);
  EXPECT_NE(text.find('A'), std::string::npos);
  EXPECT_NE(text.find('B'), std::string::npos);
}

TEST(Random, ThreadsNeverGetTheSameWord) {
  SystemRandom random;
  std::vector<std::vector<std::uint64_t>> words(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : words) {
      threads.emplace_back([&] {
        for (int i = 0; i < 2000; ++i) mine.push_back(random.Next());
      });
    }
  }
  std::set<std::uint64_t> all;
  for (const auto& mine : words) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 8000U);
}

}  // namespace
}  // namespace stratolite::runtime
