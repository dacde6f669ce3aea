"""Recorded situations about notifications to topics and EventBridge."""

import json
import re

from notification_situations import by_kind
from s3_stage import situation, situation_of

EVERY_OBJECT = {"Events": ["s3:ObjectCreated:*"]}


def make_queue(stage, region="us-east-1"):
    sqs = stage.client("sqs", region=region)
    url = sqs.create_queue(QueueName=stage.name("queue"))["QueueUrl"]
    return sqs, url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def bodies(sqs, url, count):
    found = []
    for _ in range(20):
        if len(found) >= count:
            break
        found += [json.loads(message["Body"])
                  for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])]
    return found


@situation
def invalid_topic_arn(stage):
    bucket = stage.bucket()

    def configuration(arn):
        return {"Bucket": bucket, "NotificationConfiguration": {"TopicConfigurations": [{"Id": "id123", "TopicArn": arn} | EVERY_OBJECT]}}

    answers = {"invalid_not_skip": stage.error(stage.s3.put_bucket_notification_configuration, **configuration("invalid-topic")),
               "invalid_skip": stage.error(stage.s3.put_bucket_notification_configuration, SkipDestinationValidation=True, **configuration("invalid-topic"))}
    stage.s3.put_bucket_notification_configuration(
        SkipDestinationValidation=True, **configuration(f"arn:aws:sns:us-east-1:{stage.account}:my-topic"))
    answers["skip_destination_validation"] = stage.s3.get_bucket_notification_configuration(Bucket=bucket)
    return answers


@situation_of("TestS3NotificationsToSns")
def object_created_put(stage):
    sns = stage.client("sns")
    sqs, url, arn = make_queue(stage)
    topic = sns.create_topic(Name=stage.name("topic"))["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    bucket = stage.bucket()
    stage.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"TopicConfigurations": [{"TopicArn": topic} | EVERY_OBJECT]})
    stage.put(bucket, "bucket-key", "first event")
    stage.put(bucket, "bucket-key", "second event")
    notifications = [body for body in bodies(sqs, url, 3) if "Records" in body["Message"]]
    for notification in notifications:
        assert re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", notification["Signature"])
        notification["Message"] = by_kind(json.loads(notification["Message"]))
    return {"receive_messages": {"messages": notifications}}


def bridged(stage):
    """(bucket, sqs, URL of a queue for all that the bucket tells EventBridge)."""
    sqs, url, arn = make_queue(stage)
    events = stage.client("events")
    events.put_rule(Name="all", EventPattern=json.dumps({"source": ["aws.s3"]}))
    events.put_targets(Rule="all", Targets=[{"Id": "queue", "Arn": arn}])
    bucket = stage.bucket()
    stage.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    return bucket, sqs, url


@situation
def object_created_put_in_different_region(stage):
    bucket, sqs, url = bridged(stage)
    for region in ("us-east-1", "eu-central-1"):
        stage.client("s3", region=region).put_object(Bucket=bucket, Key="key", Body=b"data")
    messages = bodies(sqs, url, 2)
    for message in messages:
        message["detail"]["object"]["sequencer"] = "object-sequencer"
        message["detail"]["request-id"] = "request-id"
    return {"object-created-different-regions": {"messages": messages}}
