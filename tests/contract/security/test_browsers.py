"""What a web page can make a browser send: to the admin API, and to the services, which take unsigned requests in permissive mode."""

import json

import pytest
from daemons import Daemon
from forgery import Request, send

pytestmark = pytest.mark.stratolite
FORM = "application/x-www-form-urlencoded"
EVIL = "http://evil.com"
BROWSER = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), ("Accept-Language", "en-GB,en;q=0.5")]
CROSS = [*BROWSER, ("Sec-Fetch-Site", "cross-site")]


@pytest.fixture(scope="module")
def door(binary):
    """A permissive daemon with an object and a message, asked in the ways of a browser; both must be there at the end."""
    daemon = Daemon(binary)
    local = [("Host", f"localhost:{daemon.port}")]

    def ask(method, target, headers=(), host=None, body=b""):
        fields = [("Host", host if host is not None else local[0][1]), *headers]
        return send(daemon.port, Request(method, target, fields, body))

    assert ask("PUT", "/pictures").status == 200 and ask("PUT", "/pictures/cat", body=b"meow").status == 200
    assert ask("POST", "/", [("Content-Type", FORM)], body=b"Action=CreateQueue&QueueName=q").status == 200
    assert ask("POST", "/000000000000/q", [("Content-Type", FORM)], body=b"Action=SendMessage&MessageBody=hello").status == 200
    ask.port = daemon.port
    yield ask
    assert ask("GET", "/pictures/cat").body == b"meow"
    assert b"<Body>hello</Body>" in ask("GET", "/000000000000/q?Action=ReceiveMessage").body
    daemon.stop()


