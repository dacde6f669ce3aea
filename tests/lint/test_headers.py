"""Every public header, and every header of a service, compiles alone."""

import os
import shutil
import subprocess
import tempfile

import pytest

import sources

PUBLIC = [str(path) for path in sources.code() if path.suffix == ".hpp" and path.parts[0] in ("include", "services")]
DEFINES = ["-DSPDLOG_COMPILED_LIB", "-DSPDLOG_FMT_EXTERNAL", "-DBOOST_ASIO_SEPARATE_COMPILATION", "-DBOOST_BEAST_SEPARATE_COMPILATION",
           "-DBOOST_ASIO_NO_DEPRECATED", "-DBOOST_ALL_NO_LIB"]


@pytest.mark.parametrize("header", PUBLIC)
def test_header_compiles_alone(header):
    name = header.removeprefix("include/").removeprefix("services/")
    # Compiled and not only parsed, because ccache remembers the former: the second run costs milliseconds.
    command = ["ccache"] if shutil.which("ccache") else []
    with tempfile.TemporaryDirectory() as directory:
        # The same path every time, or ccache would not know it again.
        source = sources.ROOT / "build" / "lint" / (name.replace("/", "_") + ".cpp")
        source.parent.mkdir(parents=True, exist_ok=True)
        if not source.exists() or source.read_text() != f'#include "{name}"\n':
            source.write_text(f'#include "{name}"\n')
        command += ["g++", "-std=c++20", "-O0", "-Wall", "-Wextra", "-Iinclude", "-Isrc", "-Iservices", *DEFINES, "-c",
                    str(source.relative_to(sources.ROOT)), "-o", os.path.join(directory, "a.o")]
        done = subprocess.run(command, cwd=sources.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:4000]
    assert "warning" not in done.stderr, done.stderr[:4000]
