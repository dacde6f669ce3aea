"""Links between the documents lead somewhere, and `make` targets that they name exist."""

import re

import sources

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE_BLOCK = re.compile(r"^```.*?^```", re.M | re.S)


def pages():
    return [path for path in sources.files() if path.suffix == ".md"]


def test_relative_links_lead_to_a_file():
    dead = []
    for path in pages():
        content = CODE_BLOCK.sub("", sources.text(path))
        for target in LINK.findall(content):
            if re.match(r"[a-z]+:|#", target):
                continue
            if not (sources.ROOT / path.parent / target.split("#")[0]).exists():
                dead.append(f"{path}: {target}")
    sources.expect_none(dead)


def test_make_targets_that_the_pages_name_exist():
    targets = set(re.findall(r"^([a-z-]+):", (sources.ROOT / "Makefile").read_text(), re.M))
    unknown = []
    for path in pages():
        for command in re.findall(r"(?:^|`)make ([a-z][a-z -]*)", sources.text(path), re.M):
            unknown += [f"{path}: make {target}" for target in command.split() if target not in targets]
    sources.expect_none(unknown)
