"""Tags of objects: their operations, and the header that brings them along."""

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def s3(client):
    return client("s3")


@pytest.fixture
def bucket(s3, account):
    s3.create_bucket(Bucket=f"tags-{account}")
    return f"tags-{account}"


def tag_set(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tags_of(s3, bucket, key):
    return {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]}


def refused(call, **parameters):
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]


def test_tags_are_put_replaced_and_deleted(s3, bucket):
    s3.put_object(Bucket=bucket, Key="key", Body=b"")
    s3.put_object_tagging(Bucket=bucket, Key="key", Tagging={"TagSet": tag_set({"a": "1", "b": ""})})
    assert tags_of(s3, bucket, "key") == {"a": "1", "b": ""}
    s3.put_object_tagging(Bucket=bucket, Key="key", Tagging={"TagSet": tag_set({"c": "3"})})
    assert tags_of(s3, bucket, "key") == {"c": "3"}
    assert s3.head_object(Bucket=bucket, Key="key")["TagCount"] == 1
    s3.delete_object_tagging(Bucket=bucket, Key="key")
    assert tags_of(s3, bucket, "key") == {}
    assert "TagCount" not in s3.head_object(Bucket=bucket, Key="key")


def test_a_header_brings_tags_with_a_put_a_copy_and_an_upload(s3, bucket):
    header = "project=blue+sky&owner=J%C3%BCrgen&empty="
    expected = {"project": "blue sky", "owner": "Jürgen", "empty": ""}
    s3.put_object(Bucket=bucket, Key="put", Body=b"", Tagging=header)
    assert tags_of(s3, bucket, "put") == expected
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/put")
    assert tags_of(s3, bucket, "copy") == expected
    s3.copy_object(Bucket=bucket, Key="replaced", CopySource=f"{bucket}/put", TaggingDirective="REPLACE", Tagging="a=1")
    assert tags_of(s3, bucket, "replaced") == {"a": "1"}
    names = {"Bucket": bucket, "Key": "upload"}
    names["UploadId"] = s3.create_multipart_upload(**names, Tagging=header)["UploadId"]
    part = s3.upload_part(**names, PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(**names, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert tags_of(s3, bucket, "upload") == expected


@pytest.mark.parametrize("tags, message", [
    ({"aws:x": "1"}, "Your TagKey cannot be prefixed with aws:"),
    ({"a,b": "1"}, "The TagKey you have provided is invalid"),
    ({"a": "1,2"}, "The TagValue you have provided is invalid"),
    ({"k" * 129: "1"}, "The TagKey you have provided is invalid"),
    ({"a": "v" * 257}, "The TagValue you have provided is invalid"),
    ({f"key{n}": "" for n in range(11)}, "Object tags cannot be greater than 10"),
])
def test_tags_that_s3_does_not_take(s3, bucket, tags, message):
    s3.put_object(Bucket=bucket, Key="key", Body=b"")
    error = refused(s3.put_object_tagging, Bucket=bucket, Key="key", Tagging={"TagSet": tag_set(tags)})
    assert error["Message"] == message
    assert tags_of(s3, bucket, "key") == {}


def test_a_refused_header_leaves_no_object(s3, bucket):
    for header in ("a=1&a=2", "a=1,b=2", "&".join(f"key{n}=" for n in range(11))):
        assert refused(s3.put_object, Bucket=bucket, Key="key", Body=b"", Tagging=header)["Code"] in ("InvalidArgument", "BadRequest")
    assert refused(s3.head_object, Bucket=bucket, Key="key")["Code"] == "404"


def test_changes_of_tags_are_announced(client, account, bucket):
    s3, sqs = client("s3"), client("sqs")
    queue = sqs.create_queue(QueueName="tags")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectTagging:*", "s3:ObjectCreated:CompleteMultipartUpload"]}]})
    sqs.purge_queue(QueueUrl=queue)
    names = {"Bucket": bucket, "Key": "key"}
    names["UploadId"] = s3.create_multipart_upload(**names)["UploadId"]
    part = s3.upload_part(**names, PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(**names, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    s3.put_object_tagging(Bucket=bucket, Key="key", Tagging={"TagSet": tag_set({"a": "1"})})
    s3.delete_object_tagging(Bucket=bucket, Key="key")
    seen = set()
    for _ in range(10):
        for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=2, MaxNumberOfMessages=10).get("Messages", []):
            seen.update(name for name in ("ObjectCreated:CompleteMultipartUpload", "ObjectTagging:Put", "ObjectTagging:Delete") if f'"{name}"' in message["Body"])
        if len(seen) == 3:
            break
    assert seen == {"ObjectCreated:CompleteMultipartUpload", "ObjectTagging:Put", "ObjectTagging:Delete"}
