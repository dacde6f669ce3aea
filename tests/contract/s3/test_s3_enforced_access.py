"""`--iam enforce`: what ACLs open, to whom, and which deletions of a batch are denied."""

import itertools

import boto3
import botocore
import botocore.config
import pytest

from iam.enforcement import Stage, allow, deny, policy, refusal

pytestmark = pytest.mark.stratolite

HERE = "000000000000"
THERE = "333333333333"
THIRD = "555555555555"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    yield stage
    stage.stop()


@pytest.fixture(scope="module")
def anonymous(stage):
    return boto3.client("s3", endpoint_url=stage.endpoint, region_name="us-east-1",
                        config=botocore.config.Config(signature_version=botocore.UNSIGNED, retries={"max_attempts": 0}))


@pytest.fixture(scope="module")
def owner(stage):
    return stage.root().client("s3")


@pytest.fixture(scope="module")
def there(stage):
    return stage.root(THERE).client("s3")


@pytest.fixture
def bucket(owner):
    """Its ACLs count and may be public."""
    name = f"box-{next(_numbers)}"
    owner.create_bucket(Bucket=name, ObjectOwnership="ObjectWriter")
    owner.delete_public_access_block(Bucket=name)
    owner.put_object(Bucket=name, Key="a", Body=b"a")
    return name


def id_of(client):
    return client.list_buckets()["Owner"]["ID"]


def body(client, bucket, key="a"):
    return client.get_object(Bucket=bucket, Key=key)["Body"].read()


def test_nobody_else_reads_what_nothing_opens(bucket, anonymous, there):
    for client in (anonymous, there):
        assert refusal(client.get_object, Bucket=bucket, Key="a")[0] == "AccessDenied"
        assert refusal(client.list_objects_v2, Bucket=bucket)[0] == "AccessDenied"
        assert refusal(client.put_object, Bucket=bucket, Key="b", Body=b"b")[0] == "AccessDenied"


def test_a_public_object_is_read_by_everyone_and_no_more(bucket, owner, anonymous, there):
    owner.put_object_acl(Bucket=bucket, Key="a", ACL="public-read")
    assert body(anonymous, bucket) == body(there, bucket) == b"a"
    assert refusal(anonymous.get_object_acl, Bucket=bucket, Key="a")[0] == "AccessDenied"
    assert refusal(anonymous.list_objects_v2, Bucket=bucket)[0] == "AccessDenied"
    assert refusal(anonymous.get_object, Bucket=bucket, Key="missing")[0] == "AccessDenied"


def test_those_with_an_account_are_not_everyone(bucket, owner, anonymous, there):
    owner.put_object_acl(Bucket=bucket, Key="a", ACL="authenticated-read")
    assert body(there, bucket) == b"a"
    assert refusal(anonymous.get_object, Bucket=bucket, Key="a")[0] == "AccessDenied"


def test_an_account_is_granted_what_its_users_still_must_be_given(bucket, owner, there, stage):
    owner.put_object_acl(Bucket=bucket, Key="a", GrantRead=f'id="{id_of(there)}"')
    assert body(there, bucket) == b"a"
    assert body(stage.user(allow("s3:GetObject"), account=THERE).client("s3"), bucket) == b"a"
    assert refusal(stage.user(account=THERE).client("s3").get_object, Bucket=bucket, Key="a")[0] == "AccessDenied"
    assert refusal(stage.root(THIRD).client("s3").get_object, Bucket=bucket, Key="a")[0] == "AccessDenied"


def test_acls_of_buckets_grant_listing_writing_and_their_own_reading(bucket, owner, there):
    grantee = f'id="{id_of(there)}"'
    owner.put_bucket_acl(Bucket=bucket, GrantRead=grantee, GrantReadACP=grantee)
    assert [entry["Key"] for entry in there.list_objects_v2(Bucket=bucket)["Contents"]] == ["a"]
    there.head_bucket(Bucket=bucket)
    there.get_bucket_acl(Bucket=bucket)
    assert refusal(there.put_object, Bucket=bucket, Key="b", Body=b"b")[0] == "AccessDenied"
    owner.put_bucket_acl(Bucket=bucket, GrantWrite=grantee)
    there.put_object(Bucket=bucket, Key="b", Body=b"b")
    assert refusal(there.list_objects_v2, Bucket=bucket)[0] == "AccessDenied"
    # Others' objects are neither overwritten nor deleted.
    assert refusal(there.put_object, Bucket=bucket, Key="a", Body=b"b")[0] == "AccessDenied"
    assert refusal(there.delete_object, Bucket=bucket, Key="a")[0] == "AccessDenied"
    there.delete_object(Bucket=bucket, Key="b")


