"""Schedules at work, on a clock that the test moves."""

import json
import re

import pytest

from daemons import Daemon

pytestmark = pytest.mark.stratolite


def test_a_day_of_a_rate_arrives_whole_and_in_order(world):
    url, arn = world.queue("ticks")
    world.create("ticks", "rate(5 minutes)", arn, Input="<aws.scheduler.scheduled-time>")
    world.advance("P1D")
    bodies = world.bodies(url)
    assert len(bodies) == len(set(bodies)) == 289
    assert min(bodies) == "2026-03-02T10:00:00Z" and max(bodies) == "2026-03-03T10:00:00Z"


def test_daylight_saving_shifts_a_cron_and_skips_what_does_not_exist(world):
    url, arn = world.queue("local")
    for name, expression in {"noon": "cron(0 12 * * ? *)", "gap": "cron(30 2 * * ? *)"}.items():
        world.create(name, expression, arn, more={"ScheduleExpressionTimezone": "America/New_York"}, Input=f"{name} <aws.scheduler.scheduled-time>")
    world.advance("P4DT12H")
    world.bodies(url)
    world.advance("P2D")
    assert sorted(world.bodies(url)) == ["gap 2026-03-07T07:30:00Z", "noon 2026-03-07T17:00:00Z", "noon 2026-03-08T16:00:00Z"]


def test_a_one_time_schedule_sends_the_default_notification_and_goes(world):
    url, arn = world.queue("once")
    schedule = world.create("once", "at(2026-03-02T12:00:00)", arn, more={"ActionAfterCompletion": "DELETE", "ScheduleExpressionTimezone": "Europe/Paris"})["ScheduleArn"]
    world.advance("PT59M")
    assert world.bodies(url) == []
    world.advance("PT1M")
    [body] = world.bodies(url)
    event = json.loads(body)
    assert event.pop("id")
    assert event == {"version": "0", "detail-type": "Scheduled Event", "source": "aws.scheduler", "account": world.account,
                     "time": "2026-03-02T11:00:00Z", "region": "us-east-1", "resources": [schedule], "detail": "{}"}
    assert world.scheduler.list_schedules()["Schedules"] == []


