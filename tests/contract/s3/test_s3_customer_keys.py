"""SSE-C: what boto3 and the AWS CLI send with a key is not in the data directory, and comes back to whoever has the key."""

import base64
import hashlib
import os
import random
import subprocess
import sys
import urllib.request

import boto3
import pytest
from boto3.s3.transfer import TransferConfig

MIB = 1 << 20
KEY, OTHER = "0123456789abcdef0123456789abcdef", "another-key-another-key-another-"


def under(key=KEY, prefix=""):
    return {f"{prefix}SSECustomerAlgorithm": "AES256", f"{prefix}SSECustomerKey": key}


def encoded_key():
    return base64.b64encode(KEY.encode()).decode()


def read(s3, bucket, key, **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def random_bytes(size, seed=0):
    return random.Random(seed).randbytes(size)


@pytest.mark.parametrize("size", [0, 1, 4096, 70_000, 3 * MIB + 5])
def test_a_body_comes_back_to_whoever_has_the_key(s3, bucket, refused, size):
    body = random_bytes(size)
    put = s3.put_object(Bucket=bucket, Key="key", Body=body, **under())
    assert put["SSECustomerAlgorithm"] == "AES256" and "ServerSideEncryption" not in put
    assert read(s3, bucket, "key", **under()) == body
    assert s3.head_object(Bucket=bucket, Key="key", **under())["ContentLength"] == size
    assert refused(s3.get_object, Bucket=bucket, Key="key")[:2] == ("InvalidRequest", 400)
    assert refused(s3.get_object, Bucket=bucket, Key="key", **under(OTHER))[:2] == ("AccessDenied", 403)
    assert refused(s3.head_object, Bucket=bucket, Key="key")[1] == 400
    assert refused(s3.head_object, Bucket=bucket, Key="key", **under(OTHER))[1] == 403


def test_ranges_begin_anywhere(s3, bucket):
    body = random_bytes(2 * MIB)
    s3.put_object(Bucket=bucket, Key="key", Body=body, **under())
    for first, last in ((0, 0), (1, 1), (15, 16), (65_535, 65_537), (1_000_003, 1_900_001), (2 * MIB - 1, 2 * MIB - 1)):
        assert read(s3, bucket, "key", Range=f"bytes={first}-{last}", **under()) == body[first:last + 1]


def test_a_transfer_manager_moves_a_large_file(s3, bucket, tmp_path):
    path, back = tmp_path / "file", tmp_path / "back"
    path.write_bytes(random_bytes(20 * MIB + 17))
    settings = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    s3.upload_file(str(path), bucket, "file", ExtraArgs=under(), Config=settings)
    s3.download_file(bucket, "file", str(back), ExtraArgs=under(), Config=settings)
    assert back.read_bytes() == path.read_bytes()
    assert read(s3, bucket, "file", PartNumber=2, **under()) == path.read_bytes()[5 * MIB:10 * MIB]
    head = s3.head_object(Bucket=bucket, Key="file", **under())
    assert head["ETag"].endswith('-5"') and head["ContentLength"] == 20 * MIB + 17


def test_copies_change_keys(s3, bucket, refused):
    body = random_bytes(100_000)
    s3.put_object(Bucket=bucket, Key="source", Body=body, **under())
    copy = {"Bucket": bucket, "CopySource": f"{bucket}/source"}
    s3.copy_object(**copy, Key="other", **under(prefix="CopySource"), **under(OTHER))
    s3.copy_object(**copy, Key="plain", **under(prefix="CopySource"))
    assert read(s3, bucket, "other", **under(OTHER)) == body
    assert read(s3, bucket, "plain") == body
    assert refused(s3.copy_object, **copy, Key="none", **under(OTHER, "CopySource"))[:2] == ("InvalidRequest", 400)
    s3.copy_object(**copy, Key="source", **under(prefix="CopySource"), **under(OTHER))
    assert read(s3, bucket, "source", **under(OTHER)) == body


def test_versions_have_keys_of_their_own(s3, bucket, refused):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="key", Body=b"first", **under())["VersionId"]
    s3.put_object(Bucket=bucket, Key="key", Body=b"second", **under(OTHER))
    assert read(s3, bucket, "key", VersionId=first, **under()) == b"first"
    assert read(s3, bucket, "key", **under(OTHER)) == b"second"
    assert refused(s3.get_object, Bucket=bucket, Key="key", VersionId=first, **under(OTHER))[:2] == ("AccessDenied", 403)


