"""Formatting is a machine's work: `make format` does it, this only looks."""

import shutil
import subprocess

import pytest

import sources


def test_sources_are_formatted():
    program = sources.ROOT / ".venv/bin/clang-format"
    if not program.exists():
        pytest.skip("the pinned clang-format is not installed: make test-deps")
    paths = [str(path) for path in sources.code()]
    done = subprocess.run([str(program), "--dry-run", "-Werror", *paths], cwd=sources.ROOT, capture_output=True, text=True)
    wrong = sorted({line.split(":")[0] for line in done.stderr.splitlines() if "-Wclang-format-violations" in line})
    sources.expect_none(wrong)


def test_shell_scripts_parse():
    scripts = [path for path in sources.files() if path.suffix == ".sh" or str(path) == ".ci/run"]
    for path in scripts:
        done = subprocess.run([shutil.which("bash"), "-n", str(path)], cwd=sources.ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
