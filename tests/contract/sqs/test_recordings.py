"""Every recorded situation of SQS, re-enacted and compared: recorded/conformance.py; and tests of the comparison."""

import re

import pytest

import situations
from recorded import conformance, recordings

REMARK = " Each is asked in its own protocol, those of the CloudFormation resource provider directly."


def test_recorded_situations_of_sqs(make_sqs):
    def enact(name, recorded):
        test, _, parameters = name.split("::")[-1].partition("[")
        function = situations.EVERY_SITUATION.get(test)
        if function is None:
            return None
        account = conformance.fresh_account()
        # `[sqs_query-no-invisible]`: the protocol first, the rest is one parameter.
        protocol = re.match(r"sqs(?:_query)?(?=-|\]|$)", parameters)
        rest = parameters.rstrip("]")[protocol.end():].lstrip("-") if protocol else parameters.rstrip("]")
        stage = situations.Stage(make_sqs, account, [part for part in (rest, protocol and protocol[0]) if part])
        return recordings.compare(recorded, function(stage), account)

    conformance.check("sqs", "SQS", __file__, enact, remark=REMARK)


@pytest.mark.parametrize("recorded, actual", [
    ({"a": "<uuid:1>", "b": "<uuid:1>"}, {"a": "1", "b": "2"}),
    ({"a": "1"}, {"a": "1", "b": "2"}),
    ({"a": "1", "b": None}, {"a": "1"}),
    ({"a": {"b": "1"}}, {"a": '{"b": "2"}'}),
    ({"a": ["1"]}, {"a": ["1", "2"]}),
    ({"a": "x <name:1> y"}, {"a": "x  z"}),
    ({"ResponseMetadata": {"HTTPStatusCode": 200}}, {"ResponseMetadata": {"HTTPStatusCode": 400}}),
    ({"a": 1}, {"a": "1"}),
])
def test_the_comparison_finds_differences(recorded, actual):
    assert len(recordings.compare(recorded, actual, "222222222222")) == 1


def test_the_comparison_knows_placeholders():
    recorded = {"a": "arn:<partition>:sqs:<region>:111111111111:<resource:1>", "b": "<resource:1>", "c": "timestamp", "d": {"e": 1}}
    actual = {"a": "arn:aws:sqs:eu-west-1:222222222222:q", "b": "q", "c": {"any": "thing"}, "d": '{"e": 1}'}
    assert recordings.compare(recorded, actual, "222222222222") == []
