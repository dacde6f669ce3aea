"""The distiller and the model compiler, against the botocore that is installed.

Needs botocore; the comparisons with compiled models need the `compile_models` tool of a build (any under build/, or named by
STRATOLITE_COMPILE_MODELS) and are skipped without it.
"""
import importlib.util
import json
import os
import pathlib
import subprocess

import pytest

botocore = pytest.importorskip("botocore")

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECKED_IN = sorted(path.parent.name for path in (ROOT / "services").glob("*/model.json"))
REQUIRED = {"cloudwatch", "dynamodb", "ec2", "iam", "kinesis", "lambda", "logs", "s3", "sns", "sqs", "sts"}


def load_distiller():
    spec = importlib.util.spec_from_file_location("distill_models", ROOT / "src/tools/distill_models.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


distiller = load_distiller()
loader = distiller.make_loader()


@pytest.fixture(scope="session")
def compile_models():
    named = os.environ.get("STRATOLITE_COMPILE_MODELS")
    built = [pathlib.Path(named)] if named else ROOT.glob("build/*/tools/compile_models")
    found = sorted((path for path in built if path.is_file()), key=lambda path: path.stat().st_mtime)
    if not found:
        pytest.skip("compile_models is not built")
    return found[-1]


def raw_model(name):
    """What botocore itself works with, with the two things that only a distilled model says."""
    service, paginators = distiller.load(loader, name)
    return {**service, "botocore": botocore.__version__, **({"paginators": paginators} if paginators else {})}


def walk(value, path=()):
    yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from walk(child, (*path, key))


def test_the_models_that_cover_all_protocols_are_checked_in():
    assert REQUIRED <= set(CHECKED_IN)
    spoken = set()
    for name in REQUIRED:
        metadata = json.loads((ROOT / "services" / name / "model.json").read_text(encoding="utf-8"))["metadata"]
        spoken |= set(metadata["protocols"])
    assert spoken == {"query", "ec2", "json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"}


@pytest.mark.parametrize("name", CHECKED_IN)
def test_distilling_twice_gives_the_same_bytes(name):
    first, _ = distiller.distill(distiller.make_loader(), name)
    second, _ = distiller.distill(distiller.make_loader(), name)
    assert first.encode() == second.encode()


@pytest.mark.parametrize("name", CHECKED_IN)
def test_the_checked_in_model_is_what_its_botocore_distils_to(name):
    text = (ROOT / "services" / name / "model.json").read_text(encoding="utf-8")
    version = json.loads(text)["botocore"]
    if version != botocore.__version__:
        pytest.skip(f"distilled from botocore {version}, installed is {botocore.__version__}")
    assert text == distiller.distill(loader, name)[0]


@pytest.mark.parametrize("name", CHECKED_IN)
def test_no_text_for_people_survives(name):
    model = json.loads((ROOT / "services" / name / "model.json").read_text(encoding="utf-8"))
    for path, value in walk(model):
        # A member or a shape may well be called `documentation`; a trait of that name holds text.
        if path and path[-1] in ("documentation", "deprecatedMessage", "examples", "documentationUrl"):
            assert isinstance(value, dict) and path[-2] in ("members", "shapes"), path
        if isinstance(value, str) and path[-1] not in ("pattern",):
            assert "<p>" not in value, path


@pytest.mark.parametrize("name", CHECKED_IN)
def test_structure_members_keep_the_models_order(name):
    distilled = json.loads(distiller.distill(loader, name)[0])["shapes"]
    original = raw_model(name)["shapes"]
    assert distilled.keys() == original.keys()
    for shape, record in distilled.items():
        assert list(record.get("members", {})) == list(original[shape].get("members", {})), shape
        assert record.get("required") == original[shape].get("required"), shape
        assert record.get("enum") == original[shape].get("enum"), shape


def test_every_trait_of_a_cross_section_of_services_is_known():
    names = loader.list_available_services("service-2")[::8]
    assert {name: traits for name in names if (traits := distiller.distill(loader, name)[1])} == {}


def test_an_unknown_trait_is_reported(tmp_path, capsys):
    d = distiller.Distiller()
    service = raw_model("sts")
    service["operations"]["GetCallerIdentity"]["teleported"] = True
    d.model(service, {})
    assert d.unknown == {"operation.teleported"}


def test_an_unknown_service_is_an_error(capsys):
    assert distiller.main(["no-such-service"]) == 2
    assert "no-such-service" in capsys.readouterr().err


def test_check_notices_a_changed_file(tmp_path):
    assert distiller.main(["sts", "--output", str(tmp_path)]) == 0
    assert distiller.main(["sts", "--output", str(tmp_path), "--check"]) == 0
    (tmp_path / "sts" / "model.json").write_text("{}")
    assert distiller.main(["sts", "--output", str(tmp_path), "--check"]) == 1
    assert (tmp_path / "sts" / "model.json").read_text() == "{}"


@pytest.mark.parametrize("name", CHECKED_IN)
def test_a_distilled_model_compiles_to_the_same_block_as_the_raw_one(name, tmp_path, compile_models):
    (tmp_path / "distilled.json").write_text(distiller.distill(loader, name)[0], encoding="utf-8")
    (tmp_path / "raw.json").write_text(json.dumps(raw_model(name)), encoding="utf-8")
    for kind in ("distilled", "raw"):
        subprocess.run([compile_models, tmp_path / f"{kind}.json", tmp_path / f"{kind}.bin", name], check=True)
    assert (tmp_path / "distilled.bin").read_bytes() == (tmp_path / "raw.bin").read_bytes()


MERGED = ("locationName", "timestampFormat", "xmlNamespace")
MERGED_FLAGS = ("flattened", "streaming", "jsonvalue", "box")
SHAPE_FLAGS = ("flattened", "sparse", "union", "document", "eventstream", "event", "streaming", "requiresLength", "sensitive", "box",
               "uniqueItems", "fault")
MEMBER_FLAGS = ("xmlAttribute", "hostLabel", "idempotencyToken", "eventpayload", "eventheader", "deprecated")


def put_namespace(out, namespace):
    if isinstance(namespace, str):
        namespace = {"uri": namespace}
    if namespace:
        out["xmlNamespace"] = namespace["uri"]
        if "prefix" in namespace:
            out["xmlNamespacePrefix"] = namespace["prefix"]


def expected_member(shapes, reference, required=False):
    shape = shapes[reference["shape"]]
    merged = {key: reference.get(key, shape.get(key)) for key in (*MERGED, *MERGED_FLAGS)}
    if shape["type"] == "structure":
        merged["locationName"] = reference.get("locationName")
    out = {"shape": reference["shape"], **{key: reference[key] for key in ("location", "queryName") if key in reference}}
    out |= {key: merged[key] for key in ("locationName", "timestampFormat") if merged[key]}
    put_namespace(out, merged["xmlNamespace"])
    out |= {key: True for key in MERGED_FLAGS if merged[key]} | {key: True for key in MEMBER_FLAGS if reference.get(key)}
    return out | ({"required": True} if required else {})


def expected_shape(shapes, shape, is_error):
    out = {key: shape[key] for key in ("type", "payload", "locationName", "timestampFormat", "pattern", "min", "max") if key in shape}
    out |= {key: shape["enum"] for key in ("enum",) if shape.get("enum")} | {key: True for key in SHAPE_FLAGS if shape.get(key)}
    put_namespace(out, shape.get("xmlNamespace"))
    error = shape.get("error", {})
    if is_error:
        out["exception"] = True
    out |= {ours: error[key] for ours, key in (("errorCode", "code"), ("httpStatusCode", "httpStatusCode")) if error.get(key)}
    if error.get("senderFault"):
        out["senderFault"] = True
    if shape["type"] == "structure":
        required = shape.get("required", ())
        out["members"] = {name: expected_member(shapes, member, name in required) for name, member in shape["members"].items()}
    return out | {key: expected_member(shapes, shape[key]) for key in ("member", "key", "value") if key in shape}


def streams(shapes, reference, kind):
    shape = shapes[reference["shape"]] if reference else {}
    for name, member in shape.get("members", {}).items():
        target = shapes[member["shape"]]
        if kind == "eventstream" and target.get("eventstream"):
            return True
        streaming = member.get("streaming", target.get("streaming"))
        if kind == "streaming" and name == shape.get("payload") and target["type"] == "blob" and streaming:
            return True
    return False


def expected_operation(shapes, operation):
    http, input_, output = operation["http"], operation.get("input", {}), operation.get("output", {})
    checksum = operation.get("httpChecksum", {})
    out = {"method": http["method"], "requestUri": http["requestUri"], "responseCode": http.get("responseCode", 200)}
    texts = {
        "input": input_.get("shape"), "output": output.get("shape"), "inputLocationName": input_.get("locationName"),
        "inputXmlNamespace": input_.get("xmlNamespace", {}).get("uri"), "resultWrapper": output.get("resultWrapper"),
        "hostPrefix": operation.get("endpoint", {}).get("hostPrefix"), "authtype": operation.get("authtype"),
        "requestAlgorithmMember": checksum.get("requestAlgorithmMember"),
        "requestValidationModeMember": checksum.get("requestValidationModeMember"),
    }
    flags = {
        "unsignedPayload": operation.get("unsignedPayload"), "deprecated": operation.get("deprecated"),
        "checksumRequired": checksum.get("requestChecksumRequired") or operation.get("httpChecksumRequired"),
        **{f"{kind}{side}": streams(shapes, reference, kind)
           for kind in ("streaming", "eventstream") for side, reference in (("Input", input_), ("Output", output))},
    }
    out |= {key: text for key, text in texts.items() if text} | {key: True for key, flag in flags.items() if flag}
    return out | ({"errors": [error["shape"] for error in operation["errors"]]} if operation.get("errors") else {})


@pytest.mark.parametrize("name", CHECKED_IN)
def test_the_views_of_a_compiled_model_lose_nothing(name, tmp_path, compile_models):
    model = json.loads((ROOT / "services" / name / "model.json").read_text(encoding="utf-8"))
    block = tmp_path / f"{name}.bin"
    subprocess.run([compile_models, ROOT / "services" / name / "model.json", block], check=True)
    dump = json.loads(subprocess.run([compile_models, "--dump", block], check=True, capture_output=True).stdout)
    shapes = model["shapes"]
    errors = {error["shape"] for operation in model["operations"].values() for error in operation.get("errors", ())}
    errors |= {key for key, shape in shapes.items() if shape.get("exception") or shape.get("error")}
    assert dump["operations"] == {key: expected_operation(shapes, record) for key, record in model["operations"].items()}
    assert dump["shapes"].keys() == shapes.keys()
    for key, shape in shapes.items():
        expected = expected_shape(shapes, shape, key in errors)
        assert dump["shapes"][key] == expected, key
        assert list(dump["shapes"][key].get("members", ())) == list(shape.get("members", ())), key
    joined = {key: {trait: ",".join(value) if isinstance(value, list) else value for trait, value in record.items()
                    if trait != "non_aggregate_keys"} for key, record in model.get("paginators", {}).items()}
    assert dump["paginators"] == joined
