#!/usr/bin/env python3
"""Kills the daemon under load, again and again, and looks for what was acknowledged and is not there. `make torture`.

On failure the data directory stays, and what is printed names the seed, the broken promise and the history of what it broke for. Standard library only.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from promises import Broken  # noqa: E402
from rig import find_binary  # noqa: E402
from torture import Torture  # noqa: E402


def torture(task):
    """One job: so many kills of one daemon. Returns (counts, actions on worlds, text of the failure or None)."""
    directory, binary, durability, kills, seed, tag, say = task
    job = None

    def report(counts):
        if say and counts["kills"] % 50 == 0:
            print(f"{durability}: {counts['kills']} kills, {counts['acknowledged']} operations acknowledged", flush=True)

    try:
        job = Torture(pathlib.Path(directory), binary, durability, seed, tag)
        status = job.run(kills, report)
        if status != 0:
            raise Broken("the daemon stops in order when it is asked to", str(status), [job.rig.log()[-2000:]])
        shutil.rmtree(directory)
        return job.counts, job.worlds.counts, None
    except Exception as error:  # every failure is told with the seed
        text = error.describe() if isinstance(error, Broken) else traceback.format_exc()
        text = (f"{text}\n  seed {seed}, durability {durability}, cycle {job.cycle if job else 0}\n  kept: {directory}\n"
                f"  the daemon's last words:\n{job.rig.log()[-1500:] if job else ''}")
        if job:
            job.rig.kill()
        pathlib.Path(directory, "failure.txt").write_text(text)
        return (job.counts if job else {}), {}, text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000, help="of all jobs together (1000)")
    parser.add_argument("--durability", choices=["process", "power", "both"], default="both")
    parser.add_argument("--seed", type=int, default=None, help="repeats the choices of a run, as far as threads allow")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2, help="daemons at the same time")
    parser.add_argument("--binary", default=find_binary())
    parser.add_argument("--directory", default=None, help="where the data directories are made (a new one in the temporary directory)")
    parser.add_argument("--quiet", action="store_true")
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else int.from_bytes(os.urandom(4), "little")
    root = pathlib.Path(arguments.directory or tempfile.mkdtemp(prefix="stratolite-torture-"))
    levels = ["process", "power"] if arguments.durability == "both" else [arguments.durability]
    lanes = [levels[job % len(levels)] for job in range(max(arguments.jobs, len(levels)))]
    tasks = []
    for number, level in enumerate(lanes):
        kills = arguments.kills * (number + 1) // len(lanes) - arguments.kills * number // len(lanes)
        tasks.append((str(root / f"{level}-{number}"), arguments.binary, level, kills, seed * 100 + number, f"{number}", not arguments.quiet))
    print(f"{arguments.kills} kills, seed {seed}, {arguments.binary}", flush=True)
    started = time.monotonic()
    totals, actions, failures = {}, {}, []
    with multiprocessing.get_context("spawn").Pool(arguments.jobs) as pool:
        for counts, kinds, failure in pool.imap_unordered(torture, tasks):
            for into, more in ((totals, counts), (actions, kinds)):
                for name, count in more.items():
                    into[name] = into.get(name, 0) + count
            if failure:
                failures.append(failure)
                print(failure, flush=True)
    seconds = time.monotonic() - started
    print(json.dumps({"seconds": round(seconds), "broken": len(failures)} | totals | {"worlds": actions}), flush=True)
    if not failures and not arguments.directory:
        shutil.rmtree(root, ignore_errors=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
