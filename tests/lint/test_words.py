"""What must not stand in a source, and what a file must not be called."""

import re

import pytest

import sources

# GCC 12 miscompiles a co_await expression that holds a capturing lambda or a braced aggregate: see docs/style.md.
CO_AWAIT = re.compile(r"co_await\b[^;]*?(\[[^\]&][^\]]*\]\s*[({m]|\b[A-Z]\w*\{)", re.S)

# pattern, where it is searched, where it is allowed all the same, what to do instead
BANNED = [
    (r"\bsystem_clock::now\s*\(|\bgettimeofday\s*\(|\bclock_gettime\s*\(|\btime\s*\(\s*(NULL|nullptr|0)\s*\)", ("services/", "tests/", "src/", "include/"),
     ("src/runtime/", "tests/bench/"), "take the time from the injected Clock"),
    (r"\b(?:rand|drand48)\s*\(\s*\)|::random\s*\(\s*\)|\bsrand\s*\(|\brandom_device\b", ("services/", "tests/", "src/", "include/"), ("src/runtime/",),
     "take randomness and ids from the injected Random"),
    (r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\s*\(|(?<![\w.>])sleep\s*\(", ("services/", "tests/"), ("tests/bench/",), "advance the virtual clock, or wait for the event"),
    (r"\bstd::call_once\b", ("services/", "src/", "include/"), ("include/stratolite/base/once.hpp",), "Once, through which a release can throw"),
    (r"\basio::detached\b", ("services/", "src/", "include/", "tests/"), (), "spawn through a TaskGroup"),
    (r"\busing namespace (?!std::(?:chrono_|string_view_|string_)?literals|std::\w+_literals)", ("include/",), (), "headers open no namespace"),
    (r"\bcatch\s*\(\s*\.\.\.\s*\)", ("services/",), (), "only the dispatcher, the task group and Transact catch everything"),
]
# A comment on the same line or the two above that says why it must be real.
EXCUSE = re.compile(r"//.*\breal (time|randomness)\b", re.I)
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "misc"}


@pytest.mark.parametrize("pattern, where, except_in, instead", BANNED, ids=[entry[3] for entry in BANNED])
def test_banned(pattern, where, except_in, instead):
    found = []
    for path in sources.code():
        if str(path).startswith(where) and not str(path).startswith(except_in or ("\0",)):
            content, lines = sources.bare(path), sources.text(path).splitlines()
            for match in re.finditer(pattern, content):
                line = sources.line_of(content, match.start())
                if not EXCUSE.search("\n".join(lines[max(0, line - 3):line])):
                    found.append(f"{path}:{line}: {match.group(0)}: {instead}")
    sources.expect_none(found)


def test_co_await_takes_names_literals_and_calls_only():
    found = []
    for path in sources.code():
        content = sources.bare(path)
        found += [f"{path}:{sources.line_of(content, match.start())}: name the lambda or struct first, then std::move(name)"
                  for match in CO_AWAIT.finditer(content)]
    sources.expect_none(found)


def test_no_file_has_a_name_that_says_nothing():
    sources.expect_none([str(path) for path in sources.files() if VAGUE & set(re.split(r"[_\-.]", path.name.lower())[:-1])])


def test_names_of_files_are_snake_case():
    sources.expect_none([str(path) for path in sources.code() if not re.fullmatch(r"[a-z0-9_]+\.(cpp|hpp)", path.name)])


def test_no_shell_or_python_file_holds_a_path_of_one_machine():
    found = []
    for path in sources.files():
        if path.suffix in (".cpp", ".hpp", ".py", ".sh", ".md", ".cmake", ".yml", ".mjs") and path.name != "test_words.py":
            found += [f"{path}: {match.group(0)}" for match in re.finditer(r"(?<![\w.])/(?:work|root|home/\w+)/\w+", sources.text(path))]
    sources.expect_none(found)
