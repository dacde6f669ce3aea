"""The front door as raw bytes see it: keep-alive, pipelining, hostile input. Every test leaves the daemon answering."""

import concurrent.futures
import http.client
import json
import re
import socket
import urllib.parse

import pytest

IDENTITY = b"Action=GetCallerIdentity&Version=2011-06-15"
# A key that nobody knows is not verified (permissive mode); without one STS has nobody to identify.
UNVERIFIED = ("AWS4-HMAC-SHA256 Credential=111122223333/20260102/us-east-1/sts/aws4_request, SignedHeaders=host;x-amz-date, "
              f"Signature={'0' * 64}")
SIGNED = [f"Authorization: {UNVERIFIED}", "X-Amz-Date: 20260102T000000Z"]


@pytest.fixture
def address(endpoint):
    url = urllib.parse.urlsplit(endpoint)
    return ("127.0.0.1" if url.hostname == "localhost" else url.hostname), url.port


def post(body=IDENTITY, *, path="/", fields=()):
    head = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}",
            *(SIGNED if body.startswith(b"Action=GetCallerIdentity") else []), *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def exchange(address, data, timeout=10):
    """Sends, then reads until the server closes or nothing comes for a second."""
    with socket.create_connection(address, timeout=timeout) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        received = b""
        while True:
            try:
                chunk = connection.recv(65536)
            except (ConnectionResetError, TimeoutError):
                break
            if not chunk:
                break
            received += chunk
        return received


@pytest.fixture(autouse=True)
def still_answers(address):
    yield
    assert exchange(address, post(fields=["Connection: close"])).startswith(b"HTTP/1.1 200 ")


def test_both_loopback_families_answer(endpoint):
    port = urllib.parse.urlsplit(endpoint).port
    for host in ("127.0.0.1", "::1"):
        connection = http.client.HTTPConnection(host, port, timeout=10)
        connection.request("POST", "/", IDENTITY, {
            "Content-Type": "application/x-www-form-urlencoded", "Authorization": UNVERIFIED, "X-Amz-Date": "20260102T000000Z"})
        assert connection.getresponse().status == 200
        connection.close()


def test_pipelined_requests_are_answered_in_order(address):
    unknown = b"Action=NoSuchAction&Version=2011-06-15"
    received = exchange(address, post() + post(unknown) + post() + post(unknown))
    assert re.findall(rb"HTTP/1\.1 (\d+) ", received) == [b"200", b"400", b"200", b"400"]


def test_a_chunked_body_is_understood(address):
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (IDENTITY[:7], IDENTITY[7:])) + b"0\r\n\r\n"
    head = post().split(b"\r\n\r\n")[0].replace(b"Content-Length: %d" % len(IDENTITY), b"Transfer-Encoding: chunked") + b"\r\n\r\n"
    assert exchange(address, head + chunks).startswith(b"HTTP/1.1 200 ")


def test_an_expecting_client_is_invited(address):
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(post(fields=["Expect: 100-continue"])[: -len(IDENTITY)])
        assert connection.recv(1024) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(IDENTITY)
        assert connection.recv(1024).startswith(b"HTTP/1.1 200 ")


def test_a_body_beyond_the_limit_gets_the_protocols_error(address):
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000000\r\n\r\n"
    received = exchange(address, head + b"x" * 100_000)
    assert received.startswith(b"HTTP/1.1 413 ")
    assert b"<ErrorResponse" in received and b"RequestEntityTooLarge" in received


def test_dates_and_request_ids_are_on_every_answer(address):
    head = exchange(address, post()).split(b"\r\n\r\n")[0].lower()
    assert b"\r\ndate: " in head and b"\r\nx-amzn-requestid: " in head


MALFORMED = {
    "empty": b"\r\n\r\n",
    "binary": bytes(range(256)) * 8,
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    "http2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "truncated head": b"POST / HTTP/1.1\r\nHost: loc",
    "truncated body": post()[:-10],
    "truncated chunk": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc",
    "two framings": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "bad chunk": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
    "folded": b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
    "nul": b"GET / HTTP/1.1\r\nHost: x\r\nA: \x00\r\n\r\n",
    "endless target": b"GET /" + b"a" * 200_000,
    "endless field": b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 200_000,
    "many fields": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_not_http_is_refused(address, name):
    received = exchange(address, MALFORMED[name])
    assert received == b"" or received.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))
    assert not received.startswith(b"HTTP/1.1 500")


