#!/usr/bin/env python3
"""Simulated power cuts: what a daemon acknowledged is there after them.

    python tests/durability/powercut/run.py --cuts 200 --seed 7
    python tests/durability/powercut/run.py --lie files        # every sync of a file is taken for done and does nothing: losses must be found

Clients work against a daemon under a shim that records every change to its files. Then, for each cut, the directory is built that a disk could hold had the
power failed at that moment (disk.py says how), a daemon is started on it, and what it shows is compared with what had been acknowledged.
With `--durability power` nothing may be missing; with `--durability process` the last of it may, but each client must see a state that was, and databases must
be whole. Exit status 1 when something was lost, 0 when not; the other way round with --lie.
"""

import argparse
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import disk  # noqa: E402
import rig  # noqa: E402
import workload  # noqa: E402

# A sync takes about as long as on a fast drive, so that commits are combined as they are there.
SYNC_US = 300
SHOWN_LOSSES = 20
LONG_AGO = 10**9
# Of each client, each time the daemon runs.
LEAST_STEPS = 12


def build_shim(directory):
    shim = directory / "shim.so"
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-Wall", "-o", str(shim), str(HERE / "shim.c"), "-ldl"], check=True)
    return shim


def make_clients(arguments, log, root):
    power = arguments.durability == "power"
    # What lies in files of its own is promised with `power` only.
    sizes = workload.SIZES if power else workload.SMALL_SIZES
    common = (log, arguments.seed, sizes)
    clients = [workload.Objects(f"o{i}", *common) for i in range(3)] + [workload.Messages(f"m{i}", *common) for i in range(3)]
    worlds = [workload.Worlds(f"w{i}", *common, directory=root) for i in range(2)]
    return [*clients, *(worlds if power else ()), workload.Authority("ca", *common)], ([] if power else worlds)


def work(arguments, scratch):
    """Lets clients work through a kill -9 and an orderly restart. Returns (log, root, clients whose history counts)."""
    root, log = scratch / "root", scratch / "log"
    root.mkdir()
    environment = {"LD_PRELOAD": str(build_shim(scratch)), "POWERCUT_ROOT": str(root), "POWERCUT_LOG": str(log), "POWERCUT_SYNC_US": str(SYNC_US)}
    daemon = rig.Rig(root / "data", arguments.binary, ["--durability", arguments.durability], environment)
    daemon.ready_file, daemon.log_file = scratch / "ready", scratch / "daemon.log"
    clients, extras = make_clients(arguments, log, root)
    try:
        for end in (daemon.kill, daemon.stop, daemon.stop):
            daemon.start()
            workload.run_clients([*clients, *extras], daemon.port, arguments.seconds / 3, LEAST_STEPS)
            end()
    finally:
        daemon.kill()
    if "powercut shim:" in daemon.log():
        raise RuntimeError(daemon.log())
    return log, root, clients


