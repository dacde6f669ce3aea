"""The fixtures.

`stratolite`         a world of the test's own, a copy of the next one; the environment points at it
`stratolite_base`    what every test starts from, for the whole run: override it to prepare queues, buckets …
`stratolite_endpoint`  the daemon: one for each process of pytest-xdist, started when the first test asks
"""

from __future__ import annotations

import os
import sys
from typing import Iterator

import pytest

from .daemon import Daemon
from .world import Stratolite

# Of the user's: they would send the code under test elsewhere, or as somebody else.
FOREIGN = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
           "AWS_CA_BUNDLE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_USE_FIPS_ENDPOINT")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("stratolite", "a local AWS region for every test")
    group.addoption("--stratolite-binary", metavar="FILE", help="the program to start (STRATOLITE_BINARY, else stratolite in the PATH)")
    group.addoption("--stratolite-endpoint", metavar="URL", default=os.environ.get("STRATOLITE_ENDPOINT"),
                    help="use this daemon, which runs already, instead of starting one (STRATOLITE_ENDPOINT)")
    group.addoption("--stratolite-region", metavar="REGION", default="us-east-1", help="the region that clients are set to (us-east-1)")


@pytest.fixture(scope="session")
def stratolite_endpoint(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the daemon answers."""
    given = pytestconfig.getoption("--stratolite-endpoint")
    if given:
        yield given.rstrip("/")
        return
    daemon = Daemon(tmp_path_factory.mktemp("stratolite"), pytestconfig.getoption("--stratolite-binary"))
    yield daemon.endpoint
    daemon.stop()


@pytest.fixture(scope="session")
def stratolite_base(stratolite_endpoint: str, pytestconfig: pytest.Config) -> Iterator[Stratolite]:
    """The world that every test gets a copy of. Override it under the same name, with this one as the argument, and put into it what tests expect."""
    world = Stratolite.fork(stratolite_endpoint, region=pytestconfig.getoption("--stratolite-region"))
    yield world
    world.delete()


@pytest.fixture
def stratolite(stratolite_base: Stratolite, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stratolite]:
    """A world of the test's own. Until the test ends the environment points at it, for code that calls `boto3.client("sqs")` and knows nothing of tests."""
    world = Stratolite.fork(stratolite_base.endpoint, stratolite_base.name, stratolite_base.region)
    for name in [*FOREIGN, *(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL_"))]:
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    for name, value in world.environment.items():
        monkeypatch.setenv(name, value)
    # boto3.client() uses a session that read the environment once, perhaps in an earlier test.
    if "boto3" in sys.modules:
        monkeypatch.setattr(sys.modules["boto3"], "DEFAULT_SESSION", None)
    yield world
    world.delete()
