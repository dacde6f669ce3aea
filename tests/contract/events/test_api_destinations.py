"""Events reach API destinations over HTTP(S), which authorize, fail, hang, throttle and recover. Time passes by the world's clock alone."""

import base64
import json
import os
import signal
import urllib.parse

import pytest
from botocore.exceptions import ClientError

from events_stage import World
from http_endpoint import HttpEndpoint

pytestmark = pytest.mark.stratolite

API_KEY = ("API_KEY", {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "s3cret"}})
BASIC = ("BASIC", {"BasicAuthParameters": {"Username": "user", "Password": "pass"}})


@pytest.fixture
def world(endpoint):
    with World(endpoint) as made:
        made.admin(f"clock?world={made.about['name']}", {"freeze": True})
        yield made


@pytest.fixture
def target():
    with HttpEndpoint() as endpoint:
        yield endpoint


def oauth(target, **more):
    return ("OAUTH_CLIENT_CREDENTIALS", {"OAuthParameters": {"AuthorizationEndpoint": target.url + "/token", "HttpMethod": "POST",
                                                             "ClientParameters": {"ClientID": "me", "ClientSecret": "p&w"}} | more})


class Rule:
    """A rule of the default bus with an API destination."""

    def __init__(self, world, url, authorization, method="POST", rate=300, invocation=None, **target):
        self.events = world.client("events")
        kind, auth = authorization
        if invocation:
            auth = auth | {"InvocationHttpParameters": invocation}
        connection = self.events.create_connection(Name="connection", AuthorizationType=kind, AuthParameters=auth)["ConnectionArn"]
        self.arn = self.events.create_api_destination(Name="destination", ConnectionArn=connection, InvocationEndpoint=url, HttpMethod=method,
                                                      InvocationRateLimitPerSecond=rate)["ApiDestinationArn"]
        self.events.put_rule(Name="rule", EventPattern=json.dumps({"source": ["app"]}))
        put = self.events.put_targets(Rule="rule", Targets=[{"Id": "t", "Arn": self.arn, "RoleArn": "arn:aws:iam::123456789012:role/invoke"} | target])
        assert put["FailedEntryCount"] == 0

    def put(self, **detail):
        self.events.put_events(Entries=[{"Source": "app", "DetailType": "thing", "Detail": json.dumps(detail)}])


def dead_letters(world):
    sqs = world.client("sqs")
    url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def letters(world, url):
    return world.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get("Messages", [])


def test_an_event_arrives_with_the_api_key(world, target):
    rule = Rule(world, target.url + "/in", API_KEY)
    rule.put(n=1)
    world.advance("PT0S")
    [got] = target.drain()
    assert (got.method, got.path, got.headers["x-key"]) == ("POST", "/in", "s3cret")
    assert got.headers["user-agent"] == "Amazon/EventBridge/ApiDestinations"
    assert got.headers["content-type"] == "application/json; charset=utf-8"
    assert got.json()["detail"] == {"n": 1}
    world.advance("P2D")
    assert target.drain() == []


def test_parameters_of_connection_and_target_are_merged(world, target):
    rule = Rule(world, target.url + "/*/items/*?fixed=1", BASIC, method="PUT",
                invocation={"HeaderParameters": [{"Key": "X-Both", "Value": "connection", "IsValueSecret": True}],
                            "QueryStringParameters": [{"Key": "q", "Value": "connection"}],
                            "BodyParameters": [{"Key": "extra", "Value": "yes"}]},
                HttpParameters={"PathParameterValues": ["a b", "$.detail.id"], "HeaderParameters": {"X-Both": "target", "X-Own": "target"},
                                "QueryStringParameters": {"p": "1&2"}},
                InputPath="$.detail")
    rule.put(id="7")
    world.advance("PT0S")
    [got] = target.drain()
    assert (got.method, got.headers["x-both"], got.headers["x-own"]) == ("PUT", "connection", "target")
    assert got.headers["authorization"] == "Basic " + base64.b64encode(b"user:pass").decode()
    path, _, query = got.path.partition("?")
    assert path == "/a%20b/items/7"
    assert urllib.parse.parse_qs(query) == {"fixed": ["1"], "q": ["connection"], "p": ["1&2"]}
    assert got.json() == {"id": "7", "extra": "yes"}


