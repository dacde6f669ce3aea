#!/usr/bin/env python3
"""Builds and runs the test suites, then prints one summary. Called by `make test`, `make unit`, `make lint` …

Every suite runs even if an earlier one failed; the exit status is 1 when anything did. Standard library only, so that it
can say what is wrong before anything else works.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTEST = [str(ROOT / ".venv/bin/python"), "-m", "pytest"]
# The layers and services whose tests start threads of their own.
CONCURRENT = ["unit_storage", "unit_runtime", "unit_service", "unit_http", "unit_daemon", "unit_service_s3", "unit_service_sqs"]

# A program that has something to report ends at once, with a status of its own.
SANITIZERS = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}
# Bounds of memory and descriptors, libraries loaded first and crashes on purpose are not for sanitized programs.
NOT_SANITIZED = ["--ignore=tests/contract/faults", "--ignore=tests/contract/hostile",
                 "--deselect=tests/contract/cli/test_logs.py::test_a_crash_writes_what_waits"]
# What the daemon does on several threads at once: services under load, long polls, worlds, connections.
CONCURRENT_CONTRACT = ["tests/contract/sqs", "tests/contract/s3", "tests/contract/worlds", "tests/contract/frontdoor"]


class Summary:
    """What each suite did: (name, passed, failed, skipped, seconds, note)."""

    def __init__(self):
        self.rows = []

    def add(self, name, passed, failed, skipped, seconds, note=""):
        self.rows.append((name, passed, failed, skipped, seconds, note))

    def print(self):
        print("\n" + "suite".ljust(26) + "passed  failed skipped seconds")
        for name, passed, failed, skipped, seconds, note in self.rows:
            print(f"{name:<26}{passed:>6}{failed:>8}{skipped:>8}{seconds:>8.0f}  {note}")
        passed, failed, skipped = (sum(row[i] for row in self.rows) for i in (1, 2, 3))
        print(f"\n{passed} passed, {failed} failed, {skipped} skipped", flush=True)
        return failed


def step(title):
    print(f"\n── {title}", flush=True)


def build(kind, targets, jobs, summary):
    """Configures and builds; a failed build counts as one failed test. Returns whether it worked."""
    directory = ROOT / "build" / kind
    started = time.monotonic()
    step(f"build {kind}" + (f": {' '.join(targets)}" if targets else ""))
    directory.parent.mkdir(exist_ok=True)
    ok = True
    if not (directory / "build.ninja").exists():
        command = ["cmake", "-S", str(ROOT), "-B", str(directory), "-G", "Ninja", f"-DCMAKE_BUILD_TYPE={kind.capitalize()}"]
        ok = subprocess.run(command, stdin=subprocess.DEVNULL).returncode == 0
    if ok:
        command = ["cmake", "--build", str(directory), "--parallel", str(jobs)]
        ok = subprocess.run(command + (["--target", *targets] if targets else []), stdin=subprocess.DEVNULL).returncode == 0
    summary.add(f"build {kind}", 0, 0 if ok else 1, 0, time.monotonic() - started, "" if ok else "BUILD FAILED")
    return ok


def run_binary(binary):
    """Runs one GoogleTest program. Returns (passed, failed, skipped, seconds, output)."""
    report = binary.with_suffix(".json")
    report.unlink(missing_ok=True)
    started = time.monotonic()
    try:
        done = subprocess.run([str(binary), "--gtest_brief=1", f"--gtest_output=json:{report}"], cwd=ROOT, env=dict(os.environ, **SANITIZERS),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900)
        code, output = done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as expired:
        code, output = 124, (expired.stdout or b"").decode(errors="replace") + "\ntimed out\n"
    seconds = time.monotonic() - started
    passed = failed = skipped = 0
    if report.exists():
        for suite in json.loads(report.read_text())["testsuites"]:
            for test in suite["testsuite"]:
                if test.get("failures"):
                    failed += 1
                elif test.get("result") == "SKIPPED":
                    skipped += 1
                else:
                    passed += 1
    if code and not failed:  # crashed, or a sanitizer spoke
        failed = 1
    return passed, failed, skipped, seconds, output


def run_binaries(kind, names, jobs, summary):
    step(f"unit tests ({kind})")
    directory = ROOT / "build" / kind / "tests"
    binaries = [binary for binary in sorted(directory.glob("unit_*")) if not binary.suffix and (not names or binary.name in names)]
    if not binaries:
        summary.add(f"{kind} unit tests", 0, 1, 0, 0, "no unit test was built")
        return
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for binary, result in zip(binaries, pool.map(run_binary, binaries)):
            passed, failed, skipped, seconds, output = result
            print(f"{binary.name}: {passed} passed, {failed} failed, {skipped} skipped ({seconds:.1f} s)", flush=True)
            if failed:
                print(output[-20000:], flush=True)
            summary.add(f"{kind} {binary.name}", passed, failed, skipped, seconds)


def run_pytest(name, paths, workers, summary, extra=()):
    paths = [path for path in paths if (ROOT / path.split("::")[0]).exists()]
    step(f"{name} tests: {' '.join(paths)}")
    if not paths:
        summary.add(name, 0, 0, 0, 0, "none yet")
        return
    report = ROOT / "build" / f"pytest-{name}.xml"
    report.unlink(missing_ok=True)
    parallel = ["-n", str(workers), "--dist", "worksteal"] if workers > 1 else []
    command = PYTEST + [*paths, "-q", "--no-header", "-rfE", "--tb=short", f"--junitxml={report}", *parallel, *extra]
    started = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode
    passed = failed = skipped = 0
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            count = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
            failed += count["failures"] + count["errors"]
            skipped += count["skipped"]
            passed += count["tests"] - count["failures"] - count["errors"] - count["skipped"]
    if code not in (0, 5) and not failed:  # 5: nothing collected
        failed = 1
    summary.add(name, passed, failed, skipped, time.monotonic() - started)


def run_against_sanitized(kind, paths, workers, summary):
    """The contract tests against a daemon built with sanitizers: a report ends it, fails its test, and is kept in build/<kind>/reports."""
    reports = ROOT / "build" / kind / "reports"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    os.environ.update({name: f"{value}:log_path={reports}/{name.split('_')[0].lower()}" for name, value in SANITIZERS.items()})
    run_pytest(f"{kind}-contract", paths, workers, summary, ["--binary", str(ROOT / "build" / kind / "stratolite"), *NOT_SANITIZED])
    for report in sorted(reports.iterdir()):
        print(report.read_text(errors="replace")[:20000], flush=True)
        summary.add(f"{kind} report {report.name}", 0, 1, 0, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--only", choices=["unit", "contract", "lint", "asan", "tsan"], help="one suite instead of all")
    parser.add_argument("--select", action="append", default=[], help="contract tests to run instead of all (path, or path::test)")
    arguments = parser.parse_args()
    only, jobs = arguments.only, arguments.jobs
    started = time.monotonic()
    summary = Summary()

    if only in (None, "lint"):
        # The tools' tests need compile_models: in a run of everything they come after the build.
        run_pytest("lint", ["tests/lint", "tests/tools"] if only else ["tests/lint"], jobs, summary)
    if only in (None, "contract"):
        released = build("release", [], jobs, summary)
    if only in (None, "unit") and build("asan", ["unit_tests"], jobs, summary):
        run_binaries("asan", None, jobs, summary)
    if only == "asan" and build("asan", ["stratolite"], jobs, summary):
        run_against_sanitized("asan", arguments.select or ["tests/contract"], max(2, jobs), summary)
    if only == "tsan" and build("tsan", ["stratolite", *CONCURRENT], jobs, summary):
        run_binaries("tsan", CONCURRENT, jobs, summary)
        run_against_sanitized("tsan", arguments.select or CONCURRENT_CONTRACT, max(2, jobs), summary)
    if only in (None, "contract") and released:
        run_pytest("contract", arguments.select or ["tests/contract", "tests/tools"], max(2, jobs), summary)

    failed = summary.print()
    print(f"{time.monotonic() - started:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
