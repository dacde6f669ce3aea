"""Tags of everything that has some, as boto3 sees them."""

import json

import pytest
from botocore.exceptions import ClientError

DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]})
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})

# What is tagged: how it is made, and its operations.
KINDS = {
    "user": (lambda iam: {"UserName": iam.create_user(UserName="x")["User"]["UserName"]}, "tag_user", "untag_user", "list_user_tags"),
    "role": (lambda iam: {"RoleName": iam.create_role(RoleName="x", AssumeRolePolicyDocument=TRUST)["Role"]["RoleName"]}, "tag_role", "untag_role", "list_role_tags"),
    "policy": (lambda iam: {"PolicyArn": iam.create_policy(PolicyName="x", PolicyDocument=DOCUMENT)["Policy"]["Arn"]}, "tag_policy", "untag_policy", "list_policy_tags"),
    "instance profile": (lambda iam: {"InstanceProfileName": iam.create_instance_profile(InstanceProfileName="x")["InstanceProfile"]["InstanceProfileName"]},
                         "tag_instance_profile", "untag_instance_profile", "list_instance_profile_tags"),
    "mfa device": (lambda iam: {"SerialNumber": iam.create_virtual_mfa_device(VirtualMFADeviceName="x")["VirtualMFADevice"]["SerialNumber"]},
                   "tag_mfa_device", "untag_mfa_device", "list_mfa_device_tags"),
    "provider": (lambda iam: {"OpenIDConnectProviderArn": iam.create_open_id_connect_provider(
        Url="https://issuer.example.com", ThumbprintList=["a" * 40])["OpenIDConnectProviderArn"]},
                 "tag_open_id_connect_provider", "untag_open_id_connect_provider", "list_open_id_connect_provider_tags"),
}


@pytest.fixture(params=KINDS)
def tagged(request, client):
    """(client, what names the resource, its three operations, whether keys differ by case)"""
    iam = client("iam")
    make, *operations = KINDS[request.param]
    return iam, make(iam), [getattr(iam, operation) for operation in operations], request.param not in ("user", "role")


def pairs(answer):
    return [(tag["Key"], tag["Value"]) for tag in answer["Tags"]]


def test_tags_are_added_replaced_and_removed(tagged):
    _, name, (tag, untag, listed), _ = tagged
    assert listed(**name)["Tags"] == [] and listed(**name)["IsTruncated"] is False
    tag(**name, Tags=[{"Key": "b", "Value": "1"}, {"Key": "a", "Value": ""}])
    tag(**name, Tags=[{"Key": "b", "Value": "2"}])
    assert pairs(listed(**name)) == [("a", ""), ("b", "2")]
    first = listed(**name, MaxItems=1)
    assert pairs(first) == [("a", "")] and first["IsTruncated"]
    assert pairs(listed(**name, Marker=first["Marker"])) == [("b", "2")]
    untag(**name, TagKeys=["a", "never there"])
    assert pairs(listed(**name)) == [("b", "2")]


def test_case_of_keys(tagged):
    _, name, (tag, _, listed), differs = tagged
    tag(**name, Tags=[{"Key": "Key", "Value": "1"}])
    tag(**name, Tags=[{"Key": "key", "Value": "2"}])
    assert pairs(listed(**name)) == ([("Key", "1"), ("key", "2")] if differs else [("key", "2")])


def test_fifty_are_the_limit(tagged):
    _, name, (tag, _, listed), _ = tagged
    tag(**name, Tags=[{"Key": f"k{number}", "Value": ""} for number in range(50)])
    with pytest.raises(ClientError) as caught:
        tag(**name, Tags=[{"Key": "one more", "Value": ""}])
    assert caught.value.response["Error"]["Code"] == "LimitExceeded"
    assert len(listed(**name)["Tags"]) == 50


@pytest.mark.parametrize("operation, name", [
    ("list_server_certificate_tags", {"ServerCertificateName": "none"}),
    ("tag_server_certificate", {"ServerCertificateName": "none", "Tags": [{"Key": "k", "Value": "v"}]}),
    ("untag_server_certificate", {"ServerCertificateName": "none", "TagKeys": ["k"]}),
    ("list_saml_provider_tags", {"SAMLProviderArn": "arn:aws:iam::123456789012:saml-provider/none"}),
    ("tag_saml_provider", {"SAMLProviderArn": "arn:aws:iam::123456789012:saml-provider/none", "Tags": [{"Key": "k", "Value": "v"}]}),
    ("untag_saml_provider", {"SAMLProviderArn": "arn:aws:iam::123456789012:saml-provider/none", "TagKeys": ["k"]}),
])
def test_what_is_not_there_has_no_tags(client, operation, name):
    with pytest.raises(ClientError) as caught:
        getattr(client("iam"), operation)(**name)
    assert caught.value.response["Error"]["Code"] == "NoSuchEntity"