def test_oauth_tokens_are_fetched_used_and_renewed(world, target):
    given = []

    def answer(request):
        if request.path == "/token":
            given.append(f"token-{len(given)}")
            return 200, {"Content-Type": "application/json"}, json.dumps({"access_token": given[-1], "token_type": "Bearer", "expires_in": 600}).encode()
        return 200 if request.headers.get("authorization") == f"Bearer {given[-1]}" else 401

    target.answer_by(answer)
    rule = Rule(world, target.url + "/in", oauth(target, OAuthHttpParameters={"BodyParameters": [{"Key": "scope", "Value": "all"}]}))
    assert rule.events.describe_connection(Name="connection")["ConnectionState"] == "AUTHORIZING"
    assert rule.events.describe_api_destination(Name="destination")["ApiDestinationState"] == "INACTIVE"
    world.advance("PT5S")
    assert rule.events.describe_connection(Name="connection")["ConnectionState"] == "AUTHORIZED"
    assert rule.events.describe_api_destination(Name="destination")["ApiDestinationState"] == "ACTIVE"
    [asked] = target.drain()
    assert asked.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert urllib.parse.parse_qs(asked.body.decode()) == {"grant_type": ["client_credentials"], "client_id": ["me"], "client_secret": ["p&w"], "scope": ["all"]}

    rule.put(n=1)
    world.advance("PT0S")
    assert [got.path for got in target.drain()] == ["/in"]
    world.advance("PT10M")
    rule.put(n=2)
    world.advance("PT0S")
    assert [got.path for got in target.drain()] == ["/token", "/in"]
    # Taken back before its time.
    given.append("another")
    rule.put(n=3)
    world.advance("PT1S")
    assert [got.path for got in target.drain()] == ["/in", "/token", "/in"]


def test_a_connection_that_gets_no_token_says_why(world, target):
    target.answer_by(403)
    events = world.client("events")
    kind, auth = oauth(target)
    events.create_connection(Name="connection", AuthorizationType=kind, AuthParameters=auth)
    world.advance("PT5S")
    described = events.describe_connection(Name="connection")
    assert (described["ConnectionState"], described["StateReason"]) == ("DEAUTHORIZED", "The authorization endpoint answers 403.")


def test_an_endpoint_that_recovers_gets_its_event(world, target):
    rule = Rule(world, target.url, API_KEY)
    target.answer_by(500)
    rule.put(n=1)
    world.advance("PT3S")
    assert len(target.drain()) == 3
    target.answer_by(200)
    world.advance("PT4S")
    assert [got.json()["detail"] for got in target.drain()] == [{"n": 1}]
    world.advance("P2D")
    assert target.drain() == []


