"""Multipart uploads as clients make them: transfer managers, the CLI, and the operations one by one."""

import concurrent.futures
import hashlib
import os
import random
import subprocess
import sys

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

MIB = 1 << 20


@pytest.fixture
def s3(client):
    return client("s3")


@pytest.fixture
def bucket(s3, account):
    s3.create_bucket(Bucket=f"multipart-{account}")
    return f"multipart-{account}"


def random_bytes(size, seed=0):
    return random.Random(seed).randbytes(size)


def etag_of(bodies):
    return f'"{hashlib.md5(b"".join(hashlib.md5(body).digest() for body in bodies)).hexdigest()}-{len(bodies)}"'


def begin(s3, bucket, key, **parameters):
    return {"Bucket": bucket, "Key": key, "UploadId": s3.create_multipart_upload(Bucket=bucket, Key=key, **parameters)["UploadId"]}


def send(s3, names, number, body, **parameters):
    return {"PartNumber": number, "ETag": s3.upload_part(**names, PartNumber=number, Body=body, **parameters)["ETag"]}


def code(call, **parameters):
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]["Code"]


def test_a_transfer_manager_moves_a_large_file_with_its_default_settings(s3, bucket, tmp_path):
    path, back = tmp_path / "file", tmp_path / "back"
    path.write_bytes(random_bytes(64 * MIB))
    s3.upload_file(str(path), bucket, "dir/file", ExtraArgs={"Metadata": {"colour": "blue"}, "ContentType": "text/x-test"})
    head = s3.head_object(Bucket=bucket, Key="dir/file")
    assert head["ContentLength"] == 64 * MIB
    assert head["ETag"].endswith('-8"')
    assert (head["Metadata"], head["ContentType"]) == ({"colour": "blue"}, "text/x-test")
    s3.download_file(bucket, "dir/file", str(back))
    assert back.read_bytes() == path.read_bytes()


def test_a_transfer_manager_copies_in_parts(s3, bucket):
    body = random_bytes(17 * MIB)
    s3.put_object(Bucket=bucket, Key="source", Body=body)
    s3.copy({"Bucket": bucket, "Key": "source"}, bucket, "copy", Config=TransferConfig(multipart_threshold=8 * MIB, multipart_chunksize=8 * MIB))
    copied = s3.get_object(Bucket=bucket, Key="copy")
    assert copied["ETag"] == etag_of([body[:8 * MIB], body[8 * MIB:16 * MIB], body[16 * MIB:]])
    assert copied["Body"].read() == body


def test_the_cli_copies_and_synchronises_files(bucket, cli_environment, tmp_path):
    aws = [sys.executable, "-m", "awscli"]

    def run(*words):
        done = subprocess.run([*aws, "s3", *map(str, words)], env=cli_environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    folder, back = tmp_path / "folder", tmp_path / "back"
    (folder / "deep").mkdir(parents=True)
    (folder / "large").write_bytes(random_bytes(20 * MIB))
    (folder / "deep" / "small & odd +.txt").write_text("small")
    # S3 keeps whole seconds, and sync takes what is younger than the object for changed: as on AWS, a file of this second might be.
    for file in (folder / "large", folder / "deep" / "small & odd +.txt"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    assert run("sync", folder, f"s3://{bucket}/tree").count("upload:") == 2
    assert "upload:" not in run("sync", folder, f"s3://{bucket}/tree")
    run("sync", f"s3://{bucket}/tree", back)
    assert (back / "large").read_bytes() == (folder / "large").read_bytes()
    assert (back / "deep" / "small & odd +.txt").read_text() == "small"
    run("mv", f"s3://{bucket}/tree/large", f"s3://{bucket}/moved")
    assert "moved" in run("ls", f"s3://{bucket}/")
    assert "large" not in run("ls", "--recursive", f"s3://{bucket}/tree/")
    run("rm", "--recursive", f"s3://{bucket}/")
    assert run("ls", f"s3://{bucket}/") == ""


def test_parts_sent_side_by_side_and_out_of_order_make_one_object(s3, bucket):
    bodies = [random_bytes(5 * MIB + number, number) for number in range(6)] + [b"tail"]
    names = begin(s3, bucket, "key")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda number: send(s3, names, number + 1, bodies[number]), reversed(range(7))))
    done = s3.complete_multipart_upload(**names, MultipartUpload={"Parts": sorted(parts, key=lambda part: part["PartNumber"])})
    assert done["ETag"] == etag_of(bodies)
    whole = b"".join(bodies)
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == whole
    across = s3.get_object(Bucket=bucket, Key="key", Range=f"bytes={5 * MIB - 3}-{10 * MIB + 5}")
    assert across["Body"].read() == whole[5 * MIB - 3:10 * MIB + 6]
    third = s3.get_object(Bucket=bucket, Key="key", PartNumber=3)
    assert third["Body"].read() == bodies[2]
    assert third["PartsCount"] == 7


def test_completing_takes_some_parts_and_forgets_the_others(s3, bucket):
    names = begin(s3, bucket, "key")
    send(s3, names, 1, b"not wanted")
    wanted = send(s3, names, 3, b"wanted")
    s3.complete_multipart_upload(**names, MultipartUpload={"Parts": [wanted]})
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"wanted"
    assert code(s3.list_parts, **names) == "NoSuchUpload"


