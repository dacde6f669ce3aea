#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "unit/services/sqs/sqs_fixture.hpp"

namespace stratolite::sqs {
namespace {

class ContentionTest : public SqsTest {
 protected:
  static constexpr int kProducers = 4;
  static constexpr int kConsumers = 8;
  static constexpr int kMessagesEach = 100;
  static constexpr int kMessages = kProducers * kMessagesEach;

  /// Producers and consumers at once; the clock stands still, so whatever is handed out twice was handed out within its visibility timeout.
  template <typename SendOne>
  void Run(const std::string& url, int wait_seconds, SendOne send_one) {
    std::vector<std::thread> threads;
    for (int producer = 0; producer < kProducers; ++producer) {
      threads.emplace_back([&, producer] {
        for (int i = 0; i < kMessagesEach; ++i) send_one(producer, i);
      });
    }
    for (int consumer = 0; consumer < kConsumers; ++consumer) {
      threads.emplace_back([&, consumer] {
        while (received_.load() < kMessages) {
          const Result<Json> outcome =
              sqs_.Call("ReceiveMessage", {{"QueueUrl", url},
                                           {"MaxNumberOfMessages", 1 + consumer % 10},
                                           {"WaitTimeSeconds", consumer % 2 == 0 ? wait_seconds : 0}});
          if (!outcome.ok()) return ADD_FAILURE() << outcome.error().message;
          for (const Json& message : outcome->value("Messages", Json::array())) Take(url, message, consumer % 3 == 0);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  void Take(const std::string& url, const Json& message, bool remove) {
    {
      const std::scoped_lock lock(mutex_);
      EXPECT_TRUE(ids_.insert(message["MessageId"].get<std::string>()).second)
          << "handed out twice: " << message["Body"];
      order_.push_back(message["Body"].get<std::string>());
    }
    if (remove) {
      EXPECT_TRUE(sqs_.Call("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", message["ReceiptHandle"]}}).ok());
    }
    received_.fetch_add(1);
  }

  std::atomic<int> received_ = 0;
  std::mutex mutex_;
  std::set<std::string> ids_;
  std::vector<std::string> order_;
};

TEST_F(ContentionTest, NoMessageIsHandedOutTwice) {
  const std::string url = Create("q");
  Run(url, 0, [&](int, int i) {
    EXPECT_TRUE(sqs_.Call("SendMessage", {{"QueueUrl", url}, {"MessageBody", std::to_string(i)}}).ok());
  });
  EXPECT_EQ(ids_.size(), static_cast<std::size_t>(kMessages));
}

TEST_F(ContentionTest, NoMessageIsHandedOutTwiceToLongPolls) {
  const std::string url = Create("q");
  Run(url, 1, [&](int, int i) {
    EXPECT_TRUE(sqs_.Call("SendMessage", {{"QueueUrl", url}, {"MessageBody", std::to_string(i)}}).ok());
  });
  EXPECT_EQ(ids_.size(), static_cast<std::size_t>(kMessages));
}

TEST_F(ContentionTest, AFifoGroupHasOneConsumerAtATimeAndKeepsItsOrder) {
  const std::string url = CreateFifo("q.fifo");
  for (int i = 0; i < kMessagesEach; ++i) SendTo(url, "g", std::to_string(i));
  std::mutex mutex;
  std::vector<std::string> order;
  std::vector<std::thread> consumers;
  std::atomic<int> taken = 0;
  for (int consumer = 0; consumer < kConsumers; ++consumer) {
    consumers.emplace_back([&, consumer] {
      while (taken.load() < kMessagesEach) {
        const Result<Json> outcome =
            sqs_.Call("ReceiveMessage", {{"QueueUrl", url}, {"MaxNumberOfMessages", 1 + consumer % 3}});
        if (!outcome.ok()) return ADD_FAILURE() << outcome.error().message;
        for (const Json& message : outcome->value("Messages", Json::array())) {
          {
            const std::scoped_lock lock(mutex);
            order.push_back(message["Body"].get<std::string>());
          }
          EXPECT_TRUE(
              sqs_.Call("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", message["ReceiptHandle"]}}).ok());
          taken.fetch_add(1);
        }
      }
    });
  }
  for (std::thread& consumer : consumers) consumer.join();
  ASSERT_EQ(order.size(), static_cast<std::size_t>(kMessagesEach));
  for (int i = 0; i < kMessagesEach; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], std::to_string(i));
}

}  // namespace
}  // namespace stratolite::sqs
