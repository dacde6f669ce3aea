"""Copies as clients make them."""

import hashlib
import io

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError


@pytest.fixture
def s3(client):
    return client("s3")


@pytest.fixture
def bucket(s3, account):
    name = f"copies-{account}"
    s3.create_bucket(Bucket=name)
    return name


def read(s3, bucket, key, **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 3_000_000])
def test_a_copy_outlives_its_source_and_its_siblings(s3, bucket, size):
    body = (hashlib.sha256(str(size).encode()).digest() * (size // 32 + 1))[:size]
    s3.put_object(Bucket=bucket, Key="source", Body=body)
    for key in ("one", "two"):
        s3.copy_object(Bucket=bucket, Key=key, CopySource=f"{bucket}/source")
    s3.delete_object(Bucket=bucket, Key="source")
    s3.delete_object(Bucket=bucket, Key="one")
    assert read(s3, bucket, "two") == body


def test_between_buckets_and_onto_what_was_there(s3, bucket):
    other = bucket + "-other"
    s3.create_bucket(Bucket=other)
    s3.put_object(Bucket=bucket, Key="key", Body=b"new")
    s3.put_object(Bucket=other, Key="key", Body=b"old" * 100_000)
    s3.copy_object(Bucket=other, Key="key", CopySource={"Bucket": bucket, "Key": "key"})
    assert read(s3, other, "key") == b"new"
    s3.delete_object(Bucket=other, Key="key")
    s3.delete_bucket(Bucket=other)


def test_a_managed_copy_of_parts_is_byte_for_byte_the_same(s3, bucket):
    body = hashlib.sha256(b"parts").digest() * 600_000
    small = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
    s3.upload_fileobj(io.BytesIO(body), bucket, "source", Config=small)
    s3.copy({"Bucket": bucket, "Key": "source"}, bucket, "by-parts", Config=small)
    s3.copy_object(Bucket=bucket, Key="at-once", CopySource=f"{bucket}/source")
    s3.delete_object(Bucket=bucket, Key="source")
    assert read(s3, bucket, "by-parts") == body
    assert read(s3, bucket, "at-once") == body
    assert read(s3, bucket, "at-once", Range="bytes=5242870-5242890") == body[5242870:5242891]
    assert s3.head_object(Bucket=bucket, Key="at-once")["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'


def test_a_renamed_key_keeps_what_it_says_about_itself(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a b/ü+", Body=b"x", ContentType="text/plain", Metadata={"n": "v"}, Tagging="t=1")
    s3.copy_object(Bucket=bucket, Key="renamed", CopySource={"Bucket": bucket, "Key": "a b/ü+"})
    s3.delete_object(Bucket=bucket, Key="a b/ü+")
    head = s3.head_object(Bucket=bucket, Key="renamed")
    assert (head["ContentType"], head["Metadata"]) == ("text/plain", {"n": "v"})
    assert s3.get_object_tagging(Bucket=bucket, Key="renamed")["TagSet"] == [{"Key": "t", "Value": "1"}]


def test_a_refused_copy_leaves_the_destination_alone(s3, bucket):
    s3.put_object(Bucket=bucket, Key="key", Body=b"kept")
    for source in (f"{bucket}/absent", f"{bucket}-absent/key", "nonsense"):
        with pytest.raises(ClientError):
            s3.copy_object(Bucket=bucket, Key="key", CopySource=source)
    with pytest.raises(ClientError) as refused:
        s3.copy_object(Bucket=bucket, Key="key", CopySource=f"{bucket}/key")
    assert refused.value.response["Error"]["Code"] == "InvalidRequest"
    assert read(s3, bucket, "key") == b"kept"
