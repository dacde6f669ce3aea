"""Bodies in aws-chunked: what SDKs send, and what must not get through."""

import base64
import hashlib
import io
import socket
import time
import urllib.request
import zlib

import boto3
import botocore.config
import botocore.exceptions
import pytest
import raw_s3
from daemons import Daemon

pytestmark = pytest.mark.stratolite
UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


def crc32(data):
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


@pytest.fixture(scope="module")
def known(binary):
    """A daemon that knows the signer's secret, with a bucket."""
    daemon = Daemon(binary, "--root-credentials", raw_s3.ROOT_CREDENTIALS)
    s3_of(daemon.endpoint).create_bucket(Bucket="bucket")
    yield daemon
    daemon.stop()


def s3_of(endpoint, **config):
    config.setdefault("retries", {"max_attempts": 0})
    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=raw_s3.KEY,
                        aws_secret_access_key=raw_s3.SECRET, config=botocore.config.Config(**config))


def content(endpoint, key):
    try:
        return s3_of(endpoint).get_object(Bucket="bucket", Key=key)["Body"].read()
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]


@pytest.mark.parametrize("sizes", [[], [5], [8192, 8192, 1], [65536, 1024], [1 << 20, 1 << 20, 12345]], ids=str)
@pytest.mark.parametrize("trailer", [False, True], ids=["plain", "trailer"])
def test_signed_chunks_arrive_without_their_framing(known, sizes, trailer):
    chunks = [bytes([index + 65]) * size for index, size in enumerate(sizes)]
    whole = b"".join(chunks)
    answer = raw_s3.put_in_signed_chunks(known.endpoint, "/bucket/signed", chunks, ("x-amz-checksum-crc32", crc32(whole)) if trailer else None)
    assert answer.status == 200, answer.body
    assert answer.headers["ETag"] == f'"{hashlib.md5(whole).hexdigest()}"'
    assert answer.headers.get("x-amz-checksum-crc32") == (crc32(whole) if trailer else None)
    assert content(known.endpoint, "signed") == whole
    assert "ContentEncoding" not in s3_of(known.endpoint).head_object(Bucket="bucket", Key="signed")


