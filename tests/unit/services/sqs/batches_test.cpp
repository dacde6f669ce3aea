#include "unit/services/sqs/sqs_fixture.hpp"

namespace stratolite::sqs {
namespace {

using BatchesTest = SqsTest;

Json Entry(const std::string& id, const std::string& body) { return {{"Id", id}, {"MessageBody", body}}; }

TEST_F(BatchesTest, AreSentReceivedAndDeletedTogether) {
  const std::string url = Create("q");
  Json entries = Json::array();
  for (int i = 0; i < 10; ++i) entries.push_back(Entry("m-" + std::to_string(i), std::to_string(i)));
  const Json sent = sqs_.MustCall("SendMessageBatch", {{"QueueUrl", url}, {"Entries", entries}});
  ASSERT_EQ(sent["Successful"].size(), 10U);
  EXPECT_FALSE(sent.contains("Failed"));
  EXPECT_EQ(sent["Successful"][3]["Id"], "m-3");
  const Json received = ReceiveTen(url);
  ASSERT_EQ(received.size(), 10U);
  Json deletes = Json::array();
  for (int i = 0; i < 10; ++i)
    deletes.push_back(
        {{"Id", std::to_string(i)}, {"ReceiptHandle", received[static_cast<std::size_t>(i)]["ReceiptHandle"]}});
  deletes[4]["ReceiptHandle"] = "garbage";
  const Json deleted = sqs_.MustCall("DeleteMessageBatch", {{"QueueUrl", url}, {"Entries", deletes}});
  EXPECT_EQ(deleted["Successful"].size(), 9U);
  EXPECT_EQ(deleted["Failed"],
            Json::array({{{"Id", "4"},
                          {"SenderFault", true},
                          {"Code", "ReceiptHandleIsInvalid"},
                          {"Message", "The input receipt handle \"garbage\" is not a valid receipt handle."}}}));
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessagesNotVisible"), "1");
}

TEST_F(BatchesTest, ABadEntryFailsAloneOnAStandardQueue) {
  const std::string url = Create("q");
  const Json outcome = sqs_.MustCall(
      "SendMessageBatch", {{"QueueUrl", url}, {"Entries", {Entry("a", "fine"), Entry("b", "\x01"), Entry("c", "")}}});
  EXPECT_EQ(outcome["Successful"].size(), 1U);
  ASSERT_EQ(outcome["Failed"].size(), 2U);
  EXPECT_EQ(outcome["Failed"][0]["Code"], "InvalidMessageContents");
  EXPECT_EQ(outcome["Failed"][1]["Code"], "MissingParameter");
  EXPECT_EQ(outcome["Failed"][1]["Message"],
            "The request must contain the parameter SendMessageBatchRequestEntry.3.MessageBody.");
  EXPECT_EQ(ReceiveTen(url).size(), 1U);
}

TEST_F(BatchesTest, ABadEntryFailsTheWholeBatchOnAFifoQueue) {
  const std::string url = CreateFifo("q.fifo");
  Json good = Entry("a", "fine");
  good["MessageGroupId"] = "g";
  good["MessageDeduplicationId"] = "d";
  EXPECT_EQ(Error("SendMessageBatch", {{"QueueUrl", url}, {"Entries", {good, Entry("b", "no group")}}}).query_code,
            "MissingParameter");
  EXPECT_TRUE(ReceiveTen(url).empty());
  EXPECT_EQ(
      sqs_.MustCall("SendMessageBatch", {{"QueueUrl", url}, {"Entries", {good}}})["Successful"][0]["SequenceNumber"]
          .get<std::string>()
          .size(),
      20U);
}

TEST_F(BatchesTest, AreCheckedAsAWhole) {
  const std::string url = Create("q");
  const auto refused = [&](const char* operation, Json entries) {
    return Error(operation, {{"QueueUrl", url}, {"Entries", std::move(entries)}});
  };
  EXPECT_EQ(refused("SendMessageBatch", Json::array()).query_code, "AWS.SimpleQueueService.EmptyBatchRequest");
  EXPECT_EQ(refused("DeleteMessageBatch", Json::array()).message,
            "There should be at least one DeleteMessageBatchRequestEntry in the request.");
  EXPECT_EQ(refused("SendMessageBatch", {Entry("a", "1"), Entry("a", "2")}).message, "Id a repeated.");
  for (const std::string& id : {std::string(), std::string("message:1"), std::string(81, 'a'), std::string("é")}) {
    const AwsError error = refused("SendMessageBatch", {Entry(id, "1")});
    EXPECT_EQ(error.query_code, "AWS.SimpleQueueService.InvalidBatchEntryId") << id;
  }
  Json many = Json::array();
  for (int i = 0; i < 20; ++i) many.push_back(Entry(std::to_string(i), "m"));
  const AwsError too_many = refused("SendMessageBatch", many);
  EXPECT_EQ(too_many.message, "Maximum number of entries per request are 10. You have sent 20.");
  EXPECT_EQ(too_many.query_code, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest");
  EXPECT_TRUE(too_many.query_detail);
  EXPECT_FALSE(refused("DeleteMessageBatch", many).query_detail);
  EXPECT_FALSE(refused("ChangeMessageVisibilityBatch", many).query_detail);
}

TEST_F(BatchesTest, OneMebibyteIsTheLimitOfAllEntries) {
  const std::string url = Create("q");
  const std::string half(524'288, 'a');
  EXPECT_EQ(sqs_.MustCall("SendMessageBatch",
                          {{"QueueUrl", url}, {"Entries", {Entry("1", half), Entry("2", half)}}})["Successful"]
                .size(),
            2U);
  const AwsError error = Error("SendMessageBatch",
                               {{"QueueUrl", url}, {"Entries", {Entry("1", half), Entry("2", half), Entry("3", "a")}}});
  EXPECT_EQ(error.query_code, "AWS.SimpleQueueService.BatchRequestTooLong");
  EXPECT_EQ(error.message, "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.");
}

TEST_F(BatchesTest, VisibilityIsChangedEntryByEntry) {
  const std::string url = Create("q");
  Send(url, "1");
  Send(url, "2");
  const Json received = ReceiveTen(url);
  const Json outcome =
      sqs_.MustCall("ChangeMessageVisibilityBatch",
                    {{"QueueUrl", url},
                     {"Entries",
                      {{{"Id", "a"}, {"ReceiptHandle", received[0]["ReceiptHandle"]}, {"VisibilityTimeout", 0}},
                       {{"Id", "b"}, {"ReceiptHandle", received[1]["ReceiptHandle"]}, {"VisibilityTimeout", 99999}}}}});
  EXPECT_EQ(outcome["Successful"], Json::array({{{"Id", "a"}}}));
  EXPECT_EQ(outcome["Failed"][0]["Code"], "InvalidParameterValue");
  EXPECT_EQ(Bodies(ReceiveTen(url)), (std::vector<std::string>{"1"}));
}

}  // namespace
}  // namespace stratolite::sqs
