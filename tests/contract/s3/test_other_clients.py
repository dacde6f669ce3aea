"""Clients that AWS did not write, with their default settings: s3cmd, rclone and s3fs from Debian, and the AWS CLI's own `s3` commands."""

import hashlib
import os
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request

import pytest

LARGE = 20 << 20  # beyond every client's threshold for multipart uploads


@pytest.fixture
def bucket(client, account):
    name = f"clients-{account}"
    client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def tree(tmp_path):
    """A folder with a nested file, an awkward name, an empty file and a large one."""
    root = tmp_path / "tree"
    (root / "folder/inner").mkdir(parents=True)
    (root / "a.txt").write_text("alpha\n")
    (root / "folder/b c+d & é.txt").write_text("bravo\n")
    (root / "folder/inner/empty").write_bytes(b"")
    (root / "large.bin").write_bytes(os.urandom(1 << 20) * (LARGE >> 20))
    return root


def digests(root):
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(root.rglob("*")) if path.is_file()}


def run(*command, env=None):
    # Nothing of the user's own: rclone, for one, stumbles over AWS_CA_BUNDLE.
    env = env or {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "RCLONE_"))}
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, env=env)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def s3cmd(endpoint, account, tmp_path):
    program = shutil.which("s3cmd")
    if program is None:
        pytest.skip("s3cmd is not installed: `make test` installs it")
    host = urllib.parse.urlsplit(endpoint).netloc
    config = tmp_path / "s3cfg"
    config.write_text(f"[default]\naccess_key = {account}\nsecret_key = test\nhost_base = {host}\nhost_bucket = {host}\nuse_https = False\n")
    return lambda *words: run(program, "-c", config, "--no-progress", *words)


@pytest.fixture
def rclone(endpoint, account, tmp_path):
    program = shutil.which("rclone")
    if program is None:
        pytest.skip("rclone is not installed: `make test` installs it")
    config = tmp_path / "rclone.conf"
    config.write_text(f"[here]\ntype = s3\nprovider = Other\nenv_auth = false\naccess_key_id = {account}\nsecret_access_key = test\n"
                      f"region = us-east-1\nendpoint = {endpoint}\nforce_path_style = true\n")
    return lambda *words: run(program, "--config", config, *words)


@pytest.fixture
def aws(cli_environment, endpoint):
    program = os.path.join(os.path.dirname(sys.executable), "aws")
    return lambda *words: run(program, "--endpoint-url", endpoint, "s3", *words, env=cli_environment)


def test_s3cmd_puts_lists_gets_and_deletes(s3cmd, bucket, tree, tmp_path):
    s3cmd("put", "--recursive", f"{tree}/", f"s3://{bucket}/")
    listed = s3cmd("ls", "--recursive", f"s3://{bucket}")
    assert {line.split(f"s3://{bucket}/")[1] for line in listed.splitlines()} == set(digests(tree))
    target = tmp_path / "back"
    target.mkdir()
    s3cmd("get", "--recursive", f"s3://{bucket}/", f"{target}/")
    assert digests(target) == digests(tree)
    assert "alpha" not in s3cmd("info", f"s3://{bucket}/a.txt")
    s3cmd("cp", f"s3://{bucket}/a.txt", f"s3://{bucket}/copy.txt")
    s3cmd("del", "--recursive", "--force", f"s3://{bucket}")
    assert s3cmd("ls", f"s3://{bucket}") == ""
    s3cmd("rb", f"s3://{bucket}")
    assert f"s3://{bucket}" not in s3cmd("ls")


def test_s3cmd_syncs_only_what_changed(s3cmd, bucket, tree):
    s3cmd("sync", f"{tree}/", f"s3://{bucket}/")
    (tree / "a.txt").write_text("changed\n")
    second = s3cmd("sync", f"{tree}/", f"s3://{bucket}/")
    assert "a.txt" in second and "large.bin" not in second


def test_rclone_copies_checks_and_purges(rclone, bucket, tree, tmp_path):
    rclone("copy", tree, f"here:{bucket}/tree")
    rclone("check", tree, f"here:{bucket}/tree")
    rclone("copy", f"here:{bucket}/tree", tmp_path / "back")
    assert digests(tmp_path / "back") == digests(tree)
    assert {line.split(maxsplit=1)[1] for line in rclone("ls", f"here:{bucket}/tree").splitlines()} == set(digests(tree))
    rclone("moveto", f"here:{bucket}/tree/a.txt", f"here:{bucket}/moved.txt")
    assert rclone("cat", f"here:{bucket}/moved.txt") == "alpha\n"
    rclone("purge", f"here:{bucket}/tree")
    assert rclone("lsf", "--recursive", f"here:{bucket}").splitlines() == ["moved.txt"]


