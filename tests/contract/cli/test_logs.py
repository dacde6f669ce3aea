"""What the daemon writes to standard error: a line per request, as text and as JSON, and what is never in it."""

import contextlib
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import botocore.exceptions
import pytest

pytestmark = pytest.mark.stratolite

LINE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (?:info |warning|error) (?P<method>[A-Z]+) (?P<operation>\S+) (?P<status>\d{3})(?P<error> [A-Z]\w+)? "
                  r"(?P<ms>[\d.]+) ms (?P<id>\S+)(?P<rest>.*)$", re.M)


def after_stop(daemon):
    """The whole log: a stop writes what waits."""
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.process.wait(20) == 0
    return daemon.log()


def requests_in(log):
    return [match.groupdict() for match in LINE.finditer(log)]


def test_one_line_for_each_request(daemon, client):
    own = daemon()
    sqs = client("sqs", key="000000000000", url=own.endpoint)
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sent = sqs.send_message(QueueUrl=url, MessageBody="hello")
    with pytest.raises(botocore.exceptions.ClientError):
        sqs.get_queue_url(QueueName="nothing")
    lines = requests_in(after_stop(own))
    assert [(line["method"], line["operation"], line["status"], line["error"], line["rest"]) for line in lines] == [
        ("POST", "sqs.CreateQueue", "200", None, ""),
        ("POST", "sqs.SendMessage", "200", None, ""),
        ("POST", "sqs.GetQueueUrl", "400", " QueueDoesNotExist", "")]
    assert lines[1]["id"] == sent["ResponseMetadata"]["RequestId"]


def test_objects_have_their_path_and_bytes_and_others_their_account_and_world(daemon, client, admin):
    own = daemon()
    s3 = client("s3", key="111122223333", url=own.endpoint)
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="cat 1.jpg", Body=b"x" * 2048)
    world = admin("worlds", {"name": "ci-1"}, url=own.endpoint)
    client("sqs", key=world["access_key_id"], secret=world["secret_access_key"], url=own.endpoint).list_queues()
    with pytest.raises(botocore.exceptions.ClientError):
        client("ec2", url=own.endpoint).describe_instances()
    log = after_stop(own)
    lines = requests_in(log)
    put = next(line for line in lines if line["operation"] == "s3.PutObject")
    assert put["rest"] == " /photos/cat%201.jpg in 2.0 KiB account 111122223333"
    assert next(line for line in lines if line["operation"] == "sqs.ListQueues")["rest"].endswith(" world ci-1")
    assert next(line for line in lines if line["operation"] == "admin.worlds")["method"] == "POST"
    assert re.search(r"warning POST ec2\.DescribeInstances 501 NotImplemented .*stratolite coverage", log)


def test_json_has_a_field_for_each_fact(daemon, client):
    own = daemon("--log-format", "json")
    client("sqs", key="111122223333", url=own.endpoint).create_queue(QueueName="orders")
    lines = [json.loads(line) for line in after_stop(own).splitlines()]
    assert lines[0]["message"] == "Ready." and lines[0]["endpoint"] == own.endpoint
    line = next(line for line in lines if line.get("operation") == "CreateQueue")
    assert line["level"] == "info" and line["method"] == "POST" and line["service"] == "sqs" and line["status"] == 200
    assert line["account"] == "111122223333" and line["world"] == "default" and line["path"] == "/"
    assert line["ms"] > 0 and line["request_id"] and line["bytes_in"] > 0 and line["bytes_out"] > 0 and "error" not in line
    assert any(line.get("message") == "stopping (SIGTERM)" for line in lines)


def test_requests_are_silent_below_the_level(daemon, client):
    own = daemon("--log-level", "warn")
    client("sqs", url=own.endpoint).list_queues()
    with pytest.raises(botocore.exceptions.ClientError):
        client("ec2", url=own.endpoint).describe_instances()
    log = after_stop(own)
    assert "ListQueues" not in log and "DescribeInstances 501" in log


def test_looking_at_the_daemon_is_no_line_at_info_and_one_at_debug(daemon, admin):
    usual, talkative = daemon(), daemon("--log-level", "debug")
    for own in (usual, talkative):
        admin("health", url=own.endpoint)
        admin("reset", {}, url=own.endpoint)
    assert "admin.health" not in usual.log()
    assert "admin.reset 200" in after_stop(usual)
    assert "GET admin.health 200" in after_stop(talkative)


def test_what_was_logged_is_written_without_a_stop(daemon, client):
    own = daemon()
    client("sqs", url=own.endpoint).list_queues()
    assert own.logged("sqs.ListQueues")


def test_a_crash_writes_what_waits(daemon, client):
    own = daemon()
    client("sqs", url=own.endpoint).list_queues()
    own.process.send_signal(signal.SIGSEGV)
    assert own.process.wait(20) == -signal.SIGSEGV
    assert "sqs.ListQueues 200" in own.log()


