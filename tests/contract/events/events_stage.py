"""Where recorded situations of EventBridge are re-enacted, and the register of the functions that do it.

A situation is a function in a `*_situations.py` beside this file, decorated with `@situation` and named like the recorded test without `test_`. It takes a Stage and
returns {name of call: answer} as recorded. Which calls were made was inferred from the names and answers.
"""

import json
import re
import secrets
import threading
import urllib.request

import boto3
import botocore.config
from recorded import recordings

EVERY_SITUATION = {}
# Loading a model takes longer than most situations; a session makes its clients one at a time.
SESSION = boto3.session.Session()
SESSION_LOCK = threading.Lock()

PATTERN = {"source": ["core.update-account-command"], "detail-type": ["core.update-account-command"], "detail": {"command": ["update-account"]}}
DETAIL = {"command": "update-account", "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}}


def key_of(test):
    return re.sub(r"^tests?_", "", test)


def situation(function):
    EVERY_SITUATION[function.__name__] = function
    return function


class World:
    """A world of its own: a fork of the daemon's, with its own clock."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.about = self.admin("worlds", {"fork": "default"})
        self.account = self.about["account"]

    def admin(self, path, body=None, method=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.endpoint}/_stratolite/{path}", data=data, method=method or ("POST" if data else "GET"))
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def advance(self, by):
        """Moves this world's clock by an ISO 8601 duration and runs what became due."""
        return self.admin(f"clock?world={self.about['name']}", {"advance": by})

    def freeze(self):
        return self.admin(f"clock?world={self.about['name']}", {"freeze": True})

    def client(self, service, region="us-east-1"):
        with SESSION_LOCK:
            return SESSION.client(service, endpoint_url=self.endpoint, region_name=region, aws_access_key_id=self.about["access_key_id"],
                                  aws_secret_access_key=self.about["secret_access_key"], config=botocore.config.Config(retries={"max_attempts": 0}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.admin(f"worlds/{self.about['name']}", method="DELETE")


class Stage:
    """Clients of one account for one situation. `parameter` is what stands in the brackets of its name, `parameters` the same split at hyphens."""

    def __init__(self, endpoint, account, parameter=""):
        self.endpoint = endpoint
        self.account = account
        self.parameter = parameter
        self.parameters = parameter.split("-")
        self.events = self.client("events")
        self.sqs = self.client("sqs")

    def client(self, service, region="us-east-1", account=None, **config):
        config = {"retries": {"max_attempts": 0}} | config
        with SESSION_LOCK:
            return SESSION.client(service, endpoint_url=self.endpoint, region_name=region, aws_access_key_id=account or self.account,
                                  aws_secret_access_key="test", config=botocore.config.Config(**config))

    @staticmethod
    def name(prefix):
        return f"{prefix}-{secrets.token_hex(4)}"

    def bus(self, name=None):
        name = name or self.name("bus")
        self.events.create_event_bus(Name=name)
        return name

    def bus_of_kind(self):
        """`default`, or a new one: as the situation's parameters say."""
        return "default" if "default" in self.parameters else self.bus()

    def bus_arn(self, name):
        return f"arn:aws:events:us-east-1:{self.account}:event-bus/{name}"

    def rule(self, bus="default", pattern=None, **more):
        """The name of a new rule."""
        name = more.pop("Name", None) or self.name("rule")
        if "ScheduleExpression" not in more:
            more["EventPattern"] = json.dumps(pattern or PATTERN)
        self.events.put_rule(Name=name, EventBusName=bus, **more)
        return name

    def queue(self, name=None, sqs=None):
        """(URL, ARN) of a new queue."""
        sqs = sqs or self.sqs
        url = sqs.create_queue(QueueName=name or self.name("queue"))["QueueUrl"]
        return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def target(self, rule, arn, bus="default", **more):
        return self.events.put_targets(Rule=rule, EventBusName=bus, Targets=[{"Id": more.pop("Id", "target"), "Arn": arn} | more])

    def put(self, detail=None, bus="default", source="core.update-account-command", detail_type="core.update-account-command", **more):
        entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(DETAIL if detail is None else detail), "EventBusName": bus} | more
        return self.events.put_events(Entries=[entry])

    def messages(self, url, sqs=None, count=1):
        """What the queue holds: at least `count` messages, as ReceiveMessage answers them."""
        sqs = sqs or self.sqs
        found = []
        for _ in range(10):
            found += sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1 if len(found) < count else 0).get("Messages", [])
            if len(found) >= count:
                break
        return found

    error = staticmethod(recordings.refusal)