def test_a_bucket_that_blocks_them_takes_none(s3, bucket, refused):
    s3.put_object(Bucket=bucket, Key="before", Body=b"x", **under())

    def block(kind):
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [{"BlockedEncryptionTypes": {"EncryptionType": [kind]}}]})

    block("SSE-C")
    code, status, message = refused(s3.put_object, Bucket=bucket, Key="key", Body=b"x", **under())
    assert (code, status) == ("AccessDenied", 403) and "has blocked upload requests that specify Server Side Encryption with Customer provided keys" in message
    assert read(s3, bucket, "before", **under()) == b"x"
    block("NONE")
    s3.put_object(Bucket=bucket, Key="key", Body=b"x", **under())


def test_presigned_links_need_the_key_in_their_headers(s3, bucket):
    url = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "key"} | under())
    prefix = "x-amz-server-side-encryption-customer-"
    fields = {f"{prefix}algorithm": "AES256", f"{prefix}key": encoded_key(), f"{prefix}key-MD5": base64.b64encode(hashlib.md5(KEY.encode()).digest()).decode()}
    with urllib.request.urlopen(urllib.request.Request(url, data=b"linked", method="PUT", headers=fields)) as answer:
        assert answer.status == 200
    assert read(s3, bucket, "key", **under()) == b"linked"


def test_the_cli_speaks_of_keys_too(cli_environment, bucket, tmp_path):
    (tmp_path / "key").write_bytes(KEY.encode())
    (tmp_path / "file").write_bytes(b"from the CLI")
    arguments = ["--sse-c", "AES256", "--sse-c-key", f"fileb://{tmp_path}/key"]

    def cp(source, target):
        program = os.path.join(os.path.dirname(sys.executable), "aws")
        subprocess.run([program, "s3", "cp", source, target, *arguments], env=cli_environment, check=True, capture_output=True, timeout=60)

    cp(f"{tmp_path}/file", f"s3://{bucket}/file")
    cp(f"s3://{bucket}/file", f"{tmp_path}/back")
    assert (tmp_path / "back").read_bytes() == b"from the CLI"


def everything_in(directory):
    return b"".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())


def test_neither_body_nor_key_is_in_the_data_directory(daemon, binary, tmp_path):
    place = tmp_path / "data"
    running = daemon(data_dir=place)
    s3 = boto3.client("s3", endpoint_url=running.endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    s3.create_bucket(Bucket="bucket")
    secret, open_text = b"nobody may read this line. ", b"everybody may read this line. "
    s3.put_object(Bucket="bucket", Key="small", Body=secret * 10, **under())
    s3.put_object(Bucket="bucket", Key="large", Body=secret * 10_000, **under())
    upload = {"Bucket": "bucket", "Key": "parts"}
    upload["UploadId"] = s3.create_multipart_upload(**upload, **under())["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=secret * 10_000, **under())
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    for name, size in (("open", 10), ("open-large", 10_000)):
        s3.put_object(Bucket="bucket", Key=name, Body=open_text * size)
    s3.copy_object(Bucket="bucket", Key="copied", CopySource="bucket/large", **under(prefix="CopySource"), **under(OTHER))
    assert encoded_key() not in running.log() and KEY not in running.log()
    running.stop()
    stored = everything_in(place)
    assert open_text in stored
    assert secret not in stored and secret[:16] not in stored
    assert KEY.encode() not in stored and encoded_key().encode() not in stored
    # Nobody can compare what is encrypted with its checksum; nothing is wrong with it.
    assert subprocess.run([binary, "doctor", "--check", "--data-dir", str(place)], capture_output=True, timeout=60).returncode == 0

    again = daemon(data_dir=place)
    s3 = boto3.client("s3", endpoint_url=again.endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    assert read(s3, "bucket", "parts", **under()) == secret * 10_000
    assert read(s3, "bucket", "copied", **under(OTHER)) == secret * 10_000
