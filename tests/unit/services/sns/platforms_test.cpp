#include <fmt/format.h>

#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/sent_messages.hpp"
#include "unit/services/sns/sns_fixture.hpp"

namespace stratolite::sns {
namespace {

class PlatformTest : public SnsTest {
 protected:
  std::string Application(const std::string& name = "app") {
    return sns_
        .MustCall("CreatePlatformApplication",
                  {{"Name", name},
                   {"Platform", "GCM"},
                   {"Attributes", {{"PlatformCredential", "secret"}}}})["PlatformApplicationArn"]
        .get<std::string>();
  }
  std::string Endpoint(const std::string& application, const std::string& token, Json attributes = Json::object()) {
    return sns_
        .MustCall("CreatePlatformEndpoint", {{"PlatformApplicationArn", application},
                                             {"Token", token},
                                             {"Attributes", std::move(attributes)}})["EndpointArn"]
        .get<std::string>();
  }
};

TEST_F(PlatformTest, CredentialsAreNeverShown) {
  const std::string application = Application();
  sns_.MustCall("SetPlatformApplicationAttributes",
                {{"PlatformApplicationArn", application},
                 {"Attributes", {{"EventEndpointCreated", "arn:aws:sns:us-east-1:123456789012:t"}}}});
  const Json shown =
      sns_.MustCall("GetPlatformApplicationAttributes", {{"PlatformApplicationArn", application}})["Attributes"];
  EXPECT_EQ(shown, (Json{{"Enabled", "true"}, {"EventEndpointCreated", "arn:aws:sns:us-east-1:123456789012:t"}}));
  const Json listed = sns_.MustCall("ListPlatformApplications")["PlatformApplications"];
  EXPECT_EQ(listed, (Json{{{"PlatformApplicationArn", application}, {"Attributes", shown}}}));
}

TEST_F(PlatformTest, TheSameTokenIsTheSameEndpoint) {
  const std::string application = Application();
  const std::string endpoint = Endpoint(application, "token", {{"CustomUserData", "x"}});
  EXPECT_EQ(Endpoint(application, "token", {{"CustomUserData", "x"}}), endpoint);
  EXPECT_EQ(
      Refusal("CreatePlatformEndpoint", {{"PlatformApplicationArn", application}, {"Token", "token"}}),
      fmt::format(
          "Invalid parameter: Token Reason: Endpoint {} already exists with the same Token, but different attributes.",
          endpoint));
  EXPECT_NE(Endpoint(application, "other"), endpoint);
}

TEST_F(PlatformTest, ADeletedApplicationTakesItsEndpointsAlong) {
  const std::string application = Application();
  const std::string endpoint = Endpoint(application, "token");
  sns_.MustCall("DeletePlatformApplication", {{"PlatformApplicationArn", application}});
  EXPECT_EQ(Refusal("GetEndpointAttributes", {{"EndpointArn", endpoint}}), "Endpoint does not exist");
  EXPECT_EQ(Refusal("ListEndpointsByPlatformApplication", {{"PlatformApplicationArn", application}}),
            "PlatformApplication does not exist");
}

TEST_F(PlatformTest, ADeletedEndpointCannotBeSubscribed) {
  const std::string endpoint = Endpoint(Application(), "token");
  const std::string topic = Topic();
  Subscribe(topic, "application", endpoint);
  sns_.MustCall("DeleteEndpoint", {{"EndpointArn", endpoint}});
  EXPECT_EQ(Refusal("Subscribe", {{"TopicArn", topic}, {"Protocol", "application"}, {"Endpoint", endpoint}}),
            "Invalid parameter: Endpoint Reason: Endpoint does not exist for endpoint " + endpoint);
}

TEST_F(PlatformTest, EndpointsComeInPagesOfAHundred) {
  const std::string application = Application();
  for (int number = 0; number < 102; ++number) Endpoint(application, fmt::format("t{}", number));
  const Json first = sns_.MustCall("ListEndpointsByPlatformApplication", {{"PlatformApplicationArn", application}});
  const Json second = sns_.MustCall("ListEndpointsByPlatformApplication",
                                    {{"PlatformApplicationArn", application}, {"NextToken", first["NextToken"]}});
  EXPECT_EQ(first["Endpoints"].size(), 100u);
  EXPECT_EQ(second["Endpoints"].size(), 2u);
}

TEST_F(PlatformTest, ANumberIsVerifiedByThePasswordInTheOutbox) {
  constexpr const char* kNumber = "+14155550100";
  sns_.MustCall("CreateSMSSandboxPhoneNumber", {{"PhoneNumber", kNumber}});
  const auto sent = sns_.world().deps().ports.Find<ports::SentMessages>()->Read({.recipient = kNumber});
  ASSERT_EQ(sent.size(), 1u);
  const std::string password = sent[0].details["OneTimePassword"];
  EXPECT_EQ(sns_.MustCall("ListSMSSandboxPhoneNumbers")["PhoneNumbers"][0]["Status"], "Pending");
  EXPECT_EQ(sns_.ErrorCode("VerifySMSSandboxPhoneNumber", {{"PhoneNumber", kNumber}, {"OneTimePassword", "00000"}}),
            "VerificationException");
  sns_.MustCall("VerifySMSSandboxPhoneNumber", {{"PhoneNumber", kNumber}, {"OneTimePassword", password}});
  EXPECT_EQ(sns_.MustCall("ListSMSSandboxPhoneNumbers")["PhoneNumbers"][0]["Status"], "Verified");
  EXPECT_EQ(sns_.ErrorCode("CreateSMSSandboxPhoneNumber", {{"PhoneNumber", kNumber}}), "UserErrorException");
  sns_.MustCall("DeleteSMSSandboxPhoneNumber", {{"PhoneNumber", kNumber}});
  EXPECT_EQ(sns_.ErrorCode("DeleteSMSSandboxPhoneNumber", {{"PhoneNumber", kNumber}}), "ResourceNotFoundException");
}

TEST_F(PlatformTest, WhoAnswersStopIsOptedOutUntilOptedIn) {
  constexpr const char* kNumber = "+14155550100";
  const auto opted_out = [&] {
    return sns_.MustCall("CheckIfPhoneNumberIsOptedOut", {{"phoneNumber", kNumber}})["isOptedOut"].get<bool>();
  };
  Page("phone-reply", {{"number", kNumber}, {"text", "thanks"}});
  EXPECT_FALSE(opted_out());
  Page("phone-reply", {{"number", kNumber}, {"text", "stop"}});
  EXPECT_TRUE(opted_out());
  EXPECT_EQ(sns_.MustCall("ListPhoneNumbersOptedOut")["phoneNumbers"], Json{kNumber});
  EXPECT_EQ(sns_.ErrorCode("CreateSMSSandboxPhoneNumber", {{"PhoneNumber", kNumber}}), "OptedOutException");
  sns_.MustCall("OptInPhoneNumber", {{"phoneNumber", kNumber}});
  EXPECT_FALSE(opted_out());
}

TEST_F(PlatformTest, SettingsOfTextMessagesAreChecked) {
  EXPECT_EQ(Refusal("SetSMSAttributes", {{"attributes", {{"Surprise", "1"}}}}), "Surprise is not a valid attribute");
  EXPECT_EQ(Refusal("SetSMSAttributes", {{"attributes", {{"DefaultSMSType", "Loud"}}}}), "DefaultSMSType is invalid");
  sns_.MustCall("SetSMSAttributes", {{"attributes", {{"MonthlySpendLimit", "5"}}}});
  EXPECT_EQ(sns_.MustCall("GetSMSAttributes")["attributes"], (Json{{"MonthlySpendLimit", "5"}}));
}

}  // namespace
}  // namespace stratolite::sns
