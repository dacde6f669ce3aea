"""Recorded situations about buckets and what is set on them."""

from s3_stage import situation


@situation
def bucket_versioning_crud(stage):
    bucket = stage.bucket()
    missing = stage.name()
    put = lambda name, configuration: stage.error(stage.s3.put_bucket_versioning, Bucket=name, VersioningConfiguration=configuration)
    get = lambda name: stage.s3.get_bucket_versioning(Bucket=name)
    works = lambda status: stage.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
    return {
        "get-versioning-before": get(bucket),
        "put-versioning-suspended-before": works("Suspended"),
        "put-versioning-enabled-lowercase": put(bucket, {"Status": "enabled"}),
        "put-versioning-enabled-capitalized": works("Enabled"),
        "get-versioning-after-enabled": get(bucket),
        "put-versioning-suspended-after": works("Suspended"),
        "put-versioning-disabled": put(bucket, {"Status": "Disabled"}),
        "put-versioning-empty": put(bucket, {}),
        "get-versioning-after-suspended": get(bucket),
        "get-versioning-no-bucket": stage.error(stage.s3.get_bucket_versioning, Bucket=missing),
        "put-versioning-no-bucket": put(missing, {"Status": "Suspended"}),
    }


@situation
def s3_uppercase_bucket_name(stage):
    return {"uppercase-bucket": stage.error(stage.s3.create_bucket, Bucket=stage.name("Bucket"))}
