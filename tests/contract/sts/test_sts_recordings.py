"""What AWS answered in recorded situations. docs/conformance/sts.md is the table of outcomes.

The recordings are not part of this repository: the test is skipped where they are not at hand. What they teach has tests of its own beside this one.
"""

import json
import os
import pathlib

import pytest
from botocore.exceptions import ClientError

ROOT = pathlib.Path(__file__).resolve().parents[3]
FILE = pathlib.Path(os.environ.get("STRATOLITE_SHARED", ROOT.parent / "shared")) / "conformance/aws-recordings/sts/sts.json"


@pytest.fixture(scope="module")
def recordings():
    if not FILE.exists():
        pytest.skip(f"{FILE} is not there")
    return {name: situation["recorded-content"] for name, situation in json.loads(FILE.read_text()).items()}


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"], response["ResponseMetadata"]["HTTPStatusCode"]


def members(answer):
    """Names of all members, nested: which are there is what the recording tells; values are placeholders."""
    return {key: members(value) if isinstance(value, dict) else None for key, value in answer.items() if key != "ResponseMetadata"}


def test_every_situation_is_enacted(recordings):
    assert set(recordings) == {"TestSTSAssumeRoleTagging::test_assume_role_tag_validation", "TestSTSIntegrations::test_assume_role"}


def make_role(client, recorded):
    """The role that the recording made: compared with what AWS answered, too."""
    sent = recorded["AssumeRolePolicyDocument"]
    role = client("iam").create_role(RoleName="recorded", AssumeRolePolicyDocument=json.dumps(sent))["Role"]
    assert members(role) == members(recorded)
    assert role["AssumeRolePolicyDocument"] == sent
    return {"RoleArn": role["Arn"], "RoleSessionName": "session"}


def test_assume_role_tag_validation(recordings, client):
    sts = client("sts")
    recorded = recordings["TestSTSAssumeRoleTagging::test_assume_role_tag_validation"]
    role = make_role(client, recorded["role-1"]["Role"])
    situations = {
        "duplicate-tag-keys-different-casing": {"Tags": [{"Key": "SessionTag1", "Value": "a"}, {"Key": "sessiontag1", "Value": "b"}]},
        "invalid-transitive-tag-keys": {"Tags": [{"Key": "SessionTag1", "Value": "a"}], "TransitiveTagKeys": ["InvalidKey"]},
    }
    for name, arguments in situations.items():
        error, status = refusal(sts.assume_role, **role, **arguments)
        assert error == recorded[name]["Error"]
        assert status == recorded[name]["ResponseMetadata"]["HTTPStatusCode"]


def test_assume_role(recordings, client, account):
    situation = recordings["TestSTSIntegrations::test_assume_role"]
    role = make_role(client, situation["create-role"]["Role"])
    recorded = situation["assume-role"]
    answer = client("sts").assume_role(**role)
    assert members(answer) == members(recorded)
    pattern = recorded["AssumedRoleUser"]["Arn"].replace("<partition>", "aws").replace("111111111111", account)
    assert answer["AssumedRoleUser"]["Arn"] == pattern.replace("<resource:1>", "recorded").replace("<role-session-name:1>", "session")
    role_id = client("iam").get_role(RoleName="recorded")["Role"]["RoleId"]
    assert answer["AssumedRoleUser"]["AssumedRoleId"] == f"{role_id}:session"
