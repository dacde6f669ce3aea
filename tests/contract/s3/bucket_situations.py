"""Recorded situations about buckets and what is set on them."""

import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from s3_stage import situation


def constrained(region):
    return {"LocationConstraint": region}


def created_in(stage, region, constraint=None):
    client = stage.client(region=region)
    name = stage.name()
    client.create_bucket(Bucket=name, **({"CreateBucketConfiguration": constrained(constraint)} if constraint else {}))
    return name


def refused(stage, region, configuration=None):
    more = {"CreateBucketConfiguration": configuration} if configuration is not None else {}
    return stage.error(stage.client(region=region).create_bucket, Bucket=stage.name(), **more)


@situation
def create_bucket_with_invalid_location_constraint(stage):
    region, _, constraint = stage.parameter.rpartition("-")
    if stage.parameter == "us-east-1-us-east-1":
        region = constraint = "us-east-1"
    return {f"{region}-location-constraint-{constraint}-error": refused(stage, region, constrained(constraint))}


@situation
def different_location_constraint(stage):
    one = stage.bucket()
    two = created_in(stage, "us-east-2", "us-east-2")
    # botocore refuses a constraint of None; the wire has none then.
    unchecked = lambda region: stage.client(region=region, parameter_validation=False)
    empty = constrained(None)
    return {
        "create-bucket-constraint-us-east-1": refused(stage, "us-east-1", constrained("us-east-1")),
        "create-bucket-constraint-us-east-1-with-None": unchecked("us-east-1").create_bucket(Bucket=stage.name(), CreateBucketConfiguration=empty),
        "create-bucket-constraint-us-east-2-with-None": stage.error(unchecked("us-east-2").create_bucket, Bucket=stage.name(), CreateBucketConfiguration=empty),
        "create-bucket-us-east-2-constraint-to-us-west-1": refused(stage, "us-east-2", constrained("us-west-1")),
        "create-bucket-us-east-2-no-constraint-exc": refused(stage, "us-east-2"),
        "create-bucket-us-west-1-constraint-to-us-east-1": refused(stage, "us-west-1", constrained("us-east-1")),
        "create-bucket-us-west-1-constraint-to-us-east-2": refused(stage, "us-west-1", constrained("us-east-2")),
        "get-bucket-location-bucket-us-east-1": stage.s3.get_bucket_location(Bucket=one),
        "get-bucket-location-bucket-us-east-2": stage.s3.get_bucket_location(Bucket=two),
        "get-bucket-location-non-existent-bucket": stage.error(stage.s3.get_bucket_location, Bucket=stage.name()),
    }


@situation
def create_bucket_with_eu_location_constraint(stage):
    name = created_in(stage, "us-east-1", "EU")
    return {
        "get-bucket-location": stage.s3.get_bucket_location(Bucket=name),
        "list-bucket-response": stage.s3.list_buckets(Prefix=name),
    }


def signed_as_global(stage, name):
    """CreateBucket with a signature for the region `aws-global`, which no SDK makes: the text of the answer."""
    request = botocore.awsrequest.AWSRequest("PUT", f"{stage.endpoint}/{name}", data=b"")
    request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
    botocore.auth.S3SigV4Auth(botocore.credentials.Credentials(stage.account, "test"), "s3", "aws-global").add_auth(request)
    return stage.http(f"/{name}", method="PUT", headers=dict(request.headers.items()))[2]


@situation
def create_bucket_aws_global(stage):
    client = stage.client(region="aws-global")
    prefix = stage.name()
    name = f"{prefix}-1"
    return {
        "create-bucket-global": client.create_bucket(Bucket=name),
        "head-bucket-global": client.head_bucket(Bucket=name),
        "get-location-1": stage.s3.get_bucket_location(Bucket=name),
        "list-buckets": stage.s3.list_buckets(Prefix=prefix),
        "xml-error-create-bucket": stage.tree(signed_as_global(stage, f"{prefix}-2")),
    }


