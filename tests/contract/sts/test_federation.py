"""Web identity and SAML: roles without AWS credentials, and tokens that this region issues."""

import base64
import datetime
import json
import shutil
import subprocess
import time
import urllib.request

import pytest
import rsa
from botocore import UNSIGNED
from botocore.exceptions import ClientError


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def web_token(**claims):
    whole = {"iss": "https://token.example.com", "sub": "repo:org/app", "aud": "sts.amazonaws.com", "exp": int(time.time()) + 300} | claims
    return f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part(whole)}.c2lnbmF0dXJl"


@pytest.fixture
def role(account):
    return f"arn:aws:iam::{account}:role/Deployer"


@pytest.fixture
def unsigned(client):
    return client("sts", signature_version=UNSIGNED)


def test_web_identity(unsigned, client, account, role):
    answer = unsigned.assume_role_with_web_identity(RoleArn=role, RoleSessionName="run", WebIdentityToken=web_token())
    assert answer["SubjectFromWebIdentityToken"] == "repo:org/app"
    assert answer["Audience"] == "sts.amazonaws.com"
    credentials = answer["Credentials"]
    session = client("sts", key=credentials["AccessKeyId"], secret=credentials["SecretAccessKey"], token=credentials["SessionToken"])
    assert session.get_caller_identity()["Arn"] == f"arn:aws:sts::{account}:assumed-role/Deployer/run"


def test_web_identity_tokens_are_checked(unsigned, role):
    for token, code in (("not a token", "InvalidIdentityToken"), (web_token(exp=1), "ExpiredTokenException"), (web_token(sub=""), "InvalidIdentityToken")):
        with pytest.raises(ClientError) as caught:
            unsigned.assume_role_with_web_identity(RoleArn=role, RoleSessionName="run", WebIdentityToken=token)
        assert caught.value.response["Error"]["Code"] == code
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_saml(unsigned, account, role):
    provider = f"arn:aws:iam::{account}:saml-provider/Corp"
    later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    names = "https://aws.amazon.com/SAML/Attributes"
    document = f"""<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"><a:Assertion>
      <a:Issuer>https://idp.example.com</a:Issuer><a:Subject><a:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient">alice</a:NameID>
      <a:SubjectConfirmation><a:SubjectConfirmationData Recipient="https://signin.aws.amazon.com/saml" NotOnOrAfter="{later}"/></a:SubjectConfirmation></a:Subject>
      <a:Conditions NotOnOrAfter="{later}"><a:AudienceRestriction><a:Audience>urn:amazon:webservices</a:Audience></a:AudienceRestriction></a:Conditions>
      <a:AttributeStatement><a:Attribute Name="{names}/Role"><a:AttributeValue>{role},{provider}</a:AttributeValue></a:Attribute>
      <a:Attribute Name="{names}/RoleSessionName"><a:AttributeValue>alice</a:AttributeValue></a:Attribute></a:AttributeStatement></a:Assertion></p:Response>"""
    answer = unsigned.assume_role_with_saml(RoleArn=role, PrincipalArn=provider, SAMLAssertion=base64.b64encode(document.encode()).decode())
    assert answer["Subject"] == "alice"
    assert answer["SubjectType"] == "transient"
    assert answer["Issuer"] == "https://idp.example.com"
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/Deployer/alice"


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify_rs256(key, signed, signature):
    public = rsa.PublicKey(int.from_bytes(decode(key["n"]), "big"), int.from_bytes(decode(key["e"]), "big"))
    assert rsa.verify(signed, signature, public) == "SHA-256"


def verify_es384(key, signed, signature, directory):
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl program")

    def der_integer(raw):
        raw = raw.lstrip(b"\0")
        raw = b"\0" + raw if raw[0] & 0x80 else raw
        return bytes([2, len(raw)]) + raw

    sequence = der_integer(signature[:48]) + der_integer(signature[48:])
    (directory / "signature").write_bytes(bytes([0x30, len(sequence)]) + sequence)
    # SubjectPublicKeyInfo of a point on P-384.
    (directory / "key").write_bytes(bytes.fromhex("3076301006072a8648ce3d020106052b8104002203620004") + decode(key["x"]) + decode(key["y"]))
    (directory / "signed").write_bytes(signed)
    subprocess.run(["openssl", "dgst", "-sha384", "-keyform", "DER", "-verify", directory / "key", "-signature", directory / "signature", directory / "signed"], check=True)


@pytest.mark.stratolite
@pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
def test_issued_tokens_can_be_verified_by_discovery(client, unsigned, role, algorithm, tmp_path):
    answer = client("sts").get_web_identity_token(Audience=["https://api.example.com"], SigningAlgorithm=algorithm)
    header, claims, signature = answer["WebIdentityToken"].split(".")
    payload = json.loads(decode(claims))
    assert payload["aud"] == "https://api.example.com"
    discovery = json.load(urllib.request.urlopen(payload["iss"] + "/.well-known/openid-configuration"))
    assert discovery["issuer"] == payload["iss"]
    keys = {key["kid"]: key for key in json.load(urllib.request.urlopen(discovery["jwks_uri"]))["keys"]}
    key = keys[json.loads(decode(header))["kid"]]
    signed = f"{header}.{claims}".encode()
    if algorithm == "RS256":
        verify_rs256(key, signed, decode(signature))
    else:
        verify_es384(key, signed, decode(signature), tmp_path)
    unsigned.assume_role_with_web_identity(RoleArn=role, RoleSessionName="run", WebIdentityToken=answer["WebIdentityToken"])


@pytest.mark.stratolite
def test_trade_in_tokens(client, admin, account):
    principal = f"arn:aws:iam::{account}:user/alice"
    token = admin(f"sts/trade-in-token?Principal={principal}")["TradeInToken"]
    answer = client("sts").get_delegated_access_token(TradeInToken=token)
    assert answer["AssumedPrincipal"] == principal


def test_assume_root(client, account):
    answer = client("sts").assume_root(TargetPrincipal=account, TaskPolicyArn={"arn": "arn:aws:iam::aws:policy/root-task/SQSUnlockQueuePolicy"})
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
