"""Messages sent, received, deleted and hidden, in both protocols."""

import threading
import time

import pytest
from botocore.exceptions import ClientError


def error_of(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]


ATTRIBUTES = {
    "text": {"DataType": "String", "StringValue": "ü"},
    "number": {"DataType": "Number.int", "StringValue": "42"},
    "blob": {"DataType": "Binary", "BinaryValue": b"\x00\xff\x1e"},
}


def test_send_message_receive_message_delete_message(sqs, queue):
    sent = sqs.send_message(QueueUrl=queue, MessageBody='"&quot;\r\n<ü>', MessageAttributes=ATTRIBUTES, MessageSystemAttributes={
        "AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"}})
    assert sent["MD5OfMessageSystemAttributes"] == "5ae4d5d7636402d80f4eb6d213245a88"
    # boto3 checks MD5OfBody itself.
    message, = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"])["Messages"]
    assert message["Body"] == '"&quot;\r\n<ü>'
    assert message["MessageId"] == sent["MessageId"]
    assert message["MessageAttributes"] == ATTRIBUTES
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert message["Attributes"].keys() == {"AWSTraceHeader", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "SenderId", "SentTimestamp"}
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)


def test_batches_fail_by_entry(sqs, queue):
    entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(9)]
    answer = sqs.send_message_batch(QueueUrl=queue, Entries=entries + [{"Id": "bad", "MessageBody": "x", "DelaySeconds": 901}])
    assert [entry["Id"] for entry in answer["Successful"]] == [str(number) for number in range(9)]
    failed, = answer["Failed"]
    assert (failed["Id"], failed["SenderFault"], failed["Code"]) == ("bad", True, "InvalidParameterValue")
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert {message["Body"] for message in messages} == {str(number) for number in range(9)}
    changed = sqs.change_message_visibility_batch(QueueUrl=queue, Entries=[
        {"Id": "a", "ReceiptHandle": messages[0]["ReceiptHandle"], "VisibilityTimeout": 0}, {"Id": "b", "ReceiptHandle": "garbage", "VisibilityTimeout": 0}])
    assert [entry["Id"] for entry in changed["Successful"]] == ["a"]
    assert changed["Failed"][0]["Code"] == "ReceiptHandleIsInvalid"
    deleted = sqs.delete_message_batch(QueueUrl=queue, Entries=[{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(messages)])
    assert len(deleted["Successful"]) == 9
    assert "Failed" not in deleted


def test_a_batch_is_refused_as_a_whole(sqs, queue):
    twenty = [{"Id": str(number), "MessageBody": "m"} for number in range(20)]
    assert error_of(sqs.send_message_batch, QueueUrl=queue, Entries=twenty)["Code"] == "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"
    assert error_of(sqs.send_message_batch, QueueUrl=queue, Entries=[])["Code"] == "AWS.SimpleQueueService.EmptyBatchRequest"
    assert error_of(sqs.send_message_batch, QueueUrl=queue, Entries=twenty[:1] * 2)["Message"] == "Id 0 repeated."
    assert error_of(sqs.send_message_batch, QueueUrl=queue, Entries=[{"Id": "a:b", "MessageBody": "m"}])["Code"] == "AWS.SimpleQueueService.InvalidBatchEntryId"


def test_change_message_visibility(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="m")
    handle = sqs.receive_message(QueueUrl=queue)["Messages"][0]["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=0)
    assert len(sqs.receive_message(QueueUrl=queue)["Messages"]) == 1
    assert error_of(sqs.change_message_visibility, QueueUrl=queue, ReceiptHandle="garbage", VisibilityTimeout=0)["Code"] == "ReceiptHandleIsInvalid"


def test_a_mebibyte_is_a_message(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="x" * 1_048_576)
    assert len(sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"]) == 1_048_576
    error = error_of(sqs.send_message, QueueUrl=queue, MessageBody="x" * 1_048_577)
    assert error["Message"] == "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."


def test_what_is_no_message_is_refused(sqs, queue):
    assert error_of(sqs.send_message, QueueUrl=queue, MessageBody="")["Code"] == "MissingParameter"
    assert error_of(sqs.receive_message, QueueUrl=queue, MaxNumberOfMessages=11)["Code"] == "InvalidParameterValue"


def test_characters_outside_xml_are_refused(make_sqs):
    sqs = make_sqs("json")
    queue = sqs.create_queue(QueueName="queue")["QueueUrl"]
    assert error_of(sqs.send_message, QueueUrl=queue, MessageBody="\x01\uffff")["Code"] == "InvalidMessageContents"


def test_a_long_poll_is_woken_by_a_message(sqs, queue):
    sender = threading.Timer(0.3, sqs.send_message, kwargs={"QueueUrl": queue, "MessageBody": "m"})
    begun = time.monotonic()
    sender.start()
    assert sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"][0]["Body"] == "m"
    assert time.monotonic() - begun < 5
    sender.join()


def test_a_long_poll_ends_empty(sqs, queue):
    begun = time.monotonic()
    assert "Messages" not in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1)
    assert 0.9 < time.monotonic() - begun < 5


def test_a_client_that_leaves_a_long_poll_takes_nothing(make_sqs):
    sqs = make_sqs("json", read_timeout=1)
    queue = sqs.create_queue(QueueName="queue")["QueueUrl"]
    with pytest.raises(Exception, match="Read timeout"):
        sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)
    time.sleep(0.5)  # the daemon must have seen the connection close
    sqs.send_message(QueueUrl=queue, MessageBody="m")
    assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "m"


@pytest.mark.stratolite
def test_messages_can_be_looked_at_without_receiving(sqs, queue, admin):
    sqs.send_message(QueueUrl=queue, MessageBody="m", MessageAttributes=ATTRIBUTES)
    for _ in range(2):
        message, = admin(f"sqs/messages?QueueUrl={queue}")["Messages"]
        assert message["Body"] == "m"
    assert len(sqs.receive_message(QueueUrl=queue)["Messages"]) == 1
    assert admin(f"sqs/messages?QueueUrl={queue}")["Messages"] == []
    assert len(admin(f"sqs/messages?QueueUrl={queue}&ShowInvisible=true")["Messages"]) == 1
