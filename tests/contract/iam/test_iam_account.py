"""What an account has as such, and the whole of it at once, as boto3 sees it."""

import json

import pytest
from botocore.exceptions import ClientError

DOCUMENT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


@pytest.fixture
def iam(client):
    return client("iam")


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_an_account_has_one_alias(iam, client, account):
    mine, other = f"alias-{account}", f"other-{account}"
    assert iam.list_account_aliases()["AccountAliases"] == []
    iam.create_account_alias(AccountAlias=other)
    iam.create_account_alias(AccountAlias=mine)
    assert iam.list_account_aliases()["AccountAliases"] == [mine]
    neighbour = client("iam", key="9" + account[1:] if account[0] != "9" else "8" + account[1:])
    assert refusal(neighbour.create_account_alias, AccountAlias=mine) == ("EntityAlreadyExists", f"The account alias {mine} already exists.")
    assert refusal(iam.delete_account_alias, AccountAlias=other)[0] == "NoSuchEntity"
    iam.delete_account_alias(AccountAlias=mine)
    assert iam.list_account_aliases()["AccountAliases"] == []
    assert refusal(iam.create_account_alias, AccountAlias="Bad--Alias")[0] == "ValidationError"


def test_a_password_policy_is_wholly_replaced(iam, account):
    message = f"The Password Policy with domain name {account} cannot be found."
    assert refusal(iam.get_account_password_policy) == ("NoSuchEntity", message)
    iam.update_account_password_policy(MinimumPasswordLength=14, RequireSymbols=True, MaxPasswordAge=90, PasswordReusePrevention=5, HardExpiry=True)
    assert iam.get_account_password_policy()["PasswordPolicy"] == {
        "MinimumPasswordLength": 14, "RequireSymbols": True, "RequireNumbers": False, "RequireUppercaseCharacters": False, "RequireLowercaseCharacters": False,
        "AllowUsersToChangePassword": False, "ExpirePasswords": True, "MaxPasswordAge": 90, "PasswordReusePrevention": 5, "HardExpiry": True}
    iam.update_account_password_policy(AllowUsersToChangePassword=True)
    assert iam.get_account_password_policy()["PasswordPolicy"] == {
        "MinimumPasswordLength": 6, "RequireSymbols": False, "RequireNumbers": False, "RequireUppercaseCharacters": False, "RequireLowercaseCharacters": False,
        "AllowUsersToChangePassword": True, "ExpirePasswords": False}
    iam.delete_account_password_policy()
    assert refusal(iam.delete_account_password_policy) == ("NoSuchEntity", message)


def test_the_summary_counts_what_there_is(iam):
    before = iam.get_account_summary()["SummaryMap"]
    assert (before["Users"], before["UsersQuota"], before["PolicySizeQuota"]) == (0, 5000, 6144)
    iam.create_user(UserName="alice")
    iam.create_group(GroupName="g")
    iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(DOCUMENT))
    after = iam.get_account_summary()["SummaryMap"]
    assert {name: value for name, value in after.items() if before[name] != value} == {"Users": 1, "Groups": 1, "Policies": 1, "PolicyVersionsInUse": 1}
    known = iam.meta.service_model.shape_for("summaryKeyType").enum
    assert set(after) <= set(known)


def test_authorization_details_show_the_whole_account(iam):
    own = iam.create_policy(PolicyName="own", PolicyDocument=json.dumps(DOCUMENT))["Policy"]["Arn"]
    iam.create_user(UserName="alice")
    iam.create_group(GroupName="g")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.add_user_to_group(GroupName="g", UserName="alice")
    iam.put_user_policy(UserName="alice", PolicyName="in", PolicyDocument=json.dumps(DOCUMENT))
    iam.attach_role_policy(RoleName="r", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    paginator = iam.get_paginator("get_account_authorization_details")
    whole = paginator.paginate(PaginationConfig={"PageSize": 1}).build_full_result()
    assert iam.get_account_authorization_details()["UserDetailList"] == whole["UserDetailList"]
    (alice,), (group,), (role,) = whole["UserDetailList"], whole["GroupDetailList"], whole["RoleDetailList"]
    assert alice["UserPolicyList"] == [{"PolicyName": "in", "PolicyDocument": DOCUMENT}]
    assert (alice["GroupList"], alice["AttachedManagedPolicies"], alice["Tags"]) == (["g"], [], [])
    assert (group["GroupPolicyList"], group["AttachedManagedPolicies"]) == ([], [])
    assert role["AssumeRolePolicyDocument"] == TRUST and role["InstanceProfileList"] == []
    assert [policy["Arn"] for policy in whole["Policies"]] == [own, "arn:aws:iam::aws:policy/ReadOnlyAccess"]
    assert whole["Policies"][0]["PolicyVersionList"][0]["Document"] == DOCUMENT
    only = iam.get_account_authorization_details(Filter=["Group"])
    assert [len(only[name]) for name in ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")] == [0, 1, 0, 0]
