"""Requests that are too long, never end, come in thousands at once or read nothing back: bounded memory, and others are served."""

import json
import re
import select
import threading
import time

import pytest

from daemons import Daemon
from hostile_attack import MIB, Watch, connect, head, in_threads, put_head, read_all, read_answer, reset, send_all, send_message_head

GET = head("GET", "/_stratolite/health") + b"\r\n"


@pytest.fixture(scope="module")
def bucket(victim):
    with connect(victim.port) as raw:
        raw.sendall(put_head("attacked", "", 0).replace(b"/attacked/", b"/attacked"))
        assert read_answer(raw)[0] == 200
    return "attacked"


def pour(raw, piece, most):
    """Sends `piece` again and again until the daemon will not have it or `most` bytes are out. Returns how many were."""
    sent = 0
    while sent < most and send_all(raw, piece):
        sent += len(piece)
    return sent


@pytest.mark.parametrize("shape, beginning, piece", [
    ("one field", b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ", b"a" * 65536),
    ("fields", b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n" * 8192),
    ("request line", b"GET /", b"a" * 65536),
    ("method", b"", b"A" * 65536),
    ("empty lines", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n ", b"\r\n " * 20000),
])
def test_heads_of_a_hundred_megabytes(watch, victim, shape, beginning, piece):
    with watch.attack(f"100 MB head: {shape}", grows_by=16 * MIB):
        def one(_):
            with connect(victim.port) as raw:
                send_all(raw, beginning)
                pour(raw, piece, 100 * MIB)
                return read_all(raw)
        answers = in_threads(8, one)
    # The answer may be lost behind what is still being sent, but nothing else may come.
    assert all(not answer or re.match(rb"HTTP/1\.1 4(00|31) ", answer) for answer in answers), answers
    watch.calm()


@pytest.mark.parametrize("shape, beginning, piece, status", [
    ("chunks into SQS", send_message_head(), b"10000\r\n" + b"a" * 65536 + b"\r\n", b"413"),
    ("a chunk extension", send_message_head() + b"5;", b"a" * 65536, b"400"),
    ("trailers", send_message_head() + b"2\r\n{}\r\n0\r\n", b"X-Trailer: a\r\n" * 4096, b"400|431"),
    ("chunk sizes of zeros", send_message_head(), b"0" * 65536, b"400"),
])
def test_bodies_without_end(watch, victim, shape, beginning, piece, status):
    with watch.attack(f"endless {shape}", grows_by=128 * MIB):
        def one(_):
            with connect(victim.port) as raw:
                send_all(raw, beginning)
                sent = pour(raw, piece, 200 * MIB)
                return sent, read_all(raw)
        outcomes = in_threads(4, one)
    for sent, answer in outcomes:
        assert sent < 200 * MIB
        assert not answer or re.match(rb"HTTP/1\.1 (" + status + rb") ", answer), answer
    watch.calm()


def test_uploads_without_a_length_are_refused_before_they_end(watch, victim, bucket):
    chunked = head("PUT", f"/{bucket}/endless", "s3", "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\nTransfer-Encoding: chunked\r\n") + b"\r\n"
    with watch.attack("endless chunked upload", grows_by=16 * MIB):
        with connect(victim.port) as raw:
            send_all(raw, chunked)
            sent = pour(raw, b"10000\r\n" + b"a" * 65536 + b"\r\n", 200 * MIB)
            answer = read_all(raw)
        assert sent < 200 * MIB and (not answer or answer.startswith(b"HTTP/1.1 501 ")), answer[:300]
        with connect(victim.port) as raw:
            raw.sendall(put_head(bucket, "huge", 5 * 1024 * MIB + 1) + bytes(70_000))
            assert b"EntityTooLarge" in read_all(raw)
    watch.calm()


@pytest.mark.parametrize("reads", [False, True])
def test_floods_of_pipelined_requests(watch, victim, scale, reads):
    """Whether their answers are read or not, the flood has one connection's share of its loop, and what it sends stays in the socket."""
    flood = GET * 200

    def one(_):
        with connect(victim.port) as raw:
            raw.setblocking(False)
            until, sent, got, rest = time.monotonic() + 2, 0, 0, b""
            while time.monotonic() < until:
                readable, writable, _ = select.select([raw] if reads else [], [raw], [], 0.1)
                if readable:
                    got += len(raw.recv(1 << 20))
                if writable:
                    rest = rest or flood
                    done = raw.send(rest)
                    rest = rest[done:]
                    sent += done
            return sent // len(GET), got

    with watch.attack(f"pipelined flood, answers {'read' if reads else 'not read'}", grows_by=16 * MIB):
        outcomes = in_threads(int(8 * max(1, scale / 4)), one)
    print(f"{sum(sent for sent, _ in outcomes)} requests pipelined")
    assert all(sent > 100 for sent, _ in outcomes)
    watch.calm()


def test_expectations_without_bodies(watch, victim, bucket, scale):
    sockets = []
    expect = "Expect: 100-continue\r\n"
    with watch.attack("expect and never send", grows_by=(150 + 16 * scale) * MIB):
        for index in range(int(400 * scale)):
            raw = connect(victim.port)
            raw.sendall(put_head(bucket, "never", 1024 * MIB, expect) if index % 2 else send_message_head(MIB, expect))
            sockets.append(raw)
        time.sleep(2)
    for raw in sockets:
        raw.close()
    watch.calm()


def fill_collected(daemon, count, leave_out=1000):
    """`count` clients at once, each with a body of 16 MiB but for its end. Returns the statuses they were answered with and how many bytes were taken."""
    piece = b"a" * 65536
    length = 16 * MIB
    head_bytes = send_message_head(length)
    sockets = {}
    for _ in range(count):
        raw = connect(daemon.port)
        raw.sendall(head_bytes)
        raw.setblocking(False)
        sockets[raw] = length - leave_out
    statuses, taken = [], 0
    until = time.monotonic() + 4
    while sockets and time.monotonic() < until:
        readable, writable, _ = select.select(list(sockets)[:1000], [raw for raw, left in sockets.items() if left][:1000], [], 0.05)
        for raw in readable:
            try:
                got = raw.recv(65536)
            except OSError:
                got = b""
            statuses.append(int(got[9:12]) if got.startswith(b"HTTP") else 0)
            sockets.pop(raw)
            raw.close()
        for raw in writable:
            if raw not in sockets:
                continue
            try:
                done = raw.send(piece[:sockets[raw]])
            except BlockingIOError:
                continue
            except OSError:
                statuses.append(0)
                sockets.pop(raw)
                raw.close()
                continue
            sockets[raw] -= done
            taken += done
    for raw in sockets:
        raw.close()
    return statuses, taken


def test_a_memory_ceiling_holds_whatever_clients_send(binary):
    """200 clients with 16 MiB each, 64 MiB allowed: some wait, some are told to come again, nobody dies."""
    daemon = Daemon(binary, "--max-memory", "64MiB", "--log-level", "warn")
    try:
        watch = Watch(daemon)
        first = None
        for _ in range(2):
            with watch.attack("200 bodies of 16 MiB, --max-memory 64MiB", grows_by=48 * MIB):
                statuses, taken = fill_collected(daemon, 200)
            print(f"{taken / MIB:.0f} MiB sent, statuses {sorted(set(statuses))}")
            assert set(statuses) <= {0, 400, 408, 503}, statuses
            assert watch.status("VmHWM") * 1024 < 64 * MIB
            watch.calm()
            first = first or watch.resident()
        watch.falls_to(first + 12 * MIB)
        # Whoever comes now has room again.
        with connect(daemon.port) as raw:
            body = json.dumps({"QueueUrl": "http://localhost/111122223333/none", "MessageBody": "a" * 12 * MIB}).encode()
            raw.sendall(send_message_head(len(body)) + body)
            assert read_answer(raw)[0] == 400
    finally:
        daemon.stop()


def test_who_finds_no_room_is_told_in_the_words_of_the_protocol(binary):
    daemon = Daemon(binary, "--max-memory", "32MiB", "--log-level", "warn")
    try:
        holder = connect(daemon.port)
        # Takes all there is, and is quick enough to keep it.
        holder.sendall(send_message_head(16 * MIB))
        over = threading.Event()

        def hold():
            for _ in range(150):
                if over.wait(0.1) or not send_all(holder, b"a" * 32768):
                    return

        holding = threading.Thread(target=hold)
        holding.start()
        with connect(daemon.port, timeout=30) as raw:
            raw.sendall(send_message_head(8 * MIB))
            status, top, body = read_answer(raw)
        assert (status, json.loads(body)["__type"]) == (503, "com.amazonaws.sqs#ServiceUnavailable") or (status == 503 and "ServiceUnavailable" in body.decode()), (top, body)
        over.set()
        holding.join()
        holder.close()
    finally:
        daemon.stop()


def test_connections_cut_in_the_middle_of_everything(watch, victim, bucket):
    beginnings = [GET[:30], send_message_head(1000) + b"{", put_head(bucket, "cut", 10 * MIB) + bytes(200_000), GET * 3, b"\x16\x03\x01"]
    with watch.attack("resets in the middle", grows_by=24 * MIB):
        for _ in range(100):
            for beginning in beginnings:
                raw = connect(victim.port)
                raw.sendall(beginning)
                reset(raw)
    watch.calm()
