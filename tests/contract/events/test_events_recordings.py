"""Every recorded situation of EventBridge, re-enacted and compared. docs/conformance/events.md is the table of outcomes; to write it anew after a change:
`STRATOLITE_WRITE_DOCS=1 pytest tests/contract/events/test_events_recordings.py`. STRATOLITE_SITUATION=name shows the differences of those whose name contains it.
"""

import collections
import concurrent.futures
import importlib.util
import os
import pathlib
import re
import secrets

import pytest

import events_reasons
import events_stage
from recorded import recordings

for path in sorted(pathlib.Path(__file__).parent.glob("*_situations.py")):
    # Under names of their own: other services have situations of the same kinds.
    spec = importlib.util.spec_from_file_location(f"events_{path.stem}", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))

PAGE = recordings.ROOT / "docs/conformance/events.md"
HEADER = """# EventBridge: recorded situations

What AWS answered in each of these situations was recorded by the authors of LocalStack's tests (Apache-2.0). `tests/contract/events/test_events_recordings.py` re-enacts
them with boto3, compares every answer member by member (presence, values, error codes and texts, HTTP status) and fails when an outcome differs from this table, which it also
writes. Which calls a situation consists of was inferred from its names and answers.

"""


class EventsComparison(recordings.Comparison):
    ANYTHING = {"timestamp", "datetime", "date", "m-d5-of-body", "receipt-handle", "<md5-hash>", "api-destination-arn", "connection-arn"}

    def compare_text(self, recorded, actual, where):
        if where.endswith("NextToken") and actual:
            return
        super().compare_text(recorded, actual, where)

    def compare_object(self, recorded, actual, where):
        # Which members of a message a situation kept is not the service's.
        if isinstance(actual, dict) and "ReceiptHandle" in actual:
            actual = {key: value for key, value in actual.items() if key in recorded}
        super().compare_object(recorded, actual, where)


def every_situation():
    return [(file, name, recorded) for file, content in recordings.load("events").items() for name, recorded in content.items()]


def enact(endpoint, name, recorded):
    """Differences; None when there is no function for the situation."""
    # A parameter may hold `::` and brackets of its own.
    head, _, parameter = name.partition("[")
    function = events_stage.EVERY_SITUATION.get(events_stage.key_of(head.split("::")[-1]))
    if function is None:
        return None
    account = str(secrets.randbelow(9 * 10**11) + 10**11)
    try:
        stage = events_stage.Stage(endpoint, account, parameter.removesuffix("]"))
        return recordings.compare(recorded, function(stage), stage.account, EventsComparison)
    except Exception as error:  # one that breaks off must not hide the others
        return [f"broke off: {error!r}"]


def outcome(name, differences):
    if differences == []:
        return "met"
    return events_reasons.reason_for(name) or "differs: not explained yet"


def page(outcomes):
    found = [(file, name, outcome(name, differences)) for file, name, differences in outcomes]
    count = collections.Counter(text.partition(":")[0] for _, _, text in found)
    lines = [HEADER, f"{len(found)} situations: {count['met']} met, {count['differs']} differ, {count['later issue']} are of services that are not built yet.\n\n"]
    lines.append("| File | Situation | Outcome |\n| --- | --- | --- |\n")
    lines += [f"| {file} | `{re.sub('[|]', '/', name)}` | {text} |\n" for file, name, text in found]
    return "".join(lines)


def test_recorded_situations(endpoint):
    if not recordings.load("events"):
        pytest.skip("the recordings are not here")
    wanted = os.environ.get("STRATOLITE_SITUATION", "")
    entries = [entry for entry in every_situation() if wanted in entry[1]]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda entry: enact(endpoint, entry[1], entry[2]), entries))
    outcomes = [(file, name, differences) for (file, name, _), differences in zip(entries, found)]
    unexplained = {name: differences for _, name, differences in outcomes
                   if differences != [] and (wanted or events_reasons.reason_for(name) is None)}
    if not wanted and os.environ.get("STRATOLITE_WRITE_DOCS"):
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(outcomes))
    lines = [f"{name}\n" + "".join(f"    {line}\n" for line in differences or ["(no function)"]) for name, differences in unexplained.items()]
    assert not unexplained, f"{len(unexplained)} differ and are not explained:\n" + "".join(lines)
    if not wanted:
        assert PAGE.read_text() == page(outcomes)


def test_every_function_is_a_recorded_situation():
    if not recordings.load("events"):
        pytest.skip("the recordings are not here")
    recorded = {events_stage.key_of(name.partition("[")[0].split("::")[-1]) for _, name, _ in every_situation()}
    assert set(events_stage.EVERY_SITUATION) - recorded == set()
