"""The AWS SDK for JavaScript v3, with its default settings: one run of node's test runner per file."""

import os
import pathlib
import shutil
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent


@pytest.mark.parametrize("suite", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_suite_passes(suite, endpoint, account):
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules").is_dir():
        pytest.skip("node or its packages are not installed: `make test` installs them")
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", suite], cwd=HERE, capture_output=True, text=True, timeout=120,
        env={**{k: v for k, v in os.environ.items() if not k.startswith("AWS_")}, "ENDPOINT": endpoint, "ACCOUNT": account})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# fail 0" in done.stdout and "# pass 0" not in done.stdout, done.stdout
