"""Data directories that cannot be used: the start is refused in words that help."""

import json
import sqlite3
import subprocess
import urllib.request

from faults import connect, failed_start, stop_well


def test_a_directory_in_use_names_who_uses_it(daemon, binary, tmp_path):
    one = daemon(data_dir=tmp_path / "data")
    said = failed_start(binary, tmp_path / "data")
    assert f"in use by process {one.process.pid}" in said and "another directory" in said
    # The one that has it does not notice.
    connect("s3", one).create_bucket(Bucket="photos")


def test_a_directory_that_must_not_be_written_is_refused(binary, tmp_path, as_nobody):
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    closed = tmp_path / "closed"
    (closed / "data").mkdir(parents=True)
    (closed / "data").chmod(0o555)
    closed.chmod(0o555)
    try:
        for data in (closed / "data", closed / "new"):
            said = failed_start(binary, data, prefix=as_nobody)
            assert "Permission denied" in said and str(data) in said and "may write to" in said
    finally:
        closed.chmod(0o755)


def test_a_read_only_disk_is_refused(daemon, binary, small_disk):
    disk = small_disk(8)
    one = daemon(data_dir=disk / "data")
    connect("s3", one).create_bucket(Bucket="photos")
    stop_well(one)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    said = failed_start(binary, disk / "data")
    assert "Read-only file system" in said and str(disk / "data") in said
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert [bucket["Name"] for bucket in connect("s3", daemon(data_dir=disk / "data")).list_buckets()["Buckets"]] == ["photos"]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(daemon, binary, tmp_path):
    data = tmp_path / "data"
    one = daemon(data_dir=data)
    connect("s3", one).create_bucket(Bucket="photos")
    stop_well(one)
    with sqlite3.connect(data / "state.db") as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (data / "state.db").read_bytes()
    said = failed_start(binary, data)
    assert "format 99" in said and "newer version" in said
    assert (data / "state.db").read_bytes() == before


def test_tables_of_a_newer_version_are_refused(daemon, tmp_path):
    data = tmp_path / "data"
    one = daemon(data_dir=data)
    connect("sqs", one).create_queue(QueueName="orders")
    stop_well(one)
    with sqlite3.connect(data / "state.db") as connection:
        changed = connection.execute("UPDATE stratolite_schema SET version = 99 WHERE owner = 'sqs'").rowcount
    connection.close()
    assert changed == 1
    two = daemon(data_dir=data)
    try:
        connect("sqs", two).list_queues()
        raise AssertionError("tables of a newer version were used")
    except connect("sqs", two).exceptions.ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert two.logged("version 99") and two.logged("newer version of Stratolite")


def test_a_world_whose_record_never_reached_the_disk_is_moved_aside(daemon, tmp_path):
    """As a power cut leaves it with the default durability: the name is there, the bytes are not."""
    data = tmp_path / "data"

    def worlds(one, body=None):
        request = urllib.request.Request(f"{one.endpoint}/_stratolite/worlds", data=json.dumps(body).encode() if body else None)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    one = daemon(data_dir=data)
    for name in ("kept", "torn"):
        worlds(one, {"empty": True, "name": name})
    stop_well(one)
    (data / "worlds/torn/world.json").write_bytes(b"")
    two = daemon(data_dir=data)
    assert [world["name"] for world in worlds(two)["worlds"]] == ["default", "kept"]
    assert (data / "worlds/torn.torn-1").is_dir()
    worlds(two, {"empty": True, "name": "torn"})
    stop_well(two)
    # A stop writes what waits in the log.
    assert "had not reached the disk" in two.log()
    assert sorted(world["name"] for world in worlds(daemon(data_dir=data))["worlds"]) == ["default", "kept", "torn"]
