"""From exec to the first answer: the daemon, in a fresh directory and in one that was used, and nginx."""

import contextlib
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import time

from rig import free_port, nginx_command

HERE = pathlib.Path(__file__).resolve().parent


def is_running(pid):
    """Whether it has not ended; a zombie that pid 1 has yet to reap has."""
    with contextlib.suppress(FileNotFoundError):
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def start_once(probe, port, path, command):
    done = subprocess.run([probe, str(port), path, *command], capture_output=True, text=True, check=True)
    pid = int(done.stderr)
    os.kill(pid, signal.SIGTERM)
    while is_running(pid):
        time.sleep(0.005)
    return int(done.stdout) / 1000


def measure(binary, scratch, rounds):
    """{label: (median, min, max) in ms}, taking turns."""
    probe = str(scratch / "start_probe")
    subprocess.run(["g++", "-O2", "-std=c++20", str(HERE / "start_probe.cpp"), "-o", probe], check=True)
    times = {"fresh directory": [], "used directory": [], "nginx": []}
    for number in range(rounds):
        for label, directory in (("fresh directory", scratch / f"start-{number}"), ("used directory", scratch / "start-used")):
            port = free_port()
            times[label].append(start_once(probe, port, "/_stratolite/health", [binary, "start", "--port", str(port), "--data-dir", str(directory)]))
        port = free_port()
        times["nginx"].append(start_once(probe, port, "/", nginx_command(scratch, port)))
    shutil.rmtree(scratch / "start-used")
    return {label: (statistics.median(each), min(each), max(each)) for label, each in times.items()}
