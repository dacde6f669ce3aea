"""Object Lock as a user of boto3 meets it: what is locked stays, by the world's clock."""

import datetime

import boto3
import botocore.auth
import botocore.awsrequest
import pytest
import urllib3

LOCKED = ("AccessDenied", 403, "Access Denied because object protected by object lock.")


@pytest.fixture
def vault(s3, new_name):
    name = new_name("vault")
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


def in_days(count):
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(days=count)


def test_configuration_round_trip(s3, vault, refused):
    assert s3.get_bucket_versioning(Bucket=vault)["Status"] == "Enabled"
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 3}}
    s3.put_object_lock_configuration(Bucket=vault, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule})
    assert s3.get_object_lock_configuration(Bucket=vault)["ObjectLockConfiguration"] == {"ObjectLockEnabled": "Enabled", "Rule": rule}
    s3.put_object_lock_configuration(Bucket=vault, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    assert s3.get_object_lock_configuration(Bucket=vault)["ObjectLockConfiguration"] == {"ObjectLockEnabled": "Enabled"}
    assert refused(s3.put_bucket_versioning, Bucket=vault, VersioningConfiguration={"Status": "Suspended"})[:2] == ("InvalidBucketState", 409)


def test_existing_bucket_gets_a_lock(s3, bucket, refused):
    configuration = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}
    assert refused(s3.get_object_lock_configuration, Bucket=bucket) == (
        "ObjectLockConfigurationNotFoundError", 404, "Object Lock configuration does not exist for this bucket")
    assert refused(s3.put_object_lock_configuration, Bucket=bucket, **configuration)[:2] == ("InvalidBucketState", 409)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object_lock_configuration(Bucket=bucket, **configuration)
    version = s3.put_object(Bucket=bucket, Key="key", Body=b"x", ObjectLockLegalHoldStatus="ON")["VersionId"]
    assert refused(s3.delete_object, Bucket=bucket, Key="key", VersionId=version) == LOCKED


def test_default_retention_holds_until_its_day(world, refused):
    s3 = world.client()
    s3.create_bucket(Bucket="vault", ObjectLockEnabledForBucket=True)
    s3.put_object_lock_configuration(Bucket="vault", ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}}})
    version = s3.put_object(Bucket="vault", Key="key", Body=b"x")["VersionId"]
    head = s3.head_object(Bucket="vault", Key="key")
    assert head["ObjectLockMode"] == "COMPLIANCE"
    assert head["ObjectLockRetainUntilDate"] == head["LastModified"] + datetime.timedelta(days=30)
    world.advance("P29D")
    assert refused(s3.delete_object, Bucket="vault", Key="key", VersionId=version, BypassGovernanceRetention=True) == LOCKED
    world.advance("P1D")
    s3.delete_object(Bucket="vault", Key="key", VersionId=version)
    assert "Versions" not in s3.list_object_versions(Bucket="vault")


def test_governance_is_bypassed_by_who_says_so(s3, vault, refused):
    until = in_days(5)
    version = s3.put_object(Bucket=vault, Key="key", Body=b"x", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)["VersionId"]
    named = {"Bucket": vault, "Key": "key", "VersionId": version}
    assert s3.get_object_retention(**named)["Retention"] == {"Mode": "GOVERNANCE", "RetainUntilDate": until}
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": in_days(1)}
    assert refused(s3.put_object_retention, Retention=shorter, **named) == LOCKED
    s3.put_object_retention(Retention=shorter, BypassGovernanceRetention=True, **named)
    assert refused(s3.delete_object, **named) == LOCKED
    s3.delete_object(BypassGovernanceRetention=True, **named)


def test_legal_hold_round_trip(s3, vault, refused):
    s3.put_object(Bucket=vault, Key="key", Body=b"x")
    assert refused(s3.get_object_legal_hold, Bucket=vault, Key="key") == (
        "NoSuchObjectLockConfiguration", 404, "The specified object does not have a ObjectLock configuration")
    for status in ("ON", "OFF"):
        s3.put_object_legal_hold(Bucket=vault, Key="key", LegalHold={"Status": status})
        assert s3.get_object_legal_hold(Bucket=vault, Key="key")["LegalHold"] == {"Status": status}
        assert s3.head_object(Bucket=vault, Key="key")["ObjectLockLegalHoldStatus"] == status


def test_past_dates_are_told_in_the_time_of_seattle(s3, vault, refused):
    s3.put_object(Bucket=vault, Key="key", Body=b"x")
    with pytest.raises(s3.exceptions.ClientError) as caught:
        s3.put_object_retention(Bucket=vault, Key="key", Retention={"Mode": "GOVERNANCE", "RetainUntilDate": datetime.datetime(2020, 1, 1)})
    error = caught.value.response["Error"]
    assert (error["Message"], error["ArgumentName"], error["ArgumentValue"]) == (
        "The retain until date must be in the future!", "RetainUntilDate", "Tue Dec 31 16:00:00 PST 2019")


def test_delete_objects_answers_for_each_key(s3, vault):
    locked = s3.put_object(Bucket=vault, Key="locked", Body=b"x", ObjectLockLegalHoldStatus="ON")["VersionId"]
    free = s3.put_object(Bucket=vault, Key="free", Body=b"x")["VersionId"]
    answer = s3.delete_objects(Bucket=vault, Delete={"Objects": [{"Key": "locked", "VersionId": locked}, {"Key": "free", "VersionId": free}]})
    assert [entry["Key"] for entry in answer["Deleted"]] == ["free"]
    assert [(entry["Key"], entry["Code"]) for entry in answer["Errors"]] == [("locked", "AccessDenied")]


def test_locked_uploads_say_what_they_are(endpoint, account, s3, vault):
    """SDKs send checksums by themselves; who sends none is refused where something locks."""
    request = botocore.awsrequest.AWSRequest("PUT", f"{endpoint}/{vault}/key", data=b"x", headers={"x-amz-object-lock-legal-hold": "ON"})
    botocore.auth.S3SigV4Auth(boto3.Session(account, "test").get_credentials(), "s3", "us-east-1").add_auth(request)
    answer = urllib3.request("PUT", request.url, body=b"x", headers=dict(request.headers))
    assert answer.status == 400
    assert b"Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters" in answer.data
    assert "Contents" not in s3.list_objects_v2(Bucket=vault)


def test_locks_survive_a_restart(daemon, tmp_path, account, refused):
    def client(one):
        return boto3.client("s3", endpoint_url=one.endpoint, region_name="us-east-1", aws_access_key_id=account, aws_secret_access_key="test")

    one = daemon(data_dir=tmp_path / "data")
    client(one).create_bucket(Bucket="vault", ObjectLockEnabledForBucket=True)
    version = client(one).put_object(Bucket="vault", Key="key", Body=b"x", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=in_days(5))["VersionId"]
    one.process.kill()
    one.process.wait()
    again = client(daemon(data_dir=tmp_path / "data"))
    assert refused(again.delete_object, Bucket="vault", Key="key", VersionId=version) == LOCKED
