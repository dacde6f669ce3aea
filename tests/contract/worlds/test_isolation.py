"""One world per test: the same names in each, at the same time, and nothing of one is seen in another."""

import concurrent.futures
import itertools
import threading

import pytest

pytestmark = pytest.mark.stratolite


@pytest.mark.parametrize("number", range(24))
def test_every_test_has_the_queue_and_the_bucket_for_itself(world, number):
    sqs, s3 = world.client("sqs"), world.client("s3")
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="orders")
    assert "uploads" not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
    s3.create_bucket(Bucket="uploads")
    for i in range(number + 1):
        sqs.send_message(QueueUrl=queue, MessageBody=f"{number}/{i}")
        s3.put_object(Bucket="uploads", Key=f"key-{i}", Body=f"{number}/{i}".encode())
    bodies = set()
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        bodies |= {message["Body"] for message in messages}
    assert bodies == {f"{number}/{i}" for i in range(number + 1)}
    listed = s3.list_objects_v2(Bucket="uploads")
    assert listed["KeyCount"] == number + 1
    assert s3.get_object(Bucket="uploads", Key="key-0")["Body"].read() == f"{number}/0".encode()


def test_worlds_are_made_and_used_by_many_threads_at_once(make_world):
    def one(number):
        world = make_world(fork="default")
        sqs = world.client("sqs")
        queue = sqs.create_queue(QueueName="shared-name")["QueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody=str(number))
        return [message["Body"] for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1)["Messages"]]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(32))) == [[str(number)] for number in range(32)]


def test_a_fork_begins_with_what_its_parent_has_and_neither_sees_the_others_changes(make_world):
    parent = make_world(empty=True)
    s3, sqs = parent.client("s3"), parent.client("sqs")
    s3.create_bucket(Bucket="photos")
    large = bytes(range(256)) * 1024
    s3.put_object(Bucket="photos", Key="large", Body=large)
    s3.put_object(Bucket="photos", Key="small", Body=b"small")
    queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="before")

    fork = make_world(fork=parent.name)
    fork_s3, fork_sqs = fork.client("s3"), fork.client("sqs")
    s3.put_object(Bucket="photos", Key="large", Body=b"overwritten")
    s3.delete_object(Bucket="photos", Key="small")
    sqs.purge_queue(QueueUrl=queue)
    assert fork_s3.get_object(Bucket="photos", Key="large")["Body"].read() == large
    assert fork_s3.get_object(Bucket="photos", Key="small")["Body"].read() == b"small"
    assert [m["Body"] for m in fork_sqs.receive_message(QueueUrl=queue)["Messages"]] == ["before"]

    fork_s3.put_object(Bucket="photos", Key="new", Body=b"new")
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket="photos")["Contents"]] == ["large"]


def test_the_clock_of_a_world_is_its_own(make_world, admin):
    one, other = make_world(fork="default"), make_world(fork="default")
    queues = {}
    for world in (one, other):
        sqs = world.client("sqs")
        queues[world.name] = queue = sqs.create_queue(QueueName="later")["QueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody="in ten minutes", DelaySeconds=600)
    admin(f"clock?world={one.name}", {"advance": "PT11M"})
    assert one.client("sqs").receive_message(QueueUrl=queues[one.name])["Messages"][0]["Body"] == "in ten minutes"
    assert "Messages" not in other.client("sqs").receive_message(QueueUrl=queues[other.name])
    assert admin(f"clock?world={one.name}")["now"] > admin(f"clock?world={other.name}")["now"]


def test_reset_empties_one_world(make_world, admin):
    one, other = make_world(fork="default"), make_world(fork="default")
    for world in (one, other):
        world.client("sqs").create_queue(QueueName="mine")
    admin(f"reset?world={one.name}", {})
    assert "QueueUrls" not in one.client("sqs").list_queues(QueueNamePrefix="mine")
    assert len(other.client("sqs").list_queues(QueueNamePrefix="mine")["QueueUrls"]) == 1


def test_a_fork_under_load_has_every_byte_that_its_listing_names(make_world):
    parent = make_world(empty=True)
    parent.client("s3").create_bucket(Bucket="busy")
    stop = threading.Event()

    def churn(worker):
        s3 = parent.client("s3")
        for number in itertools.count():
            if stop.is_set():
                return
            key = f"{worker}-{number % 5}"
            if number % 7 == 6:
                s3.delete_object(Bucket="busy", Key=key)
            else:
                s3.put_object(Bucket="busy", Key=key, Body=f"{key}/{number};".encode() * 10_000, Metadata={"number": str(number)})

    workers = [threading.Thread(target=churn, args=(worker,)) for worker in range(3)]
    for worker in workers:
        worker.start()
    try:
        seen = 0
        for _ in range(12):
            fork = make_world(fork=parent.name)
            s3 = fork.client("s3")
            for entry in s3.list_objects_v2(Bucket="busy").get("Contents", []):
                answer = s3.get_object(Bucket="busy", Key=entry["Key"])
                assert answer["Body"].read() == f"{entry['Key']}/{answer['Metadata']['number']};".encode() * 10_000
                seen += 1
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert seen > 12
