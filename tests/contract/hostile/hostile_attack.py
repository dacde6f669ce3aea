"""What hostile clients are made of: raw sockets in numbers, and the watch over a daemon that they attack."""

import contextlib
import json
import os
import pathlib
import resource
import select
import socket
import struct
import subprocess
import sys
import threading
import time

MIB = 1024 * 1024
AUTHORIZATION = ("Authorization: AWS4-HMAC-SHA256 Credential=111122223333/20260101/us-east-1/{}/aws4_request, "
                 "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64 + "\r\nX-Amz-Date: 20260101T000000Z\r\n")


def allow_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def head(method, target, service="sqs", fields=""):
    """The head of a request up to its last field, without the blank line."""
    return (f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{AUTHORIZATION.format(service)}{fields}").encode()


def put_head(bucket, key, length, fields=""):
    return head("PUT", f"/{bucket}/{key}", "s3", f"x-amz-content-sha256: UNSIGNED-PAYLOAD\r\nContent-Length: {length}\r\n{fields}") + b"\r\n"


def send_message_head(length=None, fields=""):
    framing = "Transfer-Encoding: chunked\r\n" if length is None else f"Content-Length: {length}\r\n"
    return head("POST", "/", "sqs", f"Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: AmazonSQS.SendMessage\r\n{framing}{fields}") + b"\r\n"


# Every connection of the running test: its fixture closes what the test did not.
OPENED = []


def connect(port, timeout=10.0, receive_buffer=None):
    raw = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    OPENED.append(raw)
    raw.settimeout(timeout)
    if receive_buffer:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    raw.connect(("127.0.0.1", port))
    return raw


def reset(raw):
    """Closes with RST."""
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.close()


def send_all(raw, data):
    """False: the daemon takes no more."""
    try:
        raw.sendall(data)
    except OSError:
        return False
    return True


def read_all(raw, limit=MIB):
    """What comes until the daemon closes."""
    got = b""
    with contextlib.suppress(ConnectionError):
        while len(got) < limit:
            piece = raw.recv(65536)
            if not piece:
                break
            got += piece
    return got


def read_answer(raw):
    """One answer with a length: (status, head, body)."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = raw.recv(65536)
        if not piece:
            raise ConnectionError(f"closed after {got[:200]!r}")
        got += piece
    top, body = got.split(b"\r\n\r\n", 1)
    fields = dict(line.lower().split(b": ", 1) for line in top.split(b"\r\n")[1:])
    length = int(fields.get(b"content-length", 0))
    while len(body) < length:
        piece = raw.recv(65536)
        if not piece:
            raise ConnectionError("closed in the middle of an answer")
        body += piece
    return int(top.split(b" ")[1]), top, body


class Trickle:
    """Many connections that have sent `opening` and send `drip` again and again; those that the daemon ends are replaced."""

    def __init__(self, port, count, opening, drip):
        self.port, self.count, self.opening, self.drip = port, count, opening, drip
        self.sockets = []

    def fill(self):
        while len(self.sockets) < self.count:
            raw = connect(self.port)
            try:
                raw.sendall(self.opening)
            except OSError:
                raw.close()
                continue
            raw.setblocking(False)
            self.sockets.append(raw)

    def run(self, seconds, pause=0.1):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.fill()
            alive = []
            for raw in self.sockets:
                try:
                    raw.send(self.drip)
                    alive.append(raw)
                except BlockingIOError:
                    alive.append(raw)
                except OSError:
                    raw.close()
            self.sockets = alive
            time.sleep(pause)

    def close(self):
        for raw in self.sockets:
            raw.close()
        self.sockets = []


class Watch:
    """Measures what an attack does to a daemon and to a well-behaved client beside it."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.pid = daemon.process.pid
        self.figures = {}

    def status(self, field):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1])
        raise AssertionError(f"the daemon has gone: {self.daemon.log()[-2000:]}")

    def resident(self):
        return self.status("VmRSS") * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    @contextlib.contextmanager
    def attack(self, name, grows_by):
        """From before the block until after it the bystander must be served, each time within its patience, and resident memory must not grow by more than
        `grows_by` bytes."""
        before, self.descriptors_before = self.resident(), self.descriptors()
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")
        bystander = subprocess.Popen([sys.executable, str(pathlib.Path(__file__).with_name("bystander.py")), str(self.daemon.port)],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        began = time.monotonic()
        try:
            assert bystander.stdout.readline() == "ready\n", "the bystander was not served before the attack"
            yield self
            took = time.monotonic() - began
        finally:
            output, _ = bystander.communicate("over\n", timeout=60)
        assert self.daemon.process.poll() is None, self.daemon.log()[-2000:]
        peak = self.status("VmHWM") * 1024
        report = json.loads(output.splitlines()[-1])
        self.figures = {
            "attack": name, "seconds": round(took, 1), "rounds": report["rounds"], "answered": sum(report["answered"].values()),
            "slowest_ms": round(1000 * max(report["slowest"].values())), "resident_before_mib": round(before / MIB, 1),
            "resident_peak_mib": round(peak / MIB, 1), "threads": self.status("Threads"),
        }
        print(json.dumps(self.figures))
        assert not report["errors"], report["errors"]
        assert peak - before <= grows_by, self.figures

    def calm(self, seconds=15):
        """The daemon holds no more descriptors than before the attack (plus some that the services opened meanwhile)."""
        until = time.monotonic() + seconds
        while self.descriptors() > self.descriptors_before + 20:
            assert time.monotonic() < until, f"{self.descriptors()} descriptors, {self.descriptors_before} before"
            time.sleep(0.05)

    def falls_to(self, most, seconds=8):
        """Resident memory comes down to `most` bytes: what was freed is given back at the daemon's next sweep."""
        until = time.monotonic() + seconds
        while self.resident() > most:
            assert time.monotonic() < until, f"{self.resident() / MIB:.1f} MiB are held, {most / MIB:.1f} would be right"
            time.sleep(0.1)


def in_threads(count, work):
    """Runs `work(index)` on `count` threads; returns the results."""
    results = [None] * count

    def run(index):
        results[index] = work(index)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def wait_readable(raw, seconds):
    return bool(select.select([raw], [], [], seconds)[0])