@contextlib.contextmanager
def writing_into_a_pipe(binary, directory):
    """(process, endpoint) of a daemon whose log goes into a pipe, which nobody reads until the test does."""
    ready = directory / "ready.json"
    process = subprocess.Popen([binary, "start", "--port", "0", "--ephemeral", "--ready-file", str(ready)],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield process, json.loads(ready.read_text())["endpoint"]
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_a_log_that_nobody_reads_holds_up_no_request(binary, client, tmp_path):
    with writing_into_a_pipe(binary, tmp_path) as (process, endpoint):
        # A path of 20 000 bytes is a line of 20 000 bytes: far more than the pipe and what may wait hold together.
        path = "/bucket/" + "k" * 20_000
        for _ in range(120):
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(endpoint + path, timeout=30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        # What there was room for is whole lines from the first on.
        text = process.stderr.read().decode()
        assert text.splitlines()[0].endswith(" out") is False and " s3.GetObject " in text.splitlines()[0]


def test_left_out_lines_are_counted(binary, tmp_path):
    with writing_into_a_pipe(binary, tmp_path) as (process, endpoint):
        wanted = 120
        for _ in range(wanted):
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(endpoint + "/bucket/" + "k" * 20_000, timeout=30)
        # Now somebody reads: what waited comes, then how many are missing.
        text, left_out = "", None
        while left_out is None:
            text += os.read(process.stderr.fileno(), 1 << 16).decode()
            left_out = re.search(r"warning (\d+) lines left out", text)
        assert int(left_out[1]) > 0 and text.count(" s3.GetObject ") + int(left_out[1]) == wanted


@pytest.mark.parametrize("environment, coloured", [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)])
def test_colours_are_for_terminals_and_who_asks_for_them(daemon, client, environment, coloured):
    own = daemon(env=environment)
    client("sqs", url=own.endpoint).list_queues()
    assert ("\x1b[32m200\x1b[0m" in after_stop(own)) == coloured


@pytest.mark.parametrize("flags", [(), ("--log-format", "json"), ("--log-level", "trace")])
def test_secrets_are_never_logged(daemon, client, admin, flags):
    """A whole scenario with secrets in every place where clients put them; none of them may appear in the log, nor in the journal."""
    root_secret = "rootSECRETrootSECRETrootSECRETroot/K7MD"
    own = daemon(*flags, "--root-credentials", f"AKIAIOSFODNN7SECRETS:{root_secret}:123456789012")
    root = {"key": "AKIAIOSFODNN7SECRETS", "secret": root_secret, "url": own.endpoint}
    sent = []

    def watch(client):
        """Signatures as they go over the wire."""
        client.meta.events.register("before-send", lambda request, **_: sent.append((request.url, request.headers.get("Authorization", b""))))
        return client

    session = watch(client("sts", **root)).assume_role(RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="session")["Credentials"]
    as_session = {"key": session["AccessKeyId"], "secret": session["SecretAccessKey"], "token": session["SessionToken"], "url": own.endpoint}
    s3, sqs = watch(client("s3", **as_session)), watch(client("sqs", **as_session))
    s3.create_bucket(Bucket="secrets")
    s3.put_object(Bucket="secrets", Key="k", Body=b"bodySECRETbody", Metadata={"m": "metaSECRETmeta"})
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="messageSECRETmessage")
    presigned = s3.generate_presigned_url("get_object", Params={"Bucket": "secrets", "Key": "k"})
    assert urllib.request.urlopen(presigned, timeout=30).read() == b"bodySECRETbody"
    wrong = presigned.replace("X-Amz-Signature=", "X-Amz-Signature=0")
    form = urllib.request.Request(f"{own.endpoint}/?Action=GetCallerIdentity&Version=2011-06-15&Token=querySECRETquery", method="POST", data=b"")
    for refused in (wrong, form):
        try:
            urllib.request.urlopen(refused, timeout=30)
        except urllib.error.HTTPError as error:
            assert error.code in (400, 403)
    with pytest.raises(botocore.exceptions.ClientError):
        client("sqs", key="AKIAIOSFODNN7SECRETS", secret="wrongSECRETwrong", url=own.endpoint).list_queues()
    journal = json.dumps(admin("requests", url=own.endpoint))
    log = after_stop(own)
    assert "GetObject" in log and "InvalidSignatureException" in log and "GetObject" in journal

    signatures = {found for url, header in sent + [(presigned, b"")] for found in re.findall(r"[0-9a-f]{64}", url + bytes(header or b"").decode())}
    assert len(signatures) > 4
    secrets = signatures | {root_secret, session["SecretAccessKey"], session["SessionToken"], urllib.parse.quote(session["SessionToken"], safe=""),
                            hashlib.sha256(b"bodySECRETbody").hexdigest(), "AWS4-HMAC-SHA256", "X-Amz-Credential"}
    for place, text in (("log", log), ("journal", journal)):
        assert "SECRET" not in text.replace("AKIAIOSFODNN7SECRETS", ""), place
        for secret in secrets:
            assert secret not in text, (place, secret)


def test_a_request_that_foreign_pages_made_says_what_to_do(daemon):
    own = daemon()
    request = urllib.request.Request(own.endpoint + "/_stratolite/health", headers={"Origin": "https://evil.example"})
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(request, timeout=30)
    assert re.search(r"info  GET - 403 Refused .*--cors-origin https://evil\.example", after_stop(own))


def test_a_second_signal_leaves_no_line_behind(binary):
    """`stop` twice ends at once; what was logged before is there."""
    with tempfile.TemporaryDirectory() as directory:
        log, ready = pathlib.Path(directory) / "log", pathlib.Path(directory) / "ready.json"
        with open(log, "wb") as out:
            process = subprocess.Popen([binary, "start", "--port", "0", "--ephemeral", "--ready-file", str(ready)], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        while not ready.exists():
            time.sleep(0.01)
        endpoint = json.loads(ready.read_text())["endpoint"]
        urllib.request.urlopen(endpoint + "/", timeout=30).read()
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        process.wait(20)
        assert "GET - 200" in log.read_text() and "stopping (SIGINT)" in log.read_text()
