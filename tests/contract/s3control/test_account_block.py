"""An account's block of public access acts on all its buckets."""

import json

import botocore.exceptions
import pytest

MEMBERS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]


def code(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def test_it_is_kept_and_removed(control, account):
    assert code(control.get_public_access_block, AccountId=account) == "NoSuchPublicAccessBlockConfiguration"
    control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration={"BlockPublicPolicy": True})
    block = control.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"]
    assert block == {member: member == "BlockPublicPolicy" for member in MEMBERS}
    control.delete_public_access_block(AccountId=account)
    assert code(control.get_public_access_block, AccountId=account) == "NoSuchPublicAccessBlockConfiguration"


def test_other_accounts_are_none_of_ones_business(control):
    assert code(control.get_public_access_block, AccountId="999999999999") == "AccessDenied"


def test_it_refuses_public_policies_whatever_the_bucket_says(control, account, s3, bucket):
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={member: False for member in MEMBERS})
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration={"BlockPublicPolicy": True})
    assert code(s3.put_bucket_policy, Bucket=bucket, Policy=policy) == "AccessDenied"
    control.delete_public_access_block(AccountId=account)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
