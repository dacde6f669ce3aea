"""`tests/bench/fork.py`: how long a fork of a full world takes, and what two hundred idle worlds cost.

The world is filled by real requests: SendMessageBatch, PutObject. Bodies of the large objects are files, which a fork shares: twice as many of them
must not make it slower. Nothing here asserts: the table is for people. `--json FILE` keeps the figures.
"""

import argparse
import concurrent.futures
import contextlib
import http.client
import json
import pathlib
import statistics
import tempfile
import time

import boto3
import rig

AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{}/aws4_request, SignedHeaders=host;x-amz-date, "
                 "Signature=" + "0" * 64)
DATE = {"X-Amz-Date": "20260101T000000Z"}
GOALS = {"fork_ms": 50, "idle_worlds_mib": 100}


class Daemon:
    def __init__(self, port, process):
        self.port = port
        self.process = process
        self.url = f"http://127.0.0.1:{port}"

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def admin(self, method, path, body=None):
        connection = self.connect()
        connection.request(method, f"/_stratolite/{path}", json.dumps(body) if body is not None else None)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status // 100 == 2, text
        return json.loads(text)

    def client(self, service, world=None):
        key, secret = (world["access_key_id"], world["secret_access_key"]) if world else ("test", "test")
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret)


@contextlib.contextmanager
def daemon(binary, *place):
    port = rig.free_port()
    with rig.running([binary, "start", "--port", str(port), "--log-level", "warn", *map(str, place)]) as process:
        rig.wait_for(port)
        yield Daemon(port, process)


def in_parallel(daemon, requests, workers=4):
    """Sends (method, path, body, headers) over a few connections."""

    def run(part):
        connection = daemon.connect()
        for method, path, body, headers in part:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, text

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, (requests[i::workers] for i in range(workers))))


def send_messages(daemon, count):
    url = daemon.client("sqs").create_queue(QueueName="bench")["QueueUrl"]
    entries = [{"Id": str(i), "MessageBody": "x" * 100} for i in range(10)]
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessageBatch", **DATE,
               "Authorization": AUTHORIZATION.format("sqs")}
    in_parallel(daemon, [("POST", "/", json.dumps({"QueueUrl": url, "Entries": entries}), headers)] * (count // 10))


def put_objects(daemon, bucket, count, size):
    daemon.client("s3").create_bucket(Bucket=bucket)
    headers = {**DATE, "Authorization": AUTHORIZATION.format("s3"), "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
    body = b"x" * size
    in_parallel(daemon, [("PUT", f"/{bucket}/object-{i}", body, headers) for i in range(count)])


def fork_times(daemon, rounds):
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        world = daemon.admin("POST", "worlds", {"fork": "default"})
        times.append((time.perf_counter() - begun) * 1000)
        daemon.admin("DELETE", "worlds/" + world["name"])
    return {"median_ms": statistics.median(times), "max_ms": max(times)}


def threads(pid):
    return len(list(pathlib.Path(f"/proc/{pid}/task").iterdir()))


def measure_forks(binary, place, options):
    found = {}
    with daemon(binary, *place) as one:
        found["almost empty"] = fork_times(one, options.rounds)
        send_messages(one, options.messages)
        put_objects(one, "small", options.objects, 1024)
        found[f"{options.messages} messages, {options.objects} objects"] = fork_times(one, options.rounds)
        for number in (1, 2):
            put_objects(one, f"large-{number}", options.large, 4 * 1024 * 1024)
            found[f"and {number * options.large * 4} MiB in files"] = fork_times(one, options.rounds)
        world = one.admin("POST", "worlds", {"fork": "default"})
        sqs = one.client("sqs", world)
        count = sqs.get_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName="bench")["QueueUrl"], AttributeNames=["ApproximateNumberOfMessages"])
        assert count["Attributes"]["ApproximateNumberOfMessages"] == str(options.messages), count
    return found


def measure_idle(binary, place, count):
    with daemon(binary, *place) as one:
        sqs = one.client("sqs")
        for i in range(10):
            sqs.send_message(QueueUrl=sqs.create_queue(QueueName=f"q{i}")["QueueUrl"], MessageBody="x")
        one.client("s3").create_bucket(Bucket="bucket")
        before = rig.resident_mib(one.process.pid)
        for _ in range(count):
            world = one.admin("POST", "worlds", {"fork": "default"})
            one.client("sqs", world).list_queues()
        at_once = rig.resident_mib(one.process.pid)
        time.sleep(10)
        return {"alone_mib": before, "at_once_mib": at_once, "idle_mib": rig.resident_mib(one.process.pid), "threads": threads(one.process.pid)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(rig.REPOSITORY / "build/release/stratolite"))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=50, help="objects of 4 MiB, twice")
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory(prefix="stratolite-bench-") as scratch:
        places = {"--ephemeral": ["--ephemeral"], "--data-dir": ["--data-dir", pathlib.Path(scratch) / "data"]}
        for name, place in places.items():
            found[name] = measure_forks(options.binary, place, options)
        found["idle"] = measure_idle(options.binary, ["--ephemeral"], options.worlds)
    print(f"| fork of a world with | {' | '.join(places)} |\n| --- |{' --- |' * len(places)}")
    for state in found["--ephemeral"]:
        cells = (f"{found[place][state]['median_ms']:.1f} ms (max {found[place][state]['max_ms']:.1f})" for place in places)
        print(f"| {state} | {' | '.join(cells)} |")
    idle = found["idle"]
    print(f"\n{options.worlds} worlds after a request each: {idle['at_once_mib']:.1f} MiB resident, {idle['idle_mib']:.1f} MiB when idle "
          f"({idle['threads']} threads); the daemon alone {idle['alone_mib']:.1f} MiB. Goals: {GOALS['fork_ms']} ms, {GOALS['idle_worlds_mib']} MiB.")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
