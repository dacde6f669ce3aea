"""Every recorded situation of SNS, re-enacted and compared. docs/conformance/sns.md is the table of outcomes; to write it anew after a change:
`STRATOLITE_WRITE_DOCS=1 pytest tests/contract/sns/test_sns_recordings.py`. STRATOLITE_SITUATION=name shows the differences of those whose name contains it.
"""

import concurrent.futures
import importlib.util
import os
import pathlib
import secrets

import pytest

import sns_reasons
import sns_recorded
from recorded import recordings

for path in sorted(pathlib.Path(__file__).parent.glob("*_situations.py")):
    # Under names of their own: other services have situations of the same kinds.
    spec = importlib.util.spec_from_file_location(f"sns_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for function in getattr(module, "ALL", []):
        sns_recorded.situation(function)

PAGE = recordings.ROOT / "docs/conformance/sns.md"
HEADER = """# SNS: recorded situations

What AWS answered in each of these situations was recorded by the authors of LocalStack's tests (Apache-2.0). `tests/contract/sns/test_sns_recordings.py` re-enacts
them with boto3, compares every answer member by member (presence, values, error codes and texts, HTTP status) and fails when an outcome differs from this table, which it also
writes. Which calls a situation consists of was inferred from its names and answers.

"""


def every_situation():
    return [(file, name, recorded) for file, content in recordings.load("sns").items() for name, recorded in content.items()]


def enact(endpoint, name, recorded):
    """Differences; None when there is no function for the situation."""
    head, _, parameter = name.partition("[")
    function = sns_recorded.EVERY_SITUATION.get(head.split("::")[-1])
    if function is None:
        return None
    account = str(secrets.randbelow(9 * 10**11) + 10**11)
    stage = sns_recorded.RecordedStage(endpoint, account, [parameter.rstrip("]")] if parameter else [])
    try:
        return recordings.compare(recorded, function(stage), account, sns_recorded.SnsComparison)
    except Exception as error:  # one that breaks off must not hide the others
        return [f"broke off: {error!r}"]
    finally:
        stage.close()


def reason(name):
    return sns_reasons.REASONS.get(name)


def page(outcomes):
    met = sum(1 for _, _, differences in outcomes if differences == [])
    lines = [HEADER, f"{len(outcomes)} situations: {met} met, {len(outcomes) - met} differ.\n\n", "| File | Situation | Outcome |\n| --- | --- | --- |\n"]
    for file, name, differences in outcomes:
        outcome = "met" if differences == [] else f"differs: {reason(name) or 'not explained yet'}"
        lines.append(f"| {file} | `{name}` | {outcome} |\n")
    return "".join(lines)


def test_recorded_situations_of_sns(endpoint):
    if not recordings.load("sns"):
        pytest.skip("the recordings are not here")
    wanted = os.environ.get("STRATOLITE_SITUATION", "")
    entries = [entry for entry in every_situation() if wanted in entry[1]]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda entry: enact(endpoint, entry[1], entry[2]), entries))
    outcomes = [(file, name, differences) for (file, name, _), differences in zip(entries, found)]
    if wanted:
        assert [(name, differences) for _, name, differences in outcomes if differences != []] == []
        return
    if os.environ.get("STRATOLITE_WRITE_DOCS"):
        PAGE.write_text(page(outcomes))
    unexplained = {name: differences for _, name, differences in outcomes if differences != [] and not reason(name)}
    assert unexplained == {}, "\n".join(f"{name}: {line}" for name, lines in unexplained.items() for line in lines or ["no function"])
    assert PAGE.read_text() == page(outcomes)
