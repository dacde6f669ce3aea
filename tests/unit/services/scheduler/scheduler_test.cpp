#include "scheduler/scheduler.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/service_harness.hpp"

namespace stratolite::scheduler {
namespace {

constexpr const char* kRole = "arn:aws:iam::123456789012:role/caller";

Json QueueTarget() { return {{"Arn", "arn:aws:sqs:us-east-1:123456789012:queue"}, {"RoleArn", kRole}}; }

/// A definition that nothing is wrong with, with some members replaced.
Json Definition(const Json& changes = Json::object()) {
  Json definition{{"Name", "one"},
                  {"ScheduleExpression", "rate(5 minutes)"},
                  {"FlexibleTimeWindow", {{"Mode", "OFF"}}},
                  {"Target", QueueTarget()}};
  definition.update(changes);
  return definition;
}

class SchedulerTest : public ::testing::Test {
 protected:
  std::string Message(std::string_view operation, Json input) {
    const auto outcome = scheduler_.Call(operation, std::move(input));
    return outcome.ok() ? "no error" : outcome.error().code + ": " + outcome.error().message;
  }
  std::vector<std::string> Names(Json filter) {
    std::vector<std::string> names;
    const Json page = scheduler_.MustCall("ListSchedules", std::move(filter));
    for (const Json& schedule : page["Schedules"]) names.push_back(schedule["Name"]);
    return names;
  }

