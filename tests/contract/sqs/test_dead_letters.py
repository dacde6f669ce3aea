"""Dead-letter queues and the way back, in both protocols."""

import json
import time

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def pair(sqs, arn_of):
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    source = sqs.create_queue(QueueName="source", Attributes={
        "VisibilityTimeout": "0", "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn_of(dead), "maxReceiveCount": 1})})["QueueUrl"]
    return source, dead


def kill(sqs, source, body):
    sqs.send_message(QueueUrl=source, MessageBody=body)
    assert sqs.receive_message(QueueUrl=source)["Messages"][0]["Body"] == body
    assert "Messages" not in sqs.receive_message(QueueUrl=source)


def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return result


def test_list_dead_letter_source_queues(sqs, pair):
    source, dead = pair
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [source]


def test_a_dead_letter_names_its_source(sqs, pair, arn_of):
    source, dead = pair
    kill(sqs, source, "m")
    message, = sqs.receive_message(QueueUrl=dead, AttributeNames=["All"])["Messages"]
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == arn_of(source)
    assert message["Attributes"]["ApproximateReceiveCount"] == "2"


def test_start_message_move_task_brings_messages_back(sqs, pair, arn_of):
    source, dead = pair
    kill(sqs, source, "1")
    kill(sqs, source, "2")
    sqs.start_message_move_task(SourceArn=arn_of(dead))
    task = until(lambda: [t for t in sqs.list_message_move_tasks(SourceArn=arn_of(dead))["Results"] if t["Status"] == "COMPLETED"])[0]
    assert (task["ApproximateNumberOfMessagesMoved"], task["ApproximateNumberOfMessagesToMove"]) == (2, 2)
    assert "TaskHandle" not in task
    assert len(sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=10)["Messages"]) == 2


def test_cancel_message_move_task(sqs, pair, arn_of):
    source, dead = pair
    for number in range(5):
        kill(sqs, source, str(number))
    handle = sqs.start_message_move_task(SourceArn=arn_of(dead), MaxNumberOfMessagesPerSecond=1)["TaskHandle"]
    assert sqs.list_message_move_tasks(SourceArn=arn_of(dead))["Results"][0]["TaskHandle"] == handle
    with pytest.raises(ClientError, match="There is already a task running"):
        sqs.start_message_move_task(SourceArn=arn_of(dead))
    assert sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"] < 5
    until(lambda: sqs.list_message_move_tasks(SourceArn=arn_of(dead))["Results"][0]["Status"] == "CANCELLED")
    with pytest.raises(ClientError, match="Value for parameter TaskHandle is invalid."):
        sqs.cancel_message_move_task(TaskHandle="foobared")
