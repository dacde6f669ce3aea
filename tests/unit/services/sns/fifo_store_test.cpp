#include "sns/fifo_store.hpp"

#include <gmock/gmock.h>

#include "unit/services/sns/publish_fixture.hpp"

namespace stratolite::sns {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;

class FifoTopicTest : public PublishFixture {
 protected:
  Json Publish(const std::string& body, const std::string& group = "g", const std::string& token = "") {
    Json input = {{"TopicArn", topic_}, {"Message", body}, {"MessageGroupId", group}};
    if (!token.empty()) input["MessageDeduplicationId"] = token;
    return sns_.MustCall("Publish", std::move(input));
  }
  std::string topic_ = FifoTopic({{"ContentBasedDeduplication", "true"}});
};

TEST_F(FifoTopicTest, NumbersHaveTwentyDigitsAndGrow) {
  EXPECT_EQ(Publish("a")["SequenceNumber"], "10000000000000000000");
  EXPECT_EQ(Publish("b")["SequenceNumber"], "10000000000000001000");
}

TEST_F(FifoTopicTest, GroupAndTokenReachFifoQueuesOnly) {
  SubscribeRaw(topic_, "order.fifo");
  SubscribeRaw(topic_, "plain");
  Publish("a", "g", "t");
  ASSERT_EQ(queues_.taken.size(), 2U);
  EXPECT_EQ(queues_.taken[0].group_id, "g");
  EXPECT_EQ(queues_.taken[0].deduplication_id, "t");
  EXPECT_EQ(queues_.taken[1].group_id, "");
  EXPECT_EQ(queues_.taken[1].deduplication_id, "");
}

TEST_F(FifoTopicTest, ADuplicateIsForgottenAfterFiveMinutes) {
  SubscribeRaw(topic_, "plain");
  const Json first = Publish("a");
  sns_.Advance(minutes(5) - seconds(1));
  EXPECT_EQ(Publish("a"), first);
  EXPECT_THAT(Taken(), ElementsAre("plain: a"));
  sns_.Advance(seconds(2));
  EXPECT_NE(Publish("a")["MessageId"], first["MessageId"]);
  EXPECT_THAT(Taken(), ElementsAre("plain: a"));
}

TEST_F(FifoTopicTest, AnExplicitTokenEqualToABodysDigestIsItsDuplicate) {
  const Json first = Publish("a");
  EXPECT_EQ(Publish("b", "g", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"), first);
}

TEST_F(FifoTopicTest, ATopicOfTheSameNameStartsAnew) {
  const Json first = Publish("a");
  sns_.MustCall("DeleteTopic", {{"TopicArn", topic_}});
  FifoTopic({{"ContentBasedDeduplication", "true"}});
  const Json second = Publish("a");
  EXPECT_NE(first["MessageId"], second["MessageId"]);
  EXPECT_EQ(first["SequenceNumber"], second["SequenceNumber"]);
}

}  // namespace
}  // namespace stratolite::sns
