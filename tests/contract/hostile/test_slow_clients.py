"""Clients that are slow on purpose, idle, or gone: others are served, and little memory is held for them."""

import http.client
import socket
import time

import pytest

from hostile_attack import AUTHORIZATION, MIB, Trickle, Watch, connect, head, put_head, read_answer, read_all, reset, send_all, send_message_head

SECONDS = 2


@pytest.fixture(scope="module")
def bucket(victim):
    with connect(victim.port) as raw:
        raw.sendall(put_head("attacked", "", 0).replace(b"/attacked/", b"/attacked"))
        assert read_answer(raw)[0] == 200
    return "attacked"


@pytest.fixture(scope="module")
def large_object(victim, bucket):
    """64 MiB."""
    client = http.client.HTTPConnection("127.0.0.1", victim.port, timeout=60)
    authorization = AUTHORIZATION.format("s3").split("\r\n")[0].removeprefix("Authorization: ")
    client.request("PUT", f"/{bucket}/large", body=bytes(64 * MIB),
                   headers={"Authorization": authorization, "X-Amz-Date": "20260101T000000Z", "x-amz-content-sha256": "UNSIGNED-PAYLOAD"})
    assert client.getresponse().status == 200
    client.close()
    return f"/{bucket}/large"


def test_thousands_of_heads_that_never_end(watch, victim, scale):
    trickle = Trickle(victim.port, int(1000 * scale), head("POST", "/", fields="X-Slow: "), b"a")
    with watch.attack("slow heads", grows_by=(16 + 8 * scale) * MIB):
        trickle.run(SECONDS)
        # Nobody is cut before the head's 30 seconds are over.
        assert len(trickle.sockets) > 0.9 * trickle.count
    trickle.close()
    watch.calm()


def test_bodies_that_trickle_into_a_collected_request(watch, victim, scale):
    trickle = Trickle(victim.port, int(500 * scale), send_message_head(MIB) + b'{"QueueUrl": "', b"a")
    with watch.attack("slow collected bodies", grows_by=(16 + 16 * scale) * MIB):
        trickle.run(SECONDS)
    trickle.close()
    watch.calm()


def test_uploads_that_send_next_to_nothing_hold_no_thread(watch, victim, bucket, scale):
    trickle = Trickle(victim.port, int(500 * scale), put_head(bucket, "never", 5 * 1024 * MIB), b"a")
    threads = watch.status("Threads")
    with watch.attack("slow uploads", grows_by=(24 + 24 * scale) * MIB):
        trickle.run(SECONDS)
        assert watch.status("Threads") < threads + 20
    trickle.close()
    watch.calm()


def test_uploads_that_begin_well_and_stall_starve_nobody(watch, victim, bucket, scale):
    """More than there are threads for them."""
    trickle = Trickle(victim.port, int(400 * scale), put_head(bucket, "never", 5 * 1024 * MIB) + bytes(100_000), b"a")
    with watch.attack("stalled uploads", grows_by=(200 + 50 * scale) * MIB):
        trickle.run(2 * SECONDS)
    trickle.close()
    watch.calm()


def test_downloads_that_nobody_reads(watch, victim, large_object, scale):
    sockets, threads = [], watch.status("Threads")
    with watch.attack("slow readers", grows_by=(24 + 16 * scale) * MIB):
        for _ in range(int(200 * scale)):
            raw = connect(victim.port, receive_buffer=4096)
            raw.sendall(head("GET", large_object, "s3") + b"\r\n")
            sockets.append(raw)
        time.sleep(SECONDS)
        # They are parked, not cut: the bytes come when they are asked for.
        assert sockets[0].recv(65536).startswith(b"HTTP/1.1 200")
        assert watch.status("Threads") < threads + 40
    for raw in sockets:
        raw.close()
    watch.calm()


def test_idle_connections(watch, victim, scale):
    sockets = []
    with watch.attack("idle connections", grows_by=(12 + 4 * scale) * MIB):
        for _ in range(int(1000 * scale)):
            sockets.append(connect(victim.port))
        time.sleep(1)
    for raw in sockets:
        raw.close()
    watch.calm()


@pytest.mark.parametrize("end", ["close", "reset"])
def test_connections_that_come_and_go(watch, victim, scale, end):
    made = 0
    with watch.attack(f"connect and {end}", grows_by=16 * MIB):
        until = time.monotonic() + 2 * max(1, scale / 2)
        while time.monotonic() < until:
            raw = connect(victim.port)
            made += 1
            if made % 2:
                raw.sendall(b"GET / HT")
            raw.close() if end == "close" else reset(raw)
    print(f"{made} connections")
    assert made > 500
    watch.calm()


def test_half_closed_connections_are_answered_and_ended(watch, victim):
    with watch.attack("half-closed", grows_by=12 * MIB):
        for _ in range(100):
            with connect(victim.port) as raw:
                raw.sendall(head("GET", "/_stratolite/health") + b"\r\n")
                raw.shutdown(socket.SHUT_WR)
                assert read_all(raw).startswith(b"HTTP/1.1 200")
            # Nothing, or half a request, and then an end: closed without a word.
            for beginning in (b"", b"GET / HT", send_message_head(100) + b"{"):
                with connect(victim.port) as raw:
                    raw.sendall(beginning)
                    raw.shutdown(socket.SHUT_WR)
                    assert read_all(raw) == b""
            # A client that will not read.
            with connect(victim.port) as raw:
                raw.shutdown(socket.SHUT_RD)
                send_all(raw, head("GET", "/_stratolite/health") + b"\r\n")
    watch.calm()


def test_long_polls_that_are_dropped_give_everything_back(victim, scale):
    watch = Watch(victim)
    with connect(victim.port) as raw:
        body = b'{"QueueName": "polled"}'
        raw.sendall(head("POST", "/", fields=f"X-Amz-Target: AmazonSQS.CreateQueue\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n")
                    + b"\r\n" + body)
        assert read_answer(raw)[0] == 200
    body = b'{"QueueUrl": "http://localhost/111122223333/polled", "WaitTimeSeconds": 20}'
    poll = head("POST", "/", fields=f"X-Amz-Target: AmazonSQS.ReceiveMessage\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n") + b"\r\n" + body
    first = None
    for _ in range(3):
        with watch.attack("long polls", grows_by=(16 + 32 * scale) * MIB):
            sockets = [connect(victim.port) for _ in range(int(1000 * scale))]
            for raw in sockets:
                raw.sendall(poll)
            time.sleep(0.5)
            for raw in sockets:
                raw.close()
            watch.calm()
        first = first or watch.resident()
    # What the first round made the allocator keep is enough for the others.
    watch.falls_to(first + (8 + 4 * scale) * MIB)
