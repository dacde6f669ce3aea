"""Roles with `--iam enforce`: whom they trust, what their sessions may do, and how sessions end early."""

import base64
import datetime
import hmac
import json

import pytest

from iam.enforcement import Keys, Stage, allow, deny, policy, refusal

pytestmark = pytest.mark.stratolite
HOME, OTHER = "000000000000", "888888888888"


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    yield stage
    stage.stop()


@pytest.fixture
def make_role(stage, request):
    count = iter(range(100))

    def make(*trust, account=HOME, statements=(), **more):
        iam = stage.root(account).client("iam")
        name = f"role-{abs(hash(request.node.name))}-{next(count)}"
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(*trust), **more)["Role"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="given", PolicyDocument=policy(*statements))
        return role

    return make


def trusting(principal, action="sts:AssumeRole", **more):
    return {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action} | more


def session_of(stage, answer):
    credentials = answer["Credentials"]
    return Keys(stage, credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])


def test_another_accounts_role_needs_both_sides_and_the_external_id(stage, make_role):
    role = make_role(trusting(HOME, Condition={"StringEquals": {"sts:ExternalId": "open-sesame"}}), account=OTHER, statements=[allow("sqs:ListQueues")])["Arn"]
    allowed, nobody = stage.user(allow("sts:AssumeRole", role)), stage.user()
    arguments = {"RoleArn": role, "RoleSessionName": "session"}
    code, message, status = refusal(allowed.client("sts").assume_role, **arguments)
    assert (code, status) == ("AccessDenied", 403)
    assert message.startswith(f"User: {allowed.arn} is not authorized to perform: sts:AssumeRole on resource: {role}")
    assert refusal(nobody.client("sts").assume_role, ExternalId="open-sesame", **arguments)[0] == "AccessDenied"
    session = session_of(stage, allowed.client("sts").assume_role(ExternalId="open-sesame", **arguments))
    assert session.client("sts").get_caller_identity()["Account"] == OTHER
    session.client("sqs").list_queues()
    assert refusal(session.client("sqs").create_queue, QueueName="q")[0] == "AccessDenied"


def test_roles_that_are_not_there_cannot_be_assumed(stage):
    role = f"arn:aws:iam::{HOME}:role/nobody"
    user = stage.user(allow("*"))
    code, message, _ = refusal(user.client("sts").assume_role, RoleArn=role, RoleSessionName="session")
    assert (code, message) == ("AccessDenied", f"User: {user.arn} is not authorized to perform: sts:AssumeRole on resource: {role}")


def test_a_session_is_no_longer_than_its_role_allows(stage, make_role):
    user = stage.user(allow("sts:AssumeRole"))
    role = make_role(trusting(user.arn), MaxSessionDuration=7200)
    sts = user.client("sts")
    answer = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="session", DurationSeconds=7200)
    assert answer["AssumedRoleUser"]["AssumedRoleId"] == f"{role['RoleId']}:session"
    error = refusal(sts.assume_role, RoleArn=role["Arn"], RoleSessionName="session", DurationSeconds=7201)
    assert error[:2] == ("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")


def test_session_policies_narrow_and_must_be_policies(stage, make_role):
    user = stage.user(allow("sts:AssumeRole"))
    role = make_role(trusting(user.arn), statements=[allow("sqs:*"), allow("sns:*")])["Arn"]
    sts = user.client("sts")
    arguments = {"RoleArn": role, "RoleSessionName": "session"}
    narrow = session_of(stage, sts.assume_role(Policy=policy(allow("sqs:ListQueues"), allow("s3:*")), **arguments))
    narrow.client("sqs").list_queues()
    assert refusal(narrow.client("sns").list_topics)[0] in ("AuthorizationError", "AccessDenied")
    assert refusal(narrow.client("s3").list_buckets)[0] == "AccessDenied"
    managed = session_of(stage, sts.assume_role(PolicyArns=[{"arn": "arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess"}], **arguments))
    managed.client("sns").list_topics()
    assert refusal(managed.client("sqs").list_queues)[0] == "AccessDenied"
    assert refusal(sts.assume_role, PolicyArns=[{"arn": "arn:aws:iam::aws:policy/NoSuchPolicy"}], **arguments)[0] == "ValidationError"
    assert refusal(sts.assume_role, Policy='{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}', **arguments)[0] == "MalformedPolicyDocument"


