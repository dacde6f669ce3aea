"""Strict mode lets nothing through that AWS refuses: valid requests of every form, with one thing altered each. What is refused has had no effect."""

import datetime
import json
import urllib.parse
import urllib.request
import zlib

import pytest
from forgery import KEY, REGION, Request, Signer, send
from stage import BUCKET, FORMS, TRAILER, Chunks, Stage, form, put_object, send_message, send_message_form, send_message_link

pytestmark = pytest.mark.stratolite

# What each family of services says, by cause: status and code.
MISMATCH = {"s3": (403, "SignatureDoesNotMatch"), "json": (400, "InvalidSignatureException"), "query": (403, "SignatureDoesNotMatch")}
SKEWED = MISMATCH | {"s3": (403, "RequestTimeTooSkewed")}
UNKNOWN_KEY = {"s3": (403, "InvalidAccessKeyId"), "json": (400, "UnrecognizedClientException"), "query": (403, "InvalidClientTokenId")}
WRONG_TOKEN = UNKNOWN_KEY | {"s3": (400, "InvalidToken")}
UNSIGNED_FIELD = MISMATCH | {"s3": (403, "AccessDenied")}
MISSING = {"s3": (403, "AccessDenied"), "json": (400, "MissingAuthenticationTokenException"), "query": (403, "MissingAuthenticationToken")}
INCOMPLETE = {"s3": (400, "AuthorizationHeaderMalformed"), "json": (400, "IncompleteSignatureException"), "query": (400, "IncompleteSignature")}
SCOPE = MISMATCH | {"s3": (400, "AuthorizationHeaderMalformed")}
BOTH = INCOMPLETE | {"s3": (400, "InvalidArgument")}
ANY = {}
HOUR = datetime.timedelta(hours=1)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def in_query(codes):
    """S3's words for the query form."""
    return {family: (status, code.replace("AuthorizationHeaderMalformed", "AuthorizationQueryParametersError")) for family, (status, code) in codes.items()}


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary)
    yield stage
    stage.daemon.stop()


@pytest.fixture(autouse=True)
def nothing_waits(stage):
    yield
    if stage.messages():
        stage.new_queue()


def refused(answer, expected, family):
    assert answer.status >= 400, answer.text
    if family in expected:
        assert (answer.status, answer.code) == expected[family], answer.text
    assert answer.message or answer.code == "UnknownOperationException", answer.text


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_unaltered_request_is_done(stage, form):
    request, done = form.make(stage)
    answer = send(stage.port, form.sign(stage, form.signer(stage), request))
    assert answer.status == 200, answer.text
    assert done() or form.name == "sts-query"


@pytest.mark.parametrize("form", [form for form in FORMS if not form.presigned], ids=lambda form: form.name)
def test_case_and_space_of_fields_are_not_signed(stage, form):
    request, _ = form.make(stage)
    request = form.sign(stage, form.signer(stage), request)
    request.headers = [(name.upper(), f"  {value}\t") for name, value in reversed(request.headers)]
    assert send(stage.port, request).status == 200


