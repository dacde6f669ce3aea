#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "events/events.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/event_router.hpp"
#include "support/fake_http_client.hpp"
#include "support/service_harness.hpp"

namespace stratolite::events {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FakeHttpClient;

/// Stands in for a dead-letter queue.
class DeadLetters final : public DeliveryTarget {
 public:
  Result<void> CheckTarget(const Arn&) override { return {}; }
  Result<void> Deliver(storage::Txn&, const Delivery& delivery) override {
    letters.push_back(delivery);
    return {};
  }
  std::string Attribute(const char* name) const {
    return letters.back().attributes.contains(name) ? letters.back().attributes[name]["StringValue"].get<std::string>()
                                                    : "none";
  }
  std::vector<Delivery> letters;
};

class ApiDestinationsTest : public ::testing::Test {
 protected:
  ApiDestinationsTest() {
    events_.world().deps().ports.Offer<ports::HttpClient>(&http_);
    events_.world().deps().events.Offer("sqs", &dead_);
  }

  static Json ApiKey() {
    return {{"Name", "c"},
            {"AuthorizationType", "API_KEY"},
            {"AuthParameters", {{"ApiKeyAuthParameters", {{"ApiKeyName", "X-Key"}, {"ApiKeyValue", "secret"}}}}}};
  }
  static Json OAuth() {
    return {{"Name", "c"},
            {"AuthorizationType", "OAUTH_CLIENT_CREDENTIALS"},
            {"AuthParameters",
             {{"OAuthParameters",
               {{"AuthorizationEndpoint", "https://login.example.test/token"},
                {"HttpMethod", "POST"},
                {"ClientParameters", {{"ClientID", "me"}, {"ClientSecret", "password"}}}}}}}};
  }
  std::string Destination(const Json& connection, Json more = Json::object()) {
    Json input = {{"Name", "d"},
                  {"ConnectionArn", events_.MustCall("CreateConnection", connection)["ConnectionArn"]},
                  {"InvocationEndpoint", "https://api.example.test/in"},
                  {"HttpMethod", "POST"}};
    input.update(more);
    return events_.MustCall("CreateApiDestination", input)["ApiDestinationArn"];
  }
  void Target(const std::string& arn, Json more = Json::object()) {
    Json target = {{"Id", "t"}, {"Arn", arn}, {"RoleArn", "arn:aws:iam::123456789012:role/r"}};
    target.update(more);
    events_.MustCall("PutRule", {{"Name", "r"}, {"EventPattern", R"({"source":["app"]})"}});
    const Json put = events_.MustCall("PutTargets", {{"Rule", "r"}, {"Targets", Json::array({target})}});
    EXPECT_EQ(put["FailedEntryCount"], 0) << put;
  }
  void Put() {
    const Json entry = {{"Source", "app"}, {"DetailType", "t"}, {"Detail", R"({"n":1})"}};
    EXPECT_EQ(events_.MustCall("PutEvents", {{"Entries", Json::array({entry})}})["FailedEntryCount"], 0);
  }
  std::size_t SentWithin(Duration time) {
    events_.Advance(time);
    return http_.Take().size();
  }
  Json Described() { return events_.MustCall("DescribeConnection", {{"Name", "c"}}); }
  static Json DeadLetterConfig() { return {{"Arn", "arn:aws:sqs:us-east-1:123456789012:dead"}}; }
  /// A token endpoint that numbers its tokens, and an API that knows those in `good_tokens_`.
  void ServeTokens() {
    http_.AnswerBy([this](const FakeHttpClient::Sent& sent) {
      if (sent.url == "https://login.example.test/token") {
        const std::string token = std::to_string(++tokens_);
        return ports::HttpClient::Answer{200, {}, R"({"access_token":")" + token + R"(","expires_in":3600})"};
      }
      const std::string token = sent.Header("Authorization");
      return ports::HttpClient::Answer{good_tokens_.contains(token) ? 200 : 401, {}, {}};
    });
  }

