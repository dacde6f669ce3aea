"""`--iam enforce` between accounts: policies of buckets and queues, users and roles of other accounts, chains of roles, organizations."""

import json

import pytest

from enforcement import Keys, Stage, allow, deny, policy, refusal

pytestmark = pytest.mark.stratolite
HERE = "000000000000"
THERE = "333333333333"
THIRD = "555555555555"


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    yield stage
    stage.stop()


@pytest.fixture
def queue(stage, request):
    sqs = stage.root().client("sqs")
    url = sqs.create_queue(QueueName=f"q-{abs(hash(request.node.name))}")["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


@pytest.fixture
def bucket(stage, request):
    name = f"b-{abs(hash(request.node.name))}"
    s3 = stage.root().client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="a", Body=b"a")
    return name


def role(stage, name, trusted, *statements, account=HERE, actions="sts:AssumeRole", condition=None):
    iam = stage.root(account).client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": actions}
    if condition:
        trust["Condition"] = condition
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="given", PolicyDocument=policy(*statements))
    return arn


def assume(keys, arn, name="session", **more):
    made = keys.client("sts").assume_role(RoleArn=arn, RoleSessionName=name, **more)
    credentials = made["Credentials"]
    return Keys(keys.stage, credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"],
                arn=made["AssumedRoleUser"]["Arn"])


def set_policy(stage, url, *statements):
    stage.root().client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(*statements)})


