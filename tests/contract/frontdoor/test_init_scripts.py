"""Scripts that run once the daemon answers: their environment, their order, and what the pages say of them."""

import json
import os
import pathlib
import sys
import time
import urllib.request

import pytest

pytestmark = pytest.mark.stratolite

BIN = pathlib.Path(sys.executable).parent


@pytest.fixture
def start(daemon, tmp_path):
    """Writes the scripts and starts a daemon over them; the clients of the environment that tests run in are in the PATH."""

    def start_with(scripts, *flags, **options):
        for name, text in scripts.items():
            (tmp_path / name).write_text(text)
        env = {"PATH": f"{BIN}:{os.environ['PATH']}", "AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "of another"} | options.pop("env", {})
        return daemon("--init-dir", str(tmp_path), *flags, env=env, **options)

    return start_with


def page(one, path):
    with urllib.request.urlopen(f"{one.endpoint}/_localstack/{path}", timeout=10) as answer:
        return json.load(answer)


def finished(one):
    deadline = time.monotonic() + 60
    while not (progress := page(one, "init/ready"))["completed"]:
        assert time.monotonic() < deadline, one.log()
        time.sleep(0.02)
    return progress


def test_a_shell_and_a_python_script_make_what_a_test_needs(start, client):
    one = start({
        "10-queue.sh": "awslocal sqs create-queue --queue-name seeded --query QueueUrl --output text\n",
        "20-bucket.py": "import boto3\ns3 = boto3.client('s3')\ns3.create_bucket(Bucket='seeded')\n"
                        "s3.put_object(Bucket='seeded', Key='first', Body=b'1')\nprint('bucket made')\n",
    }, "--default-account", "123456789012", "--default-region", "us-east-1")
    assert finished(one) == {"completed": True, "scripts": [
        {"stage": "READY", "name": "10-queue.sh", "state": "SUCCESSFUL"}, {"stage": "READY", "name": "20-bucket.py", "state": "SUCCESSFUL"}]}, one.log()
    assert client("sqs", url=one.endpoint, key="123456789012").list_queues()["QueueUrls"] == [f"{one.endpoint}/123456789012/seeded"]
    assert client("s3", url=one.endpoint, key="123456789012").get_object(Bucket="seeded", Key="first")["Body"].read() == b"1"
    log = one.log()
    assert f"init 10-queue.sh: {one.endpoint}/123456789012/seeded" in log
    assert "init 20-bucket.py: bucket made" in log


def test_the_environment_is_that_of_stratolite_env(start, tmp_path):
    one = start({"a.sh": "env > environment\n"}, "--default-region", "eu-west-3", env={"AWS_ENDPOINT_URL_SQS": "http://example.com"})
    finished(one)
    seen = dict(line.split("=", 1) for line in (tmp_path / "environment").read_text().splitlines() if "=" in line)
    assert {name: value for name, value in seen.items() if name.startswith(("AWS_", "STRATOLITE_")) and name != "AWS_CA_BUNDLE"} == {
        "AWS_ENDPOINT_URL": one.endpoint, "STRATOLITE_ENDPOINT": one.endpoint, "AWS_ACCESS_KEY_ID": "000000000000", "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-3", "AWS_REGION": "eu-west-3", "AWS_EC2_METADATA_DISABLED": "true"}


def test_strict_authentication_knows_the_scripts_key(start):
    one = start({"a.py": "import boto3\nprint(boto3.client('sts').get_caller_identity()['Account'])\n"},
                "--auth", "strict", "--root-credentials", "AKIAIOSFODNN7EXAMPLE:secret/key:210987654321")
    assert finished(one)["scripts"][0]["state"] == "SUCCESSFUL", one.log()
    assert one.logged("init a.py: 210987654321")


def test_a_failing_script_is_reported_and_the_daemon_goes_on(start, client):
    one = start({"a.sh": "echo it breaks >&2; exit 7\n", "b.sh": "exit 0\n"})
    assert [script["state"] for script in finished(one)["scripts"]] == ["ERROR", "SUCCESSFUL"]
    assert one.logged("init a.sh: it breaks")
    assert one.logged("init a.sh: failed with status 7")
    assert client("sqs", url=one.endpoint).list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_the_pages_follow_a_script_that_runs_and_stopping_ends_it(start, tmp_path):
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    one = start({"a.sh": "exec 3> alive; sleep 1000 & sleep 1000\n", "b.sh": "true\n"})
    with open(fifo) as alive:  # opens when the script has
        init = page(one, "init")
        assert init["completed"] == {"BOOT": True, "START": True, "READY": False, "SHUTDOWN": False}
        assert [(script["name"], script["state"]) for script in init["scripts"]] == [("a.sh", "RUNNING"), ("b.sh", "UNKNOWN")]
        assert page(one, "init/boot") == {"completed": True, "scripts": []}
        began = time.monotonic()
        one.process.terminate()
        assert alive.read() == ""  # nobody holds the other end any more
        assert one.process.wait(20) == 0
        assert time.monotonic() - began < 10


def test_children_hold_no_socket_of_the_daemon(start, tmp_path):
    one = start({"a.sh": "ls -l /proc/self/fd > descriptors\n"})
    finished(one)
    assert "socket:" not in (tmp_path / "descriptors").read_text()


def test_without_scripts_the_pages_say_so(daemon, tmp_path):
    one = daemon("--init-dir", str(tmp_path))
    assert page(one, "init") == {"completed": {"BOOT": True, "START": True, "READY": True, "SHUTDOWN": False}, "scripts": []}


def test_a_directory_that_is_not_there_is_an_error(daemon, tmp_path):
    with pytest.raises(RuntimeError, match="is not a directory: make it, or start without --init-dir"):
        daemon("--init-dir", str(tmp_path / "none"))
