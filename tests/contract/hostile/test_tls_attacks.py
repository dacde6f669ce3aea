"""What comes in behind the byte that begins TLS."""

import os
import socket
import ssl
import subprocess
import time

import pytest

from hostile_attack import MIB, connect, head, in_threads, read_all, send_all


def client_context():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@pytest.fixture(scope="module", autouse=True)
def _authority(victim):
    """The first handshake makes the authority; that is no attack's memory."""
    with client_context().wrap_socket(connect(victim.port), server_hostname="localhost") as secure:
        secure.sendall(head("GET", "/_stratolite/health") + b"\r\n")
        assert secure.recv(100).startswith(b"HTTP/1.1 200")


def test_garbage_behind_the_first_byte(watch, victim):
    with watch.attack("TLS garbage", grows_by=16 * MIB):
        def one(index):
            for _ in range(50):
                with connect(victim.port) as raw:
                    # Some have a plausible record header.
                    start = b"\x16" if index % 2 else b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
                    send_all(raw, start + os.urandom(2000))
                    raw.shutdown(socket.SHUT_WR)
                    answer = read_all(raw)
                    # An alert or nothing; never HTTP.
                    assert not answer.startswith(b"HTTP")
            return True
        assert all(in_threads(4, one))
    watch.calm()


def test_handshakes_that_stop_half_way(watch, victim, scale):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = client_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        session.do_handshake()
    hello = outgoing.read()
    sockets = []
    with watch.attack("half handshakes", grows_by=(16 + 48 * scale) * MIB):
        for index in range(int(500 * scale)):
            raw = connect(victim.port)
            raw.sendall(hello if index % 2 else hello[:len(hello) // 2])
            sockets.append(raw)
        time.sleep(2)
    for raw in sockets:
        raw.close()
    watch.calm()


def test_names_that_nobody_asked_for_before(watch, victim, scale):
    """Each costs a certificate; none is kept for ever."""
    with watch.attack("certificates for random names", grows_by=24 * MIB):
        def one(index):
            context = client_context()
            for number in range(int(50 * scale)):
                with context.wrap_socket(connect(victim.port), server_hostname=f"n{index}x{number}.example.com"):
                    pass
        in_threads(4, one)
    watch.calm()


def test_renegotiation_is_refused(victim):
    """`R` makes openssl's client ask for it, in TLS 1.2."""
    client = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{victim.port}", "-tls1_2", "-servername", "localhost"],
                            input=b"R\n" * 3, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
    assert b"RENEGOTIATING" in client.stdout
    assert b"no renegotiation" in client.stdout.lower(), client.stdout[-1000:]


def test_floods_of_empty_records(watch, victim):
    """Through a real session: single bytes, each a record of its own, that never become a request."""
    with watch.attack("TLS record flood", grows_by=16 * MIB):
        def one(_):
            with client_context().wrap_socket(connect(victim.port), server_hostname="localhost") as secure:
                until, sent = time.monotonic() + 2, 0
                try:
                    secure.sendall(b"GET / HTTP/1.1\r\nX: ")
                    while time.monotonic() < until:
                        secure.sendall(b"a")
                        sent += 1
                except OSError:
                    pass
                return sent
        records = in_threads(2, one)
    print(f"{sum(records)} records")
    watch.calm()
