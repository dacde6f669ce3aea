"""Contract tests: real clients against a daemon.

One daemon per run (started by the first worker, shared by all), a fresh account per test, so that tests run in parallel.
`--endpoint-url` aims the same tests at another endpoint; then nothing is started, and tests marked `stratolite` (they use
`/_stratolite`) are skipped unless that endpoint answers there.
"""

import fcntl
import json
import os
import pathlib
import secrets
import signal
import subprocess
import time
import urllib.request

import boto3
import botocore.config
import pytest

from daemons import START_TIMEOUT_S, Daemon

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def pytest_addoption(parser):
    parser.addoption("--endpoint-url", default=os.environ.get("STRATOLITE_TEST_ENDPOINT"), help="test this endpoint instead of starting a daemon")
    parser.addoption("--binary", default=os.environ.get("STRATOLITE_TEST_BINARY", str(REPOSITORY / "build/release/stratolite")))
    parser.addoption("--hostile-scale", type=float, default=1.0, help="how many times as many hostile clients (tests/contract/hostile); 10: thousands")


def pytest_configure(config):
    config.addinivalue_line("markers", "stratolite: needs the admin API")


@pytest.fixture(scope="session")
def binary(pytestconfig):
    return pytestconfig.getoption("--binary")


@pytest.fixture(scope="session")
def endpoint(pytestconfig, tmp_path_factory, worker_id):
    given = pytestconfig.getoption("--endpoint-url")
    if given:
        yield given.rstrip("/")
        return
    binary = pytestconfig.getoption("--binary")
    if worker_id == "master":
        daemon = Daemon(binary)
        yield daemon.endpoint
        daemon.stop()
        return
    # With xdist the workers share one daemon: the first to come starts it, the last to leave stops it.
    shared = tmp_path_factory.getbasetemp().parent / "daemon.json"
    lock = shared.with_suffix(".lock")
    daemon = None

    def locked(change):
        with open(lock, "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            return change()

    def enter():
        nonlocal daemon
        state = json.loads(shared.read_text()) if shared.exists() else None
        if not state:
            ready = shared.with_name("ready.json")
            ready.unlink(missing_ok=True)
            with open(shared.with_name("daemon.log"), "ab") as log:
                process = subprocess.Popen([binary, "start", "--port", "0", "--ready-file", str(ready), "--ephemeral"],
                                           stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                                           env={k: v for k, v in os.environ.items() if not k.startswith("STRATOLITE_")})
            deadline = time.monotonic() + START_TIMEOUT_S
            while not ready.exists():
                assert process.poll() is None and time.monotonic() < deadline, shared.with_name("daemon.log").read_text()
                time.sleep(0.005)
            state = json.loads(ready.read_text()) | {"users": 0}
        state["users"] += 1
        shared.write_text(json.dumps(state))
        return state["endpoint"]

    def leave():
        state = json.loads(shared.read_text())
        state["users"] -= 1
        if state["users"] == 0:
            os.kill(state["pid"], signal.SIGTERM)
            shared.unlink()
        else:
            shared.write_text(json.dumps(state))

    yield locked(enter)
    locked(leave)


@pytest.fixture
def daemon(binary):
    """Factory: `daemon("--auth", "strict", data_dir=…)` starts one of the test's own and stops it afterwards."""
    started = []

    def start(*flags, **options):
        started.append(Daemon(binary, *flags, **options))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def account():
    """A fresh account: twelve digits that no other test uses."""
    return str(secrets.randbelow(9 * 10**11) + 10**11)


@pytest.fixture
def region():
    return "us-east-1"


@pytest.fixture
def client(endpoint, account, region):
    """Factory of boto3 clients in this test's account: `client("sqs")`."""

    def make(service, *, key=None, secret="test", token=None, url=None, region_name=None, **config):
        config.setdefault("retries", {"max_attempts": 0})
        return boto3.session.Session().client(
            service, endpoint_url=url or endpoint, region_name=region_name or region,
            aws_access_key_id=key or account, aws_secret_access_key=secret, aws_session_token=token,
            config=botocore.config.Config(**config))

    return make


@pytest.fixture
def cli_environment(endpoint, account, region, tmp_path):
    """Environment for the AWS CLI in this test's account; no configuration of the user's is read."""
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
        "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": str(tmp_path / "none"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"), "AWS_PAGER": "", "AWS_EC2_METADATA_DISABLED": "true",
    }


@pytest.fixture
def admin(endpoint):
    """Calls the admin API: `admin("clock", {"advance": "PT30S"})`; POST when a body is given. Returns decoded JSON."""

    def call(path, body=None, url=None, method=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{url or endpoint}/_stratolite/{path}", data=data, method=method or ("POST" if data is not None else "GET"))
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    return call


@pytest.fixture(autouse=True)
def _needs_admin(request, pytestconfig):
    if request.node.get_closest_marker("stratolite") and pytestconfig.getoption("--endpoint-url"):
        endpoint = request.getfixturevalue("endpoint")
        try:
            urllib.request.urlopen(f"{endpoint}/_stratolite/health", timeout=5).close()
        except OSError:
            pytest.skip("the endpoint has no admin API")
