#include "sqs/queue_emptying.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "sqs/sqs.hpp"
#include "stratolite/ports/registry.hpp"
#include "support/service_harness.hpp"

namespace stratolite::sqs {
namespace {

using namespace std::chrono_literals;

class QueueEmptyingTest : public ::testing::Test {
 protected:
  void MakeQueue(const std::string& name, Json attributes = Json::object()) {
    sqs_.MustCall("CreateQueue", {{"QueueName", name}, {"Attributes", std::move(attributes)}});
  }
  void SendTo(const std::string& name, const std::string& body, Json more = Json::object()) {
    more["QueueUrl"] = "http://localhost:4566/123456789012/" + name;
    more["MessageBody"] = body;
    sqs_.MustCall("SendMessage", std::move(more));
  }
  static Arn QueueArn(const std::string& name) {
    return MakeArn("sqs", {AccountId("123456789012"), Region("us-east-1")}, name);
  }
  ports::QueueConsumer& consumer() {
    sqs_.world().FindService("sqs");
    return *sqs_.world().deps().ports.Find<ports::QueueConsumer>();
  }
  bool Delete(const std::string& name, const Json& message) {
    const auto handle = message["ReceiptHandle"].get<std::string>();
    return sqs_.world().deps().db.Transact([&](storage::Txn& txn) {
      const bool held = consumer().Holds(txn, QueueArn(name), handle);
      EXPECT_EQ(consumer().Delete(txn, QueueArn(name), handle), held);
      return held;
    });
  }

  testing::ServiceHarness sqs_{kDescriptor};
};

TEST_F(QueueEmptyingTest, AReceiveCountsAsAClientsDoes) {
  MakeQueue("q", {{"VisibilityTimeout", "10"}});
  SendTo("q", "one", {{"MessageAttributes", {{"k", {{"DataType", "String"}, {"StringValue", "v"}}}}}});
  const Json first = *consumer().Receive(QueueArn("q"), 5);
  ASSERT_EQ(first.size(), 1);
  EXPECT_EQ(first[0]["Body"], "one");
  EXPECT_EQ(first[0]["Attributes"]["ApproximateReceiveCount"], "1");
  EXPECT_EQ(first[0]["MessageAttributes"]["k"]["StringValue"], "v");
  EXPECT_EQ(consumer().Receive(QueueArn("q"), 5)->size(), 0);
  sqs_.Advance(10s);
  const Json second = *consumer().Receive(QueueArn("q"), 5);
  ASSERT_EQ(second.size(), 1);
  EXPECT_EQ(second[0]["Attributes"]["ApproximateReceiveCount"], "2");
  EXPECT_FALSE(Delete("q", first[0])) << "somebody else has it";
  EXPECT_TRUE(Delete("q", second[0]));
  EXPECT_FALSE(Delete("q", second[0])) << "it is gone";
}

TEST_F(QueueEmptyingTest, AWatchHearsOfMessagesUntilItEnds) {
  MakeQueue("q", {{"DelaySeconds", "5"}});
  std::atomic<int> woken = 0;
  auto watch = consumer().WatchQueue(QueueArn("q"), [&] { ++woken; });
  ASSERT_TRUE(watch.ok());
  SendTo("q", "later");
  EXPECT_EQ(woken, 0);
  sqs_.Advance(5s);
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(consumer().Receive(QueueArn("q"), 1)->size(), 1);
  watch->reset();
  SendTo("q", "unheard");
  sqs_.Advance(5s);
  EXPECT_EQ(woken, 1);
}

TEST_F(QueueEmptyingTest, DeletingTheQueueWakesItsWatches) {
  MakeQueue("q");
  std::atomic<int> woken = 0;
  auto watch = consumer().WatchQueue(QueueArn("q"), [&] { ++woken; });
  sqs_.MustCall("DeleteQueue", {{"QueueUrl", "http://localhost:4566/123456789012/q"}});
  EXPECT_GE(woken, 1);
  EXPECT_EQ(consumer().Receive(QueueArn("q"), 1).error().code, "QueueDoesNotExist");
  EXPECT_EQ(consumer().WatchQueue(QueueArn("q"), [] {}).error().code, "QueueDoesNotExist");
}

TEST_F(QueueEmptyingTest, DeletingInAFifoQueueShowsTheRestOfTheGroup) {
  MakeQueue("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  SendTo("q.fifo", "one", {{"MessageGroupId", "g"}});
  SendTo("q.fifo", "two", {{"MessageGroupId", "g"}});
  const Json first = *consumer().Receive(QueueArn("q.fifo"), 1);
  ASSERT_EQ(first.size(), 1);
  EXPECT_EQ(consumer().Receive(QueueArn("q.fifo"), 1)->size(), 0);
  EXPECT_TRUE(Delete("q.fifo", first[0]));
  EXPECT_EQ((*consumer().Receive(QueueArn("q.fifo"), 1))[0]["Body"], "two");
}

}  // namespace
}  // namespace stratolite::sqs
