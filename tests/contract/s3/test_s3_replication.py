"""Replication: what a rule copies is there soon after, with its history, and says so on both sides."""

import json

import pytest
import s3_stage
from botocore.exceptions import ClientError


def made(s3, bucket):
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


@pytest.fixture
def s3(world):
    return world.client()


@pytest.fixture
def settled(s3, world):
    """HEAD of an object once what is queued was done."""

    def head(bucket, key):
        world.advance("PT1S")
        return s3.head_object(Bucket=bucket, Key=key)

    return head


@pytest.fixture
def pair(s3, new_name):
    """A source and its destination."""
    return made(s3, new_name()), made(s3, new_name())


def rule_to(target, **members):
    rule = {
        "ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {}, "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{target}"},
    }
    return rule | members


def replicate(s3, source, *rules):
    configuration = {"Role": "arn:aws:iam::123456789012:role/replication", "Rules": list(rules)}
    s3.put_bucket_replication(Bucket=source, ReplicationConfiguration=configuration)


def test_a_new_version_is_copied_with_everything_it_has(s3, pair, settled):
    source, target = pair
    replicate(s3, source, rule_to(target))
    put = s3.put_object(Bucket=source, Key="a/b", Body=b"x" * 200_000, Metadata={"color": "red"}, Tagging="k=v", ContentType="text/x", ChecksumAlgorithm="SHA256")
    head = settled(source, "a/b")
    assert head["ReplicationStatus"] == "COMPLETED"
    replica = s3.get_object(Bucket=target, Key="a/b", ChecksumMode="ENABLED")
    assert replica["ReplicationStatus"] == "REPLICA"
    assert (replica["VersionId"], replica["ETag"], replica["ChecksumSHA256"]) == (put["VersionId"], put["ETag"], put["ChecksumSHA256"])
    assert (replica["Metadata"], replica["ContentType"], replica["LastModified"]) == ({"color": "red"}, "text/x", head["LastModified"])
    assert replica["Body"].read() == b"x" * 200_000
    assert s3.get_object_tagging(Bucket=target, Key="a/b")["TagSet"] == [{"Key": "k", "Value": "v"}]


def test_filters_priorities_and_several_destinations(s3, new_name, pair, settled):
    source, target = pair
    second = made(s3, new_name())
    replicate(
        s3, source,
        rule_to(target, ID="low", Priority=1, Destination={"Bucket": f"arn:aws:s3:::{target}", "StorageClass": "ONEZONE_IA"}),
        rule_to(target, ID="high", Priority=2, Filter={"Prefix": "logs/"}, Destination={"Bucket": f"arn:aws:s3:::{target}", "StorageClass": "STANDARD_IA"}),
        rule_to(second, ID="tagged", Priority=3, Filter={"And": {"Prefix": "logs/", "Tags": [{"Key": "keep", "Value": "yes"}]}}),
    )
    s3.put_object(Bucket=source, Key="logs/1", Body=b"1", Tagging="keep=yes")
    s3.put_object(Bucket=source, Key="data/1", Body=b"1", Tagging="keep=yes")
    settled(source, "logs/1")
    settled(source, "data/1")
    assert s3.head_object(Bucket=target, Key="logs/1")["StorageClass"] == "STANDARD_IA"
    assert s3.head_object(Bucket=target, Key="data/1")["StorageClass"] == "ONEZONE_IA"
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=second)["Contents"]] == ["logs/1"]


def test_delete_markers_are_copied_if_the_rule_says_so_and_removals_never(s3, pair, settled):
    source, target = pair
    replicate(s3, source, rule_to(target, DeleteMarkerReplication={"Status": "Enabled"}))
    version = s3.put_object(Bucket=source, Key="a", Body=b"1")["VersionId"]
    settled(source, "a")
    marker = s3.delete_object(Bucket=source, Key="a")["VersionId"]
    s3.put_object(Bucket=source, Key="z", Body=b"")
    settled(source, "z")
    listing = s3.list_object_versions(Bucket=target, Prefix="a")
    assert [entry["VersionId"] for entry in listing["DeleteMarkers"]] == [marker]
    s3.delete_object(Bucket=source, Key="a", VersionId=marker)
    s3.delete_object(Bucket=source, Key="a", VersionId=version)
    s3.put_object(Bucket=source, Key="zz", Body=b"")
    settled(source, "zz")
    listing = s3.list_object_versions(Bucket=target, Prefix="a")
    assert [entry["VersionId"] for entry in listing["Versions"]] == [version]