  testing::ServiceHarness scheduler_{kDescriptor};
};

TEST_F(SchedulerTest, AScheduleIsShownWithItsDefaults) {
  EXPECT_EQ(scheduler_.MustCall("CreateSchedule", Definition()),
            (Json{{"ScheduleArn", "arn:aws:scheduler:us-east-1:123456789012:schedule/default/one"}}));
  Json shown = scheduler_.MustCall("GetSchedule", {{"Name", "one"}});
  EXPECT_EQ(shown["CreationDate"], shown["LastModificationDate"]);
  shown.erase("CreationDate");
  shown.erase("LastModificationDate");
  Json target = QueueTarget();
  target["RetryPolicy"] = {{"MaximumEventAgeInSeconds", 86400}, {"MaximumRetryAttempts", 185}};
  EXPECT_EQ(shown, (Json{{"Arn", "arn:aws:scheduler:us-east-1:123456789012:schedule/default/one"},
                         {"GroupName", "default"},
                         {"Name", "one"},
                         {"ScheduleExpression", "rate(5 minutes)"},
                         {"ScheduleExpressionTimezone", "UTC"},
                         {"State", "ENABLED"},
                         {"ActionAfterCompletion", "NONE"},
                         {"FlexibleTimeWindow", {{"Mode", "OFF"}}},
                         {"Target", target}}));
}

TEST_F(SchedulerTest, AnUpdateReplacesEverything) {
  scheduler_.MustCall("CreateSchedule", Definition({{"Description", "first"},
                                                    {"KmsKeyArn", "arn:aws:kms:us-east-1:123456789012:key/1"}}));
  EXPECT_EQ(scheduler_.MustCall("GetSchedule", {{"Name", "one"}})["Description"], "first");
  scheduler_.Advance(std::chrono::seconds(10));
  scheduler_.MustCall("UpdateSchedule", Definition({{"ScheduleExpression", "cron(0 12 * * ? *)"},
                                                    {"ScheduleExpressionTimezone", "Europe/Berlin"}}));
  const Json shown = scheduler_.MustCall("GetSchedule", {{"Name", "one"}});
  EXPECT_FALSE(shown.contains("Description"));
  EXPECT_FALSE(shown.contains("KmsKeyArn"));
  EXPECT_EQ(shown["ScheduleExpressionTimezone"], "Europe/Berlin");
  EXPECT_EQ(shown["LastModificationDate"].get<double>() - shown["CreationDate"].get<double>(), 10);
}

TEST_F(SchedulerTest, WhatIsNotThereIsNotFound) {
  EXPECT_EQ(Message("GetSchedule", {{"Name", "one"}}), "ResourceNotFoundException: Schedule one does not exist.");
  EXPECT_EQ(Message("DeleteSchedule", {{"Name", "one"}}), "ResourceNotFoundException: Schedule one does not exist.");
  EXPECT_EQ(Message("UpdateSchedule", Definition()), "ResourceNotFoundException: Schedule one does not exist.");
  EXPECT_EQ(Message("CreateSchedule", Definition({{"GroupName", "none"}})),
            "ResourceNotFoundException: Schedule group none does not exist.");
  EXPECT_EQ(Message("ListSchedules", {{"GroupName", "none"}}),
            "ResourceNotFoundException: Schedule group none does not exist.");
  EXPECT_EQ(Message("GetScheduleGroup", {{"Name", "none"}}),
            "ResourceNotFoundException: Schedule group none does not exist.");
  EXPECT_EQ(Message("DeleteScheduleGroup", {{"Name", "none"}}),
            "ResourceNotFoundException: Schedule group none does not exist.");
  EXPECT_EQ(
      Message("ListTagsForResource", {{"ResourceArn", "arn:aws:scheduler:us-east-1:123456789012:schedule-group/none"}}),
      "ResourceNotFoundException: Schedule group none does not exist.");
}

TEST_F(SchedulerTest, NamesAreTakenOnce) {
  scheduler_.MustCall("CreateSchedule", Definition());
  EXPECT_EQ(Message("CreateSchedule", Definition()), "ConflictException: Schedule one already exists.");
  scheduler_.MustCall("CreateScheduleGroup", {{"Name", "group"}});
  EXPECT_EQ(Message("CreateScheduleGroup", {{"Name", "group"}}),
            "ConflictException: Schedule group group already exists.");
  scheduler_.MustCall("CreateSchedule", Definition({{"GroupName", "group"}}));
  scheduler_.MustCall("DeleteSchedule", {{"Name", "one"}});
  EXPECT_EQ(scheduler_.MustCall("GetSchedule", {{"Name", "one"}, {"GroupName", "group"}})["GroupName"], "group");
}

TEST_F(SchedulerTest, ARepeatedRequestWithItsTokenGetsTheSameAnswer) {
  const Json first = scheduler_.MustCall("CreateSchedule", Definition({{"ClientToken", "t"}}));
  EXPECT_EQ(scheduler_.MustCall("CreateSchedule", Definition({{"ClientToken", "t"}})), first);
  EXPECT_EQ(scheduler_.ErrorCode("CreateSchedule", Definition({{"ClientToken", "t"}, {"Description", "other"}})),
            "ConflictException");
  EXPECT_EQ(scheduler_.ErrorCode("CreateSchedule", Definition({{"ClientToken", "u"}})), "ConflictException");
  scheduler_.MustCall("DeleteSchedule", {{"Name", "one"}, {"ClientToken", "d"}});
  scheduler_.MustCall("DeleteSchedule", {{"Name", "one"}, {"ClientToken", "d"}});
  EXPECT_EQ(scheduler_.ErrorCode("DeleteSchedule", {{"Name", "one"}, {"ClientToken", "e"}}),
            "ResourceNotFoundException");
  const Json group = scheduler_.MustCall("CreateScheduleGroup", {{"Name", "g"}, {"ClientToken", "t"}});
  EXPECT_EQ(scheduler_.MustCall("CreateScheduleGroup", {{"Name", "g"}, {"ClientToken", "t"}}), group);
  scheduler_.Advance(std::chrono::hours(9));
  EXPECT_EQ(scheduler_.ErrorCode("CreateScheduleGroup", {{"Name", "g"}, {"ClientToken", "t"}}), "ConflictException");
}

TEST_F(SchedulerTest, ListsComeInPages) {
  scheduler_.MustCall("CreateScheduleGroup", {{"Name", "group"}});
  for (const char* name : {"b1", "b2", "a1"}) scheduler_.MustCall("CreateSchedule", Definition({{"Name", name}}));
  scheduler_.MustCall("CreateSchedule", Definition({{"Name", "b3"}, {"GroupName", "group"}, {"State", "DISABLED"}}));
  EXPECT_EQ(Names(Json::object()), (std::vector<std::string>{"a1", "b1", "b2", "b3"}));
  EXPECT_EQ(Names({{"NamePrefix", "b"}}), (std::vector<std::string>{"b1", "b2", "b3"}));
  EXPECT_EQ(Names({{"GroupName", "group"}}), (std::vector<std::string>{"b3"}));
  EXPECT_EQ(Names({{"State", "ENABLED"}, {"NamePrefix", "b"}}), (std::vector<std::string>{"b1", "b2"}));
  std::vector<std::string> all;
  Json request{{"MaxResults", 3}};
  while (true) {
    const Json page = scheduler_.MustCall("ListSchedules", request);
    for (const Json& schedule : page["Schedules"]) all.push_back(schedule["Name"]);
    if (!page.contains("NextToken")) break;
    EXPECT_EQ(page["Schedules"].size(), 3U);
    request["NextToken"] = page["NextToken"];
  }
  EXPECT_EQ(all, (std::vector<std::string>{"a1", "b1", "b2", "b3"}));
  EXPECT_EQ(scheduler_.ErrorCode("ListSchedules", {{"NextToken", "nonsense"}}), "ValidationException");
}

TEST_F(SchedulerTest, EveryAccountHasADefaultGroupThatStays) {
  EXPECT_EQ(scheduler_.MustCall("GetScheduleGroup", {{"Name", "default"}})["Arn"],
            "arn:aws:scheduler:us-east-1:123456789012:schedule-group/default");
  EXPECT_EQ(Message("CreateScheduleGroup", {{"Name", "default"}}),
            "ValidationException: This operation cannot be performed on schedule group default.");
  EXPECT_EQ(Message("DeleteScheduleGroup", {{"Name", "default"}}),
            "ValidationException: This operation cannot be performed on schedule group default.");
  scheduler_.MustCall("CreateScheduleGroup", {{"Name", "a"}});
  const Json groups = scheduler_.MustCall("ListScheduleGroups", {{"MaxResults", 1}});
  EXPECT_EQ(groups["ScheduleGroups"][0]["Name"], "a");
  const Json more = scheduler_.MustCall("ListScheduleGroups", {{"MaxResults", 1}, {"NextToken", groups["NextToken"]}});
  EXPECT_EQ(more["ScheduleGroups"][0]["Name"], "default");
  EXPECT_FALSE(more.contains("NextToken"));
}

TEST_F(SchedulerTest, AGroupGoesWithItsSchedules) {
  scheduler_.MustCall("CreateScheduleGroup", {{"Name", "group"}});
  scheduler_.MustCall("CreateSchedule", Definition({{"GroupName", "group"}}));
  scheduler_.MustCall("CreateSchedule", Definition());
  scheduler_.MustCall("DeleteScheduleGroup", {{"Name", "group"}});
  EXPECT_EQ(scheduler_.ErrorCode("GetSchedule", {{"Name", "one"}, {"GroupName", "group"}}),
            "ResourceNotFoundException");
  EXPECT_EQ(Names(Json::object()), (std::vector<std::string>{"one"}));
}

TEST_F(SchedulerTest, GroupsAreTagged) {
  const Json tags = Json::array({{{"Key", "a"}, {"Value", "1"}}, {{"Key", "b"}, {"Value", "2"}}});
  const Json arn = scheduler_.MustCall("CreateScheduleGroup", {{"Name", "group"}, {"Tags", tags}})["ScheduleGroupArn"];
  EXPECT_EQ(scheduler_.MustCall("ListTagsForResource", {{"ResourceArn", arn}})["Tags"], tags);
  scheduler_.MustCall("TagResource", {{"ResourceArn", arn}, {"Tags", Json::array({{{"Key", "b"}, {"Value", "3"}}})}});
  scheduler_.MustCall("UntagResource", {{"ResourceArn", arn}, {"TagKeys", {"a"}}});
  EXPECT_EQ(scheduler_.MustCall("ListTagsForResource", {{"ResourceArn", arn}})["Tags"],
            (Json::array({{{"Key", "b"}, {"Value", "3"}}})));
}

TEST_F(SchedulerTest, RegionsAndAccountsAreApart) {
  scheduler_.MustCall("CreateSchedule", Definition());
  scheduler_.scope.region = Region("eu-west-1");
  EXPECT_EQ(scheduler_.ErrorCode("GetSchedule", {{"Name", "one"}}), "ResourceNotFoundException");
}

struct Refusal {
  Json changes;
  std::string message;
};

class RefusedDefinitions : public SchedulerTest, public ::testing::WithParamInterface<Refusal> {};

Json TargetWith(const std::string& arn, const Json& more = Json::object()) {
  Json target{{"Arn", arn}, {"RoleArn", kRole}};
  target.update(more);
  return {{"Target", target}};
}

TEST_P(RefusedDefinitions, AreWordedAsAwsDoes) {
  EXPECT_EQ(Message("CreateSchedule", Definition(GetParam().changes)), "ValidationException: " + GetParam().message);
  EXPECT_EQ(Names(Json::object()), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedDefinitions,
    ::testing::Values(
        Refusal{{{"ScheduleExpression", "rate(10 seconds)"}}, "Invalid Schedule Expression rate(10 seconds)."},
        Refusal{{{"ScheduleExpression", " rate(10 minutes)"}}, "Invalid Schedule Expression  rate(10 minutes)."},
        Refusal{{{"ScheduleExpressionTimezone", "Mars/Olympus"}}, "Invalid Schedule Expression Timezone Mars/Olympus."},
        Refusal{{{"StartDate", 1800000000}, {"EndDate", 1800000000}},
                "The StartDate you specify must come before the EndDate."},
        Refusal{{{"FlexibleTimeWindow", {{"Mode", "FLEXIBLE"}}}},
                "MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE."},
        Refusal{{{"FlexibleTimeWindow", {{"Mode", "OFF"}, {"MaximumWindowInMinutes", 5}}}},
                "MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF."},
        Refusal{TargetWith("queue"), "Parameter queue is not valid. Reason: Provided Arn is not in correct format."},
        Refusal{TargetWith("arn:aws:backup:us-east-1:123456789012:plan"),
                "backup is not a supported service for a target."},
        Refusal{TargetWith("arn:aws:scheduler:us-east-1:123456789012:aws-sdk:sqs:sendMessage"),
                "scheduler is not a supported service for a target."},
        Refusal{TargetWith("arn:aws:sqs:eu-west-1:123456789012:queue"),
                "The target ARN provided does not match the current region us-east-1."},
        Refusal{TargetWith("arn:aws:sqs:us-east-1:123456789012:queue.fifo"),
                "Parameters SqsParameters must be specified."},
        Refusal{TargetWith("arn:aws:sqs:us-east-1:123456789012:queue", {{"SqsParameters", {{"MessageGroupId", "g"}}}}),
                "Parameters MessageGroupId not valid for the target."},
        Refusal{TargetWith("arn:aws:sns:us-east-1:123456789012:topic", {{"SqsParameters", {{"MessageGroupId", "g"}}}}),
                "Parameters SqsParameters not supported for the target."},
        Refusal{TargetWith("arn:aws:lambda:us-east-1:123456789012:function:f", {{"Input", "{"}}),
                "JSON syntax error in input for the target."},
        Refusal{TargetWith("arn:aws:scheduler:::aws-sdk:sqs:sendMessage"),
                "You must provide an input to set this target for your schedule."},
        Refusal{TargetWith("arn:aws:scheduler:::aws-sdk:sqs:listQueues", {{"Input", "{}"}}),
                "listQueues API is not supported."},
        Refusal{TargetWith("arn:aws:scheduler:::aws-sdk:sqs:sendMesage", {{"Input", "{}"}}),
                "sqs:sendMesage is not a supported API for a target."}));

TEST_F(SchedulerTest, TheStatusPageCountsSchedules) {
  scheduler_.MustCall("CreateSchedule", Definition({{"State", "DISABLED"}}));
  const ResourceList list = kDescriptor.describe(scheduler_.world().deps(), 5);
  EXPECT_EQ(list.kind, "schedules");
  EXPECT_EQ(list.count, 1);
  ASSERT_EQ(list.largest.size(), 1U);
  EXPECT_EQ(list.largest[0].name, "one");
}

TEST_F(SchedulerTest, TheModelsConstraintsComeFirst) {
  Json nameless = Definition();
  nameless["Name"] = "white space";
  EXPECT_TRUE(Message("CreateSchedule", nameless)
                  .starts_with("ValidationException: 1 validation error detected: Value 'white space' at 'name'"));
}

}  // namespace
}  // namespace stratolite::scheduler
