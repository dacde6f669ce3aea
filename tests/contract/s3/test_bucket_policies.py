"""Policies of buckets as documents, and what the block of public access does with them."""

import json

import botocore.exceptions
import pytest


def policy(bucket, principal="*", **more):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"} | more
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refusal(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]


def test_public_policies_are_refused_until_the_block_is_gone(s3, bucket):
    error = refusal(s3.put_bucket_policy, Bucket=bucket, Policy=policy(bucket))
    assert error["Code"] == "AccessDenied"
    assert error["Message"].endswith(f's3:PutBucketPolicy on resource: "arn:aws:s3:::{bucket}" because public policies are blocked by the BlockPublicPolicy block public access setting.')
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket))
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is True
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(policy(bucket))


@pytest.mark.parametrize("more, public", [
    ({"principal": {"AWS": "arn:aws:iam::123456789012:root"}}, False),
    ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}, False),
    ({"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}, False),
    ({"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}, True),
    ({"Condition": {"StringLike": {"aws:SourceVpc": "vpc-*"}}}, True),
    ({"Condition": {"StringLike": {"aws:Referer": "https://example.com/"}}}, True),
    ({"Effect": "Deny"}, False),
])
def test_what_is_public_is_reckoned_as_documented(s3, bucket, more, public):
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket, **more))
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is public


@pytest.mark.parametrize("more, message", [
    ({"Resource": "arn:aws:s3:::another/*"}, "Policy has invalid resource"),
    ({"Resource": "*"}, "Policy has invalid resource"),
    ({"Action": "sqs:SendMessage"}, "Policy has invalid action"),
])
def test_a_policy_is_about_its_bucket(s3, bucket, more, message):
    error = refusal(s3.put_bucket_policy, Bucket=bucket, Policy=policy(bucket, {"AWS": "123456789012"}, **more))
    assert (error["Code"], error["Message"]) == ("MalformedPolicy", message)


def test_a_policy_goes(s3, bucket):
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket, {"AWS": "123456789012"}))
    s3.delete_bucket_policy(Bucket=bucket)
    assert refusal(s3.get_bucket_policy, Bucket=bucket)["Code"] == "NoSuchBucketPolicy"
    assert refusal(s3.get_bucket_policy_status, Bucket=bucket)["Code"] == "NoSuchBucketPolicy"
