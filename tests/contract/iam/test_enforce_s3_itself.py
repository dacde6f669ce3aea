"""`--iam enforce` and what S3 does by itself: replication as a role, logs and inventories in its own name by the target's policy."""

import json

import pytest
from enforcement import Stage, allow, policy

pytestmark = pytest.mark.stratolite


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    yield stage
    stage.stop()


@pytest.fixture
def s3(stage):
    return stage.root().client("s3")


def keys_of(s3, bucket):
    return [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def role(stage, name, service, *statements):
    iam = stage.root().client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="copies", PolicyDocument=policy(*statements))
    return arn


def test_replication_does_what_its_role_may(stage, s3):
    for bucket in ("from", "to"):
        s3.create_bucket(Bucket=f"copies-{bucket}")
        s3.put_bucket_versioning(Bucket=f"copies-{bucket}", VersioningConfiguration={"Status": "Enabled"})
    reads = allow("s3:GetObjectVersionForReplication", "arn:aws:s3:::copies-from/*")
    writes = allow(["s3:ReplicateObject", "s3:ReplicateTags"], "arn:aws:s3:::copies-to/*")
    statuses = {}
    for name, service, statements in [
        ("distrusts", "lambda.amazonaws.com", [reads, writes]), ("reads", "s3.amazonaws.com", [reads]), ("writes", "s3.amazonaws.com", [writes]),
        ("both", "s3.amazonaws.com", [reads, writes]),
    ]:
        rule = {"Status": "Enabled", "Priority": 1, "Filter": {}, "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::copies-to"}}
        s3.put_bucket_replication(Bucket="copies-from", ReplicationConfiguration={"Role": role(stage, name, service, *statements), "Rules": [rule]})
        s3.put_object(Bucket="copies-from", Key=name, Body=b"1", Tagging="k=v")
        stage.admin("clock", "POST", {"advance": "PT1S"})
        statuses[name] = s3.head_object(Bucket="copies-from", Key=name)["ReplicationStatus"]
    assert statuses == {"distrusts": "FAILED", "reads": "FAILED", "writes": "FAILED", "both": "COMPLETED"}
    assert keys_of(s3, "copies-to") == ["both"]


@pytest.mark.parametrize("source_of_policy, delivered", [("arn:aws:s3:::{}", True), ("arn:aws:s3:::another", False)])
def test_logs_and_inventories_need_the_policy_of_their_target(stage, s3, source_of_policy, delivered):
    suffix = "let-in" if delivered else "kept-out"
    source, target = f"source-{suffix}", f"target-{suffix}"
    for bucket in (source, target):
        s3.create_bucket(Bucket=bucket)
    statement = allow(
        "s3:PutObject", f"arn:aws:s3:::{target}/*", Principal={"Service": ["logging.s3.amazonaws.com", "s3.amazonaws.com"]},
        Condition={"ArnLike": {"aws:SourceArn": source_of_policy.format(source)}})
    s3.put_bucket_policy(Bucket=target, Policy=policy(statement))
    s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": "log/"}})
    s3.put_bucket_inventory_configuration(Bucket=source, Id="i", InventoryConfiguration={
        "Id": "i", "IsEnabled": True, "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{target}", "Format": "CSV", "Prefix": "in"}}})
    s3.put_object(Bucket=source, Key="a", Body=b"1")
    stage.admin("clock", "POST", {"advance": "P1D"})
    folders = {key.split("/")[0] for key in keys_of(s3, target)}
    assert folders == ({"log", "in"} if delivered else set())
