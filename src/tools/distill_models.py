#!/usr/bin/env python3
"""Distil the service models of an installed botocore into services/<name>/model.json.

    distill_models.py sqs sts              # these services
    distill_models.py --checked-in         # every services/<name>/ that has a model.json already
    distill_models.py --list               # what botocore offers
    distill_models.py --output DIR --all   # everything, to DIR/<name>/model.json

A model.json holds the facts of one AWS API that the wire engine and the services need: operations with their HTTP bindings, shapes
with members, traits and constraints, error shapes, paginators. Documentation, examples, deprecation messages and the rules with which
SDKs choose an endpoint are left out. The output is deterministic: operations, shapes and keys are sorted, structure members, `required`
and `enum` keep the model's order (it is the order on the wire). A trait that this script does not know is reported, never dropped in
silence: decide which of the two tables it belongs to.

Where AWS does something that botocore's model does not say, services/<name>/model_additions.json says it (and where it is documented);
its traits are merged into what exists, and its `corrections` replace whole shapes: botocore calls S3's Expires a timestamp, S3 keeps any
text. Traits of two kinds so far: root elements of S3's answers, and the Query dialect of a service that left that protocol in botocore
but keeps answering it. The latter is distilled from an older botocore:

    distill_models.py --query-dialect sqs  # with botocore 1.31.80, the last one whose SQS spoke Query
"""
import argparse
import copy
import json
import pathlib
import sys

import botocore
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader

# What stays, by the kind of record it stands on.
KEPT = {
    "metadata": {
        "apiVersion", "auth", "awsQueryCompatible", "checksumFormat", "endpointPrefix", "globalEndpoint", "jsonVersion", "protocol",
        "protocolSettings", "protocols", "serviceAbbreviation", "serviceFullName", "serviceId", "signatureVersion", "signingName",
        "targetPrefix", "uid", "xmlNamespace", "ripServiceName",
    },
    "operation": {
        "auth", "authtype", "deprecated", "endpoint", "endpointdiscovery", "endpointoperation", "errors", "http", "httpChecksum",
        "httpChecksumRequired", "idempotent", "input", "name", "output", "readonly", "requestcompression", "unsignedPayload",
    },
    "shape": {
        "box", "deprecated", "document", "enum", "error", "event", "eventstream", "exception", "fault", "flattened", "jsonvalue", "key",
        "locationName", "max", "member", "members", "min", "pattern", "payload", "required", "requiresLength", "retryable", "sensitive",
        "sparse", "streaming", "synthetic", "timestampFormat", "type", "union", "uniqueItems", "value", "wrapper", "xmlNamespace",
        "xmlOrder",
    },
    "reference": {
        "box", "default", "deprecated", "enum", "error", "eventheader", "eventpayload", "exception", "flattened", "hostLabel",
        "idempotencyToken", "jsonvalue", "location", "locationName", "queryName", "resultWrapper", "shape", "streaming",
        "timestampFormat", "xmlAttribute", "xmlNamespace",
    },
    "paginator": {"input_token", "limit_key", "more_results", "non_aggregate_keys", "output_token", "result_key"},
}
# What goes: text for people, and what only a client needs in order to choose an endpoint.
DROPPED = {
    "metadata": set(),
    "operation": {
        "alias", "deprecatedMessage", "deprecatedSince", "documentation", "documentationUrl", "operationContextParams",
        "staticContextParams",
    },
    "shape": {"deprecatedMessage", "deprecatedSince", "documentation"},
    "reference": {"contextParam", "deprecatedMessage", "deprecatedSince", "documentation"},
    "paginator": {"py_input_token"},
}
LINE_WIDTH = 150
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Distiller:
    """Copies what is kept and remembers the traits it did not know."""

    def __init__(self):
        self.unknown = set()

    def pick(self, kind, record):
        self.unknown |= {f"{kind}.{key}" for key in record.keys() - KEPT[kind] - DROPPED[kind]}
        return {key: record[key] for key in sorted(record) if key in KEPT[kind]}

    def operation(self, record):
        out = self.pick("operation", record)
        for key in ("input", "output"):
            if key in out:
                out[key] = self.pick("reference", out[key])
        if "errors" in out:
            out["errors"] = [self.pick("reference", error) for error in out["errors"]]
        return out

    def shape(self, record):
        out = self.pick("shape", record)
        for key in ("key", "member", "value"):
            if key in out:
                out[key] = self.pick("reference", out[key])
        if "members" in out:
            # Last, so that the long part of a record stands at its end.
            members = out.pop("members")
            out["members"] = {name: self.pick("reference", member) for name, member in members.items()}
        return out

    def model(self, service, paginators):
        out = {
            "botocore": botocore.__version__,
            "metadata": self.pick("metadata", service["metadata"]),
            "operations": {name: self.operation(record) for name, record in sorted(service["operations"].items())},
            "shapes": {name: self.shape(record) for name, record in sorted(service["shapes"].items())},
        }
        if paginators:
            out["paginators"] = {name: self.pick("paginator", record) for name, record in sorted(paginators.items())}
        return out


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def render_record(name, record):
    """One line, or for a long structure one line per member."""
    line = f"{compact(name)}:{compact(record)}"
    if len(line) <= LINE_WIDTH or not isinstance(record, dict) or not record.get("members"):
        return line
    head = compact({key: value for key, value in record.items() if key != "members"})
    members = ",\n  ".join(f"{compact(key)}:{compact(value)}" for key, value in record["members"].items())
    return f'{compact(name)}:{head[:-1]}{"," if len(head) > 2 else ""}"members":{{\n  {members}}}}}'