def test_tags_need_their_own_permission_and_decide_what_follows(stage, make_role):
    user = stage.user(allow(["sts:AssumeRole", "sts:TagSession"]))
    tagged = allow("sqs:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}})
    role = make_role(trusting(user.arn, ["sts:AssumeRole", "sts:TagSession"], Condition={"StringEquals": {"aws:RequestTag/team": ["blue", "red"]}}),
                     statements=[tagged])["Arn"]
    untaggable = make_role(trusting(user.arn))["Arn"]
    sts = user.client("sts")

    def assume(team, arn=role):
        return session_of(stage, sts.assume_role(RoleArn=arn, RoleSessionName="session", Tags=[{"Key": "team", "Value": team}]))

    assume("blue").client("sqs").list_queues()
    assert refusal(assume("red").client("sqs").list_queues)[0] == "AccessDenied"
    assert refusal(assume, "green")[0] == "AccessDenied"
    code, message, _ = refusal(assume, "blue", untaggable)
    assert code == "AccessDenied"
    assert f"is not authorized to perform: sts:TagSession on resource: {untaggable}" in message


def test_transitive_tags_and_the_source_identity_go_through_a_chain(stage, make_role):
    user = stage.user(allow("sts:*"))
    everything = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    first = make_role(trusting(user.arn, everything), statements=[allow("sts:*")])["Arn"]
    second = make_role(trusting(first, everything, Condition={"StringEquals": {"aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ann"}}),
                       statements=[allow("sqs:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}})])["Arn"]
    tags = [{"Key": "team", "Value": "blue"}]
    one = session_of(stage, user.client("sts").assume_role(RoleArn=first, RoleSessionName="one", Tags=tags, TransitiveTagKeys=["team"], SourceIdentity="ann"))
    answer = one.client("sts").assume_role(RoleArn=second, RoleSessionName="two")
    assert answer["SourceIdentity"] == "ann"
    session_of(stage, answer).client("sqs").list_queues()
    error = refusal(one.client("sts").assume_role, RoleArn=second, RoleSessionName="two", DurationSeconds=3601)
    assert error[1] == "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    plain = session_of(stage, user.client("sts").assume_role(RoleArn=first, RoleSessionName="one"))
    assert refusal(plain.client("sts").assume_role, RoleArn=second, RoleSessionName="two")[0] == "AccessDenied"


def test_sessions_are_revoked_by_their_time_of_issue(stage, make_role):
    user = stage.user(allow("sts:AssumeRole"))
    role = make_role(trusting(user.arn), statements=[allow("sqs:*")])
    assume = {"RoleArn": role["Arn"], "RoleSessionName": "session"}
    before = session_of(stage, user.client("sts").assume_role(**assume))
    before.client("sqs").list_queues()
    stage.admin("clock", "POST", {"advance": "PT1M"})
    moment = stage.admin("clock")["now"]
    revoke = deny("*", Condition={"DateLessThan": {"aws:TokenIssueTime": moment}})
    stage.root().client("iam").put_role_policy(RoleName=role["RoleName"], PolicyName="AWSRevokeOlderSessions", PolicyDocument=policy(revoke))
    assert refusal(before.client("sqs").list_queues)[0] == "AccessDenied"
    stage.admin("clock", "POST", {"advance": "PT1M"})
    session_of(stage, user.client("sts").assume_role(**assume)).client("sqs").list_queues()


def test_a_deleted_users_sessions_are_gone(binary):
    # With permissive authentication a key that nobody knows any more is like any other unknown one.
    stage = Stage(binary, "--iam", "enforce", "--auth", "strict", "--root-credentials", f"AKIDROOT:secret:{HOME}")
    try:
        iam = Keys(stage, "AKIDROOT", "secret").client("iam")
        iam.create_user(UserName="ann")
        iam.put_user_policy(UserName="ann", PolicyName="given", PolicyDocument=policy(allow("sqs:*"), allow("sts:*")))
        made = iam.create_access_key(UserName="ann")["AccessKey"]
        user = Keys(stage, made["AccessKeyId"], made["SecretAccessKey"])
        session = session_of(stage, user.client("sts").get_session_token())
        federated = session_of(stage, user.client("sts").get_federation_token(Name="bob", Policy=policy(allow("sqs:*"))))
        for keys in (session, federated):
            keys.client("sqs").list_queues()
        iam.delete_user_policy(UserName="ann", PolicyName="given")
        iam.delete_access_key(UserName="ann", AccessKeyId=user.key)
        iam.delete_user(UserName="ann")
        for keys in (user, session, federated):
            assert refusal(keys.client("sts").get_caller_identity)[0] == "InvalidClientTokenId"
    finally:
        stage.stop()


def test_a_federated_user_may_do_what_both_its_policy_and_its_user_allow(stage):
    user = stage.user(allow("sqs:*"), allow("sts:GetFederationToken"))
    sts = user.client("sts")
    narrow = session_of(stage, sts.get_federation_token(Name="bob", Policy=policy(allow("sqs:ListQueues"), allow("sns:*"))))
    narrow.client("sqs").list_queues()
    assert refusal(narrow.client("sqs").create_queue, QueueName="q")[0] == "AccessDenied"
    assert refusal(narrow.client("sns").list_topics)[0] in ("AuthorizationError", "AccessDenied")
    assert refusal(stage.user().client("sts").get_federation_token, Name="bob")[0] == "AccessDenied"
    without = session_of(stage, sts.get_federation_token(Name="bob"))
    assert refusal(without.client("sqs").list_queues)[0] == "AccessDenied"


def code(seed, moment):
    """What a virtual device shows (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(seed), int(moment // 30).to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at:at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def test_users_sessions_call_iam_with_mfa_only(stage):
    user = stage.user(allow("*"))
    sts, iam = user.client("sts"), user.client("iam")
    plain = session_of(stage, sts.get_session_token())
    federated = session_of(stage, sts.get_federation_token(Name="bob", Policy=policy(allow("*"))))
    for keys in (plain, federated):
        keys.client("sqs").list_queues()
        assert refusal(keys.client("iam").list_users) == ("InvalidClientTokenId", "The security token included in the request is invalid", 403)
    device = stage.root().client("iam").create_virtual_mfa_device(VirtualMFADeviceName=f"of-{user.name}")["VirtualMFADevice"]
    seed = device["Base32StringSeed"]

    def now():
        return datetime.datetime.fromisoformat(stage.admin("clock")["now"]).timestamp()

    iam.enable_mfa_device(UserName=user.name, SerialNumber=device["SerialNumber"], AuthenticationCode1=code(seed, now()),
                          AuthenticationCode2=code(seed, now() + 30))
    stage.admin("clock", "POST", {"advance": "PT2M"})
    assert refusal(sts.get_session_token, SerialNumber=device["SerialNumber"], TokenCode=code(seed, now() - 3600))[0] == "AccessDenied"
    strong = session_of(stage, sts.get_session_token(SerialNumber=device["SerialNumber"], TokenCode=code(seed, now())))
    strong.client("iam").list_users()


def test_root_can_be_no_role(stage, make_role, binary):
    role = make_role(trusting(HOME))["Arn"]
    own = Stage(binary, "--iam", "enforce", "--root-credentials", f"AKIDROOT:secret:{HOME}")
    try:
        root = Keys(own, "AKIDROOT", "secret")
        root.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=policy(trusting(HOME)))
        error = refusal(root.client("sts").assume_role, RoleArn=f"arn:aws:iam::{HOME}:role/r", RoleSessionName="session")
        assert error[:2] == ("AccessDenied", "Roles may not be assumed by root accounts.")
    finally:
        own.stop()
    # A key that nobody knows stands for any user of its account.
    assert stage.root().client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]


def test_other_calls_need_their_permissions(stage):
    nobody = stage.user().client("sts")
    assert nobody.get_caller_identity()["Account"] == HOME
    nobody.get_session_token()
    assert refusal(nobody.get_access_key_info, AccessKeyId="AKIAIOSFODNN7EXAMPLE")[0] == "AccessDenied"
    assert refusal(nobody.decode_authorization_message, EncodedMessage="x")[0] == "AccessDenied"
    reader = stage.user(allow(["sts:GetAccessKeyInfo", "sts:DecodeAuthorizationMessage"]))
    assert reader.client("sts").get_access_key_info(AccessKeyId=reader.key)["Account"] == HOME
    assert refusal(reader.client("sts").decode_authorization_message, EncodedMessage="x")[0] == "InvalidAuthorizationMessageException"


def test_trust_policies_are_kept_as_they_were_sent(stage, make_role):
    trust = trusting("*", Condition={"StringEquals": {"aws:PrincipalAccount": OTHER}})
    role = make_role(trust)
    stored = stage.root().client("iam").get_role(RoleName=role["RoleName"])["Role"]["AssumeRolePolicyDocument"]
    assert stored == json.loads(policy(trust))
    arguments = {"RoleArn": role["Arn"], "RoleSessionName": "session"}
    stage.user(allow("sts:AssumeRole"), account=OTHER).client("sts").assume_role(**arguments)
    assert refusal(stage.user(allow("sts:AssumeRole"), account="999999999999").client("sts").assume_role, **arguments)[0] == "AccessDenied"