@situation
def s3_uppercase_bucket_name(stage):
    return {"uppercase-bucket": stage.error(stage.s3.create_bucket, Bucket=stage.name("Bucket"))}


@situation
def delete_bucket_with_content(stage):
    bucket, _ = stage.bucket(), stage.bucket()
    for i in range(10):
        stage.put(bucket, f"test-key-{i}", f"test-{i}")
    listed = stage.s3.list_objects(Bucket=bucket, MaxKeys=100)
    stage.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": entry["Key"]} for entry in listed["Contents"]]})
    stage.s3.delete_bucket(Bucket=bucket)
    return {"list-objects": listed, "list-buckets": stage.s3.list_buckets()}


@situation
def delete_versioned_bucket_with_objects(stage):
    bucket = stage.bucket(versioned=True)
    version = stage.put(bucket, "key", b"data")["VersionId"]
    marker = stage.s3.delete_object(Bucket=bucket, Key="key")["VersionId"]
    both = stage.error(stage.s3.delete_bucket, Bucket=bucket)
    by_version = stage.s3.delete_object(Bucket=bucket, Key="key", VersionId=version)
    only_marker = stage.error(stage.s3.delete_bucket, Bucket=bucket)
    return {
        "delete-with-obj-and-delete-marker": both,
        "delete-obj-by-version": by_version,
        "delete-with-only-delete-marker": only_marker,
        "delete-marker-by-version": stage.s3.delete_object(Bucket=bucket, Key="key", VersionId=marker),
        "success-delete-bucket": stage.s3.delete_bucket(Bucket=bucket),
    }


@situation
def bucket_name_with_dots(stage):
    bucket = stage.bucket(Bucket=stage.name("my.bucket.name."))
    stage.put(bucket, "my-content", b"something")
    port = stage.endpoint.rpartition(":")[2]
    request = urllib.request.Request(f"{stage.endpoint}/", headers={"Host": f"{bucket}.s3.localhost:{port}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        by_host = answer.read().decode()
    return {
        "list-objects": stage.s3.list_objects(Bucket=bucket),
        "request-path-url-content": stage.tree(stage.http(f"/{bucket}")[2]),
        "request-vhost-url-content": stage.tree(by_host),
    }


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
def bucket_ownership_controls_exc(stage):
    bucket = stage.bucket()
    creation = lambda value: stage.error(stage.s3.create_bucket, Bucket=stage.name(), ObjectOwnership=value)
    put = lambda *rules: stage.error(stage.s3.put_bucket_ownership_controls, Bucket=bucket, OwnershipControls={"Rules": list(rules)})
    return {
        "default-ownership": stage.s3.get_bucket_ownership_controls(Bucket=bucket),
        "ownership-wrong-value-at-creation": creation("RandomValue"),
        "ownership-non-value-at-creation": creation(""),
        "put-ownership-multiple-rules": put({"ObjectOwnership": "BucketOwnerPreferred"}, {"ObjectOwnership": "ObjectWriter"}),
        "put-ownership-wrong-value": put({"ObjectOwnership": "RandomValue"}),
        "put-ownership-empty-rule": put(),
    }


@situation
def crud_public_access_block(stage):
    bucket = stage.bucket()
    get = lambda: stage.s3.get_public_access_block(Bucket=bucket)
    delete = lambda: stage.s3.delete_public_access_block(Bucket=bucket)
    return {
        "get-default-public-access-block": get(),
        "put-public-access-block": stage.s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": False}),
        "get-public-access-block": get(),
        "delete-public-access-block": delete(),
        "idempotent-delete-public-access-block": delete(),
        "get-public-access-block-after-delete": stage.error(stage.s3.get_public_access_block, Bucket=bucket),
    }


# Tags that every operation on tags refuses, by the end of the name of the call.
DUPLICATES = [{"Key": "Key1", "Value": "Val1"}, {"Key": "Key1", "Value": "Val2"}]


@situation
def create_bucket_with_empty_tags(stage):
    """In us-east-1 creating one's own bucket again succeeds: both answers name the same bucket."""
    bucket = stage.name()
    unchecked = stage.client(parameter_validation=False)
    return {
        "create-bucket-with-empty-tags": stage.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"Tags": []}),
        "create-bucket-with-none-tags": unchecked.create_bucket(Bucket=bucket, CreateBucketConfiguration={"Tags": None}),
        "get-bucket-tags": stage.error(stage.s3.get_bucket_tagging, Bucket=bucket),
    }


