"""Rules, their targets and their patterns, with boto3."""

import json

import pytest

PATTERN = json.dumps({"source": ["shop"]})


@pytest.fixture
def events(client):
    return client("events")


@pytest.fixture
def arn(account):
    return lambda name: f"arn:aws:sqs:us-east-1:{account}:{name}"


def test_a_rule_is_made_switched_described_and_deleted(events, account):
    made = events.put_rule(Name="rule", EventPattern=PATTERN, Description="all")
    assert made["RuleArn"] == f"arn:aws:events:us-east-1:{account}:rule/rule"
    events.disable_rule(Name="rule")
    described = events.describe_rule(Name="rule")
    del described["ResponseMetadata"]
    assert described == {"Name": "rule", "Arn": made["RuleArn"], "EventPattern": PATTERN, "State": "DISABLED", "Description": "all",
                         "EventBusName": "default", "CreatedBy": account}
    events.enable_rule(Name="rule")
    assert events.list_rules()["Rules"][0]["State"] == "ENABLED"
    events.delete_rule(Name="rule")
    assert events.list_rules()["Rules"] == []


def test_targets_are_put_listed_and_removed(events, arn):
    events.put_rule(Name="rule", EventPattern=PATTERN)
    target = {"Id": "one", "Arn": arn("q"), "InputPath": "$.detail", "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60}}
    assert events.put_targets(Rule="rule", Targets=[target])["FailedEntries"] == []
    assert events.list_targets_by_rule(Rule="rule")["Targets"] == [target]
    assert events.list_rule_names_by_target(TargetArn=arn("q"))["RuleNames"] == ["rule"]
    with pytest.raises(events.exceptions.ClientError, match="Rule can't be deleted since it has targets."):
        events.delete_rule(Name="rule")
    events.remove_targets(Rule="rule", Ids=["one"])
    assert events.list_targets_by_rule(Rule="rule")["Targets"] == []


def test_paginators_see_every_rule(events):
    for number in range(7):
        events.put_rule(Name=f"rule-{number}", EventPattern=PATTERN)
    pages = events.get_paginator("list_rules").paginate(NamePrefix="rule-", PaginationConfig={"PageSize": 3})
    assert [rule["Name"] for page in pages for rule in page["Rules"]] == [f"rule-{number}" for number in range(7)]


def test_a_wrong_pattern_is_refused(events):
    with pytest.raises(events.exceptions.InvalidEventPatternException, match="Event pattern is not valid. Reason: "):
        events.put_rule(Name="rule", EventPattern='{"source": "shop"}')


@pytest.mark.parametrize("schedule, valid", [
    ("rate(1 minute)", True), ("rate(2 hours)", True), ("cron(0 12 ? * MON-FRI *)", True), ("rate(1 minutes)", False), ("rate(2 hour)", False),
    ("rate(0 days)", False), ("cron(0 12 * * * *)", False), ("at(2030-01-01T00:00:00)", False), ("tomorrow", False),
])
def test_schedules_are_rates_and_cron_expressions(events, schedule, valid):
    if valid:
        events.put_rule(Name="rule", ScheduleExpression=schedule)
        assert events.describe_rule(Name="rule")["ScheduleExpression"] == schedule
    else:
        with pytest.raises(events.exceptions.ClientError, match="Parameter ScheduleExpression is not valid."):
            events.put_rule(Name="rule", ScheduleExpression=schedule)


def test_a_pattern_is_tested_against_an_event(events):
    event = {"id": "1", "account": "1", "source": "shop", "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "detail-type": "sale", "detail": {"price": 5}}
    test = lambda pattern: events.test_event_pattern(Event=json.dumps(event), EventPattern=json.dumps(pattern))["Result"]
    assert test({"detail": {"price": [{"numeric": [">", 4]}]}})
    assert not test({"detail": {"price": [{"numeric": [">", 5]}]}})


def test_a_rule_of_another_accounts_bus_is_named_by_arn(client):
    theirs = client("events", key="210987654321")
    try:
        bus = theirs.create_event_bus(Name="shared")["EventBusArn"]
        made = client("events").put_rule(Name="mine", EventBusName=bus, EventPattern=PATTERN)
        assert made["RuleArn"] == "arn:aws:events:us-east-1:210987654321:rule/shared/mine"
        assert theirs.list_rules(EventBusName="shared")["Rules"][0]["Name"] == "mine"
    finally:
        theirs.delete_rule(Name="mine", EventBusName="shared")
        theirs.delete_event_bus(Name="shared")
