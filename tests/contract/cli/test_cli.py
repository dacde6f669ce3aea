"""The `stratolite` command itself, as a person uses it."""

import json
import os
import pathlib
import re
import subprocess

import pytest

pytestmark = pytest.mark.stratolite


@pytest.fixture
def stratolite(binary, endpoint, tmp_path):
    def run(*words, fails=0, environment=None, url=None):
        base = {k: v for k, v in os.environ.items() if not k.startswith(("STRATOLITE_", "AWS_"))}
        done = subprocess.run([binary, *words], capture_output=True, text=True, timeout=60,
                              env={**base, "HOME": str(tmp_path), "STRATOLITE_ENDPOINT": url or endpoint, **(environment or {})})
        assert done.returncode == fails, done.stdout + done.stderr
        return done.stderr if fails else done.stdout

    return run


def test_help_lists_every_command(stratolite):
    text = stratolite("--help")
    for command in ("start", "stop", "status", "env", "aws", "reset", "clock", "requests", "coverage", "doctor", "completion"):
        assert re.search(rf"^\s+{command}\b", text, re.M), command


def test_help_of_start_names_flags_and_variables(stratolite):
    text = stratolite("start", "--help")
    for flag in ("--port", "--data-dir", "--ephemeral", "--durability", "--auth", "--seed", "--ready-file", "--log-format", "--detach"):
        assert flag in text
    assert "STRATOLITE_DATA_DIR" in text


@pytest.mark.parametrize("words, message", [
    (("start", "--prot", "1"), "unknown flag '--prot'. Did you mean --port?"),
    (("strat",), "unknown command 'strat'. Did you mean start?"),
    (("start", "--auth", "of"), "--auth: 'of' must be one of permissive, strict"),
    (("clock", "--advanse", "P1D"), "unknown flag '--advanse'. Did you mean --advance?"),
])
def test_words_that_are_not_understood_come_with_a_suggestion(stratolite, words, message):
    assert message in stratolite(*words, fails=2)


def test_an_unknown_variable_is_an_error(stratolite):
    assert "Did you mean STRATOLITE_PORT?" in stratolite("start", fails=2, environment={"STRATOLITE_PROT": "1"})


def test_an_unknown_key_in_the_file_is_an_error(stratolite, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("prot = 1\n")
    assert "Did you mean port?" in stratolite("start", "--config", str(file), fails=2)


def test_env_points_clients_at_the_daemon(stratolite, endpoint):
    lines = stratolite("env", "--account", "123456789012", "--region", "eu-west-1").splitlines()
    assert f"export AWS_ENDPOINT_URL='{endpoint}'" in lines
    assert "export AWS_ACCESS_KEY_ID='123456789012'" in lines
    assert "export AWS_REGION='eu-west-1'" in lines
    assert f"set -gx AWS_ENDPOINT_URL '{endpoint}';" in stratolite("env", "--shell", "fish")


def test_aws_runs_the_users_cli_against_the_daemon(stratolite):
    assert json.loads(stratolite("aws", "sts", "get-caller-identity", "--output", "json"))["Account"] == "000000000000"


def test_status_tells_where_and_how(stratolite, endpoint):
    text = stratolite("status")
    assert re.search(r"^pid\s+\d+$", text, re.M)
    assert re.search(r"^auth\s+permissive", text, re.M)


def test_localhost_and_what_is_below_it_are_this_machine_whatever_a_resolver_says(stratolite, endpoint):
    # It is reached: what answers there is a bucket, which has no such page.
    assert "HTTP 404" in stratolite("status", fails=1, url=endpoint.replace("localhost", "photos.localhost"))


def test_coverage_counts_operations(stratolite):
    assert re.search(r"^sqs\s+23\s+23$", stratolite("coverage"), re.M)
    assert json.loads(stratolite("coverage", "--json"))["services"]["sts"]["built"] == 11


def test_commands_say_what_to_do_when_no_daemon_answers(stratolite):
    assert "Start it with 'stratolite start'" in stratolite("status", fails=1, url="http://127.0.0.1:9")


def test_clock_advances_and_shows_it(stratolite, daemon):
    own = daemon()
    before = stratolite("clock", "--freeze", url=own.endpoint)
    after = stratolite("clock", "--advance", "P1D", url=own.endpoint)
    day = lambda text: re.search(r"^now\s+(\d{4}-\d\d-\d\d)T", text, re.M)[1]
    assert day(before) < day(after)


def test_reset_empties_the_world(stratolite, daemon, client):
    own = daemon()
    sqs = client("sqs", url=own.endpoint)
    sqs.create_queue(QueueName="q")
    stratolite("reset", url=own.endpoint)
    assert "QueueUrls" not in sqs.list_queues()


def test_detached_daemon_answers_when_start_returns_and_stops_when_told(stratolite, tmp_path):
    ready = tmp_path / "ready.json"
    text = stratolite("start", "--detach", "--port", "0", "--data-dir", str(tmp_path / "data"), "--ready-file", str(ready))
    address = json.loads(ready.read_text())
    assert address["endpoint"] in text
    assert "pid" in stratolite("status", url=address["endpoint"])
    assert f"process {address['pid']}" in stratolite("stop", url=address["endpoint"])
    assert "Is the daemon running?" in stratolite("status", fails=1, url=address["endpoint"])


def test_a_daemon_that_cannot_start_detached_says_why(stratolite, daemon):
    port = daemon().port
    assert str(port) in stratolite("start", "--detach", "--ephemeral", "--port", str(port), fails=1)


def test_doctor_finds_the_running_daemon(stratolite, daemon):
    own = daemon()
    assert f"a daemon answers at http://localhost:{own.port}" in stratolite("doctor", "--port", str(own.port))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_commands_and_flags(stratolite, shell):
    script = stratolite("completion", shell)
    assert "coverage" in script and "durability" in script


def test_bash_accepts_the_completion_script(stratolite):
    script = stratolite("completion", "bash") + '\nCOMP_WORDS=(stratolite sta); COMP_CWORD=1; _stratolite; echo "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["start", "status"]


def test_every_setting_is_documented_with_its_variable(stratolite):
    """docs/settings.md and `start --help` name the same settings."""
    page = (pathlib.Path(__file__).resolve().parents[3] / "docs/settings.md").read_text()
    documented = dict(re.findall(r"^\| `--([a-z-]+)[^`]*` \| `(STRATOLITE_[A-Z_]+)`", page, re.M))
    shown = dict(re.findall(r"^ +--([a-z-]+)(?:(?!^ +-)[\s\S])*?\[(STRATOLITE_[A-Z_]+)\]", stratolite("start", "--help"), re.M))
    shown.pop("config")
    assert documented == shown
