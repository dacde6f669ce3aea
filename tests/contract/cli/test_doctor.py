"""`stratolite doctor --check` and `--repair`, and what a daemon makes of damaged files."""

import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess

import boto3
import botocore.config
import botocore.exceptions
import pytest

from daemons import Daemon

pytestmark = pytest.mark.stratolite

SMALL = {f"small/{i}": random.Random(i).randbytes(900 + i) for i in range(40)}
LARGE = {f"large/{i}": random.Random(100 + i).randbytes(80_000 + i) for i in range(6)}
BODIES = {**SMALL, **LARGE}
MESSAGES = {f"message {i} ".encode().hex() * 20 for i in range(60)}
PAGE = 2048


def clients(daemon):
    config = botocore.config.Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, read_timeout=20)
    return (boto3.session.Session().client(name, endpoint_url=daemon.endpoint, region_name="us-east-1", aws_access_key_id="000000000000",
                                           aws_secret_access_key="test", config=config) for name in ("s3", "sqs"))


def fill(daemon):
    s3, sqs = clients(daemon)
    s3.create_bucket(Bucket="photos")
    for key, body in BODIES.items():
        s3.put_object(Bucket="photos", Key=key, Body=body)
    s3.copy_object(Bucket="photos", Key="copy", CopySource="photos/large/5")
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    for text in sorted(MESSAGES):
        sqs.send_message(QueueUrl=queue, MessageBody=text)


@pytest.fixture(scope="module")
def samples(binary, tmp_path_factory):
    """Two directories with the same in them: one of a daemon that was stopped, and one of a daemon that was killed, whose log is there."""
    place = tmp_path_factory.mktemp("samples")
    for name, how in (("stopped", signal.SIGTERM), ("killed", signal.SIGKILL)):
        daemon = Daemon(binary, data_dir=place / name)
        fill(daemon)
        daemon.process.send_signal(how)
        daemon.process.wait(20)
        daemon.stop()
    return place


@pytest.fixture
def data(samples, tmp_path):
    def copy(name="stopped"):
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
        shutil.copytree(samples / name, tmp_path / "data")
        return tmp_path / "data"

    return copy


@pytest.fixture
def doctor(binary):
    def run(directory, *flags, fails=None):
        done = subprocess.run([binary, "doctor", *(flags or ("--check",)), "--data-dir", str(directory)], capture_output=True, text=True, timeout=120)
        assert done.returncode in (0, 1) if fails is None else done.returncode == int(fails), done.stdout + done.stderr
        return done.stdout

    return run


def file_of(data, key):
    """The file of an object, known by its size."""
    files = [path for path in data.glob("blobs/??/*") if path.stat().st_size == len(BODIES[key])]
    assert len(files) == 1
    return files[0]


def flip(path, at):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 0x55]))


def read_all(daemon):
    """What a daemon answers for everything that was stored: the bytes, `absent`, or `error`; messages, and how many came changed."""
    s3, sqs = clients(daemon)
    answers = {}
    for key in [*BODIES, "copy"]:
        try:
            # Without the client's own comparison: what the daemon sends is to be judged.
            answers[key] = s3.get_object(Bucket="photos", Key=key, ChecksumMode="DISABLED")["Body"].read()
        except s3.exceptions.NoSuchKey:
            answers[key] = "absent"
        except (botocore.exceptions.ClientError, botocore.exceptions.HTTPClientError, botocore.exceptions.ResponseStreamingError) as error:
            status = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            answers[key] = "error" if status >= 500 else "absent"
    messages, changed = set(), 0
    try:
        queue = sqs.get_queue_url(QueueName="q")["QueueUrl"]
        while got := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            # The one comparison that is the client's: the daemon says what the MD5 was when the message was sent.
            same = {message["Body"] for message in got if hashlib.md5(message["Body"].encode()).hexdigest() == message["MD5OfBody"]}
            messages, changed = messages | same, changed + len(got) - len(same)
    except botocore.exceptions.ClientError:
        pass
    return answers, messages, changed


