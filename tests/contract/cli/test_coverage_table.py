"""README.md's table of services says what the binary does."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]


def test_readme_lists_what_is_built(binary):
    done = subprocess.run([sys.executable, str(ROOT / "src/tools/coverage_table.py"), "--check", "--binary", binary], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
