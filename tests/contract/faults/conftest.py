"""Disks that are small and directories that are not to be written: daemons of the test's own on them."""

import contextlib
import os
import subprocess

import pytest


@pytest.fixture
def small_disk(tmp_path):
    """Factory: `small_disk(megabytes)` mounts a file system of that size and returns its directory; `options` as mount takes them."""
    mounted = []

    def mount(megabytes, options=""):
        place = tmp_path / f"disk{len(mounted)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777{options}", "none", str(place)]
        with contextlib.suppress(FileNotFoundError):
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode == 0:
                mounted.append(place)
                return place
        pytest.skip("a file system can only be mounted as root of the machine")

    yield mount
    for place in mounted:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def as_nobody():
    """Where root runs the tests, what starts a process without root's rights; root may write everywhere."""
    if os.geteuid() != 0:
        return []
    with contextlib.suppress(FileNotFoundError):
        if subprocess.run(["setpriv", "--version"], capture_output=True).returncode == 0:
            return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    pytest.skip("nothing here gives up root's rights")
