"""Names that are unique where they need to be."""

import re

import sources

ANONYMOUS = re.compile(r"^namespace \{\n(.*?)^\}", re.S | re.M)
# At the start of a line. Functions may be overloaded; constants and types may not come twice.
NAMED = re.compile(r"^(?:(?:inline )?(?:constexpr|const)\b[^=({\n]*?\b(k\w+)\s*[={(\[]|(?:struct|class|enum class)\s+(\w+))", re.M)


def test_sources_that_may_share_a_unity_file_have_no_name_twice():
    """A release build compiles the sources of a folder together, in batches that change whenever a source is added."""
    owners = {}
    for path in sources.code():
        if path.suffix == ".cpp" and path.parts[0] in ("src", "services"):
            for block in ANONYMOUS.findall(sources.bare(path)):
                for constant, kind in NAMED.findall(block):
                    owners.setdefault((path.parent, constant or kind), set()).add(path.name)
    sources.expect_none([f"{folder}: {name} in {', '.join(sorted(files))}" for (folder, name), files in sorted(owners.items()) if len(files) > 1])
