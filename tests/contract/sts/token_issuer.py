"""An OpenID Connect issuer of a test's own: signs tokens, and serves its discovery document and keys on loopback."""

import base64
import json
import subprocess
import time

from http_endpoint import HttpEndpoint


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, check=True, capture_output=True).stdout


def raw_signature(der, size):
    """r and s side by side, of an ECDSA signature as OpenSSL writes it."""
    at, parts = 2, []
    for _ in range(2):
        length = der[at + 1]
        parts.append(int.from_bytes(der[at + 2:at + 2 + length], "big").to_bytes(size, "big"))
        at += 2 + length
    return b"".join(parts)


class Key:
    def __init__(self, directory, algorithm, key_id):
        self.algorithm, self.id = algorithm, key_id
        self.path = directory / f"{key_id}.pem"
        if algorithm == "RS256":
            openssl("genrsa", "-out", self.path, "2048")
            modulus = bytes.fromhex(openssl("rsa", "-in", self.path, "-modulus", "-noout").decode().strip().partition("=")[2])
            self.public = {"kty": "RSA", "n": encoded(modulus), "e": "AQAB"}
        else:
            curve, self.size = {"ES256": ("P-256", 32), "ES384": ("P-384", 48)}[algorithm]
            openssl("ecparam", "-name", {"P-256": "prime256v1", "P-384": "secp384r1"}[curve], "-genkey", "-noout", "-out", self.path)
            point = openssl("ec", "-in", self.path, "-pubout", "-outform", "DER")[-2 * self.size:]
            self.public = {"kty": "EC", "crv": curve, "x": encoded(point[:self.size]), "y": encoded(point[self.size:])}
        self.public |= {"kid": key_id, "alg": algorithm, "use": "sig"}

    def sign(self, text):
        digest = "-sha384" if self.algorithm == "ES384" else "-sha256"
        signature = openssl("dgst", digest, "-sign", self.path, data=text)
        return signature if self.algorithm == "RS256" else raw_signature(signature, self.size)


class TokenIssuer:
    def __init__(self, directory, algorithm="RS256"):
        self.directory, self.endpoint, self.keys = directory, HttpEndpoint(), []
        self.url = self.endpoint.url
        self.add_key(algorithm, "first")
        self.endpoint.answer_by(self._answer)

    def add_key(self, algorithm, key_id):
        self.keys.append(Key(self.directory, algorithm, key_id))

    def _answer(self, request):
        documents = {"/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
                     "/keys": {"keys": [key.public for key in self.keys]}}
        if request.path not in documents:
            return 404
        return 200, {"Content-Type": "application/json"}, json.dumps(documents[request.path]).encode()

    def token(self, key=None, header=None, **claims):
        key = key or self.keys[-1]
        claims = {"iss": self.url, "sub": "repo:org/app", "aud": "sts.amazonaws.com", "exp": int(time.time()) + 600} | claims
        header = {"alg": key.algorithm, "kid": key.id, "typ": "JWT"} | (header or {})
        text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
        return f"{text}.{encoded(key.sign(text.encode()))}"

    def close(self):
        self.endpoint.close()
