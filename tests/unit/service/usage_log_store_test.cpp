#include "service/usage_log_store.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "stratolite/ports/registry.hpp"
#include "stratolite/service/world.hpp"

namespace stratolite {
namespace {

constexpr std::string_view kUserKey = "AKIAQAAAAAAAEXAMPLE1";

class UsageLogTest : public ::testing::Test {
 protected:
  static auth::Principal User() {
    auth::Principal user;
    user.type = auth::PrincipalType::kUser;
    user.account = AccountId("111111111111");
    user.arn = "arn:aws:iam::111111111111:user/alice";
    user.user_id = "AIDAALICE";
    return user;
  }
  static auth::Principal Session(const std::string& name) {
    auth::Principal session;
    session.type = auth::PrincipalType::kAssumedRole;
    session.arn = "arn:aws:sts::111111111111:assumed-role/worker/" + name;
    session.user_id = "AROAWORKER:" + name;
    return session;
  }
  void Use(const auth::Principal& who, std::string_view key, std::string_view operation, int second) {
    usage_.Record(who, key, "sqs", operation, "eu-west-1", TimePoint(std::chrono::seconds(second)));
  }

  const std::unique_ptr<World> world_ = World::Open({}, {});
  UsageLogStore usage_{world_->deps().db, world_->timers()};
};

TEST_F(UsageLogTest, TheLastUseOfAKeyIsFoundAmongItsUses) {
  EXPECT_FALSE(usage_.FindLastOfKey(kUserKey));
  Use(User(), kUserKey, "SendMessage", 30);
  Use(User(), kUserKey, "ReceiveMessage", 20);
  const auto last = usage_.FindLastOfKey(kUserKey);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->operation, "SendMessage");
  EXPECT_EQ(last->service, "sqs");
  EXPECT_EQ(last->region, "eu-west-1");
  EXPECT_EQ(last->entity, "AIDAALICE");
  EXPECT_EQ(last->time, TimePoint(std::chrono::seconds(30)));
}

TEST_F(UsageLogTest, LaterUsesTakeThePlaceOfEarlierOnesWhetherTheyWereWrittenOrNot) {
  Use(User(), kUserKey, "SendMessage", 10);
  Use(User(), kUserKey, "SendMessage", 11);
  usage_.Flush();
  Use(User(), kUserKey, "SendMessage", 12);
  const auto uses = usage_.FindByEntity("AIDAALICE");
  ASSERT_EQ(uses.size(), 1u);
  EXPECT_EQ(uses[0].time, TimePoint(std::chrono::seconds(12)));
}

TEST_F(UsageLogTest, SessionsOfARoleShareItsRowAndTheLastOneIsNamed) {
  Use(Session("one"), "ASIAAAAAAAAAEXAMPLE1", "SendMessage", 1);
  Use(Session("two"), "ASIAAAAAAAAAEXAMPLE2", "SendMessage", 2);
  const auto uses = usage_.FindByEntity("AROAWORKER");
  ASSERT_EQ(uses.size(), 1u);
  EXPECT_EQ(uses[0].principal_arn, "arn:aws:sts::111111111111:assumed-role/worker/two");
  EXPECT_EQ(uses[0].access_key_id, "");
}

TEST_F(UsageLogTest, RootAndAnonymousCallersAreLeftOut) {
  auth::Principal root = auth::Principal();
  root.type = auth::PrincipalType::kRoot;
  root.user_id = "111111111111";
  Use(root, "111111111111", "SendMessage", 1);
  Use(auth::Principal(), "", "SendMessage", 1);
  EXPECT_TRUE(usage_.FindByEntity("111111111111").empty());
  EXPECT_TRUE(usage_.FindByEntity("").empty());
}

TEST_F(UsageLogTest, WhatWasWrittenIsThereForWhoComesAfter) {
  Use(User(), kUserKey, "SendMessage", 5);
  usage_.Flush();
  UsageLogStore other(world_->deps().db, world_->timers());
  EXPECT_EQ(other.FindByEntity("AIDAALICE").size(), 1u);
}

TEST_F(UsageLogTest, WhatSeveralThreadsRecordWhileItIsWrittenIsAllThere) {
  constexpr int kUses = 200;
  const auto record = [&](const std::string& name) {
    for (int i = 0; i < kUses; ++i) Use(Session("s"), "ASIA", name + std::to_string(i), i);
  };
  std::thread one(record, "Get");
  std::thread two(record, "Put");
  usage_.Flush();
  EXPECT_LE(usage_.FindByEntity("AROAWORKER").size(), std::size_t{2 * kUses});
  one.join();
  two.join();
  EXPECT_EQ(usage_.FindByEntity("AROAWORKER").size(), std::size_t{2 * kUses});
}

TEST_F(UsageLogTest, AnAccountsUsesAreThoseOfAllItsUsersAndRoles) {
  Use(User(), kUserKey, "SendMessage", 1);
  Use(Session("one"), "ASIAAAAAAAAAEXAMPLE1", "ReceiveMessage", 2);
  auth::Principal stranger = User();
  stranger.arn = "arn:aws:iam::222222222222:user/alice";
  stranger.user_id = "AIDASTRANGER";
  Use(stranger, "AKIAQAAAAAAAEXAMPLE2", "SendMessage", 3);
  EXPECT_EQ(usage_.FindByAccount(AccountId("111111111111")).size(), 2u);
  EXPECT_EQ(usage_.FindByAccount(AccountId("222222222222")).size(), 1u);
}

TEST_F(UsageLogTest, ClearedMemoryIsNotWritten) {
  Use(User(), kUserKey, "SendMessage", 5);
  usage_.Clear();
  EXPECT_TRUE(usage_.FindByEntity("AIDAALICE").empty());
}

}  // namespace
}  // namespace stratolite
