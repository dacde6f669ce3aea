#include "service/sent_messages_store.hpp"

#include <gtest/gtest.h>

#include "stratolite/ports/registry.hpp"
#include "stratolite/service/world.hpp"

namespace stratolite {
namespace {

using ports::SentMessages;

class SentMessagesTest : public ::testing::Test {
 protected:
  SentMessagesTest() { sent_.Prepare(); }

  void Record(const std::string& body, const std::string& kind = "sms", const std::string& account = "111111111111") {
    world_->deps().db.Transact([&](storage::Txn& txn) {
      sent_.Record(txn, {.time = TimePoint(std::chrono::seconds(1)),
                         .service = "sns",
                         .kind = kind,
                         .scope = {AccountId(account), Region("us-east-1")},
                         .recipient = "+15550100",
                         .sender = "",
                         .subject = "",
                         .body = body,
                         .details = nullptr});
    });
  }
  std::vector<std::string> Bodies(const SentMessages::Question& question) {
    std::vector<std::string> bodies;
    for (const auto& message : sent_.Read(question)) bodies.push_back(message.body);
    return bodies;
  }
  using Texts = std::vector<std::string>;

  const std::unique_ptr<World> world_ = World::Open({}, {});
  SentMessages& sent_ = *world_->deps().ports.Find<SentMessages>();
};

TEST_F(SentMessagesTest, TheNewestAreShownInTheirOrderAndTheRestCanBeAskedFor) {
  for (const char* body : {"a", "b", "c"}) Record(body);
  SentMessages::Question question;
  question.limit = 2;
  EXPECT_EQ(Bodies(question), (Texts{"b", "c"}));
  question.since = 0;
  EXPECT_EQ(Bodies(question), (Texts{"a", "b"}));
  question.since = sent_.Read(question).back().sequence;
  EXPECT_EQ(Bodies(question), Texts{"c"});
}

TEST_F(SentMessagesTest, QuestionsLeaveOutWhatTheyDoNotName) {
  Record("a");
  Record("b", "email");
  Record("c", "sms", "222222222222");
  SentMessages::Question question;
  question.kind = "sms";
  EXPECT_EQ(Bodies(question), (Texts{"a", "c"}));
  question.account = "222222222222";
  EXPECT_EQ(Bodies(question), Texts{"c"});
  question.recipient = "nobody";
  EXPECT_EQ(Bodies(question), Texts{});
}

TEST_F(SentMessagesTest, APageIsBoundedInBytesButNeverEmpty) {
  for (int i = 0; i < 3; ++i) Record(std::string(1000, 'x'));
  SentMessages::Question question;
  question.since = 0;
  question.most_bytes = 2500;
  EXPECT_EQ(Bodies(question).size(), 2U);
  question.most_bytes = 1;
  EXPECT_EQ(Bodies(question).size(), 1U);
}

TEST_F(SentMessagesTest, NumbersGoOnAfterItIsEmptied) {
  Record("a");
  const std::int64_t before = sent_.Read({}).back().sequence;
  sent_.Clear();
  EXPECT_EQ(Bodies({}), Texts{});
  Record("b");
  EXPECT_GT(sent_.Read({}).back().sequence, before);
}

TEST_F(SentMessagesTest, OnlySoManyAreKept) {
  world_->deps().db.Transact([&](storage::Txn& txn) {
    SentMessages::SentMessage message;
    for (std::int64_t i = 0; i <= SentMessages::kMostKept; ++i) {
      message.body = std::to_string(i);
      sent_.Record(txn, message);
    }
  });
  SentMessages::Question question;
  question.since = 0;
  question.limit = 1;
  EXPECT_EQ(Bodies(question), Texts{"1"});
}

TEST_F(SentMessagesTest, AWorldThatSentNothingHasNone) {
  const std::unique_ptr<World> other = World::Open({}, {});
  SentMessages& sent = *other->deps().ports.Find<SentMessages>();
  EXPECT_TRUE(sent.Read({}).empty());
  sent.Clear();
  EXPECT_TRUE(sent.Read({}).empty());
}

}  // namespace
}  // namespace stratolite