def start(binary, directory):
    """A daemon, or what it said instead of starting."""
    try:
        return Daemon(binary, data_dir=directory), ""
    except RuntimeError as refusal:
        return None, str(refusal)


def test_what_a_daemon_left_is_sound(doctor, data):
    for name in ("stopped", "killed"):
        directory = data(name)
        before = {path: path.read_bytes() for path in directory.rglob("*") if path.is_file() and path.name != "lock"}
        text = doctor(directory, fails=False)
        assert "0 problems" in text and f"{len(BODIES)} blobs" in text, text
        assert f"{len(BODIES)} compared with a checksum" in text
        assert {path: path.read_bytes() for path in before} == before


def test_a_directory_in_use_is_left_alone(doctor, daemon, tmp_path):
    daemon(data_dir=tmp_path / "d")
    text = doctor(tmp_path / "d", fails=True)
    assert "in use by process" in text and "Stop that one" in text


def test_a_directory_that_is_not_there_is_not_made(doctor, tmp_path):
    assert "there is no directory" in doctor(tmp_path / "nothing", fails=True)
    assert not (tmp_path / "nothing").exists()


def test_damaged_objects_are_called_by_their_names_and_forgotten_by_repair(binary, doctor, data):
    directory = data()
    gone, short, changed = (file_of(directory, f"large/{i}") for i in (0, 1, 5))
    gone.unlink()
    os.truncate(short, 10)
    flip(changed, 4321)
    found = json.loads(doctor(directory, "--check", "--json", fails=True))
    kinds = {finding["kind"]: finding["text"] for finding in found["findings"] if finding["level"] == "problem"}
    assert kinds["missing-file"].startswith("s3://photos/large/0: ")
    assert kinds["wrong-size"].startswith("s3://photos/large/1: ")
    assert "s3://photos/large/5" in kinds["damaged-bytes"] and "s3://photos/copy" in kinds["damaged-bytes"]
    assert found["summary"]["problems"] == 3

    text = doctor(directory, "--repair", fails=False)
    aside = next(directory.glob("repaired-*"))
    assert str(aside) in text and (aside / "repair.log").read_text()
    forgotten = [json.loads(line)["key"] for line in (aside / "forgotten.jsonl").read_text().splitlines()]
    assert sorted(forgotten) == ["copy", "large/0", "large/1", "large/5"]
    assert (aside / changed.relative_to(directory)).exists() and (aside / short.relative_to(directory)).exists()
    doctor(directory, fails=False)

    daemon, refusal = start(binary, directory)
    assert daemon, refusal
    try:
        answers, messages, changed = read_all(daemon)
        assert answers == {key: "absent" if key in forgotten else body for key, body in [*BODIES.items(), ("copy", "")]}
        assert messages == MESSAGES and not changed
    finally:
        daemon.stop()


def test_files_that_nobody_names_are_noted_and_moved_aside(doctor, data):
    directory = data()
    stranger = next(directory.glob("blobs/00/*"))
    shutil.copy(stranger, stranger.with_name("1000"))
    (directory / "blobs/tmp").mkdir(exist_ok=True)
    (directory / "blobs/tmp/1001").write_bytes(b"half")
    (directory / "blobs/next").write_text("7\n")
    os.chmod(directory / "state.db", 0o644)
    found = json.loads(doctor(directory, "--check", "--json", fails=True))["findings"]
    assert {finding["kind"]: finding["level"] for finding in found} == {
        "database": "ok", "orphan-file": "note", "draft": "note", "next": "problem", "permissions": "problem"}
    doctor(directory, "--repair", fails=False)
    aside = next(directory.glob("repaired-*"))
    assert (aside / "blobs/00/1000").exists() and (aside / "blobs/tmp/1001").exists()
    assert int((directory / "blobs/next").read_text()) > 1000
    assert (directory / "state.db").stat().st_mode & 0o777 == 0o600
    assert "0 problems" in doctor(directory, fails=False)


