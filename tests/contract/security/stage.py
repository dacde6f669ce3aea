"""A strict daemon with a queue, a bucket and a session, and the forms that a signed request can take there."""

import dataclasses
import itertools
import json
import urllib.parse

import boto3
import botocore.config
from botocore.exceptions import ClientError
from daemons import Daemon
from forgery import KEY, REGION, ROOT_CREDENTIALS, SECRET, Chunks, Request, Signer

BUCKET = "vault"
TRAILER = ("x-amz-checksum-crc32", "NhCmhg==")  # of b"hello"
_numbers = itertools.count()


class Stage:
    def __init__(self, binary, *flags):
        self.daemon = Daemon(binary, "--auth", "strict", "--root-credentials", ROOT_CREDENTIALS, *flags)
        self.port = self.daemon.port
        self.s3, self.sqs, self.sts = (self.client(service) for service in ("s3", "sqs", "sts"))
        self.s3.create_bucket(Bucket=BUCKET)
        self.new_queue()
        session = self.sts.get_federation_token(Name="somebody", DurationSeconds=3600)["Credentials"]
        self.session = {"key": session["AccessKeyId"], "secret": session["SecretAccessKey"], "token": session["SessionToken"]}

    def new_queue(self):
        self.queue_url = self.sqs.create_queue(QueueName=f"inbox-{next(_numbers)}")["QueueUrl"]

    def client(self, service, key=KEY, secret=SECRET, token=None):
        return boto3.client(service, endpoint_url=self.daemon.endpoint, region_name=REGION, aws_access_key_id=key, aws_secret_access_key=secret,
                            aws_session_token=token, config=botocore.config.Config(retries={"max_attempts": 0}))

    def messages(self):
        counts = self.sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["All"])["Attributes"]
        return sum(int(value) for name, value in counts.items() if name.startswith("ApproximateNumberOfMessages"))

    def has(self, key):
        try:
            self.s3.head_object(Bucket=BUCKET, Key=key)
        except ClientError:
            return False
        return True


@dataclasses.dataclass
class Form:
    """`family`: whose words errors are in. `make(stage)`: an unsigned request and a function that tells whether it was done."""

    name: str
    family: str
    service: str
    make: callable
    presigned: bool = False
    session: bool = False
    payload: str = None
    framed: str = None

    def signer(self, stage, **change):
        return Signer(**({"service": self.service, "payload": self.payload} | (stage.session if self.session else {}) | change))

    def sign(self, stage, signer, request, **options):
        request = signer.presign(request, **options) if self.presigned else signer.sign(request)
        if self.framed == "signed":
            request.body = Chunks(signer, request, [b"hello"]).body()
        if self.framed == "trailer":
            request.body = Chunks(signer, request, [b"hello"], TRAILER).body()
        return request


def send_message(stage):
    request = Request("POST", "/", [("Host", f"localhost:{stage.port}"), ("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "AmazonSQS.SendMessage")],
                      json.dumps({"QueueUrl": stage.queue_url, "MessageBody": "hello"}).encode())
    return request, lambda: stage.messages() > 0


def form(stage, **fields):
    body = urllib.parse.urlencode(fields).encode()
    return Request("POST", "/", [("Host", f"localhost:{stage.port}"), ("Content-Type", "application/x-www-form-urlencoded")], body)


def send_message_form(stage):
    return form(stage, Action="SendMessage", Version="2012-11-05", QueueUrl=stage.queue_url, MessageBody="hello"), lambda: stage.messages() > 0


def send_message_link(stage):
    query = urllib.parse.urlencode({"Action": "SendMessage", "Version": "2012-11-05", "QueueUrl": stage.queue_url, "MessageBody": "hello"})
    return Request("GET", "/?" + query, [("Host", f"localhost:{stage.port}")]), lambda: stage.messages() > 0


def caller_identity(stage):
    return form(stage, Action="GetCallerIdentity", Version="2011-06-15"), lambda: False


def put_object(stage, virtual=False, headers=(), body=b"hello"):
    key = f"key-{next(_numbers)}"
    host = f"{BUCKET}.localhost" if virtual else "localhost"
    request = Request("PUT", f"/{key}" if virtual else f"/{BUCKET}/{key}", [("Host", f"{host}:{stage.port}"), *headers], body)
    return request, lambda: stage.has(key)


def put_with_fields(stage):
    return put_object(stage, headers=[("Content-Type", "text/plain"), ("X-Amz-Meta-Mark", "one")])


def put_framed(word, trailer=False):
    def make(stage):
        headers = [("Content-Encoding", "aws-chunked"), ("X-Amz-Decoded-Content-Length", "5")] + ([("X-Amz-Trailer", TRAILER[0])] if trailer else [])
        return put_object(stage, headers=headers, body=f"5\r\nhello\r\n0\r\n{TRAILER[0]}:{TRAILER[1]}\r\n\r\n".encode() if "UNSIGNED" in word else b"")

    return {"make": make, "payload": word}


FORMS = [
    Form("sqs-json", "json", "sqs", send_message),
    Form("sqs-json-session", "json", "sqs", send_message, session=True),
    Form("sqs-query", "query", "sqs", send_message_form),
    Form("sqs-presigned", "query", "sqs", send_message_link, presigned=True),
    Form("sts-query", "query", "sts", caller_identity),
    Form("s3-path", "s3", "s3", put_with_fields),
    Form("s3-session", "s3", "s3", put_with_fields, session=True),
    Form("s3-virtual", "s3", "s3", lambda stage: put_object(stage, virtual=True)),
    Form("s3-presigned", "s3", "s3", put_object, presigned=True),
    Form("s3-presigned-virtual", "s3", "s3", lambda stage: put_object(stage, virtual=True), presigned=True),
    Form("s3-presigned-session", "s3", "s3", put_object, presigned=True, session=True),
    Form("s3-unsigned-payload", "s3", "s3", put_object, payload="UNSIGNED-PAYLOAD"),
    Form("s3-chunks", "s3", "s3", **put_framed("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), framed="signed"),
    Form("s3-chunks-trailer", "s3", "s3", **put_framed("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", trailer=True), framed="trailer"),
    Form("s3-unsigned-trailer", "s3", "s3", **put_framed("STREAMING-UNSIGNED-PAYLOAD-TRAILER", trailer=True)),
]
