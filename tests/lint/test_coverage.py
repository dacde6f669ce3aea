"""A service's README, its operation table and its contract tests tell the same story.

services/<name>/README.md has one row per operation of the model, `| Operation | full/partial/no | note |`. An operation in the
table of the service (`Add("Operation"` or `AddAsync("Operation"`) is full or partial, any other is `no`, and a contract test under
tests/contract/<name>/ uses every one that is not `no`.
"""

import json
import re

import pytest

import sources

ROW = re.compile(r"^\|\s*`?(\w+)`?\s*\|\s*\**(full|partial|no)\**\b", re.M)
ADD = re.compile(r'(?<!headers\.)\bAdd(?:Async)?\(\s*"(\w+)",')
# `ConfigurationFamily{"metrics", "MetricsConfiguration"}` of S3 adds four operations.
FAMILY = re.compile(r'\{(?:\.kind = )?[\w"]+,\s*(?:\.noun = )?"(\w+Configuration)"\}')


def services():
    return sorted({path.parts[1] for path in sources.code() if path.parts[0] == "services" and len(path.parts) > 2})


def model_operations(service):
    model = json.loads((sources.ROOT / "services" / service / "model.json").read_text())
    return set(model["operations"])


def rows(service):
    path = sources.ROOT / "services" / service / "README.md"
    assert path.exists(), f"services/{service}/README.md is missing"
    return dict(ROW.findall(path.read_text()))


def built(service):
    paths = [path for path in sources.code() if path.parts[:2] == ("services", service)]
    added = {name for path in paths for name in ADD.findall(sources.text(path))}
    families = {noun for path in paths for noun in FAMILY.findall(sources.text(path))}
    return added | {f"{verb}Bucket{noun}{plural}" for noun in families for verb, plural in [("Put", ""), ("Get", ""), ("Delete", ""), ("List", "s")]}


def spellings(operation):
    """CreateQueue as clients spell it: CreateQueue(Command), create_queue, create-queue, createQueue."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", operation)
    return {operation, words.lower(), words.lower().replace("_", "-"), operation[0].lower() + operation[1:]}


@pytest.mark.parametrize("service", services())
def test_readme_has_a_row_for_every_operation(service):
    assert model_operations(service) ^ set(rows(service)) == set()


@pytest.mark.parametrize("service", services())
def test_readme_says_of_each_operation_whether_it_is_built(service):
    claimed = {operation for operation, state in rows(service).items() if state != "no"}
    assert claimed ^ built(service) == set()


@pytest.mark.parametrize("service", services())
def test_a_contract_test_uses_every_operation_that_is_built(service):
    directory = sources.ROOT / "tests" / "contract" / service
    tests = "\n".join(path.read_text() for path in sorted(directory.rglob("*")) if path.suffix in (".py", ".mjs", ".js", ".sh"))
    words = set(re.findall(r"[A-Za-z0-9_\-]+", tests))
    untested = {operation for operation in built(service) if not any(spelling in words or spelling + "Command" in words
                                                                     for spelling in spellings(operation))}
    assert untested == set()
