"""https:// on the same port, as AWS's clients and everybody else's see it."""

import http.client
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import time
import urllib.parse
import urllib.request

import boto3
import botocore.config
import pytest

pytestmark = pytest.mark.stratolite


@pytest.fixture
def port(endpoint):
    return urllib.parse.urlsplit(endpoint).port


@pytest.fixture
def ca_file(endpoint, tmp_path):
    file = tmp_path / "ca.pem"
    file.write_bytes(urllib.request.urlopen(endpoint + "/_stratolite/ca").read())
    return file


@pytest.fixture
def secure_client(port, ca_file, account):
    def make(service, **config):
        return boto3.client(service, endpoint_url=f"https://localhost:{port}", verify=str(ca_file), region_name="us-east-1",
                            aws_access_key_id=account, aws_secret_access_key="test", config=botocore.config.Config(**config))

    return make


def handshake(port, ca_file, host, **options):
    context = ssl.create_default_context(cafile=str(ca_file))
    for name, value in options.items():
        setattr(context, name, value)
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=10), server_hostname=host)


def test_boto3_calls_with_a_body_and_long_polls(secure_client, port):
    sqs = secure_client("sqs")
    url = sqs.create_queue(QueueName="secure")["QueueUrl"]
    assert url.startswith(f"https://localhost:{port}/")
    begun = time.monotonic()
    assert "Messages" not in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
    assert time.monotonic() - begun >= 1
    body = "x" * 1_000_000
    sqs.send_message(QueueUrl=url, MessageBody=body)
    assert sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)["Messages"][0]["Body"] == body


def test_a_client_that_leaves_a_long_poll_leaves_its_message(secure_client):
    sqs = secure_client("sqs", read_timeout=0.3, retries={"max_attempts": 0})
    url = sqs.create_queue(QueueName="left")["QueueUrl"]
    with pytest.raises(Exception, match="Read timeout"):
        sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)
    sqs.send_message(QueueUrl=url, MessageBody="still here")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "still here"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "bucket.localhost", "my.bucket.s3.localhost", "bucket.s3.us-east-1.amazonaws.com",
                                  "sqs.eu-west-1.amazonaws.com", "bucket.s3.localhost.localstack.cloud"])
def test_every_host_name_is_certified(port, ca_file, host):
    with handshake(port, ca_file, host) as connection:
        connection.sendall(f"GET /_stratolite/health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert connection.recv(20).startswith(b"HTTP/1.1 ")
        assert connection.version() == "TLSv1.3"


def test_the_authority_can_sign_and_the_certificates_cannot(port, ca_file):
    with handshake(port, ca_file, "localhost") as connection:
        certificate = connection.getpeercert()
    issuer = dict(field[0] for field in certificate["issuer"])
    assert issuer["commonName"].startswith("Stratolite local CA ")
    lifetime = ssl.cert_time_to_seconds(certificate["notAfter"]) - ssl.cert_time_to_seconds(certificate["notBefore"])
    assert lifetime <= 825 * 86400


def test_whoever_does_not_trust_the_authority_is_not_served(port):
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="localhost")


def test_version_12_is_spoken_too(port, ca_file):
    with handshake(port, ca_file, "localhost", maximum_version=ssl.TLSVersion.TLSv1_2) as connection:
        assert connection.version() == "TLSv1.2"


def test_http11_is_agreed_on(port, ca_file):
    context = ssl.create_default_context(cafile=str(ca_file))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="localhost") as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl here")
