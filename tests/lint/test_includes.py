"""Includes point upwards only, services never include each other, and heavy headers stay where they belong."""

import re

import sources

BELOW_SERVICE = {"base", "storage", "runtime", "wire", "auth", "patterns"}
# Which layers a source of a layer may include: the table in docs/architecture.md and the target_link_libraries of CMake.
ALLOWED = {
    "base": {"base"},
    "storage": {"base", "storage"},
    "runtime": {"base", "storage", "runtime"},  # the scheduler's due rows
    "wire": {"base", "wire"},
    "auth": {"base", "storage", "runtime", "wire", "auth"},  # signatures are computed over wire's HTTP message
    "patterns": {"base", "patterns"},
    "service": BELOW_SERVICE | {"service", "ports"},
    "ports": BELOW_SERVICE | {"service", "ports"},
    "services": BELOW_SERVICE | {"service", "ports"},
    "http": BELOW_SERVICE | {"service", "ports", "http"},
    "daemon": BELOW_SERVICE | {"service", "ports", "http", "daemon"},
    "cli": BELOW_SERVICE | {"service", "ports", "http", "daemon", "cli"},
}
# Header prefix -> the only places that may include it.
CONFINED = {
    # The three are about deflated data.
    "boost/beast": ("src/http/", "src/third_party/", "services/iam/aws_policies.cpp", "services/s3/gzip.cpp", "services/s3/select/byte_source.cpp"),
    "boost/asio/impl/": ("src/third_party/",),
    "sqlite3.h": ("src/storage/",),
    "pugixml": ("src/wire/", "services/sts/saml_", "services/iam/saml_"),  # assertions and metadata are documents that callers send
    "re2/": ("src/wire/",),
    "absl/": ("src/runtime/time_zone.cpp",),
    "CLI/": ("src/cli/", "src/main.cpp"),
    "toml++/": ("src/daemon/", "src/cli/"),
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def includes(path):
    content = sources.text(path)
    return [(sources.line_of(content, match.start()), match.group(1), match.group(2)) for match in INCLUDE.finditer(content)]


def place(path):
    """(layer, service) of a source; (None, None) for tests, tools and main, which may include anything."""
    parts = path.parts
    if parts[:2] == ("include", "stratolite"):
        return parts[2], None
    if parts[0] == "src" and len(parts) > 2 and parts[1] in ALLOWED:
        return parts[1], None
    if parts[0] == "services" and len(parts) > 2:
        return "services", parts[1]
    return None, None


def service_names():
    return {path.parts[1] for path in sources.files() if path.parts[0] == "services" and len(path.parts) > 2}


def target(header):
    """(layer, service) of an included header of ours; (None, None) when it is somebody else's."""
    parts = header.split("/")
    if parts[0] == "stratolite" and len(parts) > 2:
        return parts[1], None
    if parts[0] in ALLOWED and len(parts) > 1:
        return parts[0], None
    if parts[0] in service_names() and len(parts) > 1:
        return "services", parts[0]
    return None, None


def test_includes_point_upwards_only():
    wrong = []
    for path in sources.code():
        layer, service = place(path)
        if layer is None:
            continue
        for line, quote, header in includes(path):
            to_layer, to_service = target(header) if quote == '"' else (None, None)
            if to_service is not None and to_service != service and layer != "daemon":
                wrong.append(f"{path}:{line}: {service or layer} includes service {to_service}: use ports")
            elif to_service is None and to_layer is not None and to_layer not in ALLOWED[layer]:
                wrong.append(f"{path}:{line}: {layer} includes {to_layer}")
    sources.expect_none(wrong)


def test_heavy_headers_stay_where_they_belong():
    wrong = [f"{path}:{line}: <{header}> belongs in {' or '.join(places)}" for path in sources.code() for line, _, header in includes(path)
             for prefix, places in CONFINED.items() if header.startswith(prefix) and not str(path).startswith(places) and path.parts[0] != "tests"]
    sources.expect_none(wrong)


def test_our_headers_are_included_with_their_full_path_in_quotes():
    wrong = []
    for path in sources.code():
        for line, quote, header in includes(path):
            ours = header.startswith("stratolite/")
            if ours and quote == "<" or header.startswith("..") or quote == '"' and "/" not in header and path.parts[0] in ("include", "src", "services") \
                    and path.parts[1] != "third_party":
                wrong.append(f"{path}:{line}: {header}")
    sources.expect_none(wrong)


def test_headers_begin_with_pragma_once():
    sources.expect_none([str(path) for path in sources.code() if path.suffix == ".hpp" and not re.match(r"(//[^\n]*\n|\s)*#pragma once\n", sources.text(path))])
