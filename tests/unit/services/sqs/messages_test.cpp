#include "unit/services/sqs/sqs_fixture.hpp"

namespace stratolite::sqs {
namespace {

using MessagesTest = SqsTest;

TEST_F(MessagesTest, WhatIsSentIsReceivedOnceAndDeleted) {
  const std::string url = Create("q");
  const Json sent = Send(url, "message");
  EXPECT_EQ(sent["MD5OfMessageBody"], "78e731027d8fd50ed642340b7c9a63b3");
  EXPECT_FALSE(sent.contains("SequenceNumber"));
  const Json received = ReceiveTen(url);
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0]["MessageId"], sent["MessageId"]);
  EXPECT_EQ(received[0]["Body"], "message");
  EXPECT_EQ(received[0]["MD5OfBody"], sent["MD5OfMessageBody"]);
  EXPECT_FALSE(received[0].contains("Attributes"));
  EXPECT_TRUE(ReceiveTen(url).empty());
  Delete(url, HandleOf(received[0]));
  sqs_.Advance(1h);
  EXPECT_TRUE(ReceiveTen(url).empty());
}

TEST_F(MessagesTest, NothingReceivedIsAnEmptyAnswer) {
  EXPECT_EQ(sqs_.MustCall("ReceiveMessage", {{"QueueUrl", Create("q")}}), Json::object());
}

TEST_F(MessagesTest, AllSystemAttributesOnRequest) {
  const std::string url = Create("q");
  sqs_.caller.user_id = "AIDAEXAMPLE";
  Send(url, "m",
       {{"MessageSystemAttributes", {{"AWSTraceHeader", {{"DataType", "String"}, {"StringValue", "Root=1"}}}}},
        {"MessageGroupId", "tenant"}});
  const Json message = Receive(url, {{"AttributeNames", {"All"}}})[0];
  const std::string now = std::to_string(EpochMillis(sqs_.Now()));
  EXPECT_EQ(message["Attributes"], (Json{{"SenderId", "AIDAEXAMPLE"},
                                         {"SentTimestamp", now},
                                         {"ApproximateReceiveCount", "1"},
                                         {"ApproximateFirstReceiveTimestamp", now},
                                         {"MessageGroupId", "tenant"},
                                         {"AWSTraceHeader", "Root=1"}}));
}

TEST_F(MessagesTest, BothNamesOfSystemAttributeNamesWork) {
  const std::string url = Create("q", {{"VisibilityTimeout", "0"}});
  Send(url, "m");
  const Json both = {{"AttributeNames", {"All"}}, {"MessageSystemAttributeNames", {"SenderId"}}};
  EXPECT_EQ(Receive(url, both)[0]["Attributes"].size(), 4U);
  sqs_.protocol = wire::Protocol::kQuery;
  EXPECT_EQ(Receive(url, both)[0]["Attributes"].size(), 1U);
  EXPECT_EQ(Error("ReceiveMessage", {{"QueueUrl", url}, {"AttributeNames", {"Nonsense"}}}).code,
            "InvalidAttributeName");
}

TEST_F(MessagesTest, MessageAttributesAreFilteredAndDigestedAsReturned) {
  const std::string url = Create("q", {{"VisibilityTimeout", "0"}});
  const auto text = [](const char* value) { return Json{{"DataType", "String"}, {"StringValue", value}}; };
  const Json attributes = {{"Help.Me", text("Me")}, {"Hello", text("There")}, {"General", text("Kenobi")}};
  EXPECT_EQ(Send(url, "msg", {{"MessageAttributes", attributes}})["MD5OfMessageAttributes"],
            "4c360f3fdafd970e05fae2f149d997f5");
  const auto receive = [&](Json names) { return Receive(url, {{"MessageAttributeNames", std::move(names)}})[0]; };
  EXPECT_FALSE(receive(Json::array()).contains("MessageAttributes"));
  EXPECT_EQ(receive({"All"})["MessageAttributes"], attributes);
  const Json one = receive({"Foo", "Hello"});
  EXPECT_EQ(one["MessageAttributes"], (Json{{"Hello", text("There")}}));
  EXPECT_EQ(one["MD5OfMessageAttributes"], "a311262e065454b75da111d535b8dacd");
  EXPECT_EQ(receive({"Hel.*"})["MD5OfMessageAttributes"], "83fee93c1bcd8b9a5a923ffacdc636c7");
  EXPECT_FALSE(receive({"Help"}).contains("MD5OfMessageAttributes"));
}

TEST_F(MessagesTest, LargeBodiesSurvive) {
  const std::string url = Create("q", {{"VisibilityTimeout", "0"}});
  const std::string body(1'048'576, 'x');
  Send(url, body);
  EXPECT_EQ(Receive(url)[0]["Body"], body);
  const Json again = Receive(url);
  EXPECT_EQ(again[0]["Body"], body);
  Delete(url, HandleOf(again[0]));
  EXPECT_TRUE(Receive(url).empty());
}

TEST_F(MessagesTest, SizeCountsAttributesToo) {
  const std::string url = Create("q", {{"MaximumMessageSize", "1024"}});
  Send(url, std::string(1024, 'a'));
  const Json attributes = {{"k", {{"DataType", "String"}, {"StringValue", "x"}}}};
  Send(url, std::string(1016, 'a'), {{"MessageAttributes", attributes}});
  const AwsError error = Error(
      "SendMessage", {{"QueueUrl", url}, {"MessageBody", std::string(1017, 'a')}, {"MessageAttributes", attributes}});
  EXPECT_EQ(error.query_code, "InvalidParameterValue");
  EXPECT_EQ(error.message, "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.");
}

