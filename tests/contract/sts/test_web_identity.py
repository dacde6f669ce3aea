"""AssumeRoleWithWebIdentity with an issuer that the account registered: its keys, audiences, times, and the role's trust."""

import json

import pytest

from iam.enforcement import Keys, Stage, allow, refusal
from token_issuer import TokenIssuer

pytestmark = pytest.mark.stratolite
ACCOUNT = "000000000000"


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    yield stage
    stage.stop()


@pytest.fixture(scope="module", params=["RS256", "ES256", "ES384"])
def issuer(request, stage, tmp_path_factory):
    issuer = TokenIssuer(tmp_path_factory.mktemp("keys"), request.param)
    provider = stage.root().client("iam").create_open_id_connect_provider(Url=issuer.url, ClientIDList=["sts.amazonaws.com"])
    issuer.provider = provider["OpenIDConnectProviderArn"]
    yield issuer
    issuer.close()


@pytest.fixture(scope="module")
def role(stage, issuer):
    host = issuer.url.partition("://")[2]
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Federated": issuer.provider}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{host}:aud": "sts.amazonaws.com"}, "StringLike": {f"{host}:sub": "repo:org/*"}}}]}
    iam = stage.root().client("iam")
    name = f"deployer-{issuer.keys[0].algorithm}"
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow("sqs:ListQueues")]}))
    return made


def test_a_token_of_the_registered_issuer_opens_the_role(stage, issuer, role):
    sts = stage.root().client("sts")
    answer = sts.assume_role_with_web_identity(RoleArn=role["Arn"], RoleSessionName="ci", WebIdentityToken=issuer.token())
    assert answer["SubjectFromWebIdentityToken"] == "repo:org/app"
    assert answer["Provider"] == issuer.provider
    assert answer["Audience"] == "sts.amazonaws.com"
    assert answer["AssumedRoleUser"]["AssumedRoleId"] == f"{role['RoleId']}:ci"
    keys = Keys(stage, *(answer["Credentials"][name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")))
    keys.client("sqs").list_queues()
    assert refusal(keys.client("sns").list_topics)[0] in ("AuthorizationError", "AccessDenied")


@pytest.mark.parametrize("claims, code, words", [
    ({"aud": "another"}, "InvalidIdentityToken", "Incorrect token audience"),
    ({"exp": 1}, "ExpiredTokenException", "Token expired"),
    ({"sub": "repo:stranger/app"}, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
    ({"iss": "http://localhost:1/nobody"}, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for http://localhost:1/nobody"),
])
def test_tokens_that_say_something_else_open_nothing(stage, issuer, role, claims, code, words):
    sts = stage.root().client("sts")
    error = refusal(sts.assume_role_with_web_identity, RoleArn=role["Arn"], RoleSessionName="ci", WebIdentityToken=issuer.token(**claims))
    assert error[0] == code
    assert words in error[1]


def test_forged_tokens_open_nothing(stage, issuer, role):
    sts = stage.root().client("sts")

    def refused(token):
        return refusal(sts.assume_role_with_web_identity, RoleArn=role["Arn"], RoleSessionName="ci", WebIdentityToken=token)

    head, body, signature = issuer.token().split(".")
    other = issuer.token(sub="repo:org/other").split(".")[1]
    assert refused(f"{head}.{other}.{signature}")[:2] == ("InvalidIdentityToken", "Token signature invalid")
    for header in ({"alg": "none"}, {"alg": "HS256"}, {"kid": "unknown"}):
        code, message, _ = refused(issuer.token(header=header))
        assert (code, message.startswith("Couldn't retrieve verification key")) == ("InvalidIdentityToken", True)


def test_keys_are_remembered_until_a_token_names_another(stage, issuer, role):
    sts = stage.root().client("sts")
    assume = {"RoleArn": role["Arn"], "RoleSessionName": "ci"}
    sts.assume_role_with_web_identity(WebIdentityToken=issuer.token(), **assume)
    issuer.endpoint.drain()
    sts.assume_role_with_web_identity(WebIdentityToken=issuer.token(), **assume)
    assert issuer.endpoint.drain() == []
    issuer.add_key(issuer.keys[0].algorithm, "second")
    sts.assume_role_with_web_identity(WebIdentityToken=issuer.token(), **assume)
    assert [request.path for request in issuer.endpoint.drain()] == ["/.well-known/openid-configuration", "/keys"]


def test_an_issuer_that_does_not_answer_is_said_to(stage, tmp_path):
    issuer = TokenIssuer(tmp_path)
    arn = stage.root().client("iam").create_open_id_connect_provider(Url=issuer.url, ClientIDList=["sts.amazonaws.com"])
    assert arn["OpenIDConnectProviderArn"]
    token = issuer.token()
    issuer.close()
    sts = stage.root().client("sts", retries={"max_attempts": 0})
    error = refusal(sts.assume_role_with_web_identity, RoleArn=f"arn:aws:iam::{ACCOUNT}:role/any", RoleSessionName="ci", WebIdentityToken=token)
    assert error[0] == "IDPCommunicationError"


def test_our_own_tokens_open_roles(stage):
    account = "333333333333"
    root = stage.root(account)
    sts, iam = root.client("sts"), root.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName="job", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName="job", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow("sts:GetWebIdentityToken")]}))
    iam.enable_outbound_web_identity_federation()
    session = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/job", RoleSessionName="session")["Credentials"]
    job = Keys(stage, session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"]).client("sts")
    token = job.get_web_identity_token(Audience=["partner"], SigningAlgorithm="ES384")["WebIdentityToken"]
    url = f"{stage.endpoint}/_stratolite/sts/oidc/{account}"
    other = stage.root("444444444444")
    provider = other.client("iam").create_open_id_connect_provider(Url=url, ClientIDList=["partner"])["OpenIDConnectProviderArn"]
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity"}]}
    other.client("iam").create_role(RoleName="guest", AssumeRolePolicyDocument=json.dumps(trust))
    answer = other.client("sts").assume_role_with_web_identity(RoleArn="arn:aws:iam::444444444444:role/guest", RoleSessionName="session", WebIdentityToken=token)
    assert answer["SubjectFromWebIdentityToken"] == f"arn:aws:iam::{account}:role/job"
