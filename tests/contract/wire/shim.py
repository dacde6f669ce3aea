"""The wire engine behind a pipe: `wire_shim`, one JSON object per line (its source says which)."""

import base64
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]


def find_binary():
    """STRATOLITE_WIRE_SHIM, else the newest one of any build; None if there is none."""
    named = os.environ.get("STRATOLITE_WIRE_SHIM")
    if named:
        return pathlib.Path(named)
    built = sorted(ROOT.glob("build/*/tools/wire_shim"), key=lambda path: path.stat().st_mtime)
    return built[-1] if built else None


class Shim:
    def __init__(self, binary):
        self.binary = binary
        self.asked = 0
        self.start()

    def start(self):
        self.process = subprocess.Popen([self.binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, **message):
        self.asked += 1
        line = json.dumps({"id": self.asked, **message}).encode() + b"\n"
        self.process.stdin.write(line)
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            # A crash is the failure of one test: the next one gets a new process.
            status = self.process.wait()
            self.start()
            raise AssertionError(f"wire_shim died (status {status}) of {line[:2000]!r}")
        decoded = json.loads(answer)
        assert decoded.pop("id") == self.asked
        if isinstance(decoded.get("body"), str):
            decoded["body"] = base64.b64decode(decoded["body"])
        return decoded

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)
