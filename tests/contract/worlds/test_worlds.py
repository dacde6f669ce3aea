"""Making, listing, using and deleting worlds; what survives a restart and a kill."""

import http.client
import json
import os
import random
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.stratolite


def refusal(call, *arguments, **options):
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(*arguments, **options)
    return refused.value.code, json.loads(refused.value.read())


def test_a_world_comes_with_a_key_of_the_default_account(world, admin):
    assert world.client("sts").get_caller_identity()["Arn"] == "arn:aws:iam::000000000000:root"
    listed = {entry["name"]: entry for entry in admin("worlds")["worlds"]}
    assert listed["default"]["access_key_id"] is None
    assert listed[world.name]["access_key_id"] == world.access_key_id
    assert listed[world.name]["forked_from"] == "default"
    assert "secret_access_key" not in listed[world.name]
    assert admin(f"worlds/{world.name}")["secret_access_key"] == world.secret_access_key


def test_the_key_may_be_of_another_account(make_world):
    world = make_world(fork="default", account="210987654321")
    assert world.client("sts").get_caller_identity()["Account"] == "210987654321"


def test_the_key_is_verified(world, client):
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        client("sts", key=world.access_key_id, secret="wrong").get_caller_identity()


def test_presigned_urls_are_of_their_world(world):
    s3 = world.client("s3")
    s3.create_bucket(Bucket="linked")
    s3.put_object(Bucket="linked", Key="page", Body=b"hello")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "linked", "Key": "page"})
    assert urllib.request.urlopen(url).read() == b"hello"


def test_sessions_are_of_the_world_that_issued_them(world, endpoint):
    credentials = world.client("sts").get_session_token()["Credentials"]
    world.client("sqs").create_queue(QueueName="only-here")
    sqs = boto3.client("sqs", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=credentials["AccessKeyId"],
                       aws_secret_access_key=credentials["SecretAccessKey"], aws_session_token=credentials["SessionToken"])
    assert sqs.get_queue_url(QueueName="only-here")["QueueUrl"].endswith("/only-here")


def test_a_deleted_worlds_key_is_refused_and_its_sessions_too(make_world, admin):
    world = make_world(fork="default")
    session = world.client("sts").get_session_token()["Credentials"]
    within = boto3.client("sqs", endpoint_url=world.endpoint, region_name="us-east-1", aws_access_key_id=session["AccessKeyId"],
                          aws_secret_access_key=session["SecretAccessKey"], aws_session_token=session["SessionToken"])
    within.list_queues()
    assert admin(f"worlds/{world.name}", method="DELETE") == {"name": world.name, "status": "deleted"}
    for call in (world.client("sqs").list_queues, within.list_queues):
        with pytest.raises(ClientError) as refused:
            call()
        assert refused.value.response["Error"]["Code"] == "InvalidClientTokenId"
    request_id = refused.value.response["ResponseMetadata"]["RequestId"]
    assert admin(f"why/{request_id}")["accessKeyId"] == session["AccessKeyId"]
    assert refusal(admin, f"worlds/{world.name}")[0] == 404


def test_a_long_poll_ends_when_its_world_is_deleted(make_world, admin):
    world = make_world(fork="default")
    sqs = world.client("sqs")
    queue = sqs.create_queue(QueueName="waits")["QueueUrl"]
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)))
    begun = time.monotonic()
    waiting.start()
    time.sleep(0.3)
    admin(f"worlds/{world.name}", method="DELETE")
    waiting.join()
    assert time.monotonic() - begun < 10
    assert "Messages" not in answers[0]


@pytest.mark.parametrize("request_body, status, message", [
    ({"fork": "nobody"}, 404, "There is no world 'nobody'"),
    ({"frok": "default"}, 400, "is 'fork' meant?"),
    ({"fork": "default", "name": "Upper"}, 400, "cannot be a world's name"),
    ({"fork": "default", "name": "default"}, 400, "cannot be a world's name"),
    ({"fork": "default", "account": "12"}, 400, "twelve digits"),
    ({"fork": "default", "empty": True}, 400, "one of the two"),
    ([], 400, "JSON object"),
])
def test_what_cannot_be_made_is_refused_with_a_reason(admin, request_body, status, message):
    code, body = refusal(admin, "worlds", request_body)
    assert code == status
    assert message in body["message"]


