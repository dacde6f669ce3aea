"""Keys and signatures at the front door: strict and permissive mode, and why a request was refused."""

import json

import pytest
from botocore import UNSIGNED
from botocore.exceptions import ClientError

pytestmark = pytest.mark.stratolite


def refused(call):
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response


@pytest.fixture
def strict(daemon, account):
    return daemon("--auth", "strict", "--root-credentials", f"AKIDROOT:secret:{account}")


def test_strict_mode_knows_its_keys_only(strict, client, account):
    known = client("sts", key="AKIDROOT", secret="secret", url=strict.endpoint)
    assert known.get_caller_identity()["Account"] == account
    error = refused(client("sts", url=strict.endpoint).get_caller_identity)
    assert error["Error"]["Code"] == "InvalidClientTokenId"
    assert error["Error"]["Message"] == "The security token included in the request is invalid."
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 403
    error = refused(client("sqs", url=strict.endpoint).list_queues)
    assert error["Error"]["Code"] in ("InvalidClientTokenId", "UnrecognizedClientException")


def test_strict_mode_has_s3s_own_name_for_unknown_keys(strict, client):
    assert refused(client("s3", url=strict.endpoint).list_buckets)["Error"]["Code"] == "InvalidAccessKeyId"


def test_strict_mode_lets_unsigned_operations_through_unsigned(strict, client, account):
    unsigned = client("sts", url=strict.endpoint, signature_version=UNSIGNED)
    error = refused(unsigned.get_caller_identity)
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == ("MissingAuthenticationToken", 403)
    role = f"arn:aws:iam::{account}:role/Any"
    error = refused(lambda: unsigned.assume_role_with_web_identity(RoleArn=role, RoleSessionName="run", WebIdentityToken="no token"))
    assert error["Error"]["Code"] == "InvalidIdentityToken"


def test_a_wrong_secret_is_explained(strict, client, admin):
    error = refused(client("sts", key="AKIDROOT", secret="wrong", url=strict.endpoint).get_caller_identity)
    assert error["Error"]["Code"] == "SignatureDoesNotMatch"
    assert "The Canonical String for this request should have been" in error["Error"]["Message"]
    request_id = error["ResponseMetadata"]["RequestId"]
    page = admin(f"why/{request_id}", url=strict.endpoint)
    assert page["error"]["code"] == "SignatureDoesNotMatch"
    assert page["canonicalRequest"].startswith("POST\n/\n")
    assert "secret" in page["finding"]
    assert strict.logged(f"/_stratolite/why/{request_id}")
    assert "wrong" not in json.dumps(page["canonicalRequest"])


def test_a_changed_host_is_found(strict, client, admin):
    sts = client("sts", key="AKIDROOT", secret="secret", url=strict.endpoint)

    def other_host(request, **_):
        request.headers["Host"] = f"proxy.example.com:{strict.port}"

    sts.meta.events.register("before-send.sts.*", other_host)
    error = refused(sts.get_caller_identity)
    page = admin(f"why/{error['ResponseMetadata']['RequestId']}", url=strict.endpoint)
    assert page["firstDifference"]["part"] == "header host"
    assert page["firstDifference"]["ours"] == f"host:proxy.example.com:{strict.port}"
    assert page["firstDifference"]["theirs"] in page["clientCanonicalRequest"]


def test_root_credentials_are_verified_in_permissive_mode_too(daemon, client, account):
    own = daemon("--root-credentials", f"AKIDROOT:secret:{account}")
    assert client("sts", key="AKIDROOT", secret="secret", url=own.endpoint).get_caller_identity()["Account"] == account
    error = refused(client("sts", key="AKIDROOT", secret="wrong", url=own.endpoint).get_caller_identity)
    assert error["Error"]["Code"] == "SignatureDoesNotMatch"
    assert client("sts", key="anything", url=own.endpoint).get_caller_identity()["Account"] == "000000000000"
