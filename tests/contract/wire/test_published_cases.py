"""The published Smithy cases: each passes strictly or stands, with its reason, in docs/wire-conformance.md."""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest
import shim as wire_shim

SHARED = pathlib.Path(os.environ.get("STRATOLITE_SHARED", wire_shim.ROOT.parent / "shared"))
RUNNER = SHARED / "conformance/smithy/run_protocol.py"
PAGE = wire_shim.ROOT / "docs/wire-conformance.md"
LISTED = re.compile(r"^\* (\S+) (request|response|malformed-request): (.*)$", re.M)
TIMEOUT_S = 300


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    binary = wire_shim.find_binary()
    if binary is None or not RUNNER.exists():
        pytest.skip("needs wire_shim and the conformance data")
    out = tmp_path_factory.mktemp("cases") / "results.jsonl"
    run = subprocess.run([sys.executable, RUNNER, "--shim", str(binary), "--out", out], capture_output=True, text=True, timeout=TIMEOUT_S)
    assert run.returncode == 0, run.stdout + run.stderr
    return [json.loads(line) for line in out.read_text().splitlines()]


def listed():
    return {
        (protocol, kind, case)
        for protocol, kind, cases in LISTED.findall(PAGE.read_text())
        for case in re.findall(r"`([^`]+)`", cases)
    }


def key(result):
    return result["proto"], result["kind"], result["id"]


def test_every_case_passes_strictly_or_is_listed(results):
    surprises = [result for result in results if result["result"] != "pass" and key(result) not in listed()]
    assert not surprises, json.dumps(surprises, indent=1)


def test_nothing_is_listed_that_passes(results):
    assert not sorted(listed() - {key(result) for result in results if result["result"] != "pass"})


def test_listed_responses_are_read_back_by_botocore(results):
    unreadable = [key(r) for r in results if r["kind"] == "response" and r["result"] == "fail"]
    assert not unreadable
