"""SNS posts to HTTP(S) endpoints that confirm, fail, hang, redirect and recover. Time passes by the world's clock alone."""

import json
import os
import signal
import time
import urllib.request

import boto3
import botocore.config
import pytest

from http_endpoint import HttpEndpoint, eventually, own_certificate

pytestmark = pytest.mark.stratolite


class World:
    """A world of the test's own, with its own clock, or a daemon's only one."""

    def __init__(self, endpoint, fork=True):
        self.endpoint, self.name = endpoint, "default"
        self.key = ("123456789012", "test")
        if fork:
            made = self.admin("worlds", {"fork": "default"})
            self.name, self.key = made["name"], (made["access_key_id"], made["secret_access_key"])

    def admin(self, path, body=None, method=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.endpoint}/_stratolite/{path}", data=data, method=method or ("POST" if data else "GET"))
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def advance(self, by):
        self.admin(f"clock?world={self.name}", {"freeze": True, "advance": by})

    def client(self, service):
        return boto3.client(service, endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id=self.key[0], aws_secret_access_key=self.key[1],
                            config=botocore.config.Config(retries={"max_attempts": 0}))

    def dead_letters(self):
        """(URL, ARN) of a new queue."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName="dead")["QueueUrl"]
        return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def bodies(self, url):
        return [message["Body"] for message in self.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])]

    def lost(self):
        return self.admin(f"events?world={self.name}")["losses"]


@pytest.fixture
def world(endpoint):
    made = World(endpoint)
    yield made
    made.admin(f"worlds/{made.name}", method="DELETE")


@pytest.fixture
def target():
    with HttpEndpoint() as endpoint:
        yield endpoint


def visit(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status


def subscribed(world, target, path="/hook", **attributes):
    """(SNS client, topic, subscription) with an endpoint that has confirmed."""
    sns = world.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    subscription = sns.subscribe(TopicArn=topic, Protocol=target.scheme, Endpoint=target.url + path, ReturnSubscriptionArn=True, Attributes=attributes)["SubscriptionArn"]
    sns.confirm_subscription(TopicArn=topic, Token=target.next().json()["Token"])
    return sns, topic, subscription


def test_an_endpoint_confirms_receives_and_unsubscribes_by_the_urls_it_gets(client, target, account):
    sns = client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    assert sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=target.url + "/hook")["SubscriptionArn"] == "pending confirmation"
    asked = target.next()
    assert (asked.method, asked.path) == ("POST", "/hook")
    assert asked.headers["x-amz-sns-message-type"] == "SubscriptionConfirmation"
    assert asked.headers["content-type"] == "text/plain; charset=UTF-8"
    assert asked.headers["user-agent"] == "Amazon Simple Notification Service Agent"
    assert visit(asked.json()["SubscribeURL"]) == 200
    subscription = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"][0]["SubscriptionArn"]
    assert subscription.startswith(topic + ":")

    published = sns.publish(TopicArn=topic, Subject="greeting", Message="hello", MessageAttributes={"a": {"DataType": "String", "StringValue": "b"}})["MessageId"]
    told = target.next()
    assert {name: told.headers[name] for name in told.headers if name.startswith("x-amz-sns")} == {
        "x-amz-sns-message-type": "Notification", "x-amz-sns-message-id": published, "x-amz-sns-topic-arn": topic, "x-amz-sns-subscription-arn": subscription}
    body = told.json()
    assert (body["Type"], body["MessageId"], body["Subject"], body["Message"]) == ("Notification", published, "greeting", "hello")
    assert body["MessageAttributes"] == {"a": {"Type": "String", "Value": "b"}}

    assert visit(body["UnsubscribeURL"]) == 200
    left = target.next()
    assert left.headers["x-amz-sns-message-type"] == "UnsubscribeConfirmation"
    assert left.json()["Type"] == "UnsubscribeConfirmation"
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
    assert visit(left.json()["SubscribeURL"]) == 200
    sns.publish(TopicArn=topic, Message="again")
    assert target.next().json()["Message"] == "again"


def test_every_message_of_many_arrives_once(world, target):
    sns, topic, _ = subscribed(world, target)
    expected = {sns.publish(TopicArn=topic, Message=str(number))["MessageId"] for number in range(100)}
    world.advance("PT0S")
    arrived = [request.json()["MessageId"] for request in target.drain()]
    assert len(arrived) == 100
    assert set(arrived) == expected


def test_a_raw_message_is_posted_as_it_is(world, target):
    sns, topic, _ = subscribed(world, target, RawMessageDelivery="true", DeliveryPolicy=json.dumps({"requestPolicy": {"headerContentType": "text/csv"}}))
    sns.publish(TopicArn=topic, Message="a,b\nc,d")
    told = target.next()
    assert told.body == b"a,b\nc,d"
    assert (told.headers["content-type"], told.headers["x-amz-sns-rawdelivery"]) == ("text/csv", "true")


def test_an_endpoint_that_recovers_gets_its_message(world, target):
    sns, topic, _ = subscribed(world, target)
    world.advance("PT0S")
    target.answer_by(503)
    sns.publish(TopicArn=topic, Message="hello")
    world.advance("PT19S")
    assert len(target.drain()) == 1
    target.answer_by(200)
    world.advance("PT1S")
    assert [request.json()["Message"] for request in target.drain()] == ["hello"]
    world.advance("P1D")
    assert target.drain() == []


def test_retries_follow_the_delivery_policy_and_end_in_the_dead_letter_queue(world, target):
    dead, dead_arn = world.dead_letters()
    retries = {"numRetries": 7, "numNoDelayRetries": 2, "numMinDelayRetries": 1, "numMaxDelayRetries": 1, "minDelayTarget": 10, "maxDelayTarget": 40,
               "backoffFunction": "linear"}
    sns, topic, _ = subscribed(world, target, DeliveryPolicy=json.dumps({"healthyRetryPolicy": retries}), RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn}))
    world.advance("PT0S")
    target.answer_by(500)
    sns.publish(TopicArn=topic, Message="hello")
    tries = []
    for pause in [0, 10, 10, 25, 40]:
        if pause:
            world.advance(f"PT{pause - 1}S")
            assert target.drain() == []
        world.advance("PT1S" if pause else "PT0S")
        tries.append(len(target.drain()))
    assert tries == [3, 1, 1, 1, 1]
    assert world.bodies(dead) == []
    world.advance("PT40S")
    assert len(target.drain()) == 1
    assert [json.loads(body)["Message"] for body in world.bodies(dead)] == ["hello"]
    assert world.lost() == []


@pytest.mark.parametrize("answer", [404, (302, {"Location": "http://localhost:1/"}, b"")], ids=["not found", "redirect"])
def test_refusals_and_redirects_are_final(world, target, answer):
    dead, dead_arn = world.dead_letters()
    sns, topic, _ = subscribed(world, target, RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn}))
    world.advance("PT0S")
    target.answer_by(answer)
    sns.publish(TopicArn=topic, Message="hello")
    world.advance("PT0S")
    assert len(world.bodies(dead)) == 1
    world.advance("P1D")
    assert len(target.drain()) == 1


def test_metadata_services_are_never_called(world):
    sns = world.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    world.advance("PT0S")
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://169.254.169.254/latest/meta-data/")
    world.advance("PT0S")
    assert "metadata service" in json.dumps(world.lost())


def test_an_endpoint_that_hangs_is_tried_again(daemon):
    world = World(daemon("--outgoing-timeout", "1").endpoint, fork=False)
    with HttpEndpoint() as target:
        sns, topic, _ = subscribed(world, target)
        world.advance("PT0S")
        target.answer_by(None)
        sns.publish(TopicArn=topic, Message="hello")
        target.next()
        target.answer_by(200)
        world.advance("PT20S")
        assert target.next().json()["Message"] == "hello"


def test_a_stop_does_not_wait_for_an_endpoint_that_hangs(daemon):
    running = daemon()
    world = World(running.endpoint, fork=False)
    with HttpEndpoint() as target:
        sns, topic, _ = subscribed(world, target)
        target.answer_by(None)
        sns.publish(TopicArn=topic, Message="hello")
        target.next()
        started = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(10) == 0
        assert time.monotonic() - started < 5


def test_a_message_survives_kill_9(daemon, tmp_path):
    running = daemon(data_dir=tmp_path / "data")
    world = World(running.endpoint, fork=False)
    with HttpEndpoint() as target:
        sns, topic, _ = subscribed(world, target)
        target.answer_by(None)
        for number in range(20):
            sns.publish(TopicArn=topic, Message=str(number))
        target.next()
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait()
        target.drain()
        target.answer_by(200)
        world = World(daemon(data_dir=tmp_path / "data").endpoint, fork=False)
        # A try that was begun is begun again a minute later.
        world.advance("PT2M")
        arrived = set()

        def all_arrive():
            arrived.update(request.json()["Message"] for request in target.drain())
            return arrived == {str(number) for number in range(20)}

        eventually(all_arrive)


@pytest.mark.parametrize(("trust", "arrives"), [("nobody", False), ("file", True), ("anybody", True)])
def test_certificates_are_verified(daemon, tmp_path, trust, arrives):
    certificate = own_certificate(tmp_path)
    flags = ["--outgoing-insecure"] if trust == "anybody" else []
    environment = {"SSL_CERT_FILE": str(certificate[0])} if trust == "file" else {}
    world = World(daemon(*flags, env=environment).endpoint, fork=False)
    with HttpEndpoint(certificate) as target:
        sns = world.client("sns")
        topic = sns.create_topic(Name="news")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="https", Endpoint=target.url)
        world.advance("PT2M")
        assert [request.json()["Type"] for request in target.drain()] == ["SubscriptionConfirmation"] * arrives
        assert ("no TLS with" in json.dumps(world.lost())) != arrives


def test_the_daemons_own_certificate_is_trusted(daemon):
    running = daemon()
    world = World(running.endpoint, fork=False)
    sns = world.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="https", Endpoint=f"https://localhost:{running.port}/_stratolite/health")
    world.advance("PT2M")
    assert "status" in json.dumps(eventually(world.lost)) or "answers" in json.dumps(world.lost())
    assert "no TLS with" not in json.dumps(world.lost())
