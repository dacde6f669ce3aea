"""What a hundred more service models cost: start time and idle memory of two release builds that differ only in that.

    measure_models.py [--models 100] [--rounds 200]

Builds the daemon twice in build/models-bench (the second time only the models and the link), then starts both in turns, so that a busy
machine disturbs both alike. Needs botocore; nothing here asserts, the table is for docs/models.md.
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from botocore.loaders import Loader

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def build(directory, extra):
    """The binary with the models of `extra` (a folder, or empty) linked in, copied so that the next build does not replace it."""
    subprocess.run(["cmake", "-S", ROOT, "-B", directory, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DSTRATOLITE_TESTS=OFF",
                    f"-DSTRATOLITE_EXTRA_MODELS={extra}"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", directory, "stratolite"], check=True, stdout=subprocess.DEVNULL)
    name = directory / ("stratolite-more" if extra else "stratolite-plain")
    shutil.copy2(directory / "stratolite", name)
    return name


def distil(folder, count):
    """`count` services that are not linked anyway."""
    checked_in = {path.parent.name for path in (ROOT / "services").glob("*/model.json")}
    names = [name for name in Loader().list_available_services("service-2") if name not in checked_in][:count]
    subprocess.run([sys.executable, ROOT / "src/tools/distill_models.py", "--output", folder, *names], check=True, stdout=subprocess.DEVNULL)
    return names


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory(pid):
    """KiB: resident, of it anonymous, and the share of pages that only this process has."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    dirty = re.search(r"Private_Dirty:\s+(\d+)", rollup)[1]
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]), int(re.search(r"RssAnon:\s+(\d+)", status)[1]), int(dirty)


def start(probe, binary, data_dir):
    """(ms from exec to the first answer, memory while idle)"""
    port = free_port()
    done = subprocess.run([probe, str(port), "/_stratolite/health", binary, "start", "--port", str(port), "--data-dir", data_dir],
                          capture_output=True, text=True, check=True)
    pid = int(done.stderr)
    time.sleep(0.05)
    figures = memory(pid)
    os.kill(pid, signal.SIGTERM)
    while is_running(pid):
        time.sleep(0.002)
    return int(done.stdout) / 1000, figures


def is_running(pid):
    try:
        # Its parent is whatever adopts orphans here, which may take its time to bury them.
        return "State:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--binaries", nargs=2, metavar=("PLAIN", "MORE"), help="builds to compare, instead of making them")
    arguments = parser.parse_args()
    directory = ROOT / "build/models-bench"
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="models-", dir=directory) as scratch:
        extra = pathlib.Path(scratch) / "extra"
        if arguments.binaries:
            binaries = dict(zip(("plain", "more"), map(pathlib.Path, arguments.binaries)))
        else:
            distil(extra, arguments.models)
            binaries = {"plain": build(directory, ""), "more": build(directory, extra)}
        probe = pathlib.Path(scratch) / "start_probe"
        subprocess.run(["g++", "-O2", "-std=c++20", HERE / "start_probe.cpp", "-o", probe], check=True)
        runs = {label: [] for label in binaries}
        for number in range(arguments.rounds):
            # Whoever goes second finds warmer caches: take turns in that as well.
            for label in sorted(binaries, reverse=number % 2 == 0):
                runs[label].append(start(probe, binaries[label], pathlib.Path(scratch) / f"data-{label}"))
    print(f"{arguments.models} more models, {arguments.rounds} starts of each, in turns")
    print(f"{'':22}{'binary MiB':>11}{'start ms: median':>18}{'quartiles':>16}{'min':>7}{'RSS MiB':>9}{'anonymous':>11}{'dirty KiB':>11}")
    for label, text in (("plain", "checked-in models"), ("more", f"{arguments.models} more models")):
        times = sorted(ms for ms, _ in runs[label])
        low, middle, high = statistics.quantiles(times, n=4)
        rss, anonymous, dirty = (statistics.median(figures[i] for _, figures in runs[label]) for i in range(3))
        print(f"{text:22}{binaries[label].stat().st_size / 2**20:11.1f}{middle:18.3f}{f'{low:.2f}-{high:.2f}':>16}{times[0]:7.2f}"
              f"{rss / 1024:9.2f}{anonymous / 1024:11.2f}{dirty:11.0f}")


if __name__ == "__main__":
    main()
