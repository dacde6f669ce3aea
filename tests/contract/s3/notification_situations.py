"""Recorded situations about notifications to queues. Those of other targets that carry the same names are met with queues here too, and differ."""

import json
import re
import urllib.request

from s3_stage import situation

# Values that were recorded by their kind alone: what they must look like.
KINDS = {"eventTime": ("date", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "sequencer": ("sequencer", r"[0-9A-F]{18}"),
         "x-amz-id-2": ("amz-id", r"[A-Za-z0-9+/]{50,}={0,2}"), "x-amz-request-id": ("amz-request-id", r"[0-9A-Za-z-]{16,}"),
         "MD5OfBody": ("m-d5-of-body", r"[0-9a-f]{32}")}


def by_kind(value):
    if isinstance(value, list):
        return [by_kind(element) for element in value]
    if not isinstance(value, dict):
        return value
    return {name: KINDS[name][0] if name in KINDS and re.fullmatch(KINDS[name][1], member) else by_kind(member) for name, member in value.items()}


class Notified:
    """A bucket that tells a queue."""

    def __init__(self, stage, *events, region="us-east-1"):
        self.s3 = stage.client(region=region)
        self.sqs = stage.client("sqs", region=region)
        self.bucket = stage.name()
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self.s3.create_bucket(Bucket=self.bucket, **place)
        self.url = self.sqs.create_queue(QueueName=stage.name("queue"))["QueueUrl"]
        self.arn = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.s3.put_bucket_notification_configuration(Bucket=self.bucket, NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": self.arn, "Events": list(events)}]})

    def messages(self, count, **parameters):
        """`count` messages about objects; the test event is left out."""
        found = []
        for _ in range(20):
            if len(found) >= count:
                break
            for message in self.sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=1, MaxNumberOfMessages=10, **parameters).get("Messages", []):
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                if "Records" in message["Body"]:
                    found.append(message)
        return found

    def records(self, count):
        return {"messages": [by_kind(record) for message in self.messages(count) for record in json.loads(message["Body"])["Records"]]}


@situation
def object_created_put(stage):
    notified = Notified(stage, "s3:ObjectCreated:*")
    notified.s3.put_object(Bucket=notified.bucket, Key="my_key_0", Body="something")
    notified.s3.put_object(Bucket=notified.bucket, Key="my_key_1", Body="something else")
    return {"receive_messages": notified.records(2)}


@situation
def object_created_copy(stage):
    notified = Notified(stage, "s3:ObjectCreated:Copy")
    notified.s3.put_object(Bucket=notified.bucket, Key="source", Body="something")
    notified.s3.copy_object(Bucket=notified.bucket, CopySource=f"{notified.bucket}/source", Key="destination")
    return {"receive_messages": notified.records(1)}


@situation
def object_created_put_with_presigned_url_upload(stage):
    def upload(region):
        notified = Notified(stage, "s3:ObjectCreated:*", region=region)
        url = notified.s3.generate_presigned_url("put_object", Params={"Bucket": notified.bucket, "Key": "key-by-hostname"})
        urllib.request.urlopen(urllib.request.Request(url, data=b"something", method="PUT", headers={"Content-Type": ""}), timeout=30).close()
        return notified.records(1)

    return {"receive_messages": upload("us-east-1"), "receive_messages_region_2": upload("us-west-2")}


@situation
def object_tagging_put_event(stage):
    notified = Notified(stage, "s3:ObjectTagging:Put")
    notified.s3.put_object(Bucket=notified.bucket, Key="tagged", Body="FooBarBlitz")
    notified.s3.put_object_tagging(Bucket=notified.bucket, Key="tagged", Tagging={"TagSet": [{"Key": "swallow_type", "Value": "african"}]})
    return {"receive_messages": notified.records(1)}


@situation
def xray_header(stage):
    notified = Notified(stage, "s3:ObjectCreated:*")
    header = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    notified.s3.meta.events.register("before-send.s3.*", lambda request, **_: request.headers.__setitem__("X-Amzn-Trace-Id", header))
    notified.s3.put_object(Bucket=notified.bucket, Key="test-data", Body="something")
    messages = notified.messages(1, AttributeNames=["AWSTraceHeader"])
    return {"receive_messages": {"messages": [by_kind(message | {"Body": json.loads(message["Body"])}) for message in messages]}}


def configured(stage, *rules):
    """What GetBucketNotificationConfiguration shows of one queue's filter."""
    bucket = stage.bucket()
    sqs = stage.client("sqs")
    name = stage.name("my-queue")
    arn = sqs.get_queue_attributes(QueueUrl=sqs.create_queue(QueueName=name)["QueueUrl"], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    stage.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [
        {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": [{"Name": n, "Value": v} for n, v in rules]}}}]})
    return {"bucket_notification_configuration": stage.s3.get_bucket_notification_configuration(Bucket=bucket)}


@situation
def filter_rules_case_insensitive(stage):
    return configured(stage, ("prefix", "notif-"), ("suffix", ".txt"))


@situation
def filter_rules_empty_value(stage):
    return configured(stage, ("suffix", ""))


@situation
def multiple_invalid_sqs_arns(stage):
    bucket = stage.bucket()
    entry = lambda arn, event: {"Id": f"id-{arn[-6:]}", "QueueArn": arn, "Events": [event]}
    first, second = (f"arn:aws:sqs:us-east-1:{stage.account}:my-queue{end}" for end in ("", "-2"))

    def put(one, other):
        return stage.error(stage.s3.put_bucket_notification_configuration, Bucket=bucket, NotificationConfiguration={
            "QueueConfigurations": [entry(one, "s3:ObjectCreated:*"), entry(other, "s3:ObjectRemoved:*")]})

    return {"two-queue-arns-invalid": put("invalid_arn", "invalid_arn_2"), "one-queue-invalid-one-not-existent": put(first, "invalid_arn_2"),
            "multiple-queues-do-not-exist": put(first, second)}
