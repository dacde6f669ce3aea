"""The recorded situations about what becomes of events: put, matched, transformed, delivered, archived, replayed, scheduled. See events_stage.py."""

import datetime
import json
import re
import time

from events_stage import DETAIL, PATTERN, World, situation

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SOURCE = "core.update-account-command"


def replaced(value, **words):
    """The members of these names replaced by the words that they were recorded as."""
    if isinstance(value, list):
        return [replaced(one, **words) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: words[name] if name in words else replaced(member, **words) for name, member in value.items()}


def told(stage, url, count=1, sqs=None):
    """Messages with their bodies read."""
    return [message | {"Body": json.loads(message["Body"])} for message in stage.messages(url, sqs, count)]


def listening(stage, pattern=None, bus="default", **target):
    """(URL of a queue that is the target of a new rule, the rule's name)."""
    rule = stage.rule(bus, pattern)
    url, arn = stage.queue()
    stage.target(rule, arn, bus, **target)
    return url, rule


# Entries that are refused.

@situation
def put_events_without_source(stage):
    return {"put-events": stage.events.put_events(Entries=[{"DetailType": SOURCE, "Detail": json.dumps(DETAIL)}])}


@situation
def put_event_malformed_detail(stage):
    detail = {"ARRAY": json.dumps(["a", "b"]), "MALFORMED_JSON": '{"a": ', "SERIALIZED_STRING": json.dumps("a"), "STRING": "a"}[stage.parameter]
    return {"put-events": stage.events.put_events(Entries=[{"Source": SOURCE, "DetailType": SOURCE, "Detail": detail}])}


@situation
def put_event_with_too_big_detail(stage):
    # The limit was 256 KiB when this was recorded, and is 1 MB now.
    detail = {"payload": ["p" * (1040 * 1024)]}
    return {"put-events-too-big-detail-error": stage.error(stage.put, detail=detail)}


@situation
def put_events_exceed_limit_ten_entries(stage):
    bus = stage.bus_of_kind()
    entry = {"Source": SOURCE, "DetailType": SOURCE, "Detail": json.dumps(DETAIL), "EventBusName": bus}
    return {"put-events-exceed-limit-error": stage.error(stage.events.put_events, Entries=[entry] * 11)}


# Events that arrive.

@situation
def put_events_response_entries_order(stage):
    rule = stage.rule()
    first, first_arn = stage.queue()
    second, second_arn = stage.queue()
    stage.target(rule, first_arn, Id="first")
    stage.target(rule, second_arn, Id="second")
    answer = stage.put()
    assert UUID.fullmatch(answer["Entries"][0]["EventId"])
    messages = {f"queue{number}_messages": told(stage, url) for number, url in ((1, first), (2, second))}
    assert all(message["Body"]["detail"] == DETAIL for found in messages.values() for message in found)
    return {"put-events-response": replaced(answer, EventId="event-id"), "sqs-messages": replaced(messages, detail="detail")}


@situation
def put_events_time(stage):
    url, _ = listening(stage, {"source": [SOURCE]})
    now = datetime.datetime.now(datetime.timezone.utc)
    for text, moment in (("short time", "2021-01-01"), ("new time", "2021-01-01T01:00:00Z"), ("long time", now.isoformat())):
        stage.put({"message": text}, Time=datetime.datetime.fromisoformat(moment))
    order = ["short time", "new time", "long time"]
    messages = sorted(told(stage, url, 3), key=lambda message: order.index(message["Body"]["detail"]["message"]))
    assert messages[0]["Body"]["time"].startswith("2021-01-01T00:00:00Z")
    return {"messages": messages}


@situation
def put_events_pattern_nested(stage):
    pattern = {"detail": {"event": {"data": {"type": ["1"]}}}}
    url, _ = listening(stage, pattern, InputPath="$.detail")
    for kind in ("2", "1"):
        stage.put({"event": {"data": {"type": kind}}})
    return {"messages": told(stage, url)}


