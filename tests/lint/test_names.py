"""Names that are unique where they need to be."""

import re

import sources

ANONYMOUS = re.compile(r"^namespace \{\n(.*?)^\}", re.S | re.M)
# At the start of a line. Functions may be overloaded; constants and types may not come twice.
NAMED = re.compile(r"^(?:(?:inline )?(?:constexpr|const)\b[^=({\n]*?\b(k\w+)\s*[={(\[]|(?:struct|class|enum class)\s+(\w+))", re.M)


def test_sources_that_may_share_a_unity_file_have_no_name_twice():
    """Sources of a folder, and the unit tests of a layer or service, are compiled together, in batches that change whenever a source is added."""
    owners = {}
    for path in sources.code():
        if path.suffix == ".cpp" and (path.parts[0] in ("src", "services") or path.parts[:2] == ("tests", "unit")):
            folder = "/".join(path.parts[:4 if path.parts[2] == "services" else 3]) if path.parts[0] == "tests" else path.parent
            for block in ANONYMOUS.findall(sources.bare(path)):
                for constant, kind in NAMED.findall(block):
                    owners.setdefault((str(folder), constant or kind), set()).add(path.name)
    sources.expect_none([f"{folder}: {name} in {', '.join(sorted(files))}" for (folder, name), files in sorted(owners.items()) if len(files) > 1])
