"""The packages in clients/, each by its own tests and with the daemon of this build."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.stratolite

CLIENTS = pathlib.Path(__file__).resolve().parents[3] / "clients"


def run(command, binary, directory, **environment):
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_", "STRATOLITE_"))}
    done = subprocess.run(command, cwd=directory, env={**own, "STRATOLITE_BINARY": str(pathlib.Path(binary).resolve()), **environment},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("suite", sorted(path.name for path in (CLIENTS / "python/tests").glob("test_*.py")))
def test_pytest_plugin(binary, suite, tmp_path):
    output = run([sys.executable, "-m", "pytest", "-q", "-p", "stratolite_pytest.plugin", "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "run"),
                  f"tests/{suite}"], binary, CLIENTS / "python", PYTHONPATH="src", PYTHONDONTWRITEBYTECODE="1")
    assert re.search(r"^\d+ passed in ", output, re.M), output


def test_node_package(binary):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: `make test` installs it")
    output = run([node, "--test", "--test-reporter=tap", "tests/world.test.mjs"], binary, CLIENTS / "node")
    assert "# fail 0" in output and "# pass 0" not in output, output
