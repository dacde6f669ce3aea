"""The C++ sources of this repository as the lint tests see them: which files, without comments, cut into functions."""

import functools
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE = (".cpp", ".hpp")


@functools.cache
def files():
    """Every file that git tracks or would track, relative to the root."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, check=True,
                            capture_output=True).stdout.decode()
    paths = (pathlib.PurePosixPath(name) for name in listed.split("\0") if name)
    return sorted(path for path in set(paths) if (ROOT / path).is_file())


def code():
    return [path for path in files() if path.suffix in CODE]


@functools.cache
def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


TOKEN = re.compile(r'R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"|"(?:[^"\\\n]|\\.)*"|(?<![0-9A-Fa-f])\'(?:[^\'\\\n]|\\.)+\'|//[^\n]*|/\*.*?\*/', re.S)


@functools.cache
def bare(path):
    """The text with comments and the insides of literals blanked out; every line stays where it was."""

    def blank(match):
        found = match.group(0)
        lines = "\n" * found.count("\n")
        return lines if found.startswith("/") else '""' + lines

    return TOKEN.sub(blank, text(path))


def line_of(content, offset):
    return content.count("\n", 0, offset) + 1


CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")


def functions(path):
    """(name, first line, line count) of every function body, lambdas and control blocks counted with the function they stand in."""
    content = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda m: "\n" * m.group(0).count("\n"), bare(path), flags=re.M)
    found, stack = [], []  # stack: name of the function that the block is, or None
    head_start, parens, inside = 0, 0, 0
    for offset, character in enumerate(content):
        if character in "([":
            parens += 1
        elif character in ")]":
            parens = max(0, parens - 1)
        elif character == "{":
            head = content[head_start:offset]
            name = None if inside or parens else function_name(head)
            start = head_start + len(head) - len(head.lstrip())
            stack.append((name, start, parens))
            inside += name is not None
            parens, head_start = 0, offset + 1
        elif character == "}" and stack:
            name, start, parens = stack.pop()
            if name is not None:
                inside -= 1
                first = line_of(content, start)
                found.append((name, first, line_of(content, offset) - first + 1))
            head_start = offset + 1
        elif character == ";" and not parens:
            head_start = offset + 1
    return found


def function_name(head):
    head = re.sub(r"operator\s*(\(\)|\[\]|[^\s(\w]+)", "operator_", head)
    head = re.sub(r"template\s*<.*?>\s*(?=\w)", "", head, flags=re.S)
    flat = head.strip()
    if not flat or flat.startswith(","):  # the body after a braced member initialiser
        return "(constructor)"
    if "(" not in flat:
        return None
    before = flat[: flat.index("(")]
    if "=" in before or CONTAINER.match(flat) and not re.search(r"\w\s*\(", flat):
        return None
    return (re.findall(r"[~\w:]+", before) or ["?"])[-1]


def expect_none(found):
    """Fails with every finding on a line of its own."""
    found = [str(entry) for entry in found]
    assert not found, f"{len(found)} found:\n" + "\n".join(found)
