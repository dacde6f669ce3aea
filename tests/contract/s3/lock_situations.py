"""Recorded situations about Object Lock."""

import datetime

from s3_stage import situation


def vault(stage):
    return stage.bucket(ObjectLockEnabledForBucket=True)


def later(days):
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)


@situation
def get_put_object_lock_configuration(stage):
    bucket = vault(stage)
    answers = {"get-lock-config-start": stage.s3.get_object_lock_configuration(Bucket=bucket)}
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    answers["put-lock-config"] = stage.s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule})
    answers["get-lock-config"] = stage.s3.get_object_lock_configuration(Bucket=bucket)
    answers["put-lock-config-enabled"] = stage.s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    answers["get-lock-config-only-enabled"] = stage.s3.get_object_lock_configuration(Bucket=bucket)
    return answers


@situation
def put_object_lock_configuration_exc(stage):
    bucket = vault(stage)

    def refused(configuration):
        return stage.error(stage.s3.put_object_lock_configuration, Bucket=bucket, ObjectLockConfiguration=configuration)

    def refused_default(retention):
        return refused({"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}})

    return {"put-lock-config-no-enabled": refused({"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}),
            "put-lock-config-empty": refused({}),
            "put-lock-config-empty-rule": refused({"ObjectLockEnabled": "Enabled", "Rule": {}}),
            "put-lock-config-empty-retention": refused_default({}),
            "put-lock-config-no-days": refused_default({"Mode": "GOVERNANCE"}),
            "put-lock-config-both-days-years": refused_default({"Mode": "GOVERNANCE", "Days": 1, "Years": 1}),
            "put-lock-config-bad-mode": refused_default({"Mode": "BAD-VALUE", "Days": 1})}


@situation
def delete_locked_object(stage):
    bucket = vault(stage)
    key = "test-delete-locked"
    answers = {"put-obj": stage.put(bucket, key, b"test")}
    version = answers["put-obj"]["VersionId"]
    answers["put-object-legal-hold"] = stage.s3.put_object_legal_hold(Bucket=bucket, Key=key, LegalHold={"Status": "ON"})
    answers["delete-object-locked"] = stage.error(stage.s3.delete_object, Bucket=bucket, Key=key, VersionId=version)
    answers["delete-objects-locked"] = stage.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key, "VersionId": version}]})
    answers["put-object-legal-hold-off"] = stage.s3.put_object_legal_hold(Bucket=bucket, Key=key, LegalHold={"Status": "OFF"})
    return answers


@situation
def put_object_legal_hold_exc(stage):
    hold = stage.s3.put_object_legal_hold
    held = {"LegalHold": {"Status": "ON"}}
    locked = vault(stage)
    plain = stage.bucket()
    stage.put(plain, "key", b"test")
    return {"put-object-legal-hold-no-bucket": stage.error(hold, Bucket=stage.name(), Key="key", **held),
            "put-object-legal-hold-no-key": stage.error(hold, Bucket=locked, Key="non-existing-key", **held),
            "put-object-retention-regular-bucket": stage.error(hold, Bucket=plain, Key="key", **held),
            "get-object-retention-regular-bucket": stage.error(stage.s3.get_object_legal_hold, Bucket=plain, Key="key"),
            "put-object-retention-empty": stage.error(hold, Bucket=locked, Key="non-existing-key", LegalHold={})}


@situation
def put_object_with_legal_hold(stage):
    bucket = vault(stage)
    return {"put-obj": stage.put(bucket, "key", b"test", ObjectLockLegalHoldStatus="ON"),
            "head-object-with-legal-hold": stage.s3.head_object(Bucket=bucket, Key="key"),
            "put-object-legal-hold-off": stage.s3.put_object_legal_hold(Bucket=bucket, Key="key", LegalHold={"Status": "OFF"})}


@situation
def object_lock_delete_markers(stage):
    bucket = vault(stage)
    answers = {"put-object-with-lock": stage.put(bucket, "key", b"test-put-object-lock", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=later(1)),
               "head-object-with-lock": stage.s3.head_object(Bucket=bucket, Key="key"),
               "put-delete-marker": stage.s3.delete_object(Bucket=bucket, Key="key")}
    marker = {"Bucket": bucket, "Key": "key", "VersionId": answers["put-delete-marker"]["VersionId"]}
    answers["put-object-retention-delete-marker"] = stage.error(
        stage.s3.put_object_retention, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": later(1)}, **marker)
    answers["get-object-retention-delete-marker"] = stage.error(stage.s3.get_object_retention, **marker)
    answers["head-object-locked-delete-marker"] = stage.error(stage.s3.head_object, **marker)
    return answers


@situation
def s3_object_lock_mode_validation(stage):
    bucket = vault(stage)

    def refused(operation, **parameters):
        return stage.error(operation, Bucket=bucket, Key="key", **parameters)

    return {"put-obj-locked-error-no-retain-date": refused(stage.s3.put_object, ObjectLockMode="GOVERNANCE"),
            "put-obj-locked-error-no-mode": refused(stage.s3.put_object, ObjectLockRetainUntilDate=later(1)),
            "put-obj-locked-bad-value": refused(stage.s3.put_object, ObjectLockMode="BAD-VALUE", ObjectLockRetainUntilDate=later(1)),
            "create-mpu-locked-bad-value": refused(stage.s3.create_multipart_upload, ObjectLockMode="BAD-VALUE", ObjectLockRetainUntilDate=later(1))}


@situation
def s3_object_retention(stage):
    bucket = vault(stage)
    answers = {"put-obj-locked-1": stage.put(bucket, "key", b"test", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=later(1))}
    first = {"Bucket": bucket, "Key": "key", "VersionId": answers["put-obj-locked-1"]["VersionId"]}
    answers["get-object-retention-on-key-1"] = stage.s3.get_object_retention(Bucket=bucket, Key="key")
    answers["head-object-locked"] = stage.s3.head_object(Bucket=bucket, Key="key")
    answers["put-object-retention-on-key-1"] = stage.s3.put_object_retention(Retention={"Mode": "GOVERNANCE", "RetainUntilDate": later(2)}, **first)
    answers["delete-obj-locked"] = stage.error(stage.s3.delete_object, **first)
    answers["delete-obj-locked-bypass"] = stage.s3.delete_object(BypassGovernanceRetention=True, **first)
    answers["put-obj-locked-2"] = stage.put(bucket, "key", b"test", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=later(2))
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": later(1)}
    answers["update-retention-locked-object"] = stage.error(stage.s3.put_object_retention, Bucket=bucket, Key="key", Retention=shorter)
    answers["update-retention-object"] = stage.s3.put_object_retention(Bucket=bucket, Key="key", Retention=shorter, BypassGovernanceRetention=True)
    answers["put-object-empty-retention"] = stage.s3.put_object_retention(Bucket=bucket, Key="key", Retention={}, BypassGovernanceRetention=True)
    return answers
