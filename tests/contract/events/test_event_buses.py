"""Event buses, their policies and tags, with boto3."""

import json

import pytest


@pytest.fixture
def events(client):
    return client("events")


def test_a_bus_is_made_described_changed_and_deleted(events, account):
    made = events.create_event_bus(Name="orders", Description="of books", Tags=[{"Key": "team", "Value": "shop"}])
    assert made["EventBusArn"] == f"arn:aws:events:us-east-1:{account}:event-bus/orders"
    assert events.update_event_bus(Name="orders", Description="of all")["Description"] == "of all"
    described = events.describe_event_bus(Name=made["EventBusArn"])
    assert (described["Description"], described["Name"]) == ("of all", "orders")
    events.delete_event_bus(Name="orders")
    with pytest.raises(events.exceptions.ResourceNotFoundException, match="Event bus orders does not exist."):
        events.describe_event_bus(Name="orders")


def test_the_default_bus_is_always_there(events):
    assert [bus["Name"] for bus in events.list_event_buses()["EventBuses"]] == ["default"]
    with pytest.raises(events.exceptions.ClientError, match="Cannot delete event bus default."):
        events.delete_event_bus(Name="default")


def test_buses_are_listed_by_page(events):
    for number in range(5):
        events.create_event_bus(Name=f"bus-{number}")
    names, token = [], {}
    while True:
        page = events.list_event_buses(NamePrefix="bus-", Limit=2, **token)
        names += [bus["Name"] for bus in page["EventBuses"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert names == [f"bus-{number}" for number in range(5)]


def test_permissions_become_the_policy_of_a_bus(events, account):
    permit = lambda statement, principal: events.put_permission(Action="events:PutEvents", Principal=principal, StatementId=statement)
    permit("one", "111122223333")
    permit("two", "*")
    policy = json.loads(events.describe_event_bus()["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == ["one", "two"]
    assert policy["Statement"][0]["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    assert policy["Statement"][0]["Resource"] == f"arn:aws:events:us-east-1:{account}:event-bus/default"
    events.remove_permission(StatementId="one")
    events.remove_permission(RemoveAllPermissions=True)
    assert "Policy" not in events.describe_event_bus()


def test_tags_are_added_and_removed(events):
    arn = events.put_rule(Name="rule", EventPattern='{"source": ["a"]}')["RuleArn"]
    events.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    events.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_buses_of_accounts_and_regions_do_not_meet(client):
    client("events").create_event_bus(Name="orders")
    for other in (client("events", key="210987654321"), client("events", region_name="eu-west-1")):
        assert [bus["Name"] for bus in other.list_event_buses()["EventBuses"]] == ["default"]


def test_there_are_no_partners(events):
    source = "aws.partner/shop.example/orders"
    assert events.list_event_sources()["EventSources"] == []
    assert events.list_partner_event_sources(NamePrefix=source)["PartnerEventSources"] == []
    for find in (events.describe_event_source, events.activate_event_source, events.deactivate_event_source, events.describe_partner_event_source):
        with pytest.raises(events.exceptions.ResourceNotFoundException):
            find(Name=source)
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.list_partner_event_source_accounts(EventSourceName=source)
    for act in (events.create_partner_event_source, events.delete_partner_event_source):
        with pytest.raises(events.exceptions.OperationDisabledException):
            act(Name=source, Account="123456789012")
    with pytest.raises(events.exceptions.OperationDisabledException):
        events.put_partner_events(Entries=[{"Source": source, "DetailType": "t", "Detail": "{}"}])
