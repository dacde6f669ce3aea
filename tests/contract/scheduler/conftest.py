"""A world of the test's own, whose clock it may move, with the clients that most tests of schedules need."""

import secrets

import pytest

ROLE = "arn:aws:iam::{account}:role/caller"


class World:
    """Schedules, queues and the clock of one world."""

    def __init__(self, client, admin):
        self.admin = admin
        self.name = f"schedules-{secrets.token_hex(6)}"
        keys = admin("worlds", {"name": self.name})
        self.admin(f"clock?world={self.name}", {"freeze": True, "set": "2026-03-02T10:00:00Z"})
        self.scheduler, self.sqs, self.sns, self.events, sts = (
            client(service, key=keys["access_key_id"], secret=keys["secret_access_key"]) for service in ("scheduler", "sqs", "sns", "events", "sts"))
        self.account = sts.get_caller_identity()["Account"]
        self.role = ROLE.format(account=self.account)

    def advance(self, by="PT0S"):
        self.admin(f"clock?world={self.name}", {"advance": by})

    def queue(self, name, **attributes):
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, f"arn:aws:sqs:us-east-1:{self.account}:{name}"

    def create(self, name, expression, arn, more=None, **target):
        return self.scheduler.create_schedule(**{
            "Name": name, "ScheduleExpression": expression, "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": arn, "RoleArn": self.role, **target}, **(more or {})})

    def take(self, url):
        """What a queue holds, each with its attributes."""
        messages = []
        while batch := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get("Messages"):
            messages += batch
            self.sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(batch)])
        return messages

    def bodies(self, url):
        return [message["Body"] for message in self.take(url)]


@pytest.fixture
def world(client, admin):
    one = World(client, admin)
    yield one
    admin(f"worlds/{one.name}", method="DELETE")
