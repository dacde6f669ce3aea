"""How much memory idle keep-alive connections cost: opens them, has each answered once, and prints the daemon's resident memory.

`tests/bench/idle_connections.py [--tls] [--connections 10000]` starts a daemon of its own (`--binary`) and stops it afterwards; nothing here asserts.
Both processes need a descriptor per connection: where the hard limit (`ulimit -Hn`) is lower, there are fewer.
"""

import argparse
import pathlib
import re
import resource
import socket
import ssl
import tempfile
import time
import urllib.parse
import urllib.request

from rig import REPOSITORY, resident_mib, stratolite

SPARE_DESCRIPTORS = 200
REQUEST = b"GET /_stratolite/ca HTTP/1.1\r\nHost: localhost\r\n\r\n"


def allow(count):
    """Raises the limit of descriptors as far as is needed and possible; how many connections fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + SPARE_DESCRIPTORS
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, allowed), hard))
    return allowed - SPARE_DESCRIPTORS


def answered(connection):
    connection.sendall(REQUEST)
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, body = received.split(b"\r\n\r\n", 1)
    left = int(re.search(rb"content-length: (\d+)", head, re.I)[1]) - len(body)
    while left > 0:
        left -= len(connection.recv(65536))
    assert head.startswith(b"HTTP/1.1 200 "), head
    return connection


def measure(binary, scratch, count, tls):
    """Prints and returns what `count` idle connections cost a daemon of their own."""
    count = allow(count)
    with stratolite(binary, scratch / f"idle-{'tls' if tls else 'plain'}") as (url, process):
        port = urllib.parse.urlsplit(url).port
        context = ssl.create_default_context(cadata=urllib.request.urlopen(url + "/_stratolite/ca").read().decode())

        def connect():
            connection = socket.create_connection(("127.0.0.1", port), timeout=60)
            return answered(context.wrap_socket(connection, server_hostname="localhost") if tls else connection)

        connect().close()
        before = resident_mib(process.pid)
        connections = [connect() for _ in range(count)]
        time.sleep(1)
        after = resident_mib(process.pid)
        for connection in connections[:: max(1, count // 100)]:
            answered(connection)
        for connection in connections:
            connection.close()
    each = (after - before) * 1024 / count
    print(f"{f'{count} idle connections' + (', TLS' if tls else ''):<46} {after:8.1f} MiB ({before:.1f} before, {each:.1f} KiB each)")
    return {"mib": after, "before_mib": before}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(REPOSITORY / "build/release/stratolite"))
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--tls", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        measure(arguments.binary, pathlib.Path(scratch), arguments.connections, arguments.tls)


if __name__ == "__main__":
    main()