@situation
def put_events_with_target_sqs_event_detail_match(stage):
    url, _ = listening(stage, {"detail": {"EventType": ["0", "1"]}}, InputPath="$.detail")
    for kind in ("2", "1"):
        stage.put({"EventType": kind})
    return {"messages": told(stage, url)}


@situation
def put_event_with_content_base_rule_in_pattern(stage):
    pattern = {"source": [{"exists": True}], "detail-type": [{"prefix": "core."}], "detail": {
        "description": ["this-is-event-details"], "amount": [200], "salary": [2000, 4000], "env": ["dev", "prod"], "user": ["user1", "user2", "user3"],
        "admins": ["skyli", {"prefix": "hey"}, {"prefix": "ad"}], "test1": [{"anything-but": 200}], "test2": [{"anything-but": "test2"}],
        "test3": [{"anything-but": ["test3", "test33"]}], "test4": [{"anything-but": {"prefix": "test4"}}], "ip": [{"cidr": "10.102.1.0/24"}],
        "num-test1": [{"numeric": ["<", 200]}], "num-test2": [{"numeric": ["<=", 200]}], "num-test3": [{"numeric": [">", 200]}],
        "num-test4": [{"numeric": [">=", 200]}], "num-test5": [{"numeric": [">=", 200, "<=", 500]}], "num-test6": [{"numeric": [">", 200, "<", 500]}],
        "num-test7": [{"numeric": [">=", 200, "<", 500]}]}}
    detail = {"amount": 200, "salary": 2000, "env": "prod", "user": "user3", "admins": "admin", "description": "this-is-event-details", "test1": 300,
              "test2": "test22", "test3": "test333", "test4": "this test4", "ip": "10.102.1.100", "num-test1": 100, "num-test2": 200, "num-test3": 300,
              "num-test4": 200, "num-test5": 500, "num-test6": 300, "num-test7": 300}
    url, _ = listening(stage, pattern, InputPath="$.detail")
    stage.put(detail | {"admins": "somebody"})
    stage.put(detail)
    return {"messages": told(stage, url)}


@situation
def put_events_with_rule_pattern_exists_false(stage):
    url, _ = listening(stage, {"detail": {"key": [{"exists": False}]}})
    stage.put({"key": "value", "payload": "baz"})
    stage.put({"no-key": "no-value", "payload": "baz"})
    return {"rule-exists-false": told(stage, url)}


# Inputs.

@situation
def put_events_with_input_path_nested(stage):
    payload = {"acc_id": "0a787ecb-4015"} | ({"sf_id": "baz"} if stage.parameter.endswith("0") else {"payload": {"message": "baz", "id": "123"}})
    url, _ = listening(stage, {"detail": {"command": ["update-account"]}}, InputPath="$.detail.payload")
    stage.put({"command": "update-account", "payload": payload})
    return {"message": told(stage, url)}


@situation
def input_transformer_nested_keys_replacement(stage):
    paths = {"userId": "$.detail.payload.acc_id", "payload": "$.detail.payload", "systemstring": "$.detail.systemstring", "listsingle": "$.detail.listsingle",
             "listmulti": "$.detail.listmulti", "valid": "$.detail.valid"}
    template = stage.parameter.replace("\\n", "\n")
    url, _ = listening(stage, InputTransformer={"InputPathsMap": paths, "InputTemplate": template})
    stage.put(DETAIL | {"listsingle": ["HIGH"], "listmulti": ["ACTIVE", "INACTIVE"], "valid": True})
    return {"input-transformed-messages": stage.messages(url)}


@situation
def input_transformer_predefined_variables(stage):
    bus = stage.bus()
    url, _ = listening(stage, None, bus, InputTransformer={"InputPathsMap": {}, "InputTemplate": stage.parameter})
    stage.put(bus=bus)
    messages = stage.messages(url)
    if stage.parameter.startswith('"'):
        messages = [message | {"Body": MOMENT.sub("date", message["Body"])} for message in messages]
    return {"messages": messages}