def test_rclone_syncs_deletions(rclone, bucket, tree):
    rclone("sync", tree, f"here:{bucket}")
    (tree / "folder/inner/empty").unlink()
    rclone("sync", tree, f"here:{bucket}")
    rclone("check", tree, f"here:{bucket}")


def test_aws_s3_cp_sync_mv_rm_ls_and_presign(aws, bucket, tree, tmp_path):
    aws("cp", tree, f"s3://{bucket}/tree", "--recursive", "--only-show-errors")
    assert {line.split(maxsplit=3)[3].removeprefix("tree/") for line in aws("ls", f"s3://{bucket}/tree/", "--recursive").splitlines()} == set(digests(tree))
    assert "PRE tree/" in aws("ls", f"s3://{bucket}")
    aws("sync", f"s3://{bucket}/tree", tmp_path / "back", "--only-show-errors")
    assert digests(tmp_path / "back") == digests(tree)
    assert aws("sync", f"s3://{bucket}/tree", tmp_path / "back") == ""
    (tree / "a.txt").unlink()
    assert "delete: " in aws("sync", tree, f"s3://{bucket}/tree", "--delete", "--no-progress")
    aws("mv", f"s3://{bucket}/tree/large.bin", f"s3://{bucket}/elsewhere.bin", "--only-show-errors")
    url = aws("presign", f"s3://{bucket}/elsewhere.bin", "--expires-in", "60").strip()
    with urllib.request.urlopen(url) as answer:
        assert hashlib.sha256(answer.read()).hexdigest() == hashlib.sha256((tree / "large.bin").read_bytes()).hexdigest()
    aws("rm", f"s3://{bucket}", "--recursive", "--only-show-errors")
    aws("rb", f"s3://{bucket}")
    assert bucket not in aws("ls")


def test_aws_s3_cp_streams_through_standard_input_and_output(aws, bucket, cli_environment, endpoint):
    program = os.path.join(os.path.dirname(sys.executable), "aws")
    subprocess.run([program, "--endpoint-url", endpoint, "s3", "cp", "-", f"s3://{bucket}/piped"], input=b"from a pipe", env=cli_environment, check=True, timeout=60)
    assert aws("cp", f"s3://{bucket}/piped", "-") == "from a pipe"


@pytest.fixture
def mounted(endpoint, account, bucket, tmp_path):
    """The bucket as a directory, by s3fs."""
    program, unmount = shutil.which("s3fs"), shutil.which("fusermount") or shutil.which("fusermount3")
    if program is None or unmount is None:
        pytest.skip("s3fs is not installed: `make test` installs it")
    secrets, place = tmp_path / "s3fs-secrets", tmp_path / "mounted"
    secrets.write_text(f"{account}:test")
    secrets.chmod(0o600)
    place.mkdir()
    done = subprocess.run([program, bucket, place, "-o", f"passwd_file={secrets},url={endpoint},use_path_request_style,endpoint=us-east-1"],
                          capture_output=True, text=True, timeout=60)
    if not os.path.ismount(place):
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip() or 's3fs says nothing'}")
    yield place
    subprocess.run([unmount, "-u", "-z", place], check=True, timeout=60)


def test_s3fs_makes_a_directory_of_a_bucket(mounted, tree, bucket, client):
    for path in sorted(tree.rglob("*")):
        target = mounted / path.relative_to(tree)
        target.mkdir() if path.is_dir() else shutil.copyfile(path, target)
    assert digests(mounted) == digests(tree)
    (mounted / "a.txt").rename(mounted / "folder/moved.txt")
    (mounted / "folder/moved.txt").chmod(0o600)
    (mounted / "large.bin").unlink()
    assert (mounted / "folder/moved.txt").read_text() == "alpha\n"
    keys = {each["Key"] for each in client("s3").list_objects_v2(Bucket=bucket)["Contents"]}
    assert keys == {"folder/", "folder/inner/", "folder/inner/empty", "folder/b c+d & é.txt", "folder/moved.txt"}
