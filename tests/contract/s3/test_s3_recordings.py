"""Every recorded situation of S3, re-enacted and compared. docs/conformance/s3.md is the table of outcomes; to write it anew after a change:
`STRATOLITE_WRITE_DOCS=1 pytest tests/contract/s3/test_s3_recordings.py`. STRATOLITE_SITUATION=name shows the differences of those whose name contains it.
"""

import collections
import concurrent.futures
import importlib
import os
import pathlib
import secrets

import pytest

import s3_reasons
import s3_stage
from recorded import recordings

for path in sorted(pathlib.Path(__file__).parent.glob("*_situations.py")):
    importlib.import_module(path.stem)

PAGE = recordings.ROOT / "docs/conformance/s3.md"
HEADER = """# S3: recorded situations

What AWS answered in each of these situations was recorded by the authors of LocalStack's tests (Apache-2.0). `tests/contract/s3/test_s3_recordings.py` re-enacts
them with boto3, compares every answer member by member (presence, values, error codes and texts, HTTP status) and fails when an outcome differs from this table, which it also
writes. Which calls a situation consists of was inferred from its names and answers. Where AWS's answer is known to have changed since, the reason says so.

"""


class S3Comparison(recordings.Comparison):
    ANYTHING = {"timestamp", "datetime", "date", "last-modified", "server", "id-2", "request-id", "host-id", "bucket", "display-name", "owner-id", "i-d"}

    def compare_object(self, recorded, actual, where):
        # botocore's own remark, where a situation recorded all metadata of an answer: no call is repeated here.
        if isinstance(actual, dict):
            actual = {key: value for key, value in actual.items() if key != "MaxAttemptsReached"}
        super().compare_object(recorded, actual, where)

    def binds(self, name):
        """`<owner-id>` stands for any, `<owner-id:1>` and `<region-1>` for one."""
        return name[-2].isdigit()


def every_situation():
    return [(file, name, recorded) for file, content in recordings.load("s3").items() for name, recorded in content.items()]


def enact(endpoint, name, recorded):
    """Differences; None when there is no function for the situation."""
    case, _, parameter = name.partition("[")
    function = s3_stage.EVERY_SITUATION.get(case) or s3_stage.EVERY_SITUATION.get(case.split("::")[-1])
    if function is None:
        return None
    account = str(secrets.randbelow(9 * 10**11) + 10**11)
    try:
        return recordings.compare(recorded, function(s3_stage.Stage(endpoint, account, parameter.removesuffix("]"))), account, S3Comparison)
    except Exception as error:  # one that breaks off must not hide the others
        return [f"broke off: {error!r}"]


def outcome(name, differences):
    if differences == []:
        return "met"
    return s3_reasons.reason_for(name) or "differs: not explained yet"


def page(outcomes):
    found = [(file, name, outcome(name, differences)) for file, name, differences in outcomes]
    count = collections.Counter(text.partition(":")[0] for _, _, text in found)
    lines = [HEADER, f"{len(found)} situations: {count['met']} met, {count['differs']} differ, {count['later issue']} are of operations that are not built yet.\n\n"]
    lines.append("| File | Situation | Outcome |\n| --- | --- | --- |\n")
    lines += [f"| {file} | `{name}` | {text} |\n" for file, name, text in found]
    return "".join(lines)


def test_recorded_situations(endpoint):
    if not recordings.load("s3"):
        pytest.skip("the recordings are not here")
    wanted = os.environ.get("STRATOLITE_SITUATION", "")
    entries = [entry for entry in every_situation() if wanted in entry[1]]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda entry: enact(endpoint, entry[1], entry[2]), entries))
    outcomes = [(file, name, differences) for (file, name, _), differences in zip(entries, found)]
    unexplained = {name: differences for _, name, differences in outcomes
                   if differences != [] and (wanted or s3_reasons.reason_for(name) is None)}
    if not wanted and os.environ.get("STRATOLITE_WRITE_DOCS"):
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(outcomes))
    lines = [f"{name}\n" + "".join(f"    {line}\n" for line in differences or ["(no function)"]) for name, differences in unexplained.items()]
    assert not unexplained, f"{len(unexplained)} differ and are not explained:\n" + "".join(lines)
    if not wanted:
        assert PAGE.read_text() == page(outcomes)


def test_every_function_is_a_recorded_situation():
    if not recordings.load("s3"):
        pytest.skip("the recordings are not here")
    cases = {name.partition("[")[0] for _, name, _ in every_situation()}
    recorded = cases | {case.split("::")[-1] for case in cases}
    assert set(s3_stage.EVERY_SITUATION) - recorded == set()


def test_xml_is_read_as_it_was_recorded():
    text = '<A xmlns="ns"><B/><C>1</C><D><E>2</E></D><D><E>3</E></D></A>'
    assert s3_stage.Stage.tree(text) == {"A": {"@xmlns": "ns", "B": None, "C": "1", "D": [{"E": "2"}, {"E": "3"}]}}
