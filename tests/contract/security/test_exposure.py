"""Who can reach the daemon from elsewhere, and what it says about that."""

import json
import socket
import time
import urllib.error
import urllib.request

import boto3
import pytest
from forgery import KEY, ROOT_CREDENTIALS, SECRET

pytestmark = pytest.mark.stratolite


def own_address():
    """An address of this machine that is not loopback; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
        except OSError:
            return None
    return None if address.startswith("127.") else address


def reaches(address, port):
    try:
        socket.create_connection((address, port), timeout=5).close()
        return True
    except OSError:
        return False


def said(daemon, words):
    """The log, once it holds `words`: it is written by a thread of its own."""
    deadline = time.monotonic() + 20
    while words not in daemon.log() and time.monotonic() < deadline:
        time.sleep(0.01)
    return daemon.log()


@pytest.fixture
def elsewhere():
    return own_address() or pytest.skip("this machine has a loopback interface only")


def test_a_daemon_listens_to_this_machine_alone_and_has_nothing_to_warn_of(daemon, elsewhere):
    own = daemon()
    assert reaches("127.0.0.1", own.port) and not reaches(elsewhere, own.port)
    assert "listening on" not in own.log() and "OPEN" not in own.log()


def test_who_opens_a_permissive_daemon_is_warned(daemon):
    own = daemon("--listen", "0.0.0.0")
    assert "listening on 0.0.0.0 while authentication is permissive" in said(own, "listening on")
    assert "--auth strict" in own.log() and "OPEN TO OTHERS" in own.log()
    assert "listening on" not in daemon("--listen", "127.0.0.1").log()


def get(address, port, path, body=None):
    request = urllib.request.Request(f"http://{address}:{port}{path}", data=json.dumps(body).encode() if body is not None else None)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_in_strict_mode_the_admin_api_is_for_this_machine(daemon, elsewhere):
    own = daemon("--listen", "0.0.0.0", "--auth", "strict", "--root-credentials", ROOT_CREDENTIALS)
    assert "listening on" not in own.log()
    s3 = boto3.client("s3", endpoint_url=f"http://{elsewhere}:{own.port}", region_name="us-east-1", aws_access_key_id=KEY, aws_secret_access_key=SECRET)
    s3.create_bucket(Bucket="kept")
    for path, body in (("/_stratolite/reset", {}), ("/_stratolite/worlds", None), ("/_stratolite/worlds", {"fork": "default"}), ("/_stratolite/worlds/default", None),
                       ("/_stratolite/requests", None), ("/_stratolite/snapshot", {"save": "/tmp/x"}), ("/_stratolite/clock", {"advance": "P1D"}), ("/_localstack/state/reset", {}),
                       ("/_aws/sqs/messages", None), ("/_stratolite/", None)):
        assert get(elsewhere, own.port, path, body) == 403, path
    for path in ("/_stratolite/health", "/_stratolite/ca", "/_localstack/health", "/_localstack/init/ready", "/_stratolite/coverage"):
        assert get(elsewhere, own.port, path) == 200, path
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["kept"]
    assert get("127.0.0.1", own.port, "/_stratolite/worlds") == 200 and get("localhost", own.port, "/_stratolite/reset", {}) == 200


def test_the_admin_api_can_be_opened(daemon, elsewhere):
    own = daemon("--listen", "0.0.0.0", "--auth", "strict", "--root-credentials", ROOT_CREDENTIALS, "--admin-remote")
    assert "--admin-remote" in said(own, "--admin-remote")
    assert get(elsewhere, own.port, "/_stratolite/worlds") == 200
    permissive = daemon("--listen", "0.0.0.0")
    assert get(elsewhere, permissive.port, "/_stratolite/worlds") == 200
