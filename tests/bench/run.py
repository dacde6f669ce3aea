"""`make bench`: start, idle memory and requests per second, beside nginx in the same run; downloads, forks and listings.

Each figure is the median of several rounds; nginx and stratolite take turns, so that a busy machine disturbs both alike.
Nothing here asserts: the table is for people. `--json FILE` keeps the figures.
"""

import argparse
import contextlib
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import idle_connections
import s3
from rig import REPOSITORY, ROOT_KEY, UNKNOWN_KEY, free_port, nginx, resident_mib, stratolite, wrk, wrk_script

HERE = pathlib.Path(__file__).resolve().parent
GOALS = {"start_ms": 5, "idle_mib": 10, "reset_ms": 5, "sts": 0.3, "send": 0.15}


def is_running(pid):
    """Whether it has not ended; a zombie that pid 1 has yet to reap has."""
    with contextlib.suppress(FileNotFoundError):
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def start_times(probe, binary, scratch, rounds, fresh):
    times = []
    for number in range(rounds):
        data_dir = scratch / (f"start-{number}" if fresh else "start-again")
        port = free_port()
        done = subprocess.run([probe, str(port), "/_stratolite/health", binary, "start", "--port", str(port), "--data-dir", str(data_dir)],
                              capture_output=True, text=True, check=True)
        times.append(int(done.stdout) / 1000)
        pid = int(done.stderr)
        os.kill(pid, signal.SIGTERM)
        while is_running(pid):
            time.sleep(0.005)
    return times


def reset_ms(url):
    request = urllib.request.Request(url + "/_stratolite/reset", method="POST")
    begun = time.perf_counter()
    urllib.request.urlopen(request).read()
    return (time.perf_counter() - begun) * 1000


def call(service, url, credentials, headers, body):
    request = AWSRequest("POST", url + "/", data=body, headers=headers)
    SigV4Auth(Credentials(*credentials), service, "us-east-1").add_auth(request)
    return dict(request.headers), body


def make_calls(url, scratch):
    """(name, wrk script) of each operation; the queue is made here."""
    sqs = boto3.client("sqs", endpoint_url=url, region_name="us-east-1", aws_access_key_id=ROOT_KEY[0], aws_secret_access_key=ROOT_KEY[1])
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    target = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage"}
    identity = "Action=GetCallerIdentity&Version=2011-06-15"
    calls = []
    for label, key in (("", UNKNOWN_KEY), (", signature verified", ROOT_KEY)):
        account = sqs.create_queue(QueueName="bench")["QueueUrl"] if key == ROOT_KEY else f"{url}/{UNKNOWN_KEY[0]}/bench"
        if key == UNKNOWN_KEY:
            boto3.client("sqs", endpoint_url=url, region_name="us-east-1", aws_access_key_id=key[0], aws_secret_access_key=key[1]).create_queue(QueueName="bench")
        message = json.dumps({"QueueUrl": account, "MessageBody": "x" * 100})
        calls.append((f"STS GetCallerIdentity{label}", "sts", call("sts", url, key, form, identity)))
        calls.append((f"SQS SendMessage{label}", "send", call("sqs", url, key, target, message)))
    receive = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.ReceiveMessage"}
    take = json.dumps({"QueueUrl": f"{url}/{UNKNOWN_KEY[0]}/bench", "MaxNumberOfMessages": 1})
    calls.append(("SQS ReceiveMessage", None, call("sqs", url, UNKNOWN_KEY, receive, take)))
    return [(name, goal, wrk_script(scratch / f"call-{index}.lua", *what)) for index, (name, goal, what) in enumerate(calls)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=str(REPOSITORY / "build/release/stratolite"))
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    figures = {}
    (REPOSITORY / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=REPOSITORY / "build") as name:
        scratch = pathlib.Path(name)
        probe = str(scratch / "start_probe")
        subprocess.run(["g++", "-O2", "-std=c++20", str(HERE / "start_probe.cpp"), "-o", probe], check=True)
        for label, fresh in (("start to first answer, fresh directory", True), ("start to first answer, existing directory", False)):
            times = start_times(probe, arguments.binary, scratch, 15, fresh)
            figures[label] = {"median_ms": statistics.median(times), "min_ms": min(times), "max_ms": max(times)}
            print(f"{label:<46} {statistics.median(times):8.2f} ms  (min {min(times):.2f}, max {max(times):.2f}; goal {GOALS['start_ms']})")
        data_dir = scratch / "data"
        with stratolite(arguments.binary, data_dir, "--root-credentials", ":".join(ROOT_KEY)) as (url, process), nginx(scratch) as peer:
            urllib.request.urlopen(url + "/_stratolite/health").read()
            time.sleep(0.5)
            figures["idle_mib"] = resident_mib(process.pid)
            print(f"{'idle memory (resident)':<46} {figures['idle_mib']:8.1f} MiB (goal {GOALS['idle_mib']})")
            figures["reset_ms"] = statistics.median(reset_ms(url) for _ in range(50))
            print(f"{'reset of a small world':<46} {figures['reset_ms']:8.2f} ms  (goal {GOALS['reset_ms']})")
            calls = make_calls(url, scratch)
            rates = {name: [] for name, _, _ in calls} | {"nginx": []}
            for _ in range(arguments.rounds):
                rates["nginx"].append(wrk(peer, arguments.seconds, arguments.connections))
                for name, _, script in calls:
                    rates[name].append(wrk(url + "/", arguments.seconds, arguments.connections, script))
            base = statistics.median(r["rps"] for r in rates["nginx"])
            print(f"\n{'at %d connections' % arguments.connections:<46} {'requests/s':>10} {'of nginx':>9} {'p99':>9} {'goal':>6}")
            for name, goal in [("nginx", None)] + [(n, g) for n, g, _ in calls]:
                runs = rates[name]
                rate = statistics.median(r["rps"] for r in runs)
                p99 = sorted(r["p99"] for r in runs)[len(runs) // 2]
                failed = sum(r["failed"] for r in runs)
                figures[name] = {"rps": rate, "of_nginx": rate / base, "p99": p99, "failed": failed}
                note = f"  {failed} answers were errors" if failed else ""
                print(f"{'nginx return 200' if name == 'nginx' else name:<46} {rate:10.0f} {rate / base:9.2f} {p99:>9} {GOALS.get(goal, ''):>6}{note}")
            figures["s3"] = s3.measure(url, peer, scratch, arguments.seconds, arguments.rounds)
            figures["busy_mib"] = resident_mib(process.pid)
            print(f"\nmemory afterwards (resident)                   {figures['busy_mib']:8.1f} MiB")
        for tls in (False, True):
            figures["idle_tls_connections" if tls else "idle_connections"] = idle_connections.measure(arguments.binary, scratch, 10_000, tls)
        downloads = str(scratch / "downloads")
        subprocess.run(["g++", "-O2", "-std=c++20", "-pthread", str(HERE / "downloads.cpp"), "-o", downloads], check=True)
        (scratch / "large").write_bytes(os.urandom(64 * 2**20))
        print("\n64 MiB from a file to a loopback socket", flush=True)
        subprocess.run([downloads, str(scratch / "large"), str(3 * arguments.rounds)], check=True)
    for script, options in (("fork.py", ["--binary", arguments.binary]), ("listing.py", [arguments.binary])):
        print(flush=True)
        subprocess.run([sys.executable, str(HERE / script), *options], check=True)
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