def test_what_is_given_up_goes_to_the_dead_letter_queue(world, target):
    url, arn = dead_letters(world)
    rule = Rule(world, target.url, API_KEY, DeadLetterConfig={"Arn": arn}, RetryPolicy={"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600}, InputPath="$.detail")
    target.answer_by(503)
    rule.put(n=1)
    world.advance("PT2S")
    assert letters(world, url) == []
    world.advance("PT1S")
    assert len(target.drain()) == 3
    [letter] = letters(world, url)
    assert json.loads(letter["Body"])["detail"] == {"n": 1}
    told = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert told["ERROR_CODE"] == "ERROR_FROM_TARGET"
    assert (told["EXHAUSTED_RETRY_CONDITION"], told["RETRY_ATTEMPTS"], told["TARGET_ARN"]) == ("MaximumRetryAttempts", "2", rule.arn)
    assert told["RULE_ARN"].endswith(":rule/rule")


@pytest.mark.parametrize("answer", [400, (302, {"Location": "http://localhost:1/"}, b"")], ids=["client error", "redirect"])
def test_refusals_and_redirects_are_final(world, target, answer):
    url, arn = dead_letters(world)
    rule = Rule(world, target.url, API_KEY, DeadLetterConfig={"Arn": arn})
    target.answer_by(answer)
    rule.put(n=1)
    world.advance("P1D")
    assert len(target.drain()) == 1
    [letter] = letters(world, url)
    assert "EXHAUSTED_RETRY_CONDITION" not in letter["MessageAttributes"]


def test_an_endpoint_may_say_when_to_come_again(world, target):
    rule = Rule(world, target.url, API_KEY)
    target.answer_by((429, {"Retry-After": "120"}, b""))
    rule.put(n=1)
    world.advance("PT119S")
    assert len(target.drain()) == 1
    target.answer_by(200)
    world.advance("PT1S")
    assert len(target.drain()) == 1


def test_the_rate_is_kept_to(world, target):
    rule = Rule(world, target.url, API_KEY, rate=1)
    for number in range(3):
        rule.put(n=number)
    world.advance("PT0S")
    assert len(target.drain()) == 1
    world.advance("PT1S")
    assert len(target.drain()) == 1
    world.advance("PT1S")
    assert len(target.drain()) == 1


def test_metadata_services_are_never_called(world):
    url, arn = dead_letters(world)
    rule = Rule(world, "http://169.254.169.254/latest", API_KEY, DeadLetterConfig={"Arn": arn})
    rule.put(n=1)
    world.advance("PT0S")
    [letter] = letters(world, url)
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "INVALID_PARAMETER"
    assert "metadata service" in letter["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"]


def test_an_endpoint_that_hangs_is_given_five_seconds_or_less(daemon):
    world = World(daemon("--outgoing-timeout", "1").endpoint)
    world.admin(f"clock?world={world.about['name']}", {"freeze": True})
    with HttpEndpoint() as target:
        rule = Rule(world, target.url, API_KEY)
        target.answer_by(None)
        rule.put(n=1)
        world.advance("PT0S")
        assert len(target.drain()) == 1
        target.answer_by(200)
        world.advance("PT1S")
        assert len(target.drain()) == 1


def test_an_event_survives_kill_9(daemon, tmp_path):
    running = daemon(data_dir=tmp_path / "data")
    world = World(running.endpoint)
    with HttpEndpoint() as target:
        rule = Rule(world, target.url, API_KEY)
        target.answer_by(None)
        for number in range(20):
            rule.put(n=number)
        target.next()
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait()
        target.drain()
        target.answer_by(200)
        world.endpoint = daemon(data_dir=tmp_path / "data").endpoint
        # A try that was begun is begun again a minute later.
        world.advance("PT2M")
        assert {got.json()["detail"]["n"] for got in target.drain()} == set(range(20))


def test_the_life_of_a_connection_and_its_destination(world, target):
    rule = Rule(world, target.url, API_KEY)
    events = rule.events
    connection = events.describe_connection(Name="connection")
    assert connection["AuthParameters"] == {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key"}}
    assert "s3cret" not in json.dumps(connection, default=str)
    assert [found["Name"] for found in events.list_connections(NamePrefix="conn", ConnectionState="AUTHORIZED")["Connections"]] == ["connection"]
    assert [found["Name"] for found in events.list_api_destinations(ConnectionArn=connection["ConnectionArn"])["ApiDestinations"]] == ["destination"]
    assert events.list_api_destinations(NamePrefix="other")["ApiDestinations"] == []
    updated = events.update_connection(Name="connection", AuthorizationType="BASIC", AuthParameters=BASIC[1])
    assert updated["ConnectionState"] == "AUTHORIZED"
    events.update_api_destination(Name="destination", HttpMethod="PATCH", InvocationEndpoint=target.url + "/new", Description="changed")
    rule.put(n=1)
    world.advance("PT0S")
    [got] = target.drain()
    assert (got.method, got.path, got.headers["authorization"]) == ("PATCH", "/new", "Basic " + base64.b64encode(b"user:pass").decode())

    assert events.deauthorize_connection(Name="connection")["ConnectionState"] == "DEAUTHORIZING"
    assert events.describe_api_destination(Name="destination")["ApiDestinationState"] == "INACTIVE"
    assert events.delete_connection(Name="connection")["ConnectionState"] == "DELETING"
    events.delete_api_destination(Name="destination")
    for call, name in ((events.describe_connection, "connection"), (events.delete_api_destination, "destination")):
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            call(Name=name)
