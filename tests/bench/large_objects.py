"""5 GiB up and down with flat memory: `python tests/bench/large_objects.py [--gib 5]`. Prints rates and the daemon's resident memory.

One PUT (S3's limit is 5 GiB), one GET, then the same by boto3's transfer manager in parts. Nothing is kept in this process either.
"""

import argparse
import hashlib
import io
import pathlib
import tempfile
import threading
import time

import boto3
import botocore.config
from boto3.s3.transfer import TransferConfig

from rig import REPOSITORY, UNKNOWN_KEY, resident_mib, stratolite

BLOCK = bytes(range(256)) * 4096  # 1 MiB


class Blocks(io.RawIOBase):
    """A file of `size` bytes that is nowhere: each MiB begins with its number."""

    def __init__(self, size):
        self.size, self.position = size, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self.position

    def seek(self, offset, whence=0):
        self.position = offset + {0: 0, 1: self.position, 2: self.size}[whence]
        return self.position

    def __len__(self):
        return self.size

    def readinto(self, buffer):
        number, inside = divmod(self.position, len(BLOCK))
        block = number.to_bytes(8, "big") + BLOCK[8:]
        count = min(len(buffer), len(BLOCK) - inside, self.size - self.position)
        buffer[:count] = block[inside:inside + count]
        self.position += count
        return count


def digest_of(size):
    digest, blocks, piece = hashlib.sha1(), Blocks(size), bytearray(len(BLOCK))
    while count := blocks.readinto(piece):
        digest.update(memoryview(piece)[:count])
    return digest.hexdigest()


class Watch:
    """The most resident memory that a process had while this ran."""

    def __init__(self, pid):
        self.pid, self.most, self.over = pid, 0, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def run(self):
        while not self.over.wait(0.02):
            self.most = max(self.most, resident_mib(self.pid))

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def timed(name, size, process, action):
    with Watch(process.pid) as watch:
        begun = time.perf_counter()
        action()
        took = time.perf_counter() - begun
    print(f"{name:<40} {took:7.1f} s  {size / took / (1 << 20):7.0f} MiB/s   resident at most {watch.most:6.1f} MiB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=str(REPOSITORY / "build/release/stratolite"))
    parser.add_argument("--gib", type=float, default=5)
    arguments = parser.parse_args()
    size = int(arguments.gib * (1 << 30))
    wanted = digest_of(size)
    with tempfile.TemporaryDirectory(prefix="large-", dir=REPOSITORY / "build") as name, \
            stratolite(arguments.binary, pathlib.Path(name) / "data") as (url, process):
        config = botocore.config.Config(s3={"payload_signing_enabled": False}, request_checksum_calculation="when_required",
                                        response_checksum_validation="when_required", read_timeout=600)
        s3 = boto3.client("s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id=UNKNOWN_KEY[0],
                          aws_secret_access_key=UNKNOWN_KEY[1], config=config)
        s3.create_bucket(Bucket="large")

        def fetch(key):
            digest = hashlib.sha1()
            for piece in s3.get_object(Bucket="large", Key=key)["Body"].iter_chunks(1 << 20):
                digest.update(piece)
            assert digest.hexdigest() == wanted, f"{key} came back different"

        timed("one PUT", size, process, lambda: s3.put_object(Bucket="large", Key="one", Body=io.BufferedReader(Blocks(size), 1 << 20), ContentLength=size))
        timed("one GET", size, process, lambda: fetch("one"))
        transfer = TransferConfig(multipart_chunksize=64 << 20, max_concurrency=4)
        timed("multipart upload, 64 MiB parts, 4 threads", size, process,
              lambda: s3.upload_fileobj(io.BufferedReader(Blocks(size), 1 << 20), "large", "parts", Config=transfer))
        timed("GET of the multipart object", size, process, lambda: fetch("parts"))
        s3.delete_object(Bucket="large", Key="one")
        s3.delete_object(Bucket="large", Key="parts")
        left = sum(file.stat().st_size for file in (pathlib.Path(name) / "data").rglob("*") if file.is_file())
        print(f"{'on disk after both were deleted':<40} {left / (1 << 20):7.1f} MiB")


if __name__ == "__main__":
    main()
