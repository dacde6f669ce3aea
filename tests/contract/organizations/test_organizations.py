"""Accounts in a tree, and the policies on it, as boto3 sees them."""

import json

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.stratolite
DENY_QUEUES = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}]})


def code(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


@pytest.fixture(scope="module")
def own(binary):
    from daemons import Daemon
    daemon = Daemon(binary)
    yield daemon
    daemon.stop()


@pytest.fixture
def organizations(client, own):
    organizations = client("organizations", url=own.endpoint)
    organizations.create_organization()
    return organizations


@pytest.fixture
def root(organizations):
    return organizations.list_roots()["Roots"][0]["Id"]


@pytest.fixture
def make_account(organizations, admin, own, account):
    def make(name, **more):
        status = organizations.create_account(Email=f"{name}-{account}@example.com", AccountName=name, **more)["CreateAccountStatus"]
        assert status["State"] == "IN_PROGRESS"
        admin("clock", {"advance": "PT10S"}, url=own.endpoint)
        status = organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"]
        assert status["State"] == "SUCCEEDED"
        return status["AccountId"]
    return make


def test_an_organization_is_made_described_and_deleted(client, own, account):
    organizations = client("organizations", url=own.endpoint)
    assert code(organizations.describe_organization) == "AWSOrganizationsNotInUseException"
    made = organizations.create_organization(FeatureSet="ALL")["Organization"]
    assert made["MasterAccountArn"] == f"arn:aws:organizations::{account}:account/{made['Id']}/{account}"
    assert organizations.describe_organization()["Organization"] == made
    organizations.delete_organization()
    assert code(organizations.list_roots) == "AWSOrganizationsNotInUseException"


def test_units_are_found_from_above_and_below(organizations, root):
    unit = organizations.create_organizational_unit(ParentId=root, Name="dev", Tags=[{"Key": "a", "Value": "1"}])["OrganizationalUnit"]
    assert unit["Id"].startswith(f"ou-{root[2:]}-")
    assert organizations.describe_organizational_unit(OrganizationalUnitId=unit["Id"])["OrganizationalUnit"] == unit
    renamed = organizations.update_organizational_unit(OrganizationalUnitId=unit["Id"], Name="prod")["OrganizationalUnit"]
    assert renamed == unit | {"Name": "prod"}
    assert [one["Id"] for one in organizations.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]] == [unit["Id"]]
    assert organizations.list_children(ParentId=root, ChildType="ORGANIZATIONAL_UNIT")["Children"] == [{"Id": unit["Id"], "Type": "ORGANIZATIONAL_UNIT"}]
    assert organizations.list_parents(ChildId=unit["Id"])["Parents"] == [{"Id": root, "Type": "ROOT"}]
    assert organizations.list_tags_for_resource(ResourceId=unit["Id"])["Tags"] == [{"Key": "a", "Value": "1"}]
    organizations.tag_resource(ResourceId=unit["Id"], Tags=[{"Key": "b", "Value": "2"}])
    organizations.untag_resource(ResourceId=unit["Id"], TagKeys=["a"])
    assert organizations.list_tags_for_resource(ResourceId=unit["Id"])["Tags"] == [{"Key": "b", "Value": "2"}]
    organizations.delete_organizational_unit(OrganizationalUnitId=unit["Id"])
    assert code(organizations.describe_organizational_unit, OrganizationalUnitId=unit["Id"]) == "OrganizationalUnitNotFoundException"


def test_accounts_are_made_moved_closed_and_removed(client, own, organizations, root, make_account, account):
    made = make_account("dev")
    view = organizations.describe_account(AccountId=made)["Account"]
    assert (view["Name"], view["Status"], view["JoinedMethod"]) == ("dev", "ACTIVE", "CREATED")
    assert {one["Id"] for one in organizations.list_accounts()["Accounts"]} == {account, made}
    assert len(organizations.list_create_account_status(States=["SUCCEEDED"])["CreateAccountStatuses"]) == 1
    unit = organizations.create_organizational_unit(ParentId=root, Name="dev")["OrganizationalUnit"]["Id"]
    organizations.move_account(AccountId=made, SourceParentId=root, DestinationParentId=unit)
    assert [one["Id"] for one in organizations.list_accounts_for_parent(ParentId=unit)["Accounts"]] == [made]
    # The management account administers it by the role that came with it.
    role = client("iam", key=made, url=own.endpoint).get_role(RoleName="OrganizationAccountAccessRole")["Role"]
    trusted = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"]
    assert trusted == f"arn:aws:iam::{account}:root"
    session = client("sts", url=own.endpoint).assume_role(RoleArn=role["Arn"], RoleSessionName="admin")
    assert session["AssumedRoleUser"]["AssumedRoleId"] == f"{role['RoleId']}:admin"
    organizations.close_account(AccountId=made)
    assert organizations.describe_account(AccountId=made)["Account"]["Status"] == "SUSPENDED"
    organizations.remove_account_from_organization(AccountId=made)
    assert code(organizations.describe_account, AccountId=made) == "AccountNotFoundException"


