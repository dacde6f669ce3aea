"""What would be decided, as boto3 asks it: SimulateCustomPolicy, SimulatePrincipalPolicy and the context keys of policies."""

import json

import pytest
from botocore.exceptions import ClientError


def document(*statements, indent=None):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=indent)


def statement(effect, action, resource="*", **more):
    return {"Effect": effect, "Action": action, "Resource": resource} | more


READS = document(statement("Allow", "s3:Get*"))
EVERYTHING = document(statement("Allow", "*"))


@pytest.fixture
def iam(client):
    return client("iam")


def decision(iam, policies, action="s3:GetObject", **more):
    (result,) = iam.simulate_custom_policy(PolicyInputList=policies, ActionNames=[action], **more)["EvaluationResults"]
    return result


def code_of(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


@pytest.mark.parametrize("policies, action, expected", [
    ([READS], "s3:GetObject", "allowed"),
    ([READS], "s3:PutObject", "implicitDeny"),
    ([EVERYTHING, document(statement("Deny", "s3:*"))], "s3:GetObject", "explicitDeny"),
])
def test_policies_are_decided(iam, policies, action, expected):
    result = decision(iam, policies, action)
    assert (result["EvalActionName"], result["EvalDecision"]) == (action, expected)
    assert len(result["MatchedStatements"]) == (0 if expected == "implicitDeny" else 1)


def test_statements_have_their_places(iam):
    text = document(statement("Deny", "sqs:*"), statement("Allow", "s3:*"), indent=1)
    (matched,) = decision(iam, [text])["MatchedStatements"]
    lines = text.split("\n")
    assert matched["SourcePolicyId"] == "PolicyInputList.1"
    start, end = matched["StartPosition"], matched["EndPosition"]
    assert lines[start["Line"] - 1][:start["Column"] - 1].endswith("},")
    assert lines[end["Line"] - 1][:end["Column"] - 1] == "  }"
    within = "\n".join(lines[start["Line"]:end["Line"]])
    assert json.loads(within) == statement("Allow", "s3:*")


def test_keys_are_missing_until_they_are_given(iam):
    policy = document(statement("Allow", "s3:*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))
    assert iam.get_context_keys_for_custom_policy(PolicyInputList=[policy])["ContextKeyNames"] == ["aws:SourceIp"]
    before = decision(iam, [policy])
    assert (before["EvalDecision"], before["MissingContextValues"]) == ("implicitDeny", ["aws:SourceIp"])
    given = [{"ContextKeyName": "aws:SourceIp", "ContextKeyValues": ["203.0.113.7"], "ContextKeyType": "ip"}]
    after = decision(iam, [policy], ContextEntries=given)
    assert (after["EvalDecision"], after["MissingContextValues"]) == ("allowed", [])


def test_each_resource_has_its_decision(iam):
    policies = [EVERYTHING, document(statement("Deny", "s3:*", "arn:aws:s3:::secret/*"))]
    result = decision(iam, policies, ResourceArns=["arn:aws:s3:::open/a", "arn:aws:s3:::secret/b"])
    assert result["EvalDecision"] == "explicitDeny"
    assert [(r["EvalResourceName"], r["EvalResourceDecision"]) for r in result["ResourceSpecificResults"]] == [
        ("arn:aws:s3:::open/a", "allowed"), ("arn:aws:s3:::secret/b", "explicitDeny")]


def test_a_user_is_simulated_with_groups_boundary_and_exclusions(iam):
    arn = iam.create_user(UserName="alice")["User"]["Arn"]
    iam.create_group(GroupName="readers")
    iam.put_group_policy(GroupName="readers", PolicyName="reads", PolicyDocument=READS)

    def simulate(**more):
        (result,) = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["s3:GetObject"], **more)["EvaluationResults"]
        return result

    assert simulate()["EvalDecision"] == "implicitDeny"
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    allowed = simulate()
    assert allowed["EvalDecision"] == "allowed"
    assert allowed["MatchedStatements"][0]["SourcePolicyId"] == "reads"
    without = [{"InlinePolicyIdentifier": {"PolicyName": "reads", "AttachmentType": "group", "AttachmentName": "readers"}}]
    assert simulate(PolicyExclusionList=without)["EvalDecision"] == "implicitDeny"
    assert simulate(PolicyInputList=[document(statement("Deny", "s3:GetObject"))])["EvalDecision"] == "explicitDeny"
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=document(statement("Allow", "sqs:*")))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=limit)
    limited = simulate()
    assert limited["EvalDecision"] == "implicitDeny"
    assert limited["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    assert simulate(PolicyExclusionList=[{"PolicyType": "permission-boundary"}])["EvalDecision"] == "allowed"


def test_variables_are_the_users_own(iam):
    arn = iam.create_user(UserName="alice")["User"]["Arn"]
    iam.put_user_policy(UserName="alice", PolicyName="home", PolicyDocument=document(statement("Allow", "s3:*", "arn:aws:s3:::b/${aws:username}/*")))
    results = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["s3:GetObject"],
                                            ResourceArns=["arn:aws:s3:::b/alice/x", "arn:aws:s3:::b/bob/x"])["EvaluationResults"]
    assert [r["EvalResourceDecision"] for r in results[0]["ResourceSpecificResults"]] == ["allowed", "implicitDeny"]
    assert iam.get_context_keys_for_principal_policy(PolicySourceArn=arn)["ContextKeyNames"] == ["aws:username"]


def test_what_cannot_be_simulated_is_refused(iam):
    assert code_of(iam.simulate_custom_policy, PolicyInputList=["{"], ActionNames=["s3:GetObject"])[0] == "InvalidInput"
    session = "arn:aws:sts::123456789012:assumed-role/r/s"
    assert code_of(iam.simulate_principal_policy, PolicySourceArn=session, ActionNames=["s3:GetObject"]) == (
        "InvalidInput", f"Invalid Entity Arn: {session} does not clearly define entity type and name.")
    mine = iam.create_user(UserName="here")["User"]["Arn"]
    assert code_of(iam.simulate_principal_policy, PolicySourceArn=mine.replace("here", "nobody"), ActionNames=["s3:GetObject"])[0] == "NoSuchEntity"
    assert code_of(iam.simulate_custom_policy, PolicyInputList=[READS], ActionNames=["s3:GetObject"], ResourcePolicy=EVERYTHING,
                   CallerArn=mine.replace(":user/", ":role/"))[1] == "Invalid caller - Caller must be an IAM user in this context."


def test_pages(iam):
    actions = [f"s3:Get{n}" for n in range(5)]
    pages = iam.get_paginator("simulate_custom_policy").paginate(PolicyInputList=[READS], ActionNames=actions, PaginationConfig={"PageSize": 2})
    seen = [[r["EvalActionName"] for r in page["EvaluationResults"]] for page in pages]
    assert seen == [actions[:2], actions[2:4], actions[4:]]