def test_a_name_is_taken_once(make_world, admin):
    world = make_world(fork="default")
    code, body = refusal(admin, "worlds", {"fork": "default", "name": world.name})
    assert (code, body["code"]) == (409, "WorldAlreadyExists")


def test_the_default_world_cannot_be_deleted(admin):
    assert refusal(admin, "worlds/default", method="DELETE")[0] == 400


def test_pages_about_a_world_that_is_not_there_say_so(admin):
    for page in ("clock", "health", "sqs/messages"):
        assert refusal(admin, f"{page}?world=nobody")[0] == 404
    assert refusal(admin, "reset?world=nobody", {})[0] == 404


def test_only_get_and_delete_are_answered_at_a_world(admin, world):
    assert refusal(admin, f"worlds/{world.name}", method="PUT")[0] == 405


def test_worlds_survive_a_restart_and_what_they_hold_too(daemon, tmp_path, make_world, admin):
    first = daemon("--auth", "strict", data_dir=tmp_path / "data")
    world = make_world(fork="default", name="kept", url=first.endpoint)
    s3, sqs = world.client("s3"), world.client("sqs")
    s3.create_bucket(Bucket="kept-here")
    large = os.urandom(300_000)
    s3.put_object(Bucket="kept-here", Key="large", Body=large)
    sqs.create_queue(QueueName="kept-here")
    first.process.kill()
    first.process.wait()
    second = daemon("--auth", "strict", data_dir=tmp_path / "data")
    world.endpoint = second.endpoint
    assert world.client("s3").get_object(Bucket="kept-here", Key="large")["Body"].read() == large
    assert len(world.client("sqs").list_queues()["QueueUrls"]) == 1
    assert [entry["name"] for entry in admin("worlds", url=second.endpoint)["worlds"]] == ["default", "kept"]


def blob_files(data):
    """Those that hold a body, in the folders of two hex digits: neither drafts nor the pool's own."""
    return [path.name for path in (data / "blobs").glob("??/*")]


def wait_until(true):
    deadline = time.monotonic() + 10
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert true()


def test_bytes_that_worlds_share_go_with_the_last_of_them(daemon, tmp_path, make_world, admin, client):
    data = tmp_path / "data"
    one = daemon(data_dir=data)
    s3 = client("s3", url=one.endpoint, key="test")
    s3.create_bucket(Bucket="shared")
    s3.put_object(Bucket="shared", Key="large", Body=b"x" * 200_000)
    fork = make_world(fork="default", url=one.endpoint)
    grandchild = make_world(fork=fork.name, url=one.endpoint)
    assert len(blob_files(data)) == 1
    s3.delete_object(Bucket="shared", Key="large")
    admin(f"worlds/{fork.name}", method="DELETE", url=one.endpoint)
    assert grandchild.client("s3").get_object(Bucket="shared", Key="large")["Body"].read() == b"x" * 200_000
    assert len(blob_files(data)) == 1
    admin(f"worlds/{grandchild.name}", method="DELETE", url=one.endpoint)
    wait_until(lambda: not blob_files(data))
    assert os.listdir(data / "worlds") == []


