#include "pipes/pipes.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "sqs/sqs.hpp"
#include "stratolite/base/json_text.hpp"
#include "support/service_harness.hpp"

namespace stratolite::pipes {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kArnPrefix = "arn:aws:sqs:us-east-1:123456789012:";

class PipesTest : public ::testing::Test {
 protected:
  PipesTest() {
    MakeQueue("in");
    MakeQueue("out");
  }

  Json Sqs(std::string_view operation, Json input) {
    world_.service = "sqs";
    Json answer = world_.MustCall(operation, std::move(input));
    world_.service = "pipes";
    return answer;
  }
  static std::string Url(const std::string& queue) { return "http://localhost:4566/123456789012/" + queue; }
  static std::string ArnOf(const std::string& queue) { return std::string(kArnPrefix) + queue; }
  void MakeQueue(const std::string& name, Json attributes = Json::object()) {
    Sqs("CreateQueue", {{"QueueName", name}, {"Attributes", std::move(attributes)}});
  }
  void Send(const std::string& queue, const std::string& body, Json more = Json::object()) {
    more["QueueUrl"] = Url(queue);
    more["MessageBody"] = body;
    Sqs("SendMessage", std::move(more));
  }
  /// What lies in the queue now, once everything that is due has run.
  std::vector<std::string> Bodies(const std::string& queue) {
    world_.Advance(0s);
    std::vector<std::string> bodies;
    while (true) {
      const Json answer = Sqs("ReceiveMessage", {{"QueueUrl", Url(queue)}, {"MaxNumberOfMessages", 10}});
      if (!answer.contains("Messages")) return bodies;
      for (const Json& message : answer["Messages"]) bodies.push_back(message["Body"]);
    }
  }
  int CountOf(const std::string& queue, const char* name) {
    const Json answer = Sqs("GetQueueAttributes", {{"QueueUrl", Url(queue)}, {"AttributeNames", Json::array({"All"})}});
    return std::stoi(answer["Attributes"][name].get<std::string>());
  }
  int Visible(const std::string& queue) { return CountOf(queue, "ApproximateNumberOfMessages"); }
  int InFlight(const std::string& queue) { return CountOf(queue, "ApproximateNumberOfMessagesNotVisible"); }

  static Json Settings(Json more = Json::object()) {
    Json input = {{"Name", "p"},
                  {"Source", ArnOf("in")},
                  {"Target", ArnOf("out")},
                  {"RoleArn", "arn:aws:iam::123456789012:role/pipes"}};
    input.update(more);
    return input;
  }
  void MakePipe(Json more = Json::object()) { world_.MustCall("CreatePipe", Settings(std::move(more))); }
  std::string Refusal(Json more) {
    const Result<Json> outcome = world_.Call("CreatePipe", Settings(std::move(more)));
    return outcome.ok() ? "taken" : outcome.error().code;
  }

