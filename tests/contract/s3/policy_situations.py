"""Recorded situations about the policies of buckets."""

import json

from s3_stage import situation


def policy_of(bucket):
    statement = {"Action": "s3:GetObject", "Effect": "Allow", "Resource": f"arn:aws:s3:::{bucket}/*", "Principal": {"AWS": "*"}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def open_bucket(stage):
    """A bucket whose policy may let anyone in."""
    name = stage.bucket()
    stage.s3.delete_public_access_block(Bucket=name)
    return name


@situation
def bucket_policy_crud(stage):
    s3, bucket = stage.s3, open_bucket(stage)
    answers = {"get-bucket-default-policy": stage.error(s3.get_bucket_policy, Bucket=bucket)}
    answers["put-bucket-policy"] = s3.put_bucket_policy(Bucket=bucket, Policy=policy_of(bucket))
    answer = s3.get_bucket_policy(Bucket=bucket)
    answers["get-bucket-policy"] = answer | {"Policy": json.loads(answer["Policy"])}
    answers["delete-bucket-policy"] = s3.delete_bucket_policy(Bucket=bucket)
    answers["get-bucket-policy-after-delete"] = stage.error(s3.get_bucket_policy, Bucket=bucket)
    answers["delete-bucket-policy-after-delete"] = s3.delete_bucket_policy(Bucket=bucket)
    return answers


@situation
def bucket_policy_exc(stage):
    bucket = open_bucket(stage)
    refused = lambda policy: stage.error(stage.s3.put_bucket_policy, Bucket=bucket, Policy=policy)
    return {
        "put-empty-bucket-policy": refused(""),
        "put-bucket-policy-randomstring": refused("invalid json"),
        "put-bucket-policy-empty-json": refused("{}"),
    }


@situation
def delete_bucket_policy(stage):
    bucket = open_bucket(stage)
    stage.s3.put_bucket_policy(Bucket=bucket, Policy=policy_of(bucket))
    return {
        "delete-bucket-policy": stage.s3.delete_bucket_policy(Bucket=bucket),
        "get-bucket-policy-no-such-bucket-policy": stage.error(stage.s3.get_bucket_policy, Bucket=bucket),
    }


@situation
def delete_bucket_policy_expected_bucket_owner(stage):
    bucket = open_bucket(stage)
    stage.s3.put_bucket_policy(Bucket=bucket, Policy=policy_of(bucket))
    delete = lambda ExpectedBucketOwner: stage.s3.delete_bucket_policy(Bucket=bucket, ExpectedBucketOwner=ExpectedBucketOwner)
    return {
        "delete-bucket-policy-with-expected-bucket-owner-error": stage.error(delete, ExpectedBucketOwner="000000000002"),
        "delete-bucket-policy-invalid-bucket-owner": stage.error(delete, ExpectedBucketOwner="invalid"),
        "delete-bucket-policy-with-expected-bucket-owner": delete(stage.account),
    }


@situation
def put_bucket_policy_invalid_account_id(stage):
    bucket = open_bucket(stage)
    return {
        "put-bucket-policy-invalid-bucket-owner": stage.error(
            stage.s3.put_bucket_policy, Bucket=bucket, Policy=policy_of(bucket), ExpectedBucketOwner=stage.parameter)
    }