  FakeHttpClient http_;
  DeadLetters dead_;
  int tokens_ = 0;
  std::set<std::string> good_tokens_;
  testing::ServiceHarness events_{kDescriptor};
};

TEST_F(ApiDestinationsTest, SecretsAreNotShown) {
  Json input = ApiKey();
  input["AuthParameters"]["InvocationHttpParameters"] = {
      {"HeaderParameters",
       {{{"Key", "A"}, {"Value", "shown"}}, {{"Key", "B"}, {"Value", "hidden"}, {"IsValueSecret", true}}}}};
  events_.MustCall("CreateConnection", input);
  const Json described = Described();
  EXPECT_EQ(described["AuthParameters"]["ApiKeyAuthParameters"], (Json{{"ApiKeyName", "X-Key"}}));
  EXPECT_EQ(
      described["AuthParameters"]["InvocationHttpParameters"]["HeaderParameters"],
      (Json{{{"Key", "A"}, {"Value", "shown"}, {"IsValueSecret", false}}, {{"Key", "B"}, {"IsValueSecret", true}}}));
  EXPECT_EQ(described.dump().find("secret\""), std::string::npos);
  EXPECT_EQ(described["ConnectionState"], "AUTHORIZED");
  EXPECT_TRUE(described["SecretArn"].get<std::string>().starts_with(
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:events!connection/c/"));
}

TEST_F(ApiDestinationsTest, AConnectionNeedsTheParametersOfItsType) {
  Json input = ApiKey();
  input["AuthorizationType"] = "BASIC";
  EXPECT_EQ(events_.ErrorCode("CreateConnection", input), "ValidationException");
  events_.MustCall("CreateConnection", ApiKey());
  EXPECT_EQ(events_.ErrorCode("CreateConnection", ApiKey()), "ResourceAlreadyExistsException");
  EXPECT_EQ(events_.ErrorCode("UpdateConnection", {{"Name", "c"}, {"AuthorizationType", "BASIC"}}),
            "ValidationException");
  events_.MustCall("UpdateConnection",
                   {{"Name", "c"},
                    {"AuthorizationType", "BASIC"},
                    {"AuthParameters", {{"BasicAuthParameters", {{"Username", "u"}, {"Password", "p"}}}}}});
  EXPECT_EQ(Described()["AuthParameters"], (Json{{"BasicAuthParameters", {{"Username", "u"}}}}));
  EXPECT_EQ(events_.ErrorCode("DescribeConnection", {{"Name", "other"}}), "ResourceNotFoundException");
}

TEST_F(ApiDestinationsTest, ADestinationIsAsActiveAsItsConnection) {
  Destination(ApiKey());
  const auto state = [&] {
    return events_.MustCall("DescribeApiDestination", {{"Name", "d"}})["ApiDestinationState"].get<std::string>();
  };
  EXPECT_EQ(state(), "ACTIVE");
  EXPECT_EQ(events_.MustCall("DeauthorizeConnection", {{"Name", "c"}})["ConnectionState"], "DEAUTHORIZING");
  EXPECT_EQ(state(), "INACTIVE");
  EXPECT_FALSE(Described().contains("AuthParameters"));
  EXPECT_EQ(events_.MustCall("DeleteConnection", {{"Name", "c"}})["ConnectionState"], "DELETING");
  EXPECT_EQ(state(), "INACTIVE");
  EXPECT_EQ(events_.MustCall("ListConnections")["Connections"], Json::array());
}

TEST_F(ApiDestinationsTest, OAuthTokensAreFetched) {
  ServeTokens();
  EXPECT_EQ(events_.MustCall("CreateConnection", OAuth())["ConnectionState"], "AUTHORIZING");
  EXPECT_EQ(Described()["ConnectionState"], "AUTHORIZING");
  EXPECT_EQ(SentWithin(seconds(5)), 1U);
  EXPECT_EQ(Described()["ConnectionState"], "AUTHORIZED");
  EXPECT_EQ(SentWithin(hours(24)), 0U);
}

TEST_F(ApiDestinationsTest, AConnectionWithoutATokenSaysWhy) {
  http_.Answer(403);
  events_.MustCall("CreateConnection", OAuth());
  events_.Advance(seconds(5));
  EXPECT_EQ(Described()["ConnectionState"], "DEAUTHORIZED");
  EXPECT_EQ(Described()["StateReason"], "The authorization endpoint answers 403.");
  http_.Answer(200, "no JSON");
  events_.MustCall("UpdateConnection", {{"Name", "c"}});
  EXPECT_EQ(Described()["ConnectionState"], "AUTHORIZING");
  events_.Advance(seconds(5));
  EXPECT_EQ(Described()["StateReason"], "The authorization endpoint's answer holds no access_token.");
}

TEST_F(ApiDestinationsTest, EventsArriveOnce) {
  Target(Destination(ApiKey()));
  Put();
  events_.Advance(seconds(0));
  const auto sent = http_.Take();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].url, "https://api.example.test/in");
  EXPECT_EQ(sent[0].Header("x-key"), "secret");
  EXPECT_EQ(Json::parse(sent[0].body)["detail"], (Json{{"n", 1}}));
  EXPECT_EQ(SentWithin(hours(48)), 0U);
}

TEST_F(ApiDestinationsTest, EventsWaitForATokenAndFetchAnotherWhenItIsRefused) {
  ServeTokens();
  good_tokens_ = {"Bearer 1"};
  Target(Destination(OAuth()));
  Put();
  EXPECT_EQ(SentWithin(seconds(0)), 2U);
  Put();
  EXPECT_EQ(SentWithin(seconds(5)), 1U);
  // Expired: another is fetched at once.
  good_tokens_ = {"Bearer 2"};
  events_.Advance(hours(1));
  Put();
  EXPECT_EQ(SentWithin(seconds(0)), 2U);
  // Taken back: the next try has a new one.
  good_tokens_ = {"Bearer 3"};
  Put();
  EXPECT_EQ(SentWithin(seconds(0)), 1U);
  EXPECT_EQ(SentWithin(seconds(1)), 2U);
  EXPECT_EQ(tokens_, 3);
}

TEST_F(ApiDestinationsTest, TriesAgainAsThePolicySaysAndThenAsksTheDeadLetterQueue) {
  Target(Destination(ApiKey()), {{"RetryPolicy", {{"MaximumRetryAttempts", 3}, {"MaximumEventAgeInSeconds", 3600}}},
                                 {"DeadLetterConfig", DeadLetterConfig()}});
  http_.Answer(500);
  Put();
  EXPECT_EQ(SentWithin(seconds(0)), 1U);
  EXPECT_EQ(SentWithin(seconds(1)), 1U);
  EXPECT_EQ(SentWithin(seconds(2)), 1U);
  EXPECT_TRUE(dead_.letters.empty());
  EXPECT_EQ(SentWithin(seconds(4)), 1U);
  ASSERT_EQ(dead_.letters.size(), 1U);
  EXPECT_EQ(dead_.Attribute("ERROR_CODE"), "ERROR_FROM_TARGET");
  EXPECT_EQ(dead_.Attribute("EXHAUSTED_RETRY_CONDITION"), "MaximumRetryAttempts");
  EXPECT_EQ(dead_.Attribute("RETRY_ATTEMPTS"), "3");
  EXPECT_EQ(Json::parse(dead_.letters[0].body)["detail"], (Json{{"n", 1}}));
  EXPECT_EQ(SentWithin(hours(48)), 0U);
}

TEST_F(ApiDestinationsTest, GivesUpWhenTheEventIsTooOld) {
  Target(Destination(ApiKey()),
         {{"RetryPolicy", {{"MaximumEventAgeInSeconds", 60}}}, {"DeadLetterConfig", DeadLetterConfig()}});
  http_.Fail("Timeout");
  Put();
  EXPECT_EQ(SentWithin(hours(1)), 6U);
  ASSERT_EQ(dead_.letters.size(), 1U);
  EXPECT_EQ(dead_.Attribute("ERROR_CODE"), "TIMEOUT");
  EXPECT_EQ(dead_.Attribute("EXHAUSTED_RETRY_CONDITION"), "MaximumEventAgeInSeconds");
}

TEST_F(ApiDestinationsTest, WithoutAPolicyThereAre185RetriesInADay) {
  Target(Destination(ApiKey()));
  http_.Answer(503);
  Put();
  EXPECT_EQ(SentWithin(hours(24)), 186U);
  EXPECT_EQ(SentWithin(hours(24)), 0U);
  EXPECT_EQ(events_.world().deps().events.ReadStatus().lost, 1U);
}

TEST_F(ApiDestinationsTest, ClientErrorsAreFinalButForConflictsAndThrottling) {
  Target(Destination(ApiKey()), {{"DeadLetterConfig", DeadLetterConfig()}});
  for (const int status : {400, 401, 404, 301}) {
    http_.Answer(status);
    Put();
    EXPECT_EQ(SentWithin(hours(1)), 1U) << status;
    EXPECT_EQ(dead_.Attribute("EXHAUSTED_RETRY_CONDITION"), "none");
  }
  EXPECT_EQ(dead_.letters.size(), 4U);
  for (const int status : {409, 429}) {
    http_.Answer(status);
    Put();
    EXPECT_EQ(SentWithin(seconds(1)), 2U) << status;
    http_.Answer(200);
    EXPECT_EQ(SentWithin(hours(1)), 1U);
  }
  EXPECT_EQ(dead_.letters.size(), 4U);
}

TEST_F(ApiDestinationsTest, WaitsAsLongAsTheEndpointAsksFor) {
  Target(Destination(ApiKey()));
  http_.AnswerBy(
      [](const FakeHttpClient::Sent&) { return ports::HttpClient::Answer{429, {{"Retry-After", "100"}}, {}}; });
  Put();
  EXPECT_EQ(SentWithin(seconds(99)), 1U);
  EXPECT_EQ(SentWithin(seconds(1)), 1U);
}

TEST_F(ApiDestinationsTest, KeepsToTheRateLimit) {
  Target(Destination(ApiKey(), {{"InvocationRateLimitPerSecond", 2}}));
  for (int i = 0; i < 6; ++i) Put();
  EXPECT_EQ(SentWithin(seconds(0)), 2U);
  EXPECT_EQ(SentWithin(milliseconds(999)), 0U);
  EXPECT_EQ(SentWithin(milliseconds(1)), 1U);
  EXPECT_EQ(SentWithin(seconds(1)), 2U);
  EXPECT_EQ(SentWithin(hours(1)), 1U);
}

TEST_F(ApiDestinationsTest, WhatWaitsForADestinationThatIsDeletedIsGivenUp) {
  Target(Destination(ApiKey()), {{"DeadLetterConfig", DeadLetterConfig()}});
  http_.Answer(500);
  Put();
  EXPECT_EQ(SentWithin(seconds(0)), 1U);
  events_.MustCall("DeleteApiDestination", {{"Name", "d"}});
  EXPECT_EQ(SentWithin(hours(1)), 0U);
  ASSERT_EQ(dead_.letters.size(), 1U);
  EXPECT_EQ(dead_.Attribute("ERROR_CODE"), "NO_RESOURCE");
}

}  // namespace
}  // namespace stratolite::events
