"""Lifecycle rules: what is kept of them, and that they run, in worlds whose clock the tests move."""

import datetime
import json
import re
import signal

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.stratolite


def enabled(identifier="rule", prefix="", **actions):
    return {"ID": identifier, "Status": "Enabled", "Filter": {"Prefix": prefix}} | actions


@pytest.fixture
def ruled(world, new_name):
    """Makes a bucket with rules in the test's own world, at noon."""
    world.freeze()
    world.admin(f"clock?world={world.about['name']}", {"set": "2030-01-10T12:00:00Z"})
    s3 = world.client("s3")

    def make(*rules, versioned=False, **more):
        bucket = new_name()
        s3.create_bucket(Bucket=bucket)
        if versioned:
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": list(rules)}, **more)
        return bucket

    make.s3, make.world = s3, world
    return make


def keys(s3, bucket):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def versions(s3, bucket):
    page = s3.list_object_versions(Bucket=bucket)
    return [entry["Key"] for entry in page.get("Versions", [])] + [entry["Key"] + "!" for entry in page.get("DeleteMarkers", [])]


def test_a_configuration_comes_back_with_all_that_it_said(s3, bucket):
    date = datetime.datetime(2040, 1, 1, tzinfo=datetime.timezone.utc)
    both = {"And": {"Prefix": "x", "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}], "ObjectSizeGreaterThan": 0, "ObjectSizeLessThan": 10**6}}
    rules = [
        {"ID": "all", "Status": "Enabled", "Filter": both, "Expiration": {"Days": 400},
         "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 90, "StorageClass": "GLACIER"}],
         "NoncurrentVersionExpiration": {"NoncurrentDays": 100, "NewerNoncurrentVersions": 3},
         "NoncurrentVersionTransitions": [{"NoncurrentDays": 30, "NewerNoncurrentVersions": 2, "StorageClass": "STANDARD_IA"}]},
        {"ID": "date", "Status": "Disabled", "Filter": {"Tag": {"Key": "k", "Value": "v"}}, "Expiration": {"Date": date},
         "Transitions": [{"Date": date - datetime.timedelta(days=1), "StorageClass": "DEEP_ARCHIVE"}]},
        {"ID": "rest", "Status": "Enabled", "Filter": {}, "Expiration": {"ExpiredObjectDeleteMarker": True},
         "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
    ]
    put = s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules},
                                                TransitionDefaultMinimumObjectSize="varies_by_storage_class")
    assert put["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"
    answer = s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    assert answer["Rules"] == rules
    assert answer["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"
    assert s3.delete_bucket_lifecycle(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)


def test_rules_of_the_older_kind_keep_their_prefix(s3, bucket, refused):
    rule = {"ID": "old", "Prefix": "logs/", "Status": "Enabled", "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == [rule]
    mixed = {"Rules": [enabled(Expiration={"Days": 1}), rule]}
    assert refused(s3.put_bucket_lifecycle_configuration, Bucket=bucket, LifecycleConfiguration=mixed)[:2] == ("InvalidRequest", 400)
    unknown = {"Rules": [enabled(Expiration={"Days": 1}) | {"Status": "On"}]}
    assert refused(s3.put_bucket_lifecycle_configuration, Bucket=bucket, LifecycleConfiguration=unknown)[:2] == ("MalformedXML", 400)


def test_a_month_later_the_objects_are_gone_with_their_events(ruled):
    s3, sqs = ruled.s3, ruled.world.client("sqs")
    bucket = ruled(enabled("logs of a month", "logs/", Expiration={"Days": 30}))
    url = sqs.create_queue(QueueName=bucket)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.put_bucket_notification_configuration(Bucket=bucket, SkipDestinationValidation=True, NotificationConfiguration={"QueueConfigurations": [
        {"QueueArn": arn, "Events": ["s3:LifecycleExpiration:*", "s3:ObjectRemoved:*"]}]})
    put = s3.put_object(Bucket=bucket, Key="logs/one", Body=b"x")
    assert put["Expiration"] == 'expiry-date="Sun, 10 Feb 2030 00:00:00 GMT", rule-id="logs%20of%20a%20month"'
    assert s3.get_object(Bucket=bucket, Key="logs/one")["Expiration"] == put["Expiration"]
    s3.put_object(Bucket=bucket, Key="other", Body=b"x")
    ruled.world.advance("P30D")
    assert keys(s3, bucket) == ["logs/one", "other"]
    ruled.world.advance("P1D")
    assert keys(s3, bucket) == ["other"]
    (message,) = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    (record,) = json.loads(message["Body"])["Records"]
    assert (record["eventName"], record["eventVersion"], record["eventTime"]) == ("LifecycleExpiration:Delete", "2.3", "2030-02-10T00:00:00.000Z")
    assert record["userIdentity"] == {"principalId": "s3.amazonaws.com"}
    assert record["requestParameters"] == {"sourceIPAddress": "s3.amazonaws.com"}
    assert record["responseElements"]["x-amz-request-id"]
    assert set(record["s3"]["object"]) == {"key", "sequencer"}


def test_event_bridge_hears_of_markers_and_classes(ruled):
    s3, sqs, events = ruled.s3, ruled.world.client("sqs"), ruled.world.client("events")
    bucket = ruled(enabled(Expiration={"Days": 2}, Transitions=[{"Days": 1, "StorageClass": "GLACIER_IR"}]), versioned=True)
    url = sqs.create_queue(QueueName=bucket)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=bucket, EventPattern=json.dumps({"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}))
    events.put_targets(Rule=bucket, Targets=[{"Id": "1", "Arn": arn}])
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"x" * 200_000)["VersionId"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    ruled.world.advance("P3D")
    messages = [json.loads(message["Body"]) for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]]
    moved, hidden = sorted(messages, key=lambda message: message["time"])
    assert (moved["detail-type"], moved["detail"]["destination-storage-class"], moved["time"]) == ("Object Storage Class Changed", "GLACIER_IR", "2030-01-12T00:00:00Z")
    assert moved["detail"]["object"]["version-id"] == version
    assert (hidden["detail-type"], hidden["detail"]["reason"], hidden["detail"]["deletion-type"]) == ("Object Deleted", "Lifecycle Expiration", "Delete Marker Created")
    assert hidden["detail"]["requester"] == "s3.amazonaws.com" and "source-ip-address" not in hidden["detail"]
    assert s3.head_object(Bucket=bucket, Key="k", VersionId=version)["StorageClass"] == "GLACIER_IR"


def test_versions_markers_and_uploads_come_to_their_end(ruled):
    s3 = ruled.s3
    bucket = ruled(enabled("current", Expiration={"Days": 1}), enabled("older", NoncurrentVersionExpiration={"NoncurrentDays": 3}),
                   enabled("uploads", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 2}), versioned=True)
    s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    s3.put_object(Bucket=bucket, Key="k", Body=b"2")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="big")
    assert (upload["AbortDate"].isoformat(), upload["AbortRuleId"]) == ("2030-01-13T00:00:00+00:00", "uploads")
    s3.upload_part(Bucket=bucket, Key="big", UploadId=upload["UploadId"], PartNumber=1, Body=b"x")
    ruled.world.advance("P2D")
    assert versions(s3, bucket) == ["k", "k", "k!"]
    assert len(s3.list_multipart_uploads(Bucket=bucket)["Uploads"]) == 1
    ruled.world.advance("P1D")
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    ruled.world.advance("P10D")
    assert versions(s3, bucket) == []


def test_locked_versions_stay_until_their_lock_ends(ruled, new_name):
    s3, bucket = ruled.s3, new_name()
    s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        enabled("current", Expiration={"Days": 1}), enabled("older", NoncurrentVersionExpiration={"NoncurrentDays": 1})]})
    until = datetime.datetime(2030, 2, 1, tzinfo=datetime.timezone.utc)
    s3.put_object(Bucket=bucket, Key="locked", Body=b"x", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)
    held = s3.put_object(Bucket=bucket, Key="held", Body=b"x", ObjectLockLegalHoldStatus="ON")["VersionId"]
    ruled.world.advance("P15D")
    assert versions(s3, bucket) == ["held", "locked", "held!", "locked!"]
    ruled.world.advance("P10D")
    assert versions(s3, bucket) == ["held", "held!"]
    s3.put_object_legal_hold(Bucket=bucket, Key="held", VersionId=held, LegalHold={"Status": "OFF"})
    ruled.world.advance("P3D")
    assert versions(s3, bucket) == []


