"""What the image, the service and the pages about them say to the program, it understands."""

import os
import pathlib
import re
import subprocess

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
# Not settings: where clients look, and what the test clients start.
OTHER_VARIABLES = {"STRATOLITE_BINARY", "STRATOLITE_CONFIG", "STRATOLITE_ENDPOINT", "STRATOLITE_TESTS"}  # the last is CMake's
PLACES = ["docker/Dockerfile", "docker/compose.yaml", "packaging/stratolite.service", "docs/install.md", "docs/testing.md", "clients/python/README.md", "clients/node/README.md"]


@pytest.fixture(scope="module")
def run(pytestconfig, tmp_path_factory):
    home = str(tmp_path_factory.mktemp("home"))

    def call(*words):
        environment = {"PATH": os.environ["PATH"], "HOME": home}
        return subprocess.run([pytestconfig.getoption("--binary"), *words], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)

    return call


@pytest.mark.parametrize("place", PLACES)
def test_variables_are_settings(run, place):
    known = set(re.findall(r"STRATOLITE_[A-Z0-9_]+", run("start", "--help").stdout)) | OTHER_VARIABLES
    named = set(re.findall(r"STRATOLITE_[A-Z0-9]+(?:_[A-Z0-9]+)*\b(?!\*)", (REPOSITORY / place).read_text()))
    assert not named - known


@pytest.mark.parametrize("place", PLACES)
def test_commands_and_flags_exist(run, place):
    text = (REPOSITORY / place).read_text()
    calls = re.findall(r"^ExecStart=(.*)|(?:HEALTHCHECK.*)?CMD (\[.*\])|(?:`|\$ )(?:\S+/)?stratolite ([a-z][^`\n]*)", text, re.M)
    lines = [re.sub(r'[\[\]",]', " ", "".join(call)).replace("/usr/bin/stratolite", " ").split() for call in calls]
    for words in lines:
        command = next(word for word in words if not word.startswith("-"))
        help_text = run(command, "--help").stdout if command != "aws" else ""
        assert help_text or command == "aws", words
        for flag in (word for word in words if word.startswith("--") and command != "aws"):
            assert re.search(rf"^\s*(-\w,)?{flag}(?![\w-])", help_text, re.M), words
    assert lines or place not in ("docker/Dockerfile", "packaging/stratolite.service")


def test_lines_of_the_settings_file_can_be_used_as_they_stand(run, tmp_path):
    lines = re.findall(r"^# ([a-z-]+ = [^#\n]*)", (REPOSITORY / "packaging/stratolite.toml").read_text(), re.M)
    assert len(lines) > 3
    file = tmp_path / "stratolite.toml"
    file.write_text("\n".join(lines) + f'\ndata-dir = "{tmp_path / "data"}"\n')
    assert run("doctor", "--config", str(file)).returncode != 2
    file.write_text(file.read_text().replace("durability", "durabilty"))
    assert "Did you mean durability?" in run("doctor", "--config", str(file)).stderr
