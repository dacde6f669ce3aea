"""A daemon that is killed while messages are published: what was acknowledged is in every subscribed queue, once; what was not is in all of them or in none."""

import concurrent.futures
import json
import signal
import threading
import time

import pytest

from daemons import Daemon
from sns_stage import Stage

KILLS = 3
PUBLISHERS = 4
QUEUES = 5
SECONDS_BETWEEN = 0.4

pytestmark = pytest.mark.stratolite


class Publisher:
    """Publishes one number after the other until the daemon is gone; remembers which were acknowledged."""

    def __init__(self, stage, topic, name):
        self.stage, self.topic, self.name = stage, topic, name
        self.acknowledged, self.tried = [], []

    def message(self, number):
        body = f"{self.name}-{number}"
        self.tried.append(body)
        return body

    def run(self, until, first):
        number = first
        while not until.is_set():
            single = self.message(number)
            try:
                self.stage.sns.publish(TopicArn=self.topic, Message=single, MessageGroupId=self.name, MessageDeduplicationId=single)
                self.acknowledged.append(single)
                batch = [self.message(f"{number}.{i}") for i in range(3)]
                self.stage.sns.publish_batch(TopicArn=self.topic, PublishBatchRequestEntries=[
                    {"Id": str(i), "Message": body, "MessageGroupId": self.name, "MessageDeduplicationId": body} for i, body in enumerate(batch)])
                self.acknowledged += batch
            except Exception:
                return
            number += 1


def test_every_acknowledged_publication_is_in_every_queue_once(binary, client, tmp_path):
    data = tmp_path / "data"
    publishers, urls, topic = [], [], None
    for kill in range(KILLS):
        running = Daemon(binary, data_dir=data)
        stages = [Stage(client("sns", url=running.endpoint, read_timeout=5), client("sqs", url=running.endpoint)) for _ in range(PUBLISHERS)]
        if topic is None:
            topic = stages[0].fifo()
            urls = [stages[0].subscribed(topic, f"queue-{i}.fifo", RawMessageDelivery="true" if i % 2 else "false")[0] for i in range(QUEUES)]
            publishers = [Publisher(stage, topic, f"p{i}") for i, stage in enumerate(stages)]
        until = threading.Event()
        with concurrent.futures.ThreadPoolExecutor(PUBLISHERS) as pool:
            for publisher, stage in zip(publishers, stages):
                publisher.stage = stage
                pool.submit(publisher.run, until, kill * 100_000)
            time.sleep(SECONDS_BETWEEN)
            running.process.send_signal(signal.SIGKILL)
            running.process.wait()
            until.set()
        running.stop()

    running = Daemon(binary, data_dir=data)
    try:
        stage = Stage(client("sns", url=running.endpoint), client("sqs", url=running.endpoint))
        contents = []
        for name in [f"queue-{i}.fifo" for i in range(QUEUES)]:
            url = stage.sqs.get_queue_url(QueueName=name)["QueueUrl"]
            contents.append(drained(stage, url))
        acknowledged = {body for publisher in publishers for body in publisher.acknowledged}
        tried = {body for publisher in publishers for body in publisher.tried}
        assert len(acknowledged) > KILLS * PUBLISHERS
        for found in contents:
            assert len(found) == len(set(found)), "a message is there twice"
            assert acknowledged <= set(found) <= tried
            assert set(found) == set(contents[0]), "one publication is in some queues only"
        for publisher in publishers:
            order = {body: place for place, body in enumerate(publisher.tried)}
            for found in contents:
                places = [order[body] for body in found if body in order]
                assert places == sorted(places)
    finally:
        running.stop()


def drained(stage, url):
    found = []
    while messages := stage.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            body = message["Body"]
            found.append(json.loads(body)["Message"] if body.startswith("{") else body)
        stage.sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": str(i), "ReceiptHandle": one["ReceiptHandle"]} for i, one in enumerate(messages)])
    return found
