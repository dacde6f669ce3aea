"""The scaffold makes a service that keeps every rule of the lint, and, when asked for (STRATOLITE_SLOW_TESTS=1), compiles and passes."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "src/tools/new_service.py"


def scaffold(name, root):
    return subprocess.run([sys.executable, str(SCRIPT), name, "--root", str(root)], capture_output=True, text=True)


@pytest.fixture
def empty_root(tmp_path):
    (tmp_path / "services").mkdir()
    return tmp_path


def test_writes_a_service_with_its_model_readme_and_test(empty_root):
    done = scaffold("application-autoscaling", empty_root)
    assert done.returncode == 0, done.stderr
    folder = empty_root / "services/application-autoscaling"
    assert sorted(path.name for path in folder.iterdir()) == [
        "CMakeLists.txt", "README.md", "application_autoscaling.cpp", "application_autoscaling.hpp", "model.json"]
    assert "namespace stratolite::application_autoscaling" in (folder / "application_autoscaling.hpp").read_text()
    assert "| DescribeScalingPolicies | no |" in (folder / "README.md").read_text()
    assert (empty_root / "tests/unit/services/application-autoscaling/application_autoscaling_test.cpp").exists()


def test_overwrites_nothing(empty_root):
    assert scaffold("sns", empty_root).returncode == 0
    again = scaffold("sns", empty_root)
    assert again.returncode != 0
    assert "there already" in again.stderr


@pytest.mark.parametrize("name", ["no-such-service", "../sns", "SNS"])
def test_refuses_what_is_no_service(empty_root, name):
    done = scaffold(name, empty_root)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert list((empty_root / "services").iterdir()) == []


def test_what_it_writes_is_formatted(empty_root):
    program = ROOT / ".venv/bin/clang-format"
    if not program.exists():
        pytest.skip("the pinned clang-format is not installed")
    scaffold("sns", empty_root)
    shutil.copy(ROOT / ".clang-format", empty_root)
    sources = [str(path) for path in empty_root.rglob("*.[ch]pp")]
    done = subprocess.run([str(program), "--dry-run", "-Werror", *sources], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not os.environ.get("STRATOLITE_SLOW_TESTS"), reason="builds the foundation: set STRATOLITE_SLOW_TESTS=1")
def test_what_it_writes_compiles_and_passes(tmp_path):
    checkout = tmp_path / "checkout"
    for name in ("CMakeLists.txt", "cmake", "include", "src", "tests", "LICENSE", "NOTICE"):
        source = ROOT / name
        shutil.copytree(source, checkout / name, ignore=shutil.ignore_patterns("node_modules")) if source.is_dir() else shutil.copy(source, checkout)
    (checkout / "services").mkdir()
    assert scaffold("codecommit", checkout).returncode == 0
    build = checkout / "build"
    for command in (["cmake", "-S", str(checkout), "-B", str(build), "-G", "Ninja"],
                    ["cmake", "--build", str(build), "--target", "unit_service_codecommit"],
                    [str(build / "tests/unit_service_codecommit")]):
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
