"""FIFO queues, in both protocols."""


def send(sqs, queue, group, body, **more):
    return sqs.send_message(QueueUrl=queue, MessageBody=body, MessageGroupId=group, **{"MessageDeduplicationId": body, **more})


def bodies(sqs, queue, **parameters):
    return [message["Body"] for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, **parameters).get("Messages", [])]


def test_groups_keep_their_order_and_wait_for_what_is_in_flight(sqs, fifo):
    for group, body in (("1", "g1-m1"), ("2", "g2-m1"), ("1", "g1-m2")):
        send(sqs, fifo, group, body)
    first, = sqs.receive_message(QueueUrl=fifo)["Messages"]
    assert first["Body"] == "g1-m1"
    assert bodies(sqs, fifo) == ["g2-m1"]
    sqs.delete_message(QueueUrl=fifo, ReceiptHandle=first["ReceiptHandle"])
    assert bodies(sqs, fifo) == ["g1-m2"]


def test_duplicates_are_accepted_and_not_delivered(sqs, fifo):
    first = send(sqs, fifo, "g", "one", MessageDeduplicationId="id")
    second = send(sqs, fifo, "h", "two", MessageDeduplicationId="id")
    assert second["MessageId"] == first["MessageId"]
    assert second["SequenceNumber"] == first["SequenceNumber"]
    assert len(first["SequenceNumber"]) == 20
    assert bodies(sqs, fifo) == ["one"]


def test_sequence_numbers_grow(sqs, fifo):
    numbers = [int(send(sqs, fifo, "g", str(number))["SequenceNumber"]) for number in range(5)]
    assert numbers == sorted(set(numbers))


def test_a_receive_attempt_can_be_repeated(sqs, fifo):
    send(sqs, fifo, "g", "m")
    first = sqs.receive_message(QueueUrl=fifo, ReceiveRequestAttemptId="attempt")["Messages"]
    assert sqs.receive_message(QueueUrl=fifo, ReceiveRequestAttemptId="attempt")["Messages"] == first
    assert bodies(sqs, fifo) == []
