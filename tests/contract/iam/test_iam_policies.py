"""Managed policies, an account's own and AWS's, as boto3 sees them."""

import json

import pytest
from botocore.exceptions import ClientError

READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
AWS = "arn:aws:iam::aws:policy/"


@pytest.fixture
def iam(client):
    return client("iam", parameter_validation=False)


def make_policy(iam, name="p", **more):
    return iam.create_policy(**{"PolicyName": name, "PolicyDocument": json.dumps(READ), **more})["Policy"]


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_policy_with_its_versions(iam, account):
    made = make_policy(iam, Path="/team/", Description="d", Tags=[{"Key": "k", "Value": "v"}])
    arn = made["Arn"]
    assert arn == f"arn:aws:iam::{account}:policy/team/p" and made["Tags"] == [{"Key": "k", "Value": "v"}]
    iam.get_waiter("policy_exists").wait(PolicyArn=arn, WaiterConfig={"Delay": 0, "MaxAttempts": 1})
    assert iam.get_policy(PolicyArn=arn)["Policy"]["Description"] == "d"
    second = iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(READ), SetAsDefault=True)["PolicyVersion"]
    assert (second["VersionId"], second["IsDefaultVersion"]) == ("v2", True)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v2"
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]["Document"] == READ
    assert [version["VersionId"] for page in iam.get_paginator("list_policy_versions").paginate(PolicyArn=arn, PaginationConfig={"PageSize": 1})
            for version in page["Versions"]] == ["v2", "v1"]
    assert refusal(iam.delete_policy_version, PolicyArn=arn, VersionId="v1") == ("DeleteConflict", "Cannot delete the default version of a policy.", 409)
    assert refusal(iam.delete_policy, PolicyArn=arn)[0] == "DeleteConflict"
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)
    assert refusal(iam.get_policy, PolicyArn=arn) == ("NoSuchEntity", f"Policy {arn} was not found.", 404)


def test_a_plain_policy_shows_just_what_aws_shows(iam):
    """As recorded by way of CloudFormation (test_managed_policy_with_empty_resource)."""
    policy = iam.get_policy(PolicyArn=make_policy(iam)["Arn"])["Policy"]
    assert policy.keys() == {"Arn", "AttachmentCount", "CreateDate", "DefaultVersionId", "IsAttachable", "Path", "PermissionsBoundaryUsageCount", "PolicyId",
                             "PolicyName", "Tags", "UpdateDate"}
    assert policy["Tags"] == [] and policy["CreateDate"] == policy["UpdateDate"]


def test_a_policy_has_five_versions_at_most(iam):
    arn = make_policy(iam)["Arn"]
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(READ))
    code, message, status = refusal(iam.create_policy_version, PolicyArn=arn, PolicyDocument=json.dumps(READ))
    assert (code, status) == ("LimitExceeded", 409) and message.startswith("A managed policy can have up to 5 versions.")


def test_what_is_no_policy_is_refused(iam):
    assert refusal(iam.create_policy, PolicyName="p", PolicyDocument="{}")[0] == "MalformedPolicyDocument"
    large = json.loads(json.dumps(READ))
    large["Statement"][0]["Action"] = [f"s3:Get{'x' * 60}{number}" for number in range(100)]
    assert refusal(iam.create_policy, PolicyName="p", PolicyDocument=json.dumps(large)) == ("LimitExceeded", "Cannot exceed quota for PolicySize: 6144", 409)


@pytest.mark.parametrize("name, action", [("AdministratorAccess", "*"), ("ReadOnlyAccess", "sqs:List*"), ("AmazonS3ReadOnlyAccess", "s3:Get*"),
                                          ("service-role/AWSLambdaBasicExecutionRole", "logs:PutLogEvents")])
def test_aws_policies_have_their_real_statements(iam, name, action):
    policy = iam.get_policy(PolicyArn=AWS + name)["Policy"]
    assert policy["PolicyName"] == name.split("/")[-1] and policy["IsAttachable"]
    document = iam.get_policy_version(PolicyArn=AWS + name, VersionId=policy["DefaultVersionId"])["PolicyVersion"]["Document"]
    assert any(action == entry or action in entry for statement in document["Statement"] for entry in [statement.get("Action", [])])


def test_aws_policies_are_listed_in_pages_and_nobodys_to_change(iam):
    pages = list(iam.get_paginator("list_policies").paginate(Scope="AWS", PaginationConfig={"PageSize": 500}))
    arns = [policy["Arn"] for page in pages for policy in page["Policies"]]
    assert len(pages) == 4 and len(set(arns)) == len(arns) > 1500
    assert refusal(iam.delete_policy, PolicyArn=AWS + "ReadOnlyAccess")[0] == "AccessDenied"


def test_who_uses_a_policy(iam):
    arn = make_policy(iam)["Arn"]
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.create_user(UserName="u", PermissionsBoundary=arn)
    iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (policy["AttachmentCount"], policy["PermissionsBoundaryUsageCount"]) == (1, 1)
    found = [page for page in iam.get_paginator("list_entities_for_policy").paginate(PolicyArn=arn, PaginationConfig={"PageSize": 1})]
    assert [role["RoleName"] for page in found for role in page["PolicyRoles"]] == ["r"]
    assert [user["UserName"] for page in found for user in page["PolicyUsers"]] == ["u"]
    assert [policy["Arn"] for policy in iam.list_policies(OnlyAttached=True)["Policies"]] == [arn]
    assert refusal(iam.delete_policy, PolicyArn=arn) == ("DeleteConflict", "Cannot delete a policy attached to entities.", 409)


def test_which_policies_grant_a_service(iam, account):
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="inline", PolicyDocument=json.dumps(READ))
    iam.attach_user_policy(UserName="u", PolicyArn=AWS + "AmazonSQSFullAccess")
    found = iam.list_policies_granting_service_access(Arn=f"arn:aws:iam::{account}:user/u", ServiceNamespaces=["s3", "sqs", "ec2"])
    assert {entry["ServiceNamespace"]: [policy["PolicyName"] for policy in entry["Policies"]] for entry in found["PoliciesGrantingServiceAccess"]} == {
        "s3": ["inline"], "sqs": ["AmazonSQSFullAccess"], "ec2": []}