@situation
def put_events_with_input_transformer_input_template_json(stage):
    paths = {"detailType": "$.detail-type", "timestamp": "$.time", "command": "$.detail.command"}
    template = '{"detailType": <detailType>, "time": <timestamp>, "command": <command>}'
    url, _ = listening(stage, {"source": [SOURCE]}, InputTransformer={"InputPathsMap": paths, "InputTemplate": template})
    stage.put()
    matching = told(stage, url)
    stage.sqs.purge_queue(QueueUrl=url)
    stage.put({"other": "thing"})
    return {"custom-variables-match-all": matching, "custom-variables-not-match-all": told(stage, url)}


# From bus to bus.

def cross(stage, kind, bus_kind, put_only=False):
    """The answers of two accounts or regions (or both) whose first bus sends to the second."""
    account = stage.account if kind == "region" else str(int(stage.account) // 10 + 10**11)
    region = "us-east-1" if kind == "account" else "eu-central-1"
    events = stage.client("events", region, account)
    sqs = stage.client("sqs", region, account)
    names = [stage.name("bus"), stage.name("bus")] if bus_kind == "custom" else ["default", "default"]
    if bus_kind == "custom":
        stage.events.create_event_bus(Name=names[0])
        events.create_event_bus(Name=names[1])
    second_bus = f"arn:aws:events:{region}:{account}:event-bus/{names[1]}"
    url, arn = stage.queue(sqs=sqs)
    sources = {"source": ["source-primary", "source-secondary"]}
    events.put_rule(Name="all", EventBusName=names[1], EventPattern=json.dumps(sources))
    events.put_targets(Rule="all", EventBusName=names[1], Targets=[{"Id": "queue", "Arn": arn}])
    if put_only:
        stage.put(bus=second_bus, source="source-primary")
        return {"messages": told(stage, url, sqs=sqs)}
    first_url, _ = listening(stage, {"source": ["source-primary"]}, names[0])
    rule = stage.rule(names[0], {"source": ["source-primary"]})
    stage.target(rule, second_bus, names[0], RoleArn=f"arn:aws:iam::{stage.account}:role/sends")
    stage.put(bus=names[0], source="source-primary")
    from_primary = told(stage, url, sqs=sqs)
    sqs.purge_queue(QueueUrl=url)
    events.put_events(Entries=[{"Source": "source-secondary", "DetailType": SOURCE, "Detail": json.dumps(DETAIL), "EventBusName": names[1]}])
    return {"messages_primary_queue_from_primary_event_bus": told(stage, first_url), "messages_secondary_queue_from_primary_event_bus": from_primary,
            "messages_secondary_queue_from_secondary_event_bus": told(stage, url, sqs=sqs)}


@situation
def event_bus_to_event_bus_cross_account_region(stage):
    bus_kind, kind = stage.parameter.split("-")
    return cross(stage, kind, bus_kind)


@situation
def put_events(stage):
    return cross(stage, "account", "custom", put_only=True)


@situation
def put_events_to_default_eventbus_for_custom_eventbus(stage):
    s3 = stage.client("s3", s3={"addressing_style": "path"})
    bucket = stage.name("bucket")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    bus, first, second = stage.name("bus"), stage.name("rule"), stage.name("rule")
    pattern = json.dumps({"detail-type": ["Object Created"], "source": ["aws.s3"]})
    answers = {"create-custom-event-bus": stage.events.create_event_bus(Name=bus),
               "create-rule-1": stage.events.put_rule(Name=first, EventPattern=pattern),
               "create-rule-2": stage.events.put_rule(Name=second, EventBusName=bus, EventPattern=pattern)}
    url, arn = stage.queue()
    answers["put-target-1"] = stage.target(first, stage.bus_arn(bus), RoleArn=f"arn:aws:iam::{stage.account}:role/sends")
    answers["put-target-2"] = stage.target(second, arn, bus)
    s3.put_object(Bucket=bucket, Key="key", Body=b"data")
    answers["get-events"] = {"Messages": replaced(told(stage, url), sequencer="object-sequencer", **{"request-id": "request-id"})}
    return answers


# Archives and replays.

def archive(stage, bus, **more):
    name = stage.name("archive")
    stage.events.create_archive(ArchiveName=name, EventSourceArn=stage.bus_arn(bus), Description="description of the archive", RetentionDays=1, **more)
    return name


@situation
def list_archive_with_events(stage):
    bus = stage.bus_of_kind()
    name = archive(stage, bus, **({"EventPattern": json.dumps(PATTERN)} if "True" in stage.parameters else {}))
    for _ in range(10):
        stage.put(bus=bus)
    return {"list-archives": stage.events.list_archives(NamePrefix=name), "describe-archive": stage.events.describe_archive(ArchiveName=name)}


@situation
def start_list_describe_canceled_replay(stage):
    bus = stage.bus_of_kind()
    url, rule = listening(stage, None, bus)
    name = archive(stage, bus)
    start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)
    for _ in range(3):
        stage.put(bus=bus)
    stage.messages(url, count=3)
    stage.sqs.purge_queue(QueueUrl=url)
    rule_arn = stage.events.describe_rule(Name=rule, EventBusName=bus)["Arn"]

    def begin(replay):
        return stage.events.start_replay(
            ReplayName=replay, Description="description of the replay", EventSourceArn=f"arn:aws:events:us-east-1:{stage.account}:archive/{name}",
            EventStartTime=start, EventEndTime=start + datetime.timedelta(hours=1), Destination={"Arn": stage.bus_arn(bus), "FilterArns": [rule_arn]})

    replay, cancelled = stage.name("replay"), stage.name("cancelled")
    answers = {"start-replay": begin(replay)}
    answers["replay-messages"] = told(stage, url, 3)
    for _ in range(40):
        described = stage.events.describe_replay(ReplayName=replay)
        if described["State"] == "COMPLETED":
            break
        time.sleep(0.25)
    answers["list-replays"] = replaced(stage.events.list_replays(NamePrefix=replay), ReplayName="replay-name")
    answers["describe-replay"] = replaced(described, ReplayName="replay-name")
    begin(cancelled)
    answers["cancel-replay"] = stage.events.cancel_replay(ReplayName=cancelled)
    answers["describe-replay-canceled"] = replaced(stage.events.describe_replay(ReplayName=cancelled), ReplayName="replay-name")
    return answers


