"""Every recorded situation, re-enacted and compared. docs/conformance/sqs.md is the table of outcomes; to write it anew after a change:
`STRATOLITE_WRITE_DOCS=1 pytest tests/contract/sqs/test_recordings.py`.
"""

import concurrent.futures
import os
import re
import secrets

import pytest

import situations
from recorded import recordings

PAGE = recordings.ROOT / "docs/conformance/sqs.md"
HEADER = """# SQS: recorded situations

What AWS answered in each of these situations was recorded by the authors of LocalStack's tests (Apache-2.0). `tests/contract/sqs/test_recordings.py` re-enacts
them with boto3 in the protocol of the situation, compares every answer member by member (presence, values, error codes and texts, HTTP status) and fails when an outcome differs
from this table, which it also writes. Which calls a situation consists of was inferred from its names and answers. Situations of the CloudFormation resource provider are asked of SQS directly.

"""
# Situations that differ, and why.
KNOWN = {}


def every_situation():
    return [(file, name, recorded) for file, content in recordings.load("sqs").items() for name, recorded in content.items()]


def enact(make_sqs, name, recorded):
    """Differences; None when there is no function for the situation."""
    test, _, parameters = name.split("::")[-1].partition("[")
    function = situations.EVERY_SITUATION.get(test)
    if function is None:
        return None
    account = str(secrets.randbelow(9 * 10**11) + 10**11)
    # `[sqs_query-no-invisible]`: the protocol first, the rest is one parameter.
    protocol = re.match(r"sqs(?:_query)?(?=-|\]|$)", parameters)
    rest = parameters.rstrip("]")[protocol.end():].lstrip("-") if protocol else parameters.rstrip("]")
    stage = situations.Stage(make_sqs, account, [part for part in (rest, protocol and protocol[0]) if part])
    try:
        return recordings.compare(recorded, function(stage), account)
    except Exception as error:  # one that breaks off must not hide the others
        return [f"broke off: {error!r}"]


def page(outcomes):
    lines = [HEADER]
    met = sum(1 for _, _, differences in outcomes if differences == [])
    lines.append(f"{len(outcomes)} situations: {met} met, {len(outcomes) - met} differ.\n\n")
    lines.append("| File | Situation | Outcome |\n| --- | --- | --- |\n")
    for file, name, differences in outcomes:
        outcome = "met" if differences == [] else f"differs: {KNOWN.get(name, 'not explained yet')}"
        lines.append(f"| {file} | `{name}` | {outcome} |\n")
    return "".join(lines)


def test_recorded_situations(make_sqs):
    if not recordings.load("sqs"):
        pytest.skip("the recordings are not here")
    entries = every_situation()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda entry: enact(make_sqs, entry[1], entry[2]), entries))
    outcomes = [(file, name, differences) for (file, name, _), differences in zip(entries, found)]
    if os.environ.get("STRATOLITE_WRITE_DOCS"):
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(outcomes))
    unexplained = {name: differences for _, name, differences in outcomes if differences != [] and name not in KNOWN}
    assert unexplained == {}
    assert PAGE.read_text() == page(outcomes)


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
