"""What AWS answered, as recorded: finding it, and comparing it with what an endpoint answers now.

The recordings are not part of this repository (STRATOLITE_SHARED, or `shared` beside the checkout). In them values that vary are
placeholders (`<uuid:1>`, `<resource:2>`, `timestamp`): the same placeholder must stand for the same value within one situation.
Services whose recordings need more than that derive from Comparison.
"""

import base64
import json
import os
import pathlib
import re

from botocore.exceptions import ClientError

ROOT = pathlib.Path(__file__).resolve().parents[3]
RECORDED_ACCOUNT = "111111111111"
PLACEHOLDER = re.compile(r"<[A-Za-z0-9_-]+(?::\d+)?>")
RECORDED_URL = re.compile(r"^https?://[^/]+/(.+)$")


def refusal(call, **parameters):
    """The answer of a call that should fail; one that succeeds is a difference."""
    try:
        answer = call(**parameters)
    except ClientError as error:
        return error.response
    return {"succeeded": answer}


def directory(service):
    shared = pathlib.Path(os.environ.get("STRATOLITE_SHARED", ROOT.parent / "shared"))
    return shared / "conformance/aws-recordings" / service


def load(service):
    """{file: {situation: {name of call: answer}}}; empty without the recordings."""
    return {path.stem: {situation: record["recorded-content"] for situation, record in json.loads(path.read_text()).items()}
            for path in sorted(directory(service).glob("*.json"))}


class Comparison:
    """Differences between recorded and actual answers of one situation, placeholders bound on the way."""

    # Words that stand for any value.
    ANYTHING = {"timestamp"}

    def __init__(self, account):
        self.account = account
        self.bound = {}
        self.differences = []

    def compare(self, recorded, actual, where=""):
        if isinstance(recorded, str) and not isinstance(actual, str):
            # `"timestamp": "timestamp"` and `"Contents": "<content>"` may hide values of any type.
            if recorded not in self.ANYTHING and not PLACEHOLDER.fullmatch(recorded):
                self.differ(where, recorded, actual)
        elif isinstance(recorded, str):
            self.compare_text(recorded, actual, where)
        elif isinstance(recorded, dict):
            self.compare_object(recorded, actual, where)
        elif isinstance(recorded, list):
            self.compare_list(recorded, actual, where)
        elif recorded != actual:
            self.differ(where, recorded, actual)

    def compare_object(self, recorded, actual, where):
        if isinstance(actual, str):
            try:  # policies and bodies that hold JSON were recorded as such
                actual = json.loads(actual)
            except ValueError:
                pass
        if not isinstance(actual, dict):
            return self.differ(where, recorded, actual)
        if where.endswith("ResponseMetadata"):
            return self.compare(recorded["HTTPStatusCode"], actual["HTTPStatusCode"], where + ".HTTPStatusCode")
        for key in recorded.keys() - actual.keys():
            self.differ(f"{where}.{key}", recorded[key], "(absent)")
        for key in actual.keys() - recorded.keys():
            self.differ(f"{where}.{key}", "(absent)", actual[key])
        for key in sorted(recorded.keys() & actual.keys()):
            self.compare(recorded[key], actual[key], f"{where}.{key}")

    def compare_list(self, recorded, actual, where):
        if not isinstance(actual, list) or len(recorded) != len(actual):
            return self.differ(where, recorded, actual)
        for index, (one, other) in enumerate(zip(recorded, actual)):
            self.compare(one, other, f"{where}[{index}]")

    def compare_text(self, recorded, actual, where):
        if recorded in self.ANYTHING:
            return
        if where.endswith("NextToken"):
            recorded, actual = (base64.b64decode(text).decode() for text in (recorded, actual))
        if RECORDED_URL.match(recorded) and RECORDED_URL.match(actual):
            recorded, actual = RECORDED_URL.match(recorded)[1], RECORDED_URL.match(actual)[1]
        recorded = recorded.replace(RECORDED_ACCOUNT, self.account)
        names = PLACEHOLDER.findall(recorded)
        pattern = "(.+)".join(re.escape(part) for part in PLACEHOLDER.split(recorded))
        matched = re.fullmatch(pattern, actual, re.S)
        if not matched:
            return self.differ(where, recorded, actual)
        for name, value in zip(names, matched.groups()):
            if self.binds(name) and self.bound.setdefault(name, value) != value:
                self.differ(where, f"{name} = {self.bound[name]}", value)

    def binds(self, name):
        """Whether a placeholder stands for one value wherever it is found."""
        return True

    def differ(self, where, recorded, actual):
        self.differences.append(f"{where.lstrip('.')}: AWS {recorded!r}, here {actual!r}"[:400])


def compare(recorded, actual, account, kind=Comparison):
    """Differences between all recorded answers of a situation and the actual ones under the same names."""
    comparison = kind(account)
    comparison.compare(recorded, actual)
    return comparison.differences
