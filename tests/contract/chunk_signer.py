"""The chunks of an `aws-chunked` body, each signed over the signature before it: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html"""

import hashlib
import hmac

EMPTY_HASH = hashlib.sha256(b"").hexdigest()


def signing_key(secret, scope):
    """`scope`: `20261122/us-east-1/s3/aws4_request`."""
    key = ("AWS4" + secret).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


class ChunkSigner:
    """`date`, `scope` and `signature` are those of the head that the chunks follow."""

    def __init__(self, key, date, scope, signature):
        self.key, self.date, self.scope, self.previous = key, date, scope, signature

    def sign(self, kind, *hashes):
        text = "\n".join([kind, self.date, self.scope, self.previous, *hashes])
        self.previous = hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()
        return self.previous

    def chunk(self, data):
        signature = self.sign("AWS4-HMAC-SHA256-PAYLOAD", EMPTY_HASH, hashlib.sha256(data).hexdigest())
        return f"{len(data):x};chunk-signature={signature}\r\n".encode() + data

    def trailer(self, name, value):
        signature = self.sign("AWS4-HMAC-SHA256-TRAILER", hashlib.sha256(f"{name}:{value}\n".encode()).hexdigest())
        return f"{name}:{value}\r\nx-amz-trailer-signature:{signature}\r\n".encode()
