"""The example of docs/worlds.md works as it stands there."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.stratolite
DOCUMENT = pathlib.Path(__file__).resolve().parents[3] / "docs/worlds.md"


def test_the_pytest_example_passes_in_parallel(endpoint, tmp_path):
    example = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(), re.S)[1]
    (tmp_path / "test_example.py").write_text(example)
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-n", "3", "-p", "no:cacheprovider", "test_example.py"], cwd=tmp_path,
                          capture_output=True, text=True, timeout=120, env=os.environ | {"STRATOLITE_ENDPOINT": endpoint})
    assert "3 passed" in done.stdout, done.stdout + done.stderr
