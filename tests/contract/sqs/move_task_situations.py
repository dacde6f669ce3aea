"""The recorded situations about message move tasks. See situations.py."""

import json
import time


def dead_letter_queue(stage, messages=0):
    """(ARN of a dead-letter queue that holds so many messages, ARN of another queue, URL of that)."""
    dead = stage.queue()
    source = stage.queue(VisibilityTimeout="0", RedrivePolicy=json.dumps({"deadLetterTargetArn": stage.arn(dead), "maxReceiveCount": 1}))
    for number in range(messages):
        stage.send(source, f"message-{number}")
        stage.receive(source)
        stage.receive(source)
    destination = stage.queue()
    return stage.arn(dead), stage.arn(destination), destination


def ended(stage, arn):
    deadline = time.monotonic() + 30
    while True:
        answer = stage.sqs.list_message_move_tasks(SourceArn=arn)
        if answer["Results"][0]["Status"] not in ("RUNNING", "CANCELLING"):
            return answer
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)


def basic_move_task_workflow(stage):
    dead, destination, _ = dead_letter_queue(stage, 2)
    started = stage.sqs.start_message_move_task(SourceArn=dead, DestinationArn=destination)
    return {"start-message-move-task-response": started, "list-message-move-task-response": ended(stage, dead)}


def cancel_with_invalid_task_handle(stage):
    return {"error": stage.error(stage.sqs.cancel_message_move_task, TaskHandle="foobared")}


def destination_needs_to_exist(stage):
    dead, destination, _ = dead_letter_queue(stage)
    return {"error": stage.error(stage.sqs.start_message_move_task, SourceArn=dead, DestinationArn=destination + "doesntexist")}


def source_needs_redrive_policy(stage):
    return {"error": stage.error(stage.sqs.start_message_move_task, SourceArn=stage.arn(stage.queue()), DestinationArn=stage.arn(stage.queue()))}


def move_task_delete_destination_queue_while_running(stage):
    dead, destination, url = dead_letter_queue(stage, 10)
    stage.sqs.start_message_move_task(SourceArn=dead, DestinationArn=destination, MaxNumberOfMessagesPerSecond=1)
    # AWS took a while to notice: three had been moved.
    while stage.sqs.list_message_move_tasks(SourceArn=dead)["Results"][0]["ApproximateNumberOfMessagesMoved"] < 3:
        time.sleep(0.05)
    stage.sqs.delete_queue(QueueUrl=url)
    return {"list": ended(stage, dead)}


def start_multiple_move_tasks(stage):
    dead, destination, _ = dead_letter_queue(stage, 10)
    start = {"SourceArn": dead, "DestinationArn": destination, "MaxNumberOfMessagesPerSecond": 1}
    stage.sqs.start_message_move_task(**start)
    return {"error": stage.error(stage.sqs.start_message_move_task, **start)}


ALL = (basic_move_task_workflow, cancel_with_invalid_task_handle, destination_needs_to_exist, source_needs_redrive_policy,
       move_task_delete_destination_queue_while_running, start_multiple_move_tasks)
