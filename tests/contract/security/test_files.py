"""Nobody else on the machine reads or changes what the daemon keeps, whatever the umask is, and no request makes it write anywhere else."""

import contextlib
import json
import os
import pathlib
import stat
import subprocess
import urllib.error
import urllib.request

import boto3
import botocore.config
import pytest
from daemons import Daemon

pytestmark = pytest.mark.stratolite
PUBLIC = {"ca.pem"}


@contextlib.contextmanager
def umask(mask):
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def client(daemon, service):
    return boto3.client(service, endpoint_url=daemon.endpoint, region_name="us-east-1", aws_access_key_id="000000000000", aws_secret_access_key="x",
                        config=botocore.config.Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}))


def post(daemon, path, body, method="POST"):
    request = urllib.request.Request(f"{daemon.endpoint}/_stratolite/{path}", json.dumps(body).encode(), method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def modes(directory):
    """What others may do with anything in `directory`, itself included."""
    for place, folders, files in os.walk(directory):
        for name in [".", *folders, *files]:
            path = pathlib.Path(place, name)
            yield path, stat.S_IMODE(path.lstat().st_mode)


def use(daemon, directory):
    """Makes every kind of file that there is."""
    s3, sqs = client(daemon, "s3"), client(daemon, "sqs")
    s3.create_bucket(Bucket="bucket")
    for size in (10, 1 << 20, 9 << 20):
        s3.put_object(Bucket="bucket", Key=str(size), Body=b"x" * size)
    upload = s3.create_multipart_upload(Bucket="bucket", Key="parts")["UploadId"]
    s3.upload_part(Bucket="bucket", Key="parts", UploadId=upload, PartNumber=1, Body=b"x" * (1 << 20))
    sqs.send_message(QueueUrl=sqs.create_queue(QueueName="q")["QueueUrl"], MessageBody="x" * 200_000)
    assert post(daemon, "worlds", {"fork": "default", "name": "fork"})[0] == 201
    assert post(daemon, "snapshot", {"save": str(directory / "saved")})[0] == 200
    assert urllib.request.urlopen(f"{daemon.endpoint}/_stratolite/ca", timeout=30).read().startswith(b"-----BEGIN CERT")


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_what_is_kept_is_the_users_alone(binary, tmp_path, mask):
    data = tmp_path / "data"
    with umask(mask):
        daemon = Daemon(binary, data_dir=data)
    try:
        use(daemon, tmp_path)
        seen = set()
        for path, mode in modes(data):
            seen.add(path.name)
            if path.name not in PUBLIC:
                assert mode & 0o077 == 0, (path, oct(mode))
        assert {"state.db", "state.db-wal", "lock", "ca.key", "blobs", "worlds"} <= seen, seen
        assert stat.S_IMODE((tmp_path / "saved").stat().st_mode) == 0o600
        assert stat.S_IMODE((data / "ca" / "ca.key").stat().st_mode) == 0o600
        assert stat.S_IMODE((daemon.directory / "ready.json").stat().st_mode) & 0o022 == 0, "others may write the ready file"
    finally:
        daemon.stop()
    for path, mode in modes(data):
        assert path.name in PUBLIC or mode & 0o077 == 0, (path, oct(mode))


def test_an_ephemeral_daemon_keeps_its_files_to_itself(binary):
    with umask(0):
        daemon = Daemon(binary)
    try:
        use(daemon, daemon.directory)
        open_files = [os.readlink(entry) for entry in pathlib.Path(f"/proc/{daemon.process.pid}/fd").iterdir() if os.path.lexists(entry)]
        places = {pathlib.Path(name).parent for name in open_files if name.endswith("/lock")}
        place = min(places, key=lambda path: len(path.parts))
        assert all(place in (path, *path.parents) for path in places), open_files
        assert "stratolite" in place.name and stat.S_IMODE(place.stat().st_mode) == 0o700
        for path, mode in modes(place):
            assert path.name in PUBLIC or mode & 0o077 == 0, (path, oct(mode))
    finally:
        daemon.stop()
    assert not place.exists()


def test_the_log_of_a_daemon_in_the_background_is_the_users_alone(binary, tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STRATOLITE_")}
    with umask(0):
        started = subprocess.run([binary, "start", "--detach", "--port", "0", "--data-dir", str(tmp_path / "data"), "--ready-file", str(tmp_path / "ready")], env=environment,
                                 capture_output=True, text=True, timeout=60)
    assert started.returncode == 0, started.stderr
    ready = json.loads((tmp_path / "ready").read_text())
    try:
        assert stat.S_IMODE((tmp_path / "data" / "daemon.log").stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "ready").stat().st_mode) & 0o022 == 0
    finally:
        os.kill(ready["pid"], 15)


def test_links_in_the_data_directory_lead_nothing_away(binary, tmp_path):
    """Folders of worlds that are no folders: what they point at is not taken for left-overs and removed."""
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "letter").write_text("dear")
    (precious / "17").write_text("a number")
    data = tmp_path / "data"
    (data / "worlds").mkdir(parents=True, mode=0o700)
    (data / "worlds" / "link").symlink_to(precious)
    (data / "blobs").mkdir()
    (data / "blobs" / "tmp").symlink_to(precious)
    daemon = Daemon(binary, data_dir=data)
    try:
        post(daemon, "worlds/link", {}, "DELETE")
        assert post(daemon, "reset", {})[0] == 200
    finally:
        daemon.stop()
    assert (precious / "letter").read_text() == "dear"


@pytest.fixture
def daemon_with_files(binary, tmp_path):
    daemon = Daemon(binary, data_dir=tmp_path / "data")
    yield daemon
    daemon.stop()


def test_a_snapshot_is_written_over_no_other_file(daemon_with_files, tmp_path):
    """The admin API asks for no signature: it must not be a way to the other files of its user."""
    daemon = daemon_with_files
    letter = tmp_path / "letter"
    letter.write_text("dear")
    (tmp_path / "link").symlink_to(letter)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("letter", "link", "folder", "pipe", "data/state.db", "data/lock"):
        status, answer = post(daemon, "snapshot", {"save": str(tmp_path / name)})
        assert (status, answer["code"]) == (400, "SnapshotNotSaved"), (name, answer)
    assert letter.read_text() == "dear" and (tmp_path / "link").is_symlink()
    for _ in range(2):  # a snapshot may be replaced
        assert post(daemon, "snapshot", {"save": str(tmp_path / "saved")})[0] == 200
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["data", "folder", "letter", "link", "pipe", "saved"]


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/stdin", "/proc/self/mem", "/etc/passwd", "/", "pipe", "absent"])
def test_what_is_loaded_is_a_snapshot_or_nothing(daemon_with_files, tmp_path, name):
    os.mkfifo(tmp_path / "pipe")
    for more in ({}, {"as": "loaded"}):
        status, answer = post(daemon_with_files, "snapshot", {"load": str(tmp_path / name)} | more)
        assert (status, answer["code"]) == (400, "SnapshotNotLoaded"), answer
        assert "root:" not in answer["message"]
    assert post(daemon_with_files, "worlds/loaded", {}, "DELETE")[0] == 404