@situation
def create_bucket_with_tags_exc(stage):
    unchecked = stage.client(parameter_validation=False)
    create = lambda *tags: stage.error(unchecked.create_bucket, Bucket=stage.name(), CreateBucketConfiguration={"Tags": list(tags)})
    return {
        "tags-key-aws-prefix": create({"Key": "aws:test", "Value": "value"}),
        "tags-key-aws-duplicated-key": create(*DUPLICATES),
        "tags-key-aws-bad-key": create({"Key": "test,test2", "Value": "value"}),
        "tags-key-aws-bad-value": create({"Key": "test", "Value": "value1,value2"}),
        "tags-key-none": create({"Value": "value"}),
        "tags-value-none": create({"Key": "test"}),
    }


@situation
def put_bucket_tagging_none_value(stage):
    bucket = stage.bucket()
    put = lambda tags: stage.s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    return {
        "put-bucket-tags-origin": put([{"Key": "Key1", "Value": "Val1"}]),
        "put-none-tag-set": put([]),
        "no-such-tag-set": stage.error(stage.s3.get_bucket_tagging, Bucket=bucket),
    }


@situation
def tagging_validation(stage):
    bucket = stage.bucket()
    stage.put(bucket, "key")
    unchecked = stage.client(parameter_validation=False)
    bucket_tags = lambda *tags: stage.error(unchecked.put_bucket_tagging, Bucket=bucket, Tagging={"TagSet": list(tags)})
    object_tags = lambda *tags: stage.error(unchecked.put_object_tagging, Bucket=bucket, Key="key", Tagging={"TagSet": list(tags)})
    return {
        "put-bucket-tags-duplicate-keys": bucket_tags(*DUPLICATES),
        "put-bucket-tags-invalid-key": bucket_tags({"Key": "Key1,Key2", "Value": "Val1"}),
        "put-bucket-tags-invalid-value": bucket_tags({"Key": "Key1", "Value": "Val1,Val2"}),
        "put-bucket-tags-aws-prefixed": bucket_tags({"Key": "aws:prefixed", "Value": "Val1"}),
        "put-bucket-tags-none-key": bucket_tags({"Value": "Val1"}),
        "put-bucket-tags-none-value": bucket_tags({"Key": "Key1"}),
        "put-object-tags-duplicate-keys": object_tags(*DUPLICATES),
        "put-object-tags-invalid-field": object_tags({"Key": "Key1,Key2", "Value": "Val1,Val2"}),
        "put-object-tags-aws-prefixed": object_tags({"Key": "aws:prefixed", "Value": "Val1"}),
        "put-object-tags-none-key": object_tags({"Value": "Val1"}),
        "put-object-tags-none-value": object_tags({"Key": "Key1"}),
    }


@situation
def set_external_hostname(stage):
    """What was recorded as `get-object` is the completed upload once more."""
    bucket = stage.bucket()
    upload = {"Bucket": bucket, "Key": "test.file"}
    upload["UploadId"] = stage.s3.create_multipart_upload(**upload)["UploadId"]
    etag = stage.s3.upload_part(**upload, PartNumber=1, Body=b"test content 123")["ETag"]
    completed = stage.s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"ETag": etag, "PartNumber": 1}]})
    assert completed["Location"] == f"{stage.endpoint}/{bucket}/test.file"
    assert stage.get(bucket, "test.file")["Body"] == "test content 123"
    return {"multipart-upload": completed, "get-object": completed}
