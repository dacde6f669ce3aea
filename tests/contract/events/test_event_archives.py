"""Archives, replays and global endpoints as resources, with boto3. What they do with events: test_event_delivery.py."""

import datetime

import pytest

NOW = datetime.datetime.now(datetime.timezone.utc)


@pytest.fixture
def events(client):
    return client("events")


@pytest.fixture
def bus(events):
    return events.create_event_bus(Name="orders")["EventBusArn"]


def test_an_archive_is_made_described_changed_and_deleted(events, bus):
    made = events.create_archive(ArchiveName="all", EventSourceArn=bus, RetentionDays=7)
    assert made["State"] == "ENABLED"
    events.update_archive(ArchiveName="all", Description="everything", EventPattern='{"source": ["shop"]}')
    described = events.describe_archive(ArchiveName="all")
    assert (described["ArchiveArn"], described["RetentionDays"], described["Description"], described["EventCount"]) == (made["ArchiveArn"], 7, "everything", 0)
    assert [archive["ArchiveName"] for archive in events.list_archives(EventSourceArn=bus)["Archives"]] == ["all"]
    assert events.describe_rule(Name="Events-Archive-all", EventBusName="orders")["ManagedBy"] == "prod.vhs.events.aws.internal"
    with pytest.raises(events.exceptions.ManagedRuleException):
        events.delete_rule(Name="Events-Archive-all", EventBusName="orders")
    events.delete_archive(ArchiveName="all")
    assert events.list_rules(EventBusName="orders")["Rules"] == []


def test_a_replay_is_started_listed_and_cancelled(events, bus):
    archive = events.create_archive(ArchiveName="all", EventSourceArn=bus)["ArchiveArn"]
    request = {"EventSourceArn": archive, "EventStartTime": NOW - datetime.timedelta(hours=1), "EventEndTime": NOW, "Destination": {"Arn": bus}}
    assert events.start_replay(ReplayName="again", **request)["State"] == "STARTING"
    assert events.cancel_replay(ReplayName="again")["State"] == "CANCELLING"
    assert events.describe_replay(ReplayName="again")["State"] in ("CANCELLING", "CANCELLED")
    assert [replay["ReplayName"] for replay in events.list_replays(NamePrefix="ag")["Replays"]] == ["again"]
    with pytest.raises(events.exceptions.IllegalStatusException):
        events.cancel_replay(ReplayName="again")


def test_an_endpoint_is_made_described_changed_and_deleted(client, events, bus, account):
    client("events", region_name="us-west-2").create_event_bus(Name="orders")
    routing = {"FailoverConfig": {"Primary": {"HealthCheck": "arn:aws:route53:::healthcheck/check"}, "Secondary": {"Route": "us-west-2"}}}
    buses = [{"EventBusArn": bus}, {"EventBusArn": bus.replace("us-east-1", "us-west-2")}]
    made = events.create_endpoint(Name="global", RoutingConfig=routing, ReplicationConfig={"State": "DISABLED"}, EventBuses=buses)
    assert made["Arn"] == f"arn:aws:events:us-east-1:{account}:endpoint/global"
    events.update_endpoint(Name="global", Description="of orders")
    described = events.describe_endpoint(Name="global")
    assert (described["State"], described["Description"], described["EventBuses"]) == ("ACTIVE", "of orders", buses)
    assert [endpoint["EndpointId"] for endpoint in events.list_endpoints()["Endpoints"]] == [described["EndpointId"]]
    events.delete_endpoint(Name="global")
    assert events.list_endpoints()["Endpoints"] == []
