"""Recorded situations about ACLs, and about who pays for requests."""

from notification_situations import Notified
from other_target_situations import bodies, bridged
from s3_stage import situation, situation_of

LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"


def with_acls(stage, name=None):
    """A bucket as they were before April 2023."""
    name = name or stage.bucket()
    stage.s3.delete_bucket_ownership_controls(Bucket=name)
    stage.s3.delete_public_access_block(Bucket=name)
    return name


def policy_of(owner, *grants):
    return {"Owner": owner, "Grants": [{"Grantee": grantee, "Permission": permission} for grantee, permission in grants]}


@situation
def s3_bucket_acl(stage):
    s3, bucket = stage.s3, with_acls(stage)
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    answers = {"get-bucket-acl": s3.get_bucket_acl(Bucket=bucket)}
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    answers["get-bucket-canned-acl"] = s3.get_bucket_acl(Bucket=bucket)
    s3.put_bucket_acl(Bucket=bucket, GrantRead=f'uri="{LOG_DELIVERY}"')
    answers["get-bucket-grant-acl"] = s3.get_bucket_acl(Bucket=bucket)
    owner = answers["get-bucket-acl"]["Owner"]
    s3.put_bucket_acl(Bucket=bucket, AccessControlPolicy=policy_of(
        owner, ({"ID": owner["ID"], "Type": "CanonicalUser"}, "FULL_CONTROL"), ({"URI": LOG_DELIVERY, "Type": "Group"}, "WRITE")))
    answers["get-bucket-acp-acl"] = s3.get_bucket_acl(Bucket=bucket)
    return answers


@situation
def s3_multipart_upload_acls(stage):
    s3, bucket = stage.s3, with_acls(stage)
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    answers = {"bucket-acl": s3.get_bucket_acl(Bucket=bucket)}
    s3.put_object(Bucket=bucket, Key="acl-key0", Body=b"test")
    for key, acl in (("acl-key1", {}), ("acl-key2", {"ACL": "public-read-write"})):
        upload = {"Bucket": bucket, "Key": key, "UploadId": s3.create_multipart_upload(Bucket=bucket, Key=key, **acl)["UploadId"]}
        etag = s3.upload_part(**upload, PartNumber=1, Body=b"test")["ETag"]
        s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    for number in range(3):
        answers[f"permission-acl-key{number}"] = s3.get_object_acl(Bucket=bucket, Key=f"acl-key{number}")
    return answers


@situation
def s3_request_payer(stage):
    bucket = stage.bucket()
    return {
        "put-bucket-request-payment": stage.s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"}),
        "get-bucket-request-payment": stage.s3.get_bucket_request_payment(Bucket=bucket),
    }


def change_acl_three_times(stage, bucket, key):
    place = {"Bucket": bucket, "Key": key}
    owner = stage.s3.get_object_acl(**place)["Owner"]
    stage.s3.put_object_acl(**place, ACL="public-read")
    stage.s3.put_object_acl(**place, GrantRead=f'uri="{LOG_DELIVERY}"')
    stage.s3.put_object_acl(**place, AccessControlPolicy=policy_of(owner, ({"ID": owner["ID"], "Type": "CanonicalUser"}, "FULL_CONTROL")))


@situation
def object_put_acl(stage):
    notified = Notified(stage, "s3:ObjectAcl:Put")
    with_acls(stage, notified.bucket)
    notified.s3.put_object(Bucket=notified.bucket, Key="my_key_acl", Body="something")
    change_acl_three_times(stage, notified.bucket, "my_key_acl")
    return {"receive_messages": notified.records(3)}


@situation_of("TestS3NotificationsToEventBridge")
def object_put_acl(stage):  # noqa: F811
    bucket, sqs, url = bridged(stage)
    with_acls(stage, bucket)
    stage.put(bucket, "my_key_acl", b"something")
    change_acl_three_times(stage, bucket, "my_key_acl")
    messages = sorted(bodies(sqs, url, 4), key=lambda message: message["detail-type"])
    for message in messages:
        message["detail"]["request-id"] = "request-id"
        if "sequencer" in message["detail"]["object"]:
            message["detail"]["object"]["sequencer"] = "object-sequencer"
    return {"messages": {"messages": messages}}
