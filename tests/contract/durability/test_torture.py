"""Ten kills under load: what was acknowledged is there. `make torture` does a thousand."""

import json
import pathlib
import shutil
import subprocess
import sys

import pytest

RUN = pathlib.Path(__file__).resolve().parents[2] / "durability/run.py"

pytestmark = pytest.mark.stratolite


@pytest.mark.parametrize("durability", ["process", "power"])
def test_what_was_acknowledged_survives_five_kills(binary, durability, tmp_path):
    done = subprocess.run([sys.executable, str(RUN), "--kills", "5", "--jobs", "1", "--durability", durability, "--binary", binary, "--directory",
                           str(tmp_path)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = json.loads(done.stdout.splitlines()[-1])
    assert counts["kills"] == 5
    assert counts["acknowledged"] >= 40
    assert counts["messages looked at"] > 0
    assert counts["objects looked at"] > 0
    assert not list(tmp_path.iterdir())
    shutil.rmtree(tmp_path)
