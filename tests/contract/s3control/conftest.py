"""Clients of S3 Control, which put the account before the host name."""

import secrets
import socket

import pytest


@pytest.fixture(autouse=True)
def every_name_is_here(monkeypatch):
    """`*.localhost` does not resolve everywhere."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: resolve("127.0.0.1" if "localhost" in str(host) else host, *rest, **more))


@pytest.fixture
def named(endpoint):
    """The endpoint under a name: an address can have nothing before it."""
    return endpoint.replace("127.0.0.1", "localhost")


@pytest.fixture
def control(client, named):
    return client("s3control", url=named)


@pytest.fixture
def s3(client):
    return client("s3")


@pytest.fixture
def new_name():
    return lambda prefix="bucket": f"{prefix}-{secrets.token_hex(4)}"


@pytest.fixture
def bucket(s3, new_name):
    name = new_name()
    s3.create_bucket(Bucket=name)
    return name
