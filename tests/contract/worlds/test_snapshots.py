"""A world in a file: saved and loaded while the daemon runs, into itself, another world, another daemon."""

import json
import os
import random
import signal
import subprocess
import threading
import time
import urllib.error

import pytest

pytestmark = pytest.mark.stratolite


def refusal(call, *arguments, **options):
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(*arguments, **options)
    return refused.value.code, json.loads(refused.value.read())


def fill(world):
    s3, sqs = world.client("s3"), world.client("sqs")
    s3.create_bucket(Bucket="kept")
    large = os.urandom(300_000)
    s3.put_object(Bucket="kept", Key="large", Body=large, Metadata={"colour": "blue"})
    s3.put_object(Bucket="kept", Key="small", Body=b"small")
    queue = sqs.create_queue(QueueName="kept")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="hello")
    return large


def check(world, large):
    s3, sqs = world.client("s3"), world.client("sqs")
    answer = s3.get_object(Bucket="kept", Key="large")
    assert answer["Body"].read() == large
    assert answer["Metadata"] == {"colour": "blue"}
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket="kept")["Contents"]] == ["large", "small"]
    queues = sqs.list_queues()["QueueUrls"]
    assert len(queues) == 1
    assert [m["Body"] for m in sqs.receive_message(QueueUrl=queues[0], VisibilityTimeout=0)["Messages"]] == ["hello"]


def test_a_world_is_brought_back_as_it_was_saved(make_world, admin, tmp_path):
    world = make_world(empty=True)
    large = fill(world)
    file = tmp_path / "snapshot"
    saved = admin("snapshot", {"save": str(file), "world": world.name})
    assert saved == {"world": world.name, "saved": str(file), "blobs": 1, "bytes": file.stat().st_size}
    assert file.stat().st_mode & 0o777 == 0o600
    world.client("s3").delete_object(Bucket="kept", Key="large")
    world.client("s3").put_object(Bucket="kept", Key="new", Body=os.urandom(200_000))
    world.client("sqs").create_queue(QueueName="new")
    world.client("sqs").purge_queue(QueueUrl=world.client("sqs").get_queue_url(QueueName="kept")["QueueUrl"])
    assert admin("snapshot", {"load": str(file), "world": world.name})["loaded"] == str(file)
    check(world, large)
    # And what is done from here on is what counts.
    world.client("s3").put_object(Bucket="kept", Key="third", Body=b"x" * 100_000)
    assert world.client("s3").get_object(Bucket="kept", Key="third")["Body"].read() == b"x" * 100_000
    world.client("sqs").send_message(QueueUrl=world.client("sqs").list_queues()["QueueUrls"][0], MessageBody="again")


def test_a_snapshot_becomes_a_new_world(make_world, admin, tmp_path):
    world = make_world(empty=True, account="111122223333")
    large = fill(world)
    file = str(tmp_path / "snapshot")
    admin(f"snapshot?world={world.name}", {"save": file})
    name = f"loaded-{os.getpid()}"
    loaded = type(world)(endpoint=world.endpoint, **admin("snapshot", {"load": file, "as": name}))
    try:
        assert loaded.account == "111122223333"
        check(loaded, large)
        assert refusal(admin, "snapshot", {"load": file, "as": name})[0] == 409
    finally:
        admin(f"worlds/{name}", method="DELETE")
    check(world, large)


def test_another_daemon_loads_it_and_keeps_it(daemon, make_world, admin, tmp_path):
    source = make_world(empty=True)
    large = fill(source)
    file = str(tmp_path / "snapshot")
    admin("snapshot", {"save": file, "world": source.name})
    data = tmp_path / "data"
    first = daemon(data_dir=data)
    target = make_world(empty=True, url=first.endpoint)
    admin("snapshot", {"load": file, "world": target.name}, url=first.endpoint)
    check(target, large)
    first.process.kill()
    first.process.wait()
    second = daemon(data_dir=data)
    target.endpoint = second.endpoint
    check(target, large)


def test_the_default_world_can_be_saved_and_loaded(daemon, client, admin, tmp_path):
    one = daemon(data_dir=tmp_path / "data")
    sqs = client("sqs", url=one.endpoint)
    sqs.create_queue(QueueName="before")
    file = str(tmp_path / "snapshot")
    admin("snapshot", {"save": file}, url=one.endpoint)
    sqs.create_queue(QueueName="after")
    admin("snapshot", {"load": file}, url=one.endpoint)
    assert [url.rsplit("/", 1)[1] for url in sqs.list_queues()["QueueUrls"]] == ["before"]


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_while_a_snapshot_is_loaded_leaves_the_old_or_the_new(daemon, client, admin, tmp_path, seed):
    data = tmp_path / "data"
    one = daemon(data_dir=data)

    def fill_with(name, url):
        sqs, s3 = client("sqs", url=url, key="test"), client("s3", url=url, key="test")
        queue = sqs.create_queue(QueueName=name)["QueueUrl"]
        for _ in range(20):
            sqs.send_message_batch(QueueUrl=queue, Entries=[{"Id": str(i), "MessageBody": name * 1000} for i in range(10)])
        s3.create_bucket(Bucket=f"bucket-{name}")
        for i in range(10):
            s3.put_object(Bucket=f"bucket-{name}", Key=str(i), Body=name.encode() * 100_000)

    def look(url):
        sqs, s3 = client("sqs", url=url, key="test"), client("s3", url=url, key="test")
        found = set()
        for name in ("a", "b"):
            queues = sqs.list_queues(QueueNamePrefix=name).get("QueueUrls", [])
            buckets = [bucket for bucket in s3.list_buckets()["Buckets"] if bucket["Name"] == f"bucket-{name}"]
            assert len(queues) == len(buckets)
            if queues:
                found.add(name)
                counts = sqs.get_queue_attributes(QueueUrl=queues[0], AttributeNames=["ApproximateNumberOfMessages"])
                assert counts["Attributes"]["ApproximateNumberOfMessages"] == "200"
                for i in range(10):
                    assert s3.get_object(Bucket=f"bucket-{name}", Key=str(i))["Body"].read() == name.encode() * 100_000
        return found

    fill_with("a", one.endpoint)
    file = str(tmp_path / "snapshot")
    admin("snapshot", {"save": file}, url=one.endpoint)
    admin("reset", {}, url=one.endpoint)
    fill_with("b", one.endpoint)

    def load():
        try:
            admin("snapshot", {"load": file}, url=one.endpoint)
        except OSError:
            pass

    loading = threading.Thread(target=load)
    loading.start()
    time.sleep(random.Random(seed).random() / 20)
    one.process.send_signal(signal.SIGKILL)
    one.process.wait()
    loading.join()
    two = daemon(data_dir=data)
    assert look(two.endpoint) in ({"a"}, {"b"})
    assert not (data / "loading").exists()


