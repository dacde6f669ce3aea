"""What policies say about encryption: uploads without the right one, and those with a customer's key, are kept out."""

import pytest
from enforcement import Stage, deny, policy, refusal

pytestmark = pytest.mark.stratolite
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    yield stage
    stage.stop()


@pytest.fixture
def s3(stage):
    return stage.root().client("s3")


@pytest.fixture
def bucket(s3, request):
    name = request.node.name.replace("_", "-")[:60].strip("-")
    s3.create_bucket(Bucket=name)
    return name


def denied(bucket, **conditions):
    return deny("s3:PutObject", f"arn:aws:s3:::{bucket}/*", Principal="*", Condition=conditions)


def test_uploads_without_kms_are_kept_out(s3, bucket):
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(denied(bucket, StringNotEquals={"s3:x-amz-server-side-encryption": "aws:kms"})))
    assert refusal(s3.put_object, Bucket=bucket, Key="key", Body=b"x")[0] == "AccessDenied"
    assert refusal(s3.put_object, Bucket=bucket, Key="key", Body=b"x", ServerSideEncryption="AES256")[0] == "AccessDenied"
    s3.put_object(Bucket=bucket, Key="key", Body=b"x", ServerSideEncryption="aws:kms")


def test_keys_are_told_apart(s3, bucket):
    key = s3.put_object(Bucket=bucket, Key="key", Body=b"x", ServerSideEncryption="aws:kms")["SSEKMSKeyId"]
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(denied(bucket, StringNotEquals={"s3:x-amz-server-side-encryption-aws-kms-key-id": key})))
    assert refusal(s3.put_object, Bucket=bucket, Key="key", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId="alias/other")[0] == "AccessDenied"
    s3.put_object(Bucket=bucket, Key="key", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)


def test_customers_keys_are_kept_out_of_all_that_uploads(s3, bucket):
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(denied(bucket, Null={"s3:x-amz-server-side-encryption-customer-algorithm": "false"})))
    with_key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": KEY}
    assert refusal(s3.put_object, Bucket=bucket, Key="key", Body=b"x", **with_key)[0] == "AccessDenied"
    assert refusal(s3.create_multipart_upload, Bucket=bucket, Key="key", **with_key)[0] == "AccessDenied"
    s3.put_object(Bucket=bucket, Key="key", Body=b"x")
