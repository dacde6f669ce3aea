"""What tests of a misbehaving machine need of a daemon."""

import os
import pathlib
import subprocess
import tempfile

import boto3
import botocore.config
import botocore.exceptions

START_TIMEOUT_S = 30


def connect(service, daemon):
    return boto3.session.Session().client(
        service, endpoint_url=daemon.endpoint, region_name="us-east-1", aws_access_key_id="111122223333", aws_secret_access_key="test",
        config=botocore.config.Config(retries={"max_attempts": 0}))


def refused(call, *arguments, **parameters):
    """The error that a call ends in: (status, code, message); None when it does not."""
    try:
        call(*arguments, **parameters)
    except botocore.exceptions.ClientError as error:
        response = error.response
        return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]
    return None


def repeat_until_refused(call, most=10_000):
    """Calls with 0, 1, 2 … Returns how many were done and the refusal."""
    for number in range(most):
        error = refused(call, number)
        if error:
            return number, error
    raise AssertionError(f"not refused {most} times")


def fill(directory):
    """Takes what room there is on a disk. Returns the file that does."""
    path = pathlib.Path(directory) / "filling"
    with open(path, "wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return path


def failed_start(binary, data_dir, *flags, prefix=()):
    """Starts a daemon that has to give up. Returns what it says."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STRATOLITE_")}
    with tempfile.TemporaryDirectory() as home:
        # A copy: the repository need not be readable for whoever runs it.
        if prefix:
            os.chmod(home, 0o755)
            copy = pathlib.Path(home) / "stratolite"
            copy.write_bytes(pathlib.Path(binary).read_bytes())
            copy.chmod(0o755)
            binary = copy
        done = subprocess.run([*prefix, str(binary), "start", "--port", "0", "--data-dir", str(data_dir), *flags], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=START_TIMEOUT_S, env=environment)
    assert done.returncode == 1, done
    assert "Ready." not in done.stdout
    return done.stderr


def stop_well(daemon):
    """SIGTERM; the process has to end by itself, with status 0."""
    daemon.process.terminate()
    assert daemon.process.wait(START_TIMEOUT_S) == 0, daemon.log()