REFUSED = [
    # A form, a script, a sandboxed frame, sendBeacon: the browser says where it comes from.
    ("a form posts to the admin API", "POST", "/_stratolite/reset", [*CROSS, ("Origin", EVIL), ("Content-Type", FORM)]),
    ("a sandboxed frame posts to the admin API", "POST", "/_stratolite/reset", [*CROSS, ("Origin", "null")]),
    ("a text form posts to the admin API", "POST", "/_stratolite/snapshot", [*CROSS, ("Origin", EVIL), ("Content-Type", "text/plain")]),
    ("an old browser's form", "POST", "/_stratolite/reset", [("Origin", EVIL)]),
    ("an origin that looks local", "POST", "/_stratolite/reset", [("Origin", "http://localhost.evil.com")]),
    ("an origin that ends in an address", "POST", "/_stratolite/reset", [("Origin", "http://127.0.0.1.nip.io:4566")]),
    ("an origin with a user", "POST", "/_stratolite/reset", [("Origin", "http://evil.com@localhost")]),
    ("an image of the admin API", "GET", "/_stratolite/requests", CROSS),
    ("a frame of the admin API", "GET", "/_stratolite/worlds", CROSS),
    ("a link of an old browser to the admin API", "GET", "/_stratolite/worlds", [("Referer", EVIL + "/page")]),
    ("a script reads the admin API", "GET", "/_stratolite/worlds", [*CROSS, ("Origin", EVIL)]),
    ("a socket", "GET", "/_stratolite/requests", [*CROSS, ("Origin", EVIL), ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
                                                  ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")]),
    ("LocalStack's reset", "POST", "/_localstack/state/reset", [*CROSS, ("Origin", EVIL)]),
    ("a page of SQS", "GET", "/_aws/sqs/messages", CROSS),
    ("a preflight for the admin API", "OPTIONS", "/_stratolite/reset", [("Origin", EVIL), ("Access-Control-Request-Method", "POST")]),
    ("a preflight for a service", "OPTIONS", "/", [("Origin", EVIL), ("Access-Control-Request-Method", "DELETE")]),
    ("a preflight into the private network", "OPTIONS", "/",
     [("Origin", EVIL), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Private-Network", "true")]),
    ("a form acts on a queue", "POST", "/000000000000/q", [*CROSS, ("Origin", EVIL), ("Content-Type", FORM)]),
    ("a form without an origin acts on a queue", "POST", "/000000000000/q", [*CROSS, ("Content-Type", FORM)]),
    ("an image acts on a queue", "GET", "/000000000000/q?Action=PurgeQueue", CROSS),
    ("a link acts on a queue", "GET", "/?Action=DeleteQueue&QueueUrl=http://localhost/000000000000/q", [*CROSS, ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-User", "?1")]),
    ("an old browser's image acts on a queue", "GET", "/000000000000/q?Action=PurgeQueue", [*BROWSER, ("Referer", EVIL + "/")]),
    ("a script reads an object", "GET", "/pictures/cat", [*CROSS, ("Origin", EVIL)]),
    ("a script writes an object", "PUT", "/pictures/cat", [*CROSS, ("Origin", EVIL)]),
    ("a script says it is signed", "DELETE", "/pictures/cat", [*CROSS, ("Origin", EVIL), ("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request")]),
    ("a post of a text", "POST", "/", [*CROSS, ("Origin", EVIL), ("Content-Type", "text/plain")]),
]


@pytest.mark.parametrize("method, target, headers", [pytest.param(*row[1:], id=row[0]) for row in REFUSED])
def test_pages_of_other_sites_are_refused(door, method, target, headers):
    body = b"Action=PurgeQueue" if method == "POST" else b""
    answer = door(method, target, headers, body=body)
    assert answer.status == 403, answer.text
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.text.startswith('{"message":')


ALLOWED = [
    ("a link to an object", "GET", "/pictures/cat", [*CROSS, ("Sec-Fetch-Mode", "navigate")]),
    ("a picture in a page", "GET", "/pictures/cat", [*CROSS, ("Sec-Fetch-Dest", "image"), ("Referer", EVIL + "/")]),
    ("a presigned link in a page", "GET", "/pictures/cat?AWSAccessKeyId=test&Expires=9999999999&Signature=x", [*CROSS, ("Referer", EVIL + "/")]),
    ("an address that is typed", "GET", "/pictures/cat", [*BROWSER, ("Sec-Fetch-Site", "none")]),
    ("the admin API typed", "GET", "/_stratolite/worlds", [*BROWSER, ("Sec-Fetch-Site", "none")]),
    ("a page of this machine", "GET", "/pictures/cat", [*BROWSER, ("Origin", "http://localhost:3000"), ("Sec-Fetch-Site", "same-site")]),
    ("a page of this machine by its address", "GET", "/_stratolite/worlds", [*BROWSER, ("Origin", "http://127.0.0.1:3000"), ("Sec-Fetch-Site", "cross-site")]),
    ("a client that is no browser", "GET", "/_stratolite/worlds", [("User-Agent", "Boto3/1.42")]),
]


@pytest.mark.parametrize("method, target, headers", [pytest.param(*row[1:], id=row[0]) for row in ALLOWED])
def test_what_pages_may_do(door, method, target, headers):
    answer = door(method, target, headers)
    assert answer.status == 200, answer.text
    origin = dict(headers).get("Origin")
    assert answer.headers.get("Access-Control-Allow-Origin") == origin


def test_preflights_of_other_sites_for_a_bucket_are_refused_as_on_aws(door):
    for more in ([], [("Access-Control-Request-Private-Network", "true")]):
        answer = door("OPTIONS", "/pictures/cat", [("Origin", EVIL), ("Access-Control-Request-Method", "PUT"), *more])
        assert answer.status == 403 and "<Code>AccessForbidden</Code>" in answer.text
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_a_buckets_own_rules_let_pages_in(door):
    """And no others, nor anything under a name that a foreign domain may have."""
    rules = b"<CORSConfiguration><CORSRule><AllowedOrigin>http://friend.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod></CORSRule></CORSConfiguration>"
    assert door("PUT", "/shared").status == 200 and door("PUT", "/shared?cors", body=rules).status == 200
    friend = [*CROSS, ("Origin", "http://friend.com")]
    assert door("PUT", "/shared/dog", friend, body=b"woof").status == 200
    assert door("PUT", "/shared/dog", [*CROSS, ("Origin", EVIL)], body=b"x").status == 403
    assert door("DELETE", "/shared/dog", friend).status == 403
    assert door("PUT", "/pictures/cat", friend, body=b"x").status == 403
    assert door("PUT", "/shared/dog", friend, host="evil.com", body=b"x").status == 403
    unread = door("GET", "/shared/dog", [*CROSS, ("Origin", EVIL)])
    assert unread.body == b"woof" and "Access-Control-Allow-Origin" not in unread.headers


def test_a_preflight_of_this_machines_pages_is_answered(door):
    asks = [("Origin", "http://localhost:3000"), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "x-amz-date")]
    answer = door("OPTIONS", "/pictures/cat", asks)
    assert answer.status == 204 and answer.headers["Access-Control-Allow-Headers"] == "x-amz-date"


TRUSTED = ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.8.9.10", "[::1]", "10.1.2.3", "[fe80::1]", "stratolite", "x.localhost.localstack.cloud"]
FOREIGN = ["evil.com", "evil.com.", "localhost.evil.com", "127.0.0.1.nip.io", "0x7f.1", "127.1", "999.1.1.1",
           "[::1]evil.com", "[::1", "user@localhost", "localhost@evil.com", "a:b:c", ""]


@pytest.mark.parametrize("host", TRUSTED)
def test_the_admin_api_answers_under_names_nobody_else_can_have(door, host):
    for suffix in ("", f":{door.port}"):
        assert door("GET", "/_stratolite/worlds", host=host + suffix).status == 200


@pytest.mark.parametrize("host", FOREIGN)
def test_the_admin_api_answers_under_no_other_name(door, host):
    assert door("GET", "/_stratolite/worlds", host=host).status in (400, 403)
    assert door("POST", "/_stratolite/reset", host=host).status in (400, 403)


@pytest.mark.parametrize("host", ["evil.com", "127.0.0.1.nip.io", "localhost.evil.com"])
@pytest.mark.parametrize("headers", [BROWSER, BROWSER[:1], BROWSER[1:], [("Sec-Fetch-Site", "same-origin")], [("Referer", "http://evil.com/")],
                                     [("Origin", "http://evil.com")]], ids=["firefox", "agent", "language", "fetch", "referer", "origin"])
def test_a_rebound_name_reads_nothing(door, host, headers):
    """Plain http under a name that resolves here: no Sec-Fetch-Site, no Origin on a GET, and to the browser the same origin."""
    for target in ("/pictures/cat", "/?x-id=ListBuckets", "/000000000000/q?Action=ReceiveMessage"):
        answer = door("GET", target, headers, host=f"{host}:{door.port}")
        assert answer.status == 403 and b"meow" not in answer.body


def test_clients_that_are_no_browsers_may_use_any_name(door):
    assert door("GET", "/pictures/cat", [("User-Agent", "aws-sdk-go-v2/1.40")], host="s3.internal.example.com").body == b"meow"


def test_the_target_overrides_the_host(door):
    """RFC 9112 section 3.2.2"""
    assert door("GET", "http://evil.com/_stratolite/worlds").status == 403
    assert door("GET", f"http://localhost:{door.port}/_stratolite/worlds", host="evil.com").status == 200
    assert door("GET", "http://evil.com@localhost/_stratolite/worlds").status in (400, 403)


@pytest.mark.parametrize("target", ["/%5fstratolite/reset", "//_stratolite/reset", "/x/../_stratolite/reset", "/./_stratolite/reset", "/_Stratolite/reset", "/_stratolite%2Freset",
                                    "/_stratolite/../_stratolite/reset", "/_stratolite/./reset", "/_stratolite/reset/", "/_stratolite/%72eset", "/_stratolite;x/reset"])
def test_the_admin_api_has_one_spelling(door, target):
    answer = door("POST", target, [("Content-Type", "text/plain")], body=b"{}")
    assert answer.status >= 400, answer.text
    assert door("GET", "/pictures/cat").body == b"meow"


def test_under_a_buckets_name_the_admin_api_is_a_key(door):
    host = f"pictures.localhost:{door.port}"
    answer = door("GET", "/_stratolite/worlds", host=host)
    assert answer.status == 404 and answer.code == "NoSuchKey"
    assert door("POST", "/_stratolite/reset", host=host).status >= 400


def test_what_a_page_could_send_is_read_as_json_only_by_the_admin_api(door):
    """A form of a page cannot carry the field that the front door asks pages for."""
    answer = door("POST", "/_stratolite/worlds", [*CROSS, ("Origin", EVIL), ("Content-Type", "text/plain")], body=json.dumps({"empty": True}).encode())
    assert answer.status == 403
    assert len(json.loads(door("GET", "/_stratolite/worlds").body)["worlds"]) == 1
