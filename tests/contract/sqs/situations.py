"""The recorded situations of SQS, re-enacted: one function each, by the name of the situation without its parameters.

A function takes a Stage and returns {name of call: answer} as recorded. Which calls were made was inferred from the names and answers.
"""

import json
import time

import move_task_situations
import queue_situations
from recorded import recordings

EVERY_SITUATION = {}


def situation(function):
    EVERY_SITUATION["test_" + function.__name__] = function
    return function


class Stage:
    """Clients and queues for one situation. `parameters` are what stands in the brackets of its name."""

    def __init__(self, make_sqs, account, parameters):
        self.account = account
        self.parameters = parameters
        self.make = lambda protocol: make_sqs(protocol, account=account)
        self.sqs = self.make("query" if "sqs_query" in parameters else "json")
        self.queues = 0

    def queue(self, **attributes):
        return self.create(f"queue-{self.queues}", attributes)

    def fifo(self, **attributes):
        return self.create(f"queue-{self.queues}.fifo", {"FifoQueue": "true", **attributes})

    def create(self, name, attributes):
        self.queues += 1
        return self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def arn(self, url):
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def attributes(self, url, *names):
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names) or ["All"])

    def send(self, url, body, **more):
        return self.sqs.send_message(QueueUrl=url, MessageBody=body, **more)

    def receive(self, url, **more):
        return self.sqs.receive_message(QueueUrl=url, **more)

    error = staticmethod(recordings.refusal)


def text(value):
    return {"DataType": "String", "StringValue": value}


for module in (queue_situations, move_task_situations):
    for function in module.ALL:
        situation(function)


@situation
def aws_trace_header_propagation(stage):
    url = stage.queue()
    header = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    stage.sqs.meta.events.register("before-sign.sqs.SendMessage", lambda request, **_: request.headers.add_header("X-Amzn-Trace-Id", header))
    stage.send(url, "test", MessageAttributes={"timestamp": {"StringValue": "1493147359900", "DataType": "Number"}})
    answer = stage.receive(url, AttributeNames=["SentTimestamp", "AWSTraceHeader"], MessageAttributeNames=["All"])
    return {"xray-msg": answer["Messages"][0]}


@situation
def change_message_visibility_after_visibility_timeout_expiration(stage):
    url = stage.queue(VisibilityTimeout="1")
    stage.send(url, "m")
    handle = stage.receive(url)["Messages"][0]["ReceiptHandle"]
    time.sleep(1.2)
    return {"visibility_timeout_expired": stage.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=2)}


def twenty_received(stage):
    url = stage.queue()
    for _ in range(2):
        stage.sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": str(i), "MessageBody": str(i)} for i in range(10)])
    return url, [message["ReceiptHandle"] for _ in range(2) for message in stage.receive(url, MaxNumberOfMessages=10)["Messages"]]


@situation
def change_message_visibility_batch_with_too_large_batch(stage):
    url, handles = twenty_received(stage)
    entries = [{"Id": str(i), "ReceiptHandle": handle, "VisibilityTimeout": 123} for i, handle in enumerate(handles)]
    return {"error_response": stage.error(stage.sqs.change_message_visibility_batch, QueueUrl=url, Entries=entries)}


@situation
def delete_message_batch_with_too_large_batch(stage):
    url, handles = twenty_received(stage)
    entries = [{"Id": str(i), "ReceiptHandle": handle} for i, handle in enumerate(handles)]
    return {"error_response": stage.error(stage.sqs.delete_message_batch, QueueUrl=url, Entries=entries)}


@situation
def too_many_entries_in_batch_request(stage):
    entries = [{"Id": f"message-{i}", "MessageBody": f"messageBody-{i}"} for i in range(20)]
    return {"test_too_many_entries_in_batch_request": stage.error(stage.sqs.send_message_batch, QueueUrl=stage.queue(), Entries=entries)}


@situation
def invalid_batch_id(stage):
    entries = [{"Id": "message:1", "MessageBody": "m"}]
    return {"test_invalid_batch_id": stage.error(stage.sqs.send_message_batch, QueueUrl=stage.queue(), Entries=entries)}


@situation
def dead_letter_queue_message_attributes(stage):
    dead = stage.queue(VisibilityTimeout="0")
    source = stage.queue(VisibilityTimeout="0", RedrivePolicy=json.dumps({"deadLetterTargetArn": stage.arn(dead), "maxReceiveCount": 1}))
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    stage.send(source, "message-1", MessageAttributes={"MyAttribute": text("foobar")}, MessageSystemAttributes={"AWSTraceHeader": text(trace)})
    stage.send(source, "message-2")
    names = ["AWSTraceHeader", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "DeadLetterQueueSourceArn", "SentTimestamp"]
    receive = lambda url: stage.receive(url, MaxNumberOfMessages=10, AttributeNames=names, MessageAttributeNames=["All"]).get("Messages")
    before = receive(source)
    receive(source)
    return {"dlq-arn": stage.arn(dead), "sourcen-arn": stage.arn(source), "rec-pre-dlq": before, "dlq-messages": receive(dead)}


