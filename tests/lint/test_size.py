"""A source of 400 lines wants to be split, one of 800 must be; a function of 80 lines does two things."""

import pytest

import sources

MAX_FILE_LINES = 800
MAX_FUNCTION_LINES = 80


def test_no_source_has_more_than_800_lines():
    written = [path for path in sources.files() if path.suffix in (".cpp", ".hpp", ".py", ".cmake", ".sh")]
    lengths = {str(path): sources.text(path).count("\n") for path in written}
    assert {path: lines for path, lines in lengths.items() if lines > MAX_FILE_LINES} == {}


def test_no_function_has_more_than_80_lines():
    long = [f"{path}:{line}: {name} has {length} lines" for path in sources.code()
            for name, line, length in sources.functions(path) if length > MAX_FUNCTION_LINES]
    sources.expect_none(long)


@pytest.mark.parametrize("code, expected", [
    ("namespace a {\nint F(int x) {\n  if (x) {\n  }\n  return 1;\n}\n}\n", [("F", 2, 5)]),
    ("struct S {\n  S(int x) : a_{x}, b_(x) {\n    a_ = 1;\n  }\n  int a_;\n};\n", [("S", 2, 1), ("(constructor)", 2, 3)]),
    ("const int kTable[] = {1,\n2};\nTEST(A, B) {\n  auto f = [&] { return 1; };\n}\n", [("TEST", 3, 3)]),
    ("INSTANTIATE(A, Values(Case{1}, Case{2}));\nbool operator==(const A& a, const B& b) { return true; }\n", [("operator_", 2, 1)]),
])
def test_the_function_counter_finds_functions(tmp_path, monkeypatch, code, expected):
    (tmp_path / "a.cpp").write_text(code)
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    assert sources.functions(sources.pathlib.PurePosixPath(tmp_path / "a.cpp")) == expected
