"""Too few file descriptors: who comes too late waits, the processor rests, and all is well once some are free again."""

import contextlib
import resource
import socket
import time

import pytest
from faults import connect, stop_well

LIMIT = 64


@pytest.fixture
def narrow(daemon, tmp_path):
    """A daemon that may have few files open, and its directory."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    one = daemon(data_dir=tmp_path / "data")
    resource.prlimit(one.process.pid, resource.RLIMIT_NOFILE, (LIMIT, LIMIT))
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before
    return one


def processor_seconds(process):
    with open(f"/proc/{process.pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def open_connections(daemon, count):
    sockets = []
    for _ in range(count):
        one = socket.create_connection(("127.0.0.1", daemon.port), timeout=10)
        one.sendall(b"GET /_stratolite/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        sockets.append(one)
    return sockets


def test_connections_beyond_the_limit_wait_without_work(narrow):
    s3 = connect("s3", narrow)
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="film", Body=b"x" * 200_000)
    sockets = open_connections(narrow, 2 * LIMIT)
    time.sleep(0.5)
    before = processor_seconds(narrow.process)
    time.sleep(2)
    # Processor time, which a busy machine only makes less.
    assert processor_seconds(narrow.process) - before < 0.5
    assert narrow.logged("Too many open files")
    assert narrow.log().count("Too many open files") <= 4
    for one in sockets:
        one.close()
    again = connect("s3", narrow)
    assert again.get_object(Bucket="photos", Key="film")["Body"].read() == b"x" * 200_000
    again.put_object(Bucket="photos", Key="second", Body=b"y" * 200_000)
    stop_well(narrow)


def test_who_is_connected_is_answered_and_the_store_recovers(narrow):
    """Reads, writes and files of their own under a lack of descriptors end in an answer, right or an error, and in nothing half done."""
    s3, sqs = connect("s3", narrow), connect("sqs", narrow)
    s3.create_bucket(Bucket="photos")
    queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sockets = open_connections(narrow, 2 * LIMIT)
    time.sleep(0.2)
    stored = {}
    for number in range(10):
        body = f"{number}".encode() * 100_000
        with contextlib.suppress(s3.exceptions.ClientError):
            s3.put_object(Bucket="photos", Key=str(number), Body=body)
            stored[str(number)] = body
    sent = set()
    for number in range(10):
        with contextlib.suppress(sqs.exceptions.ClientError):
            sqs.send_message(QueueUrl=queue, MessageBody=str(number))
            sent.add(str(number))
    for one in sockets:
        one.close()
    found = {entry["Key"] for entry in s3.list_objects_v2(Bucket="photos").get("Contents", ())}
    assert found == set(stored)
    for key, body in stored.items():
        assert s3.get_object(Bucket="photos", Key=key)["Body"].read() == body
    received = set()
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", ()):
        received |= {message["Body"] for message in messages}
    assert received == sent
    s3.put_object(Bucket="photos", Key="after", Body=b"z" * 200_000)
    stop_well(narrow)


def test_an_orderly_end_while_there_are_none_left(narrow):
    sockets = open_connections(narrow, 2 * LIMIT)
    time.sleep(0.2)
    stop_well(narrow)
    for one in sockets:
        one.close()
