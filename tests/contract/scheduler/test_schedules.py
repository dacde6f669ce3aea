"""Definitions of schedules and groups: what boto3 sees."""

import datetime
import uuid

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def scheduler(client):
    return client("scheduler")


@pytest.fixture
def definition(account):
    return {
        "Name": "one", "ScheduleExpression": "rate(5 minutes)", "State": "DISABLED", "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": f"arn:aws:sqs:us-east-1:{account}:queue", "RoleArn": f"arn:aws:iam::{account}:role/r"},
    }


def refused(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def test_a_schedule_is_made_shown_changed_and_deleted(scheduler, definition, account):
    arn = f"arn:aws:scheduler:us-east-1:{account}:schedule/default/one"
    end = datetime.datetime(2199, 1, 1, tzinfo=datetime.timezone.utc)
    assert scheduler.create_schedule(**definition, Description="five", EndDate=end)["ScheduleArn"] == arn
    shown = scheduler.get_schedule(Name="one")
    assert (shown["Arn"], shown["GroupName"], shown["Description"], shown["EndDate"]) == (arn, "default", "five", end)
    assert shown["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
    assert (shown["ScheduleExpressionTimezone"], shown["ActionAfterCompletion"], shown["State"]) == ("UTC", "NONE", "DISABLED")
    scheduler.update_schedule(**{**definition, "ScheduleExpression": "cron(0 9 ? * MON-FRI *)", "ScheduleExpressionTimezone": "America/New_York"})
    changed = scheduler.get_schedule(Name="one")
    assert changed["ScheduleExpression"] == "cron(0 9 ? * MON-FRI *)"
    assert "Description" not in changed and "EndDate" not in changed
    scheduler.delete_schedule(Name="one")
    assert refused(scheduler.get_schedule, Name="one") == ("ResourceNotFoundException", "Schedule one does not exist.", 404)


def test_names_are_taken_once_and_tokens_repeat(scheduler, definition):
    token = str(uuid.uuid4())
    first = scheduler.create_schedule(**definition, ClientToken=token)["ScheduleArn"]
    assert scheduler.create_schedule(**definition, ClientToken=token)["ScheduleArn"] == first
    assert refused(scheduler.create_schedule, **definition) == ("ConflictException", "Schedule one already exists.", 409)


def test_schedules_are_listed_in_pages(scheduler, definition):
    scheduler.create_schedule_group(Name="group")
    for number in range(7):
        scheduler.create_schedule(**{**definition, "Name": f"s{number}", "GroupName": "group" if number % 2 else "default"})
    pages = list(scheduler.get_paginator("list_schedules").paginate(PaginationConfig={"PageSize": 3}))
    assert [len(page["Schedules"]) for page in pages] == [3, 3, 1]
    names = [schedule["Name"] for page in pages for schedule in page["Schedules"]]
    assert names == ["s0", "s2", "s4", "s6", "s1", "s3", "s5"]
    one = scheduler.list_schedules(GroupName="group", NamePrefix="s3", State="DISABLED")["Schedules"][0]
    assert one["Target"] == {"Arn": definition["Target"]["Arn"]}
    assert scheduler.list_schedules(State="ENABLED")["Schedules"] == []


def test_groups_have_tags_and_take_their_schedules_along(scheduler, definition, account):
    arn = scheduler.create_schedule_group(Name="group", Tags=[{"Key": "a", "Value": "1"}])["ScheduleGroupArn"]
    assert arn == f"arn:aws:scheduler:us-east-1:{account}:schedule-group/group"
    scheduler.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    scheduler.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    group = scheduler.get_schedule_group(Name="group")
    assert (group["Arn"], group["State"], group["Name"]) == (arn, "ACTIVE", "group")
    assert [g["Name"] for g in scheduler.list_schedule_groups()["ScheduleGroups"]] == ["default", "group"]
    assert [g["Name"] for g in scheduler.list_schedule_groups(NamePrefix="gr")["ScheduleGroups"]] == ["group"]
    scheduler.create_schedule(**definition, GroupName="group")
    scheduler.delete_schedule_group(Name="group")
    assert refused(scheduler.get_schedule, Name="one", GroupName="group")[0] == "ResourceNotFoundException"
    assert refused(scheduler.get_schedule_group, Name="group") == ("ResourceNotFoundException", "Schedule group group does not exist.", 404)


def test_the_default_group_is_fixed(scheduler):
    message = "This operation cannot be performed on schedule group default."
    assert refused(scheduler.create_schedule_group, Name="default") == ("ValidationException", message, 400)
    assert refused(scheduler.delete_schedule_group, Name="default") == ("ValidationException", message, 400)
    assert scheduler.get_schedule_group(Name="default")["State"] == "ACTIVE"


@pytest.mark.parametrize("changes, message", [
    ({"ScheduleExpression": "rate(5 fortnights)"}, "Invalid Schedule Expression rate(5 fortnights)."),
    ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE."),
    ({"Target": {"Arn": "arn:aws:backup:us-east-1:123456789012:plan", "RoleArn": "arn:aws:iam::123456789012:role/r"}},
     "backup is not a supported service for a target."),
    ({"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:ec2:describeInstances", "RoleArn": "arn:aws:iam::123456789012:role/r", "Input": "{}"}},
     "describeInstances API is not supported."),
])
def test_definitions_are_refused_in_awss_words(scheduler, definition, changes, message):
    assert refused(scheduler.create_schedule, **{**definition, **changes}) == ("ValidationException", message, 400)


def test_the_models_constraints_are_checked(scheduler, definition):
    code, message, status = refused(scheduler.create_schedule, **{**definition, "Name": "not a name"})
    assert (code, status) == ("ValidationException", 400)
    assert message == ("1 validation error detected: Value 'not a name' at 'name' failed to satisfy constraint: "
                       "Member must satisfy regular expression pattern: [0-9a-zA-Z-_.]+")
