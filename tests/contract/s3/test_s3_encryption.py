"""Encryption of buckets and SSE-KMS, as boto3 asks for it and answers about it."""

import hashlib

import pytest
from botocore import UNSIGNED

KMS = {"ServerSideEncryption": "aws:kms"}
SHOWN = ("ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled")


def rule(algorithm, **more):
    return {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm} | more}


@pytest.fixture
def configure(s3, bucket):
    return lambda *rules: s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": list(rules)})


@pytest.fixture
def configuration(s3, bucket):
    return lambda: s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]


def shown(answer):
    return {name: answer[name] for name in SHOWN if name in answer}


def managed_key(s3, bucket):
    return s3.put_object(Bucket=bucket, Key="to-see-the-key", Body=b"", **KMS)["SSEKMSKeyId"]


def test_a_bucket_shows_the_encryption_that_was_set(s3, bucket, configure, configuration):
    assert configuration() == [rule("AES256") | {"BucketKeyEnabled": False}]
    configure(rule("aws:kms", KMSMasterKeyID="alias/whatever") | {"BucketKeyEnabled": True})
    assert configuration() == [rule("aws:kms", KMSMasterKeyID="alias/whatever") | {"BucketKeyEnabled": True}]
    assert s3.delete_bucket_encryption(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert configuration() == [rule("AES256") | {"BucketKeyEnabled": False}]


def test_a_buckets_encryption_acts_on_all_that_makes_objects(s3, bucket, configure):
    s3.put_object(Bucket=bucket, Key="before", Body=b"x")
    configure(rule("aws:kms") | {"BucketKeyEnabled": True})
    key = managed_key(s3, bucket)
    expected = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key, "BucketKeyEnabled": True}
    assert shown(s3.put_object(Bucket=bucket, Key="put", Body=b"x")) == expected
    assert shown(s3.copy_object(Bucket=bucket, Key="copied", CopySource=f"{bucket}/before")) == expected
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")
    names = {"Bucket": bucket, "Key": "parts", "UploadId": upload["UploadId"]}
    part = s3.upload_part(**names, PartNumber=1, Body=b"x")
    done = s3.complete_multipart_upload(**names, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert [shown(answer) for answer in (upload, part, done)] == [expected] * 3
    for name in ("put", "copied", "parts"):
        assert shown(s3.head_object(Bucket=bucket, Key=name)) == expected
        assert s3.get_object(Bucket=bucket, Key=name)["Body"].read() == b"x"
    assert shown(s3.head_object(Bucket=bucket, Key="before")) == {"ServerSideEncryption": "AES256"}


def test_a_request_says_otherwise_than_its_bucket(s3, bucket, configure):
    configure(rule("aws:kms:dsse"))
    assert shown(s3.put_object(Bucket=bucket, Key="key", Body=b"x", ServerSideEncryption="AES256")) == {"ServerSideEncryption": "AES256"}
    assert s3.put_object(Bucket=bucket, Key="key", Body=b"x")["ServerSideEncryption"] == "aws:kms:dsse"


def test_the_managed_key_is_one_per_account_and_region(s3, client, bucket, new_name):
    key = managed_key(s3, bucket)
    assert key.startswith("arn:aws:kms:us-east-1:") and ":key/" in key
    assert managed_key(s3, bucket) == key
    west = client("s3", region_name="eu-west-1")
    west.create_bucket(Bucket=(other := new_name()), CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert managed_key(west, other).startswith("arn:aws:kms:eu-west-1:")


def test_etags_under_kms_say_nothing_of_the_body(s3, bucket):
    etags = {s3.put_object(Bucket=bucket, Key="key", Body=b"x", **KMS)["ETag"] for _ in range(3)}
    assert len(etags) == 3 and f'"{hashlib.md5(b"x").hexdigest()}"' not in etags


@pytest.mark.parametrize("key, message", [
    ("fake-key-id", "Invalid keyId 'fake-key-id'"),
    ("alias/none", "Alias arn:aws:kms:us-east-1:{account}:alias/none is not found."),
    ("134f2428-cec1-4b25-a1ae-9048164dba47", "Key 'arn:aws:kms:us-east-1:{account}:key/134f2428-cec1-4b25-a1ae-9048164dba47' does not exist"),
    ("arn:aws:kms:us-west-2:{account}:key/134f2428-cec1-4b25-a1ae-9048164dba47", "Invalid arn us-west-2"),
])
def test_keys_that_are_not_there(s3, bucket, account, refused, region, key, message):
    found = refused(s3.put_object, Bucket=bucket, Key="key", Body=b"x", **KMS, SSEKMSKeyId=key.format(account=account))
    assert found == ("KMS.NotFoundException", 400, message.format(account=account))
    assert refused(s3.head_object, Bucket=bucket, Key="key")[1] == 404


def test_a_default_key_that_is_not_there_is_missed_by_the_first_object(s3, bucket, configure, refused):
    configure(rule("aws:kms", KMSMasterKeyID="fake-key-id"))
    assert refused(s3.put_object, Bucket=bucket, Key="key", Body=b"x")[:2] == ("KMS.NotFoundException", 400)


def test_strangers_read_nothing_under_kms(s3, client, bucket, refused):
    s3.put_object(Bucket=bucket, Key="key", Body=b"x", **KMS)
    stranger = client("s3", signature_version=UNSIGNED)
    code, status, _ = refused(stranger.get_object, Bucket=bucket, Key="key")
    assert (code, status) in {("InvalidArgument", 400), ("AccessDenied", 403)}


def test_encryption_headers_are_not_for_reading(s3, bucket, refused):
    s3.put_object(Bucket=bucket, Key="key", Body=b"x")
    s3.meta.events.register("before-sign.s3.GetObject", lambda request, **_: request.headers.add_header("x-amz-server-side-encryption", "AES256"))
    assert refused(s3.get_object, Bucket=bucket, Key="key")[:2] == ("InvalidArgument", 400)


@pytest.mark.parametrize("rules, code", [
    ([], "MalformedXML"),
    ([rule("AES256"), rule("AES256")], "MalformedXML"),
    ([rule("AES512")], "MalformedXML"),
    ([rule("AES256", KMSMasterKeyID="key")], "InvalidArgument"),
    ([{"BlockedEncryptionTypes": {"EncryptionType": ["SSE-X"]}}], "MalformedXML"),
])
def test_configurations_that_are_none(refused, configure, configuration, rules, code):
    before = configuration()
    assert refused(lambda: configure(*rules))[:2] == (code, 400)
    assert configuration() == before


def test_an_objects_encryption_changes_in_its_place(s3, bucket):
    before = s3.put_object(Bucket=bucket, Key="key", Body=b"x")
    key = managed_key(s3, bucket)
    s3.update_object_encryption(Bucket=bucket, Key="key", ObjectEncryption={"SSEKMS": {"KMSKeyArn": key, "BucketKeyEnabled": True}})
    after = s3.head_object(Bucket=bucket, Key="key")
    assert shown(after) == {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key, "BucketKeyEnabled": True}
    assert after["ETag"] == before["ETag"]
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"x"


def test_copying_onto_itself_is_a_change_where_the_bucket_has_an_encryption(s3, bucket, configure, refused):
    s3.put_object(Bucket=bucket, Key="key", Body=b"x")
    assert refused(s3.copy_object, Bucket=bucket, Key="key", CopySource=f"{bucket}/key")[:2] == ("InvalidRequest", 400)
    configure(rule("AES256"))
    s3.copy_object(Bucket=bucket, Key="key", CopySource=f"{bucket}/key")


def test_signature_version_2_is_not_enough_for_kms(s3, client, bucket, refused):
    s3.put_object(Bucket=bucket, Key="key", Body=b"x", **KMS)
    s3.put_object(Bucket=bucket, Key="plain", Body=b"x")
    old = client("s3", signature_version="s3")
    assert old.get_object(Bucket=bucket, Key="plain")["Body"].read() == b"x"
    needs = ("InvalidArgument", 400, "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.")
    assert refused(old.get_object, Bucket=bucket, Key="key") == needs
    assert refused(old.put_object, Bucket=bucket, Key="key", Body=b"x", **KMS) == needs