@situation
def delete_after_visibility_timeout(stage):
    url = stage.queue(VisibilityTimeout="1")
    stage.send(url, "foobar")
    handle = stage.receive(url)["Messages"][0]["ReceiptHandle"]
    time.sleep(1.2)
    stage.sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    return {"delete_after_timeout_queue_empty": stage.receive(url)}


@situation
def fair_queue_with_message_group_id(stage):
    url = stage.queue()
    return {"send_message": stage.send(url, "message", MessageGroupId="test"),
            "get-message-with-deduplication-id": stage.receive(url, AttributeNames=["All"])}


@situation
def fifo_change_to_high_throughput_after_creation(stage):
    url = stage.fifo()
    send = lambda body, group, token: stage.send(url, body, MessageGroupId=group, MessageDeduplicationId=token)
    send("Test1", "group-1", "dedup1")
    send("Test2", "group-2", "dedup1")
    answers = {"same-dedup-different-grp-1": stage.receive(url)}
    answers["same-dedup-different-grp-2"] = stage.receive(url)
    stage.sqs.delete_message(QueueUrl=url, ReceiptHandle=answers["same-dedup-different-grp-1"]["Messages"][0]["ReceiptHandle"])
    stage.sqs.set_queue_attributes(QueueUrl=url, Attributes={"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"})
    answers["set-to-high-throughput"] = stage.attributes(url)
    send("Test3", "group-2", "dedup1")
    answers["same-dedup-different-grp-high-throughput"] = stage.receive(url)
    answers["same-dedup-different-grp-high-throughput-2"] = stage.receive(url)
    send("Test4", "group-1", "dedup2")
    answers["new-dedup2-high-throughput"] = stage.receive(url)
    send("Test5", "group-2", "dedup2")
    answers["same-dedup2-high-throughput"] = stage.receive(url)
    return answers


def deduplicating(stage):
    content = "True" in stage.parameters
    url = stage.fifo(**({"ContentBasedDeduplication": "true"} if content else {}))
    return url, lambda group: stage.send(url, '{"foo": "bar"}', MessageGroupId=group, **({} if content else {"MessageDeduplicationId": "dedup1"}))


@situation
def fifo_deduplication_arrives_once_after_delete(stage):
    url, send = deduplicating(stage)
    send("group-1")
    first = stage.receive(url)
    stage.sqs.delete_message(QueueUrl=url, ReceiptHandle=first["Messages"][0]["ReceiptHandle"])
    send("group-1")
    return {"get-messages": first, "get-messages-duplicate": stage.receive(url, WaitTimeSeconds=1)}


@situation
def fifo_deduplication_not_on_message_group_id(stage):
    url, send = deduplicating(stage)
    send("group-1")
    send("group-2")
    return {"get-messages": stage.receive(url), "get-dedup-messages": stage.receive(url, WaitTimeSeconds=1)}


def one_in_flight(stage, **attributes):
    url = stage.fifo(ContentBasedDeduplication="true", **attributes)
    stage.send(url, "foobar", MessageGroupId="1")
    received = stage.receive(url)
    return url, received, received["Messages"][0]["ReceiptHandle"]


@situation
def fifo_delete_after_visibility_timeout(stage):
    url, received, handle = one_in_flight(stage, VisibilityTimeout="1")
    time.sleep(1.2)
    return {"received_sqs_message": received, "delete_after_timeout_fifo": stage.error(stage.sqs.delete_message, QueueUrl=url, ReceiptHandle=handle)}


@situation
def fifo_delete_after_visibility_timeout_extended(stage):
    url, received, handle = one_in_flight(stage, VisibilityTimeout="1")
    stage.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=10)
    time.sleep(1.2)
    return {"received_sqs_message": received, "delete_after_timeout_fifo_extended": stage.sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)}


@situation
def fifo_group_visibility_extends_with_change_message_visibility(stage):
    url = stage.fifo(ContentBasedDeduplication="true")
    for body in ("foo", "bar", "baz"):
        stage.send(url, body, MessageGroupId="1")
    received = stage.receive(url, MaxNumberOfMessages=10)
    made_visible = {"0-visible": 0, "all-invisible": 0, "1-visible": 1, "1-invisible": 1, "2-visible": 2, "no-invisible": 2}
    name, = (name for name in made_visible if name in stage.parameters)
    for message in received["Messages"][:made_visible[name]]:
        stage.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    return {"receive_all_messages": received, "some-messages-invisible": stage.receive(url, MaxNumberOfMessages=10)}


