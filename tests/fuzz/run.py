#!/usr/bin/env python3
"""Builds the fuzz targets with clang and runs each for so many CPU seconds. Called by `make fuzz`.

    tests/fuzz/run.py [TARGET...] [--seconds 600] [--jobs 2]

What is found lies in build/fuzz/findings/<target>/. Keep it: tests/fuzz/keep_finding.py TARGET FILE NAME.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SEEDS = ROOT / "tests/fuzz/seeds"
DICTIONARIES = ROOT / "tests/fuzz/dictionaries"
# Bytes; a target whose input has many parts, or long ones, gets more room.
LONG_INPUTS = {"http_request": 12000, "aws_chunked": 12000, "snapshot_file": 8192, "wire_routing": 8192}
# What libFuzzer exits with when it was told to stop.
INTERRUPTED = 72
FLAGS = ["-timeout=30", "-rss_limit_mb=2048", "-malloc_limit_mb=256", "-print_final_stats=1", "-reload=0"]


def build(directory, targets, jobs):
    directory.mkdir(parents=True, exist_ok=True)
    if not (directory / "build.ninja").exists():
        compiler = {"CC": "clang", "CXX": "clang++"}
        # Precompiled headers are GCC's here.
        command = ["cmake", "-S", str(ROOT), "-B", str(directory), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Fuzz", "-DSTRATOLITE_PCH=OFF"]
        subprocess.run(command, check=True, env={**os.environ, **compiler}, stdin=subprocess.DEVNULL)
    wanted = [f"fuzz_{target}" for target in targets] or ["fuzz_targets"]
    subprocess.run(["cmake", "--build", str(directory), "--parallel", str(jobs), "--target", *wanted], check=True, stdin=subprocess.DEVNULL)


def unpack(target, directory):
    """The checked-in inputs as files: their texts' characters are bytes."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    file = SEEDS / f"{target}.json"
    kinds = json.loads(file.read_text()) if file.exists() else {}
    inputs = [*kinds.get("recorded", []), *kinds.get("written", []), *kinds.get("findings", {}).values()]
    for number, text in enumerate(inputs):
        (directory / f"{number:03}").write_bytes(text.encode("latin-1"))


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def number(pattern, text):
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def run(directory, target, seconds):
    corpus, seeds, findings = (directory / kind / target for kind in ("corpus", "unpacked", "findings"))
    unpack(target, seeds)
    for path in (corpus, findings):
        path.mkdir(parents=True, exist_ok=True)
    before = set(findings.iterdir())
    command = [str(directory / "fuzz" / target), *FLAGS, f"-max_len={LONG_INPUTS.get(target, 4096)}", f"-artifact_prefix={findings}/"]
    dictionary = DICTIONARIES / f"{target}.dict"
    if dictionary.exists():
        command.append(f"-dict={dictionary}")
    log = directory / f"{target}.log"
    environment = dict(os.environ, ASAN_OPTIONS="detect_stack_use_after_return=1:strict_string_checks=1:allocator_may_return_null=0",
                       UBSAN_OPTIONS="print_stacktrace=1")
    used = 0.0
    with log.open("wb") as out:
        process = subprocess.Popen([*command, str(corpus), str(seeds)], stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment, cwd=ROOT)
        while process.poll() is None:
            time.sleep(0.2)
            try:
                used = cpu_seconds(process.pid)
            except (FileNotFoundError, ProcessLookupError):
                break
            if used >= seconds:
                process.send_signal(signal.SIGINT)
                break
        code = process.wait()
    text = log.read_text(errors="replace")
    found = sorted(set(findings.iterdir()) - before)
    failed = bool(found) or code not in (0, INTERRUPTED)
    executions = number(r"stat::number_of_executed_units:\s*(\d+)", text)
    return {
        "target": target, "seconds": used, "executions": executions, "rate": executions / used if used else 0,
        "coverage": number(r"cov: (\d+)", text), "corpus": len(list(corpus.iterdir())), "findings": found, "failed": failed, "log": log,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", help="all when none is named")
    parser.add_argument("--seconds", type=float, default=600, help="CPU seconds for each target (default %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--directory", type=pathlib.Path, default=ROOT / "build/fuzz")
    arguments = parser.parse_args()
    build(arguments.directory, arguments.targets, arguments.jobs)
    targets = arguments.targets or sorted(path.name.removesuffix("_fuzz.cpp") for path in (ROOT / "tests/fuzz").glob("*_fuzz.cpp"))
    print(f"{'target':<18}{'CPU s':>7}{'executions':>13}{'per s':>8}{'coverage':>10}{'corpus':>8}{'findings':>10}", flush=True)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for row in pool.map(lambda target: run(arguments.directory, target, arguments.seconds), targets):
            failed |= row["failed"]
            print(f"{row['target']:<18}{row['seconds']:>7.0f}{row['executions']:>13}{row['rate']:>8.0f}{row['coverage']:>10}"
                  f"{row['corpus']:>8}{len(row['findings']):>10}", flush=True)
            if row["failed"]:
                print("  " + "\n  ".join([f"see {row['log']}", *map(str, row["findings"])]), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
