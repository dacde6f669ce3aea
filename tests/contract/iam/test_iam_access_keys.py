"""Access keys: they sign real requests, until they are switched off, deleted, or their user goes; and what is known of their use."""

import signal
import time

import boto3
import pytest
from botocore.exceptions import ClientError

from daemons import Daemon

pytestmark = pytest.mark.stratolite


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]


@pytest.fixture
def iam(client):
    return client("iam")


@pytest.fixture
def alice(iam):
    iam.create_user(UserName="alice", Path="/staff/")
    return "alice"


@pytest.fixture
def strict(daemon, account):
    return daemon("--auth", "strict", "--root-credentials", f"AKIDROOT:secret:{account}")


@pytest.fixture
def strict_iam(strict, client):
    return client("iam", key="AKIDROOT", secret="secret", url=strict.endpoint)


def signed(client, key, service="sts", **options):
    return client(service, key=key["AccessKeyId"], secret=key["SecretAccessKey"], **options)


def test_a_new_key_signs_requests_as_its_user(strict, strict_iam, client, account):
    user = strict_iam.create_user(UserName="alice", Path="/staff/")["User"]
    key = strict_iam.create_access_key(UserName="alice")["AccessKey"]
    assert key["Status"] == "Active" and key["UserName"] == "alice"
    assert len(key["AccessKeyId"]) == 20 and key["AccessKeyId"].startswith("AKIA")
    assert len(key["SecretAccessKey"]) == 40
    identity = signed(client, key, url=strict.endpoint).get_caller_identity()
    assert (identity["Arn"], identity["UserId"], identity["Account"]) == (user["Arn"], user["UserId"], account)
    assert identity["Arn"] == f"arn:aws:iam::{account}:user/staff/alice"
    assert strict_iam.get_paginator("list_access_keys").paginate(UserName="alice").build_full_result()["AccessKeyMetadata"][0]["AccessKeyId"] == key["AccessKeyId"]


def test_a_key_with_another_secret_is_refused(iam, alice, client):
    key = iam.create_access_key(UserName=alice)["AccessKey"]
    error = refused(client("sts", key=key["AccessKeyId"], secret="x" * 40).get_caller_identity)
    assert error["Code"] == "SignatureDoesNotMatch"


def test_inactive_and_deleted_keys_are_unknown(strict, strict_iam, client):
    strict_iam.create_user(UserName="alice")
    key = strict_iam.create_access_key(UserName="alice")["AccessKey"]
    sts = signed(client, key, url=strict.endpoint)
    sts.get_caller_identity()
    strict_iam.update_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    error = refused(sts.get_caller_identity)
    assert (error["Code"], error["Message"]) == ("InvalidClientTokenId", "The security token included in the request is invalid.")
    strict_iam.update_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"], Status="Active")
    sts.get_caller_identity()
    strict_iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
    assert refused(sts.get_caller_identity)["Code"] == "InvalidClientTokenId"


def test_keys_survive_kill_9(binary, client, tmp_path, account):
    daemon = Daemon(binary, "--auth", "strict", "--root-credentials", f"AKIDROOT:secret:{account}", data_dir=tmp_path)
    try:
        iam = client("iam", key="AKIDROOT", secret="secret", url=daemon.endpoint)
        iam.create_user(UserName="alice")
        key = iam.create_access_key(UserName="alice")["AccessKey"]
        gone = iam.create_access_key(UserName="alice")["AccessKey"]
        iam.update_access_key(UserName="alice", AccessKeyId=gone["AccessKeyId"], Status="Inactive")
    finally:
        daemon.process.send_signal(signal.SIGKILL)
        daemon.process.wait()
        daemon.stop()
    daemon = Daemon(binary, "--auth", "strict", data_dir=tmp_path)
    try:
        assert signed(client, key, url=daemon.endpoint).get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:user/alice"
        assert refused(signed(client, gone, url=daemon.endpoint).get_caller_identity)["Code"] == "InvalidClientTokenId"
    finally:
        daemon.stop()


def test_a_renamed_users_key_acts_under_the_new_name(iam, alice, client, account):
    key = iam.create_access_key(UserName=alice)["AccessKey"]
    iam.update_user(UserName=alice, NewUserName="alicia", NewPath="/")
    assert signed(client, key).get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:user/alicia"


def test_without_a_user_name_the_callers_own_keys_are_meant(iam, alice, client):
    key = iam.create_access_key(UserName=alice)["AccessKey"]
    own = signed(client, key, "iam")
    second = own.create_access_key()["AccessKey"]
    assert second["UserName"] == alice
    assert {each["AccessKeyId"] for each in own.list_access_keys()["AccessKeyMetadata"]} == {key["AccessKeyId"], second["AccessKeyId"]}
    own.delete_access_key(AccessKeyId=second["AccessKeyId"])


def test_two_keys_are_all_that_a_user_gets(iam, alice):
    for _ in range(2):
        iam.create_access_key(UserName=alice)
    error = refused(iam.create_access_key, UserName=alice)
    assert (error["Code"], error["Message"]) == ("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")
    assert refused(iam.create_access_key, UserName="nobody")["Message"] == "The user with name nobody cannot be found."


def test_a_user_goes_after_its_keys(iam, alice):
    key = iam.create_access_key(UserName=alice)["AccessKey"]
    assert refused(iam.delete_user, UserName=alice)["Message"] == "Cannot delete entity, must delete access keys first."
    iam.delete_access_key(UserName=alice, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=alice)


def test_a_key_tells_when_and_where_it_was_used_last(iam, alice, client):
    key = iam.create_access_key(UserName=alice)["AccessKey"]
    before = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
    assert before["UserName"] == alice
    assert before["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
    signed(client, key).get_caller_identity()
    signed(client, key, "sqs", region_name="eu-west-1").list_queues()
    used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("sqs", "eu-west-1")
    assert abs(used["LastUsedDate"].timestamp() - time.time()) < 60


def test_what_was_used_is_known_after_a_restart(binary, client, tmp_path, account):
    daemon = Daemon(binary, data_dir=tmp_path)
    try:
        iam = client("iam", url=daemon.endpoint)
        iam.create_user(UserName="alice")
        key = iam.create_access_key(UserName="alice")["AccessKey"]
        signed(client, key, "sns", url=daemon.endpoint).list_topics()
    finally:
        daemon.stop()
    daemon = Daemon(binary, data_dir=tmp_path)
    try:
        used = client("iam", url=daemon.endpoint).get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
        assert used["ServiceName"] == "sns"
    finally:
        daemon.stop()


def test_resources_of_boto3_manage_keys(iam, alice, endpoint, account):
    resource = boto3.resource("iam", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=account, aws_secret_access_key="test")
    pair = resource.User(alice).create_access_key_pair()
    assert [each.id for each in resource.User(alice).access_keys.all()] == [pair.id]
    pair.deactivate()
    assert iam.list_access_keys(UserName=alice)["AccessKeyMetadata"][0]["Status"] == "Inactive"
    pair.delete()
    assert not list(resource.User(alice).access_keys.all())
