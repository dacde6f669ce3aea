"""Recorded situations about what S3 does by itself: replication, access logs, inventories."""

from s3_stage import situation


def role_of(stage):
    """A role, as far as a configuration looks at it."""
    return f"arn:aws:iam::{stage.account}:role/replication"


@situation
def replication_config(stage):
    s3, source = stage.s3, stage.bucket()
    target = stage.bucket(versioned=True)
    put = lambda Rules: s3.put_bucket_replication(Bucket=source, ReplicationConfiguration={"Role": role_of(stage), "Rules": Rules})
    rule = {
        "Status": "Enabled", "Priority": 1, "DeleteMarkerReplication": {"Status": "Disabled"}, "Filter": {"Prefix": "Tax"},
        "Destination": {"Bucket": f"arn:aws:s3:::{target}"},
    }
    answers = {"expected_error_versioning_not_enabled": stage.error(put, Rules=[rule])}
    s3.put_bucket_versioning(Bucket=source, VersioningConfiguration={"Status": "Enabled"})
    answers["expected_error_no_replication_set"] = stage.error(s3.get_bucket_replication, Bucket=source)
    answers["put-bucket-replication"] = put([rule])
    answers["get-bucket-replication"] = s3.get_bucket_replication(Bucket=source)
    answers["put-empty-bucket-replication-rules"] = stage.error(put, Rules=[])
    answers["delete-bucket-replication"] = s3.delete_bucket_replication(Bucket=source)
    answers["delete-bucket-replication-idempotent"] = s3.delete_bucket_replication(Bucket=source)
    return answers


@situation
def replication_config_without_filter(stage):
    s3, source, target = stage.s3, stage.bucket(versioned=True), stage.name()

    def put():
        rule = {
            "ID": "rtc", "Priority": 0, "Filter": {}, "Status": "Disabled", "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {
                "Bucket": f"arn:aws:s3:::{target}", "StorageClass": "STANDARD", "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
                "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
            },
        }
        return s3.put_bucket_replication(Bucket=source, ReplicationConfiguration={"Role": role_of(stage), "Rules": [rule]})

    answers = {"expected_error_dest_does_not_exist": stage.error(put)}
    stage.bucket(Bucket=target)
    answers["expected_error_dest_versioning_disabled"] = stage.error(put)
    s3.put_bucket_versioning(Bucket=target, VersioningConfiguration={"Status": "Enabled"})
    answers["put-bucket-replication"] = put()
    answers["get-bucket-replication"] = s3.get_bucket_replication(Bucket=source)
    return answers


@situation
def put_bucket_logging(stage):
    s3, source, target = stage.s3, stage.bucket(), stage.bucket()
    put = lambda status: s3.put_bucket_logging(Bucket=source, BucketLoggingStatus=status)
    return {
        "get-bucket-logging-default": s3.get_bucket_logging(Bucket=source),
        "get-bucket-default-acl": s3.get_bucket_acl(Bucket=source),
        "put-bucket-logging": put({"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": "log"}}),
        "get-bucket-logging": s3.get_bucket_logging(Bucket=source),
        "put-bucket-logging-delete": put({}),
    }


@situation
def put_bucket_logging_cross_locations(stage):
    """Of its answers one is about a bucket in us-east-1, whose own region the error does not name."""
    def bucket_in(region):
        stage.client(region=region).create_bucket(Bucket=(name := stage.name()), CreateBucketConfiguration={"LocationConstraint": region})
        return name

    enabled = {"LoggingEnabled": {"TargetBucket": bucket_in("us-west-2"), "TargetPrefix": "log"}}
    put = lambda Bucket: stage.s3.put_bucket_logging(Bucket=Bucket, BucketLoggingStatus=enabled)
    return {
        "put-bucket-logging-cross-us-east-1": stage.error(put, Bucket=stage.bucket()),
        "put-bucket-logging-different-regions": stage.error(put, Bucket=bucket_in("eu-central-1")),
    }


@situation
def put_bucket_inventory_config_order(stage):
    s3, source, target = stage.s3, stage.bucket(), stage.bucket()
    for identifier in ("z-test", "a-test", "test-1"):
        configuration = {
            "Id": identifier, "IsEnabled": True, "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"},
            "Destination": {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{target}", "Format": "CSV"}},
        }
        s3.put_bucket_inventory_configuration(Bucket=source, Id=identifier, InventoryConfiguration=configuration)
    return {
        "list-inventory-config": s3.list_bucket_inventory_configurations(Bucket=source),
        "del-inventory-config": s3.delete_bucket_inventory_configuration(Bucket=source, Id="z-test"),
        "list-inventory-config-after-del": s3.list_bucket_inventory_configurations(Bucket=source),
    }
