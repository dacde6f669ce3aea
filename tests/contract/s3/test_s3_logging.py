"""Server access logs: every request to a bucket that has one is in it, at the next full hour of the world's clock."""

import re
import urllib.request

import pytest

# A record of 26 fields: blanks part them, but within brackets and quotation marks.
FIELD = re.compile(r'\[[^\]]*\]|"[^"]*"|\S+')


@pytest.fixture
def s3(world):
    return world.client()


@pytest.fixture
def logged(s3, world, new_name):
    """A bucket with a log, and where that goes. No hour ends by itself."""
    world.freeze()

    def make(**members):
        source, target = new_name("source"), new_name("target")
        for bucket in (source, target):
            s3.create_bucket(Bucket=bucket)
        enabled = {"TargetBucket": target, "TargetPrefix": "log/"} | members
        s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={"LoggingEnabled": enabled})
        return source, target

    return make


def delivered(s3, target):
    """(keys of the log objects, records in them)."""
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=target).get("Contents", [])]
    lines = [line for key in keys for line in s3.get_object(Bucket=target, Key=key)["Body"].read().decode().splitlines()]
    return keys, [FIELD.findall(line) for line in lines]


def test_requests_are_logged_in_their_order(s3, world, logged):
    source, target = logged()
    s3.put_object(Bucket=source, Key="a b", Body=b"12345")
    s3.get_object(Bucket=source, Key="a b")["Body"].read()
    s3.get_object(Bucket=source, Key="a b", Range="bytes=0-1")["Body"].read()
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=source, Key="missing")
    s3.list_objects_v2(Bucket=source)
    assert delivered(s3, target) == ([], [])
    world.advance("PT1H")
    [key], records = delivered(s3, target)
    assert re.fullmatch(r"log/\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9A-F]{16}", key)
    assert {len(record) for record in records} == {26}
    shown = [(record[6], record[7], record[9], record[10], record[12]) for record in records]
    assert shown == [
        ("REST.PUT.LOGGING_STATUS", "-", "200", "-", "-"), ("REST.PUT.OBJECT", "a%20b", "200", "-", "5"),
        ("REST.GET.OBJECT", "a%20b", "200", "-", "5"), ("REST.GET.OBJECT", "a%20b", "206", "-", "5"),
        ("REST.GET.OBJECT", "missing", "404", "NoSuchKey", "-"), ("REST.GET.BUCKET", "-", "200", "-", "-"),
    ]
    put = records[1]
    assert (put[1], put[3], put[8]) == (source, "127.0.0.1", f'"PUT /{source}/a%20b HTTP/1.1"')
    assert put[0] == put[4] == s3.get_bucket_acl(Bucket=source)["Owner"]["ID"]
    assert (put[19], put[21]) == ("SigV4", "AuthHeader")


def test_batches_and_copies_have_a_line_for_each_key(s3, world, logged):
    source, target = logged()
    for key in ("a", "b"):
        s3.put_object(Bucket=source, Key=key, Body=b"1")
    s3.copy_object(Bucket=target, Key="copy", CopySource={"Bucket": source, "Key": "a"})
    s3.delete_objects(Bucket=source, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]})
    s3.delete_object(Bucket=target, Key="copy")
    world.advance("PT1H")
    _, records = delivered(s3, target)
    assert [(record[6], record[7]) for record in records[3:]] == [
        ("REST.COPY.OBJECT_GET", "a"), ("REST.POST.MULTI_OBJECT_DELETE", "-"), ("BATCH.DELETE.OBJECT", "a"), ("BATCH.DELETE.OBJECT", "b"),
    ]


def test_a_presigned_url_does_not_give_its_signature_away(s3, world, logged):
    source, target = logged()
    s3.put_object(Bucket=source, Key="a", Body=b"1")
    with urllib.request.urlopen(s3.generate_presigned_url("get_object", Params={"Bucket": source, "Key": "a"}), timeout=30) as answer:
        assert answer.status == 200
    world.advance("PT1H")
    _, records = delivered(s3, target)
    presigned = records[-1]
    assert presigned[6] == "REST.GET.OBJECT" and presigned[21] == "QueryString"
    assert not re.search(r"Signature=[0-9a-f]{64}", presigned[8])


def test_partitioned_keys_and_the_end_of_logging(s3, world, logged):
    source, target = logged(TargetObjectKeyFormat={"PartitionedPrefix": {"PartitionDateSource": "EventTime"}})
    s3.put_object(Bucket=source, Key="a", Body=b"1")
    s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={})
    s3.put_object(Bucket=source, Key="unseen", Body=b"1")
    world.advance("P2D")
    [key], records = delivered(s3, target)
    assert re.fullmatch(rf"log/{world.account}/us-east-1/{source}/\d{{4}}/\d\d/\d\d/\d{{4}}-\d\d-\d\d-00-00-00-[0-9A-F]{{16}}", key)
    assert [record[7] for record in records] == ["-", "a"]
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=source)


def test_targets_that_cannot_be(s3, logged, new_name, refused):
    source, _ = logged()
    put = lambda **enabled: refused(s3.put_bucket_logging, Bucket=source, BucketLoggingStatus={"LoggingEnabled": {"TargetPrefix": ""} | enabled})
    assert put(TargetBucket=new_name())[0] == "InvalidTargetBucketForLogging"
    grant = {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}
    assert put(TargetBucket=source, TargetGrants=[grant])[0] == "AccessControlListNotSupported"
