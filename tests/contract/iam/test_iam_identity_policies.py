"""Inline and attached policies of users, groups and roles, as boto3 sees them."""

import json

import pytest
from botocore.exceptions import ClientError

DOCUMENT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/%41 +ü*"}]}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


class Holder:
    """A user, group or role by the name x, and its operations."""

    def __init__(self, iam, kind):
        self.iam, self.kind = iam, kind
        trust = {"AssumeRolePolicyDocument": json.dumps(TRUST)} if kind == "Role" else {}
        getattr(iam, f"create_{kind.lower()}")(**self.name, **trust)

    @property
    def name(self):
        return {self.kind + "Name": "x"}

    def call(self, pattern, **arguments):
        return getattr(self.iam, pattern.format(self.kind.lower()))(**self.name, **arguments)

    def refusal(self, pattern, **arguments):
        with pytest.raises(ClientError) as caught:
            self.call(pattern, **arguments)
        return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


@pytest.fixture(params=["User", "Group", "Role"])
def holder(request, client):
    return Holder(client("iam"), request.param)


def test_documents_come_back_decoded(holder):
    # put_user_policy, put_group_policy, put_role_policy and their kin
    holder.call("put_{}_policy", PolicyName="p", PolicyDocument=json.dumps(DOCUMENT))
    answer = holder.call("get_{}_policy", PolicyName="p")
    assert answer["PolicyDocument"] == DOCUMENT
    assert {key: answer[key] for key in holder.name} == holder.name and answer["PolicyName"] == "p"
    assert holder.call("list_{}_policies")["PolicyNames"] == ["p"]
    holder.call("delete_{}_policy", PolicyName="p")
    assert holder.call("list_{}_policies")["PolicyNames"] == []
    kind = holder.kind.lower()
    assert holder.refusal("get_{}_policy", PolicyName="p") == ("NoSuchEntity", f"The {kind} policy with name p cannot be found.")
    assert holder.refusal("delete_{}_policy", PolicyName="p") == ("NoSuchEntity", f"The {kind} policy with name p cannot be found.")


def test_documents_together_have_a_limit(holder):
    limit = {"User": 2048, "Group": 5120, "Role": 10240}[holder.kind]
    large = json.dumps(DOCUMENT | {"Id": "a" * limit})
    assert holder.refusal("put_{}_policy", PolicyName="p", PolicyDocument=large) == (
        "LimitExceeded", f"Maximum policy size of {limit} bytes exceeded for {holder.kind.lower()} x")
    holder.call("put_{}_policy", PolicyName="p", PolicyDocument=json.dumps(DOCUMENT) + " " * limit)


def test_documents_must_be_policies(holder):
    for document in ("{", "[]", '{"Version":"2012-10-17"}', json.dumps(TRUST)):
        assert holder.refusal("put_{}_policy", PolicyName="p", PolicyDocument=document)[0] == "MalformedPolicyDocument"


def test_managed_policies_are_attached_and_detached(holder):
    iam = holder.iam
    arns = [iam.create_policy(PolicyName=f"p{number}", Path="/own/", PolicyDocument=json.dumps(DOCUMENT))["Policy"]["Arn"] for number in range(3)]
    arns.append("arn:aws:iam::aws:policy/ReadOnlyAccess")
    for arn in arns:
        holder.call("attach_{}_policy", PolicyArn=arn)
    paginator = iam.get_paginator(f"list_attached_{holder.kind.lower()}_policies")
    pages = list(paginator.paginate(**holder.name, PaginationConfig={"PageSize": 3}))
    assert [len(page["AttachedPolicies"]) for page in pages] == [3, 1]
    attached = [policy for page in pages for policy in page["AttachedPolicies"]]
    assert sorted(policy["PolicyArn"] for policy in attached) == sorted(arns)
    assert holder.call("list_attached_{}_policies", PathPrefix="/own/")["AttachedPolicies"] == [
        {"PolicyName": f"p{number}", "PolicyArn": arns[number]} for number in range(3)]
    assert holder.refusal("delete_{}") == ("DeleteConflict", "Cannot delete entity, must detach all policies first.")
    for arn in arns:
        holder.call("detach_{}_policy", PolicyArn=arn)
    assert holder.refusal("detach_{}_policy", PolicyArn=arns[0]) == ("NoSuchEntity", f"Policy {arns[0]} was not found.")
    assert holder.call("list_attached_{}_policies")["AttachedPolicies"] == []
    holder.call("put_{}_policy", PolicyName="p", PolicyDocument=json.dumps(DOCUMENT))
    assert holder.refusal("delete_{}") == ("DeleteConflict", "Cannot delete entity, must delete policies first.")
    holder.call("delete_{}_policy", PolicyName="p")
    holder.call("delete_{}")


def test_policies_that_are_not_there_cannot_be_attached(holder, account):
    arn = f"arn:aws:iam::{account}:policy/none"
    assert holder.refusal("attach_{}_policy", PolicyArn=arn) == ("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.")
    assert holder.refusal("attach_{}_policy", PolicyArn="arn:aws:iam::aws:policy/NoPolicyOfAws")[0] == "NoSuchEntity"


# The operations by their names, which the tests above put together:
OPERATIONS = """put_user_policy put_group_policy put_role_policy get_user_policy get_group_policy get_role_policy delete_user_policy delete_group_policy delete_role_policy
list_user_policies list_group_policies list_role_policies attach_user_policy attach_group_policy attach_role_policy detach_user_policy detach_group_policy detach_role_policy
list_attached_user_policies list_attached_group_policies list_attached_role_policies""".split()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_whose_policy_it_is_must_be_there(client, operation):
    iam = client("iam")
    kind = next(kind for kind in ("User", "Group", "Role") if f"_{kind.lower()}_" in operation)
    shape = iam.meta.service_model.operation_model(iam.meta.method_to_api_mapping[operation]).input_shape
    arguments = {"PolicyName": "p", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "PolicyDocument": json.dumps(DOCUMENT)}
    with pytest.raises(ClientError) as caught:
        getattr(iam, operation)(**{kind + "Name": "none"}, **{name: value for name, value in arguments.items() if name in shape.members})
    assert caught.value.response["Error"]["Message"] == f"The {kind.lower()} with name none cannot be found."
