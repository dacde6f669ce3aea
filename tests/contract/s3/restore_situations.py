"""Recorded situations about archived objects: in worlds of their own, whose clock passes the hours that AWS was waited for."""

import s3_world
from notification_situations import Notified
from other_target_situations import bodies, bridged
from s3_stage import situation, situation_of


def enter_world(stage):
    """Moves the stage into a world of its own."""
    world = s3_world.World(stage.endpoint)
    stage.account = world.account
    stage.client = world.client
    stage.s3 = world.client()
    return world


@situation
def s3_get_deep_archive_object_restore(stage):
    bucket = stage.bucket()
    stage.put(bucket, "key", b"content", StorageClass="DEEP_ARCHIVE")
    return {"get_object_invalid_state": stage.error(stage.s3.get_object, Bucket=bucket, Key="key"),
            "restore_object": stage.s3.restore_object(Bucket=bucket, Key="key", RestoreRequest={"Days": 30, "GlacierJobParameters": {"Tier": "Bulk"}}),
            "get-object-invalid-state": stage.error(stage.s3.get_object, Bucket=bucket, Key="key")}


def restore(stage, bucket, world):
    stage.s3.put_object(Bucket=bucket, Key="my_key_restore", Body=b"something", StorageClass="GLACIER")
    stage.s3.restore_object(Bucket=bucket, Key="my_key_restore", RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Expedited"}})
    world.advance("PT5M")


@situation_of("TestS3NotificationsToSQS")
def restore_object(stage):
    with enter_world(stage) as world:
        notified = Notified(stage, "s3:ObjectRestore:*")
        restore(stage, notified.bucket, world)
        answer = notified.records(2)
    expiry = answer["messages"][1]["glacierEventData"]["restoreEventData"]
    assert expiry["lifecycleRestorationExpiryTime"].endswith("T00:00:00.000Z")
    expiry["lifecycleRestorationExpiryTime"] = "date"
    return {"receive_messages": answer}


def restore_object_to_event_bridge(stage):
    with enter_world(stage) as world:
        bucket, sqs, url = bridged(stage)
        stage.s3.put_object(Bucket=bucket, Key="before", Body=b"")
        restore(stage, bucket, world)
        messages = [message for message in bodies(sqs, url, 4) if message["detail-type"].startswith("Object Restore")]
    for message in messages:
        message["detail"]["request-id"] = "request-id"
    assert messages[1]["detail"]["restore-expiry-time"].endswith("T00:00:00Z")
    messages[1]["detail"]["restore-expiry-time"] = "date"
    return {"messages": {"messages": sorted(messages, key=lambda message: message["time"])}}


restore_object_to_event_bridge.__name__ = "restore_object"
situation_of("TestS3NotificationsToEventBridge")(restore_object_to_event_bridge)