@situation
def fifo_high_throughput_ordering(stage):
    url = stage.fifo(DeduplicationScope="messageGroup", FifoThroughputLimit="perMessageGroupId")
    stage.send(url, "Test1", MessageGroupId="group-1", MessageDeduplicationId="dedup")
    stage.send(url, "Test2", MessageGroupId="group-2", MessageDeduplicationId="dedup")
    return {"same-dedup-different-grp-1": stage.receive(url), "same-dedup-different-grp-2": stage.receive(url)}


@situation
def fifo_message_attributes(stage):
    url = stage.fifo(ContentBasedDeduplication="true", VisibilityTimeout="0", DeduplicationScope="messageGroup",
                     FifoThroughputLimit="perMessageGroupId")
    sent = stage.send(url, "message-body-1", MessageGroupId="group-1", MessageDeduplicationId="dedup-1")
    return {"send_message": sent, "receive_message_0": stage.receive(url, AttributeNames=["All"]),
            "receive_message_1": stage.receive(url, AttributeNames=["All"])}


@situation
def fifo_queue_send_message_with_delay_seconds_fails(stage):
    url = stage.fifo(ContentBasedDeduplication="true")
    return {"send_message": stage.error(stage.send, url=url, body="message-1", MessageGroupId="1", DelaySeconds=2)}


INVALID_TOKENS = {"empty": "", "spaces": "group 123", "too_long": "a" * 129}


@situation
def message_deduplication_id_invalid(stage):
    token = INVALID_TOKENS[stage.parameters[0]]
    return {"error-response": stage.error(stage.send, url=stage.fifo(), body="m", MessageGroupId="g", MessageDeduplicationId=token)}


@situation
def send_message_to_standard_queue_with_invalid_message_group_id(stage):
    token = INVALID_TOKENS[stage.parameters[0]]
    return {"error-response": stage.error(stage.send, url=stage.queue(), body="m", MessageGroupId=token)}


@situation
def message_system_attribute_names_with_attribute_names(stage):
    url = stage.queue(VisibilityTimeout="0")
    stage.send(url, "msg")
    return {"same_values": stage.receive(url, AttributeNames=["All"], MessageSystemAttributeNames=["All"]),
            "different_values": stage.receive(url, AttributeNames=["All"], MessageSystemAttributeNames=["SenderId"])}


@situation
def receive_message_message_attribute_names_filters(stage):
    url = stage.queue(VisibilityTimeout="0")
    sent = stage.send(url, "msg", MessageAttributes={"Help.Me": text("Me"), "Hello": text("There"), "General": text("Kenobi")})
    receive = lambda *names: stage.receive(url, MessageAttributeNames=list(names))
    first = lambda *names: receive(*names)["Messages"][0]
    return {"send_message_response": sent, "empty_filter": receive(), "all_name": receive("All"), "all_wildcard_asterisk": first("*"),
            "all_wildcard": first(".*"), "only_non_existing_names": first("Foo", "Help"), "only_existing": first("Hello", "General"),
            "existing_and_non_existing": first("Foo", "Hello"), "prefix_filter": first("Hel.*"), "illegal_name_1": receive("AWS."),
            "illegal_name_2": receive("..foo")}


@situation
def receive_message_message_system_attribute_names_filters(stage):
    url = stage.queue(VisibilityTimeout="0")
    stage.send(url, "msg", MessageAttributes={"Foo": text("Bar")})
    receive = lambda *names, **more: stage.receive(url, MessageSystemAttributeNames=list(names), **more)
    return {"all_attributes": receive("All"), "all_system_and_message_attributes": receive("All", MessageAttributeNames=["All"]),
            "single_attribute": receive("SenderId"), "multiple_attributes": receive("SenderId", "SequenceNumber")}


@situation
def send_empty_message(stage):
    return {"send_empty_message": stage.error(stage.send, url=stage.queue(), body="")}


@situation
def send_message_with_empty_string_attribute(stage):
    return {"empty-string-attr": stage.error(stage.send, url=stage.queue(), body="test", MessageAttributes={"ErrorDetails": text("")})}


@situation
def send_receive_max_number_of_messages(stage):
    return {"send_max_number_of_messages": stage.error(stage.receive, url=stage.queue(), MaxNumberOfMessages=11)}
