#include "sqs/queue_url.hpp"

#include <gtest/gtest.h>

namespace stratolite::sqs {
namespace {

const Scope kCaller{AccountId("111111111111"), Region("eu-west-1")};

struct UrlCase {
  const char* url;
  const char* account;
  const char* region;
  const char* name;
};

class QueueUrlForms : public ::testing::TestWithParam<UrlCase> {};

TEST_P(QueueUrlForms, AreUnderstood) {
  const auto address = ParseQueueUrl(GetParam().url, kCaller);
  ASSERT_TRUE(address) << GetParam().url;
  EXPECT_EQ(address->scope.account.str(), GetParam().account);
  EXPECT_EQ(address->scope.region.str(), GetParam().region);
  EXPECT_EQ(address->name, GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(
    All, QueueUrlForms,
    ::testing::Values(
        UrlCase{"https://sqs.us-east-1.amazonaws.com/222222222222/q", "222222222222", "us-east-1", "q"},
        UrlCase{"https://sqs.cn-north-1.amazonaws.com.cn/222222222222/q.fifo", "222222222222", "cn-north-1", "q.fifo"},
        UrlCase{"https://us-west-2.queue.amazonaws.com/222222222222/q", "222222222222", "us-west-2", "q"},
        UrlCase{"https://queue.amazonaws.com/222222222222/q", "222222222222", "us-east-1", "q"},
        UrlCase{"http://localhost:4566/222222222222/q", "222222222222", "eu-west-1", "q"},
        UrlCase{"http://sqs.us-east-2.localhost:4566/222222222222/q", "222222222222", "us-east-2", "q"},
        UrlCase{"http://[::1]:4566/222222222222/q", "222222222222", "eu-west-1", "q"},
        UrlCase{"http://localhost:4566/queue/ap-south-1/222222222222/q", "222222222222", "ap-south-1", "q"},
        UrlCase{"http://localhost:4566/222222222222/q/", "222222222222", "eu-west-1", "q"},
        UrlCase{"/222222222222/q", "222222222222", "eu-west-1", "q"}, UrlCase{"q", "111111111111", "eu-west-1", "q"},
        UrlCase{"q.fifo", "111111111111", "eu-west-1", "q.fifo"}));

TEST(QueueUrl, OtherTextsAreNoQueueUrls) {
  for (const char* url : {"", "http://localhost:4566", "http://localhost:4566/", "http://localhost:4566/q", "a/b", "/q",
                          "no queue", "http://localhost:4566/1/2/3/4/5", "http://localhost/22222222222/q"}) {
    EXPECT_FALSE(ParseQueueUrl(url, kCaller)) << url;
  }
}

TEST(QueueUrl, EchoesTheEndpoint) {
  EXPECT_EQ(QueueUrl("http://my-host:1234", {kCaller, "q"}), "http://my-host:1234/111111111111/q");
}

TEST(QueueUrl, NamesAreLettersDigitsHyphensAndUnderscores) {
  EXPECT_TRUE(IsQueueName("aZ09-_"));
  EXPECT_TRUE(IsQueueName(std::string(80, 'a')));
  EXPECT_TRUE(IsQueueName("a.fifo"));
  for (const std::string name : {"", ".fifo", "a.b", "a/b", "a b", "a.fifo.fifo", "é"})
    EXPECT_FALSE(IsQueueName(name)) << name;
  EXPECT_FALSE(IsQueueName(std::string(81, 'a')));
  EXPECT_FALSE(IsQueueName(std::string(76, 'a') + ".fifo"));
}

TEST(QueueUrl, ArnsNameQueues) {
  const QueueAddress address{kCaller, "q"};
  EXPECT_EQ(ArnOf(address), "arn:aws:sqs:eu-west-1:111111111111:q");
  EXPECT_EQ(ParseQueueArn(ArnOf(address)), address);
  for (const char* arn :
       {"arn:aws:sns:eu-west-1:111111111111:q", "arn:aws:sqs:eu-west-1:111111111111:", "dummy", "arn:aws:sqs:::q"}) {
    EXPECT_FALSE(ParseQueueArn(arn)) << arn;
  }
}

}  // namespace
}  // namespace stratolite::sqs
