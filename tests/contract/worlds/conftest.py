"""Worlds for tests: each is a fork of the daemon's default world, and gone afterwards."""

import types
import urllib.error

import boto3
import botocore.config
import pytest


class World(types.SimpleNamespace):
    """What `POST /_stratolite/worlds` answers, and clients that are in that world."""

    def client(self, service, **config):
        config.setdefault("retries", {"max_attempts": 0})
        return boto3.client(service, endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id=self.access_key_id,
                            aws_secret_access_key=self.secret_access_key, config=botocore.config.Config(**config))


@pytest.fixture
def make_world(admin, endpoint):
    """Factory: `make_world(fork="default")` answers a World; `url` names the daemon of a test's own."""
    made = []

    def make(url=None, **request):
        world = World(endpoint=url or endpoint, **admin("worlds", request, url=url))
        made.append((world.name, url))
        return world

    yield make
    for name, url in made:
        try:
            admin(f"worlds/{name}", method="DELETE", url=url)
        except urllib.error.URLError:
            pass  # deleted by the test, or its daemon is gone


@pytest.fixture
def world(make_world):
    return make_world(fork="default")
