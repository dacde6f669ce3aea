"""A clock that goes back: order is that of what happened, ages are not negative, nothing is lost."""

import json
import urllib.request

from faults import connect, stop_well


def clock(daemon, **change):
    request = urllib.request.Request(f"{daemon.endpoint}/_stratolite/clock", data=json.dumps(change).encode())
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["now"]


def test_order_and_delays_outlive_a_day_back(daemon):
    one = daemon()
    sqs = connect("sqs", one)
    clock(one, freeze=True, set="2030-05-02T00:00:00Z")
    fifo = sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})["QueueUrl"]
    later = sqs.create_queue(QueueName="later")["QueueUrl"]
    numbers = [int(sqs.send_message(QueueUrl=fifo, MessageGroupId="g", MessageBody="before")["SequenceNumber"])]
    sqs.send_message(QueueUrl=later, MessageBody="delayed", DelaySeconds=60)
    clock(one, set="2030-05-01T00:00:00Z")
    numbers.append(int(sqs.send_message(QueueUrl=fifo, MessageGroupId="g", MessageBody="after")["SequenceNumber"]))
    assert numbers == sorted(numbers) and numbers[0] != numbers[1]
    # What was sent at a time that has not come again waits for it, and its group with it.
    assert "Messages" not in sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10)
    assert "Messages" not in sqs.receive_message(QueueUrl=later)
    clock(one, advance="P1D")
    messages = sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    assert [message["Body"] for message in messages] == ["before", "after"]
    assert "Messages" not in sqs.receive_message(QueueUrl=later)
    # In flight at a time that is turned back: hidden for that much longer, and there again in the end.
    clock(one, set="2030-05-01T00:00:00Z")
    assert "Messages" not in sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10)
    clock(one, advance="P1D")
    clock(one, advance="PT61S")
    assert sqs.receive_message(QueueUrl=later)["Messages"][0]["Body"] == "delayed"
    assert [message["Body"] for message in sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10)["Messages"]] == ["before", "after"]


def test_the_newest_version_is_the_one_that_was_written_last(daemon, tmp_path):
    data = tmp_path / "data"
    one = daemon(data_dir=data)
    s3 = connect("s3", one)
    s3.create_bucket(Bucket="photos")
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    clock(one, freeze=True, set="2030-05-02T00:00:00Z")
    first = s3.put_object(Bucket="photos", Key="film", Body=b"first")["VersionId"]
    clock(one, set="2030-05-01T00:00:00Z")
    second = s3.put_object(Bucket="photos", Key="film", Body=b"second")["VersionId"]
    assert s3.get_object(Bucket="photos", Key="film")["Body"].read() == b"second"
    listed = s3.list_object_versions(Bucket="photos")["Versions"]
    assert [(version["VersionId"], version["IsLatest"]) for version in listed] == [(second, True), (first, False)]
    # A start sets the clock to the machine's, which is years before.
    stop_well(one)
    two = daemon(data_dir=data)
    s3 = connect("s3", two)
    third = s3.put_object(Bucket="photos", Key="film", Body=b"third")["VersionId"]
    listed = s3.list_object_versions(Bucket="photos")["Versions"]
    assert [version["VersionId"] for version in listed] == [third, second, first]
    s3.delete_object(Bucket="photos", Key="film", VersionId=third)
    assert s3.get_object(Bucket="photos", Key="film")["Body"].read() == b"second"
