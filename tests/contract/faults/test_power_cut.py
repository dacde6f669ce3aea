"""Simulated power cuts (tests/durability/powercut): a few of them here, `make torture` makes more."""

import json
import pathlib
import shutil
import subprocess
import sys

import pytest

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "durability/powercut/run.py"


def cut_power(binary, *arguments):
    """(exit status, report, everything that was printed)."""
    if not (shutil.which("cc") or shutil.which("gcc")):
        pytest.skip("the shim needs a C compiler")
    done = subprocess.run([sys.executable, str(PROGRAM), "--binary", str(binary), "--seconds", "1", *arguments], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    assert done.stdout.strip().startswith(("{", "cut at")), done.stdout
    return done.returncode, json.loads(done.stdout.strip().splitlines()[-1]), done.stdout


@pytest.mark.parametrize("durability, cuts", [("power", 24), ("process", 12)])
def test_what_was_promised_is_there_after_a_power_cut(binary, durability, cuts):
    status, report, text = cut_power(binary, "--durability", durability, "--cuts", str(cuts))
    assert (status, report["cuts_with_losses"]) == (0, 0), text
    assert report["cuts"] == cuts and report["steps"] > 100


@pytest.mark.parametrize("lie", ["files", "directories"])
def test_syncs_that_do_nothing_are_found_out(binary, lie):
    """The check itself: a drive that lies about its cache loses things."""
    status, report, text = cut_power(binary, "--cuts", "12", "--way", "none", "--lie", lie)
    assert status == 0 and report["cuts_with_losses"] > 0, text
