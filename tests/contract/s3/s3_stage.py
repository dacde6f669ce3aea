"""Where recorded situations of S3 are re-enacted, and the register of the functions that do it.

A situation is a function in a `*_situations.py` beside this file, decorated with `@situation` and named like the recorded test without `test_`. It takes a Stage and
returns {name of call: answer} as recorded. Which calls were made was inferred from the names and answers.
"""

import secrets
import threading
import urllib.error
import urllib.request
import xml.etree.ElementTree

import boto3
import botocore
import botocore.config
from recorded import recordings

EVERY_SITUATION = {}
# Those whose ETags no two runs have alike: under KMS and customers' keys they are random. Their form is compared.
RANDOM_ETAGS = set()
# Loading S3's model takes longer than most situations; a session makes its clients one at a time.
SESSION = boto3.session.Session()
SESSION_LOCK = threading.Lock()


def situation(function):
    EVERY_SITUATION["test_" + function.__name__] = function
    return function


def situation_of(case):
    """For a situation whose name another class of tests has too: `TestS3NotificationsToSns`."""
    def register(function):
        EVERY_SITUATION[f"{case}::test_{function.__name__}"] = function
        return function
    return register


class Stage:
    """Clients and buckets of one account for one situation. `parameters` are what stands in the brackets of its name, split at hyphens; `parameter` is all of it."""

    def __init__(self, endpoint, account, parameter=""):
        self.endpoint = endpoint
        self.account = account
        self.parameter = parameter
        self.parameters = parameter.split("-")
        self.s3 = self.client("s3")

    def client(self, service="s3", region="us-east-1", account=None, anonymous=False, **config):
        config = {"retries": {"max_attempts": 0}} | config | ({"signature_version": botocore.UNSIGNED} if anonymous else {})
        with SESSION_LOCK:
            return SESSION.client(service, endpoint_url=self.endpoint, region_name=region, aws_access_key_id=account or self.account,
                                  aws_secret_access_key="test", config=botocore.config.Config(**config))

    @staticmethod
    def name(prefix="bucket"):
        return f"{prefix}-{secrets.token_hex(8)}"

    def bucket(self, versioned=False, **parameters):
        """A new bucket in us-east-1."""
        name = parameters.pop("Bucket", None) or self.name()
        self.s3.create_bucket(Bucket=name, **parameters)
        if versioned:
            self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def put(self, bucket, key, body=b"", **parameters):
        return self.s3.put_object(Bucket=bucket, Key=key, Body=body, **parameters)

    def get(self, bucket, key, **parameters):
        return self.read(self.s3.get_object(Bucket=bucket, Key=key, **parameters))

    @staticmethod
    def read(answer):
        """With the body read, as it was recorded."""
        return answer | {"Body": answer["Body"].read().decode()} if "Body" in answer else answer

    error = staticmethod(recordings.refusal)

    def http(self, path, method="GET", data=None, headers=None):
        """An unsigned request, path and query as they are: (status, headers, body as text)."""
        request = urllib.request.Request(self.endpoint + path, data=data, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read().decode()

    @staticmethod
    def tree(text):
        """An XML document as it was recorded: elements are dicts, repeated ones lists, empty ones None."""
        root = xml.etree.ElementTree.fromstring(text)
        namespace = root.tag[1:root.tag.index("}")] if root.tag.startswith("{") else None

        def name(element):
            return element.tag.rpartition("}")[2]

        def convert(element):
            if len(element) == 0:
                return element.text
            out = {}
            for child in element:
                value = convert(child)
                if name(child) not in out:
                    out[name(child)] = value
                elif isinstance(out[name(child)], list):
                    out[name(child)].append(value)
                else:
                    out[name(child)] = [out[name(child)], value]
            return out

        content = convert(root)
        if namespace and isinstance(content, dict):
            content = {"@xmlns": namespace} | content
        return {name(root): content}
