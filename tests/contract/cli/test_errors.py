"""What goes wrong says what to do: every refusal to start, and every command that finds no daemon or the wrong one."""

import http.server
import os
import pathlib
import re
import socket
import subprocess
import threading

import pytest

pytestmark = pytest.mark.stratolite


@pytest.fixture
def fails(binary, tmp_path):
    """Runs a command that is to fail in a home of its own: its exit status and what it says."""

    def run(*words, status=1, environment=None, user=None):
        base = {k: v for k, v in os.environ.items() if not k.startswith(("STRATOLITE_", "AWS_", "XDG_"))}
        done = subprocess.run([binary, *map(str, words)], capture_output=True, text=True, timeout=60, cwd=tmp_path,
                              env={**base, "HOME": str(tmp_path), **(environment or {})}, user=user)
        assert done.returncode == status, (words, done.stdout, done.stderr)
        text = done.stderr.strip()
        assert text.startswith("stratolite: ") and "terminate" not in text and "Traceback" not in text
        return text

    return run


@pytest.fixture
def foreign():
    """A web server that is no Stratolite, on a thread of this process: its port."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


# words of `stratolite start --port 0 …`, exit status, what the message must have in it
STARTS = {
    "a file as data directory": (["--data-dir", "FILE"], 1, ["FILE/lock", "Not a directory", "--data-dir", "--ephemeral"]),
    "a directory below a file": (["--data-dir", "FILE/data"], 1, ["FILE/data", "Not a directory", "--data-dir", "--ephemeral"]),
    "the same in the background": (["--detach", "--data-dir", "FILE"], 1, ["FILE/daemon.log", "Not a directory", "--data-dir", "--ephemeral"]),
    "no config file": (["--config", "NOTHING"], 2, ["NOTHING", "No such file or directory", "--config"]),
    "a directory as config file": (["--config", "DIRECTORY"], 2, ["DIRECTORY", "it is a directory", "--config"]),
    "a config file that is no TOML": (["--config", "BAD"], 2, ["BAD:1:"]),
    "a ready file in no directory": (["--ephemeral", "--ready-file", "NOTHING/ready"], 1, ["NOTHING/ready", "No such file or directory", "--ready-file"]),
    "a ready file below a file": (["--ephemeral", "--ready-file", "FILE/ready"], 1, ["FILE/ready", "Not a directory", "--ready-file"]),
    "no init directory": (["--ephemeral", "--init-dir", "NOTHING"], 1, ["NOTHING is not a directory", "--init-dir"]),
    "a name as address": (["--ephemeral", "--listen", "example.com"], 1, ["'example.com' is not an IP address", "0.0.0.0"]),
    "a foreign address": (["--ephemeral", "--listen", "192.0.2.1"], 1, ["192.0.2.1", "no such address", "ip address"]),
    "both kinds of keeping": (["--ephemeral", "--data-dir", "DIRECTORY"], 2, ["--ephemeral and --data-dir exclude each other"]),
    "a key without a secret": (["--ephemeral", "--root-credentials", "KEY"], 2, ["root-credentials", "KEY:SECRET"]),
    "an unknown flag": (["--epheremal"], 2, ["unknown flag '--epheremal'", "Did you mean --ephemeral?", "start --help"]),
    "a number that is none": (["--requests-kept", "many"], 2, ["--requests-kept: 'many'", "whole number"]),
    "a level that is none": (["--log-level", "loud"], 2, ["'loud' must be one of", "info"]),
}


@pytest.mark.parametrize("case", STARTS, ids=lambda case: case.replace(" ", "-"))
def test_a_start_that_fails_says_what_to_do(fails, tmp_path, case):
    words, status, wanted = STARTS[case]
    (tmp_path / "FILE").write_text("")
    (tmp_path / "DIRECTORY").mkdir()
    (tmp_path / "BAD").write_text("port = [")
    text = fails("start", "--port", "0", *words, status=status)
    for part in wanted:
        assert part in text, text
    assert len(text) < 400 + len(str(tmp_path)) * 2


def test_a_port_that_another_daemon_has(fails, daemon):
    own = daemon()
    text = fails("start", "--ephemeral", "--port", own.port)
    assert f"as process {own.process.pid}" in text and f"'stratolite stop --endpoint http://localhost:{own.port}'" in text
    assert f"'stratolite start --port {own.port + 1}'" in text


def test_a_port_that_another_program_has(fails, foreign):
    text = fails("start", "--ephemeral", "--port", foreign)
    assert f"taken by process {os.getpid()} (" in text and "stratolite stop" not in text and "--port" in text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("words", [(), ("--detach",)])
def test_a_data_directory_that_may_not_be_written(fails, binary, tmp_path, words):
    directory = tmp_path / "theirs"
    directory.mkdir(mode=0o755)
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == 0 and parent.name and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    text = fails("start", "--port", "0", "--data-dir", directory, *words, user=65534)
    assert str(directory) in text and "Permission denied" in text and "--ephemeral" in text


def test_a_data_directory_in_use(fails, daemon, tmp_path):
    own = daemon(data_dir=tmp_path / "data")
    text = fails("start", "--port", "0", "--data-dir", tmp_path / "data")
    assert f"in use by process {own.process.pid}" in text and "choose another directory" in text


def test_an_authority_that_cannot_be_used_is_said_when_it_is_needed(fails, daemon, tmp_path):
    data = tmp_path / "data"
    (data / "ca").mkdir(parents=True)
    for name in ("ca.pem", "ca.key"):
        (data / "ca" / name).write_text("garbage")
    assert "remove it, and a new one is made" in fails("ca", "--data-dir", data)


NO_DAEMON = "http://127.0.0.1:9"
COMMANDS = [("status",), ("top", "--once"), ("stop",), ("reset",), ("clock",), ("requests",), ("coverage",), ("worlds",), ("snapshot", "save", "x"), ("snapshot", "load", "x")]


@pytest.mark.parametrize("words", COMMANDS, ids="-".join)
def test_every_command_says_when_no_daemon_answers(fails, words):
    text = fails(*words, "--endpoint", NO_DAEMON)
    for part in (NO_DAEMON, "Is the daemon running?", "Start it with 'stratolite start'", "--endpoint"):
        assert part in text


@pytest.mark.parametrize("words", [("status",), ("stop",), ("requests",)], ids="-".join)
def test_what_is_no_stratolite_is_said_to_be_none(fails, foreign, words):
    text = fails(*words, "--endpoint", f"http://127.0.0.1:{foreign}")
    assert "is no Stratolite" in text and "--endpoint" in text and "<" not in text and "\n" not in text


def test_what_does_not_speak_http_is_said_to_be_none(fails):
    with socket.create_server(("127.0.0.1", 0)) as server:
        def answer():
            connection, _ = server.accept()
            connection.recv(1000)
            connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n" * 3)
            connection.close()

        threading.Thread(target=answer, daemon=True).start()
        text = fails("status", "--endpoint", f"http://127.0.0.1:{server.getsockname()[1]}")
    assert "is no Stratolite" in text


def test_what_never_answers(fails):
    with socket.create_server(("127.0.0.1", 0)) as server:
        text = fails("status", "--endpoint", f"http://127.0.0.1:{server.getsockname()[1]}")
    assert "has not answered within 5 seconds" in text and "stratolite doctor" in text


@pytest.mark.parametrize("endpoint", ["localhost:4566", "http://", "http://localhost:99999", "http://localhost:port", "ftp://localhost"])
def test_what_is_no_endpoint(fails, endpoint):
    text = fails("status", "--endpoint", endpoint)
    assert "http://host:port" in text and "Is the daemon running?" not in text


def test_a_machine_that_nobody_knows(fails):
    text = fails("status", environment={"STRATOLITE_ENDPOINT": "http://no-such-machine.invalid:4566"})
    assert "no-such-machine.invalid" in text and "STRATOLITE_ENDPOINT" in text


def test_the_daemons_own_words_come_through(fails, daemon):
    own = daemon()
    at = ("--endpoint", own.endpoint)
    assert "There is no world 'nothing'" in fails("reset", "--world", "nothing", *at)
    assert "2030-01-01T00:00:00Z" in fails("clock", "--set", "tomorrow", *at)
    assert re.search("No such file or directory", fails("snapshot", "load", "/nothing/at/all", *at))


def test_a_daemon_that_is_addressed_by_a_foreign_name_says_which_names_it_has(binary, daemon):
    """Host rules: what the daemon says to a name that a web page could have is what a person needs."""
    own = daemon()
    with socket.create_connection(("127.0.0.1", own.port), timeout=30) as connection:
        connection.sendall(b"GET /_stratolite/health HTTP/1.1\r\nHost: stratolite.example.com\r\nConnection: close\r\n\r\n")
        answer = connection.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 403") and "--admin-host NAME" in answer
    assert pathlib.Path(binary).exists()