def test_a_destination_without_versions_fails_and_tells(world, s3, pair, settled):
    source, target = pair
    sqs = world.client("sqs")
    queue = sqs.create_queue(QueueName=f"failures-{source}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    subscription = {"QueueArn": arn, "Events": ["s3:Replication:OperationFailedReplication"]}
    s3.put_bucket_notification_configuration(Bucket=source, NotificationConfiguration={"QueueConfigurations": [subscription]}, SkipDestinationValidation=True)
    destination = {"Bucket": f"arn:aws:s3:::{target}", "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}}}
    replicate(s3, source, rule_to(target, Destination=destination))
    s3.put_bucket_versioning(Bucket=target, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=source, Key="a", Body=b"1")
    assert settled(source, "a")["ReplicationStatus"] == "FAILED"
    [message] = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
    [record] = json.loads(message["Body"])["Records"]
    assert (record["eventName"], record["eventVersion"]) == ("Replication:OperationFailedReplication", "2.2")
    assert record["replicationEventData"]["failureReason"] == "DstBucketUnversioned"
    assert record["replicationEventData"]["replicationRuleId"] == "all"


def test_tags_of_an_object_follow_to_its_replica_and_not_back(s3, pair, settled):
    source, target = pair
    replicate(s3, source, rule_to(target))
    s3.put_object(Bucket=source, Key="a", Body=b"1")
    settled(source, "a")
    s3.put_object_tagging(Bucket=source, Key="a", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    settled(source, "a")
    assert s3.get_object_tagging(Bucket=target, Key="a")["TagSet"] == [{"Key": "k", "Value": "v"}]
    s3.put_object_tagging(Bucket=target, Key="a", Tagging={"TagSet": []})
    s3.put_object(Bucket=source, Key="z", Body=b"")
    settled(source, "z")
    assert s3.get_object_tagging(Bucket=source, Key="a")["TagSet"] == [{"Key": "k", "Value": "v"}]


def test_a_configuration_comes_back_and_goes(s3, pair):
    source, target = pair
    rule = rule_to(target, Filter={"Prefix": "a"})
    replicate(s3, source, rule)
    assert s3.get_bucket_replication(Bucket=source)["ReplicationConfiguration"]["Rules"] == [rule]
    with pytest.raises(ClientError) as refused:
        s3.put_bucket_versioning(Bucket=source, VersioningConfiguration={"Status": "Suspended"})
    assert refused.value.response["Error"]["Code"] == "InvalidBucketState"
    s3.delete_bucket_replication(Bucket=source)
    with pytest.raises(ClientError) as gone:
        s3.get_bucket_replication(Bucket=source)
    assert gone.value.response["Error"]["Code"] == "ReplicationConfigurationNotFoundError"
    s3.put_object(Bucket=source, Key="after", Body=b"")
    assert "ReplicationStatus" not in s3.head_object(Bucket=source, Key="after")


def test_locks_follow_to_buckets_that_have_them(s3, new_name, settled):
    source, target = new_name(), new_name()
    for bucket in (source, target):
        s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    replicate(s3, source, rule_to(target))
    s3.put_object(Bucket=source, Key="a", Body=b"1", ObjectLockLegalHoldStatus="ON", ChecksumAlgorithm="CRC32")
    settled(source, "a")
    assert s3.head_object(Bucket=target, Key="a")["ObjectLockLegalHoldStatus"] == "ON"
    s3.put_object_legal_hold(Bucket=source, Key="a", LegalHold={"Status": "OFF"})
    settled(source, "a")
    assert s3.get_object_legal_hold(Bucket=target, Key="a")["LegalHold"] == {"Status": "OFF"}


def test_a_customers_key_opens_the_replica_too(s3, pair, settled):
    source, target = pair
    replicate(s3, source, rule_to(target))
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    s3.put_object(Bucket=source, Key="a", Body=b"secret" * 20_000, **key)
    s3.put_object(Bucket=source, Key="z", Body=b"")
    settled(source, "z")
    assert s3.get_object(Bucket=target, Key="a", **key)["Body"].read() == b"secret" * 20_000


@pytest.mark.stratolite
@pytest.mark.parametrize("translated", [False, True])
def test_a_replica_in_another_account_is_whose_the_rule_says(daemon, translated):
    one = daemon()
    here, there = (s3_stage.Stage(one.endpoint, account) for account in ("111122223333", "444455556666"))
    source, target = here.bucket(versioned=True), there.bucket(versioned=True, ObjectOwnership="ObjectWriter")
    destination = {"Bucket": f"arn:aws:s3:::{target}", "Account": there.account}
    replicate(here.s3, source, rule_to(target, Destination=destination | ({"AccessControlTranslation": {"Owner": "Destination"}} if translated else {})))
    here.put(source, "a", b"1")
    here.http("/_stratolite/clock", "POST", data=b'{"advance": "PT1S"}')
    owner = (there if translated else here).s3.list_buckets()["Owner"]["ID"]
    assert there.s3.get_object_acl(Bucket=target, Key="a")["Owner"]["ID"] == owner
