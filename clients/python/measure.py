"""How long a daemon takes to start, and a world to be made and deleted, as the fixtures do it: PYTHONPATH=clients/python/src python3 clients/python/measure.py"""

import pathlib
import statistics
import tempfile
import time

from stratolite_pytest import Daemon, Stratolite


def milliseconds(call):
    started = time.perf_counter()
    result = call()
    return (time.perf_counter() - started) * 1000, result


def main():
    starts, forks, deletes = [], [], []
    for _ in range(40):
        with tempfile.TemporaryDirectory() as directory:
            took, daemon = milliseconds(lambda: Daemon(pathlib.Path(directory)))
            starts.append(took)
            if len(starts) == 40:
                base = Stratolite.fork(daemon.endpoint)
                for _ in range(200):
                    took, world = milliseconds(lambda: Stratolite.fork(daemon.endpoint, base.name))
                    forks.append(took)
                    deletes.append(milliseconds(world.delete)[0])
            daemon.stop()
    for name, taken in (("start", starts), ("fork", forks), ("delete", deletes)):
        print(f"{name:<7} median {statistics.median(taken):.1f} ms, nine of ten below {sorted(taken)[len(taken) * 9 // 10]:.1f}, best {min(taken):.1f}, worst {max(taken):.1f}")
    print(f"load average {pathlib.Path('/proc/loadavg').read_text().split()[0]}")


if __name__ == "__main__":
    main()
