"""The recorded situations about roles, services' roles and managed policies. See iam_recorded.py."""

import time

from iam_recorded import situation, trust


@situation
def role_with_tags(stage):
    made = stage.iam.create_role(RoleName="tagged", Path="/role-with-tags/", AssumeRolePolicyDocument=trust("ec2.amazonaws.com"), Tags=[{"Key": "test", "Value": "value"}])
    return {"create-role-response": made, "get-role-response": stage.iam.get_role(RoleName="tagged"), "list-role-response": stage.iam.list_roles(PathPrefix="/role-with-tags/")}


@situation
def delete_non_existent_policy_returns_no_such_entity(stage):
    arn = f"arn:aws:iam::{stage.account}:policy/non-existent-policy"
    return {"delete-non-existent-policy-exc": stage.error(stage.iam.delete_policy, PolicyArn=arn)}


def service_role(stage, service, **more):
    name = stage.iam.create_service_linked_role(AWSServiceName=service, **more)["Role"]["RoleName"]
    return {"describe-response": stage.iam.get_role(RoleName=name), "inline-role-policies": stage.iam.list_role_policies(RoleName=name),
            "attached-role-policies": stage.iam.list_attached_role_policies(RoleName=name)}


@situation
def service_role_lifecycle_custom_suffix(stage):
    return service_role(stage, stage.parameters[0], CustomSuffix="suffix-1")


@situation
def service_role_deletion(stage):
    stage.iam.create_service_linked_role(AWSServiceName="batch.amazonaws.com")
    deleted = stage.iam.delete_service_linked_role(RoleName="AWSServiceRoleForBatch")
    deadline = time.monotonic() + 30
    while True:
        status = stage.iam.get_service_linked_role_deletion_status(DeletionTaskId=deleted["DeletionTaskId"])
        if status["Status"] not in ("NOT_STARTED", "IN_PROGRESS") or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return {"service-linked-role-deletion-response": deleted, "service-linked-role-deletion-status-response": status}
