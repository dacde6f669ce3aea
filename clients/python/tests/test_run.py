"""Whole runs of pytest: the daemon's beginning and end, and what a user reads when something is missing."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

SOURCES = pathlib.Path(__file__).resolve().parents[1] / "src"
WAIT_S = 30
PRINT_DAEMON = """
def test_it(stratolite, pytestconfig):
    print("pid", stratolite.admin("GET", "health")["pid"], flush=True)
"""


@pytest.fixture
def run(tmp_path, pytestconfig):
    """Starts pytest on one test file, with the binary of this run."""

    def start(source, *options, environment=None):
        (tmp_path / "test_it.py").write_text(source)
        binary = pytestconfig.getoption("--stratolite-binary")
        chosen = ["--stratolite-binary", binary] if binary and "--stratolite-binary" not in options else []
        # The plugin by name, and nothing else that happens to be installed but xdist.
        command = [sys.executable, "-m", "pytest", "-q", "-p", "stratolite_pytest.plugin", "-p", "xdist.plugin", *chosen, *options, "test_it.py"]
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "STRATOLITE_ENDPOINT"))}
        own.update(PYTHONPATH=str(SOURCES), PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", **(environment or {}))
        return subprocess.Popen(command, cwd=tmp_path, env=own, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    return start


def printed(process):
    output, _ = process.communicate(timeout=240)
    return output


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid):
    deadline = time.monotonic() + WAIT_S
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_running(pid)


def test_the_daemon_ends_with_the_run(run):
    output = printed(run(PRINT_DAEMON, "-s"))
    assert "1 passed" in output
    assert not is_running(int(output.split("pid ")[1].split()[0]))


def test_the_daemon_ends_with_a_run_that_is_killed(run):
    process = run(PRINT_DAEMON + "    import time; time.sleep(60)\n", "-s")
    line = next(line for line in process.stdout if "pid " in line)
    pid = int(line.split("pid ")[1])
    assert is_running(pid)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert wait_until_gone(pid)


def test_processes_of_xdist_run_side_by_side(run):
    source = """
import boto3, pytest

@pytest.mark.parametrize("number", range(12))
def test_same_names(stratolite, number):
    sqs = boto3.client("sqs")
    assert "QueueUrls" not in sqs.list_queues()
    queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody=str(number))
    assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == str(number)
"""
    assert "12 passed" in printed(run(source, "-n", "2"))


def test_a_daemon_that_runs_already_is_used_and_left(run, stratolite_endpoint, stratolite):
    pid = stratolite.admin("GET", "health")["pid"]
    assert f"pid {pid}\n" in printed(run(PRINT_DAEMON, "-s", "--stratolite-endpoint", stratolite_endpoint))
    assert is_running(pid)
    assert "1 passed" in printed(run(PRINT_DAEMON, environment={"STRATOLITE_ENDPOINT": stratolite_endpoint}))


def test_a_missing_binary_is_said_where_it_is_wanted(run):
    output = printed(run("def test_without(): pass\n" + PRINT_DAEMON, "--stratolite-binary", "/nowhere/stratolite"))
    assert "no program '/nowhere/stratolite': put stratolite into the PATH" in output
    assert "1 passed, 1 error" in output


def test_a_daemon_that_does_not_start_tells_why(run):
    assert "no such setting. Did you mean STRATOLITE_PORT?" in printed(run(PRINT_DAEMON, environment={"STRATOLITE_PROT": "1"}))
