"""Who one is, and sessions: STS through boto3."""

import datetime
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::{account}:role/team/Builder"


def code(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def session_client(client, answer, service="sts", **options):
    credentials = answer["Credentials"]
    return client(service, key=credentials["AccessKeyId"], secret=options.pop("secret", credentials["SecretAccessKey"]),
                  token=options.pop("token", credentials["SessionToken"]), **options)


@pytest.fixture
def sts(client):
    return client("sts")


@pytest.fixture
def role(account):
    return ROLE.format(account=account)


def test_caller_identity_is_the_account_of_the_key(sts, account):
    answer = sts.get_caller_identity()
    assert answer["Account"] == account
    assert answer["Arn"] == f"arn:aws:iam::{account}:root"
    assert answer["UserId"] == account


def test_assumed_role_session_acts_as_the_role(client, sts, account, role):
    answer = sts.assume_role(RoleArn=role, RoleSessionName="ci")
    user = answer["AssumedRoleUser"]
    assert user["Arn"] == f"arn:aws:sts::{account}:assumed-role/Builder/ci"
    assert user["AssumedRoleId"].startswith("AROA") and user["AssumedRoleId"].endswith(":ci")
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    identity = session_client(client, answer).get_caller_identity()
    assert (identity["Arn"], identity["UserId"], identity["Account"]) == (user["Arn"], user["AssumedRoleId"], account)


def test_session_credentials_are_verified(client, sts, role):
    answer = sts.assume_role(RoleArn=role, RoleSessionName="ci")
    assert code(session_client(client, answer, secret="wrong").get_caller_identity) == ("SignatureDoesNotMatch", 403)
    assert code(session_client(client, answer, token="wrong").get_caller_identity) == ("InvalidClientTokenId", 403)
    assert code(session_client(client, answer, token=None).get_caller_identity) == ("InvalidClientTokenId", 403)


def test_session_credentials_work_with_other_services(client, sts, role):
    answer = sts.assume_role(RoleArn=role, RoleSessionName="ci")
    queues = session_client(client, answer, "sqs").list_queues()
    assert queues["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_expiration_is_a_time_in_the_future(sts, role):
    answer = sts.assume_role(RoleArn=role, RoleSessionName="ci", DurationSeconds=900)
    left = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(minutes=14) < left <= datetime.timedelta(minutes=15)


@pytest.mark.stratolite
def test_session_ends_when_the_clock_passes_its_end(daemon, client, admin, account):
    own = daemon("--root-credentials", f"AKIDROOT:secret:{account}")
    sts = client("sts", key="AKIDROOT", secret="secret", url=own.endpoint)
    answer = sts.assume_role(RoleArn=ROLE.format(account=account), RoleSessionName="ci", DurationSeconds=900)
    user = session_client(client, answer, url=own.endpoint)
    user.get_caller_identity()
    admin("clock", {"advance": "PT15M"}, url=own.endpoint)
    assert code(user.get_caller_identity) == ("ExpiredToken", 403)
    queues = session_client(client, answer, "sqs", url=own.endpoint)
    with pytest.raises(ClientError) as caught:
        queues.list_queues()
    assert caught.value.response["Error"]["Code"] in ("ExpiredToken", "ExpiredTokenException")
    # Signatures follow the machine's clock: a root key still works.
    sts.get_caller_identity()


@pytest.mark.stratolite
def test_session_survives_a_restart(daemon, client, account, tmp_path):
    first = daemon(data_dir=tmp_path / "data")
    answer = client("sts", url=first.endpoint).assume_role(RoleArn=ROLE.format(account=account), RoleSessionName="ci")
    first.stop()
    second = daemon(data_dir=tmp_path / "data")
    identity = session_client(client, answer, url=second.endpoint).get_caller_identity()
    assert identity["Arn"] == answer["AssumedRoleUser"]["Arn"]


def test_session_token_and_federation_token(client, sts, account):
    token = sts.get_session_token()
    assert session_client(client, token).get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:root"
    assert code(session_client(client, token).get_session_token) == ("AccessDenied", 403)
    user = sts.get_federation_token(Name="bob", Policy='{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}')
    assert user["FederatedUser"] == {"FederatedUserId": f"{account}:bob", "Arn": f"arn:aws:sts::{account}:federated-user/bob"}
    assert user["PackedPolicySize"] > 0
    assert session_client(client, user).get_caller_identity()["Arn"] == user["FederatedUser"]["Arn"]


def test_parameters_are_validated(client, sts, role):
    # boto3 checks lengths itself unless told not to.
    loose = client("sts", parameter_validation=False)
    with pytest.raises(ClientError) as caught:
        loose.assume_role(RoleArn=role, RoleSessionName="x")
    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationError"
    assert error["Message"] == ("1 validation error detected: Value 'x' at 'roleSessionName' failed to satisfy constraint: "
                                "Member must have length greater than or equal to 2")
    assert code(sts.assume_role, RoleArn=role, RoleSessionName="ci", Policy="{") == ("MalformedPolicyDocument", 400)
    tags = [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]
    assert code(sts.assume_role, RoleArn=role, RoleSessionName="ci", Tags=tags) == ("InvalidParameterValue", 400)


def test_access_key_info(client, sts, account, role):
    answer = sts.assume_role(RoleArn=role, RoleSessionName="ci")
    assert sts.get_access_key_info(AccessKeyId=answer["Credentials"]["AccessKeyId"])["Account"] == account


def test_decode_authorization_message(sts):
    assert code(sts.decode_authorization_message, EncodedMessage="nonsense") == ("InvalidAuthorizationMessageException", 400)


def test_presigned_caller_identity(client, sts, account):
    """What EKS's token webhook and Vault do: a presigned GetCallerIdentity that somebody else sends."""
    url = sts.generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
    with urllib.request.urlopen(url) as answer:
        assert account in answer.read().decode()
    session = sts.assume_role(RoleArn=ROLE.format(account=account), RoleSessionName="ci")
    url = session_client(client, session).generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
    with urllib.request.urlopen(url) as answer:
        assert "assumed-role/Builder/ci" in answer.read().decode()
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url.replace("X-Amz-Expires=60", "X-Amz-Expires=61"))
    assert caught.value.code == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in caught.value.read().decode()


def test_unsigned_caller_identity_is_refused(endpoint):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{endpoint}/?Action=GetCallerIdentity&Version=2011-06-15")
    assert caught.value.code == 403
    assert "<Code>MissingAuthenticationToken</Code>" in caught.value.read().decode()