@pytest.mark.parametrize("size", [1000, 1 << 20], ids=["collected", "streamed"])
@pytest.mark.parametrize("what, tamper, code", [
    ("data", lambda body: body.replace(b"AAAA", b"AAAB", 1), "SignatureDoesNotMatch"),
    ("signature", lambda body: body[:-5] + (b"1" if body[-5:-4] == b"0" else b"0") + body[-4:], "SignatureDoesNotMatch"),
    ("end", lambda body: body[:-2] + b"xx", "IncompleteBody"),
    ("size", lambda body: b"1" + body, "IncompleteBody"),
    ("no signature", lambda body: body.replace(b";chunk-signature=", b";chunk-nonsense!=", 1), "IncompleteBody"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_body_that_was_changed_leaves_nothing(known, size, what, tamper, code):
    key = f"changed-{size}-{what}"
    answer = raw_s3.put_in_signed_chunks(known.endpoint, f"/bucket/{key.replace(' ', '%20')}", [b"A" * size], tamper=tamper)
    assert (answer.status, answer.code) == (403 if code == "SignatureDoesNotMatch" else 400, code), answer.body
    assert content(known.endpoint, key) == "NoSuchKey"


def test_a_changed_body_leaves_the_old_object_alone(known):
    raw_s3.put_in_signed_chunks(known.endpoint, "/bucket/kept", [b"old"])
    answer = raw_s3.put_in_signed_chunks(known.endpoint, "/bucket/kept", [b"A" * (1 << 20)], tamper=lambda body: body.replace(b"AAAA", b"AAAB", 1))
    assert answer.code == "SignatureDoesNotMatch"
    assert content(known.endpoint, "kept") == b"old"


def test_a_trailing_checksum_is_compared_with_the_body(known):
    answer = raw_s3.put_in_signed_chunks(known.endpoint, "/bucket/digest", [b"hello"], ("x-amz-checksum-crc32", crc32(b"other")))
    assert answer.code == "BadDigest"
    assert content(known.endpoint, "digest") == "NoSuchKey"


def unsigned(endpoint, body, length, trailer="x-amz-checksum-crc32", **headers):
    fields = {"X-Amz-Content-SHA256": UNSIGNED, "X-Amz-Decoded-Content-Length": str(length)} | ({"X-Amz-Trailer": trailer} if trailer else {}) | headers
    return raw_s3.ask(endpoint, "PUT", endpoint + "/bucket/unsigned", body, raw_s3.signed_headers(endpoint, "PUT", "/bucket/unsigned", fields))


GOOD = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + crc32(b"hello").encode() + b"\r\n\r\n"


@pytest.mark.parametrize("body, length, trailer, code", [
    (GOOD, 5, "x-amz-checksum-crc32", None),
    (b"5\r\nhello\r\n0\r\n\r\n", 5, None, None),
    (GOOD, 4, "x-amz-checksum-crc32", "IncompleteBody"),
    (GOOD, 6, "x-amz-checksum-crc32", "IncompleteBody"),
    (GOOD, "five", "x-amz-checksum-crc32", "MissingContentLength"),
    (GOOD, 5, None, "MalformedTrailerError"),
    (GOOD, 5, "x-amz-checksum-sha1", "MalformedTrailerError"),
    (b"5\r\nhello\r\n0\r\n\r\n", 5, "x-amz-checksum-crc32", "MalformedTrailerError"),
    (GOOD, 5, "x-amz-meta-late", "InvalidRequest"),
    (GOOD[:-2], 5, "x-amz-checksum-crc32", "IncompleteBody"),
    (b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 5, None, "InvalidChunkSizeError"),
    (b"hello", 5, None, "IncompleteBody"),
])
def test_unsigned_chunks_are_checked_too(known, body, length, trailer, code):
    answer = unsigned(known.endpoint, body, length, trailer)
    assert answer.code == code, answer.body
    if code is None:
        assert content(known.endpoint, "unsigned") == b"hello"


def test_the_content_encoding_keeps_what_is_not_aws_chunked(known):
    assert unsigned(known.endpoint, GOOD, 5, **{"Content-Encoding": "gzip, aws-chunked"}).status == 200
    assert s3_of(known.endpoint).head_object(Bucket="bucket", Key="unsigned")["ContentEncoding"] == "gzip"


def test_unknown_keys_send_signed_chunks_too(endpoint, client):
    bucket = "chunks-of-nobody"
    client("s3").create_bucket(Bucket=bucket)
    answer = raw_s3.put_in_signed_chunks(endpoint, f"/{bucket}/key", [b"hello"], tamper=lambda body: body.replace(b"hello", b"hullo"))
    assert answer.status == 200, answer.body
    assert client("s3").get_object(Bucket=bucket, Key="key")["Body"].read() == b"hullo"


@pytest.mark.parametrize("size", [0, 5, 300_000, 3_000_000])
def test_boto3s_defaults_over_https_and_http(known, size, tmp_path):
    ca = tmp_path / "ca.pem"
    ca.write_bytes(urllib.request.urlopen(known.endpoint + "/_stratolite/ca").read())
    body = bytes(range(251)) * (size // 251 + 1)
    for url, body_of in ((f"https://localhost:{known.port}", io.BytesIO), (known.endpoint, bytes), (known.endpoint, io.BytesIO)):
        s3 = boto3.client("s3", endpoint_url=url, verify=str(ca), region_name="us-east-1", aws_access_key_id=raw_s3.KEY, aws_secret_access_key=raw_s3.SECRET)
        seen = []
        s3.meta.events.register("before-send.s3.PutObject", lambda request, **_: seen.append(request.headers.get("X-Amz-Content-SHA256")))
        s3.put_object(Bucket="bucket", Key="default", Body=body_of(body[:size]))
        assert s3.get_object(Bucket="bucket", Key="default")["Body"].read() == body[:size]
        if url.startswith("https"):
            assert seen == [UNSIGNED.encode()]


def test_boto3_notices_a_wrong_hash_of_its_own(known):
    s3 = s3_of(known.endpoint, s3={"payload_signing_enabled": True})
    for size in (1000, 1_000_000):
        def spoil(request, **_):
            request.body = b"x" * size

        s3.meta.events.register("before-send.s3.PutObject", spoil, unique_id="spoil")
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            s3.put_object(Bucket="bucket", Key="hash", Body=b"y" * size, ChecksumAlgorithm="CRC32")
        s3.meta.events.unregister("before-send.s3.PutObject", unique_id="spoil")
        error = caught.value.response["Error"]
        assert error["Code"] == "XAmzContentSHA256Mismatch"
        assert error["ClientComputedContentSHA256"] == hashlib.sha256(b"y" * size).hexdigest()
        assert error["S3ComputedContentSHA256"] == hashlib.sha256(b"x" * size).hexdigest()
    assert content(known.endpoint, "hash") == "NoSuchKey"


def test_a_put_must_say_how_long_it_is(known):
    answer = raw_s3.ask(known.endpoint, "PUT", "/bucket/length")
    assert (answer.status, answer.code) == (411, "MissingContentLength")
    answer = raw_s3.ask(known.endpoint, "PUT", "/bucket/length", b"5\r\nhello\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"})
    assert (answer.status, answer.code, answer.field("Header")) == (501, "NotImplemented", "Transfer-Encoding")


@pytest.mark.parametrize("size", [1000, 10_000_000])
def test_a_connection_that_breaks_off_leaves_nothing_and_no_error_in_the_log(known, size):
    with socket.create_connection(("127.0.0.1", known.port)) as client:
        head = raw_s3.signed_headers(known.endpoint, "PUT", "/bucket/broken", {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        client.sendall(f"PUT /bucket/broken HTTP/1.1\r\nHost: localhost:{known.port}\r\n{lines}Content-Length: {size}\r\n\r\n".encode() + b"x" * (size // 2))
    time.sleep(0.2)
    assert content(known.endpoint, "broken") == "NoSuchKey"
    assert "[error]" not in known.log() and " error " not in known.log()


def test_a_refused_head_is_answered_before_a_large_body_is_sent(known):
    with socket.create_connection(("127.0.0.1", known.port), timeout=10) as client:
        client.sendall(f"PUT /nobucket/key HTTP/1.1\r\nHost: localhost:{known.port}\r\nContent-Length: 100000000\r\nExpect: 100-continue\r\n\r\n".encode())
        answer = client.recv(65536)
        assert answer.startswith(b"HTTP/1.1 4") and b"Connection: close" in answer, answer
