"""How long a page of a listing takes: `listing.py BINARY [KEYS…]` fills buckets behind the daemon's back and asks for pages at their start, middle and end."""

import http.client
import pathlib
import sqlite3
import statistics
import sys
import tempfile
import time

import boto3

from rig import UNKNOWN_KEY, free_port, running, wait_for

ROUNDS = 50
FOLDER = 1000
# Folders of :folder keys each, shuffled so that neighbours in the listing are no neighbours in the file.
FILL = """
WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :keys)
INSERT INTO s3_object (bucket_id, key, version_id, is_latest, is_delete_marker, last_modified, size, etag, storage_class, checksum_algorithm,
                       checksum_type, checksum, system_metadata, user_metadata, tags, part_count)
SELECT :bucket, printf('folder-%05d/file-%09d.txt', k / :folder, k), 'null', 1, 0, 1700000000000000 + i, 1024, printf('%032x', i), 'STANDARD', 2, 0,
       'AAAAAAAAAAA=', '{"ContentType":"binary/octet-stream"}', '{}', '{}', 0
FROM (SELECT i, (i * 7919) % :keys AS k FROM n)
"""


def serve(binary, directory):
    port = free_port()
    return port, running([binary, "start", "--port", str(port), "--data-dir", str(directory)])


def fill(binary, directory, keys, folder=FOLDER):
    port, daemon = serve(binary, directory)
    with daemon:
        wait_for(port)
        boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", aws_access_key_id=UNKNOWN_KEY[0],
                     aws_secret_access_key=UNKNOWN_KEY[1]).create_bucket(Bucket="bench")
    state = next(pathlib.Path(directory).rglob("state.db"))
    with sqlite3.connect(state) as database:
        bucket = database.execute("SELECT id FROM s3_bucket WHERE name = 'bench'").fetchone()[0]
        database.execute(FILL, {"bucket": bucket, "keys": keys, "folder": folder})
    database.close()


def measure(port, query):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        connection.request("GET", f"/bench?list-type=2&encoding-type=url{query}")
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - start) * 1000)
        assert answer.status == 200, body
    return statistics.median(times), sorted(times)[int(ROUNDS * 0.95)], body.count(b"<Key>"), body.count(b"<CommonPrefixes>")


def measure_bucket(binary, keys):
    """{page: (median ms, p95 ms, keys, common prefixes)} out of a bucket of `keys` keys in folders of a thousand."""
    middle, last = keys // 2, keys - 1001
    name = lambda i: f"folder-{i // FOLDER:05d}/file-{i:09d}.txt"
    with tempfile.TemporaryDirectory(prefix="stratolite-listing-") as directory:
        fill(binary, directory, keys)
        port, daemon = serve(binary, directory)
        with daemon:
            wait_for(port)
            return {label: measure(port, query) for label, query in {
                "first": "", "middle": f"&start-after={name(middle)}", "last": f"&start-after={name(last)}", "one key": f"&max-keys=1&start-after={name(middle)}",
                "delimiter, first": "&delimiter=/", "delimiter, middle": f"&delimiter=/&start-after={name(middle)}", "delimiter, last": f"&delimiter=/&start-after={name(last)}",
                "delimiter in one folder": f"&delimiter=/&prefix=folder-{keys // 2 // FOLDER:05d}/",
            }.items()}


def main():
    binary = sys.argv[1]
    for keys in [int(each) for each in sys.argv[2:]] or [10_000, 1_000_000]:
        print(f"{'page out of ' + format(keys, ',') + ' keys':<40} {'median ms':>10} {'p95 ms':>8} {'keys':>6} {'prefixes':>9}")
        for label, (median, p95, found, prefixes) in measure_bucket(binary, keys).items():
            print(f"{label:<40} {median:>10.2f} {p95:>8.2f} {found:>6} {prefixes:>9}")


if __name__ == "__main__":
    main()
