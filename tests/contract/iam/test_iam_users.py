"""Users and groups, as boto3 sees them."""

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def iam(client):
    return client("iam", parameter_validation=False)


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    assert error["Type"] == "Sender"
    return error["Code"], error["Message"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def names(items, member="UserName"):
    return [item[member] for item in items]


def test_a_user_is_made_shown_renamed_and_deleted(iam, account):
    made = iam.create_user(UserName="alice", Path="/team/", Tags=[{"Key": "k", "Value": "v"}])["User"]
    assert made["Arn"] == f"arn:aws:iam::{account}:user/team/alice"
    assert made["UserId"].startswith("AIDA") and len(made["UserId"]) == 20
    assert made["CreateDate"].microsecond == 0
    assert iam.get_user(UserName="alice")["User"] == made
    iam.update_user(UserName="alice", NewUserName="eve", NewPath="/")
    eve = iam.get_user(UserName="eve")["User"]
    assert (eve["UserId"], eve["Arn"]) == (made["UserId"], f"arn:aws:iam::{account}:user/eve")
    iam.delete_user(UserName="eve")
    assert refusal(iam.get_user, UserName="eve") == ("NoSuchEntity", "The user with name eve cannot be found.", 404)


def test_waiters_know_when_a_user_exists(iam):
    iam.create_user(UserName="alice")
    iam.get_waiter("user_exists").wait(UserName="alice", WaiterConfig={"Delay": 0, "MaxAttempts": 1})


def test_one_user_shows_what_lists_do_not(iam):
    """Terraform compares what GetUser says of tags and boundaries with what it wrote."""
    iam.create_user(UserName="plain")
    iam.create_user(UserName="tagged", Tags=[{"Key": "b", "Value": ""}, {"Key": "a", "Value": "1"}], PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert "Tags" not in iam.get_user(UserName="plain")["User"]
    tagged = iam.get_user(UserName="tagged")["User"]
    assert tagged["Tags"] == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    assert tagged["PermissionsBoundary"] == {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    for user in iam.list_users()["Users"]:
        assert user.keys() == {"Path", "UserName", "UserId", "Arn", "CreateDate"}
    iam.delete_user_permissions_boundary(UserName="tagged")
    assert "PermissionsBoundary" not in iam.get_user(UserName="tagged")["User"]
    iam.put_user_permissions_boundary(UserName="plain", PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert "PermissionsBoundary" in iam.get_user(UserName="plain")["User"]


def test_users_are_paginated_in_order_of_names(iam):
    for number in range(7):
        iam.create_user(UserName=f"{'uU'[number % 2]}ser{number}")
    pages = list(iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 3}))
    assert [len(page["Users"]) for page in pages] == [3, 3, 1]
    assert [user for page in pages for user in names(page["Users"])] == ["user0", "User1", "user2", "User3", "user4", "User5", "user6"]
    assert "Marker" not in pages[-1] and pages[-1]["IsTruncated"] is False


@pytest.mark.parametrize("arguments, message", [
    ({"UserName": "a/b"}, "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"),
    ({"UserName": "a", "Path": "x"}, "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters."),
    ({"UserName": "a" * 65}, "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64"),
    ({"UserName": "a", "Tags": [{"Key": "bad*", "Value": ""}]}, "1 validation error detected: Value at 'tags.1.member.key' failed to satisfy constraint: "
     "Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"),
])
def test_what_no_user_can_be_called(iam, arguments, message):
    assert refusal(iam.create_user, **arguments) == ("ValidationError", message, 400)


def test_names_are_taken_whatever_their_case(iam):
    iam.create_user(UserName="Alice")
    assert refusal(iam.create_user, UserName="alice") == ("EntityAlreadyExists", "User with name alice already exists.", 409)
    iam.create_group(GroupName="Alice")
    assert refusal(iam.create_group, GroupName="ALICE") == ("EntityAlreadyExists", "Group with name ALICE already exists.", 409)


def test_without_a_name_the_caller_is_shown(iam, client, account):
    root = iam.get_user()["User"]
    assert (root["UserId"], root["Arn"]) == (account, f"arn:aws:iam::{account}:root")
    alice = iam.create_user(UserName="alice")["User"]
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    hers = client("iam", key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    assert hers.get_user()["User"] == alice
    iam.update_user(UserName="alice", NewUserName="eve", NewPath="/x/")
    assert hers.get_user()["User"]["UserName"] == "eve"
    assert client("sts", key=key["AccessKeyId"], secret=key["SecretAccessKey"]).get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:user/x/eve"


def test_a_user_with_an_access_key_stays(iam):
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
    assert refusal(iam.delete_user, UserName="alice") == ("DeleteConflict", "Cannot delete entity, must delete access keys first.", 409)
    iam.delete_access_key(UserName="alice", AccessKeyId=key)
    iam.delete_user(UserName="alice")


@pytest.mark.parametrize("change", ["delete", "rename"])
def test_sessions_of_a_user_that_is_no_more_are_over(iam, client, change):
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    session = client("sts", key=key["AccessKeyId"], secret=key["SecretAccessKey"]).get_session_token()["Credentials"]
    hers = client("sts", key=session["AccessKeyId"], secret=session["SecretAccessKey"], token=session["SessionToken"])
    assert hers.get_caller_identity()["Arn"].endswith(":user/alice")
    if change == "delete":
        iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
        iam.delete_user(UserName="alice")
    else:
        iam.update_user(UserName="alice", NewUserName="eve")
    iam.create_user(UserName="alice")
    # Without --auth strict an unknown key is root of the default account: whoever it is, it is not the new one.
    assert not hers.get_caller_identity()["Arn"].endswith(":user/alice")


def test_groups_have_users(iam, account):
    group = iam.create_group(GroupName="admins", Path="/x/")["Group"]
    assert group["Arn"] == f"arn:aws:iam::{account}:group/x/admins" and group["GroupId"].startswith("AGPA")
    for name in ("carol", "bob", "alice"):
        iam.create_user(UserName=name)
        iam.add_user_to_group(GroupName="admins", UserName=name)
    pages = list(iam.get_paginator("get_group").paginate(GroupName="admins", PaginationConfig={"PageSize": 2}))
    assert [names(page["Users"]) for page in pages] == [["alice", "bob"], ["carol"]]
    assert pages[0]["Group"] == group
    assert iam.list_groups_for_user(UserName="bob")["Groups"] == [group]
    assert refusal(iam.delete_group, GroupName="admins") == ("DeleteConflict", "Cannot delete entity, must remove users from group first.", 409)
    assert refusal(iam.delete_user, UserName="bob") == ("DeleteConflict", "Cannot delete entity, must remove users from group first.", 409)
    for name in ("carol", "bob", "alice"):
        iam.remove_user_from_group(GroupName="admins", UserName=name)
    iam.update_group(GroupName="admins", NewGroupName="operators")
    assert names(iam.list_groups()["Groups"], "GroupName") == ["operators"]
    iam.delete_group(GroupName="operators")
    assert iam.list_groups()["Groups"] == []
