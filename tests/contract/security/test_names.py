"""Names that clients choose never become paths: whatever they hold, no file appears or changes outside the data directory."""

import hashlib
import json
import os
import pathlib
import urllib.parse

import boto3
import botocore.config
import pytest
from daemons import Daemon
from forgery import Request, send

pytestmark = pytest.mark.stratolite
NAMES = [
    "..", ".", "../x", "../../x", "../../../../../../../../tmp/escaped", "/etc/passwd", "/tmp/escaped", "//x", "a/../../x", "a/./b", "..\\x",
    "C:\\x", "a\0b", "\0", "x\n/y", "a" * 300, "a" * 5000, "../" * 200, "%2e%2e", "%2e%2e%2f%2e%2e%2fx", "..%2fx", "%00", "\u2025/x",
    "\uff0e\uff0e/x", "é", "a\u0300", "\U0001f4a3", "~", "~root", "$HOME", "`id`", "$(touch x)", "; touch x", "| touch x", "-rf", "--help", "con",
    "x.db", "state.db", "state.db-wal", "lock", "tmp", "blobs", "worlds", "ca.key", "default", " ", "..;/x", "....//x", "file:///etc/passwd",
]


@pytest.fixture(scope="module")
def place(binary, tmp_path_factory):
    """A daemon deep in a tree of ours, and what the tree above its data directory holds."""
    root = tmp_path_factory.mktemp("tree")
    data = root / "a" / "b" / "data"
    (root / "a" / "b").mkdir(parents=True)
    for folder in (root, root / "a", root / "a" / "b"):
        (folder / "x").write_text("kept")
    os.chmod(root, 0o755)
    before = tree(root, data)
    temporary = set(os.listdir("/tmp"))
    daemon = Daemon(binary, data_dir=data)
    yield daemon
    inside = sorted(str(path.relative_to(data)) for path in data.rglob("*"))
    daemon.stop()
    assert tree(root, data) == before
    assert "escaped" not in set(os.listdir("/tmp")) - temporary
    # Whatever the names were, the files of the data directory have names of the daemon's making.
    allowed = ("state.db", "lock", "blobs", "worlds", "ca")
    assert all(name.split("/")[0].startswith(allowed) for name in inside), inside
    assert all(part.isdigit() or part in ("blobs", "tmp", "next") for name in inside if name.startswith("blobs") for part in name.split("/")), inside


def tree(root, data):
    """Every file above and beside the data directory, with its content."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder" for path in pathlib.Path(root).rglob("*") if data not in (path, *path.parents)}


def ask(place, method, target, body=b"", headers=()):
    return send(place.port, Request(method, target, [("Host", f"localhost:{place.port}"), *headers], body))


def sqs(place, operation, **body):
    return ask(place, "POST", "/", json.dumps(body).encode(), [("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", f"AmazonSQS.{operation}")])


def answered(answer):
    assert answer.status < 500 or answer.status == 501, answer.text
    assert "/a/b/data" not in answer.text and "No such file" not in answer.text


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:40])
def test_worlds_and_their_parents(place, name):
    for body in ({"empty": True, "name": name}, {"fork": name}, {"fork": "default", "name": name}):
        answered(ask(place, "POST", "/_stratolite/worlds", json.dumps(body).encode()))
    quoted = urllib.parse.quote(name, safe="")
    for target in (f"/_stratolite/worlds/{quoted}", f"/_stratolite/clock?world={quoted}", f"/_stratolite/why/{quoted}", f"/_stratolite/{quoted}/{quoted}"):
        answered(ask(place, "GET", target))
    if name.replace("-", "").isalnum() and name.isascii() and name != "default":
        return
    answered(ask(place, "DELETE", f"/_stratolite/worlds/{quoted}"))
    answered(ask(place, "GET", f"/_stratolite/worlds/{urllib.parse.quote(name, safe='/')}"))


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("/")], ids=lambda name: ascii(name)[:40])
def test_snapshots_have_absolute_names(place, name):
    for action in ("save", "load"):
        answer = ask(place, "POST", "/_stratolite/snapshot", json.dumps({action: name}).encode())
        assert answer.status == 400 and "absolute" in answer.text, answer.text


@pytest.fixture(scope="module")
def bucket(place):
    assert ask(place, "PUT", "/holder").status == 200
    return "holder"


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:40])
def test_buckets_keys_and_uploads(place, bucket, name):
    quoted = urllib.parse.quote(name, safe="")
    answered(ask(place, "PUT", f"/{quoted}"))
    body = b"x" * 300_000  # too big for a row: a file
    for target in {f"/{bucket}/{quoted}", f"/{bucket}/{urllib.parse.quote(name, safe='/')}"}:
        put = ask(place, "PUT", target, body)
        answered(put)
        got = ask(place, "GET", target)
        answered(got)
        assert (got.status == 200 and got.body == body) == (put.status == 200)
        answered(ask(place, "PUT", target + "-copy", b"", [("x-amz-copy-source", f"/{bucket}/{quoted}")]))
        answered(ask(place, "PUT", f"{target}?partNumber=1&uploadId={quoted}", body))
        answered(ask(place, "POST", f"{target}?uploadId={quoted}", b"<CompleteMultipartUpload/>"))
        answered(ask(place, "GET", f"{target}?versionId={quoted}"))
        answered(ask(place, "DELETE", target))
    for parameter in ("prefix", "delimiter", "continuation-token", "start-after", "marker", "key-marker", "version-id-marker"):
        answered(ask(place, "GET", f"/{bucket}?list-type=2&{parameter}={quoted}"))
        answered(ask(place, "GET", f"/{bucket}?versions&{parameter}={quoted}"))
    for target in (f"/{bucket}?uploads&upload-id-marker={quoted}&key-marker={quoted}", f"/?continuation-token={quoted}&max-buckets=1"):
        answered(ask(place, "GET", target))


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:40])
def test_queues_handles_and_tokens(place, name):
    url = f"{place.endpoint}/000000000000/{name}"
    answered(sqs(place, "CreateQueue", QueueName=name))
    answered(sqs(place, "GetQueueUrl", QueueName=name, QueueOwnerAWSAccountId=name[:20]))
    answered(sqs(place, "SendMessage", QueueUrl=url, MessageBody=name or "x"))
    answered(sqs(place, "DeleteMessage", QueueUrl=url, ReceiptHandle=name))
    answered(sqs(place, "ListQueues", QueueNamePrefix=name, NextToken=name, MaxResults=1))
    answered(sqs(place, "StartMessageMoveTask", SourceArn=f"arn:aws:sqs:us-east-1:000000000000:{name}"))
    answered(sqs(place, "CancelMessageMoveTask", TaskHandle=name))
    answered(ask(place, "POST", f"/000000000000/{urllib.parse.quote(name, safe='')}", b"Action=SendMessage&MessageBody=x", [("Content-Type", "application/x-www-form-urlencoded")]))


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:40])
def test_roles_and_sessions(place, name):
    sts = boto3.client("sts", endpoint_url=place.endpoint, region_name="us-east-1", aws_access_key_id="000000000000", aws_secret_access_key="x",
                       config=botocore.config.Config(retries={"max_attempts": 0}, parameter_validation=False))
    for call in (lambda: sts.assume_role(RoleArn=f"arn:aws:iam::000000000000:role/{name}", RoleSessionName=name), lambda: sts.get_federation_token(Name=name),
                 lambda: sts.get_access_key_info(AccessKeyId=name), lambda: sts.decode_authorization_message(EncodedMessage=name)):
        try:
            call()
        except sts.exceptions.ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] < 500, error