def test_fifo_queues_get_their_group(world):
    url, arn = world.queue("ticks.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    world.create("ticks", "rate(1 hours)", arn, Input="<aws.scheduler.scheduled-time>", SqsParameters={"MessageGroupId": "g"})
    world.advance("PT3H")
    assert world.bodies(url) == [f"2026-03-02T{hour}:00:00Z" for hour in (10, 11, 12, 13)]


def test_topics_are_published_to(world):
    topic = world.sns.create_topic(Name="topic")["TopicArn"]
    url, arn = world.queue("subscriber")
    world.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    world.create("publish", "at(2026-03-02T10:05:00)", topic, Input="hello")
    world.advance("PT5M")
    assert world.bodies(url) == ["hello"]


def test_buses_get_events_that_rules_match(world):
    url, arn = world.queue("matched")
    world.events.put_rule(Name="rule", EventPattern=json.dumps({"source": ["my.app"], "detail-type": ["tick"]}))
    world.events.put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": arn}])
    schedule = world.create("tick", "at(2026-03-02T10:05:00)", f"arn:aws:events:us-east-1:{world.account}:event-bus/default",
                            Input=json.dumps({"n": 1}), EventBridgeParameters={"Source": "my.app", "DetailType": "tick"})["ScheduleArn"]
    world.advance("PT5M")
    [event] = map(json.loads, world.bodies(url))
    assert (event["source"], event["detail-type"], event["detail"], event["time"]) == ("my.app", "tick", {"n": 1}, "2026-03-02T10:05:00Z")
    assert event["resources"] == [schedule]


def test_universal_targets_call_operations(world):
    url, _ = world.queue("called")
    call = {"QueueUrl": url, "MessageBody": "<aws.scheduler.schedule-arn> <aws.scheduler.attempt-number> <aws.scheduler.execution-id>"}
    world.create("call", "at(2026-03-02T10:05:00)", "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", Input=json.dumps(call))
    world.create("put", "at(2026-03-02T10:05:00)", "arn:aws:scheduler:::aws-sdk:eventbridge:putRule",
                 Input=json.dumps({"Name": "made", "EventPattern": "{\"source\": [\"a\"]}"}))
    world.create("make", "at(2026-03-02T10:05:00)", "arn:aws:scheduler:::aws-sdk:sns:createTopic", Input=json.dumps({"Name": "made"}))
    world.advance("PT5M")
    [body] = world.bodies(url)
    assert re.fullmatch(rf"arn:aws:scheduler:us-east-1:{world.account}:schedule/default/call 1 [0-9a-f]{{16}}", body)
    assert [topic["TopicArn"].rsplit(":", 1)[1] for topic in world.sns.list_topics()["Topics"]] == ["made"]
    assert [rule["Name"] for rule in world.events.list_rules()["Rules"]] == ["made"]


def test_what_cannot_be_called_becomes_a_dead_letter(world):
    url, dead = world.queue("dead")
    missing = f"arn:aws:sqs:us-east-1:{world.account}:missing"
    world.create("lost", "at(2026-03-02T10:05:00)", missing, Input="payload", DeadLetterConfig={"Arn": dead})
    world.create("unbuilt", "at(2026-03-02T10:06:00)", "arn:aws:scheduler:::aws-sdk:ecs:runTask", Input="{}", DeadLetterConfig={"Arn": dead})
    world.advance("PT6M")
    letters = {letter["MessageAttributes"]["SCHEDULE_ARN"]["StringValue"].rsplit("/", 1)[1]: letter for letter in world.take(url)}
    assert letters["lost"]["Body"] == "payload"
    values = {name: value["StringValue"] for name, value in letters["lost"]["MessageAttributes"].items()}
    assert len(values.pop("EXECUTION_ID")) == 16
    assert values == {"ERROR_CODE": "AWS.SimpleQueueService.NonExistentQueue", "ERROR_MESSAGE": "The specified queue does not exist.",
                      "IS_PAYLOAD_TRUNCATED": "false", "RETRY_ATTEMPTS": "0", "SCHEDULED_TIME": "2026-03-02T10:05:00Z",
                      "SCHEDULE_ARN": f"arn:aws:scheduler:us-east-1:{world.account}:schedule/default/lost", "TARGET_ARN": missing}
    assert letters["unbuilt"]["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NotImplemented"


def test_no_moment_arrives_twice_when_the_daemon_is_killed(binary, client, admin, tmp_path, account):
    """A rate of a minute on a clock of ten minutes a second, killed while it runs."""
    def start():
        one = Daemon(binary, data_dir=tmp_path)
        started.append(one)
        admin("clock", {"speed": 600}, url=one.endpoint)
        return one, client("sqs", url=one.endpoint)

    started, moments = [], []
    try:
        daemon, sqs = start()
        url = sqs.create_queue(QueueName="ticks")["QueueUrl"]
        client("scheduler", url=daemon.endpoint).create_schedule(
            Name="ticks", ScheduleExpression="rate(1 minutes)", FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": f"arn:aws:sqs:us-east-1:{account}:ticks", "RoleArn": f"arn:aws:iam::{account}:role/r", "Input": "<aws.scheduler.scheduled-time>"})
        for round_ in range(4):
            before = len(moments)
            while len(moments) < before + 5:
                batch = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=20).get("Messages", [])
                moments += [message["Body"] for message in batch]
                for message in batch:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            daemon.process.kill()
            daemon.process.wait()
            if round_ < 3:
                daemon, sqs = start()
                url = sqs.get_queue_url(QueueName="ticks")["QueueUrl"]
    finally:
        for one in started:
            one.stop()
    assert len(moments) == len(set(moments))
    assert sorted(moments) == moments


def test_what_was_missed_while_no_daemon_ran_happens_once_and_late(binary, client, admin, tmp_path, account):
    daemon = Daemon(binary, data_dir=tmp_path)
    try:
        admin("clock", {"freeze": True, "set": "2026-01-01T00:00:00Z"}, url=daemon.endpoint)
        client("sqs", url=daemon.endpoint).create_queue(QueueName="ticks")
        for name, expression in {"rate": "rate(1 minutes)", "once": "at(2026-01-02T00:00:00)"}.items():
            client("scheduler", url=daemon.endpoint).create_schedule(
                Name=name, ScheduleExpression=expression, FlexibleTimeWindow={"Mode": "OFF"},
                Target={"Arn": f"arn:aws:sqs:us-east-1:{account}:ticks", "RoleArn": f"arn:aws:iam::{account}:role/r", "Input": f"{name} <aws.scheduler.scheduled-time>"})
        admin("clock", {"advance": "PT0S"}, url=daemon.endpoint)
        daemon.process.kill()
        daemon.process.wait()
        # Its clock shows the real time again, months later.
        daemon.stop()
        daemon = Daemon(binary, data_dir=tmp_path)
        admin("clock", {"freeze": True, "advance": "PT0S"}, url=daemon.endpoint)
        sqs = client("sqs", url=daemon.endpoint)
        url = sqs.get_queue_url(QueueName="ticks")["QueueUrl"]

        def bodies():
            found = []
            while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                found += [message["Body"] for message in batch]
                for message in batch:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return sorted(found)

        # The first of the rate's messages has been kept long enough.
        assert bodies() == ["once 2026-01-02T00:00:00Z", "rate 2026-01-01T00:01:00Z"]
        admin("clock", {"advance": "PT2M"}, url=daemon.endpoint)
        assert len(bodies()) == 2
    finally:
        daemon.stop()
