"""Directory buckets (S3 Express One Zone), with the sessions that SDKs make by themselves."""

import datetime
import secrets
import socket

import pytest
from botocore.exceptions import ClientError

ZONE = "use1-az4"


@pytest.fixture(autouse=True)
def every_name_is_here(monkeypatch):
    """Such buckets are asked for under hosts of their own, whatever the addressing style; `*.localhost` does not resolve everywhere."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: resolve("127.0.0.1" if "localhost" in str(host) else host, *rest, **more))


@pytest.fixture
def express(client):
    return client("s3", s3={"addressing_style": "path"})


@pytest.fixture
def directory(express):
    name = f"express-{secrets.token_hex(6)}--{ZONE}--x-s3"
    make(express, name)
    return name


def make(s3, name, zone=ZONE):
    return s3.create_bucket(Bucket=name, CreateBucketConfiguration={
        "Location": {"Type": "AvailabilityZone", "Name": zone}, "Bucket": {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"}})


def code(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def test_directory_buckets_have_a_list_of_their_own(express, directory, account):
    assert directory not in [bucket["Name"] for bucket in express.list_buckets()["Buckets"]]
    (listed,) = express.list_directory_buckets()["Buckets"]
    assert (listed["Name"], listed["BucketRegion"]) == (directory, "us-east-1")
    head = express.head_bucket(Bucket=directory)
    assert (head["BucketLocationType"], head["BucketLocationName"], head["BucketRegion"]) == ("AvailabilityZone", ZONE, "us-east-1")
    assert head["BucketArn"] == f"arn:aws:s3express:us-east-1:{account}:bucket/{directory}"


def test_objects_are_put_read_listed_and_deleted(express, directory):
    express.put_object(Bucket=directory, Key="a/b", Body=b"body")
    got = express.get_object(Bucket=directory, Key="a/b")
    assert (got["Body"].read(), got["StorageClass"]) == (b"body", "EXPRESS_ONEZONE")
    listed = express.list_objects_v2(Bucket=directory, Delimiter="/")
    assert [each["Prefix"] for each in listed["CommonPrefixes"]] == ["a/"]
    (entry,) = express.list_objects_v2(Bucket=directory, Prefix="a/")["Contents"]
    assert (entry["Key"], entry["StorageClass"]) == ("a/b", "EXPRESS_ONEZONE")
    assert code(express.delete_bucket, Bucket=directory) == "BucketNotEmpty"
    express.delete_objects(Bucket=directory, Delete={"Objects": [{"Key": "a/b"}]})
    express.delete_bucket(Bucket=directory)
    assert express.list_directory_buckets().get("Buckets", []) == []


def test_a_session_is_for_one_bucket_and_may_be_for_reading(client, express, directory, monkeypatch):
    express.put_object(Bucket=directory, Key="k", Body=b"body")
    answer = express.create_session(Bucket=directory, SessionMode="ReadOnly")
    keys = answer["Credentials"]
    assert keys["Expiration"] - answer_time(answer) <= datetime.timedelta(minutes=5, seconds=2)
    other = directory.replace("express-", "other-")
    make(express, other)
    # These keys themselves sign: boto3 would make a session of its own with them.
    monkeypatch.setenv("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "true")
    session = client("s3", key=keys["AccessKeyId"], secret=keys["SecretAccessKey"], token=keys["SessionToken"], s3={"addressing_style": "path"})
    assert session.get_object(Bucket=directory, Key="k")["Body"].read() == b"body"
    assert code(session.put_object, Bucket=directory, Key="k", Body=b"other") == "AccessDenied"
    assert code(session.list_objects_v2, Bucket=other) == "AccessDenied"
    assert code(session.create_session, Bucket=directory) == "AccessDenied"


def answer_time(answer):
    return datetime.datetime.strptime(answer["ResponseMetadata"]["HTTPHeaders"]["date"], "%a, %d %b %Y %H:%M:%S %Z").replace(tzinfo=datetime.timezone.utc)


def test_what_other_buckets_have_is_refused(express, directory):
    assert code(express.put_bucket_versioning, Bucket=directory, VersioningConfiguration={"Status": "Enabled"}) == "MethodNotAllowed"
    assert code(express.put_object, Bucket=directory, Key="k", Tagging="a=b") == "NotImplemented"
    assert code(express.put_object, Bucket=directory, Key="k", StorageClass="STANDARD") == "InvalidStorageClass"
    assert code(express.list_objects_v2, Bucket=directory, Delimiter="-") == "InvalidArgument"
    assert code(express.list_objects_v2, Bucket=directory, Prefix="a") == "InvalidArgument"
    assert code(make, s3=express, name=f"bad-{secrets.token_hex(6)}--{ZONE}--x-s3", zone="use1-az5") == "InvalidRequest"


def test_an_object_is_renamed(express, directory):
    express.put_object(Bucket=directory, Key="from", Body=b"body")
    express.put_object(Bucket=directory, Key="taken", Body=b"other")
    rename = express.rename_object
    assert code(rename, Bucket=directory, Key="taken", RenameSource="from", DestinationIfNoneMatch="*") == "PreconditionFailed"
    rename(Bucket=directory, Key="to", RenameSource="from")
    rename(Bucket=directory, Key="taken", RenameSource=f"/{directory}/to")
    assert [entry["Key"] for entry in express.list_objects_v2(Bucket=directory)["Contents"]] == ["taken"]
    assert express.get_object(Bucket=directory, Key="taken")["Body"].read() == b"body"
    assert code(rename, Bucket=directory, Key="to", RenameSource="from") == "NoSuchKey"


def test_bytes_are_appended(express, directory):
    append = lambda offset, body: express.put_object(Bucket=directory, Key="log", Body=body, WriteOffsetBytes=offset)
    append(0, b"one ")
    assert append(4, b"two ")["Size"] == 8
    assert append(8, b"three")["Size"] == 13
    assert code(express.put_object, Bucket=directory, Key="log", Body=b"x", WriteOffsetBytes=4) == "InvalidWriteOffset"
    assert express.get_object(Bucket=directory, Key="log")["Body"].read() == b"one two three"
    assert express.get_object(Bucket=directory, Key="log", Range="bytes=2-9")["Body"].read() == b"e two th"


def test_deletions_may_depend_on_size_and_time(express, directory):
    express.put_object(Bucket=directory, Key="k", Body=b"body")
    assert code(express.delete_object, Bucket=directory, Key="k", IfMatchSize=5) == "PreconditionFailed"
    modified = express.head_object(Bucket=directory, Key="k")["LastModified"]
    later = modified + datetime.timedelta(seconds=5)
    assert code(express.delete_object, Bucket=directory, Key="k", IfMatchLastModifiedTime=later) == "PreconditionFailed"
    express.delete_object(Bucket=directory, Key="k", IfMatchSize=4, IfMatchLastModifiedTime=modified)
    assert "Contents" not in express.list_objects_v2(Bucket=directory)


def test_a_bucket_with_uploads_stays(express, directory):
    upload = express.create_multipart_upload(Bucket=directory, Key="k")["UploadId"]
    assert code(express.delete_bucket, Bucket=directory) == "BucketNotEmpty"
    express.abort_multipart_upload(Bucket=directory, Key="k", UploadId=upload)
    express.delete_bucket(Bucket=directory)
