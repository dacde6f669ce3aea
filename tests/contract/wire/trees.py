"""Values as botocore has them against values as the shim's lines have them, and what of a value a protocol drops."""

import base64
import datetime
import math

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
TIMESTAMP_TOLERANCE = 0.0005
ABSENT = object()


def to_line(value, shape):
    """botocore's value as in a line: blob = base64, timestamp = epoch seconds, NaN and infinities = strings."""
    if value is None or shape is None:
        return value
    if shape.type_name == "structure":
        return value if shape.is_document_type else {k: to_line(v, shape.members.get(k)) for k, v in value.items()}
    if shape.type_name == "list":
        return [to_line(item, shape.member) for item in value]
    if shape.type_name == "map":
        return {key: to_line(item, shape.value) for key, item in value.items()}
    if shape.type_name == "blob":
        return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()
    if shape.type_name == "timestamp":
        return (value - EPOCH) / datetime.timedelta(seconds=1) if isinstance(value, datetime.datetime) else value
    if shape.type_name in ("float", "double") and isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def differences(expected, actual, shape, path=""):
    """Where two trees of lines differ, as readable sentences; at most a few."""
    if shape is not None and shape.type_name == "structure" and isinstance(expected, dict) and isinstance(actual, dict):
        return _differing_members(expected, actual, shape.members.get, path)
    if shape is not None and shape.type_name == "map" and isinstance(expected, dict) and isinstance(actual, dict):
        return _differing_members(expected, actual, lambda _: shape.value, path)
    if shape is not None and shape.type_name == "list" and isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            return [f"{path}: {len(expected)} elements expected, got {len(actual)}: {expected!r:.200} against {actual!r:.200}"]
        return [line for i, (a, b) in enumerate(zip(expected, actual)) for line in differences(a, b, shape.member, f"{path}[{i}]")][:5]
    if _same_scalar(expected, actual, shape):
        return []
    return [f"{path}: expected {expected!r:.200}, got {actual!r:.200}"]


def _differing_members(expected, actual, shape_of, path):
    out = []
    for name in [*expected, *(name for name in actual if name not in expected)]:
        if name not in actual:
            out.append(f"{path}.{name}: missing, expected {expected[name]!r:.200}")
        elif name not in expected:
            out.append(f"{path}.{name}: unexpected {actual[name]!r:.200}")
        else:
            out += differences(expected[name], actual[name], shape_of(name), f"{path}.{name}")
    return out[:5]


def _same_scalar(expected, actual, shape):
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    numbers = isinstance(expected, (int, float)) and isinstance(actual, (int, float))
    if shape is not None and shape.type_name == "timestamp" and numbers:
        return abs(expected - actual) < TIMESTAMP_TOLERANCE
    if shape is not None and shape.type_name in ("integer", "long") and numbers:
        return isinstance(actual, int) and expected == actual
    return expected == actual and (numbers or type(expected) is type(actual))


def carried(value, shape, protocol, direction):
    """`value` without what the protocol has no spelling for (an empty list in an EC2 request, a flattened empty list in XML), or ABSENT."""
    if shape.type_name == "structure" and not shape.is_document_type:
        out = {}
        for name, item in value.items():
            kept = carried(item, shape.members[name], protocol, direction)
            if kept is not ABSENT:
                out[name] = kept
        dropped = not out and (direction == "input" and protocol in ("query", "ec2") or shape.is_tagged_union)
        return ABSENT if dropped else out
    if shape.type_name == "list":
        out = [carried(item, shape.member, protocol, direction) for item in value]
        # An element that cannot be said would shift those after it.
        out = [item for item in out if item is not ABSENT]
        return ABSENT if not out and _drops_empty_list(shape, protocol, direction) else out
    if shape.type_name == "map":
        out = {key: carried(item, shape.value, protocol, direction) for key, item in value.items()}
        out = {key: item for key, item in out.items() if item is not ABSENT}
        return ABSENT if not out and _drops_empty_map(shape, protocol, direction) else out
    return value


def _drops_empty_list(shape, protocol, direction):
    if shape.serialization.get("location"):
        return True
    if direction == "input" and protocol == "ec2":
        return True
    # botocore writes `Name=` for an empty list in Query requests, flattened or not.
    flattened_xml = protocol in ("query", "ec2", "rest-xml") and shape.serialization.get("flattened")
    return bool(flattened_xml) and not (direction == "input" and protocol == "query")


def _drops_empty_map(shape, protocol, direction):
    if shape.serialization.get("location"):
        return True
    if direction == "input" and protocol in ("query", "ec2"):
        return True
    return protocol in ("query", "ec2", "rest-xml") and bool(shape.serialization.get("flattened"))


def without_aliases(value, shape, distinct):
    """Without members that share their name on the wire with an earlier one: a reader finds the same element for both."""
    if shape.type_name == "structure" and isinstance(value, dict):
        members = distinct(shape)
        return {name: without_aliases(item, members[name], distinct) for name, item in value.items() if name in members}
    if shape.type_name == "list" and isinstance(value, list):
        return [without_aliases(item, shape.member, distinct) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: without_aliases(item, shape.value, distinct) for key, item in value.items()}
    return value