def test_a_shortened_body_is_never_sent_as_if_it_were_whole(binary, data, doctor):
    directory = data()
    os.truncate(file_of(directory, "large/2"), 40_000)
    daemon, _ = start(binary, directory)
    try:
        answers, messages, changed = read_all(daemon)
        assert answers.pop("large/2") == "error"
        answers.pop("copy")
        assert answers == {key: body for key, body in BODIES.items() if key != "large/2"}
        assert messages == MESSAGES and not changed
        assert daemon.logged("is shorter than it was: stop the daemon and run 'stratolite doctor --check'")
    finally:
        daemon.stop()


@pytest.mark.parametrize("name", ["stopped", "killed"])
def test_a_database_that_was_cut_short_or_zeroed_is_refused_or_answers_truly(binary, data, name):
    size = (data(name) / "state.db").stat().st_size
    for length in (0, 1, 99, 100, 2047, 2048, size // 2, size - 1):
        directory = data(name)
        os.truncate(directory / "state.db", length)
        check_truth(binary, directory, f"cut to {length}")
    directory = data(name)
    (directory / "state.db").write_bytes(bytes(size))
    check_truth(binary, directory, "zeroed")


def check_truth(binary, directory, what, some_is_lost=False):
    """It does not start and says what to do, or all that it answers is as it was stored or an error. Returns whether it started."""
    daemon, refusal = start(binary, directory)
    if not daemon:
        assert "doctor --" in refusal or "newer version" in refusal or "another program" in refusal, (what, refusal)
        return False
    try:
        answers, messages, changed = read_all(daemon)
        truth = {**BODIES, "copy": LARGE["large/5"]}
        wrong = {key for key, answer in answers.items() if answer not in (truth[key], "error")}
        # A row that a damaged page hides looks absent; that it was damaged is then said by the check.
        absent = {key for key in wrong if answers[key] == "absent"}
        assert wrong == absent, (what, wrong)
        assert messages <= MESSAGES, what
        assert daemon.process.poll() is None, (what, daemon.log())
        whole = not absent and len(messages) + changed == len(MESSAGES) and "error" not in answers.values()
    finally:
        daemon.stop()
    if not whole and not some_is_lost:
        done = subprocess.run([binary, "doctor", "--check", "--data-dir", str(directory)], capture_output=True, text=True, timeout=120)
        assert done.returncode == 1, (what, done.stdout)
    return True


def saved(binary, directory):
    """How much of what was stored a daemon still has."""
    daemon, refusal = start(binary, directory)
    assert daemon, refusal
    try:
        answers, messages, _ = read_all(daemon)
        return sum(isinstance(answer, bytes) for answer in answers.values()) + len(messages)
    finally:
        daemon.stop()


def test_a_log_with_a_hole_is_refused_and_repaired(binary, data, doctor):
    directory = data("killed")
    log = directory / "state.db-wal"
    flip(log, 32 + (24 + PAGE) * 20 + 100)
    daemon, refusal = start(binary, directory)
    assert not daemon and "transactions behind it" in refusal and "doctor --repair" in refusal
    assert '"damaged-log"' in doctor(directory, "--check", "--json", fails=True)
    doctor(directory, "--repair", fails=False)
    assert (next(directory.glob("repaired-*")) / "state.db-wal").exists()
    assert check_truth(binary, directory, "repaired", some_is_lost=True)


def test_one_wrong_byte_in_the_log_costs_no_more_than_a_page(binary, data, doctor):
    directory = data("killed")
    frames = ((directory / "state.db-wal").stat().st_size - 32) // (24 + PAGE)
    flip(directory / "state.db-wal", 32 + (24 + PAGE) * (frames // 3) + 900)
    doctor(directory, "--repair", fails=False)
    assert saved(binary, directory) > (len(BODIES) + len(MESSAGES)) * 3 // 4


def test_random_damage_is_never_answered_as_if_it_were_what_was_stored(binary, data, doctor):
    random_source = random.Random(int(os.environ.get("DOCTOR_SEED", "7")))
    for round_number in range(int(os.environ.get("DOCTOR_ROUNDS", "6"))):
        directory = data(random_source.choice(["stopped", "killed"]))
        victims = [directory / "state.db", directory / "state.db-wal"]
        victim = random_source.choice([path for path in victims if path.exists() and path.stat().st_size > 0])
        size = victim.stat().st_size
        how = random_source.choice(["flip", "flip", "page", "cut"])
        at = random_source.randrange(size)
        what = f"round {round_number}: {how} of {victim.name} at {at}"
        if how == "flip":
            flip(victim, at)
        elif how == "page":
            with open(victim, "r+b") as file:
                file.seek(at // PAGE * PAGE)
                file.write(random_source.randbytes(PAGE))
        else:
            os.truncate(victim, at)
        kept = directory.with_name("kept")
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(directory, kept)
        # A log that ends earlier, or in half a page, is what a killed process leaves: nothing says that there was more.
        shorter = victim.name == "state.db-wal" and (how == "cut" or at >= size - PAGE - 24)
        check_truth(binary, directory, what, some_is_lost=shorter)
        doctor(kept, "--repair")
        assert check_truth(binary, kept, what + ", repaired", some_is_lost=True), what
        assert "0 problems" in doctor(kept, fails=False), what


def test_a_damaged_database_is_saved_as_far_as_it_can_be_read(binary, data, doctor):
    directory = data()
    state = directory / "state.db"
    pages = state.stat().st_size // PAGE
    with open(state, "r+b") as file:
        for page in range(pages // 2, pages // 2 + 3):
            file.seek(page * PAGE)
            file.write(os.urandom(PAGE))
    damaged = state.read_bytes()
    text = doctor(directory, "--repair", fails=False)
    assert "rows saved" in text
    assert (next(directory.glob("repaired-*")) / "state.db").read_bytes() == damaged
    # Each on a copy of its own: messages that one of them has received are not visible to the other.
    kept = directory.with_name("kept")
    shutil.copytree(directory, kept)
    assert check_truth(binary, directory, "repaired", some_is_lost=True)
    assert saved(binary, kept) > (len(BODIES) + len(MESSAGES)) // 4


def test_a_world_without_its_record_or_with_a_broken_one_is_kept(binary, data, doctor, daemon, tmp_path):
    one = daemon(data_dir=tmp_path / "d")
    for name in ("kept", "lost"):
        subprocess.run([binary, "worlds", "create", "--name", name, "--endpoint", one.endpoint], check=True, capture_output=True)
    one.stop()
    (tmp_path / "d/worlds/kept/world.json").write_text("{")
    (tmp_path / "d/worlds/lost/world.json").unlink()
    found = json.loads(doctor(tmp_path / "d", "--check", "--json", fails=True))["findings"]
    assert ("world-record", "kept") in {(finding["kind"], finding.get("world")) for finding in found}
    doctor(tmp_path / "d", "--repair", fails=False)
    assert next((tmp_path / "d").glob("repaired-*/worlds/lost")).is_dir()
    again = daemon(data_dir=tmp_path / "d")
    listed = subprocess.run([binary, "worlds", "list", "--endpoint", again.endpoint], check=True, capture_output=True, text=True).stdout
    assert "kept" in listed and "lost" not in listed


def test_what_ephemeral_state_takes_stays_off_memory_below_a_ceiling(binary, tmp_path):
    place = tmp_path / "tmp"
    place.mkdir()
    daemon = Daemon(binary, "--max-memory", "64MiB", env={"TMPDIR": str(place)})
    try:
        s3, _ = clients(daemon)
        s3.create_bucket(Bucket="bodies")
        s3.put_object(Bucket="bodies", Key="k", Body=bytes(8 << 20))
        pid = daemon.process.pid
        files = [os.readlink(link) for link in pathlib.Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
        assert not any(name.startswith("/dev/shm/") for name in files), files
    finally:
        daemon.process.send_signal(signal.SIGTERM)
        daemon.process.wait(20)
        daemon.stop()
    assert not list(place.glob("stratolite-*"))
