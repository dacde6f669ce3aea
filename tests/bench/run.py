"""`make bench`: start, memory, requests per second, S3, worlds; beside nginx and other emulators in the same run.

Figures are medians of several rounds in which nginx and the daemon take turns, so that a busy machine disturbs both alike. Nothing here asserts a
time: the table at the end, what was asked beside what was measured, is for people. `--json FILE` keeps all figures, `--only` chooses sections.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import access
import calls
import curves
import eventing
import idle_connections
import listing
import peers
import s3
import s3_bulk
import sqs
import start
from rig import REPOSITORY, ROOT_KEY, nginx, resident_mib, stratolite, wrk

HERE = pathlib.Path(__file__).resolve().parent
MILLION = 1_000_000


class Bench:
    """One run: what the sections share, what they found."""

    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch
        self.figures = {}
        self.bars = []

    def bar(self, what, measured, asked, met):
        self.bars.append((what, measured, asked, met))

    def daemon(self, name):
        return stratolite(self.options.binary, self.scratch / name, "--root-credentials", ":".join(ROOT_KEY))

    def print_bars(self):
        print(f"\n{'what':<58}{'measured':>16}  {'asked':<28}")
        for what, measured, asked, met in self.bars:
            print(f"{what:<58}{measured:>16}  {asked:<28}{'' if met else 'MISSED'}")


def start_section(bench):
    times = bench.figures["start_ms"] = start.measure(bench.options.binary, bench.scratch, 15)
    print(f"\n{'exec to first answer, ms':<46} {'median':>8} {'min':>8} {'max':>8}")
    for label, each in times.items():
        print(f"{label:<46} {each[0]:8.2f} {each[1]:8.2f} {each[2]:8.2f}")
    for label in ("fresh directory", "used directory"):
        ours, theirs = times[label][0], times["nginx"][0]
        bench.bar(f"exec to first answer, {label}", f"{ours:.1f} ms", f"≤ 5 ms, ≤ nginx ({theirs:.1f} ms)", ours <= 5 and ours <= theirs)


def memory_section(bench):
    with bench.daemon("memory") as (url, process):
        urllib.request.urlopen(url + "/_stratolite/health").read()
        time.sleep(0.5)
        idle = bench.figures["idle_mib"] = resident_mib(process.pid)
        bench.bar("idle memory, resident", f"{idle:.1f} MiB", "≤ 10 MiB", idle <= 10)
        scripts = calls.make(url, bench.scratch)
        sent, turn = 0, 0
        while sent < MILLION:
            sent += wrk(url + "/", 5, 16, list(scripts.values())[turn % len(scripts)])["requests"]
            turn += 1
        busy = bench.figures["after_million_mib"] = resident_mib(process.pid)
        bench.bar(f"memory after {sent:,} requests", f"{busy:.1f} MiB", "≤ 40 MiB", busy <= 40)


def requests_section(bench):
    o = bench.options
    with bench.daemon("requests") as (url, _), nginx(bench.scratch) as peer:
        found = bench.figures["requests"] = calls.measure(url, peer, bench.scratch, o.seconds, o.rounds, o.connections)
    identity, send = found["STS GetCallerIdentity, signature verified"], found["SQS SendMessage"]
    bench.bar("STS GetCallerIdentity, verified", f"{identity['of_nginx']:.2f} of nginx", "≥ 0.3", identity["of_nginx"] >= 0.3)
    bench.bar("SQS SendMessage", f"{send['of_nginx']:.2f} of nginx", "≥ 0.15", send["of_nginx"] >= 0.15)
    bench.bar("SQS SendMessage", f"{send['rps']:,.0f}/s", "≥ 15 000/s", send["rps"] >= 15_000)


def sqs_section(bench):
    o = bench.options
    with bench.daemon("trips") as (url, _):
        standard, fifo = [], []
        for turn in range(o.rounds):
            standard.append(sqs.round_trips(url, bench.scratch, o.seconds, o.connections, "trips", run=turn))
            fifo.append(sqs.round_trips(url, bench.scratch, o.seconds, o.connections, "trips", sqs.GROUPS, run=turn))
    plain, grouped = statistics.median(standard), statistics.median(fifo)
    waiting = sqs.by_waiting(o.binary, bench.scratch, (1_000, MILLION), o.seconds, o.rounds, o.connections)
    few, many = waiting[1_000], waiting[MILLION]
    bench.figures["sqs"] = {"round_trips": plain, "fifo": grouped, "waiting": waiting}
    bench.bar("SQS send, receive, delete", f"{plain:,.0f}/s", "≥ 7 000/s", plain >= 7000)
    bench.bar(f"the same, FIFO in {sqs.GROUPS} groups", f"{grouped / plain:.2f} of that", "≥ 0.5", grouped >= plain / 2)
    bench.bar("SQS SendMessage, a million waiting", f"{many[0] / few[0]:.2f} of few", "no slower (≥ 0.95)", many[0] >= 0.95 * few[0])
    bench.bar("SQS round trips, a million waiting", f"{many[1] / few[1]:.2f} of few", "", True)


def access_section(bench):
    o = bench.options
    found = bench.figures["access"] = access.measure(o.binary, bench.scratch, o.seconds, o.rounds, o.connections)
    of_off = found["enforce"] / found["off"]
    bench.bar("SQS SendMessage, --iam enforce", f"{of_off:.2f} of off", "≥ 0.85", of_off >= 0.85)


def eventing_section(bench):
    found = bench.figures["eventing"] = eventing.measure(bench)
    bench.bar("SNS Publish to one SQS queue", f"{found['publish']:,.0f}/s", "≥ 5 000/s", found["publish"] >= 5000)
    bench.bar("the same, raw", f"{found['publish_raw']:,.0f}/s", "≥ 5 000/s", found["publish_raw"] >= 5000)
    bench.bar(f"SNS Publish to {eventing.FAN_OUT} queues, deliveries", f"{found['fan_out']:,.0f}/s", "≥ 20 000/s", found["fan_out"] >= 20_000)
    bench.bar(f"EventBridge PutEvents against {eventing.RULES} rules", f"{found['put_events']:,.0f}/s", "≥ 5 000/s", found["put_events"] >= 5000)
    bench.bar(f"SNS Publish to {eventing.WIDEST} queues, one transaction", f"{found['widest_ms']:.0f} ms", "", True)


def s3_section(bench):
    o = bench.options
    with bench.daemon("s3") as (url, process), nginx(bench.scratch) as peer:
        found = bench.figures["s3"] = s3.measure(url, peer, bench.scratch, o.seconds, o.rounds)
        md5 = bench.figures["md5_mib_per_s"] = s3.md5_mib_per_s()
        get, put = bench.figures["at_once_mib"] = s3.many_at_once(url, process, bench.scratch, 2 * o.seconds)
    for name, least in (("GET 1 KiB", 0.4), ("GET 1 MiB", 0.9), ("GET 64 MiB", 0.9)):
        bench.bar(f"S3 {name}", f"{found[name]['of_nginx']:.2f} of nginx", f"≥ {least}", found[name]["of_nginx"] >= least)
    small, large = found["PUT 1 KiB"]["rps"], found["PUT 64 MiB"]["rps"] * 64
    bench.bar("S3 PUT 1 KiB", f"{small:,.0f}/s", "≥ 12 000/s", small >= 12_000)
    bench.bar("S3 PUT 64 MiB", f"{large:,.0f} MiB/s", f"≥ 0.8 of MD5 ({md5:,.0f} MiB/s)", large >= 0.8 * md5)
    bench.bar("64 GETs of 64 MiB at once", f"+{get:.1f} MiB", "≤ 32 MiB", get <= 32)
    bench.bar("64 PUTs of 64 MiB at once", f"+{put:.1f} MiB", "≤ 32 MiB", put <= 32)


def bulk_section(bench):
    found = bench.figures["bulk"] = s3_bulk.measure(bench.options.binary, bench.scratch)
    few, many = found[10_000], found[MILLION]
    bench.bar(f"CompleteMultipartUpload of {s3_bulk.PARTS} parts", f"{found['complete_ms']:.1f} ms", "≤ 20 ms", found["complete_ms"] <= 20)
    bench.bar("CopyObject of 1 GiB", f"{found['copy_ms']:.1f} ms", "≤ 20 ms", found["copy_ms"] <= 20)
    bench.bar(f"listing {many['prefixes']:,} common prefixes of a million keys", f"{many['prefixes_ms']:.0f} ms", "", True)
    bench.bar(f"DeleteObjects of {s3_bulk.BATCH}, a million keys", f"{many['delete_ms'] / few['delete_ms']:.2f} of 10 000", "flat", many["delete_ms"] <= 1.25 * few["delete_ms"])


def listing_section(bench):
    found = bench.figures["listing"] = {}
    for keys in (10_000, MILLION):
        pages = found[keys] = listing.measure_bucket(bench.options.binary, keys)
        print(f"\n{'page out of ' + format(keys, ',') + ' keys':<46} {'median ms':>10} {'p95 ms':>8} {'keys':>6} {'prefixes':>9}")
        for label, (median, p95, count, prefixes) in pages.items():
            print(f"{label:<46} {median:>10.2f} {p95:>8.2f} {count:>6} {prefixes:>9}", flush=True)
        worst = max(pages[label][0] for label in ("first", "middle", "last"))
        bench.bar(f"page of 1000 out of {keys:,} keys, slowest place", f"{worst:.1f} ms", "≤ 5 ms", worst <= 5)


def worlds_section(bench):
    with bench.daemon("reset") as (url, _):
        times = []
        for _ in range(50):
            begun = time.perf_counter()
            urllib.request.urlopen(urllib.request.Request(url + "/_stratolite/reset", method="POST")).read()
            times.append((time.perf_counter() - begun) * 1000)
    reset = bench.figures["reset_ms"] = statistics.median(times)
    bench.bar("reset", f"{reset:.2f} ms", "≤ 5 ms", reset <= 5)
    kept = bench.scratch / "fork.json"
    print(flush=True)
    subprocess.run([sys.executable, str(HERE / "fork.py"), "--binary", bench.options.binary, "--json", str(kept)], check=True)
    forks = bench.figures["fork"] = json.loads(kept.read_text())
    for place, label, found in ((place, label, found) for place, rows in forks.items() if place.startswith("--") for label, found in rows.items()):
        if re.match(r"\d+ messages|and", label):
            bench.bar(f"fork {place}: {label}", f"{found['median_ms']:.1f} ms", "≤ 50 ms", found["median_ms"] <= 50)


def connections_section(bench):
    for tls in (False, True):
        bench.figures["idle_tls_connections" if tls else "idle_connections"] = idle_connections.measure(bench.options.binary, bench.scratch, 10_000, tls)


def downloads_section(bench):
    downloads = str(bench.scratch / "downloads")
    subprocess.run(["g++", "-O2", "-std=c++20", "-pthread", str(HERE / "downloads.cpp"), "-o", downloads], check=True)
    (bench.scratch / "large").write_bytes(os.urandom(64 * 2**20))
    print("\n64 MiB from a file to a loopback socket", flush=True)
    subprocess.run([downloads, str(bench.scratch / "large"), str(3 * bench.options.rounds)], check=True)


def curves_section(bench):
    o = bench.options
    with bench.daemon("curves") as (url, _), nginx(bench.scratch) as peer:
        bench.figures["curves"] = curves.measure(o.binary, url, peer, bench.scratch, max(1, o.seconds // 2), o.connections)


def peers_section(bench):
    o = bench.options
    bench.figures["peers"] = peers.measure(o.binary, bench.scratch, o.seconds, o.connections)


SECTIONS = {"start": start_section, "memory": memory_section, "requests": requests_section, "sqs": sqs_section, "access": access_section, "eventing": eventing_section,
            "s3": s3_section, "bulk": bulk_section, "listing": listing_section, "worlds": worlds_section, "connections": connections_section, "downloads": downloads_section,
            "curves": curves_section, "peers": peers_section}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(REPOSITORY / "build/release/stratolite"))
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--only", help="sections, comma-separated: " + ", ".join(SECTIONS))
    parser.add_argument("--json")
    options = parser.parse_args()
    chosen = options.only.split(",") if options.only else list(SECTIONS)
    if unknown := set(chosen) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    (REPOSITORY / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=REPOSITORY / "build") as name:
        bench = Bench(options, pathlib.Path(name))
        for section in chosen:
            SECTIONS[section](bench)
    bench.print_bars()
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(bench.figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