# Who signs it so: (name, what the signer does, codes in a header, codes in a query).
SIGNERS = [
    ("half an hour ago", lambda: {"when": now() - HOUR / 2}, SKEWED, None),
    ("in half an hour", lambda: {"when": now() + HOUR / 2}, SKEWED, UNSIGNED_FIELD),
    ("with another secret", lambda: {"secret": "x"}, MISMATCH, MISMATCH),
    ("with an unknown key", lambda: {"key": "AKIAUNKNOWN"}, UNKNOWN_KEY, UNKNOWN_KEY),
    ("with an account as its key", lambda: {"key": "123456789012"}, UNKNOWN_KEY, UNKNOWN_KEY),
    ("with a token that is nobody's", lambda: {"token": "x"}, WRONG_TOKEN, WRONG_TOKEN),
    # A form and a path say nothing of the service: there the scope chooses it, and iam knows no such operation.
    ("for another service", lambda: {"service_in_scope": "iam"}, {"json": SCOPE["json"]}, ANY),
    ("for no service", lambda: {"service_in_scope": ""}, SCOPE, in_query(SCOPE)),
    ("for no region", lambda: {"region": ""}, SCOPE, in_query(SCOPE)),
    ("for a region that is none", lambda: {"region": "nowhere!"}, SCOPE, in_query(SCOPE)),
    ("for yesterday", lambda: {"scope_date": "20200101"}, SCOPE, in_query(SCOPE)),
    ("for a date that is none", lambda: {"scope_date": "2020011"}, SCOPE, in_query(SCOPE)),
    ("for another terminator", lambda: {"terminator": "aws5_request"}, SCOPE, in_query(SCOPE)),
    ("for a terminator with a tail", lambda: {"terminator": "aws4_request/x"}, INCOMPLETE, in_query(INCOMPLETE)),
    ("with another algorithm", lambda: {"algorithm": "AWS4-HMAC-SHA512"}, ANY, ANY),
    ("with an algorithm in lower case", lambda: {"algorithm": "aws4-hmac-sha256"}, ANY, ANY),
    ("without host", lambda: {"unsigned": ["host"]}, SCOPE, in_query(SCOPE)),
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@pytest.mark.parametrize("what, change, header, query", SIGNERS, ids=[row[0] for row in SIGNERS])
def test_who_signs_otherwise_is_refused(stage, form, what, change, header, query):
    change = change()
    request, done = form.make(stage)
    signer = form.signer(stage)
    if form.session and set(change) & {"key", "secret"}:
        pytest.skip("another token than the key's is refused first")
    if "service_in_scope" in change:
        scope = change.pop("service_in_scope")
        signer.scope = lambda date: f"{date[:8]}/{REGION}/{scope}/aws4_request"
    if unsigned := change.pop("unsigned", None):
        names = {name.lower() for name, _ in request.headers} | (set() if form.presigned else {"x-amz-date"})
        names |= {"x-amz-security-token"} if form.session and not form.presigned else set()
        names |= {"x-amz-content-sha256"} if form.family == "s3" and not form.presigned else set()
        change["signed"] = sorted(names - set(unsigned))
    for name, value in change.items():
        setattr(signer, name, value)
    expected = query if form.presigned else header
    if expected is None:  # old, but not expired
        signer.when -= HOUR
        expected = UNSIGNED_FIELD
    answer = send(stage.port, form.sign(stage, signer, request))
    refused(answer, expected, form.family)
    assert not done()


def edit_signature(change):
    def apply(request):
        if request.get("Authorization"):
            return request.edit("Authorization", lambda value: value[:-64] + change(value[-64:]))
        request.target = request.target[:-64] + change(request.target[-64:])
        return request
    return apply


def flipped(text):
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def to_query(text):
    def apply(request):
        request.target += ("&" if "?" in request.target else "?") + text
        return request
    return apply


def to_path(change):
    def apply(request):
        path, mark, query = request.target.partition("?")
        request.target = change(path) + mark + query
        return request
    return apply


def in_authorization(old, new):
    return lambda request: request.edit("Authorization", lambda value: value.replace(old, new, 1))


def without_signed_headers(value):
    return value[:value.index("SignedHeaders=") + 14] + value[value.rindex(", "):]


def in_target(old, new):
    return lambda request: setattr(request, "target", request.target.replace(old, new)) or request


def doubled(name):
    return lambda request: request.add(name, request.get(name))


# What becomes of it on its way: (name, alteration, codes, and which forms it is for).
HEADER = lambda form: not form.presigned  # noqa: E731
JSON = lambda form: form.family == "json"  # noqa: E731
S3 = lambda form: form.family == "s3"  # noqa: E731
S3_HEADER = lambda form: S3(form) and HEADER(form)  # noqa: E731
S3_FIELDS = lambda form: form.name in ("s3-path", "s3-session")  # noqa: E731
ALL = lambda form: True  # noqa: E731
OTHER_HEADER = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1//aws4_request, SignedHeaders=host, Signature=0"
ALTERATIONS = [
    ("the last bit of the signature", edit_signature(flipped), MISMATCH, ALL),
    ("no signature at all", edit_signature(lambda text: ""), ANY, ALL),
    ("a signature in capitals", edit_signature(lambda text: text.upper() + "A"), MISMATCH, ALL),
    ("half a signature", edit_signature(lambda text: text[:32]), MISMATCH, ALL),
    ("no Authorization", lambda request: request.set("Authorization", None), MISSING, HEADER),
    ("Authorization of another kind", lambda request: request.set("Authorization", "Bearer x"), INCOMPLETE | {"s3": (400, "InvalidArgument")}, HEADER),
    ("no credential", in_authorization("Credential=", "Credentia1="), INCOMPLETE, HEADER),
    ("no signed headers", in_authorization("SignedHeaders=", "SignedHeader="), INCOMPLETE, HEADER),
    ("an empty list of signed headers", lambda request: request.edit("Authorization", without_signed_headers), SCOPE, HEADER),
    ("a word in Authorization", in_authorization("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 word, "), INCOMPLETE, HEADER),
    ("another key in the credential", in_authorization(f"={KEY}/", "=AKIAOTHER/"), UNKNOWN_KEY, lambda form: HEADER(form) and not form.session),
    ("another region in the credential", in_authorization("/us-east-1/", "/eu-west-1/"), MISMATCH, HEADER),
    ("a second Authorization", doubled("Authorization"), INCOMPLETE, HEADER),
    ("an Authorization before it", lambda request: request.add("Authorization", "Bearer x", first=True), ANY, HEADER),
    ("a signed query beside it", to_query("X-Amz-Algorithm=AWS4-HMAC-SHA256"), BOTH, HEADER),
    ("a signature in the query beside it", to_query("X-Amz-Signature=0"), BOTH, HEADER),
    ("a header beside the query", lambda request: request.add("Authorization", OTHER_HEADER), BOTH, lambda form: form.presigned),
    ("another host", lambda request: request.edit("Host", lambda value: value.replace("localhost", "127.0.0.1")), ANY, lambda form: "virtual" not in form.name),
    ("another port in Host", lambda request: request.edit("Host", lambda value: value[:-1]), MISMATCH, ALL),
    ("another method", lambda request: setattr(request, "method", "POST" if request.method != "POST" else "PUT") or request, ANY, ALL),
    ("a parameter more", to_query("x=1"), MISMATCH, ALL),
    ("a parameter without a name", to_query("="), MISMATCH, ALL),
    ("a second signature", to_query("X-Amz-Signatur%65=0"), MISMATCH, lambda form: form.presigned),
    ("a signature beside it, in other letters", to_query("X-Amz-Signatur%65=0"), BOTH, HEADER),
    ("a longer path", to_path(lambda path: path + "x"), MISMATCH, ALL),
    ("a slash in the path", to_path(lambda path: path + "%2Fx"), MISMATCH, ALL),
    ("a double slash on S3", to_path(lambda path: "/" + path), ANY, S3),
    ("a dot segment on S3", to_path(lambda path: path + "/../other"), MISMATCH, S3),
    ("a dot at the end on S3", to_path(lambda path: path + "/."), MISMATCH, S3),
    ("another date", lambda request: request.edit("X-Amz-Date", lambda value: value[:-2] + ("0Z" if value[-2] != "0" else "1Z")), MISMATCH, HEADER),
    ("another day", lambda request: request.set("X-Amz-Date", (now() - 48 * HOUR).strftime("%Y%m%dT%H%M%SZ")), SCOPE, HEADER),
    ("no date", lambda request: request.set("X-Amz-Date", None), INCOMPLETE, HEADER),
    ("a Date in its stead", lambda request: request.set("X-Amz-Date", None).set("Date", now().strftime("%a, %d %b %Y %H:%M:%S GMT")), ANY, HEADER),
    ("a date that is none", lambda request: request.set("X-Amz-Date", "yesterday"), INCOMPLETE | {"s3": (403, "AccessDenied")}, HEADER),
    ("two dates", doubled("X-Amz-Date"), INCOMPLETE | {"s3": (403, "AccessDenied")}, HEADER),
    ("another body", lambda request: setattr(request, "body", request.body.replace(b"hello", b"hallo")) or request, ANY, lambda form: not form.presigned and form.name not in (
        "sts-query", "s3-unsigned-payload")),
    ("no body", lambda request: setattr(request, "body", b"") or request, ANY, lambda form: not form.presigned and form.name not in ("sts-query", "s3-unsigned-payload")),
    ("an unsigned x-amz- field", lambda request: request.add("X-Amz-Acl", "public-read"), UNSIGNED_FIELD, ALL),
    ("an unsigned x-amz- field in capitals", lambda request: request.add("X-AMZ-COPY-SOURCE", "/a/b"), UNSIGNED_FIELD, ALL),
    ("an unsigned field of metadata", lambda request: request.add("x-amz-meta-new", "1"), UNSIGNED_FIELD, ALL),
    ("another operation", lambda request: request.set("X-Amz-Target", "AmazonSQS.DeleteQueue"), MISMATCH, JSON),
    ("two operations", lambda request: request.add("X-Amz-Target", "AmazonSQS.DeleteQueue", first=True), MISMATCH, JSON),
    ("another type", lambda request: request.set("Content-Type", "text/html"), MISMATCH, S3_FIELDS),
    ("no type", lambda request: request.set("Content-Type", None), MISMATCH, S3_FIELDS),
    ("other metadata", lambda request: request.set("X-Amz-Meta-Mark", "two"), MISMATCH, S3_FIELDS),
    ("metadata twice", lambda request: request.add("x-amz-meta-mark", "two"), MISMATCH, S3_FIELDS),
    ("no token", lambda request: request.set("X-Amz-Security-Token", None), WRONG_TOKEN | {"json": INCOMPLETE["json"]}, lambda form: HEADER(form) and form.session),
    ("another token", lambda request: request.edit("X-Amz-Security-Token", flipped), WRONG_TOKEN, lambda form: HEADER(form) and form.session),
    ("two tokens", doubled("X-Amz-Security-Token"), WRONG_TOKEN, lambda form: HEADER(form) and form.session),
    ("a token of a key without one", lambda request: request.set("X-Amz-Security-Token", "x"), WRONG_TOKEN, lambda form: HEADER(form) and not form.session),
    ("no hash", lambda request: request.set("X-Amz-Content-Sha256", None), {"s3": (400, "InvalidRequest")}, S3_HEADER),
    ("a hash that is none", lambda request: request.set("X-Amz-Content-Sha256", "x"), {"s3": (400, "InvalidArgument")}, S3_HEADER),
    ("another hash", lambda request: request.set("X-Amz-Content-Sha256", "0" * 64), MISMATCH, S3_HEADER),
    ("an unsigned body", lambda request: request.set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"), MISMATCH, lambda form: S3_HEADER(form) and form.name != "s3-unsigned-payload"),
    ("two hashes", doubled("X-Amz-Content-Sha256"), ANY, S3_HEADER),
    ("another length within", lambda request: request.set("X-Amz-Decoded-Content-Length", "4"), MISMATCH, lambda form: form.framed),
    ("no longer life", in_target("X-Amz-Expires=600", "X-Amz-Expires=601"), MISMATCH, lambda form: form.presigned),
    ("a life twice", in_target("X-Amz-Expires=600", "X-Amz-Expires=604800&X-Amz-Expires=600"), in_query(INCOMPLETE), lambda form: form.presigned),
]
CASES = [pytest.param(form, apply, expected, id=f"{what}-{form.name}") for what, apply, expected, fits in ALTERATIONS for form in FORMS if fits(form)]


@pytest.mark.parametrize("form, apply, expected", CASES)
def test_what_was_altered_on_its_way_is_refused(stage, form, apply, expected):
    request, done = form.make(stage)
    request = apply(form.sign(stage, form.signer(stage), request))
    refused(send(stage.port, request), expected, form.family)
    assert not done()


@pytest.mark.parametrize("expires, status, code", [
    (604800, 200, None), (1, 200, None), (604801, 400, "AuthorizationQueryParametersError"), (-1, 400, "AuthorizationQueryParametersError"),
    ("soon", 400, "AuthorizationQueryParametersError"), ("1e3", 400, "AuthorizationQueryParametersError"), ("", 400, "AuthorizationQueryParametersError"),
    (None, 400, "AuthorizationQueryParametersError"), (2**63, 400, "AuthorizationQueryParametersError"),
], ids=str)
def test_how_long_a_url_may_live(stage, expires, status, code):
    request, done = put_object(stage)
    answer = send(stage.port, Signer("s3").presign(request, expires))
    assert (answer.status, answer.code) == (status, code), answer.text
    assert done() == (status == 200)


@pytest.mark.parametrize("method, target", [("DELETE", None), ("GET", None), ("POST", None), ("PUT", "?acl"), ("PUT", "?tagging"), ("PUT", "?partNumber=1&uploadId=x")])
def test_a_url_is_good_for_its_method_and_operation(stage, method, target):
    request, done = put_object(stage)
    Signer("s3").presign(request)
    request.method = method
    if target:
        request.target = request.target.replace("?", target + "&")
    refused(send(stage.port, request), MISMATCH, "s3")
    assert not done()


def test_an_encoded_parameter_still_chooses_the_operation(stage):
    """DELETE …?tagging must not become DELETE of the object by writing `tagging` in another way."""
    request, done = put_object(stage)
    assert send(stage.port, Signer("s3").sign(request)).status == 200
    for parameter in ("tagging", "%74agging", "t%61gging="):
        gone = Signer("s3").presign(Request("DELETE", request.target + "?tagging", [("Host", request.get("Host"))]))
        gone.target = gone.target.replace("tagging", parameter, 1)
        assert send(stage.port, gone).status == 204
        assert done(), parameter


@pytest.mark.parametrize("added", ["&acl", "&%61cl", "&tagging", "&%74agging", "&partNumber=1&uploadId=x", "&x-amz-acl=public-read", "&x-amz-ac%6C=public-read", "&x-amz-copy-source=/a/b",
                                   "&Content-Type=text/html", "&X-Amz-Algorithm=AWS4-HMAC-SHA256"])
def test_nothing_that_version_2_signs_can_be_appended(stage, added):
    """boto3 presigns with version 2 in us-east-1 unless it is told otherwise."""
    request, done = put_object(stage)
    url = stage.s3.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": request.target.rpartition("/")[2]})
    assert "AWSAccessKeyId=" in url
    request.target = url[url.index("/", 8):] + added
    answer = send(stage.port, request)
    assert answer.status == (400 if "Algorithm" in added else 403), answer.text
    assert not done()
    request.target = request.target[:-len(added)]
    assert send(stage.port, request).status == 200 and done()


def test_a_plus_in_a_query_is_not_a_signed_plus(stage):
    request = Signer("s3").sign(Request("GET", f"/{BUCKET}?list-type=2&prefix=a%2Bb", [("Host", f"localhost:{stage.port}")]))
    assert send(stage.port, request).status == 200
    request.target = request.target.replace("%2B", "+")
    refused(send(stage.port, request), MISMATCH, "s3")


def test_parameters_may_come_in_any_order_but_not_with_other_values(stage):
    request = Signer("s3").sign(Request("GET", f"/{BUCKET}?list-type=2&prefix=a&max-keys=1", [("Host", f"localhost:{stage.port}")]))
    for query, status in (("max-keys=1&prefix=a&list-type=2", 200), ("prefix=%61&list-type=2&max-keys=1", 200), ("prefix=b&list-type=2&max-keys=1", 403),
                          ("prefix=a&list-type=2", 403), ("prefix=a&prefix=a&list-type=2&max-keys=1", 403), ("prefix=a&list-type=2&max-keys=1&max-keys=1000", 403)):
        request.target = f"/{BUCKET}?{query}"
        assert send(stage.port, request).status == status, query


def test_no_host_at_all(stage):
    request, done = put_object(stage)
    Signer("s3").sign(request)
    request.set("Host", None)
    assert send(stage.port, request, version="1.0").status == 403
    assert send(stage.port, request).status == 400
    assert not done()


def in_chunks(stage, chunks, change=lambda framed: None, trailer=None):
    """PUT of `chunks`, each signed; `change` alters the list of framed pieces and what follows them."""
    word = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if trailer else "")
    headers = [("Content-Encoding", "aws-chunked"), ("X-Amz-Decoded-Content-Length", str(sum(map(len, chunks))))] + ([("X-Amz-Trailer", trailer[0])] if trailer else [])
    request, done = put_object(stage, headers=headers)
    signer = Signer("s3", payload=word)
    framed = Chunks(signer, signer.sign(request), chunks, trailer)
    change(framed)
    request.body = framed.body()
    return send(stage.port, request), done


A, B = b"A" * 8192, b"B" * 8192


def swap(framed):
    framed.pieces[0], framed.pieces[1] = framed.pieces[1], framed.pieces[0]


def replace(index, old, new):
    def apply(framed):
        framed.pieces[index] = framed.pieces[index].replace(old, new, 1)
    return apply


def replace_end(old, new):
    def apply(framed):
        assert old in framed.end
        framed.end = framed.end.replace(old, new, 1)
    return apply


STREAMS = [
    ("chunks change places", swap, "SignatureDoesNotMatch"),
    ("a chunk twice", lambda framed: framed.pieces.insert(1, framed.pieces[0]), "SignatureDoesNotMatch"),
    ("a chunk is missing", lambda framed: framed.pieces.pop(0), "SignatureDoesNotMatch"),
    ("the last chunk is missing", lambda framed: framed.pieces.pop(), "IncompleteBody"),
    ("the body ends early", lambda framed: framed.pieces.__delitem__(slice(1, None)) or setattr(framed, "end", b""), "IncompleteBody"),
    ("a byte of the data", replace(0, b"AAAA", b"AAAB"), "SignatureDoesNotMatch"),
    ("a byte of a later chunk", replace(1, b"BBBB", b"BBBC"), "SignatureDoesNotMatch"),
    ("a size", replace(0, b"2000;", b"1fff;"), None),
    ("a size in other letters", replace(0, b"2000;", b"0x2000;"), "IncompleteBody"),
    ("a negative size", replace(0, b"2000;", b"-2000;"), "IncompleteBody"),
    ("a huge size", replace(0, b"2000;", b"ffffffffffffffff2000;"), "IncompleteBody"),
    ("an unsigned chunk", lambda framed: framed.pieces.__setitem__(0, b"2000\r\n" + A + b"\r\n"), "IncompleteBody"),
    ("bytes after the end", lambda framed: setattr(framed, "end", framed.end + b"more"), "IncompleteBody"),
    ("a second end", lambda framed: setattr(framed, "end", framed.end + b"0\r\n\r\n"), "IncompleteBody"),
]


@pytest.mark.parametrize("what, change, code", STREAMS, ids=[row[0] for row in STREAMS])
def test_a_stream_of_signed_chunks_is_a_chain(stage, what, change, code):
    answer, done = in_chunks(stage, [A, B], change)
    assert answer.status in (400, 403) and (code is None or answer.code == code), answer.text
    assert not done()


def test_a_chunk_of_another_request_does_not_fit(stage):
    kept = []
    assert in_chunks(stage, [A, B], lambda framed: kept.extend(framed.pieces))[0].status == 200
    answer, done = in_chunks(stage, [A, B], lambda framed: framed.pieces.__setitem__(0, kept[0]))
    # Signed in the same second for another key: the chain begins with the request's own signature.
    assert answer.code == "SignatureDoesNotMatch" and not done()


CRC = ("x-amz-checksum-crc32", "NhCmhg==")
TRAILERS = [
    ("its value", replace_end(b"NhCmhg==", b"AAAAAA=="), "SignatureDoesNotMatch"),
    ("its name", replace_end(b"x-amz-checksum-crc32:", b"x-amz-checksum-sha1:"), "SignatureDoesNotMatch"),
    ("another one", lambda framed: setattr(framed, "end", b"x-amz-meta-a:b\r\n" + framed.end), "SignatureDoesNotMatch"),
    ("its signature", lambda framed: setattr(framed, "end", framed.end[:-5] + (b"0" if framed.end[-5:-4] != b"0" else b"1") + framed.end[-4:]), "SignatureDoesNotMatch"),
    ("no signature", lambda framed: setattr(framed, "end", b"x-amz-checksum-crc32:NhCmhg==\r\n\r\n"), None),
    ("no trailer", lambda framed: setattr(framed, "end", b"\r\n"), None),
    ("cut off", lambda framed: setattr(framed, "end", framed.end[:20]), "IncompleteBody"),
    ("no empty line", lambda framed: setattr(framed, "end", framed.end[:-2]), "IncompleteBody"),
]


@pytest.mark.parametrize("what, change, code", TRAILERS, ids=[row[0] for row in TRAILERS])
def test_a_signed_trailer_is_the_end_of_the_chain(stage, what, change, code):
    answer, done = in_chunks(stage, [b"hello"], change, CRC)
    assert answer.status in (400, 403) and (code is None or answer.code == code), answer.text
    assert not done()


def test_a_document_in_chunks_is_verified_like_an_object(stage):
    """What has no streaming body is collected: its chunks must be verified all the same."""
    document = b"<Tagging><TagSet><Tag><Key>a</Key><Value>mine</Value></Tag></TagSet></Tagging>"
    signer = Signer("s3", payload="STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
    for tamper, status in ((lambda body: body, 204), (lambda body: body.replace(b"mine", b"evil"), 403), (lambda body: document.replace(b"mine", b"evil"), 400)):
        headers = [("Host", f"localhost:{stage.port}"), ("Content-Encoding", "aws-chunked"), ("X-Amz-Decoded-Content-Length", str(len(document)))]
        request = Request("PUT", f"/{BUCKET}?tagging", headers)
        request.body = tamper(Chunks(signer, signer.sign(request), [document]).body())
        answer = send(stage.port, request)
        assert answer.status == status, answer.text
        assert stage.s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == [{"Key": "a", "Value": "mine"}]


def post(stage, path, body):
    request = urllib.request.Request(f"{stage.daemon.endpoint}/_stratolite/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


@pytest.fixture
def far_away(binary):
    """A strict daemon whose world stands still in 2040: what is signed then is judged by its clock alone."""
    stage = Stage(binary)
    noon = datetime.datetime(2040, 1, 1, 12, 0, 0, tzinfo=datetime.timezone.utc)
    post(stage, "clock", {"freeze": True, "set": noon.strftime("%Y-%m-%dT%H:%M:%SZ")})
    stage.noon = noon
    yield stage
    stage.daemon.stop()


@pytest.mark.parametrize("make, family", [(send_message, "json"), (send_message_form, "query"), (put_object, "s3")], ids=["json", "query", "s3"])
def test_fifteen_minutes_to_the_second(far_away, make, family):
    for seconds, good in ((-901, False), (-900, True), (900, True), (901, False)):
        request, done = make(far_away)
        signer = Signer("s3" if family == "s3" else "sqs", when=far_away.noon + datetime.timedelta(seconds=seconds))
        answer = send(far_away.port, signer.sign(request))
        assert (answer.status == 200) == good, (seconds, answer.text)
        if not good:
            refused(answer, SKEWED, family)
            if family != "s3":
                assert answer.message.startswith(f"Signature not yet current: {signer.date()} is still later than"), answer.message  # by the machine's clock
            else:
                assert "<MaxAllowedSkewMilliseconds>900000<" in answer.text and not done()


def test_a_url_lives_to_the_second(far_away):
    for age, expires, status in ((60, 60, 200), (61, 60, 403), (604800, 604800, 200), (604801, 604800, 403), (-900, 60, 200), (-901, 60, 403)):
        request, done = put_object(far_away)
        answer = send(far_away.port, Signer("s3", when=far_away.noon - datetime.timedelta(seconds=age)).presign(request, expires))
        assert answer.status == status, (age, answer.text)
        assert done() == (status == 200)
        if status == 403:
            assert (answer.code, answer.message) == ("AccessDenied", "Request has expired" if age > 0 else "Request is not valid yet")
    for make in (send_message_link,):
        for age, status in ((60, 200), (61, 403)):
            answer = send(far_away.port, Signer("sqs", when=far_away.noon - datetime.timedelta(seconds=age)).presign(make(far_away)[0], 60))
            assert answer.status == status, answer.text


EXPIRED = {"s3": (400, "ExpiredToken"), "json": (400, "ExpiredTokenException"), "query": (403, "ExpiredToken")}


@pytest.mark.parametrize("form", [form for form in FORMS if form.session], ids=lambda form: form.name)
def test_a_session_that_is_over_is_over(binary, form):
    stage = Stage(binary)
    try:
        post(stage, "clock", {"advance": "PT3601S"})
        request, done = form.make(stage)
        refused(send(stage.port, form.sign(stage, form.signer(stage), request)), EXPIRED, form.family)
        assert not done()
    finally:
        stage.daemon.stop()


def test_the_scope_must_name_the_region_of_the_host(stage):
    for service, make, family in (("sqs", send_message, "json"), ("s3", put_object, "s3")):
        for region, good in ((REGION, True), ("eu-west-1", False)):
            request, done = make(stage)
            request.set("Host", f"{service}.{REGION}.amazonaws.com")
            answer = send(stage.port, Signer(service, region=region).sign(request))
            assert (answer.status == 200) == good, answer.text
            if not good:
                refused(answer, SCOPE, family)
                assert "'eu-west-1'" in answer.message and not (family == "s3" and done())


def test_what_services_say_of_a_wrong_scope(stage):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html"""
    def say(request, signs_for, **change):
        signer = Signer(signs_for)
        signer.scope = lambda date: "/".join([change.get("date", date[:8]), change.get("region", REGION), change.get("service", signs_for), change.get("end", "aws4_request")])
        return send(stage.port, signer.sign(request)).message

    assert say(send_message(stage)[0], "sqs", service="s3") == "Credential should be scoped to correct service: 'sqs'."
    assert say(form(stage, Action="GetCallerIdentity", Version="2011-06-15"), "sts", region="mars") == "Credential should be scoped to a valid region, not 'mars'."
    assert say(send_message(stage)[0], "sqs", date="20200101").startswith("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP")
    assert say(put_object(stage)[0], "s3", end="x") == 'The authorization header is malformed; incorrect terminal "x". This endpoint uses "aws4_request".'


def test_nobody_without_a_signature_gets_at_anything(stage):
    """S3 is asked itself about anonymous callers."""
    stage.s3.put_object(Bucket=BUCKET, Key="private", Body=b"x")
    host = [("Host", f"localhost:{stage.port}")]
    for method, target in (("GET", f"/{BUCKET}/private"), ("HEAD", f"/{BUCKET}/private"), ("PUT", f"/{BUCKET}/mine"), ("DELETE", f"/{BUCKET}/private"), ("GET", f"/{BUCKET}"),
                           ("PUT", "/newbucket"), ("GET", "/?x-id=ListBuckets"), ("DELETE", f"/{BUCKET}"), ("POST", f"/{BUCKET}/private?uploads"), ("PUT", f"/{BUCKET}?tagging")):
        answer = send(stage.port, Request(method, target, host, b""))
        assert answer.status == 403, (method, target, answer.text)
        assert method == "HEAD" or (answer.code, answer.message) == ("AccessDenied", "Access Denied")
    assert stage.has("private") and not stage.has("mine")


def test_secrets_are_not_in_the_log_nor_in_explanations(stage):
    session = stage.session
    request, _ = put_object(stage)
    answer = send(stage.port, edit_signature(flipped)(Signer("s3", **session).presign(request)))
    assert answer.code == "SignatureDoesNotMatch"
    page = urllib.request.urlopen(f"{stage.daemon.endpoint}/_stratolite/why/{answer.headers['x-amz-request-id']}", timeout=30).read().decode()
    right = Signer("s3", **session).presign(put_object(stage)[0])
    assert send(stage.port, right).status == 200
    right = right.target
    journal = urllib.request.urlopen(f"{stage.daemon.endpoint}/_stratolite/requests", timeout=30).read().decode()
    assert session["token"] not in journal and urllib.parse.parse_qs(right)["X-Amz-Signature"][0] not in journal
    for text in (page, stage.daemon.log()):
        assert session["secret"] not in text and "wJalrXUtnFEMI" not in text
        assert urllib.parse.parse_qs(right)["X-Amz-Signature"][0] not in text
    assert session["token"] not in stage.daemon.log() and urllib.parse.quote_plus(session["token"]) not in stage.daemon.log()


assert zlib.crc32(b"hello") == int.from_bytes(__import__("base64").b64decode(CRC[1]), "big") and TRAILER == CRC