def test_it_is_saved_while_it_is_used(make_world, admin, tmp_path):
    world = make_world(empty=True)
    sqs = world.client("sqs")
    queue = sqs.create_queue(QueueName="busy")["QueueUrl"]
    stop = threading.Event()
    sent = []

    def send():
        within = world.client("sqs")
        while not stop.is_set():
            within.send_message(QueueUrl=queue, MessageBody=str(len(sent)))
            sent.append(True)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        while len(sent) < 20:
            pass
        before = len(sent)
        admin("snapshot", {"save": str(tmp_path / "snapshot"), "world": world.name})
        after = len(sent)
    finally:
        stop.set()
        sender.join()
    admin("snapshot", {"load": str(tmp_path / "snapshot"), "world": world.name})
    count = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]["ApproximateNumberOfMessages"]
    assert before <= int(count) <= after + 1


def test_a_long_poll_ends_when_its_world_is_loaded(make_world, admin, tmp_path):
    world = make_world(empty=True)
    sqs = world.client("sqs")
    queue = sqs.create_queue(QueueName="waits")["QueueUrl"]
    file = str(tmp_path / "snapshot")
    admin("snapshot", {"save": file, "world": world.name})
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)))
    waiting.start()
    while waiting.is_alive():
        admin("snapshot", {"load": file, "world": world.name})
        waiting.join(0.2)
    assert "Messages" not in answers[0]


@pytest.mark.parametrize("body, message", [
    ({"save": "relative/path"}, "must be an absolute path"),
    ({"load": "snapshot"}, "must be an absolute path"),
    ({}, "one of the two"),
    ({"save": "/a", "load": "/b"}, "one of the two"),
    ({"svae": "/a"}, "is 'save' meant?"),
    ({"save": "/a", "as": "b"}, "'as' names the new world"),
    ({"load": "/a", "as": "b", "world": "default"}, "'as' names the new world"),
    ({"load": 1}, "must be a text"),
    ({"load": "/nowhere/at/all"}, "/nowhere/at/all"),
    ({"save": "/nowhere/at/all"}, "/nowhere/at"),
])
def test_what_cannot_be_done_is_refused_with_a_reason(admin, body, message):
    code, answer = refusal(admin, "snapshot", body)
    assert code == 400
    assert message in answer["message"]


def test_what_is_no_whole_snapshot_is_refused_and_changes_nothing(make_world, admin, tmp_path):
    world = make_world(empty=True)
    large = fill(world)
    file = tmp_path / "snapshot"
    admin("snapshot", {"save": str(file), "world": world.name})
    whole = file.read_bytes()
    newer = whole[:16] + (2).to_bytes(4, "little") + whole[20:]
    for bad, message in ((b"", "is no snapshot"), (b"PK\3\4" * 100, "is no snapshot"), (whole[:-10], "damaged or was cut short"),
                         (whole[: len(whole) // 2], "damaged or was cut short"), (newer, "damaged")):
        file.write_bytes(bad)
        for where in ({"world": world.name}, {"as": "never"}):
            code, answer = refusal(admin, "snapshot", {"load": str(file), **where})
            assert code == 400
            assert message in answer["message"], answer
    check(world, large)
    assert "never" not in [entry["name"] for entry in admin("worlds")["worlds"]]


def test_the_command_resolves_paths_and_names_worlds(binary, make_world, tmp_path):
    world = make_world(empty=True)
    large = fill(world)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("STRATOLITE_", "AWS_"))} | {"STRATOLITE_ENDPOINT": world.endpoint}

    def run(*words, fails=0):
        done = subprocess.run([binary, "snapshot", *words], capture_output=True, text=True, timeout=60, env=environment, cwd=tmp_path)
        assert done.returncode == fails, done.stdout + done.stderr
        return done.stderr if fails else done.stdout

    assert f"is saved in {tmp_path}/here" in run("save", "here", "--world", world.name)
    world.client("s3").delete_object(Bucket="kept", Key="large")
    assert f"The world {world.name} holds what {tmp_path}/here held" in run("load", "here", "--world", world.name)
    check(world, large)
    assert "no snapshot" in run("load", "/etc/hostname", "--world", world.name, fails=1)
    run("load", fails=2)
