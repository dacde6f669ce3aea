"""boto3 finds its services under every name and protocol that AWS answers to."""

import urllib.error
import urllib.request

import boto3
import botocore.config
import botocore.exceptions
import pytest

CONFIG = botocore.config.Config(retries={"max_attempts": 1, "mode": "standard"})


def client(endpoint, service, account="111122223333", region="eu-west-1"):
    return boto3.client(service, endpoint_url=endpoint, region_name=region, aws_access_key_id=account, aws_secret_access_key="x", config=CONFIG)


@pytest.mark.stratolite
def test_a_twelve_digit_key_is_its_account(endpoint):
    assert client(endpoint, "sts", "444455556666").get_caller_identity()["Account"] == "444455556666"


UNBUILT = [
    ("ec2", "describe_instances", {}),
    ("iam", "get_human_readable_summary", {"EntityArn": "arn:aws:iam::000000000000:policy/any"}),
    ("lambda", "list_functions", {}),
    ("dynamodb", "list_tables", {}),
    ("cloudwatch", "list_metrics", {}),
    ("logs", "describe_log_groups", {}),
    ("kinesis", "list_streams", {}),
    ("s3", "get_object_torrent", {"Bucket": "bucket", "Key": "key"}),
]


@pytest.mark.stratolite
@pytest.mark.parametrize("service,operation,arguments", UNBUILT, ids=[case[0] for case in UNBUILT])
def test_an_unbuilt_operation_says_so_in_its_own_protocol(endpoint, service, operation, arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        getattr(client(endpoint, service), operation)(**arguments)
    error = caught.value.response
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert error["Error"]["Code"] == "NotImplemented"
    assert operation.replace("_", "") in error["Error"]["Message"].lower()


@pytest.mark.stratolite
def test_a_service_without_a_model_is_named(endpoint):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client(endpoint, "secretsmanager").list_secrets()
    assert "secretsmanager" in caught.value.response["Error"]["Message"]


@pytest.mark.parametrize("host", ["sts.eu-central-1.amazonaws.com", "sts.amazonaws.com", "sts.us-east-1.localhost"])
def test_the_host_names_the_service(endpoint, host):
    request = urllib.request.Request(endpoint, b"Action=GetCallerIdentity", {"Host": host})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=10)
    # Nobody has signed, so STS cannot tell who it is; the envelope shows that it was asked.
    assert b"https://sts.amazonaws.com/doc/2011-06-15/" in caught.value.read()


@pytest.mark.stratolite
def test_a_page_of_this_machine_may_call(endpoint):
    request = urllib.request.Request(endpoint, method="OPTIONS", headers={
        "Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,x-amz-target"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
        assert "x-amz-target" in answer.headers["Access-Control-Allow-Headers"]
