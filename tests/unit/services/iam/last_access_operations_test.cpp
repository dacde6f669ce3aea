#include "iam/last_access_operations.hpp"

#include <gtest/gtest.h>

#include "iam/iam.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/usage_log.hpp"
#include "support/service_harness.hpp"

namespace stratolite::iam {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kQueuesOnly =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]})";

class ReportsTest : public ::testing::Test {
 protected:
  ReportsTest() {
    iam_.caller = auth::RootPrincipal(iam_.scope.account);
    user_ = iam_.MustCall("CreateUser", {{"UserName", "alice"}})["User"];
    iam_.MustCall("PutUserPolicy", {{"UserName", "alice"}, {"PolicyName", "p"}, {"PolicyDocument", kQueuesOnly}});
  }
  void Use(std::string_view service, std::string_view operation) {
    auth::Principal alice;
    alice.type = auth::PrincipalType::kUser;
    alice.account = iam_.scope.account;
    alice.arn = user_["Arn"];
    alice.user_id = user_["UserId"];
    iam_.world().deps().ports.Find<ports::UsageLog>()->Record(alice, "AKIAQAAAAAAAEXAMPLE1", service, operation,
                                                              "eu-west-1", iam_.Now());
  }
  Json Report(Json input = Json::object()) {
    input["Arn"] = user_["Arn"];
    const Json job = iam_.MustCall("GenerateServiceLastAccessedDetails", input);
    iam_.Advance(2s);
    return iam_.MustCall("GetServiceLastAccessedDetails", job);
  }

  testing::ServiceHarness iam_{kDescriptor};
  Json user_;
};

TEST_F(ReportsTest, OnlyServicesThatPoliciesAllowAreListed) {
  Use("sqs", "SendMessage");
  Use("sns", "Publish");
  const Json report = Report();
  ASSERT_EQ(report["ServicesLastAccessed"].size(), 1u);
  const Json& service = report["ServicesLastAccessed"][0];
  EXPECT_EQ(service["ServiceNamespace"], "sqs");
  EXPECT_EQ(service["LastAuthenticatedEntity"], user_["Arn"]);
  EXPECT_EQ(service["LastAuthenticatedRegion"], "eu-west-1");
  EXPECT_EQ(service["TotalAuthenticatedEntities"], 1);
  EXPECT_FALSE(service.contains("TrackedActionsLastAccessed"));
}

TEST_F(ReportsTest, AReportIsReadyOnTheWorldsClock) {
  const Json job = iam_.MustCall("GenerateServiceLastAccessedDetails", {{"Arn", user_["Arn"]}});
  EXPECT_EQ(iam_.MustCall("GetServiceLastAccessedDetails", job)["JobStatus"], "IN_PROGRESS");
  iam_.Advance(2s);
  EXPECT_EQ(iam_.MustCall("GetServiceLastAccessedDetails", job)["JobStatus"], "COMPLETED");
}

TEST_F(ReportsTest, WhatHappensAfterwardsIsNotInTheReport) {
  const Json job = iam_.MustCall("GenerateServiceLastAccessedDetails", {{"Arn", user_["Arn"]}});
  Use("sqs", "SendMessage");
  iam_.Advance(2s);
  const Json report = iam_.MustCall("GetServiceLastAccessedDetails", job);
  EXPECT_EQ(report["ServicesLastAccessed"][0]["TotalAuthenticatedEntities"], 0);
}

TEST_F(ReportsTest, ActionsAreNamedByTheirPermission) {
  Use("sqs", "SendMessageBatch");
  iam_.Advance(1min);
  Use("sqs", "ReceiveMessage");
  const Json report = Report({{"Granularity", "ACTION_LEVEL"}});
  const Json& actions = report["ServicesLastAccessed"][0]["TrackedActionsLastAccessed"];
  ASSERT_EQ(actions.size(), 2u);
  EXPECT_EQ(actions[0]["ActionName"], "ReceiveMessage");
  EXPECT_EQ(actions[1]["ActionName"], "SendMessage");
}

TEST_F(ReportsTest, PlacesThatNobodyGaveOutAreRefusedOrEmpty) {
  const Json job = iam_.MustCall("GenerateServiceLastAccessedDetails", {{"Arn", user_["Arn"]}});
  iam_.Advance(2s);
  // `iam:-5` and `iam:9223372036854775807`.
  EXPECT_EQ(iam_.ErrorCode("GetServiceLastAccessedDetails", {{"JobId", job["JobId"]}, {"Marker", "aWFtOi01"}}),
            "ValidationError");
  const Json beyond = iam_.MustCall("GetServiceLastAccessedDetails",
                                    {{"JobId", job["JobId"]}, {"Marker", "aWFtOjkyMjMzNzIwMzY4NTQ3NzU4MDc="}});
  EXPECT_TRUE(beyond["ServicesLastAccessed"].empty());
}

TEST_F(ReportsTest, ACredentialReportIsMadeEveryFourHoursAtMost) {
  EXPECT_EQ(iam_.ErrorCode("GetCredentialReport"), "ReportNotPresent");
  EXPECT_EQ(iam_.MustCall("GenerateCredentialReport")["State"], "STARTED");
  EXPECT_EQ(iam_.MustCall("GenerateCredentialReport")["State"], "INPROGRESS");
  EXPECT_EQ(iam_.ErrorCode("GetCredentialReport"), "ReportInProgress");
  iam_.Advance(2s);
  EXPECT_EQ(iam_.MustCall("GenerateCredentialReport")["State"], "COMPLETE");
  const Json report = iam_.MustCall("GetCredentialReport");
  const auto binary = report["Content"].get_binary();
  const std::string text(binary.begin(), binary.end());
  EXPECT_TRUE(text.starts_with("user,arn,user_creation_time,password_enabled,"));
  EXPECT_NE(text.find("\nalice,arn:aws:iam::123456789012:user/alice,"), std::string::npos);
  iam_.Advance(4h);
  EXPECT_EQ(iam_.ErrorCode("GetCredentialReport"), "ReportExpired");
  EXPECT_EQ(iam_.MustCall("GenerateCredentialReport")["State"], "STARTED");
}

}  // namespace
}  // namespace stratolite::iam
