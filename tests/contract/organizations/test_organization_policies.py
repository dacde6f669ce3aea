"""What an organization forbids its accounts, enforced."""

import json

import pytest

from iam.enforcement import Keys, Stage, allow, deny, policy, refusal

pytestmark = pytest.mark.stratolite
MANAGEMENT, MEMBER = "555555555555", "666666666666"


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    yield stage
    stage.stop()


@pytest.fixture(scope="module")
def organization(stage):
    """The management account's client, in an organization with one member and both types of policies."""
    client = stage.root(MANAGEMENT).client("organizations")
    client.create_organization()
    root = client.list_roots()["Roots"][0]["Id"]
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        client.enable_policy_type(RootId=root, PolicyType=kind)
    sent = client.invite_account_to_organization(Target={"Id": MEMBER, "Type": "ACCOUNT"})["Handshake"]["Id"]
    stage.root(MEMBER).client("organizations").accept_handshake(HandshakeId=sent)
    return client


@pytest.fixture
def attach(organization, request):
    attached = []

    def attach(document, target, kind="SERVICE_CONTROL_POLICY"):
        made = organization.create_policy(Name=f"{request.node.name}-{len(attached)}", Description="", Type=kind, Content=document)
        attached.append((made["Policy"]["PolicySummary"]["Id"], target))
        organization.attach_policy(PolicyId=attached[-1][0], TargetId=target)

    yield attach
    for made, target in attached:
        organization.detach_policy(PolicyId=made, TargetId=target)
        organization.delete_policy(PolicyId=made)


def test_a_service_control_policy_forbids_members_users_and_root(stage, organization, attach):
    user = stage.user(allow("*"), account=MEMBER)
    user.client("sqs").list_queues()
    attach(policy(deny("sqs:*")), MEMBER)
    code, message, _ = refusal(user.client("sqs").list_queues)
    assert (code, "service control policy" in message) == ("AccessDenied", True)
    user.client("sns").list_topics()
    # Root of a member is restricted too; the management account is not, wherever the policy is.
    assert refusal(stage.root(MEMBER).client("sqs").list_queues)[0] == "AccessDenied"
    attach(policy(deny("sqs:*")), organization.list_roots()["Roots"][0]["Id"])
    stage.user(allow("*"), account=MANAGEMENT).client("sqs").list_queues()


def test_what_no_level_allows_is_forbidden(stage, organization, attach):
    user = stage.user(allow("*"), account=MEMBER)
    attach(policy(allow("sns:*")), MEMBER)
    organization.detach_policy(PolicyId="p-FullAWSAccess", TargetId=MEMBER)
    try:
        user.client("sns").list_topics()
        assert refusal(user.client("sqs").list_queues)[0] == "AccessDenied"
    finally:
        organization.attach_policy(PolicyId="p-FullAWSAccess", TargetId=MEMBER)
    user.client("sqs").list_queues()


def test_a_resource_control_policy_keeps_strangers_out(stage, organization, attach):
    member = stage.root(MEMBER).client("sqs")
    url = member.create_queue(QueueName="shared")["QueueUrl"]
    arn = member.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    stranger = stage.user(allow("sqs:*"), account="777777777777")
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    member.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(everybody)})
    stranger.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    organization_id = organization.describe_organization()["Organization"]["Id"]
    outside = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization_id}}
    attach(policy(deny("sqs:*", Principal="*", Condition=outside)), MEMBER, "RESOURCE_CONTROL_POLICY")
    assert refusal(stranger.client("sqs").send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"
    stage.user(allow("sqs:*"), account=MANAGEMENT).client("sqs").send_message(QueueUrl=url, MessageBody="x")


def test_a_trust_may_be_given_to_an_organization(stage, organization):
    organization_id = organization.describe_organization()["Organization"]["Id"]
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization_id}}}]}
    role = stage.root(MANAGEMENT).client("iam").create_role(RoleName="audit", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    member = stage.user(allow("sts:AssumeRole"), account=MEMBER)
    session = member.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    keys = Keys(stage, session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    assert keys.client("sts").get_caller_identity()["Account"] == MANAGEMENT
    stranger = stage.user(allow("sts:AssumeRole"), account="777777777777")
    assert refusal(stranger.client("sts").assume_role, RoleArn=role, RoleSessionName="session")[0] == "AccessDenied"
