#include "unit/services/sqs/sqs_fixture.hpp"

namespace stratolite::sqs {
namespace {

using QueuesTest = SqsTest;

TEST_F(QueuesTest, UrlsEchoTheEndpointAndAllTheirFormsLeadToTheQueue) {
  EXPECT_EQ(Create("q"), "http://localhost:4566/123456789012/q");
  sqs_.endpoint = "https://other:1";
  EXPECT_EQ(sqs_.MustCall("GetQueueUrl", {{"QueueName", "q"}})["QueueUrl"], "https://other:1/123456789012/q");
  for (const char* url : {"q", "/123456789012/q", "https://sqs.us-east-1.amazonaws.com/123456789012/q",
                          "http://x/queue/us-east-1/123456789012/q"}) {
    EXPECT_EQ(Attribute(url, "QueueArn"), "arn:aws:sqs:us-east-1:123456789012:q") << url;
  }
}

TEST_F(QueuesTest, CreatingAgainWithTheSameAttributesIsNoError) {
  const std::string url = Create("q", {{"VisibilityTimeout", "69"}, {"DelaySeconds", "1"}});
  EXPECT_EQ(Create("q"), url);
  EXPECT_EQ(Create("q", {{"DelaySeconds", "1"}}), url);
  const AwsError error =
      Error("CreateQueue", {{"QueueName", "q"}, {"Attributes", {{"VisibilityTimeout", "69"}, {"DelaySeconds", "2"}}}});
  EXPECT_EQ(error.code, "QueueNameExists");
  EXPECT_EQ(error.query_code, "QueueAlreadyExists");
  EXPECT_EQ(error.message,
            "A queue already exists with the same name and a different value for attribute DelaySeconds");
}

TEST_F(QueuesTest, NamesAreChecked) {
  for (const char* name : {"a/b", "in.fo", "example.fifo", "ééwwà"}) {
    const AwsError error = Error("CreateQueue", {{"QueueName", name}});
    EXPECT_EQ(error.query_code, "InvalidParameterValue") << name;
    EXPECT_EQ(error.message, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }
  EXPECT_EQ(Error("CreateQueue", {{"QueueName", "q"}, {"Attributes", {{"FifoQueue", "true"}}}}).query_code,
            "InvalidParameterValue");
  EXPECT_EQ(Error("CreateQueue", {{"QueueName", "q"}, {"Attributes", {{"FifoQueue", "false"}}}}).message,
            "Unknown Attribute FifoQueue.");
  EXPECT_EQ(Error("CreateQueue", {{"QueueName", "q.fifo"}, {"Attributes", {{"FifoQueue", "false"}}}}).message,
            "Unknown Attribute FifoQueue.");
}

TEST_F(QueuesTest, ADeletedQueueIsGoneAndItsNameRestsForAMinute) {
  const std::string url = Create("q");
  Send(url, "message");
  sqs_.MustCall("DeleteQueue", {{"QueueUrl", url}});
  EXPECT_EQ(Error("SendMessage", {{"QueueUrl", url}, {"MessageBody", "m"}}).code, "QueueDoesNotExist");
  const AwsError error = Error("CreateQueue", {{"QueueName", "q"}});
  EXPECT_EQ(error.query_code, "AWS.SimpleQueueService.QueueDeletedRecently");
  sqs_.Advance(60s);
  Create("q");
  EXPECT_TRUE(Receive(url).empty());
}

TEST_F(QueuesTest, AMissingQueueIsWordedByProtocol) {
  const Json input = {{"QueueUrl", "http://localhost:4566/123456789012/none"}};
  EXPECT_EQ(Error("GetQueueAttributes", input).message, "The specified queue does not exist.");
  sqs_.protocol = wire::Protocol::kQuery;
  const AwsError error = Error("GetQueueAttributes", input);
  EXPECT_EQ(error.message, "The specified queue does not exist for this wsdl version.");
  EXPECT_EQ(error.query_code, "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_TRUE(error.query_detail);
}

TEST_F(QueuesTest, ListingIsByPrefixInPages) {
  EXPECT_EQ(sqs_.MustCall("ListQueues"), Json::object());
  for (const char* name : {"a-1", "a-2", "a-3", "b_1", "bX1"}) Create(name);
  const Json all = sqs_.MustCall("ListQueues");
  EXPECT_EQ(all["QueueUrls"].size(), 5U);
  EXPECT_FALSE(all.contains("NextToken"));
  EXPECT_EQ(sqs_.MustCall("ListQueues", {{"QueueNamePrefix", "b_"}})["QueueUrls"],
            Json::array({"http://localhost:4566/123456789012/b_1"}));
  const Json first = sqs_.MustCall("ListQueues", {{"QueueNamePrefix", "a-"}, {"MaxResults", 2}});
  EXPECT_EQ(first["QueueUrls"].size(), 2U);
  const Json rest =
      sqs_.MustCall("ListQueues", {{"QueueNamePrefix", "a-"}, {"MaxResults", 2}, {"NextToken", first["NextToken"]}});
  EXPECT_EQ(rest["QueueUrls"], Json::array({"http://localhost:4566/123456789012/a-3"}));
  EXPECT_FALSE(rest.contains("NextToken"));
}

TEST_F(QueuesTest, AccountsAndRegionsAreApart) {
  const std::string url = Create("q");
  Send(url, "message");
  sqs_.scope.region = Region("eu-west-1");
  EXPECT_EQ(Error("GetQueueUrl", {{"QueueName", "q"}}).code, "QueueDoesNotExist");
  sqs_.scope = {AccountId("999999999999"), Region("us-east-1")};
  EXPECT_EQ(Error("GetQueueUrl", {{"QueueName", "q"}}).code, "QueueDoesNotExist");
  EXPECT_EQ(sqs_.MustCall("GetQueueUrl", {{"QueueName", "q"}, {"QueueOwnerAWSAccountId", "123456789012"}})["QueueUrl"],
            url);
  EXPECT_EQ(Receive(url).size(), 1U);
}

TEST_F(QueuesTest, PurgingEmptiesTheQueueOncePerMinute) {
  const std::string url = CreateFifo("q.fifo");
  SendTo(url, "g", "1");
  SendTo(url, "g", "2");
  Receive(url);
  sqs_.MustCall("PurgeQueue", {{"QueueUrl", url}});
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessages"), "0");
  // Deduplication ids are forgotten with the messages.
  SendTo(url, "g", "1");
  EXPECT_EQ(Bodies(ReceiveTen(url)), (std::vector<std::string>{"1"}));
  const AwsError error = Error("PurgeQueue", {{"QueueUrl", url}});
  EXPECT_EQ(error.query_code, "AWS.SimpleQueueService.PurgeQueueInProgress");
  EXPECT_EQ(error.message, "Only one PurgeQueue operation on q.fifo is allowed every 60 seconds.");
  sqs_.Advance(60s);
  sqs_.MustCall("PurgeQueue", {{"QueueUrl", url}});
}

TEST_F(QueuesTest, TagsAreAddedReplacedAndRemoved) {
  const std::string url = sqs_.MustCall(
      "CreateQueue", {{"QueueName", "q"}, {"tags", {{"tag1", "value1"}, {"tag2", "value2"}}}})["QueueUrl"];
  sqs_.MustCall("TagQueue", {{"QueueUrl", url}, {"Tags", {{"tag1", "VALUE1"}, {"tag3", ""}}}});
  EXPECT_EQ(sqs_.MustCall("ListQueueTags", {{"QueueUrl", url}}),
            (Json{{"Tags", {{"tag1", "VALUE1"}, {"tag2", "value2"}, {"tag3", ""}}}}));
  sqs_.MustCall("UntagQueue", {{"QueueUrl", url}, {"TagKeys", {"tag1", "tag2", "tag3", "none"}}});
  EXPECT_EQ(sqs_.MustCall("ListQueueTags", {{"QueueUrl", url}}), Json::object());
  Json many = Json::object();
  for (int i = 0; i < 51; ++i) many["t" + std::to_string(i)] = "v";
  EXPECT_EQ(Error("TagQueue", {{"QueueUrl", url}, {"Tags", many}}).query_code, "InvalidParameterValue");
}

TEST_F(QueuesTest, PermissionsBecomeStatementsOfThePolicy) {
  const std::string url = Create("q");
  const auto add = [&](const char* label, Json accounts) {
    return Json{
        {"QueueUrl", url}, {"Label", label}, {"AWSAccountIds", std::move(accounts)}, {"Actions", {"ReceiveMessage"}}};
  };
  sqs_.MustCall("AddPermission", add("one", {"123456789012", "668614515564"}));
  const Json policy = Json::parse(Attribute(url, "Policy"));
  EXPECT_EQ(policy["Version"], "2008-10-17");
  EXPECT_EQ(policy["Id"], "arn:aws:sqs:us-east-1:123456789012:q/SQSDefaultPolicy");
  EXPECT_EQ(
      policy["Statement"],
      Json::array({{{"Sid", "one"},
                    {"Effect", "Allow"},
                    {"Principal", {{"AWS", {"arn:aws:iam::668614515564:root", "arn:aws:iam::123456789012:root"}}}},
                    {"Action", "SQS:ReceiveMessage"},
                    {"Resource", "arn:aws:sqs:us-east-1:123456789012:q"}}}));
  EXPECT_EQ(Error("AddPermission", add("one", {"668614515564"})).message,
            "Value one for parameter Label is invalid. Reason: Already exists.");
  sqs_.MustCall("RemovePermission", {{"QueueUrl", url}, {"Label", "one"}});
  EXPECT_EQ(Attribute(url, "Policy"), "");
  EXPECT_EQ(Error("RemovePermission", {{"QueueUrl", url}, {"Label", "one"}}).message,
            "Value one for parameter Label is invalid. Reason: can't find label.");
}

}  // namespace
}  // namespace stratolite::sqs
