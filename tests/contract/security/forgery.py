"""Requests as an attacker has them: signed by hand, with every part open to alteration before and after it was signed, and sent as they are."""

import dataclasses
import datetime
import hashlib
import hmac
import http.client
import json
import socket
import urllib.parse

from chunk_signer import ChunkSigner, signing_key

KEY, SECRET, ACCOUNT = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "123456789012"
ROOT_CREDENTIALS = f"{KEY}:{SECRET}:{ACCOUNT}"
REGION = "us-east-1"
UNRESERVED = "-_.~"


@dataclasses.dataclass
class Request:
    method: str
    target: str
    headers: list
    body: bytes = b""

    def get(self, name):
        return next((value for field, value in self.headers if field.lower() == name.lower()), None)

    def set(self, name, value):
        self.headers = [(field, old) for field, old in self.headers if field.lower() != name.lower()] + ([(name, value)] if value is not None else [])
        return self

    def add(self, name, value, first=False):
        self.headers.insert(0 if first else len(self.headers), (name, value))
        return self

    def edit(self, name, change):
        return self.set(name, change(self.get(name)))


@dataclasses.dataclass
class Signer:
    service: str
    key: str = KEY
    secret: str = SECRET
    token: str = None
    region: str = REGION
    when: datetime.datetime = None
    terminator: str = "aws4_request"
    algorithm: str = "AWS4-HMAC-SHA256"
    scope_date: str = None
    # Instead of every header that there is.
    signed: list = None
    # What stands for the body: a hash or a word; None: the body's hash.
    payload: str = None
    # Send it as a header, as S3 wants it.
    payload_header: bool = True

    def date(self):
        return (self.when or datetime.datetime.now(datetime.timezone.utc)).strftime("%Y%m%dT%H%M%SZ")

    def scope(self, date):
        return f"{self.scope_date or date[:8]}/{self.region}/{self.service}/{self.terminator}"

    def signature(self, request, date, signed, payload):
        scope = self.scope(date)
        canonical = canonical_request(request, self.service == "s3", signed, payload)
        text = "\n".join([self.algorithm, date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        return hmac.new(signing_key(self.secret, scope), text.encode(), hashlib.sha256).hexdigest()

    def sign(self, request):
        """The header form."""
        date = self.date()
        payload = self.payload or hashlib.sha256(request.body).hexdigest()
        request.set("X-Amz-Date", date)
        if self.token:
            request.set("X-Amz-Security-Token", self.token)
        if self.service == "s3" and self.payload_header:
            request.set("X-Amz-Content-Sha256", payload)
        signed = sorted(self.signed if self.signed is not None else {name.lower() for name, _ in request.headers})
        signature = self.signature(request, date, signed, payload)
        return request.add("Authorization", f"{self.algorithm} Credential={self.key}/{self.scope(date)}, SignedHeaders={';'.join(signed)}, Signature={signature}")

    def presign(self, request, expires=600):
        """The query form."""
        date = self.date()
        signed = sorted(self.signed if self.signed is not None else {name.lower() for name, _ in request.headers})
        fields = {"X-Amz-Algorithm": self.algorithm, "X-Amz-Credential": f"{self.key}/{self.scope(date)}", "X-Amz-Date": date, "X-Amz-Expires": expires,
                  "X-Amz-SignedHeaders": ";".join(signed)} | ({"X-Amz-Security-Token": self.token} if self.token else {})
        request.target += ("&" if "?" in request.target else "?") + urllib.parse.urlencode({name: value for name, value in fields.items() if value is not None})
        payload = self.payload or ("UNSIGNED-PAYLOAD" if self.service == "s3" else hashlib.sha256(request.body).hexdigest())
        request.target += "&X-Amz-Signature=" + self.signature(request, date, signed, payload)
        return request


def canonical_request(request, s3, signed, payload):
    path, _, query = request.target.partition("?")
    # Paths of these tests are normal already; S3 signs them as they are sent.
    path = path if s3 else urllib.parse.quote(path, safe="/" + UNRESERVED)
    fields = sorted((urllib.parse.quote(urllib.parse.unquote_plus(name), safe=UNRESERVED), urllib.parse.quote(urllib.parse.unquote_plus(value), safe=UNRESERVED))
                    for name, _, value in (field.partition("=") for field in query.split("&") if field))
    values = {name: ",".join(" ".join(value.split()) for field, value in request.headers if field.lower() == name) for name in signed}
    return "\n".join([request.method, path, "&".join(f"{name}={value}" for name, value in fields), *(f"{name}:{values[name]}" for name in signed), "", ";".join(signed), payload])


class Chunks(ChunkSigner):
    """The body of a request that `signer` has signed, as a list of its pieces."""

    def __init__(self, signer, request, chunks, trailer=None):
        date = request.get("X-Amz-Date")
        scope = signer.scope(date)
        super().__init__(signing_key(signer.secret, scope), date, scope, request.get("Authorization").rpartition("=")[2])
        self.pieces = [self.chunk(chunk) + b"\r\n" for chunk in chunks] + [self.chunk(b"")]
        self.end = self.trailer(*trailer) + b"\r\n" if trailer else b"\r\n"

    def body(self):
        return b"".join(self.pieces) + self.end


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        self.text = self.body.decode(errors="replace")

    @property
    def code(self):
        if "<Code>" in self.text:
            return self.text.split("<Code>")[1].split("</Code>")[0]
        if self.text.startswith("{"):
            return json.loads(self.text).get("__type", "").rpartition("#")[2] or None
        return None

    @property
    def message(self):
        if "<Message>" in self.text:
            return self.text.split("<Message>")[1].split("</Message>")[0].replace("&quot;", '"').replace("&apos;", "'").replace("&#39;", "'")
        return json.loads(self.text).get("message") if self.text.startswith("{") else None


def send(port, request, version="1.1"):
    head = [f"{request.method} {request.target} HTTP/{version}", *(f"{name}: {value}" for name, value in request.headers)]
    if request.get("Content-Length") is None and (request.body or request.method in ("POST", "PUT")):
        head.append(f"Content-Length: {len(request.body)}")
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode("latin-1") + request.body)
        response = http.client.HTTPResponse(connection, method=request.method)
        response.begin()
        return Answer(response)
