"""The AWS CLI as a user types it: version 1 from PyPI, version 2 where one is installed."""

import json
import os
import pathlib
import subprocess
import sys

import pytest


def installed():
    """Every AWS CLI in reach: the test environment's own (version 1), and others in PATH."""
    folders = [pathlib.Path(sys.executable).parent, *map(pathlib.Path, os.environ.get("PATH", "").split(os.pathsep))]
    found = {str((folder / "aws").resolve()): str(folder / "aws") for folder in reversed(folders) if os.access(folder / "aws", os.X_OK)}
    return sorted(found.values()) or ["aws"]


def caller(program, environment, endpoint):
    def run(*words, fails=False):
        # Version 1 ignores AWS_ENDPOINT_URL for SQS, not this option.
        done = subprocess.run([program, "--endpoint-url", endpoint, *words, "--output", "json"], capture_output=True, text=True, timeout=60, env=environment)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stderr if fails else json.loads(done.stdout or "null")

    return run


@pytest.fixture(params=installed(), ids=lambda path: path)
def aws(request, cli_environment, endpoint):
    """Runs a command with each AWS CLI in turn and returns what it prints, or with `fails` its error."""
    return caller(request.param, cli_environment, endpoint)


@pytest.fixture
def one_aws(cli_environment, endpoint):
    """The same with the test environment's own alone: a call costs the better part of a second."""
    own = pathlib.Path(sys.executable).parent / "aws"
    return caller(str(own) if own.exists() else "aws", cli_environment, endpoint)
