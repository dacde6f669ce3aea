"""Bodies whole or not at all: readers beside overwrites, uploads that break off, daemons that are killed, space that comes back."""

import concurrent.futures
import hashlib
import os
import pathlib
import socket
import time
import urllib.parse

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError

MIB = 1 << 20
LARGE = 64 * MIB


@pytest.fixture
def own(daemon, tmp_path):
    """A daemon with a data directory of its own: (daemon, its client, the folder of blobs). `own.again()` starts it anew."""

    class Own:
        def __init__(self):
            self.folder = tmp_path / "data"
            self.again()

        def again(self):
            self.daemon = daemon(data_dir=self.folder)
            self.s3 = boto3.client("s3", endpoint_url=self.daemon.endpoint, region_name="us-east-1", aws_access_key_id="123456789012",
                                   aws_secret_access_key="test", config=botocore.config.Config(retries={"max_attempts": 0}))

        def files(self):
            return [path for path in (self.folder / "blobs").rglob("*") if path.is_file() and path.name != "next"]

        def settles_at(self, count):
            deadline = time.monotonic() + 10
            while len(self.files()) != count and time.monotonic() < deadline:
                time.sleep(0.01)
            return len(self.files()) == count

    own = Own()
    own.s3.create_bucket(Bucket="integrity")
    return own


def random_body(size, seed=0):
    return (hashlib.sha512(str(seed).encode()).digest() * (size // 64 + 1))[:size]


@pytest.mark.parametrize("change", ["overwrite", "delete"])
def test_a_reader_that_began_before_a_change_sees_the_old_bytes_whole(own, change):
    old = random_body(LARGE)
    own.s3.put_object(Bucket="integrity", Key="k", Body=old)
    reader = own.s3.get_object(Bucket="integrity", Key="k")["Body"]
    digest = hashlib.sha256(reader.read(MIB))
    if change == "overwrite":
        own.s3.put_object(Bucket="integrity", Key="k", Body=b"new")
    else:
        own.s3.delete_object(Bucket="integrity", Key="k")
    assert len(own.files()) == 1, "the old bytes went although somebody reads them"
    while piece := reader.read(MIB):
        digest.update(piece)
    assert digest.hexdigest() == hashlib.sha256(old).hexdigest()
    assert own.settles_at(0)


def test_readers_of_a_multipart_object_see_one_version_while_it_is_overwritten(own):
    bodies = {hashlib.sha256(body).hexdigest(): body for body in (random_body(11 * MIB, seed) for seed in range(2))}

    def upload(body):
        upload_id = own.s3.create_multipart_upload(Bucket="integrity", Key="k")["UploadId"]
        pieces = [body[:5 * MIB], body[5 * MIB:10 * MIB], body[10 * MIB:]]
        parts = [{"PartNumber": number, "ETag": own.s3.upload_part(Bucket="integrity", Key="k", UploadId=upload_id, PartNumber=number, Body=piece)["ETag"]}
                 for number, piece in enumerate(pieces, 1)]
        own.s3.complete_multipart_upload(Bucket="integrity", Key="k", UploadId=upload_id, MultipartUpload={"Parts": parts})

    def read(_):
        return hashlib.sha256(own.s3.get_object(Bucket="integrity", Key="k")["Body"].read()).hexdigest()

    upload(bodies[min(bodies)])
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        writer = pool.submit(lambda: [upload(body) for _ in range(4) for body in bodies.values()])
        seen = set(pool.map(read, range(40)))
        writer.result()
    assert seen <= set(bodies)
    assert own.settles_at(3)


def put_head(endpoint, key, length):
    host = urllib.parse.urlsplit(endpoint).netloc
    return f"PUT /integrity/{key} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n".encode()


def connect(endpoint):
    address = urllib.parse.urlsplit(endpoint)
    return socket.create_connection(("127.0.0.1", address.port))


def test_an_upload_that_breaks_off_leaves_nothing(own):
    own.s3.put_object(Bucket="integrity", Key="k", Body=b"before")
    with connect(own.daemon.endpoint) as client:
        client.sendall(put_head(own.daemon.endpoint, "k", 10 * MIB) + b"x" * (5 * MIB))
    assert own.settles_at(0)
    assert own.s3.get_object(Bucket="integrity", Key="k")["Body"].read() == b"before"


def test_an_upload_whose_checksum_is_wrong_leaves_nothing(own):
    with pytest.raises(ClientError) as refused:
        own.s3.put_object(Bucket="integrity", Key="k", Body=random_body(MIB), ChecksumSHA256="A" * 43 + "=")
    assert refused.value.response["Error"]["Code"] == "BadDigest"
    assert own.settles_at(0)
    assert "Contents" not in own.s3.list_objects_v2(Bucket="integrity")


def test_a_kill_in_the_middle_of_an_upload_leaves_nothing_behind(own):
    own.s3.put_object(Bucket="integrity", Key="kept", Body=random_body(MIB))
    client = connect(own.daemon.endpoint)
    client.sendall(put_head(own.daemon.endpoint, "lost", 10 * MIB) + b"x" * (5 * MIB))
    deadline = time.monotonic() + 10
    while len(own.files()) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(own.files()) == 2
    own.daemon.process.kill()
    own.daemon.process.wait()
    client.close()
    own.again()
    assert [one["Key"] for one in own.s3.list_objects_v2(Bucket="integrity")["Contents"]] == ["kept"]
    assert own.s3.get_object(Bucket="integrity", Key="kept")["Body"].read() == random_body(MIB)
    assert own.settles_at(1)


def test_space_comes_back_after_deletes_and_aborts(own):
    for number in range(5):
        own.s3.put_object(Bucket="integrity", Key=f"k{number}", Body=random_body(MIB, number))
    upload = own.s3.create_multipart_upload(Bucket="integrity", Key="m")["UploadId"]
    own.s3.upload_part(Bucket="integrity", Key="m", UploadId=upload, PartNumber=1, Body=random_body(MIB))
    own.s3.copy_object(Bucket="integrity", Key="copy", CopySource="integrity/k0")
    assert len(own.files()) == 6, "a copy refers to the bytes that are there"
    own.s3.abort_multipart_upload(Bucket="integrity", Key="m", UploadId=upload)
    own.s3.delete_objects(Bucket="integrity", Delete={"Objects": [{"Key": f"k{number}"} for number in range(5)]})
    assert own.settles_at(1)
    assert own.s3.get_object(Bucket="integrity", Key="copy")["Body"].read() == random_body(MIB, 0)
    own.s3.delete_object(Bucket="integrity", Key="copy")
    assert own.settles_at(0)


def test_files_of_bodies_are_their_owners_alone(own):
    own.s3.put_object(Bucket="integrity", Key="../../escape", Body=random_body(MIB))
    file, = own.files()
    assert file.stat().st_mode & 0o777 == 0o600
    assert all(pathlib.Path(folder).stat().st_mode & 0o077 == 0 for folder, _, _ in os.walk(own.folder))
    assert not (own.folder.parent / "escape").exists()