# Schedules.

def scheduled(stage, ticks, **target):
    """(ListTargets' answer, one list of messages per minute) of a rule that fires each minute, in a world whose clock is moved."""
    with World(stage.endpoint) as world:
        stage.account = world.account
        stage.events, stage.sqs = world.client("events"), world.client("sqs")
        rule = stage.rule(ScheduleExpression="rate(1 minute)")
        url, arn = stage.queue()
        stage.target(rule, arn, **target)
        targets = stage.events.list_targets_by_rule(Rule=rule)
        found = []
        for _ in range(ticks):
            world.advance("PT1M")
            found.append(told(stage, url))
            stage.sqs.purge_queue(QueueUrl=url)
            world.advance("PT0S")
        return targets, found


@situation
def schedule_rate_target_sqs(stage):
    targets, (first, second) = scheduled(stage, 2)
    # The name was recorded as half a placeholder.
    region, _, queue = targets["Targets"][0]["Arn"].rpartition(":")
    assert queue.startswith("queue")
    return {"list-targets": replaced(targets, Arn=f"{region}:<queue-name"), "messages-first": first, "messages-second": second}


@situation
def schedule_rate_custom_input_target_sqs(stage):
    targets, (messages,) = scheduled(stage, 1, Input=json.dumps({"custom-value": "somecustominput"}))
    return {"list-targets": targets, "messages": messages}
