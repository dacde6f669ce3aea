"""Every public header compiles alone, and those of a service together: alone they are compiled by `make tidy`, whose build is no unity build."""

import os
import shutil
import subprocess
import tempfile

import pytest

import sources

HEADERS = [path for path in sources.code() if path.suffix == ".hpp"]
PUBLIC = [str(path.relative_to("include")) for path in HEADERS if path.parts[0] == "include"]
SERVICES = sorted({path.parts[1] for path in HEADERS if path.parts[0] == "services"})
DEFINES = ["-DSPDLOG_COMPILED_LIB", "-DSPDLOG_FMT_EXTERNAL", "-DBOOST_ASIO_SEPARATE_COMPILATION", "-DBOOST_BEAST_SEPARATE_COMPILATION",
           "-DBOOST_ASIO_NO_DEPRECATED", "-DBOOST_ALL_NO_LIB"]


def compile_headers(name, headers):
    # Compiled and not only parsed, because ccache remembers the former: the second run costs milliseconds.
    command = ["ccache"] if shutil.which("ccache") else []
    text = "".join(f'#include "{header}"\n' for header in headers)
    with tempfile.TemporaryDirectory() as directory:
        # The same path every time, or ccache would not know it again.
        source = sources.ROOT / "build" / "lint" / (name.replace("/", "_") + ".cpp")
        source.parent.mkdir(parents=True, exist_ok=True)
        if not source.exists() or source.read_text() != text:
            source.write_text(text)
        command += ["g++", "-std=c++20", "-O0", "-Wall", "-Wextra", "-Iinclude", "-Isrc", "-Iservices", *DEFINES, "-c",
                    str(source.relative_to(sources.ROOT)), "-o", os.path.join(directory, "a.o")]
        done = subprocess.run(command, cwd=sources.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:4000]
    assert "warning" not in done.stderr, done.stderr[:4000]


@pytest.mark.parametrize("header", PUBLIC)
def test_header_compiles_alone(header):
    compile_headers(header, [header])


@pytest.mark.parametrize("service", SERVICES)
def test_headers_of_a_service_compile(service):
    # Backwards, so that the most basic ones (errors, model) do not prepare the way for the others.
    headers = sorted((str(path.relative_to("services")) for path in HEADERS if path.parts[:2] == ("services", service)), reverse=True)
    compile_headers(f"service {service}", headers)
