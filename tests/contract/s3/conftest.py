"""Clients of S3 and buckets of the test's own: names are shared by all accounts."""

import secrets

import pytest
import s3_world
from botocore.exceptions import ClientError


@pytest.fixture
def s3(client):
    return client("s3")


@pytest.fixture
def new_name():
    return lambda prefix="bucket": f"{prefix}-{secrets.token_hex(8)}"


@pytest.fixture
def bucket(s3, new_name):
    name = new_name()
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def refused():
    """Calls, expecting an error: (code, status, message)."""

    def call(operation, **parameters):
        with pytest.raises(ClientError) as caught:
            operation(**parameters)
        answer = caught.value.response
        return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Message"]

    return call


@pytest.fixture
def world(endpoint):
    """A world of the test's own, whose clock it may move."""
    with s3_world.World(endpoint) as own:
        yield own
