"""`--iam enforce` and S3's Object Lock: who may bypass it, see it, and how long a lock somebody may ask for."""

import datetime

import pytest
from enforcement import Stage, allow, deny, refusal

pytestmark = pytest.mark.stratolite


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    stage.root().client("s3").create_bucket(Bucket="vault", ObjectLockEnabledForBucket=True)
    yield stage
    stage.stop()


def in_days(count):
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(days=count)


def put_locked(stage, key, days=5):
    version = stage.root().client("s3").put_object(
        Bucket="vault", Key=key, Body=b"x", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=in_days(days), ObjectLockLegalHoldStatus="OFF")["VersionId"]
    return {"Bucket": "vault", "Key": key, "VersionId": version}


def test_a_bypass_needs_its_permission(stage):
    named = put_locked(stage, "bypass")
    without = stage.user(allow("s3:DeleteObject*")).client("s3")
    assert "s3:BypassGovernanceRetention" in refusal(without.delete_object, BypassGovernanceRetention=True, **named)[1]
    assert refusal(without.delete_object, **named)[1] == "Access Denied because object protected by object lock."
    stage.user(allow(["s3:DeleteObject*", "s3:BypassGovernanceRetention"])).client("s3").delete_object(BypassGovernanceRetention=True, **named)


def test_locks_are_shown_to_those_who_may_see_them(stage):
    named = put_locked(stage, "shown")
    may_read = stage.user(allow(["s3:GetObject", "s3:GetObjectVersion"])).client("s3").head_object(**named)
    assert not {"ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus"} & may_read.keys()
    may_see = stage.user(allow(["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention"])).client("s3").get_object(**named)
    assert may_see["ObjectLockMode"] == "GOVERNANCE"
    assert "ObjectLockLegalHoldStatus" not in may_see


def test_policies_limit_how_long_a_lock_is_asked_for(stage):
    s3 = stage.user(allow("s3:*"), deny("s3:PutObjectRetention", Condition={"NumericGreaterThan": {"s3:object-lock-remaining-retention-days": "10"}}),
                    deny("s3:PutObjectRetention", Condition={"StringEquals": {"s3:object-lock-mode": "COMPLIANCE"}}),
                    deny("s3:PutObjectLegalHold", Condition={"StringEquals": {"s3:object-lock-legal-hold": "ON"}})).client("s3")
    named = put_locked(stage, "limited")

    def retain(days, mode="GOVERNANCE"):
        return {"Retention": {"Mode": mode, "RetainUntilDate": in_days(days)}} | named

    s3.put_object_retention(**retain(10))
    assert refusal(s3.put_object_retention, **retain(11))[0] == "AccessDenied"
    assert refusal(s3.put_object_retention, **retain(10, "COMPLIANCE"))[0] == "AccessDenied"
    assert refusal(s3.put_object, Bucket="vault", Key="new", Body=b"x", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=in_days(11))[0] == "AccessDenied"
    s3.put_object_legal_hold(LegalHold={"Status": "OFF"}, **named)
    assert refusal(s3.put_object_legal_hold, LegalHold={"Status": "ON"}, **named)[0] == "AccessDenied"
