"""Daemons that tests start for themselves. A module of its own: several folders have a `conftest`, and only one of them is found by that name."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

LOG_TIMEOUT_S = 10
START_TIMEOUT_S = 20


class Daemon:
    """A daemon of the test's own, for tests that kill, configure or inspect one."""

    def __init__(self, binary, *flags, data_dir=None, env=None):
        self._own_dir = tempfile.TemporaryDirectory(prefix="stratolite-test-")
        self.directory = pathlib.Path(self._own_dir.name)
        ready = self.directory / "ready.json"
        place = ["--data-dir", str(data_dir)] if data_dir else ["--ephemeral"]
        self.log_path = self.directory / "log"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("STRATOLITE_")} | (env or {})
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [binary, "start", "--port", "0", "--ready-file", str(ready), *place, *flags],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment)
        deadline = time.monotonic() + START_TIMEOUT_S
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError(f"the daemon did not start: {self.log_path.read_text()}")
            time.sleep(0.005)
        self.ready = json.loads(ready.read_text())
        self.endpoint = self.ready["endpoint"]
        self.port = self.ready["port"]

    def log(self):
        return self.log_path.read_text(errors="replace")

    def logged(self, text):
        """Whether the log says so. It is written by a thread of its own, soon after what it tells of."""
        deadline = time.monotonic() + LOG_TIMEOUT_S
        while text not in self.log():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._own_dir.cleanup()
