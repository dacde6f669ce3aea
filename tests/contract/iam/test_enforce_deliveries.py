"""What services send to each other where policies are enforced: in their own name by the target's policy, or as a role by the role's."""

import datetime
import json
import time

import pytest

from enforcement import Stage, allow, policy, refusal

pytestmark = pytest.mark.stratolite
TIMEOUT_S = 20


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    yield stage
    stage.stop()


@pytest.fixture
def queue(stage, request):
    """URL and ARN of a queue of the test's own."""
    sqs = stage.root().client("sqs")
    url = sqs.create_queue(QueueName=request.node.name[:80])["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def let_in(stage, queue, service, source):
    statement = allow("sqs:SendMessage", queue[1], Principal={"Service": service}, Condition={"ArnEquals": {"aws:SourceArn": source}})
    stage.root().client("sqs").set_queue_attributes(QueueUrl=queue[0], Attributes={"Policy": policy(statement)})


def received(stage, queue, wanted):
    """The bodies that arrive, of which there are to be so many. Deliveries are over once the world has settled."""
    sqs = stage.root().client("sqs")
    bodies = []
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        stage.admin("clock", "POST", {"advance": "PT1S"})
        for message in sqs.receive_message(QueueUrl=queue[0], MaxNumberOfMessages=10).get("Messages", []):
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=queue[0], ReceiptHandle=message["ReceiptHandle"])
        if len(bodies) >= wanted:
            return bodies
    return bodies


def test_a_topic_needs_the_policy_of_the_queue(stage, queue):
    sns = stage.root().client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue[1], Attributes={"RawMessageDelivery": "true"})
    sns.publish(TopicArn=topic, Message="kept out")
    let_in(stage, queue, "sns.amazonaws.com", "arn:aws:sns:us-east-1:000000000000:other")
    sns.publish(TopicArn=topic, Message="still out")
    let_in(stage, queue, "sns.amazonaws.com", topic)
    sns.publish(TopicArn=topic, Message="in")
    assert received(stage, queue, 1) == ["in"]


def test_a_rule_needs_the_policy_of_the_queue(stage, queue):
    events = stage.root().client("events")
    rule = events.put_rule(Name="r", EventPattern=json.dumps({"source": ["test"]}))["RuleArn"]
    events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": queue[1], "InputPath": "$.detail.n"}])
    event = {"Source": "test", "DetailType": "t"}
    events.put_events(Entries=[event | {"Detail": '{"n": 1}'}])
    let_in(stage, queue, "events.amazonaws.com", rule)
    events.put_events(Entries=[event | {"Detail": '{"n": 2}'}])
    assert received(stage, queue, 1) == ["2"]


def test_a_schedule_sends_as_its_role(stage, queue):
    root = stage.root()
    iam, scheduler = root.client("iam"), root.client("scheduler")
    trust = policy({"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName="schedules", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    now = datetime.datetime.fromisoformat(stage.admin("clock")["now"].replace("Z", "+00:00"))

    def plan(name, minutes, target, body):
        at = (now + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S")
        scheduler.create_schedule(Name=name, ScheduleExpression=f"at({at})", FlexibleTimeWindow={"Mode": "OFF"},
                                  Target={"Arn": target, "RoleArn": role, "Input": body, "RetryPolicy": {"MaximumRetryAttempts": 0}})

    universal = "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"
    plan("too-early", 5, queue[1], "no")
    plan("too-early-too", 5, universal, json.dumps({"QueueUrl": queue[0], "MessageBody": "no"}))
    plan("templated", 20, queue[1], "templated")
    plan("universal", 20, universal, json.dumps({"QueueUrl": queue[0], "MessageBody": "universal"}))
    stage.admin("clock", "POST", {"advance": "PT10M"})
    iam.put_role_policy(RoleName="schedules", PolicyName="send", PolicyDocument=policy(allow("sqs:SendMessage", queue[1])))
    stage.admin("clock", "POST", {"advance": "PT15M"})
    assert sorted(received(stage, queue, 2)) == ["templated", "universal"]


def test_a_bucket_needs_the_policy_of_the_queue(stage, queue):
    s3 = stage.root().client("s3")
    s3.create_bucket(Bucket="notifying")
    let_in(stage, queue, "s3.amazonaws.com", "arn:aws:s3:::notifying")
    s3.put_bucket_notification_configuration(Bucket="notifying", NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": queue[1], "Events": ["s3:ObjectCreated:*"]}]})
    received(stage, queue, 1)  # AWS's test event.
    s3.put_object(Bucket="notifying", Key="k", Body=b"")
    (body,) = received(stage, queue, 1)
    assert json.loads(body)["Records"][0]["s3"]["object"]["key"] == "k"


def test_who_may_not_publish_sends_nothing(stage, queue):
    sns = stage.root().client("sns")
    topic = sns.create_topic(Name="quiet")["TopicArn"]
    code, message, _ = refusal(stage.user().client("sns").publish, TopicArn=topic, Message="x")
    assert code == "AuthorizationError"
    assert "is not authorized to perform: SNS:Publish on resource: " + topic in message