def test_a_client_that_lost_the_answer_asks_again(s3, bucket):
    names = begin(s3, bucket, "key")
    parts = {"Parts": [send(s3, names, 1, b"body")]}
    first = s3.complete_multipart_upload(**names, MultipartUpload=parts)
    again = s3.complete_multipart_upload(**names, MultipartUpload=parts)
    assert {**first, "ResponseMetadata": None} == {**again, "ResponseMetadata": None}


def test_of_two_that_complete_at_once_both_hear_the_same(client, s3, bucket):
    for attempt in range(10):
        names = begin(s3, bucket, f"key-{attempt}")
        parts = {"Parts": [send(s3, names, 1, b"body")]}
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: s3.complete_multipart_upload(**names, MultipartUpload=parts), range(4)))
        assert len({answer["ETag"] for answer in answers}) == 1


def test_an_upload_goes_on_after_the_daemon_was_killed(daemon, tmp_path, client):
    own = daemon(data_dir=tmp_path / "data")
    s3 = client("s3", url=own.endpoint)
    s3.create_bucket(Bucket="killed")
    body = random_bytes(5 * MIB)
    names = begin(s3, "killed", "key")
    parts = [send(s3, names, 1, body)]
    own.process.kill()
    own.process.wait()
    s3 = client("s3", url=daemon(data_dir=tmp_path / "data").endpoint)
    assert [part["ETag"] for part in s3.list_parts(**names)["Parts"]] == [parts[0]["ETag"]]
    parts.append(send(s3, names, 2, b"tail"))
    s3.complete_multipart_upload(**names, MultipartUpload={"Parts": parts})
    assert s3.get_object(Bucket="killed", Key="key")["Body"].read() == body + b"tail"


def test_an_aborted_upload_is_gone(s3, bucket):
    names = begin(s3, bucket, "key")
    part = send(s3, names, 1, b"body")
    s3.abort_multipart_upload(**names)
    assert code(s3.complete_multipart_upload, **names, MultipartUpload={"Parts": [part]}) == "NoSuchUpload"
    assert code(s3.head_object, Bucket=bucket, Key="key") == "404"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_space_of_parts_that_are_not_used_is_given_back(daemon, tmp_path, client):
    own = daemon(data_dir=tmp_path / "data")
    s3 = client("s3", url=own.endpoint)
    s3.create_bucket(Bucket="space")

    def files():
        return sorted(path for path in (tmp_path / "data/blobs").rglob("*") if path.is_file() and path.stat().st_size >= 100_000)

    names = begin(s3, "space", "key")
    parts = [send(s3, names, number, bytes([number]) * 100_000) for number in (1, 2)]
    send(s3, names, 1, b"r" * 100_000)
    assert len(files()) == 2
    parts[1:] = [send(s3, names, 2, b"l" * 100_000)]
    s3.complete_multipart_upload(**names, MultipartUpload={"Parts": parts[1:]})
    assert len(files()) == 1
    s3.abort_multipart_upload(**{**names, **begin(s3, "space", "key")})
    s3.delete_object(Bucket="space", Key="key")
    assert files() == []


def test_uploads_are_paged_and_grouped(s3, bucket):
    for key in ("a/1", "a/2", "b", "c/1", "d"):
        begin(s3, bucket, key)
    pages = list(s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 2}))
    assert [upload["Key"] for page in pages for upload in page.get("Uploads", [])] == ["b", "d"]
    assert [common["Prefix"] for page in pages for common in page.get("CommonPrefixes", [])] == ["a/", "c/"]
    assert [page["IsTruncated"] for page in pages] == [True, False]
    encoded = s3.list_multipart_uploads(Bucket=bucket, Prefix="a/", EncodingType="url")
    assert [upload["Key"] for upload in encoded["Uploads"]] == ["a/1", "a/2"]


def test_parts_are_paged(s3, bucket):
    names = begin(s3, bucket, "key")
    for number in range(1, 6):
        send(s3, names, number, b"x")
    pages = s3.get_paginator("list_parts").paginate(**names, PaginationConfig={"PageSize": 2})
    assert [[part["PartNumber"] for part in page["Parts"]] for page in pages] == [[1, 2], [3, 4], [5]]


def test_a_reader_of_the_old_object_is_not_disturbed_by_a_completion(s3, bucket):
    old = random_bytes(8 * MIB)
    s3.put_object(Bucket=bucket, Key="key", Body=old)
    reading = s3.get_object(Bucket=bucket, Key="key")["Body"]
    head = reading.read(1000)
    names = begin(s3, bucket, "key")
    s3.complete_multipart_upload(**names, MultipartUpload={"Parts": [send(s3, names, 1, b"new")]})
    assert head + reading.read() == old
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"new"


@pytest.mark.parametrize("header, refusal", [
    ({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "nothing"}, "KMS.NotFoundException"),
    ({"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 31}, "InvalidArgument"),
    ({"ACL": "public-read"}, "AccessControlListNotSupported"),
    ({"ObjectLockLegalHoldStatus": "ON"}, "InvalidRequest"),
])
def test_what_an_upload_cannot_have_is_refused_at_its_begin(s3, bucket, header, refusal):
    assert code(s3.create_multipart_upload, Bucket=bucket, Key="key", **header) == refusal
