#!/usr/bin/env python3
"""Writes the table of services into README.md from the operation tables of a built daemon; --check only compares.

The daemon is asked over its admin API, so the table says what the binary does and not what somebody remembers.
"""

import argparse
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- coverage:begin -->", "<!-- coverage:end -->"


def ask(binary):
    with tempfile.TemporaryDirectory() as scratch:
        ready = pathlib.Path(scratch) / "ready.json"
        daemon = subprocess.Popen([binary, "start", "--port", "0", "--ephemeral", "--ready-file", str(ready)],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(1000):
                if ready.exists():
                    break
                time.sleep(0.01)
            endpoint = json.loads(ready.read_text())["endpoint"]
            with urllib.request.urlopen(f"{endpoint}/_stratolite/coverage", timeout=10) as answer:
                return json.load(answer)["services"]
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(20)


def table(services):
    lines = ["| service | operations built | of |", "| --- | ---: | ---: |"]
    for name, service in sorted(services.items(), key=lambda item: (-item[1]["built"], item[0])):
        page = f"[{name}](docs/services/{name}.md)" if (ROOT / f"docs/services/{name}.md").exists() else name
        lines.append(f"| {page} | {service['built']} | {service['total']} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=str(ROOT / "build/release/stratolite"))
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    readme = ROOT / "README.md"
    text = readme.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    wanted = f"{before}{BEGIN}\n{table(ask(arguments.binary))}\n{END}{after}"
    if arguments.check and wanted != text:
        sys.exit("README.md's table of services is out of date: run `make coverage`")
    if not arguments.check:
        readme.write_text(wanted)


if __name__ == "__main__":
    main()
