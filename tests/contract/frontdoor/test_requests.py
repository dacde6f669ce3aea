"""The journal of requests, as a page and as a command."""

import json
import subprocess
import threading
import time

import botocore.exceptions
import pytest

pytestmark = pytest.mark.stratolite


@pytest.fixture
def three(client, account):
    """Three requests of this account: one works, two fail."""
    sqs = client("sqs")
    sqs.list_queues()
    for name in ("one", "two"):
        with pytest.raises(botocore.exceptions.ClientError):
            sqs.get_queue_url(QueueName=name)
    return account


def test_who_did_what_when_and_how_it_ended(admin, three):
    page = admin(f"requests?account={three}")
    first, second, third = page["requests"]
    assert (first["service"], first["operation"], first["status"], first["error"]) == ("sqs", "ListQueues", 200, None)
    assert (second["operation"], second["status"], second["error"]) == ("GetQueueUrl", 400, "QueueDoesNotExist")
    assert first["sequence"] < second["sequence"] < third["sequence"] <= page["next"]
    assert first["principal"] == f"arn:aws:iam::{three}:root" and first["access_key_id"] == three and first["world"] == "default"
    assert first["source_ip"] == "127.0.0.1" and first["user_agent"].startswith("Boto3/") and first["method"] == "POST"
    assert 0 < first["duration_us"] < 10_000_000 and first["bytes_in"] > 0 and first["bytes_out"] > 0 and first["request_id"]


def test_filters(admin, three):
    assert len(admin(f"requests?account={three}&status=4xx")["requests"]) == 2
    assert len(admin(f"requests?account={three}&status=200")["requests"]) == 1
    assert len(admin(f"requests?account={three}&error=QueueDoesNotExist&limit=1")["requests"]) == 1
    assert len(admin(f"requests?account={three}&service=sqs&operation=ListQueues")["requests"]) == 1
    assert admin(f"requests?account={three}&world=elsewhere")["requests"] == []


def test_a_reader_waits_for_the_next_one(admin, client, account):
    now = admin("requests")["next"]
    found = []
    waiter = threading.Thread(target=lambda: found.append(admin(f"requests?since={now}&account={account}&wait=20")))
    begun = time.monotonic()
    waiter.start()
    time.sleep(0.3)
    client("sqs").list_queues()
    waiter.join()
    assert time.monotonic() - begun < 10
    assert [request["operation"] for request in found[0]["requests"]] == ["ListQueues"]
    assert admin(f"requests?since={found[0]['next']}&account={account}&wait=1")["requests"] == []


def test_a_daemon_stops_while_somebody_waits(daemon, admin):
    own = daemon()
    waiter = threading.Thread(target=lambda: admin("requests?since=0&wait=20", url=own.endpoint))
    waiter.start()
    time.sleep(0.3)
    begun = time.monotonic()
    own.stop()
    assert time.monotonic() - begun < 5
    waiter.join()


def test_a_journal_of_a_chosen_length(daemon, client, admin):
    short = daemon("--requests-kept", "2")
    for _ in range(3):
        client("sqs", url=short.endpoint).list_queues()
    assert [request["sequence"] for request in admin("requests", url=short.endpoint)["requests"]] == [2, 3]
    none = daemon("--requests-kept", "0")
    client("sqs", url=none.endpoint).list_queues()
    with pytest.raises(OSError, match="404"):
        admin("requests", url=none.endpoint)


def test_the_command_prints_a_line_each_and_follows(binary, endpoint, three, client):
    base = [binary, "requests", "--endpoint", endpoint, "--account", three]
    lines = subprocess.run(base, capture_output=True, text=True, check=True, timeout=30).stdout.splitlines()
    assert len(lines) == 4 and "sqs.ListQueues" in lines[1] and "QueueDoesNotExist" in lines[2]
    only = subprocess.run([*base, "--status", "4xx", "--limit", "1", "--json"], capture_output=True, text=True, check=True, timeout=30).stdout.splitlines()
    assert [json.loads(line)["error"] for line in only] == ["QueueDoesNotExist"]
    following = subprocess.Popen([*base, "--follow", "--json"], stdout=subprocess.PIPE, text=True)
    try:
        assert [json.loads(following.stdout.readline())["operation"] for _ in range(3)] == ["ListQueues", "GetQueueUrl", "GetQueueUrl"]
        client("sqs").list_queues()
        assert json.loads(following.stdout.readline())["operation"] == "ListQueues"
    finally:
        following.kill()
        following.wait()


def test_a_wrong_word_is_refused(binary, endpoint):
    done = subprocess.run([binary, "requests", "--endpoint", endpoint, "--status", "bad"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and "404" in done.stderr