TEST_F(MessagesTest, WhatIsNoMessageIsRefusedInAwsWords) {
  const std::string url = Create("q");
  const auto refused = [&](Json input) {
    input["QueueUrl"] = url;
    return Error("SendMessage", std::move(input));
  };
  EXPECT_EQ(refused({{"MessageBody", ""}}).code, "MissingRequiredParameterException");
  EXPECT_EQ(refused({{"MessageBody", ""}}).query_code, "MissingParameter");
  EXPECT_EQ(refused(Json::object()).message, "The request must contain the parameter MessageBody.");
  EXPECT_EQ(refused({{"MessageBody", "\x01"}}).code, "InvalidMessageContents");
  EXPECT_EQ(refused({{"MessageBody", "m"}, {"DelaySeconds", 901}}).message,
            "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.");
  EXPECT_EQ(refused({{"MessageBody", "m"}, {"MessageGroupId", "group 123"}}).message,
            "Value group 123 for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include "
            "alphanumeric and "
            "punctuation characters. 1 to 128 in length.");
  EXPECT_EQ(refused({{"MessageBody", "m"}, {"MessageGroupId", std::string(129, 'a')}}).code,
            "InvalidParameterValueException");
  EXPECT_EQ(refused({{"MessageBody", "m"}, {"MessageDeduplicationId", "d"}}).code, "InvalidParameterValueException");
}

TEST_F(MessagesTest, ReceiveParametersHaveRanges) {
  const std::string url = Create("q");
  const auto refused = [&](const char* name, int value) {
    return Error("ReceiveMessage", {{"QueueUrl", url}, {name, value}}).message;
  };
  EXPECT_EQ(refused("MaxNumberOfMessages", 11),
            "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.");
  EXPECT_NE(refused("MaxNumberOfMessages", 0), "");
  EXPECT_NE(refused("WaitTimeSeconds", 21), "");
  EXPECT_NE(refused("VisibilityTimeout", 43201), "");
}

TEST_F(MessagesTest, DelaysOfQueueAndMessageHold) {
  const std::string url = Create("q", {{"DelaySeconds", "10"}});
  Send(url, "queue's");
  Send(url, "own", {{"DelaySeconds", 20}});
  Send(url, "none", {{"DelaySeconds", 0}});
  EXPECT_EQ(Bodies(ReceiveTen(url)), (std::vector<std::string>{"none"}));
  sqs_.Advance(10s);
  EXPECT_EQ(Bodies(ReceiveTen(url)), (std::vector<std::string>{"queue's"}));
  sqs_.Advance(10s);
  EXPECT_EQ(Bodies(ReceiveTen(url)), (std::vector<std::string>{"own"}));
}

TEST_F(MessagesTest, MessagesExpireWithTheirRetention) {
  const std::string url = Create("q", {{"MessageRetentionPeriod", "60"}});
  Send(url, "old");
  sqs_.Advance(59s);
  Send(url, "new");
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessages"), "2");
  sqs_.Advance(1s);
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessages"), "1");
  EXPECT_EQ(Bodies(ReceiveTen(url)), (std::vector<std::string>{"new"}));
  sqs_.Advance(5min);
  // The sweep has removed the rows, and not only hidden them.
  EXPECT_EQ(sqs_.world().deps().db.Read(
                [](storage::Reader& reader) { return reader.QueryInt("SELECT COUNT(*) FROM sqs_message", {}); }),
            0);
}

TEST_F(MessagesTest, ManyMessagesComeInOrderOfArrival) {
  const std::string url = Create("q");
  for (int i = 0; i < 25; ++i) Send(url, std::to_string(i));
  std::vector<std::string> bodies;
  for (int i = 0; i < 3; ++i) {
    for (const std::string& body : Bodies(ReceiveTen(url))) bodies.push_back(body);
  }
  ASSERT_EQ(bodies.size(), 25U);
  for (int i = 0; i < 25; ++i) EXPECT_EQ(bodies[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST_F(MessagesTest, InspectionShowsWithoutReceiving) {
  const std::string url = Create("q");
  Send(url, "visible");
  Send(url, "delayed", {{"DelaySeconds", 10}});
  Service* const service = sqs_.world().FindService("sqs");
  const auto look = [&](std::unordered_map<std::string, std::string> query) {
    auto page = service->Admin({"messages", std::move(query), sqs_.scope});
    return Bodies((**page)["Messages"]);
  };
  EXPECT_EQ(look({{"QueueUrl", url}}), (std::vector<std::string>{"visible"}));
  EXPECT_EQ(look({{"QueueName", "q"}, {"ShowDelayed", "true"}}), (std::vector<std::string>{"visible", "delayed"}));
  ASSERT_EQ(Receive(url).size(), 1U);
  EXPECT_EQ(look({{"QueueUrl", url}}), (std::vector<std::string>{}));
  EXPECT_EQ(
      look({{"QueueName", "q"}, {"AccountId", "123456789012"}, {"Region", "us-east-1"}, {"ShowInvisible", "true"}}),
      (std::vector<std::string>{"visible"}));
  EXPECT_FALSE(service->Admin({"messages", {{"QueueName", "none"}}, sqs_.scope})->ok());
  EXPECT_FALSE(service->Admin({"nonsense", {}, sqs_.scope}));
}

}  // namespace
}  // namespace stratolite::sqs