def test_an_account_is_invited_and_leaves(client, own, organizations, account):
    other = str(int(account) ^ 1).zfill(12)
    guest = client("organizations", key=other, url=own.endpoint)
    target = {"Id": other, "Type": "ACCOUNT"}
    sent = organizations.invite_account_to_organization(Target=target)["Handshake"]
    assert organizations.cancel_handshake(HandshakeId=sent["Id"])["Handshake"]["State"] == "CANCELED"
    sent = organizations.invite_account_to_organization(Target=target)["Handshake"]
    assert guest.decline_handshake(HandshakeId=sent["Id"])["Handshake"]["State"] == "DECLINED"
    sent = organizations.invite_account_to_organization(Target=target, Notes="come")["Handshake"]
    assert {one["Id"] for one in guest.list_handshakes_for_account()["Handshakes"]} >= {sent["Id"]}
    assert guest.accept_handshake(HandshakeId=sent["Id"])["Handshake"]["State"] == "ACCEPTED"
    assert organizations.describe_handshake(HandshakeId=sent["Id"])["Handshake"]["State"] == "ACCEPTED"
    assert len(organizations.list_handshakes_for_organization()["Handshakes"]) == 3
    assert guest.describe_organization()["Organization"]["MasterAccountId"] == account
    assert code(guest.list_accounts) == "AccessDeniedException"
    guest.leave_organization()
    assert code(guest.describe_organization) == "AWSOrganizationsNotInUseException"


def test_policies_are_written_attached_and_removed(organizations, root):
    assert organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")["Root"]["PolicyTypes"] == [
        {"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
    policy = organizations.create_policy(Name="no-queues", Description="", Type="SERVICE_CONTROL_POLICY", Content=DENY_QUEUES)["Policy"]
    policy_id = policy["PolicySummary"]["Id"]
    assert organizations.describe_policy(PolicyId=policy_id)["Policy"] == policy
    assert {one["Name"] for one in organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]} == {"FullAWSAccess", "no-queues"}
    organizations.attach_policy(PolicyId=policy_id, TargetId=root)
    assert organizations.list_targets_for_policy(PolicyId=policy_id)["Targets"][0]["TargetId"] == root
    attached = organizations.list_policies_for_target(TargetId=root, Filter="SERVICE_CONTROL_POLICY")["Policies"]
    assert {one["Id"] for one in attached} == {"p-FullAWSAccess", policy_id}
    assert organizations.update_policy(PolicyId=policy_id, Description="none")["Policy"]["PolicySummary"]["Description"] == "none"
    organizations.detach_policy(PolicyId=policy_id, TargetId=root)
    organizations.delete_policy(PolicyId=policy_id)
    with pytest.raises(ClientError) as caught:
        organizations.create_policy(Name="bad", Description="", Type="SERVICE_CONTROL_POLICY", Content='{"Statement": 1}')
    assert caught.value.response["Error"] == {
        "Code": "MalformedPolicyDocumentException",
        "Message": "The provided policy document does not meet the requirements of the specified policy type."}
    assert organizations.disable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")["Root"]["PolicyTypes"] == []


def test_trusted_access_of_services_is_remembered(organizations):
    organizations.enable_aws_service_access(ServicePrincipal="sso.amazonaws.com")
    listed = organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert [one["ServicePrincipal"] for one in listed] == ["sso.amazonaws.com"]
    organizations.disable_aws_service_access(ServicePrincipal="sso.amazonaws.com")
    assert organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"] == []


def test_errors_say_their_reason(organizations):
    with pytest.raises(ClientError) as caught:
        organizations.list_children(ParentId="nonsense", ChildType="ACCOUNT")
    response = caught.value.response
    assert response["Error"] == {"Code": "InvalidInputException", "Message": "You provided a value that does not match the required pattern."}
    assert response["Reason"] == "INVALID_PATTERN"
