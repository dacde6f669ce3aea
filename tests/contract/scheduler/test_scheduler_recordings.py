"""Every recorded situation, re-enacted and compared. docs/conformance/scheduler.md is the table of outcomes; to write it anew after a change:
`STRATOLITE_WRITE_DOCS=1 pytest tests/contract/scheduler/test_scheduler_recordings.py`.
"""

import os

import pytest

from recorded import recordings

PAGE = recordings.ROOT / "docs/conformance/scheduler.md"
HEADER = """# EventBridge Scheduler: recorded situations

What AWS answered in each of these situations was recorded by the authors of LocalStack's tests (Apache-2.0). `tests/contract/scheduler/test_scheduler_recordings.py`
re-enacts them with boto3, compares every answer member by member and fails when an outcome differs from this table, which it also writes.

"""
# Situations that differ, and why.
KNOWN = {}
INVALID = "tests_create_schedule_with_invalid_schedule_expression["


def enact(scheduler, account, name):
    if not name.startswith(INVALID):
        return None
    return {"invalid-schedule-expression": recordings.refusal(
        scheduler.create_schedule, Name="schedule", ScheduleExpression=name.removeprefix(INVALID).removesuffix("]"), FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": f"arn:aws:lambda:us-east-1:{account}:function:f", "RoleArn": f"arn:aws:iam::{account}:role/r"})}


def page(outcomes):
    met = sum(1 for _, _, differences in outcomes if differences == [])
    lines = [HEADER, f"{len(outcomes)} situations: {met} met, {len(outcomes) - met} differ.\n\n", "| File | Situation | Outcome |\n| --- | --- | --- |\n"]
    for file, name, differences in outcomes:
        outcome = "met" if differences == [] else f"differs: {KNOWN.get(name, 'not explained yet')}"
        lines.append(f"| {file} | `{name}` | {outcome} |\n")
    return "".join(lines)


def test_recorded_situations(client, account):
    files = recordings.load("scheduler")
    if not files:
        pytest.skip("the recordings are not here")
    scheduler = client("scheduler")
    outcomes = []
    for file, content in files.items():
        for name, recorded in content.items():
            actual = enact(scheduler, account, name)
            outcomes.append((file, name, None if actual is None else recordings.compare(recorded, actual, account)))
    if os.environ.get("STRATOLITE_WRITE_DOCS"):
        PAGE.write_text(page(outcomes))
    assert {name: differences for _, name, differences in outcomes if differences != [] and name not in KNOWN} == {}
    assert PAGE.read_text() == page(outcomes)
