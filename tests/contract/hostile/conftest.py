"""A daemon that is attacked, and the watch over it."""

import pytest

from daemons import Daemon
from hostile_attack import OPENED, Watch, allow_descriptors


@pytest.fixture(scope="session", autouse=True)
def _descriptors():
    allow_descriptors()


@pytest.fixture(scope="session")
def scale(pytestconfig):
    return pytestconfig.getoption("--hostile-scale")


@pytest.fixture(scope="module")
def victim(binary):
    """One daemon per file: what an attack leaves behind would show in the next."""
    daemon = Daemon(binary, "--log-level", "warn")
    yield daemon
    daemon.stop()


@pytest.fixture(autouse=True)
def _no_connection_outlives_its_test():
    yield
    for raw in OPENED:
        raw.close()
    OPENED.clear()


@pytest.fixture
def watch(victim):
    return Watch(victim)
