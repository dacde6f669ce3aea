"""Finds the binary and runs it for as long as this process lives."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Optional, Sequence, Union

START_TIMEOUT_S = 20
STOP_TIMEOUT_S = 15
POLL_S = 0.0005


class StratoliteError(Exception):
    """Something about the daemon, not about the code under test; the text says what to do."""


def find_binary(given: Union[str, Path, None] = None) -> str:
    """What was given, else STRATOLITE_BINARY, else `stratolite` in the PATH."""
    wanted = str(given or os.environ.get("STRATOLITE_BINARY") or "stratolite")
    found = shutil.which(wanted)
    if not found:
        raise StratoliteError(f"no program '{wanted}': put stratolite into the PATH, or say where it is with --stratolite-binary or STRATOLITE_BINARY")
    return found


class Daemon:
    """A daemon on a free port, with nothing in it, that keeps nothing. It ends with this process, however that ends (`kill -9` too)."""

    def __init__(self, directory: Path, binary: Union[str, Path, None] = None, arguments: Sequence[str] = ()) -> None:
        """`directory`: for its log and what it says when it is ready. `arguments`: further flags of `stratolite start`."""
        ready = directory / "ready.json"
        self.log = directory / "daemon.log"
        # Of the caller's, not settings of the daemon.
        environment = {name: value for name, value in os.environ.items() if name not in ("STRATOLITE_BINARY", "STRATOLITE_ENDPOINT")}
        command = [find_binary(binary), "start", "--port", "0", "--ephemeral", "--ready-file", str(ready), "--exit-with", str(os.getpid()), *arguments]
        with open(self.log, "wb") as log:
            # A session of its own: Ctrl-C is for the tests; their teardown still needs the daemon.
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment, start_new_session=True)
        deadline = time.monotonic() + START_TIMEOUT_S
        while not ready.exists():
            ended = self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                self._process.kill()
                self._process.wait()
                raise StratoliteError(f"the daemon {'did not start' if ended else 'does not answer'}:\n{self.log.read_text(errors='replace')}")
            time.sleep(POLL_S)
        self.endpoint: str = json.loads(ready.read_text())["endpoint"]

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> Optional[int]:
        """Returns the exit status."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        return self._process.returncode
