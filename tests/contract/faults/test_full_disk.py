"""A disk without room: whoever writes is told so, everything else goes on, and what is deleted makes room again."""

import json
import os
import urllib.error
import urllib.request

import pytest
from faults import connect, failed_start, fill, refused, repeat_until_refused, stop_well

BODY = 300_000


def admin(daemon, page, body=None, method=None):
    """(status, JSON)."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{daemon.endpoint}/_stratolite/{page}", data=data, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def keys(s3):
    return {entry["Key"]: entry["Size"] for entry in s3.list_objects_v2(Bucket="photos").get("Contents", ())}


@pytest.mark.parametrize("durability", ["process", "power"])
def test_bodies_are_refused_and_deleting_makes_room(daemon, small_disk, durability):
    data = small_disk(12) / "data"
    one = daemon("--durability", durability, data_dir=data)
    s3 = connect("s3", one)
    s3.create_bucket(Bucket="photos")
    bodies = [os.urandom(BODY) for _ in range(60)]
    count, error = repeat_until_refused(lambda number: s3.put_object(Bucket="photos", Key=f"{number}", Body=bodies[number]), 60)
    assert error[:2] == (507, "InternalError") and "disk" in error[2] and "full" in error[2]
    assert count >= 30
    assert one.logged("Make room on the disk")
    # Nothing half-written is seen, and nothing that was there is gone.
    assert keys(s3) == {str(number): BODY for number in range(count)}
    assert all(s3.get_object(Bucket="photos", Key=str(number))["Body"].read() == bodies[number] for number in range(count))
    upload = refused(s3.copy_object, Bucket="photos", Key="copy", CopySource="photos/0")
    assert upload is None or "full" in upload[2]
    for number in range(5):
        s3.delete_object(Bucket="photos", Key=str(number))
    s3.put_object(Bucket="photos", Key="0", Body=bodies[0])
    assert s3.get_object(Bucket="photos", Key="0")["Body"].read() == bodies[0]
    stop_well(one)
    again = connect("s3", daemon(data_dir=data))
    assert again.get_object(Bucket="photos", Key=str(count - 1))["Body"].read() == bodies[count - 1]
    assert "4" not in keys(again)


def test_parts_of_an_upload_are_refused_and_the_upload_can_be_ended(daemon, small_disk):
    one = daemon(data_dir=small_disk(12) / "data")
    s3 = connect("s3", one)
    s3.create_bucket(Bucket="photos")
    upload = {"Bucket": "photos", "Key": "film", "UploadId": s3.create_multipart_upload(Bucket="photos", Key="film")["UploadId"]}
    count, error = repeat_until_refused(lambda number: s3.upload_part(**upload, PartNumber=number + 1, Body=os.urandom(1_000_000)), 20)
    assert error[:2] == (507, "InternalError") and "full" in error[2]
    assert [part["PartNumber"] for part in s3.list_parts(**upload)["Parts"]] == list(range(1, count + 1))
    s3.abort_multipart_upload(**upload)
    s3.put_object(Bucket="photos", Key="film", Body=os.urandom(5_000_000))
    assert keys(s3) == {"film": 5_000_000}


def test_messages_are_refused_and_received_and_deleted_ones_make_room(daemon, small_disk):
    data = small_disk(6) / "data"
    one = daemon(data_dir=data)
    sqs = connect("sqs", one)
    queue = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "600"})["QueueUrl"]
    count, error = repeat_until_refused(lambda number: sqs.send_message(QueueUrl=queue, MessageBody=f"{number} " + "x" * 10_000))
    assert error[0] == 507 and "full" in error[2]
    assert count > 100
    bodies = set()
    for _ in range(6):
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", ()):
            bodies.add(int(message["Body"].split()[0]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    assert len(bodies) == 60 and bodies <= set(range(count))
    for number in range(10):
        sqs.send_message(QueueUrl=queue, MessageBody=f"{count + number} " + "x" * 10_000)
    stop_well(one)
    sqs = connect("sqs", daemon(data_dir=data))
    left = int(sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]["ApproximateNumberOfMessages"])
    assert left == count + 10 - 60
    sqs.purge_queue(QueueUrl=queue)
    sqs.send_message(QueueUrl=queue, MessageBody="x" * 200_000)


def test_a_disk_that_somebody_else_filled_is_read_and_used_again_once_there_is_room(daemon, small_disk):
    disk = small_disk(12)
    one = daemon(data_dir=disk / "data")
    s3, sqs = connect("s3", one), connect("sqs", one)
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="before", Body=b"x" * BODY)
    queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
    filling = fill(disk)
    for body in (b"y" * 10, b"y" * 50_000, b"y" * BODY):
        status, code, message = refused(s3.put_object, Bucket="photos", Key="during", Body=body)
        assert (status, code) == (507, "InternalError") and "full" in message
    assert refused(sqs.send_message, QueueUrl=queue, MessageBody="x" * 100_000)[0] == 507
    assert s3.get_object(Bucket="photos", Key="before")["Body"].read() == b"x" * BODY
    assert keys(s3) == {"before": BODY}
    filling.unlink()
    s3.put_object(Bucket="photos", Key="after", Body=b"z" * BODY)
    sqs.send_message(QueueUrl=queue, MessageBody="x" * 100_000)
    assert set(keys(s3)) == {"before", "after"}
    # An orderly end on a full disk, and a start on it.
    fill(disk)
    stop_well(one)
    assert set(keys(connect("s3", daemon(data_dir=disk / "data")))) == {"before", "after"}


def test_a_fork_without_room_is_refused_and_leaves_nothing(daemon, small_disk):
    data = small_disk(10) / "data"
    one = daemon(data_dir=data)
    sqs = connect("sqs", one)
    queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
    repeat_until_refused(lambda number: sqs.send_message(QueueUrl=queue, MessageBody="x" * 100_000))
    status, answer = admin(one, "worlds", {"fork": "default", "name": "copy"})
    assert status == 500 and "No space left" in answer["message"], answer
    assert admin(one, "worlds")[1]["worlds"] == [] or all(world["name"] != "copy" for world in admin(one, "worlds")[1]["worlds"])
    assert not (data / "worlds" / "copy").exists()
    sqs.purge_queue(QueueUrl=queue)
    sqs.send_message(QueueUrl=queue, MessageBody="x" * 100_000)


def test_a_snapshot_without_room_is_refused_and_the_old_one_stays(daemon, small_disk, tmp_path):
    disk = small_disk(4)
    one = daemon(data_dir=tmp_path / "data")
    s3 = connect("s3", one)
    s3.create_bucket(Bucket="photos")
    target = disk / "world.strato"
    assert admin(one, "snapshot", {"save": str(target)})[0] == 200
    old = target.read_bytes()
    for number in range(10):
        s3.put_object(Bucket="photos", Key=str(number), Body=os.urandom(BODY * 2))
    status, answer = admin(one, "snapshot", {"save": str(target)})
    assert status == 400 and "No space left" in answer["message"], answer
    assert target.read_bytes() == old
    assert os.listdir(disk) == ["world.strato"]


def test_a_start_without_room_says_so(binary, small_disk):
    disk = small_disk(1)
    fill(disk)
    said = failed_start(binary, disk / "data")
    assert "No space left" in said and "Make room" in said
