"""A service's recorded situations: all are re-enacted, compared with what AWS answered, and their outcomes with the table in docs/conformance.

STRATOLITE_WRITE_DOCS=1 writes the tables anew. STRATOLITE_SITUATION=name takes only the situations whose name contains it, and shows every difference.
"""

import collections
import concurrent.futures
import importlib.util
import os
import pathlib
import secrets

import pytest

from recorded import recordings

HEADER = """# {title}: recorded situations

What AWS answered in each of these situations was recorded by the authors of LocalStack's tests (Apache-2.0). `{test}` re-enacts
them with boto3, compares every answer member by member (presence, values, error codes and texts, HTTP status) and fails when an outcome differs from this table, which it also
writes. Which calls a situation consists of was inferred from its names and answers.{remark}

"""


def import_situations(directory):
    """The modules `*_situations.py` of a folder, under names of their own: other services have situations of the same kinds."""
    for path in sorted(directory.glob("*_situations.py")):
        spec = importlib.util.spec_from_file_location(f"{directory.name}_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module


def every_situation(service):
    """(file, name, recorded answers) of each."""
    return [(file, name, recorded) for file, content in recordings.load(service).items() for name, recorded in content.items()]


def skip_without(service):
    if not recordings.load(service):
        pytest.skip("the recordings are not here")


def fresh_account():
    return str(secrets.randbelow(9 * 10**11) + 10**11)


def _page(header, outcomes, reason_for):
    rows, count = [], collections.Counter()
    for file, name, differences in outcomes:
        outcome = "met" if differences == [] else reason_for(name) or "differs: not explained yet"
        count[outcome.partition(":")[0]] += 1
        rows.append(f"| {file} | `{name.replace('|', '/')}` | {outcome} |\n")
    summary = f"{len(outcomes)} situations: {count['met']} met, {count['differs']} differ, {count['later issue']} are of what is not built yet.\n\n"
    return "".join([header, summary, "| File | Situation | Outcome |\n| --- | --- | --- |\n", *rows])


def check(service, title, test, enact, reason_for=lambda name: None, remark=""):
    """Fails for situations that differ and have no reason, and where the table says otherwise.

    `enact(name, recorded)`: the differences, or None when nothing enacts the situation. `reason_for(name)`: `differs: …`, `later issue: …` or None.
    `test`: the calling file, `remark`: what the table's introduction says besides.
    """
    skip_without(service)

    def enact_safely(entry):
        try:
            return enact(entry[1], entry[2])
        except Exception as error:  # one that breaks off must not hide the others
            return [f"broke off: {error!r}"]

    wanted = os.environ.get("STRATOLITE_SITUATION", "")
    entries = [entry for entry in every_situation(service) if wanted in entry[1]]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(enact_safely, entries))
    outcomes = [(file, name, differences) for (file, name, _), differences in zip(entries, found)]
    unexplained = {name: differences for _, name, differences in outcomes if differences != [] and (wanted or reason_for(name) is None)}
    test = pathlib.Path(test).relative_to(recordings.ROOT)
    page = _page(HEADER.format(title=title, test=test, remark=remark), outcomes, reason_for)
    path = recordings.ROOT / f"docs/conformance/{service}.md"
    if not wanted and os.environ.get("STRATOLITE_WRITE_DOCS"):
        path.write_text(page)
    lines = [f"{name}\n" + "".join(f"    {line}\n" for line in differences or ["(nothing enacts it)"]) for name, differences in unexplained.items()]
    assert not unexplained, f"{len(unexplained)} differ and are not explained:\n" + "".join(lines)
    if not wanted:
        assert path.read_text() == page
