"""A well-behaved client, as a process of its own: calls several services of one daemon, once at least and until a line comes in, then says how that went.

    python bystander.py PORT

Prints one JSON object: per kind of request how many were answered and the slowest in seconds, and what went wrong.
"""

import hashlib
import http.client
import json
import os
import select
import sys
import time

PATIENCE_S = 10
AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=111122223333/20260101/us-east-1/%s/aws4_request, "
                 "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64)
OBJECT_BYTES = 512 * 1024


class Bystander:
    def __init__(self, port):
        self.port = port
        self.connections = {}
        self.answered = {}
        self.slowest = {}
        self.errors = []

    def call(self, kind, service, method, path, headers=(), body=b"", keep=True):
        """One request, 200 expected; returns the body of the answer."""
        began = time.monotonic()
        connection = self.connections.pop(kind, None) if keep else None
        try:
            if connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
            sent = {"Authorization": AUTHORIZATION % service, "X-Amz-Date": "20260101T000000Z", **dict(headers)}
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}: {text[:300]!r}")
            if keep and not answer.will_close:
                self.connections[kind] = connection
            else:
                connection.close()
        finally:
            self.slowest[kind] = max(self.slowest.get(kind, 0.0), time.monotonic() - began)
        self.answered[kind] = self.answered.get(kind, 0) + 1
        return text

    def sqs(self, action, document):
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}"}
        return json.loads(self.call(f"sqs {action}", "sqs", "POST", "/", headers, json.dumps(document).encode()))

    def prepare(self):
        self.queue = self.sqs("CreateQueue", {"QueueName": f"bystander-{os.getpid()}"})["QueueUrl"]
        self.bucket = f"bystander-{os.getpid()}"
        self.call("s3 bucket", "s3", "PUT", f"/{self.bucket}", {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"})

    def round(self, number):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        identity = self.call("sts", "sts", "POST", "/", form, b"Action=GetCallerIdentity&Version=2011-06-15")
        assert b"<Account>111122223333</Account>" in identity, identity
        sent = f"message {number}"
        self.sqs("SendMessage", {"QueueUrl": self.queue, "MessageBody": sent})
        received = self.sqs("ReceiveMessage", {"QueueUrl": self.queue})["Messages"]
        assert [message["Body"] for message in received] == [sent], received
        self.sqs("DeleteMessage", {"QueueUrl": self.queue, "ReceiptHandle": received[0]["ReceiptHandle"]})
        body = os.urandom(1024) * (OBJECT_BYTES // 1024)
        unsigned = {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
        self.call("s3 put", "s3", "PUT", f"/{self.bucket}/object", unsigned, body)
        got = self.call("s3 get", "s3", "GET", f"/{self.bucket}/object", unsigned)
        assert hashlib.sha256(got).digest() == hashlib.sha256(body).digest(), "another object came back"
        self.call("new connection", "sts", "GET", "/_stratolite/health", keep=False)

    def run(self):
        self.prepare()
        print("ready", flush=True)
        number = 0
        while True:
            number += 1
            try:
                self.round(number)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                self.errors.append(f"round {number}: {type(error).__name__}: {error}")
                self.connections.clear()
                if len(self.errors) > 5:
                    break
            # A line comes when the attack is over.
            if select.select([sys.stdin], [], [], 0.01)[0]:
                break
        print(json.dumps({"rounds": number, "answered": self.answered, "slowest": self.slowest, "errors": self.errors}))


if __name__ == "__main__":
    Bystander(int(sys.argv[1])).run()
