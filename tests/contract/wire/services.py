"""Every operation of every checked-in model, in every protocol that the service speaks, as botocore sees it."""

import copy
import functools
import json
import pathlib
import re

from botocore.model import ServiceModel

ROOT = pathlib.Path(__file__).resolve().parents[3]
NAMES = sorted(path.parent.name for path in (ROOT / "services").glob("*/model.json"))


@functools.lru_cache(maxsize=None)
def raw(name):
    return json.loads((ROOT / "services" / name / "model.json").read_text(encoding="utf-8"))


def protocols(name):
    metadata = raw(name)["metadata"]
    spoken = list(metadata.get("protocols", [metadata["protocol"]]))
    return spoken + (["query"] if "awsQueryCompatible" in metadata and "query" not in spoken else [])


@functools.lru_cache(maxsize=None)
def model(name, protocol):
    """botocore's model of the service when it speaks `protocol`."""
    source = copy.deepcopy(raw(name))
    source["metadata"]["protocol"] = protocol
    if protocol == "query":
        # Models of services that left Query may not say how AWS wraps results there: in `<Operation>Result`, always.
        for operation in source["operations"].values():
            if "output" in operation:
                operation["output"].setdefault("resultWrapper", operation["name"] + "Result")
        # Where Query names things differently than JSON, botocore's Query serializer wants to be told in its own words.
        for shape in source["shapes"].values():
            for reference in [*shape.get("members", {}).values(), *(shape[key] for key in ("key", "member", "value") if key in shape)]:
                if "queryName" in reference:
                    reference["locationName"] = reference["queryName"]
    return ServiceModel(source, name)


def cases():
    """(service, protocol, operation) of all."""
    return [(name, protocol, operation) for name in NAMES for protocol in protocols(name) for operation in raw(name)["operations"]]


@functools.lru_cache(maxsize=None)
def twins(name, operation):
    """Operations that share method and URI with this one (a deprecated and a new one of the same API): a request may mean either."""
    operations = raw(name)["operations"]
    binding = _binding(operations[operation])
    return {other for other, record in operations.items() if _binding(record) == binding}


def _binding(operation):
    return operation["http"]["method"], re.sub(r"\{[^}]*\}", "{}", operation["http"]["requestUri"])


def deprecated(name, operation):
    return bool(raw(name)["operations"][operation].get("deprecated"))


def error_cases():
    """(service, protocol, error shape, an operation that lists it)."""
    out = []
    for name in NAMES:
        owners = {}
        for operation, record in raw(name)["operations"].items():
            for error in record.get("errors", ()):
                owners.setdefault(error["shape"], operation)
        first = next(iter(raw(name)["operations"]))
        for shape, record in raw(name)["shapes"].items():
            if record.get("exception") or record.get("error"):
                owners.setdefault(shape, first)
        out += [(name, protocol, shape, operation) for protocol in protocols(name) for shape, operation in sorted(owners.items())]
    return out