def render(model):
    """The text of a model.json: small diffs when AWS adds something, and no more bytes than that needs."""
    sections = []
    for key, value in model.items():
        if key in ("operations", "shapes", "paginators"):
            lines = ",\n ".join(render_record(name, record) for name, record in value.items())
            sections.append(f'"{key}":{{\n {lines}\n}}' if lines else f'"{key}":{{}}')
        elif key == "metadata":
            lines = ",\n ".join(f"{compact(name)}:{compact(fact)}" for name, fact in value.items())
            sections.append(f'"{key}":{{\n {lines}\n}}')
        else:
            sections.append(f"{compact(key)}:{compact(value)}")
    return "{\n" + ",\n".join(sections) + "\n}\n"


def make_loader():
    """botocore's own data only: models that a user installed under ~/.aws/models are no facts."""
    return Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


def references(shape):
    """The references of a shape to others: (path within the shape, reference)."""
    for key in ("key", "member", "value"):
        if key in shape:
            yield (key,), shape[key]
    for name, member in shape.get("members", {}).items():
        yield ("members", name), member


def extract_query_dialect(service):
    """What only the Query protocol needs, from a model that speaks it, as additions to a model that no longer does."""
    shapes = {}
    for name, shape in sorted(service["shapes"].items()):
        facts = {"error": shape["error"]} if "error" in shape else {}
        for path, reference in references(shape):
            target = service["shapes"][reference["shape"]]
            # A list or map that is flattened may carry the name itself (TagMap: `Tag.1.Key`).
            name_on_wire = reference.get("locationName") or (target["type"] != "structure" and target.get("locationName"))
            if name_on_wire:
                place = facts
                for key in path:
                    place = place.setdefault(key, {})
                place["queryName"] = name_on_wire
        if facts:
            shapes[name] = facts
    operations = {name: {"output": {"resultWrapper": operation["output"]["resultWrapper"]}}
                  for name, operation in sorted(service["operations"].items()) if "resultWrapper" in operation.get("output", {})}
    return {"origin": f"Query dialect of botocore {botocore.__version__}", "metadata": {"xmlNamespace": service["metadata"]["xmlNamespace"]},
            "operations": operations, "shapes": shapes}


def add_missing(record, additions):
    """Adds traits to what is there. Additions to operations, shapes and members that the model does not have are passed over, and what
    the model says itself stays."""
    for key, value in additions.items():
        if not isinstance(value, dict) or key in ("error", "xmlNamespace"):
            record.setdefault(key, value)
        elif isinstance(record.get(key), dict):
            add_missing(record[key], value)


def load(loader, name):
    """(service model, paginators) as botocore would use them, newest API version, its own patches and our additions applied."""
    version = loader.determine_latest_version(name, "service-2")
    service = loader.load_service_model(name, "service-2", version)
    additions = ROOT / "services" / name / "model_additions.json"
    if additions.exists():
        # Copied, because a loader hands out what it has cached.
        service = copy.deepcopy(service)
        facts = json.loads(additions.read_text(encoding="utf-8"))
        add_missing(service, {key: facts[key] for key in ("metadata", "operations", "shapes") if key in facts})
        service["shapes"].update(facts.get("corrections", {}))
    try:
        return service, loader.load_service_model(name, "paginators-1", version)["pagination"]
    except (DataNotFoundError, UnknownServiceError):
        return service, {}


def distill(loader, name):
    """Text of the model.json of service `name`, and the traits found that this script does not know."""
    distiller = Distiller()
    service, paginators = load(loader, name)
    return render(distiller.model(service, paginators)), sorted(distiller.unknown)


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="botocore's name of the service: sqs, cloudwatch, ...")
    parser.add_argument("--checked-in", action="store_true", help="every service that has a model.json already")
    parser.add_argument("--all", action="store_true", help="every service of botocore")
    parser.add_argument("--list", action="store_true", help="print the names of botocore's services and stop")
    parser.add_argument("--query-dialect", metavar="SERVICE", help="write services/SERVICE/model_additions.json from an old botocore")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "services", help="default: %(default)s")
    arguments = parser.parse_args(argv)
    if not (arguments.services or arguments.checked_in or arguments.all or arguments.list or arguments.query_dialect):
        parser.error("name a service, or use --checked-in, --all or --list")
    return arguments


def main(argv=None):
    arguments = parse_arguments(argv)
    loader = make_loader()
    available = loader.list_available_services("service-2")
    if arguments.list:
        print("\n".join(available))
        return 0
    if arguments.query_dialect:
        dialect = extract_query_dialect(loader.load_service_model(arguments.query_dialect, "service-2"))
        path = arguments.output / arguments.query_dialect / "model_additions.json"
        path.write_text(render(dialect), encoding="utf-8")
        return 0
    names = set(arguments.services)
    if arguments.checked_in:
        names |= {path.parent.name for path in arguments.output.glob("*/model.json")}
    if arguments.all:
        names |= set(available)
    if missing := sorted(names - set(available)):
        print(f"botocore {botocore.__version__} has no service {', '.join(missing)} (see --list)", file=sys.stderr)
        return 2
    changed = 0
    for name in sorted(names):
        text, unknown = distill(loader, name)
        if unknown:
            print(f"{name}: traits this script does not know were left out: {', '.join(unknown)}", file=sys.stderr)
        path = arguments.output / name / "model.json"
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        changed += 1
        if arguments.check:
            print(f"{path} differs from botocore {botocore.__version__}", file=sys.stderr)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"{path}: {len(text)} bytes")
    return 1 if arguments.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
