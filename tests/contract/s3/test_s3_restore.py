"""Storage classes, and archived objects that come back for some days: by the world's clock, with their events."""

import datetime
import json

import boto3
import pytest

CLASSES = ["REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR"]
ARCHIVED = ("InvalidObjectState", 403, "The operation is not valid for the object's storage class")


def restore(s3, days=1, tier="Expedited", key="key", bucket="archive"):
    answer = s3.restore_object(Bucket=bucket, Key=key, RestoreRequest={"Days": days, "GlacierJobParameters": {"Tier": tier}})
    return answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture
def archive(world):
    """(world, client): bucket `archive` with one object in GLACIER."""
    s3 = world.client()
    s3.create_bucket(Bucket="archive")
    s3.put_object(Bucket="archive", Key="key", Body=b"body", StorageClass="GLACIER")
    return world, s3


def test_classes_are_kept_and_listed(s3, bucket, refused):
    for storage_class in CLASSES:
        s3.put_object(Bucket=bucket, Key=storage_class, Body=b"x", StorageClass=storage_class)
        assert s3.head_object(Bucket=bucket, Key=storage_class)["StorageClass"] == storage_class
    assert {entry["Key"]: entry["StorageClass"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]} == {name: name for name in CLASSES}
    assert refused(s3.put_object, Bucket=bucket, Key="key", Body=b"x", StorageClass="EXPRESS_ONEZONE")[0] == "InvalidStorageClass"
    for storage_class in CLASSES:
        if storage_class in ("GLACIER", "DEEP_ARCHIVE"):
            assert refused(s3.get_object, Bucket=bucket, Key=storage_class) == ARCHIVED
        else:
            assert s3.get_object(Bucket=bucket, Key=storage_class)["Body"].read() == b"x"


def test_multipart_and_copies_have_classes(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts", StorageClass="ONEZONE_IA")
    part = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload["UploadId"], PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload["UploadId"], MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert s3.head_object(Bucket=bucket, Key="parts")["StorageClass"] == "ONEZONE_IA"
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/parts")
    assert "StorageClass" not in s3.head_object(Bucket=bucket, Key="copy")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/copy", StorageClass="GLACIER_IR")
    assert s3.get_object_attributes(Bucket=bucket, Key="copy", ObjectAttributes=["StorageClass"])["StorageClass"] == "GLACIER_IR"


def test_a_copy_is_there_for_its_days(archive, refused):
    world, s3 = archive
    assert refused(s3.get_object, Bucket="archive", Key="key") == ARCHIVED
    assert restore(s3, days=2, tier="Standard") == 202
    assert s3.head_object(Bucket="archive", Key="key")["Restore"] == 'ongoing-request="true"'
    assert refused(s3.restore_object, Bucket="archive", Key="key", RestoreRequest={"Days": 2})[:2] == ("RestoreAlreadyInProgress", 409)
    world.advance("PT5H")
    got = s3.get_object(Bucket="archive", Key="key")
    assert got["Body"].read() == b"body"
    assert got["StorageClass"] == "GLACIER"
    assert got["Restore"].startswith('ongoing-request="false", expiry-date="') and got["Restore"].endswith(' 00:00:00 GMT"')
    status = s3.list_objects_v2(Bucket="archive", OptionalObjectAttributes=["RestoreStatus"])["Contents"][0]["RestoreStatus"]
    assert status["IsRestoreInProgress"] is False
    assert status["RestoreExpiryDate"].time() == datetime.time(0)
    assert restore(s3, days=9) == 200
    world.advance("P5D")
    assert s3.get_object(Bucket="archive", Key="key")["Body"].read() == b"body"
    world.advance("P5D")
    assert refused(s3.get_object, Bucket="archive", Key="key") == ARCHIVED
    assert "Restore" not in s3.head_object(Bucket="archive", Key="key")


def test_a_restored_object_is_brought_back_for_good_by_a_copy(archive, refused):
    world, s3 = archive
    copy = {"Bucket": "archive", "Key": "key", "CopySource": "archive/key", "StorageClass": "STANDARD"}
    assert refused(s3.copy_object, **copy)[0] == "InvalidObjectState"
    restore(s3)
    world.advance("PT5M")
    s3.copy_object(**copy)
    world.advance("P30D")
    assert s3.get_object(Bucket="archive", Key="key")["Body"].read() == b"body"


def test_what_cannot_be_restored_says_why(archive, refused):
    _, s3 = archive
    s3.put_object(Bucket="archive", Key="plain", Body=b"x")
    s3.put_object(Bucket="archive", Key="deep", Body=b"x", StorageClass="DEEP_ARCHIVE")
    request = {"Days": 1, "GlacierJobParameters": {"Tier": "Expedited"}}
    assert refused(s3.restore_object, Bucket="archive", Key="plain", RestoreRequest=request) == (
        "InvalidObjectState", 403, "Restore is not allowed for the object's current storage class")
    assert refused(s3.restore_object, Bucket="archive", Key="deep", RestoreRequest=request)[0] == "InvalidArgument"
    assert refused(s3.restore_object, Bucket="archive", Key="none", RestoreRequest=request)[0] == "NoSuchKey"
    assert refused(s3.restore_object, Bucket="archive", Key="key", RestoreRequest={"Type": "SELECT"})[:2] == ("NotImplemented", 501)


def test_events_of_a_restored_copy(archive):
    world, s3 = archive
    sqs = world.client("sqs")
    url = sqs.create_queue(QueueName="restores")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.put_bucket_notification_configuration(Bucket="archive", NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectRestore:*"]}]})
    restore(s3)
    world.advance("P3D")
    records = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            records += json.loads(message["Body"]).get("Records", [])
    assert sorted(record["eventName"] for record in records) == ["ObjectRestore:Completed", "ObjectRestore:Delete", "ObjectRestore:Post"]
    completed = next(record for record in records if record["eventName"].endswith("Completed"))
    assert completed["glacierEventData"]["restoreEventData"]["lifecycleRestoreStorageClass"] == "GLACIER"


def test_a_restore_in_progress_survives_a_kill(daemon, tmp_path, account, admin):
    def client(one, service="s3"):
        return boto3.client(service, endpoint_url=one.endpoint, region_name="us-east-1", aws_access_key_id=account, aws_secret_access_key="test")

    one = daemon(data_dir=tmp_path / "data")
    url = client(one, "sqs").create_queue(QueueName="restores")["QueueUrl"]
    client(one).create_bucket(Bucket="archive")
    client(one).put_bucket_notification_configuration(Bucket="archive", NotificationConfiguration={"QueueConfigurations": [
        {"QueueArn": f"arn:aws:sqs:us-east-1:{account}:restores", "Events": ["s3:ObjectRestore:Completed"]}]})
    client(one, "sqs").purge_queue(QueueUrl=url)
    client(one).put_object(Bucket="archive", Key="key", Body=b"body", StorageClass="DEEP_ARCHIVE")
    restore(client(one), tier="Standard")
    one.process.kill()
    one.process.wait()
    again = daemon(data_dir=tmp_path / "data")
    admin("clock", {"advance": "PT12H"}, url=again.endpoint)
    messages = client(again, "sqs").receive_message(QueueUrl=url.replace(one.endpoint, again.endpoint), WaitTimeSeconds=5)["Messages"]
    assert "ObjectRestore:Completed" in messages[0]["Body"]
    assert client(again).get_object(Bucket="archive", Key="key")["Body"].read() == b"body"
