"""Large things of S3 at once: an upload of a thousand parts, a copy of 1 GiB, a million keys: `s3_bulk.py BINARY`."""

import base64
import contextlib
import hashlib
import http.client
import pathlib
import re
import statistics
import sys
import tempfile
import time

import boto3
from botocore.config import Config

import listing
from rig import UNKNOWN_KEY, stratolite, wait_for

MIB = 1 << 20
PARTS = 1000
ROUNDS = 5
COPIES = 20
BATCH = 1000
PREFIXES = 10_000


def client(url):
    # One try: a second one after a slow first would hide it.
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, read_timeout=120)
    return boto3.client("s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id=UNKNOWN_KEY[0], aws_secret_access_key=UNKNOWN_KEY[1], config=config)


@contextlib.contextmanager
def timed(times):
    begun = time.perf_counter()
    yield
    times.append((time.perf_counter() - begun) * 1000)


def post(url, target, body, times):
    """Sends what is ready to be sent, so that a client's own work on a thousand elements is not measured."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    connection.connect()
    with timed(times):
        connection.request("POST", target, body, {"Content-MD5": base64.b64encode(hashlib.md5(body).digest()).decode()})
        answer = connection.getresponse()
        text = answer.read()
    connection.close()
    assert answer.status == 200 and b"<Error>" not in text, text


def complete_upload(s3, url):
    """Median ms of CompleteMultipartUpload with PARTS parts of 5 MiB, the least that S3 takes. The parts are copies of one object."""
    s3.put_object(Bucket="bulk", Key="part", Body=b"x" * (5 * MIB))
    times = []
    for _ in range(ROUNDS):
        upload = {"Bucket": "bulk", "Key": "whole", "UploadId": s3.create_multipart_upload(Bucket="bulk", Key="whole")["UploadId"]}
        etags = [s3.upload_part_copy(**upload, PartNumber=n, CopySource="bulk/part")["CopyPartResult"]["ETag"] for n in range(1, PARTS + 1)]
        parts = "".join(f"<Part><PartNumber>{n}</PartNumber><ETag>{etag}</ETag></Part>" for n, etag in enumerate(etags, 1))
        post(url, f"/bulk/whole?uploadId={upload['UploadId']}", f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode(), times)
        assert s3.head_object(Bucket="bulk", Key="whole")["ContentLength"] == PARTS * 5 * MIB
        s3.delete_object(Bucket="bulk", Key="whole")
    return statistics.median(times)


def copy_object(s3):
    """Median ms of CopyObject of 1 GiB."""
    s3.put_object(Bucket="bulk", Key="gib", Body=b"x" * (1024 * MIB))
    times = []
    for turn in range(COPIES):
        with timed(times):
            s3.copy_object(Bucket="bulk", Key=f"copy-{turn}", CopySource="bulk/gib")
    assert s3.head_object(Bucket="bulk", Key="copy-0")["ContentLength"] == 1024 * MIB
    return statistics.median(times)


def list_prefixes(port):
    """ms of a whole listing with a delimiter, page by page, and how many common prefixes it found."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    begun, found, token = time.perf_counter(), 0, ""
    while token is not None:
        connection.request("GET", f"/bench?list-type=2&delimiter=/{token}")
        body = connection.getresponse().read()
        found += body.count(b"<CommonPrefixes>")
        more = re.search(rb"<NextContinuationToken>([^<]+)<", body)
        token = f"&continuation-token={more[1].decode()}" if more else None
    return (time.perf_counter() - begun) * 1000, found


def delete_batches(s3, url, key_of):
    """Median ms of DeleteObjects with BATCH keys of 1 KiB, `key_of` their number."""
    keys = [key_of(n) for n in range(BATCH)]
    objects = "".join(f"<Object><Key>{key}</Key></Object>" for key in keys)
    times = []
    for _ in range(ROUNDS):
        for key in keys:
            s3.put_object(Bucket="bench", Key=key, Body=b"x" * 1024)
        post(url, "/bench?delete", f"<Delete><Quiet>true</Quiet>{objects}</Delete>".encode(), times)
    return statistics.median(times)


def measure_keys(binary, keys):
    """Of a bucket with so many keys, a hundred to a prefix: ms of listing its common prefixes, how many, ms of a DeleteObjects of neighbours and of keys all over."""
    with tempfile.TemporaryDirectory(prefix="stratolite-bulk-") as directory:
        listing.fill(binary, directory, keys, folder=100)
        port, daemon = listing.serve(binary, directory)
        with daemon:
            wait_for(port)
            url = f"http://127.0.0.1:{port}"
            walks = [list_prefixes(port) for _ in range(ROUNDS)]
            prefixes = keys // 100
            together = delete_batches(client(url), url, lambda n: f"doomed/{n:04d}")
            scattered = delete_batches(client(url), url, lambda n: f"folder-{n * prefixes // BATCH:05d}/doomed-{n:04d}")
            return statistics.median(each[0] for each in walks), walks[0][1], together, scattered


def measure(binary, scratch):
    figures = {}
    with stratolite(binary, scratch / "bulk") as (url, _):
        s3 = client(url)
        s3.create_bucket(Bucket="bulk")
        figures["complete_ms"] = complete_upload(s3, url)
        figures["copy_ms"] = copy_object(s3)
    print(f"\nCompleteMultipartUpload of {PARTS} parts {figures['complete_ms']:.1f} ms, CopyObject of 1 GiB {figures['copy_ms']:.1f} ms")
    print(f"{'keys':>10} {'common prefixes':>16} {'all of them, ms':>16} {'a page, ms':>11} {f'DeleteObjects of {BATCH}, ms':>28} {'all over the bucket':>20}")
    for keys in (10_000, 100 * PREFIXES):
        walk, found, batch, scattered = measure_keys(binary, keys)
        figures[keys] = {"prefixes_ms": walk, "prefixes": found, "delete_ms": batch, "delete_scattered_ms": scattered}
        print(f"{keys:>10,} {found:>16,} {walk:>16.1f} {walk / max(1, found / 1000):>11.2f} {batch:>28.1f} {scattered:>20.1f}", flush=True)
    return figures


def main():
    with tempfile.TemporaryDirectory(prefix="stratolite-bulk-") as scratch:
        measure(sys.argv[1], pathlib.Path(scratch))


if __name__ == "__main__":
    main()
