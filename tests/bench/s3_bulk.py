"""Large things of S3 at once: an upload of a thousand parts, a copy of 1 GiB, a million keys: `s3_bulk.py BINARY`."""

import contextlib
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


def complete_upload(s3):
    """Median ms of CompleteMultipartUpload with PARTS parts of 5 MiB, the least that S3 takes. The parts are copies of one object."""
    s3.put_object(Bucket="bulk", Key="part", Body=b"x" * (5 * MIB))
    times = []
    for _ in range(ROUNDS):
        upload = {"Bucket": "bulk", "Key": "whole", "UploadId": s3.create_multipart_upload(Bucket="bulk", Key="whole")["UploadId"]}
        parts = [{"PartNumber": n, "ETag": s3.upload_part_copy(**upload, PartNumber=n, CopySource="bulk/part")["CopyPartResult"]["ETag"]} for n in range(1, PARTS + 1)]
        with timed(times):
            s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
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


def delete_batches(s3):
    """Median ms of DeleteObjects with BATCH keys of 1 KiB."""
    times = []
    for turn in range(ROUNDS):
        keys = [f"folder-{n:05d}/doomed-{turn}" for n in range(BATCH)]
        for key in keys:
            s3.put_object(Bucket="bench", Key=key, Body=b"x" * 1024)
        with timed(times):
            answer = s3.delete_objects(Bucket="bench", Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True})
        assert "Errors" not in answer
    return statistics.median(times)


def measure_keys(binary, keys):
    """(ms of listing its common prefixes, how many, ms of a DeleteObjects) of a bucket with so many keys, a hundred to a prefix."""
    with tempfile.TemporaryDirectory(prefix="stratolite-bulk-") as directory:
        listing.fill(binary, directory, keys, folder=100)
        port, daemon = listing.serve(binary, directory)
        with daemon:
            wait_for(port)
            walks = [list_prefixes(port) for _ in range(ROUNDS)]
            return statistics.median(each[0] for each in walks), walks[0][1], delete_batches(client(f"http://127.0.0.1:{port}"))


def measure(binary, scratch):
    figures = {}
    with stratolite(binary, scratch / "bulk") as (url, _):
        s3 = client(url)
        s3.create_bucket(Bucket="bulk")
        figures["complete_ms"] = complete_upload(s3)
        figures["copy_ms"] = copy_object(s3)
    print(f"\nCompleteMultipartUpload of {PARTS} parts {figures['complete_ms']:.1f} ms, CopyObject of 1 GiB {figures['copy_ms']:.1f} ms")
    print(f"{'keys':>10} {'common prefixes':>16} {'all of them, ms':>16} {'a page, ms':>11} {f'DeleteObjects of {BATCH}, ms':>28}")
    for keys in (10_000, 100 * PREFIXES):
        walk, found, batch = measure_keys(binary, keys)
        figures[keys] = {"prefixes_ms": walk, "prefixes": found, "delete_ms": batch}
        print(f"{keys:>10,} {found:>16,} {walk:>16.1f} {walk / max(1, found / 1000):>11.2f} {batch:>28.1f}", flush=True)
    return figures


def main():
    with tempfile.TemporaryDirectory(prefix="stratolite-bulk-") as scratch:
        measure(sys.argv[1], pathlib.Path(scratch))


if __name__ == "__main__":
    main()