def test_days_that_passed_while_nothing_ran_are_made_up_for(daemon, client, admin, new_name, tmp_path):
    first = daemon(data_dir=str(tmp_path))
    admin("clock", {"freeze": True, "set": "2030-01-10T12:00:00Z"}, url=first.endpoint)
    s3, bucket = client("s3", url=first.endpoint), new_name()
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        enabled("current", Expiration={"Days": 1}), enabled("older", NoncurrentVersionExpiration={"NoncurrentDays": 1})]})
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    second = daemon(data_dir=str(tmp_path))
    s3 = client("s3", url=second.endpoint)
    admin("clock", {"set": "2030-01-13T12:00:00Z"}, url=second.endpoint)
    admin("clock", {"advance": "PT0S"}, url=second.endpoint)
    assert versions(s3, bucket) == ["k", "k!"]
    admin("clock", {"set": "2030-03-01T12:00:00Z"}, url=second.endpoint)
    admin("clock", {"advance": "PT0S"}, url=second.endpoint)
    assert versions(s3, bucket) == []


def test_a_walk_that_is_killed_goes_on(daemon, client, admin, new_name, tmp_path):
    """Two thousand objects are due; the process ends somewhere in between."""
    first = daemon(data_dir=str(tmp_path))
    admin("clock", {"freeze": True, "set": "2030-01-10T12:00:00Z"}, url=first.endpoint)
    s3, bucket = client("s3", url=first.endpoint), new_name()
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [enabled(Expiration={"Days": 1})]})
    for index in range(1200):
        s3.put_object(Bucket=bucket, Key=f"{index:04}", Body=b"")
    admin("clock", {"set": "2030-01-12T00:00:00Z"}, url=first.endpoint)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    second = daemon(data_dir=str(tmp_path))
    admin("clock", {"freeze": True, "set": "2030-01-12T00:00:00Z"}, url=second.endpoint)
    s3 = client("s3", url=second.endpoint)
    admin("clock", {"advance": "PT0S"}, url=second.endpoint)
    assert keys(s3, bucket) == []


def test_the_header_is_url_encoded_and_the_earliest_rule_is_named(ruled):
    bucket = ruled(enabled("in a week", Expiration={"Days": 7}), enabled("grüße & so", "a", Expiration={"Days": 2}))
    expiration = ruled.s3.put_object(Bucket=bucket, Key="a", Body=b"")["Expiration"]
    assert re.fullmatch(r'expiry-date="Sun, 13 Jan 2030 00:00:00 GMT", rule-id="gr%C3%BC%C3%9Fe%20%26%20so"', expiration)
