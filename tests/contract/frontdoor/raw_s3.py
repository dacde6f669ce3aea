"""S3 requests as bytes, signed here, for what no SDK sends: chunks with a wrong signature, keys that a client would tidy up, bodies that break off."""

import http.client
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials
from chunk_signer import ChunkSigner, signing_key

KEY, SECRET, ACCOUNT = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "123456789012"
ROOT_CREDENTIALS = f"{KEY}:{SECRET}:{ACCOUNT}"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def code(self):
        """The error's code; None: no error."""
        text = self.body.decode(errors="replace")
        return text.split("<Code>")[1].split("</Code>")[0] if "<Code>" in text else None

    def field(self, name):
        return self.body.decode().split(f"<{name}>")[1].split(f"</{name}>")[0]


def connect(endpoint):
    return http.client.HTTPConnection("127.0.0.1", urllib.parse.urlsplit(endpoint).port, timeout=30)


def ask(endpoint, method, url, body=None, headers=None):
    """`url`: a whole one, whose host goes into Host while the daemon is connected to; or a target. Nothing is encoded or tidied up."""
    host, target = None, url
    if "://" in url:
        host, _, rest = url.split("://", 1)[1].partition("/")
        target = "/" + rest
    connection = connect(endpoint)
    connection.putrequest(method, target, skip_host=host is not None, skip_accept_encoding=True)
    if host is not None:
        connection.putheader("Host", host)
    for name, value in (headers or {}).items():
        connection.putheader(name, value)
    if body is not None and not {"Content-Length", "Transfer-Encoding"} & set(headers or {}):
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


def signed_headers(endpoint, method, target, headers, secret=SECRET):
    """`headers` with Authorization, X-Amz-Date and the host that `endpoint` has."""
    request = botocore.awsrequest.AWSRequest(method, endpoint + target, headers=headers)
    request.context["payload_signing_enabled"] = False

    class Signer(botocore.auth.S3SigV4Auth):
        def payload(self, request):
            return headers["X-Amz-Content-SHA256"]

    Signer(botocore.credentials.Credentials(KEY, secret), "s3", "us-east-1").add_auth(request)
    return dict(request.headers.items())


def put_in_signed_chunks(endpoint, target, chunks, trailer=None, tamper=lambda body: body, headers=None):
    """PUT with a signature per chunk; `trailer`: (name, value). `tamper` changes the framed body after it was signed."""
    word = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if trailer else "")
    fields = {"Content-Encoding": "aws-chunked", "X-Amz-Content-SHA256": word, "X-Amz-Decoded-Content-Length": str(sum(map(len, chunks))), **(headers or {})}
    if trailer:
        fields["X-Amz-Trailer"] = trailer[0]
    fields = signed_headers(endpoint, "PUT", target, fields)
    date = fields["X-Amz-Date"]
    scope = f"{date[:8]}/us-east-1/s3/aws4_request"
    signer = ChunkSigner(signing_key(SECRET, scope), date, scope, fields["Authorization"].rpartition("Signature=")[2])
    body = b"".join(signer.chunk(chunk) + b"\r\n" for chunk in chunks) + signer.chunk(b"")
    body += (signer.trailer(*trailer) if trailer else b"") + b"\r\n"
    return ask(endpoint, "PUT", endpoint + target, tamper(body), fields)