def test_a_queue_lets_a_user_of_another_account_send(stage, queue):
    url, arn = queue
    user = stage.user(allow("sqs:*"), account=THERE)
    other = stage.user(allow("sqs:*"), account=THERE)
    assert refusal(user.client("sqs").send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"
    set_policy(stage, url, allow("sqs:SendMessage", arn, Principal={"AWS": user.arn}))
    user.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    assert refusal(other.client("sqs").send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"
    assert refusal(user.client("sqs").receive_message, QueueUrl=url)[0] == "AccessDenied"


def test_a_queue_alone_does_not_suffice_for_another_account(stage, queue):
    url, arn = queue
    user = stage.user(account=THERE)
    set_policy(stage, url, allow("sqs:SendMessage", arn, Principal={"AWS": user.arn}))
    assert "because no identity-based policy allows" in refusal(user.client("sqs").send_message, QueueUrl=url, MessageBody="x")[1]


def test_a_queue_denies_one_account_what_everybody_may(stage, queue):
    url, arn = queue
    set_policy(stage, url, allow("sqs:SendMessage", arn, Principal="*"), deny("sqs:*", arn, Principal={"AWS": THIRD}))
    stage.user(allow("sqs:*"), account=THERE).client("sqs").send_message(QueueUrl=url, MessageBody="x")
    assert refusal(stage.user(allow("sqs:*"), account=THIRD).client("sqs").send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"


def test_a_bucket_lets_a_role_of_another_account_read(stage, bucket):
    user = stage.user(allow("sts:AssumeRole"), account=THERE)
    reader = role(stage, "reader", user.arn, allow("s3:GetObject"), account=THERE)
    writer = role(stage, "writer", user.arn, allow("s3:*"), account=THERE)
    stage.root().client("s3").put_bucket_policy(Bucket=bucket, Policy=policy(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal={"AWS": reader})))
    assert assume(user, reader).client("s3").get_object(Bucket=bucket, Key="a")["Body"].read() == b"a"
    assert refusal(assume(user, writer).client("s3").get_object, Bucket=bucket, Key="a")[0] == "AccessDenied"
    # Whom the user may become is not what the user is.
    assert refusal(user.client("s3").get_object, Bucket=bucket, Key="a")[0] == "AccessDenied"


def test_a_role_is_for_the_accounts_that_it_trusts(stage, queue):
    url, arn = queue
    sender = role(stage, "cross-sender", THERE, allow("sqs:SendMessage", arn), condition={"StringEquals": {"sts:ExternalId": "secret"}})
    trusted = stage.user(allow("sts:AssumeRole", sender), account=THERE)
    assert refusal(assume, trusted, sender)[0] == "AccessDenied"
    assert refusal(assume, trusted, sender, ExternalId="other")[0] == "AccessDenied"
    assume(trusted, sender, ExternalId="secret").client("sqs").send_message(QueueUrl=url, MessageBody="x")
    assert refusal(assume, stage.user(account=THERE), sender, ExternalId="secret")[0] == "AccessDenied"
    assert refusal(assume, stage.user(allow("sts:*"), account=THIRD), sender, ExternalId="secret")[0] == "AccessDenied"


def test_roles_in_a_chain_have_each_only_what_is_theirs(stage, queue, bucket):
    url, arn = queue
    user = stage.user(allow("sts:AssumeRole"), account=THERE)
    first = role(stage, "first", user.arn, allow("sts:AssumeRole"), allow("s3:GetObject"), account=THERE)
    last = role(stage, "last", first, allow("sqs:SendMessage", arn))
    assert refusal(assume, user, last)[0] == "AccessDenied"
    link = assume(user, first)
    end = assume(link, last)
    end.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    assert refusal(end.client("s3").get_object, Bucket=bucket, Key="a")[0] == "AccessDenied"
    assert refusal(link.client("sqs").send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"


def test_a_session_policy_narrows_a_role_of_a_chain(stage, queue):
    url, arn = queue
    user = stage.user(allow("sts:AssumeRole"))
    first = role(stage, "narrowed", user.arn, allow("sts:AssumeRole"), allow("sqs:*", arn))
    target = role(stage, "target", first, allow("sqs:*", arn))
    shut = assume(user, first, Policy=policy(allow("sqs:ReceiveMessage")))
    # A role of one's own account that names the role: its session policy still limits.
    assert "session policy" in refusal(assume, shut, target)[1]
    narrow = assume(assume(user, first), target, Policy=policy(allow("sqs:ReceiveMessage")))
    narrow.client("sqs").receive_message(QueueUrl=url)
    assert refusal(narrow.client("sqs").send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"


def test_a_queue_may_name_the_session(stage, queue):
    url, arn = queue
    user = stage.user(allow("sts:AssumeRole"))
    empty = role(stage, "empty", user.arn)
    named, other = assume(user, empty, "named"), assume(user, empty, "other")
    set_policy(stage, url, allow("sqs:SendMessage", arn, Principal={"AWS": named.arn}))
    named.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    assert refusal(other.client("sqs").send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"


def test_a_boundary_limits_what_a_queue_gives_to_a_role_but_not_to_a_user(stage, queue):
    url, arn = queue
    iam = stage.root().client("iam")
    limit = iam.create_policy(PolicyName="only-s3", PolicyDocument=policy(allow(["s3:*", "sts:*"])))["Policy"]["Arn"]
    user = stage.user(allow("sts:AssumeRole"))
    bounded = role(stage, "bounded", user.arn)
    iam.put_role_permissions_boundary(RoleName="bounded", PermissionsBoundary=limit)
    iam.put_user_permissions_boundary(UserName=user.name, PermissionsBoundary=limit)
    set_policy(stage, url, allow("sqs:SendMessage", arn, Principal={"AWS": [bounded, user.arn]}))
    user.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    assert "no permissions boundary allows" in refusal(assume(user, bounded).client("sqs").send_message, QueueUrl=url, MessageBody="x")[1]


def test_an_organization_denies_its_members(stage):
    management, organizations = stage.root("777777777777"), stage.root("777777777777").client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(Email="member@example.com", AccountName="member")["CreateAccountStatus"]
    stage.admin("clock", "POST", {"advance": "PT10S"})
    member = organizations.describe_create_account_status(CreateAccountRequestId=made["Id"])["CreateAccountStatus"]["AccountId"]
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    no_queues = organizations.create_policy(Name="no-queues", Description="d", Type="SERVICE_CONTROL_POLICY",
                                            Content=policy(deny("sqs:CreateQueue")))["Policy"]["PolicySummary"]["Id"]
    user = stage.user(allow("*"), account=member)
    user.client("sqs").create_queue(QueueName="before")
    organizations.attach_policy(PolicyId=no_queues, TargetId=member)
    assert refusal(user.client("sqs").create_queue, QueueName="after")[1].endswith("with an explicit deny in a service control policy")
    assert refusal(stage.root(member).client("sqs").create_queue, QueueName="after")[0] == "AccessDenied"
    user.client("sqs").list_queues()
    management.client("sqs").create_queue(QueueName="management-may")
    organizations.detach_policy(PolicyId=no_queues, TargetId=member)
    user.client("sqs").create_queue(QueueName="after")


def test_a_bucket_is_open_to_the_organization(stage, bucket):
    organizations = stage.root("888888888888").client("organizations")
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    document = policy(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": organization}}))
    stage.root().client("s3").put_bucket_policy(Bucket=bucket, Policy=document)
    assert stage.user(allow("s3:GetObject"), account="888888888888").client("s3").get_object(Bucket=bucket, Key="a")["Body"].read() == b"a"
    assert refusal(stage.user(allow("s3:GetObject"), account=THIRD).client("s3").get_object, Bucket=bucket, Key="a")[0] == "AccessDenied"


def test_policies_are_read_back_as_they_were_set(stage, queue):
    url, arn = queue
    set_policy(stage, url, allow("sqs:SendMessage", arn, Principal={"AWS": THERE}))
    read = stage.root().client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
    assert json.loads(read)["Statement"][0]["Principal"]
