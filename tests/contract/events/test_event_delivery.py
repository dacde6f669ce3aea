"""What is put on a bus arrives where its rules say."""

import datetime
import json
import secrets

import pytest


@pytest.fixture
def events(client):
    return client("events")


@pytest.fixture
def sqs(client):
    return client("sqs")


def make_queue(sqs, name=None, **attributes):
    url = sqs.create_queue(QueueName=name or f"q-{secrets.token_hex(4)}", Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def make_rule(events, name, *arns, pattern=None, bus="default", **target):
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps(pattern or {"source": ["shop"]}))
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": str(i), "Arn": arn} | target for i, arn in enumerate(arns)])


def entry(detail=None, source="shop", **more):
    return {"Source": source, "DetailType": "order", "Detail": json.dumps(detail or {"a": 1})} | more


def receive(sqs, url, count=1):
    found = []
    for _ in range(10 + count // 5):
        if len(found) >= count:
            break
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"], AttributeNames=["All"])
        found += answer.get("Messages", [])
    return found


def test_an_event_reaches_queues_and_topics(client, events, sqs):
    sns = client("sns")
    direct, direct_arn = make_queue(sqs)
    through, through_arn = make_queue(sqs)
    topic = sns.create_topic(Name="told")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=through_arn)
    make_rule(events, "mine", direct_arn, topic)
    answer = events.put_events(Entries=[entry({"n": 1}, Resources=["arn:aws:s3:::b"], Time=datetime.datetime(2030, 1, 2, 3, 4, 5))])
    assert answer["FailedEntryCount"] == 0
    (message,) = receive(sqs, direct)
    event = json.loads(message["Body"])
    assert event | {"account": None} == {
        "version": "0", "id": answer["Entries"][0]["EventId"], "detail-type": "order", "source": "shop", "account": None, "time": "2030-01-02T03:04:05Z",
        "region": "us-east-1", "resources": ["arn:aws:s3:::b"], "detail": {"n": 1}}
    (notification,) = receive(sqs, through)
    assert json.loads(json.loads(notification["Body"])["Message"]) == event


