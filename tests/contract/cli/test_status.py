"""`stratolite status` and `stratolite top`."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import time

import botocore.exceptions
import pytest

pytestmark = pytest.mark.stratolite


@pytest.fixture
def busy(daemon, client, tmp_path):
    """A daemon with something in it, and requests of which one was refused."""
    own = daemon(data_dir=tmp_path / "data")
    sqs, s3 = (client(name, key="000000000000", url=own.endpoint) for name in ("sqs", "s3"))
    orders = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.create_queue(QueueName="empty")
    for delay in (0, 0, 0, 900):
        sqs.send_message(QueueUrl=orders, MessageBody="x", DelaySeconds=delay)
    sqs.receive_message(QueueUrl=orders)
    s3.create_bucket(Bucket="photos")
    for key in ("a", "b"):
        s3.put_object(Bucket="photos", Key=key, Body=b"x" * 1000)
    s3.put_object(Bucket="photos", Key="b", Body=b"x" * 3000)
    with pytest.raises(botocore.exceptions.ClientError):
        s3.get_object(Bucket="photos", Key="none")
    return own


def run(binary, *words, fails=0, **options):
    base = {k: v for k, v in os.environ.items() if not k.startswith(("STRATOLITE_", "AWS_", "NO_COLOR", "FORCE_COLOR"))}
    done = subprocess.run([binary, *words], capture_output=True, text=True, timeout=60, env=base, **options)
    assert done.returncode == fails, done.stdout + done.stderr
    return done.stderr if fails else done.stdout


def test_status_tells_what_is_used_and_held(binary, busy):
    text = run(binary, "status", "--endpoint", busy.endpoint)
    assert re.search(rf"^pid +{busy.ready['pid']}$", text, re.M)
    assert re.search(r"^auth +permissive$", text, re.M)
    assert re.search(r"^data +/.*, [\d.]+ [KM]iB in \d+ files$", text, re.M)
    assert re.search(r"^requests +12, of which 1 refused and 0 failed$", text, re.M)
    assert re.search(r"^memory +[\d.]+ MiB$", text, re.M)
    assert re.search(r"^sqs +7 +0 +0 +[\d.]+ +[\d.]+ +[\d.]+$", text, re.M)
    assert re.search(r"^  SendMessage +4 +0 +0 ", text, re.M)
    assert re.search(r"^  GetObject +1 +1 +0 ", text, re.M)
    assert re.search(r"^queues \(2\) +visible +in flight +delayed$", text, re.M)
    assert re.search(r"^orders +2 +1 +1  000000000000 us-east-1$", text, re.M)
    assert re.search(r"^empty +0 +0 +0 ", text, re.M)
    assert re.search(r"^buckets \(1\) +objects +bytes$", text, re.M)
    assert re.search(r"^photos +2 +3\.9 KiB ", text, re.M)


def test_status_as_json(binary, busy):
    status = json.loads(run(binary, "status", "--json", "--endpoint", busy.endpoint))
    assert status["endpoint"] == busy.endpoint and status["uptime_seconds"] >= 0 and status["worlds"] == 1
    assert status["requests"]["requests"] == 12 and status["requests"]["refused"] == 1 and status["requests"]["peak_per_second"] >= 1
    sqs, s3 = status["requests"]["services"][:2]
    assert sqs["service"] == "sqs" and 0 < sqs["p50_ms"] <= sqs["p99_ms"] and s3["requests"] == 5
    assert status["process"]["connections"] >= 1 and status["process"]["open_files"] > 3
    queues, buckets = sorted(status["resources"], key=lambda r: r["kind"], reverse=True)
    assert queues["totals"] == {"visible": 2, "in flight": 1, "delayed": 1} and not queues["at_least"]
    assert buckets["largest"] == [{"objects": 2, "bytes": 4000, "name": "photos", "account": "000000000000", "region": "us-east-1", "at_least": False}]
    assert status["data"]["bytes"] > 4000


def test_status_of_a_world(binary, busy, admin, client):
    world = admin("worlds", {"name": "other"}, url=busy.endpoint)
    client("sqs", key=world["access_key_id"], secret=world["secret_access_key"], url=busy.endpoint).create_queue(QueueName="elsewhere")
    assert "elsewhere" in run(binary, "status", "--world", "other", "--endpoint", busy.endpoint)
    assert "elsewhere" not in run(binary, "status", "--endpoint", busy.endpoint)
    assert "There is no world 'nothing'" in run(binary, "status", "--world", "nothing", "--endpoint", busy.endpoint, fails=1)


def test_a_daemon_that_holds_nothing_shows_no_tables(binary, daemon):
    text = run(binary, "status", "--endpoint", daemon().endpoint)
    assert "queues (" not in text and "services used" not in text and re.search(r"^data +in memory, gone when it stops$", text, re.M)


def test_top_once_is_text(binary, busy):
    text = run(binary, "top", "--once", "--endpoint", busy.endpoint)
    assert re.search(r"^sqs\.SendMessage +4 +0 +0 ", text, re.M) and re.search(r"^orders +2 +1 +1 ", text, re.M)
    assert "\x1b" not in text


def test_top_without_a_terminal_goes_on_as_text(binary, busy):
    with subprocess.Popen([binary, "top", "--interval", "0.1", "--endpoint", busy.endpoint], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        seen = 0
        for line in process.stdout:
            seen += line.startswith("Stratolite ")
            if seen == 3:
                break
        process.kill()


class Terminal:
    """`stratolite top` in a terminal of its own."""

    def __init__(self, binary, *words):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm", LINES="24", COLUMNS="80")
            os.execv(binary, [binary, *words])
        self.text = ""

    def read_until(self, pattern):
        deadline = time.monotonic() + 30
        while not re.search(pattern, self.text, re.S):
            assert time.monotonic() < deadline, repr(self.text)
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    self.text += os.read(self.fd, 65536).decode()
                except OSError:
                    break
        assert re.search(pattern, self.text, re.S), repr(self.text)

    def end(self):
        self.read_until(r"\x1b\[\?1049l")
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.mark.parametrize("how", ["q", "\x03", signal.SIGTERM, signal.SIGHUP])
def test_top_leaves_the_terminal_as_it_was(binary, busy, how):
    terminal = Terminal(binary, "top", "--interval", "0.1", "--endpoint", busy.endpoint)
    terminal.read_until(r"\x1b\[\?1049h.*orders.*\x1b\[H.*\x1b\[H")
    if isinstance(how, str):
        os.write(terminal.fd, how.encode())
    else:
        os.kill(terminal.pid, how)
    assert terminal.end() == 0
    assert terminal.text.rstrip().endswith("\x1b[?25h\x1b[?1049l")


def test_top_goes_on_while_the_daemon_is_away(binary, busy):
    terminal = Terminal(binary, "top", "--interval", "0.1", "--endpoint", busy.endpoint)
    terminal.read_until("orders")
    busy.process.send_signal(signal.SIGTERM)
    terminal.read_until("nothing answers at")
    os.write(terminal.fd, b"q")
    assert terminal.end() == 0


def test_top_without_a_daemon_says_so(binary):
    assert "Is the daemon running?" in run(binary, "top", "--once", "--endpoint", "http://127.0.0.1:9", fails=1)