def test_openssl_agrees(port, ca_file):
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "a.localhost", "-verify_hostname", "a.localhost",
                           "-alpn", "h2,http/1.1", "-CAfile", str(ca_file)], input="", capture_output=True, text=True, timeout=30)
    assert "ALPN protocol: http/1.1" in done.stdout
    assert "Verify return code: 0 (ok)" in done.stdout


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
def test_curl_agrees(port, ca_file):
    done = subprocess.run(["curl", "--silent", "--show-error", "--fail", "--cacert", str(ca_file), f"https://localhost:{port}/_stratolite/health"],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["pid"] > 0


def test_large_bodies_travel_both_ways(secure_client):
    s3 = secure_client("s3", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket="secure-bodies")
    body = os.urandom(20_000_000)
    s3.put_object(Bucket="secure-bodies", Key="large", Body=body)
    assert s3.get_object(Bucket="secure-bodies", Key="large")["Body"].read() == body
    assert s3.get_object(Bucket="secure-bodies", Key="large", Range="bytes=9999990-10000009")["Body"].read() == body[9_999_990:10_000_010]
    s3.delete_object(Bucket="secure-bodies", Key="large")
    s3.delete_bucket(Bucket="secure-bodies")


@pytest.mark.parametrize("garbage", [b"\x16", b"\x16\x03\x01", b"\x16\x03\x01\x00\x05hello", b"\x16" * 70_000, b"\x16\x03\x01\xff\xff" + b"x" * 65_535])
def test_garbage_after_the_first_byte_only_ends_its_connection(port, ca_file, garbage):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except (ConnectionResetError, BrokenPipeError, OSError) as error:
            assert not isinstance(error, TimeoutError)
    with handshake(port, ca_file, "localhost") as connection:
        connection.sendall(b"GET /_stratolite/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert connection.recv(20).startswith(b"HTTP/1.1 200 ")


def test_the_authority_outlives_the_daemon(daemon, tmp_path):
    data_dir = tmp_path / "data"
    first = daemon(data_dir=data_dir)
    pem = urllib.request.urlopen(first.endpoint + "/_stratolite/ca").read()
    first.stop()
    second = daemon(data_dir=data_dir)
    answer = urllib.request.urlopen(second.endpoint + "/_stratolite/ca")
    assert answer.read() == pem
    file = pathlib.Path(answer.headers["X-Stratolite-Ca-File"])
    assert file == data_dir / "ca" / "ca.pem" and file.read_bytes() == pem
    assert (data_dir / "ca" / "ca.key").stat().st_mode & 0o777 == 0o600
    assert (data_dir / "ca").stat().st_mode & 0o777 == 0o700


@pytest.fixture
def command(binary, tmp_path):
    def run(*words, endpoint):
        base = {k: v for k, v in os.environ.items() if not k.startswith(("STRATOLITE_", "AWS_", "XDG_"))}
        return subprocess.run([binary, *words], capture_output=True, text=True, timeout=60, check=True,
                              env={**base, "HOME": str(tmp_path), "STRATOLITE_ENDPOINT": endpoint})

    return run


def test_the_commands_show_the_running_daemons_authority(command, endpoint, ca_file):
    assert command("ca", endpoint=endpoint).stdout == ca_file.read_text()
    # The daemon keeps nothing, so the user gets a copy.
    copy = pathlib.Path(command("ca", "--path", endpoint=endpoint).stdout.strip())
    assert copy.read_text() == ca_file.read_text()


def test_env_points_clients_at_https(command, endpoint, port):
    for words, url in ((["env", "--tls", "--shell", "dotenv"], endpoint), (["env", "--shell", "dotenv"], endpoint.replace("http:", "https:"))):
        variables = dict(line.split("=", 1) for line in command(*words, endpoint=url).stdout.splitlines())
        assert variables["AWS_ENDPOINT_URL"] == f"https://localhost:{port}"
        connection = http.client.HTTPSConnection("localhost", port, timeout=10, context=ssl.create_default_context(cafile=variables["AWS_CA_BUNDLE"]))
        connection.request("GET", "/_stratolite/health")
        assert connection.getresponse().status == 200
    assert "AWS_CA_BUNDLE" not in command("env", endpoint=endpoint).stdout


def test_without_a_daemon_the_data_directory_is_asked(command, tmp_path, daemon):
    data_dir = tmp_path / "data"
    printed = command("ca", "--data-dir", str(data_dir), endpoint="http://127.0.0.1:1").stdout
    assert printed.startswith("-----BEGIN CERTIFICATE-----")
    running = daemon(data_dir=data_dir)
    assert urllib.request.urlopen(running.endpoint + "/_stratolite/ca").read().decode() == printed