def choose_cuts(records, clients, count, rng):
    """Positions in the log: half of them right after something was acknowledged, when what it rests on is as young as can be."""
    ends = [record.end for record in records]
    acknowledged = [step.end for client in clients for step in client.steps if step.end is not None]
    cuts = {rng.choice(ends) for _ in range(count // 2)}
    # The beginning is where files are made.
    cuts |= {rng.choice(ends[:300]) for _ in range(count // 8)}
    while acknowledged and len(cuts) < min(count, len(ends)):
        cuts.add(rng.choice(acknowledged))
    return sorted(cuts)


def boot_again(place):
    """What tells a daemon that the machine went down since: the files are older than its start, and marks name another one."""
    for mark in place.rglob("*.unsynced"):
        if mark.stat().st_size > 0:
            mark.write_text("another boot")
    for path in place.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))


class Check:
    """One cut."""

    def __init__(self, place, binary, durability):
        self.place, self.durability = place, durability
        self.rig = rig.Rig(place / "data", binary, ["--durability", durability])
        self.rig.ready_file, self.rig.log_file = place.with_suffix(".ready"), place.with_suffix(".log")
        self.losses = []

    def run(self, clients, cut):
        try:
            self.rig.start()
        except rig.StartFailed as failed:
            self.losses.append(f"the daemon does not start: {failed}")
            return self.losses
        try:
            daemon = workload.Daemon(self.rig.port)
            for client in clients:
                self.compare(client, daemon, cut)
            if self.durability == "process":
                self.losses += [f"{status}: {answer}" for status, answer in [daemon.admin("GET", "worlds")] if status != 200]
            if self.rig.stop() != 0:
                self.losses.append("the daemon did not end well")
        except (rig.NoAnswer, rig.NotSent, RuntimeError) as error:
            self.losses.append(f"{error!r}; log: {self.rig.log()[-1000:]}")
        finally:
            self.rig.kill()
        errors = [line for line in self.rig.log().splitlines() if re.match(r"\S+ error\b", line)]
        if self.durability == "power" and errors:
            self.losses.append(f"errors in the log: {errors[-5:]}")
        self.look_into_databases()
        return self.losses

    def compare(self, client, daemon, cut):
        right = client.states(cut, any_prefix=self.durability == "process")
        if right[-1] is None:
            return
        seen = client.look(daemon)
        snapshots = {}
        for state in right:
            snapshots |= {name: value for name, value in state.items() if name.startswith("snapshot ")}
        right = [{name: value for name, value in state.items() if not name.startswith("snapshot ")} for state in right]
        if seen not in right:
            last = right[-1]
            missing = {name: value for name, value in last.items() if seen.get(name) != value}
            extra = {name: value for name, value in seen.items() if name not in last}
            self.losses.append(f"{client.name}: should be {missing}, and there is {[(name, seen.get(name)) for name in missing]}, beyond it {extra}")
        certain = client.states(cut)[0]
        for name in [name for name in snapshots if name in certain][-2:]:
            held = client.look_at_snapshot(daemon, self.place / f"{name.split()[1]}.strato", name.split()[1])
            if held != snapshots[name]:
                self.losses.append(f"{client.name}: {name} holds {held} instead of {snapshots[name]}")

    def look_into_databases(self):
        data = self.place / "data"
        for file in [data / "state.db", *data.glob("worlds/*/state.db")]:
            # One that is marked was not opened since: whoever does looks through it.
            if not file.exists() or file.with_name("state.db.unsynced").exists():
                continue
            connection = sqlite3.connect(file)
            try:
                answer = connection.execute("PRAGMA integrity_check").fetchall()
                if answer != [("ok",)]:
                    self.losses.append(f"{file.relative_to(data)}: {answer[:3]}")
                elif self.durability == "power" and connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'blob'").fetchone():
                    self.look_for_files(connection, data)
            except sqlite3.DatabaseError as error:
                self.losses.append(f"{file.relative_to(data)}: {error}")
            finally:
                connection.close()

    def look_for_files(self, connection, data):
        for number, size in connection.execute("SELECT file, size FROM blob WHERE file > 0").fetchall():
            body = data / "blobs" / f"{number // 1024 % 256:02x}" / str(number)
            if not body.exists() or body.stat().st_size != size:
                self.losses.append(f"a row names the file {number} of {size} bytes, which is {'cut short' if body.exists() else 'missing'}")


def cut_power(arguments, scratch, log, root, clients):
    """Returns {(cut, way): losses} of those where something is wrong."""
    rng = random.Random(arguments.seed)
    records = disk.read_log(log)
    cuts = choose_cuts(records, clients, arguments.cuts, rng)
    model = disk.Disk(root, arguments.lie)
    # Without waiting for the disk the order of directory entries has to be the file system's, as ext4, XFS and Btrfs keep it.
    ways = [way for way in disk.WAYS if arguments.durability == "power" or way != "chaos"]
    done, wrong = 0, {}
    for number, cut in enumerate(cuts):
        while done < len(records) and records[done].end <= cut:
            model.apply(records[done])
            done += 1
        way = arguments.way or ways[number % len(ways)]
        place = scratch / f"cut{number}"
        model.after_cut(way, rng, place)
        boot_again(place)
        losses = Check(place, arguments.binary, arguments.durability).run(clients, cut)
        if losses:
            wrong[(cut, way)] = losses
        if not losses or not arguments.keep:
            shutil.rmtree(place)
    return wrong, len(cuts), records


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cuts", type=int, default=40)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--seconds", type=float, default=3, help="how long the clients work")
    parser.add_argument("--durability", choices=["power", "process"], default="power")
    parser.add_argument("--binary", default=rig.find_binary())
    parser.add_argument("--way", choices=disk.WAYS, help="this way only of choosing what of the unsynced is there")
    parser.add_argument("--lie", choices=["files", "directories", "all"], help="let syncs do nothing, to see that losses are found")
    parser.add_argument("--keep", action="store_true", help="keep the directories in which something is lost")
    arguments = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="stratolite-powercut-"))
    started = time.monotonic()
    try:
        log, root, clients = work(arguments, scratch)
        worked = time.monotonic() - started
        wrong, cuts, records = cut_power(arguments, scratch, log, root, clients)
    finally:
        if not arguments.keep:
            shutil.rmtree(scratch)
    for (cut, way), losses in list(wrong.items())[:SHOWN_LOSSES]:
        print(f"cut at byte {cut}, {way} of the unsynced:")
        for loss in losses[:5]:
            print(f"    {loss:.1500}")
    steps = sum(len(client.steps) for client in clients)
    print(json.dumps({"durability": arguments.durability, "seed": arguments.seed, "steps": steps, "records": len(records), "cuts": cuts,
                      "cuts_with_losses": len(wrong), "lie": arguments.lie, "seconds": [round(worked, 1), round(time.monotonic() - started, 1)],
                      **({"kept": str(scratch)} if arguments.keep else {})}))
    return bool(wrong) != bool(arguments.lie)


if __name__ == "__main__":
    sys.exit(main())
