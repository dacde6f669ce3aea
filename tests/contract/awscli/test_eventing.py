"""SNS, EventBridge, Scheduler and Pipes by the AWS CLI."""

import datetime
import json

import pytest

ROLE = "arn:aws:iam::123456789012:role/any"


@pytest.fixture
def aws(one_aws):
    return one_aws


@pytest.fixture
def make_queue(aws):
    def make(name, **attributes):
        url = aws("sqs", "create-queue", "--queue-name", name, *(("--attributes", json.dumps(attributes)) if attributes else ()))["QueueUrl"]
        return url, aws("sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "QueueArn")["Attributes"]["QueueArn"]

    return make


@pytest.fixture
def take(aws):
    def take_one(url, wait=20):
        messages = (aws("sqs", "receive-message", "--queue-url", url, "--wait-time-seconds", str(wait), "--message-attribute-names", "All") or {}).get("Messages")
        if not messages:
            return None
        aws("sqs", "delete-message", "--queue-url", url, "--receipt-handle", messages[0]["ReceiptHandle"])
        return messages[0]

    return take_one


def test_publish_to_a_queue(aws, make_queue, take):
    topic = aws("sns", "create-topic", "--name", "news", "--tags", "Key=team,Value=core")["TopicArn"]
    url, arn = make_queue("subscriber")
    subscription = aws("sns", "subscribe", "--topic-arn", topic, "--protocol", "sqs", "--notification-endpoint", arn, "--return-subscription-arn",
                       "--attributes", json.dumps({"FilterPolicy": json.dumps({"kind": ["order"]})}))["SubscriptionArn"]
    assert aws("sns", "list-subscriptions-by-topic", "--topic-arn", topic)["Subscriptions"][0]["SubscriptionArn"] == subscription
    aws("sns", "publish", "--topic-arn", topic, "--message", "no", "--message-attributes", '{"kind":{"DataType":"String","StringValue":"other"}}')
    sent = aws("sns", "publish", "--topic-arn", topic, "--message", "hello", "--subject", "s", "--message-attributes", '{"kind":{"DataType":"String","StringValue":"order"}}')
    envelope = json.loads(take(url)["Body"])
    assert (envelope["MessageId"], envelope["Message"], envelope["Subject"], envelope["TopicArn"]) == (sent["MessageId"], "hello", "s", topic)
    assert take(url, 0) is None
    aws("sns", "delete-topic", "--topic-arn", topic)
    assert "(NotFound)" in aws("sns", "publish", "--topic-arn", topic, "--message", "x", fails=True)


def test_put_events_through_a_rule(aws, make_queue, take):
    url, arn = make_queue("target")
    aws("events", "create-event-bus", "--name", "orders")
    rule = aws("events", "put-rule", "--name", "paid", "--event-bus-name", "orders", "--event-pattern", '{"detail": {"state": ["paid"]}}')["RuleArn"]
    assert rule.endswith(":rule/orders/paid")
    added = aws("events", "put-targets", "--rule", "paid", "--event-bus-name", "orders", "--targets", json.dumps([{"Id": "q", "Arn": arn, "InputPath": "$.detail"}]))
    assert added == {"FailedEntryCount": 0, "FailedEntries": []}
    entries = [{"EventBusName": "orders", "Source": "my.shop", "DetailType": "order", "Detail": json.dumps({"id": number, "state": state})}
               for number, state in enumerate(["open", "paid"])]
    assert aws("events", "put-events", "--entries", json.dumps(entries))["FailedEntryCount"] == 0
    assert json.loads(take(url)["Body"]) == {"id": 1, "state": "paid"}
    assert take(url, 0) is None
    assert "(ResourceNotFoundException)" in aws("events", "describe-rule", "--name", "missing", fails=True)


def test_a_schedule_fires(aws, make_queue, take):
    url, arn = make_queue("due")
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
    made = aws("scheduler", "create-schedule", "--name", "soon", "--schedule-expression", f"at({moment:%Y-%m-%dT%H:%M:%S})", "--flexible-time-window", "Mode=OFF",
               "--target", json.dumps({"Arn": arn, "RoleArn": ROLE, "Input": "wake up"}))
    assert made["ScheduleArn"].endswith(":schedule/default/soon")
    assert take(url)["Body"] == "wake up"
    assert [entry["Name"] for entry in aws("scheduler", "list-schedules", "--group-name", "default")["Schedules"]] == ["soon"]
    aws("scheduler", "delete-schedule", "--name", "soon")
    assert "(ResourceNotFoundException)" in aws("scheduler", "get-schedule", "--name", "soon", fails=True)


def test_a_pipe_between_queues(aws, make_queue, take):
    source_url, source = make_queue("in")
    target_url, target = make_queue("out")
    made = aws("pipes", "create-pipe", "--name", "p", "--role-arn", ROLE, "--source", source, "--target", target,
               "--source-parameters", json.dumps({"FilterCriteria": {"Filters": [{"Pattern": '{"body": {"state": ["paid"]}}'}]}}),
               "--target-parameters", json.dumps({"InputTemplate": '{"order": <$.body.id>}'}))
    assert made["CurrentState"] == "CREATING"
    for number, state in enumerate(["open", "paid"]):
        aws("sqs", "send-message", "--queue-url", source_url, "--message-body", json.dumps({"id": number, "state": state}))
    assert json.loads(take(target_url)["Body"]) == {"order": 1}
    assert aws("pipes", "list-pipes")["Pipes"][0]["CurrentState"] == "RUNNING"
    aws("pipes", "stop-pipe", "--name", "p")
    assert aws("pipes", "describe-pipe", "--name", "p")["CurrentState"] == "STOPPED"
    aws("pipes", "delete-pipe", "--name", "p")
    assert "(NotFoundException)" in aws("pipes", "describe-pipe", "--name", "p", fails=True)
