"""Roles, instance profiles and services' roles, as boto3 sees them."""

import json

import pytest
from botocore.exceptions import ClientError

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
NOW = {"Delay": 0, "MaxAttempts": 1}


@pytest.fixture
def iam(client):
    return client("iam", parameter_validation=False)


def make_role(iam, name="r", **more):
    return iam.create_role(**{"RoleName": name, "AssumeRolePolicyDocument": json.dumps(TRUST), **more})["Role"]


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_role_is_made_shown_changed_and_deleted(iam, account):
    made = make_role(iam, Path="/team/", Description="d", MaxSessionDuration=7200, Tags=[{"Key": "k", "Value": "v"}])
    assert made["Arn"] == f"arn:aws:iam::{account}:role/team/r" and made["AssumeRolePolicyDocument"] == TRUST
    iam.get_waiter("role_exists").wait(RoleName="r", WaiterConfig=NOW)
    role = iam.get_role(RoleName="r")["Role"]
    assert (role["MaxSessionDuration"], role["Description"], role["Tags"], role["RoleLastUsed"]) == (7200, "d", [{"Key": "k", "Value": "v"}], {})
    iam.update_role(RoleName="r", Description="new", MaxSessionDuration=3600)
    assert iam.update_role_description(RoleName="r", Description="newer")["Role"]["Description"] == "newer"
    other = {**TRUST, "Statement": [{**TRUST["Statement"][0], "Principal": {"AWS": account}}]}
    iam.update_assume_role_policy(RoleName="r", PolicyDocument=json.dumps(other))
    assert iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"] == other
    iam.delete_role(RoleName="r")
    assert refusal(iam.get_role, RoleName="r") == ("NoSuchEntity", "The role with name r cannot be found.", 404)


def test_roles_are_paginated_in_order_of_names(iam):
    for name in ("c", "B", "a", "d"):
        make_role(iam, name)
    pages = list(iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 3}))
    assert [[role["RoleName"] for role in page["Roles"]] for page in pages] == [["a", "B", "c"], ["d"]]


def test_a_role_that_is_used_stays(iam):
    make_role(iam)
    iam.create_instance_profile(InstanceProfileName="p")
    iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="r")
    assert refusal(iam.delete_role, RoleName="r") == ("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.", 409)
    iam.remove_role_from_instance_profile(InstanceProfileName="p", RoleName="r")
    iam.attach_role_policy(RoleName="r", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert refusal(iam.delete_role, RoleName="r") == ("DeleteConflict", "Cannot delete entity, must detach all policies first.", 409)
    iam.detach_role_policy(RoleName="r", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    iam.delete_role(RoleName="r")


def test_boundaries_of_roles(iam):
    make_role(iam, PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert iam.get_role(RoleName="r")["Role"]["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    iam.put_role_permissions_boundary(RoleName="r", PermissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.delete_role_permissions_boundary(RoleName="r")
    assert "PermissionsBoundary" not in iam.get_role(RoleName="r")["Role"]


def test_instance_profiles(iam, account):
    make_role(iam)
    made = iam.create_instance_profile(InstanceProfileName="p", Path="/x/", Tags=[{"Key": "k", "Value": "v"}])["InstanceProfile"]
    assert (made["Arn"], made["Roles"]) == (f"arn:aws:iam::{account}:instance-profile/x/p", [])
    iam.get_waiter("instance_profile_exists").wait(InstanceProfileName="p", WaiterConfig=NOW)
    iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="r")
    profile = iam.get_instance_profile(InstanceProfileName="p")["InstanceProfile"]
    assert [role["RoleName"] for role in profile["Roles"]] == ["r"] and profile["Roles"][0]["AssumeRolePolicyDocument"] == TRUST
    for found in (iam.get_paginator("list_instance_profiles").paginate(), iam.get_paginator("list_instance_profiles_for_role").paginate(RoleName="r")):
        assert [profile["InstanceProfileName"] for page in found for profile in page["InstanceProfiles"]] == ["p"]
    assert refusal(iam.add_role_to_instance_profile, InstanceProfileName="p", RoleName="r")[0] == "LimitExceeded"
    assert refusal(iam.delete_instance_profile, InstanceProfileName="p")[0] == "DeleteConflict"
    iam.remove_role_from_instance_profile(InstanceProfileName="p", RoleName="r")
    iam.delete_instance_profile(InstanceProfileName="p")
    assert refusal(iam.get_instance_profile, InstanceProfileName="p") == ("NoSuchEntity", "Instance Profile p cannot be found.", 404)


@pytest.mark.stratolite
def test_a_services_role_is_deleted_by_a_task(client, daemon, admin, account):
    own = daemon("--ephemeral")
    admin("clock", {"freeze": True}, url=own.endpoint)
    iam = client("iam", url=own.endpoint)
    role = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix="blue")["Role"]
    assert role["Arn"] == f"arn:aws:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_blue"
    assert refusal(iam.delete_role, RoleName=role["RoleName"])[0] == "UnmodifiableEntity"
    task = iam.delete_service_linked_role(RoleName=role["RoleName"])["DeletionTaskId"]
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] in ("NOT_STARTED", "IN_PROGRESS")
    admin("clock", {"advance": "PT5S"}, url=own.endpoint)
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    assert refusal(iam.get_role, RoleName=role["RoleName"])[0] == "NoSuchEntity"


def test_whoever_wants_a_role_of_his_own_for_an_unknown_service_is_told(iam):
    assert refusal(iam.create_service_linked_role, AWSServiceName="nobody.amazonaws.com")[0] == "InvalidInput"
    assert refusal(iam.create_service_linked_role, AWSServiceName="batch.amazonaws.com", CustomSuffix="x") == (
        "InvalidInput", "Custom suffix is not allowed for batch.amazonaws.com", 400)


def test_what_a_role_was_last_used_for(iam, client):
    make_role(iam, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}))
    role = iam.get_role(RoleName="r")["Role"]
    session = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="session")
    assert session["AssumedRoleUser"]["AssumedRoleId"] == role["RoleId"] + ":session"
    keys = session["Credentials"]
    client("sqs", key=keys["AccessKeyId"], secret=keys["SecretAccessKey"], token=keys["SessionToken"], region_name="eu-west-1").list_queues()
    used = iam.get_role(RoleName="r")["Role"]["RoleLastUsed"]
    assert used["Region"] == "eu-west-1" and used["LastUsedDate"] >= role["CreateDate"]
