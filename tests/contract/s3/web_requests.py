"""Requests that no SDK makes: to website endpoints, of browsers, of forms."""

import http.client
import json
import urllib.parse
import urllib.request
import xml.etree.ElementTree

import boto3
import botocore.config
from urllib3.filepost import encode_multipart_formdata


class Answer:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()

    @property
    def text(self):
        return self.body.decode()

    def error(self):
        """(status, code, message) of an error in XML."""
        root = xml.etree.ElementTree.fromstring(self.body)
        return self.status, root.findtext("Code"), root.findtext("Message")

    def elements(self):
        return {child.tag: child.text for child in xml.etree.ElementTree.fromstring(self.body)}


def ask(endpoint, method, target, headers=(), host=None, body=None):
    """One request as it stands, redirects not followed. `host`: without the port."""
    address = urllib.parse.urlsplit(endpoint)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", f"{host}:{address.port}" if host else address.netloc)
        for name, value in dict(headers).items():
            connection.putheader(name, value)
        if body is not None and "Content-Length" not in dict(headers):
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def visit(endpoint, bucket, path="/", method="GET", headers=(), host="s3-website.localhost", body=None):
    """A request to a bucket's website."""
    return ask(endpoint, method, path, headers, f"{bucket}.{host}", body)


def encode_form(fields, file=b"content", filename="file.txt", after=()):
    """(body, Content-Type). `file` None: there is none; `filename` None: a field that is called file."""
    parts = list(fields.items() if isinstance(fields, dict) else fields)
    if file is not None:
        parts.append(("file", (filename, file) if filename is not None else file))
    return encode_multipart_formdata(parts + list(after))


def post_form(endpoint, bucket, fields, file=b"content", filename="file.txt", after=(), host=None, headers=()):
    """A form as a browser sends it. `host`: the bucket is in it and not in the path."""
    body, content_type = encode_form(fields, file, filename, after)
    return ask(endpoint, "POST", "/" if host else f"/{bucket}", {"Content-Type": content_type} | dict(headers), host, body)


def policy(*conditions, expiration="2999-01-01T00:00:00.000Z"):
    return json.dumps({"expiration": expiration, "conditions": list(conditions)})


def client(endpoint, access_key_id="000000000000", secret_access_key="any", service="s3", **config):
    """Of a daemon of the test's own. A key of twelve digits is root of that account where authentication is permissive."""
    return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=access_key_id, aws_secret_access_key=secret_access_key,
                        config=botocore.config.Config(retries={"max_attempts": 0}, **config))


def make_world(endpoint, name):
    """A world of that name: its S3 client."""
    request = urllib.request.Request(f"{endpoint}/_stratolite/worlds", data=json.dumps({"name": name}).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        world = json.load(answer)
    return client(endpoint, world["access_key_id"], world["secret_access_key"])