def json_request(body, target="AmazonSQS.SendMessage"):
    return post(body, fields=[f"X-Amz-Target: {target}"]).replace(b"x-www-form-urlencoded", b"x-amz-json-1.0")


def cbor_request(body):
    return post(body, path="/service/GraniteServiceVersion20100801/operation/PutMetricData", fields=["smithy-protocol: rpc-v2-cbor"]).replace(
        b"x-www-form-urlencoded", b"cbor")


def s3_xml(body):
    return post(body, path="/bucket?delete").replace(b"application/x-www-form-urlencoded", b"application/xml")


HOSTILE = {
    "json nesting": json_request(b'{"QueueUrl":' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
    "json truncated": json_request(b'{"QueueUrl":"'),
    "json utf-8": json_request(b'{"QueueUrl":"\xff\xfe"}'),
    "json array": json_request(b"[]"),
    "json wrong type": json_request(b'{"QueueUrl":{"a":1},"MessageBody":[1]}'),
    "json empty": json_request(b""),
    "query huge index": post(b"Action=SendMessageBatch&Version=2012-11-05&SendMessageBatchRequestEntry.999999999.Id=a"),
    "query utf-8": post(b"Action=GetCallerIdentity&Version=2011-06-15&X=%ff%fe"),
    "query broken escape": post(b"Action=%zz&Version=2011-06-15"),
    "query deep": post(b"Action=AssumeRole&Version=2011-06-15&" + b"Tags.member.1." * 5000 + b"Key=a"),
    "query many": post(b"Action=AssumeRole&Version=2011-06-15" + b"".join(b"&Tags.member.%d.Key=a" % i for i in range(1, 50_000))),
    "xml bomb": s3_xml(b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % ((c,) + (c - 1,) * 10) for c in range(ord("b"), ord("k"))) + b"]><Delete>&j;</Delete>"),
    "xml nesting": s3_xml(b"<a>" * 10_000 + b"</a>" * 10_000),
    "xml truncated": s3_xml(b"<Delete><Object>"),
    "cbor nesting": cbor_request(b"\x81" * 10_000 + b"\x00"),
    "cbor huge array": cbor_request(b"\xa1\x6aMetricData\x9b\xff\xff\xff\xff\xff\xff\xff\xff"),
    "cbor huge string": cbor_request(b"\xa1\x69Namespace\x7b\x7f\xff\xff\xff\xff\xff\xff\xff"),
    "cbor truncated": cbor_request(b"\xa1\x69Name"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_get_an_aws_error(address, name):
    received = exchange(address, HOSTILE[name])
    status = int(received[9:12])
    assert 400 <= status < 500 or status in (200, 501), received[:300]
    if status == 200:
        assert name.startswith("query")


@pytest.mark.stratolite
def test_why_health_and_unknown_pages(address):
    health = exchange(address, b"GET /_stratolite/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert json.loads(health.split(b"\r\n\r\n", 1)[1])["status"] == "running"
    unknown = exchange(address, b"GET /_stratolite/helth HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert unknown.startswith(b"HTTP/1.1 404 ") and b"/_stratolite/health" in unknown


@pytest.mark.stratolite
@pytest.mark.parametrize("fields", [["Origin: https://evil.example"], ["Sec-Fetch-Site: cross-site"]])
def test_foreign_pages_are_refused(address, fields):
    assert exchange(address, post(fields=fields)).startswith(b"HTTP/1.1 403 ")


@pytest.mark.stratolite
def test_the_admin_api_is_not_served_under_a_rebound_name(address):
    assert exchange(address, b"GET /_stratolite/health HTTP/1.1\r\nHost: evil.example\r\n\r\n").startswith(b"HTTP/1.1 403 ")


@pytest.mark.stratolite
def test_many_connections_at_once(address):
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: exchange(address, post() * 20), range(64)))
    assert all(answer.count(b"HTTP/1.1 200 ") == 20 for answer in answers)