  testing::ServiceHarness world_{std::vector{kDescriptor, sqs::kDescriptor}};
};

TEST_F(PipesTest, AMessageGoesFromQueueToQueueAsARecord) {
  MakePipe();
  Send("in", R"({"order": 1})");
  const std::vector<std::string> bodies = Bodies("out");
  ASSERT_EQ(bodies.size(), 1);
  const Json record = ParseJsonText(bodies[0]);
  EXPECT_EQ(record["body"], R"({"order": 1})");
  EXPECT_EQ(record["eventSource"], "aws:sqs");
  EXPECT_EQ(record["eventSourceARN"], ArnOf("in"));
  EXPECT_EQ(record["attributes"]["ApproximateReceiveCount"], "1");
  EXPECT_EQ(Visible("in") + InFlight("in"), 0);
}

TEST_F(PipesTest, WhatLayInTheQueueBeforeThePipeWasMadeGoesToo) {
  for (int i = 0; i < 25; ++i) Send("in", "m");
  MakePipe();
  EXPECT_EQ(Bodies("out").size(), 25);
}

TEST_F(PipesTest, WhatNoFilterMatchesIsDeleted) {
  MakePipe({{"SourceParameters",
             {{"FilterCriteria",
               {{"Filters",
                 {{{"Pattern", R"({"body": {"kind": ["a"]}})"}},
                  {{"Pattern", R"({"body": {"n": [{"numeric": [">", 5]}]}})"}}}}}}}},
            {"TargetParameters", {{"InputTemplate", "<$.body.id>"}}}});
  Send("in", R"({"id": "1", "kind": "a"})");
  Send("in", R"({"id": "2", "kind": "b"})");
  Send("in", R"({"id": "3", "n": 6})");
  Send("in", "no JSON");
  EXPECT_EQ(Bodies("out"), (std::vector<std::string>{"1", "3"}));
  EXPECT_EQ(Visible("in") + InFlight("in"), 0);
}

TEST_F(PipesTest, WhatTheTargetRefusesStaysAndGoesToTheDeadLetterQueue) {
  MakeQueue("dead");
  MakeQueue("narrow", {{"MaximumMessageSize", "1024"}});
  Sqs("SetQueueAttributes",
      {{"QueueUrl", Url("in")},
       {"Attributes",
        {{"RedrivePolicy", R"({"deadLetterTargetArn":")" + ArnOf("dead") + R"(","maxReceiveCount":2})"}}}});
  MakePipe({{"Target", ArnOf("narrow")}, {"TargetParameters", {{"InputTemplate", "<$.body>"}}}});
  Send("in", std::string(2000, 'x'));
  Send("in", "short");
  EXPECT_EQ(Bodies("narrow"), std::vector<std::string>{"short"});
  EXPECT_EQ(InFlight("in"), 1);
  world_.Advance(30s);
  EXPECT_EQ(InFlight("in"), 1);
  world_.Advance(30s);
  EXPECT_EQ(Visible("in") + InFlight("in"), 0);
  EXPECT_EQ(Visible("dead"), 1);
}

TEST_F(PipesTest, AFifoPipeKeepsTheOrderAndFillsInItsParameters) {
  MakeQueue("in.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  MakeQueue("out.fifo", {{"FifoQueue", "true"}});
  MakePipe(
      {{"Source", ArnOf("in.fifo")},
       {"Target", ArnOf("out.fifo")},
       {"TargetParameters",
        {{"InputTemplate", "<$.body.n>"},
         {"SqsQueueParameters", {{"MessageGroupId", "$.body.customer"}, {"MessageDeduplicationId", "$.messageId"}}}}}});
  for (int i = 0; i < 12; ++i)
    Send("in.fifo", R"({"customer": "c", "n": )" + std::to_string(i) + "}", {{"MessageGroupId", "g"}});
  world_.Advance(0s);
  const Json answer = Sqs("ReceiveMessage", {{"QueueUrl", Url("out.fifo")},
                                             {"MaxNumberOfMessages", 10},
                                             {"MessageSystemAttributeNames", Json::array({"All"})}});
  ASSERT_EQ(answer["Messages"].size(), 10);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(answer["Messages"][i]["Body"], std::to_string(i));
    EXPECT_EQ(answer["Messages"][i]["Attributes"]["MessageGroupId"], "c");
  }
}

TEST_F(PipesTest, AMessageThatStaysHoldsBackItsGroupOnly) {
  MakeQueue("in.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  MakeQueue("narrow", {{"MaximumMessageSize", "1024"}});
  MakePipe({{"Source", ArnOf("in.fifo")},
            {"Target", ArnOf("narrow")},
            {"TargetParameters", {{"InputTemplate", "<$.body>"}}}});
  Send("in.fifo", std::string(2000, 'x'), {{"MessageGroupId", "bad"}});
  Send("in.fifo", "behind it", {{"MessageGroupId", "bad"}});
  Send("in.fifo", "of another", {{"MessageGroupId", "good"}});
  EXPECT_EQ(Bodies("narrow"), std::vector<std::string>{"of another"});
}

TEST_F(PipesTest, ABatchWaitsForItsWindowOrUntilItIsFull) {
  MakePipe(
      {{"SourceParameters", {{"SqsQueueParameters", {{"BatchSize", 3}, {"MaximumBatchingWindowInSeconds", 20}}}}}});
  Send("in", "1");
  Send("in", "2");
  EXPECT_EQ(Bodies("out").size(), 0);
  Send("in", "3");
  EXPECT_EQ(Bodies("out").size(), 3);
  Send("in", "4");
  world_.Advance(19s);
  EXPECT_EQ(Bodies("out").size(), 0);
  world_.Advance(1s);
  EXPECT_EQ(Bodies("out").size(), 1);
}

TEST_F(PipesTest, AStoppedPipeTakesNothingUntilItIsStarted) {
  MakePipe({{"DesiredState", "STOPPED"}});
  EXPECT_EQ(world_.MustCall("DescribePipe", {{"Name", "p"}})["CurrentState"], "STOPPED");
  Send("in", "m");
  EXPECT_EQ(Bodies("out").size(), 0);
  EXPECT_EQ(Visible("in"), 1);
  EXPECT_EQ(world_.MustCall("StartPipe", {{"Name", "p"}})["CurrentState"], "STARTING");
  EXPECT_EQ(world_.MustCall("DescribePipe", {{"Name", "p"}})["CurrentState"], "RUNNING");
  EXPECT_EQ(Bodies("out").size(), 1);
  EXPECT_EQ(world_.MustCall("StopPipe", {{"Name", "p"}})["CurrentState"], "STOPPING");
  Send("in", "m");
  EXPECT_EQ(Bodies("out").size(), 0);
  world_.MustCall("DeletePipe", {{"Name", "p"}});
  EXPECT_EQ(world_.ErrorCode("DescribePipe", {{"Name", "p"}}), "NotFoundException");
}

TEST_F(PipesTest, AnUpdateChangesWhatItNamesAndTakesEffect) {
  MakePipe({{"Description", "first"},
            {"TargetParameters", {{"InputTemplate", "one"}, {"SqsQueueParameters", {{"MessageGroupId", "g"}}}}}});
  Send("in", "m");
  EXPECT_EQ(Bodies("out"), std::vector<std::string>{"one"});
  const Json role = "arn:aws:iam::123456789012:role/other";
  world_.MustCall("UpdatePipe", {{"Name", "p"}, {"RoleArn", role}, {"TargetParameters", {{"InputTemplate", "two"}}}});
  Send("in", "m");
  EXPECT_EQ(Bodies("out"), std::vector<std::string>{"two"});
  Json pipe = world_.MustCall("DescribePipe", {{"Name", "p"}});
  EXPECT_EQ(pipe["RoleArn"], role);
  EXPECT_EQ(pipe["Description"], "first");
  EXPECT_EQ(pipe["TargetParameters"]["SqsQueueParameters"]["MessageGroupId"], "g");
  world_.MustCall("UpdatePipe", {{"Name", "p"}, {"RoleArn", role}, {"TargetParameters", {{"InputTemplate", ""}}}});
  pipe = world_.MustCall("DescribePipe", {{"Name", "p"}});
  EXPECT_FALSE(pipe["TargetParameters"].contains("InputTemplate"));
}

TEST_F(PipesTest, TheSourceMayBeDeletedAndComeBack) {
  MakePipe({{"TargetParameters", {{"InputTemplate", "<$.body>"}}}});
  EXPECT_EQ(Bodies("out").size(), 0);
  Sqs("DeleteQueue", {{"QueueUrl", Url("in")}});
  world_.Advance(1min);
  MakeQueue("in");
  Send("in", "again");
  world_.Advance(5min);
  EXPECT_EQ(Bodies("out"), std::vector<std::string>{"again"});
}

TEST_F(PipesTest, WhatCannotRunIsRefused) {
  EXPECT_EQ(Refusal({{"Source", "arn:aws:kinesis:us-east-1:123456789012:stream/s"}}), "NotImplemented");
  EXPECT_EQ(Refusal({{"Source", "smk://broker.example.com:9092"}}), "NotImplemented");
  EXPECT_EQ(Refusal({{"Target", "arn:aws:lambda:us-east-1:123456789012:function:f"}}), "NotImplemented");
  EXPECT_EQ(Refusal({{"Enrichment", "arn:aws:lambda:us-east-1:123456789012:function:f"}}), "NotImplemented");
  EXPECT_EQ(Refusal({{"Source", "arn:aws:s3:::bucket"}}), "ValidationException");
  EXPECT_EQ(Refusal({{"Target", "arn:aws:s3:::bucket"}}), "ValidationException");
  EXPECT_EQ(Refusal({{"Source", ArnOf("missing")}}), "ValidationException");
  EXPECT_EQ(Refusal({{"TargetParameters", {{"InputTemplate", "<$..x>"}}}}), "ValidationException");
  EXPECT_EQ(Refusal({{"SourceParameters", {{"FilterCriteria", {{"Filters", {{{"Pattern", "{"}}}}}}}}}),
            "ValidationException");
  EXPECT_EQ(Refusal({{"SourceParameters", {{"SqsQueueParameters", {{"BatchSize", 11}}}}}}), "ValidationException");
  EXPECT_EQ(Refusal({{"Name", "no spaces"}}), "ValidationException");
  EXPECT_EQ(Refusal({{"RoleArn", "role"}}), "ValidationException");
  EXPECT_EQ(Refusal(Json::object()), "taken");
  EXPECT_EQ(Refusal(Json::object()), "ConflictException");
}

TEST_F(PipesTest, PipesAreListedByPages) {
  for (const std::string name : {"a1", "a2", "b1"})
    MakePipe({{"Name", name}, {"DesiredState", name == "a2" ? "RUNNING" : "STOPPED"}});
  const auto names = [&](Json input) {
    const Json answer = world_.MustCall("ListPipes", std::move(input));
    std::vector<std::string> found;
    for (const Json& pipe : answer["Pipes"]) found.push_back(pipe["Name"]);
    return found;
  };
  EXPECT_EQ(names(Json::object()), (std::vector<std::string>{"a1", "a2", "b1"}));
  EXPECT_EQ(names({{"NamePrefix", "a"}}), (std::vector<std::string>{"a1", "a2"}));
  EXPECT_EQ(names({{"CurrentState", "STOPPED"}}), (std::vector<std::string>{"a1", "b1"}));
  EXPECT_EQ(names({{"SourcePrefix", ArnOf("other")}}), std::vector<std::string>{});
  EXPECT_EQ(names({{"TargetPrefix", ArnOf("ou")}, {"DesiredState", "RUNNING"}}), std::vector<std::string>{"a2"});
  const Json first = world_.MustCall("ListPipes", {{"Limit", 2}});
  ASSERT_EQ(first["Pipes"].size(), 2);
  const Json second = world_.MustCall("ListPipes", {{"Limit", 2}, {"NextToken", first["NextToken"]}});
  EXPECT_EQ(second["Pipes"].size(), 1);
  EXPECT_FALSE(second.contains("NextToken"));
  EXPECT_EQ(world_.ErrorCode("ListPipes", {{"NextToken", "?"}}), "ValidationException");
}

TEST_F(PipesTest, TagsAreAddedAndTaken) {
  MakePipe({{"Tags", {{"a", "1"}}}});
  const Json arn = "arn:aws:pipes:us-east-1:123456789012:pipe/p";
  world_.MustCall("TagResource", {{"resourceArn", arn}, {"tags", {{"a", "2"}, {"b", "3"}}}});
  EXPECT_EQ(world_.MustCall("ListTagsForResource", {{"resourceArn", arn}})["tags"], (Json{{"a", "2"}, {"b", "3"}}));
  world_.MustCall("UntagResource", {{"resourceArn", arn}, {"tagKeys", Json::array({"a"})}});
  EXPECT_EQ(world_.MustCall("DescribePipe", {{"Name", "p"}})["Tags"], (Json{{"b", "3"}}));
  EXPECT_EQ(world_.ErrorCode("ListTagsForResource", {{"resourceArn", "arn:aws:pipes:us-east-1:123456789012:pipe/q"}}),
            "NotFoundException");
}

TEST_F(PipesTest, AResetEndsWhatRan) {
  MakePipe();
  EXPECT_EQ(Bodies("out").size(), 0);
  world_.world().Reset();
  MakeQueue("in");
  MakeQueue("out");
  Send("in", "m");
  EXPECT_EQ(Bodies("out").size(), 0);
  EXPECT_EQ(Visible("in"), 1);
}

}  // namespace
}  // namespace stratolite::pipes
