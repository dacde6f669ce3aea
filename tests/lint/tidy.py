#!/usr/bin/env python3
"""Runs clang-tidy on the given sources, or on those that differ from the last commit: `make tidy`."""

import argparse
import concurrent.futures
import json
import subprocess
import sys

import sources


def changed():
    listed = subprocess.run("git diff --name-only --diff-filter=d HEAD; git ls-files --others --exclude-standard", shell=True, cwd=sources.ROOT,
                            check=True, capture_output=True, text=True).stdout
    return sorted({name for name in listed.split() if name.endswith(".cpp")})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/tidy")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    known = {entry["file"].removeprefix(str(sources.ROOT) + "/") for entry in json.loads((sources.ROOT / arguments.build / "compile_commands.json").read_text())}
    files = [name for name in arguments.files or changed() if name in known]
    if not files:
        print("clang-tidy: nothing changed")
        return 0

    def check(name):
        return subprocess.run(["clang-tidy", "-p", arguments.build, "--quiet", name], cwd=sources.ROOT, capture_output=True, text=True)

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        results = list(pool.map(check, files))
    for done in results:
        print(done.stdout, end="")
    failed = [name for name, done in zip(files, results) if done.returncode]
    print(f"clang-tidy: {len(files)} sources, {len(failed)} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
