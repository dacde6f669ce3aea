#include "daemon/front_door.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/json.hpp"
#include "unit/daemon/door_fixture.hpp"
#include "unit/daemon/http_requests.hpp"

namespace stratolite::daemon {
namespace {

/// Answers GetCallerIdentity with what the front door made of the caller, and throws on request.
class EchoSts final : public Service {
 public:
  void Register(OperationTable& operations) override {
    operations.Add("GetCallerIdentity", [](const Call& call) -> Result<Json> {
      return Json{
          {"Account", call.scope.account.str()}, {"Arn", call.scope.region.str()}, {"UserId", call.access_key_id}};
    });
    operations.Add("GetSessionToken", [](const Call&) -> Result<Json> { throw std::runtime_error("disk on fire"); });
  }
  std::optional<Result<Json>> Admin(const AdminRequest& request) override {
    if (request.path == "broken") return Result<Json>(AwsError{"Broken", "It is broken.", 409});
    if (request.path != "echo") return std::nullopt;
    const auto value = request.query.find("a");
    return Result<Json>(Json{{"a", value == request.query.end() ? "" : value->second}, {"endpoint", request.endpoint}});
  }
};

/// SendMessage echoes the queue URL as its MD5; ReceiveMessage waits until cancelled.
class EchoSqs final : public Service {
 public:
  void Register(OperationTable& operations) override {
    operations.Add("SendMessage", [](const Call& call) -> Result<Json> {
      return Json{{"MessageId", call.input.value("QueueUrl", "none")}, {"MD5OfMessageBody", "x"}};
    });
    operations.AddAsync("ReceiveMessage", [](std::shared_ptr<const Call> call, Completion done) {
      call->cancellation.OnCancel([done = std::move(done)] { done(Json::object()); });
    });
  }
};

constexpr ServiceDescriptor kFrontDoorServices[] = {
    {.name = "sts", .make = [](const ServiceDeps&) -> std::unique_ptr<Service> { return std::make_unique<EchoSts>(); }},
    {.name = "sqs",
     .make = [](const ServiceDeps&) -> std::unique_ptr<Service> { return std::make_unique<EchoSqs>(); },
     .validates_input = false},
};

const std::string kAuthorization =
    "AWS4-HMAC-SHA256 Credential=123456789012/20260102/eu-west-1/sts/aws4_request, SignedHeaders=host;x-amz-date, "
    "Signature=00";

class FrontDoorTest : public DoorFixture {
 protected:
  FrontDoorTest() : DoorFixture(kFrontDoorServices) {}
};

TEST_F(FrontDoorTest, TwelveDigitsForAKeyAreTheAccount) {
  const auto answer =
      Ask(Incoming("POST", "/", {kForm, {"Authorization", kAuthorization}, {"X-Amz-Date", "20260102T000000Z"}},
                   "Action=GetCallerIdentity&Version=2011-06-15"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(Has(answer, "<Account>123456789012</Account>")) << answer.body;
  EXPECT_TRUE(Has(answer, "<Arn>eu-west-1</Arn>")) << answer.body;
  EXPECT_TRUE(answer.headers.Has("x-amzn-requestid"));
  EXPECT_TRUE(answer.headers.Has("date"));
}

TEST_F(FrontDoorTest, AnUnsignedRequestActsInTheDefaultAccountAndTheHostsRegion) {
  const auto answer =
      Ask(Incoming("POST", "/", {kForm, {"Host", "sts.ap-south-1.amazonaws.com"}}, "Action=GetCallerIdentity"));
  EXPECT_TRUE(Has(answer, "<Account>000000000000</Account>")) << answer.body;
  EXPECT_TRUE(Has(answer, "<Arn>ap-south-1</Arn>")) << answer.body;
}

TEST_F(FrontDoorTest, AnUnbuiltOperationAnswersNotImplementedInTheRequestsProtocol) {
  const auto query = Ask(Incoming("POST", "/", {kForm}, "Action=GetFederationToken&Version=2011-06-15&Name=abc"));
  EXPECT_EQ(query.status, 501);
  EXPECT_TRUE(Has(query, "<ErrorResponse")) << query.body;
  EXPECT_TRUE(Has(query, "GetFederationToken")) << query.body;

  const auto ec2 = Ask(Incoming("POST", "/", {kForm}, "Action=DescribeInstances&Version=2016-11-15"));
  EXPECT_EQ(ec2.status, 501);
  EXPECT_TRUE(Has(ec2, "<Response>") && Has(ec2, "<Errors>") && Has(ec2, "DescribeInstances")) << ec2.body;

  const auto json = Ask(Incoming(
      "POST", "/", {{"X-Amz-Target", "DynamoDB_20120810.ListTables"}, {"Content-Type", "application/x-amz-json-1.0"}},
      "{}"));
  EXPECT_EQ(json.status, 501);
  EXPECT_TRUE(Has(json, "__type") && Has(json, "ListTables")) << json.body;

  const auto rest_xml = Ask(Incoming("GET", "/bucket/key"));
  EXPECT_EQ(rest_xml.status, 501);
  EXPECT_TRUE(Has(rest_xml, "<Error>") && Has(rest_xml, "GetObject")) << rest_xml.body;
  EXPECT_TRUE(rest_xml.headers.Has("x-amz-request-id"));

  const auto cbor = Ask(Incoming("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics",
                                 {{"smithy-protocol", "rpc-v2-cbor"}, {"Content-Type", "application/cbor"}}, "\xa0"));
  EXPECT_EQ(cbor.status, 501);
  EXPECT_EQ(cbor.headers.Get("smithy-protocol"), "rpc-v2-cbor");
  EXPECT_TRUE(Has(cbor, "ListMetrics")) << cbor.body;
}

TEST_F(FrontDoorTest, AnUnknownServiceIsNamed) {
  const auto answer = Ask(
      Incoming("POST", "/",
               {{"X-Amz-Target", "secretsmanager.ListSecrets"}, {"Content-Type", "application/x-amz-json-1.1"}}, "{}"));
  EXPECT_EQ(answer.status, 501);
  EXPECT_TRUE(Has(answer, "secretsmanager") && Has(answer, "__type")) << answer.body;
}

TEST_F(FrontDoorTest, AnExceptionBecomesInternalFailureWithoutItsText) {
  const auto answer = Ask(Incoming("POST", "/", {kForm}, "Action=GetSessionToken&Version=2011-06-15"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_TRUE(Has(answer, "InternalFailure")) << answer.body;
  EXPECT_FALSE(Has(answer, "fire")) << answer.body;
}

TEST_F(FrontDoorTest, AFormPostedToAQueueUrlIsForThatQueue) {
  const auto answer = Ask(Incoming("POST", "/123456789012/q", {kForm}, "Action=SendMessage&MessageBody=x"));
  EXPECT_TRUE(Has(answer, "<MessageId>http://localhost:4566/123456789012/q</MessageId>")) << answer.body;
}

TEST_F(FrontDoorTest, AWaitingCallEndsWhenItsClientLeaves) {
  const auto exchange = door_.Begin(Incoming(
      "POST", "/", {{"X-Amz-Target", "AmazonSQS.ReceiveMessage"}, {"Content-Type", "application/x-amz-json-1.0"}}));
  exchange->request.body = R"({"QueueUrl":"http://localhost:4566/123456789012/q","WaitTimeSeconds":20})";
  bool answered = false;
  exchange->Run([&answered](wire::HttpResponse) { answered = true; });
  EXPECT_FALSE(answered);
  exchange->Abandon();
  EXPECT_TRUE(answered);
}

TEST_F(FrontDoorTest, MalformedBodiesGetTheProtocolsError) {
  const auto json = Ask(
      Incoming("POST", "/", {{"X-Amz-Target", "AmazonSQS.SendMessage"}, {"Content-Type", "application/x-amz-json-1.0"}},
               "{\"a\":"));
  EXPECT_EQ(json.status, 400);
  EXPECT_TRUE(Has(json, "__type")) << json.body;
  const auto action = Ask(Incoming("POST", "/", {kForm}, "Action=NoSuchThing&Version=2011-06-15"));
  EXPECT_EQ(action.status, 400);
  EXPECT_TRUE(Has(action, "InvalidAction")) << action.body;
}

TEST_F(FrontDoorTest, TooLargeIsSaidInTheProtocolsEnvelope) {
  const auto json = door_.Begin(Incoming(
      "POST", "/", {{"X-Amz-Target", "AmazonSQS.SendMessage"}, {"Content-Type", "application/x-amz-json-1.0"}}));
  EXPECT_EQ(json->TooLarge().status, 413);
  const auto form = door_.Begin(Incoming("POST", "/", {kForm}))->TooLarge();
  EXPECT_EQ(form.status, 413);
  EXPECT_TRUE(Has(form, "<ErrorResponse")) << form.body;
}

TEST_F(FrontDoorTest, PagesGetCorsFieldsAndForeignOnesARefusal) {
  const auto answer = Ask(Incoming("POST", "/", {kForm, {"Origin", "http://localhost:3000"}},
                                   "Action=GetCallerIdentity&Version=2011-06-15"));
  EXPECT_EQ(answer.headers.Get("access-control-allow-origin"), "http://localhost:3000");
  EXPECT_NE(answer.headers.Get("access-control-expose-headers").find("x-amzn-requestid"), std::string_view::npos);
  EXPECT_EQ(Ask(Incoming("POST", "/", {kForm, {"Origin", "https://evil.example"}}, "Action=GetCallerIdentity")).status,
            403);
}

TEST_F(FrontDoorTest, HealthListsTheServices) {
  const Json health = AskJson(Incoming("GET", "/_stratolite/health"));
  EXPECT_EQ(health["status"], "running");
  EXPECT_EQ(health["services"]["sts"], "available");
  EXPECT_EQ(AskJson(Incoming("GET", "/_localstack/health"))["services"]["sqs"], "available");
  EXPECT_EQ(AskJson(Incoming("GET", "/_localstack/init/ready"))["completed"], true);
  EXPECT_EQ(AskJson(Incoming("GET", "/_localstack/init"))["completed"]["READY"], true);
}

TEST_F(FrontDoorTest, CoverageComesFromTheOperationTables) {
  const Json coverage = AskJson(Incoming("GET", "/_stratolite/coverage"));
  EXPECT_EQ(coverage["services"]["sts"]["built"], 2);
  EXPECT_GE(coverage["services"]["sts"]["total"], 11);
  EXPECT_EQ(coverage["services"]["sts"]["operations"]["GetCallerIdentity"], "full");
  EXPECT_EQ(coverage["services"]["s3"]["built"], 0);
  EXPECT_EQ(coverage["services"]["s3"]["operations"]["GetObject"], "no");
}

TEST_F(FrontDoorTest, AnUnknownAdminPageListsThePages) {
  const auto answer = Ask(Incoming("GET", "/_stratolite/helth"));
  EXPECT_EQ(answer.status, 404);
  const Json body = Json::parse(answer.body);
  EXPECT_NE(body["message"].get<std::string>().find("/_stratolite/health"), std::string::npos);
  EXPECT_GT(body["paths"].size(), 5u);
}

TEST_F(FrontDoorTest, AWrongMethodNamesTheRightOne) {
  const auto answer = Ask(Incoming("GET", "/_stratolite/reset"));
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.Get("allow"), "POST");
}

TEST_F(FrontDoorTest, TheClockStandsStillAndMovesAsTold) {
  Json clock = AskJson(Incoming("POST", "/_stratolite/clock", {}, R"({"freeze":true,"set":"2030-01-01T00:00:00Z"})"));
  EXPECT_EQ(clock["now"], "2030-01-01T00:00:00.000Z");
  EXPECT_EQ(clock["frozen"], true);
  clock = AskJson(Incoming("POST", "/_stratolite/clock", {}, R"({"advance":"PT1H"})"));
  EXPECT_EQ(clock["now"], "2030-01-01T01:00:00.000Z");
  EXPECT_EQ(AskJson(Incoming("GET", "/_stratolite/clock")), clock);
  const auto refused = Ask(Incoming("POST", "/_stratolite/clock", {}, R"({"advance":"later"})"));
  EXPECT_EQ(refused.status, 400);
}

TEST_F(FrontDoorTest, ResetTakesNoFields) {
  EXPECT_EQ(Ask(Incoming("POST", "/_stratolite/reset")).status, 200);
  EXPECT_EQ(Ask(Incoming("POST", "/_localstack/state/reset", {}, "{}")).status, 200);
  EXPECT_EQ(Ask(Incoming("POST", "/_stratolite/reset", {}, R"({"service":"sqs"})")).status, 400);
}

TEST_F(FrontDoorTest, ServicesAnswerTheirOwnPages) {
  const Json page = AskJson(Incoming("GET", "/_stratolite/sts/echo?a=b%20c"));
  EXPECT_EQ(page["a"], "b c");
  EXPECT_EQ(page["endpoint"], "http://localhost:4566");
  EXPECT_EQ(AskJson(Incoming("GET", "/_aws/sts/echo?a=x"))["a"], "x");
  EXPECT_EQ(Ask(Incoming("GET", "/_stratolite/sts/broken")).status, 409);
  EXPECT_EQ(Ask(Incoming("GET", "/_stratolite/sts/nothing")).status, 404);
  EXPECT_EQ(Ask(Incoming("GET", "/_stratolite/s3/nothing")).status, 404);
}

TEST_F(FrontDoorTest, TheAdminApiIsNotServedUnderForeignNames) {
  EXPECT_EQ(Ask(Incoming("GET", "/_stratolite/health", {{"Host", "evil.example"}})).status, 403);
}

TEST_F(FrontDoorTest, WhyKnowsOnlyRefusedRequests) {
  EXPECT_EQ(Ask(Incoming("GET", "/_stratolite/why/none")).status, 404);
}

}  // namespace
}  // namespace stratolite::daemon