def test_a_fifo_queue_gets_the_targets_group(events, sqs):
    url, arn = make_queue(sqs, f"q-{secrets.token_hex(4)}.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    make_rule(events, "mine", arn, SqsParameters={"MessageGroupId": "group"})
    events.put_events(Entries=[entry({"n": i}) for i in range(5)])
    messages = receive(sqs, url, 5)
    assert [json.loads(message["Body"])["detail"]["n"] for message in messages] == list(range(5))
    assert {message["Attributes"]["MessageGroupId"] for message in messages} == {"group"}


def test_what_cannot_be_delivered_is_a_dead_letter(events, sqs, account):
    dead, dead_arn = make_queue(sqs)
    gone, gone_arn = make_queue(sqs)
    function = f"arn:aws:lambda:us-east-1:{account}:function:f"
    make_rule(events, "mine", gone_arn, function, DeadLetterConfig={"Arn": dead_arn})
    sqs.delete_queue(QueueUrl=gone)
    answer = events.put_events(Entries=[entry()])
    messages = {message["MessageAttributes"]["TARGET_ARN"]["StringValue"]: message for message in receive(sqs, dead, 2)}
    assert set(messages) == {gone_arn, function}
    for message in messages.values():
        attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
        assert attributes["RULE_ARN"] == f"arn:aws:events:us-east-1:{account}:rule/mine"
        assert attributes["ERROR_CODE"] == "NO_RESOURCE"
        assert attributes["ERROR_MESSAGE"]
        assert json.loads(message["Body"])["id"] == answer["Entries"][0]["EventId"]


def test_inputs_are_made_for_each_target(events, sqs):
    url, arn = make_queue(sqs)
    events.put_rule(Name="mine", EventPattern=json.dumps({"source": ["shop"]}))
    transformer = {"InputPathsMap": {"id": "$.detail.order.id", "all": "$.detail"}, "InputTemplate": '{"id": <id>, "text": "order <id>", "all": <all>}'}
    events.put_targets(Rule="mine", Targets=[
        {"Id": "fixed", "Arn": arn, "Input": '{"fixed": true}'}, {"Id": "part", "Arn": arn, "InputPath": "$.detail.order"},
        {"Id": "made", "Arn": arn, "InputTransformer": transformer}])
    events.put_events(Entries=[entry({"order": {"id": 7}})])
    bodies = [json.loads(message["Body"]) for message in receive(sqs, url, 3)]
    assert bodies == [{"fixed": True}, {"id": 7}, {"id": 7, "text": "order 7", "all": {"order": {"id": 7}}}]


def test_archived_events_come_again(events, sqs, account):
    url, arn = make_queue(sqs)
    make_rule(events, "mine", arn)
    bus = f"arn:aws:events:us-east-1:{account}:event-bus/default"
    archive = events.create_archive(ArchiveName="kept", EventSourceArn=bus)["ArchiveArn"]
    for i in range(12):
        events.put_events(Entries=[entry({"n": i * 10 + j}) for j in range(10)])
    assert events.describe_archive(ArchiveName="kept")["EventCount"] == 120
    sqs.purge_queue(QueueUrl=url)
    now = datetime.datetime.now(datetime.timezone.utc)
    hour = datetime.timedelta(hours=1)
    events.start_replay(ReplayName="again", EventSourceArn=archive, EventStartTime=now - hour, EventEndTime=now + hour, Destination={"Arn": bus})
    bodies = [json.loads(message["Body"]) for message in receive(sqs, url, 120)]
    assert sorted(body["detail"]["n"] for body in bodies) == list(range(120))
    assert {body["replay-name"] for body in bodies} == {"again"}


@pytest.mark.stratolite
def test_advancing_the_clock_fires_schedules_in_order(daemon, client, admin):
    one = daemon()
    admin("clock", {"freeze": True, "set": "2030-01-01T00:00:30Z"}, url=one.endpoint)
    events, sqs = client("events", url=one.endpoint), client("sqs", url=one.endpoint)
    url, arn = make_queue(sqs)
    for name, schedule in (("hourly", "cron(0 * * * ? *)"), ("half", "rate(30 minutes)")):
        events.put_rule(Name=name, ScheduleExpression=schedule)
        events.put_targets(Rule=name, Targets=[{"Id": "q", "Arn": arn}])
    admin("clock", {"advance": "PT2H"}, url=one.endpoint)
    fired = [json.loads(message["Body"]) for message in receive(sqs, url, 6)]
    assert [(event["time"], event["resources"][0].rpartition("/")[2]) for event in fired] == [
        ("2030-01-01T00:30:30Z", "half"), ("2030-01-01T01:00:00Z", "hourly"), ("2030-01-01T01:00:30Z", "half"), ("2030-01-01T01:30:30Z", "half"),
        ("2030-01-01T02:00:00Z", "hourly"), ("2030-01-01T02:00:30Z", "half")]
    assert all(event["detail"] == {} and event["source"] == "aws.events" for event in fired)


@pytest.mark.stratolite
def test_buckets_tell_the_default_bus(client, events, sqs, account):
    s3 = client("s3")
    bucket = f"told-{secrets.token_hex(8)}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    url, arn = make_queue(sqs)
    make_rule(events, "mine", arn, pattern={"source": ["aws.s3"], "detail": {"object": {"key": [{"suffix": ".jpg"}]}}})
    s3.put_object(Bucket=bucket, Key="a b.txt", Body=b"x")
    s3.put_object(Bucket=bucket, Key="red flower.jpg", Body=b"petals")
    s3.delete_object(Bucket=bucket, Key="red flower.jpg")
    created, deleted = [json.loads(message["Body"]) for message in receive(sqs, url, 2)]
    assert (created["detail-type"], created["detail"]["reason"], created["resources"]) == ("Object Created", "PutObject", [f"arn:aws:s3:::{bucket}"])
    assert created["detail"]["object"]["key"] == "red flower.jpg"
    assert created["detail"]["requester"] == account
    assert (deleted["detail-type"], deleted["detail"]["deletion-type"]) == ("Object Deleted", "Permanently Deleted")