def test_a_fork_keeps_shared_bytes_across_a_restart_of_both(daemon, tmp_path, make_world, client):
    data = tmp_path / "data"
    one = daemon(data_dir=data)
    s3 = client("s3", url=one.endpoint, key="test")
    s3.create_bucket(Bucket="shared")
    s3.put_object(Bucket="shared", Key="large", Body=b"x" * 200_000)
    fork = make_world(fork="default", url=one.endpoint)
    one.stop()
    two = daemon(data_dir=data)
    # Before anybody has looked at the fork.
    client("s3", url=two.endpoint, key="test").delete_object(Bucket="shared", Key="large")
    fork.endpoint = two.endpoint
    assert fork.client("s3").get_object(Bucket="shared", Key="large")["Body"].read() == b"x" * 200_000


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_while_worlds_are_forked_and_deleted_leaves_whole_ones_only(daemon, tmp_path, client, admin, seed):
    data = tmp_path / "data"
    one = daemon(data_dir=data)
    sqs = client("sqs", url=one.endpoint, key="test")
    queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    for _ in range(20):
        sqs.send_message_batch(QueueUrl=queue, Entries=[{"Id": str(i), "MessageBody": "x" * 1000} for i in range(10)])
    acknowledged, deleted = {}, set()

    def churn():
        while True:
            try:
                world = admin("worlds", {"fork": "default"}, url=one.endpoint)
                acknowledged[world["name"]] = world
                if len(acknowledged) % 3 == 0:
                    deleted.add(world["name"])
                    admin(f"worlds/{world['name']}", method="DELETE", url=one.endpoint)
            except (OSError, http.client.HTTPException):
                return

    workers = [threading.Thread(target=churn) for _ in range(3)]
    for worker in workers:
        worker.start()
    time.sleep(0.3 + random.Random(seed).random() / 3)
    one.process.send_signal(signal.SIGKILL)
    one.process.wait()
    for worker in workers:
        worker.join()
    two = daemon(data_dir=data)
    there = {world["name"] for world in admin("worlds", url=two.endpoint)["worlds"]}
    assert set(acknowledged) - deleted <= there
    for name in there - {"default"}:
        world = admin(f"worlds/{name}", url=two.endpoint)
        within = client("sqs", url=two.endpoint, key=world["access_key_id"], secret=world["secret_access_key"])
        attributes = within.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
        assert attributes["ApproximateNumberOfMessages"] == "200"
    assert set(os.listdir(data / "worlds")) == there - {"default"}


def test_the_command_line_makes_shows_and_deletes_worlds(binary, endpoint, tmp_path):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("STRATOLITE_", "AWS_"))} | {"STRATOLITE_ENDPOINT": endpoint}

    def run(*words, fails=0):
        done = subprocess.run([binary, *words], capture_output=True, text=True, timeout=60, env=environment)
        assert done.returncode == fails, done.stdout + done.stderr
        return done.stderr if fails else done.stdout

    name = f"cli-{os.getpid()}"
    made = json.loads(run("worlds", "fork", "--name", name, "--json"))
    try:
        assert made["name"] == name
        assert name in run("worlds", "list")
        assert f"export AWS_ACCESS_KEY_ID='{made['access_key_id']}'" in run("worlds", "show", name, "--shell", "sh").splitlines()
        assert "frozen   true" in run("clock", "--world", name, "--freeze")
        assert "the world is empty" in run("reset", "--world", name)
        assert "There is no world" in run("reset", "--world", "nobody", fails=1)
    finally:
        assert "is gone" in run("worlds", "delete", name)
    assert "There is no world" in run("worlds", "delete", name, fails=1)
    assert "Did you mean" in run("worlds", "frok", fails=2)


def test_the_bytes_of_a_world_that_cannot_be_read_are_kept_until_it_is_mended(daemon, tmp_path, make_world, client):
    data = tmp_path / "data"
    one = daemon(data_dir=data)
    world = make_world(fork="default", name="hurt", url=one.endpoint)
    s3 = world.client("s3")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="large", Body=b"x" * 200_000)
    one.stop()
    record = data / "worlds/hurt/world.json"
    whole = record.read_text()
    record.write_text("{")
    two = daemon(data_dir=data)
    client("s3", url=two.endpoint, key="test").list_buckets()
    wait_until(lambda: "a world is left out" in two.log())
    two.stop()
    record.write_text(whole)
    three = daemon(data_dir=data)
    world.endpoint = three.endpoint
    assert world.client("s3").get_object(Bucket="kept", Key="large")["Body"].read() == b"x" * 200_000
