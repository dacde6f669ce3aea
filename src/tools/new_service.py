#!/usr/bin/env python3
"""Scaffold of a new service: a folder that compiles, is tested, and answers NotImplemented to every operation.

    new_service.py sns                    # botocore's name of the service: aws configure, boto3.client("sns")
    new_service.py dynamodb --root DIR    # into another checkout

Writes services/<name>/{CMakeLists.txt,<name>.hpp,<name>.cpp,README.md}, distils model.json if it is not there yet, and adds
tests/unit/services/<name>/<name>_test.cpp. Nothing that exists is overwritten. What comes next is in docs/adding-a-service.md.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import textwrap

TOOLS = pathlib.Path(__file__).resolve().parent

HEADER = """\
#pragma once

#include <memory>

#include "stratolite/service/service.hpp"

/// {full_name}. No operation is built yet: each answers NotImplemented.
namespace stratolite::{identifier} {{

/// `deps` must outlive the service. The service is Thread-safe.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

inline constexpr ServiceDescriptor kDescriptor{{.name = "{name}", .make = &MakeService}};

}}  // namespace stratolite::{identifier}
"""

SOURCE = """\
#include "{name}/{identifier}.hpp"

namespace stratolite::{identifier} {{
namespace {{

class {camel}Service final : public Service {{
 public:
  explicit {camel}Service(const ServiceDeps& deps) : deps_(deps) {{}}

  void Register([[maybe_unused]] OperationTable& operations) override {{
    // operations.Add("{example}", this, &{camel}Service::{example});
  }}

 private:
  [[maybe_unused]] const ServiceDeps deps_;
}};

}}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) {{ return std::make_unique<{camel}Service>(deps); }}

}}  // namespace stratolite::{identifier}
"""

TEST = """\
#include "{name}/{identifier}.hpp"

#include <gtest/gtest.h>

#include "support/service_harness.hpp"

namespace stratolite::{identifier} {{
namespace {{

class {camel}Test : public ::testing::Test {{
 protected:
  testing::ServiceHarness {identifier}_{{kDescriptor}};
}};

TEST_F({camel}Test, AnOperationThatIsNotBuiltSaysSo) {{
  EXPECT_EQ({identifier}_.ErrorCode("{example}"), "NotImplemented");
}}

}}  // namespace
}}  // namespace stratolite::{identifier}
"""

README = """\
# {full_name}

Nothing is built yet. Every operation answers `NotImplemented` (HTTP 501) in the protocol of the request.

| Operation | State | Note |
| --- | --- | --- |
{rows}

## Known differences from AWS

None but the above.
"""


def words(name):
    return re.split(r"[-_]", name)


def distil(name, root):
    """Writes services/<name>/model.json, with the distiller of this checkout."""
    command = [sys.executable, str(TOOLS / "distill_models.py"), "--output", str(root / "services"), name]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"new_service.py: {name}: {done.stderr.strip() or done.stdout.strip()}")


def facts(name, model):
    operations = sorted(model["operations"])
    identifier = "_".join(words(name))
    return {
        "name": name,
        "identifier": identifier,
        "camel": "".join(word.capitalize() for word in words(name)),
        "full_name": model["metadata"].get("serviceFullName", name),
        "example": next((operation for operation in operations if operation.startswith(("List", "Describe"))), operations[0]),
        "rows": "\n".join(f"| {operation} | no | |" for operation in operations),
    }


def files(fact):
    folder = f"services/{fact['name']}"
    return {
        f"{folder}/CMakeLists.txt": f"stratolite_add_service({fact['name']})\n",
        f"{folder}/{fact['identifier']}.hpp": HEADER.format(**fact),
        f"{folder}/{fact['identifier']}.cpp": SOURCE.format(**fact),
        f"{folder}/README.md": README.format(**fact),
        f"tests/unit/services/{fact['name']}/{fact['identifier']}_test.cpp": TEST.format(**fact),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog=textwrap.dedent("\n".join(__doc__.splitlines()[2:])))
    parser.add_argument("name", help="botocore's name of the service")
    parser.add_argument("--root", type=pathlib.Path, default=TOOLS.parent.parent, help="the checkout to write into")
    arguments = parser.parse_args()
    name, root = arguments.name, arguments.root
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        sys.exit(f"new_service.py: '{name}' is no service name")

    path = root / "services" / name / "model.json"
    if not path.exists():
        distil(name, root)
    fact = facts(name, json.loads(path.read_text()))
    planned = files(fact)
    existing = [file for file in planned if (root / file).exists()]
    if existing:
        sys.exit(f"new_service.py: {name} is there already: {', '.join(existing)}")
    for file, content in planned.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(content)
        print(file)
    print(f"\nNow: make unit, then the first operation ({fact['example']}?): docs/adding-a-service.md")


if __name__ == "__main__":
    main()