def test_an_object_of_somebody_else_is_his_to_open(bucket, owner, there):
    owner.put_bucket_acl(Bucket=bucket, GrantWrite=f'id="{id_of(there)}"')
    there.put_object(Bucket=bucket, Key="b", Body=b"theirs")
    assert body(there, bucket, "b") == b"theirs"
    assert refusal(owner.get_object, Bucket=bucket, Key="b")[0] == "AccessDenied"
    owner.put_bucket_policy(Bucket=bucket, Policy=policy(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal={"AWS": HERE})))
    assert refusal(owner.get_object, Bucket=bucket, Key="b")[0] == "AccessDenied"
    there.put_object_acl(Bucket=bucket, Key="b", ACL="bucket-owner-read")
    assert body(owner, bucket, "b") == b"theirs"
    owner.delete_object(Bucket=bucket, Key="b")


def test_a_policys_denial_wins_over_an_acl(bucket, owner, anonymous):
    owner.put_object_acl(Bucket=bucket, Key="a", ACL="public-read")
    owner.put_bucket_policy(Bucket=bucket, Policy=policy(deny("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal="*")))
    assert refusal(anonymous.get_object, Bucket=bucket, Key="a")[0] == "AccessDenied"


def test_public_acls_are_ignored_and_without_acls_none_counts(bucket, owner, anonymous):
    owner.put_object_acl(Bucket=bucket, Key="a", ACL="public-read")
    owner.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
    assert refusal(anonymous.get_object, Bucket=bucket, Key="a")[0] == "AccessDenied"
    owner.delete_public_access_block(Bucket=bucket)
    assert body(anonymous, bucket) == b"a"
    owner.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
    assert refusal(anonymous.get_object, Bucket=bucket, Key="a")[0] == "AccessDenied"


def test_who_writes_unsigned_owns_what_he_wrote(bucket, owner, anonymous):
    owner.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    anonymous.put_object(Bucket=bucket, Key="b", Body=b"b", ACL="bucket-owner-full-control")
    acl = owner.get_object_acl(Bucket=bucket, Key="b")
    assert acl["Owner"]["ID"] == "65a011a29cdf8ec533ec3d1ccaae921c" and len(acl["Grants"]) == 2
    assert body(owner, bucket, "b") == b"b"
    deleted = anonymous.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]})
    assert [entry["Key"] for entry in deleted["Deleted"]] == ["b"]
    assert deleted["Errors"] == [{"Key": "a", "Code": "AccessDenied", "Message": "Access Denied"}]


def test_denied_keys_of_a_batch_are_errors_of_their_own(bucket, owner, stage):
    for key in ("mine/1", "mine/2", "other"):
        owner.put_object(Bucket=bucket, Key=key, Body=b"x")
    user = stage.user(allow("s3:DeleteObject", f"arn:aws:s3:::{bucket}/mine/*")).client("s3")
    answer = user.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "mine/1"}, {"Key": "other"}, {"Key": "mine/2", "VersionId": "null"}]})
    assert [entry["Key"] for entry in answer["Deleted"]] == ["mine/1"]
    assert [(entry["Key"], entry["Code"]) for entry in answer["Errors"]] == [("other", "AccessDenied"), ("mine/2", "AccessDenied")]
    assert "s3:DeleteObject" in answer["Errors"][0]["Message"] and "s3:DeleteObjectVersion" in answer["Errors"][1]["Message"]
    assert {entry["Key"] for entry in owner.list_objects_v2(Bucket=bucket)["Contents"]} == {"a", "mine/2", "other"}


def test_an_anonymous_stranger_reads_what_a_policy_opens(bucket, owner, anonymous):
    owner.put_bucket_policy(Bucket=bucket, Policy=policy(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal="*")))
    assert body(anonymous, bucket) == b"a"
    owner.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
    assert refusal(anonymous.get_object, Bucket=bucket, Key="a")[0] == "AccessDenied"
