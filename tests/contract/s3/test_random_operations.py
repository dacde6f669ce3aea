"""Random sequences of operations against a model of S3 that fits on a page; the daemon is stopped, or killed, and started in between.

The model: a bucket with versioning is, per key, a list of versions; without, one body. After every step the answers are compared, and now and
then everything that a client can see.
"""

import hashlib
import secrets
import shutil
import tempfile

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

KEYS = st.sampled_from(["a", "a/b", "a/b/c", "a+b", "b c", "é", "a//", "z" * 300])
# Inline bodies, the border to files, and files.
SIZES = st.sampled_from([0, 1, 1000, 65_535, 65_536, 65_537, 200_000])
PART = 5 << 20


def body_of(size, seed):
    return (hashlib.sha256(str(seed).encode()).digest() * (size // 32 + 1))[:size]


@pytest.fixture
def machine(binary, daemon):
    """The state machine, over a data directory that survives restarts."""
    folder = tempfile.mkdtemp(prefix="stratolite-random-")

    class S3Machine(RuleBasedStateMachine):
        uploads = Bundle("uploads")

        def __init__(self):
            super().__init__()
            self.start()
            self.seed = 0

        def start(self):
            if not hasattr(type(self), "running") or type(self).running.process.poll() is not None:
                type(self).running = daemon(data_dir=folder)
            self.s3 = boto3.client("s3", endpoint_url=type(self).running.endpoint, region_name="us-east-1", aws_access_key_id="123456789012",
                                   aws_secret_access_key="test", config=botocore.config.Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}))

        @initialize(versioned=st.booleans())
        def make_bucket(self, versioned):
            self.bucket = "random-" + secrets.token_hex(6)
            self.versioned = versioned
            self.objects = {}
            self.open_uploads = {}
            self.s3.create_bucket(Bucket=self.bucket)
            if versioned:
                self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})

        def next_body(self, size):
            self.seed += 1
            return body_of(size, self.seed)

        def keep(self, key, body, answer):
            versions = self.objects.setdefault(key, [])
            if not self.versioned:
                versions.clear()
            versions.append((answer.get("VersionId"), body))

        def current(self, key):
            versions = self.objects.get(key)
            return versions[-1][1] if versions else None

        @rule(key=KEYS, size=SIZES)
        def put(self, key, size):
            body = self.next_body(size)
            answer = self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
            assert answer["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
            self.keep(key, body, answer)

        @rule(key=KEYS, size=SIZES)
        def put_with_a_wrong_checksum_leaves_what_was(self, key, size):
            with pytest.raises(ClientError) as refused:
                self.s3.put_object(Bucket=self.bucket, Key=key, Body=self.next_body(size), ChecksumSHA256="A" * 43 + "=")
            assert refused.value.response["Error"]["Code"] == "BadDigest"

        @rule(key=KEYS, size=SIZES)
        def put_unless_there(self, key, size):
            body = self.next_body(size)
            if self.current(key) is None:
                self.keep(key, body, self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, IfNoneMatch="*"))
            else:
                with pytest.raises(ClientError) as refused:
                    self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, IfNoneMatch="*")
                assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412

        @rule(key=KEYS)
        def get(self, key):
            expected = self.current(key)
            if expected is None:
                with pytest.raises(self.s3.exceptions.NoSuchKey):
                    self.s3.get_object(Bucket=self.bucket, Key=key)
                return
            assert self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read() == expected
            assert self.s3.head_object(Bucket=self.bucket, Key=key)["ContentLength"] == len(expected)

        @rule(key=KEYS, first=st.integers(0, 70_000), length=st.integers(1, 70_000))
        def get_a_range(self, key, first, length):
            expected = self.current(key)
            if expected is None or first >= len(expected):
                return
            answer = self.s3.get_object(Bucket=self.bucket, Key=key, Range=f"bytes={first}-{first + length - 1}")
            assert answer["Body"].read() == expected[first:first + length]

        @rule(key=KEYS)
        def delete(self, key):
            answer = self.s3.delete_object(Bucket=self.bucket, Key=key)
            if self.versioned:
                self.objects.setdefault(key, []).append((answer["VersionId"], None))
            else:
                self.objects.pop(key, None)

        @rule(key=KEYS, which=st.integers(0, 5))
        def delete_a_version(self, key, which):
            versions = self.objects.get(key, [])
            if not self.versioned or not versions:
                return
            version, _ = versions.pop(which % len(versions))
            self.s3.delete_object(Bucket=self.bucket, Key=key, VersionId=version)

        @rule(source=KEYS, to=KEYS)
        def copy(self, source, to):
            body = self.current(source)
            if body is None or source == to:
                return
            answer = self.s3.copy_object(Bucket=self.bucket, Key=to, CopySource={"Bucket": self.bucket, "Key": source})
            self.keep(to, body, answer)

        @rule(keys=st.lists(KEYS, min_size=1, max_size=4, unique=True))
        def delete_several(self, keys):
            answer = self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": [{"Key": key} for key in keys]})
            assert {deleted["Key"] for deleted in answer["Deleted"]} == set(keys)
            for deleted in answer["Deleted"]:
                if self.versioned:
                    self.objects.setdefault(deleted["Key"], []).append((deleted["DeleteMarkerVersionId"], None))
                else:
                    self.objects.pop(deleted["Key"], None)

        @rule(target=uploads, key=KEYS)
        def begin_upload(self, key):
            upload = self.s3.create_multipart_upload(Bucket=self.bucket, Key=key)["UploadId"]
            self.open_uploads[upload] = (key, {})
            return upload

        @rule(upload=uploads, number=st.integers(1, 3), small=st.booleans())
        def upload_part(self, upload, number, small):
            if upload not in self.open_uploads:
                return
            key, parts = self.open_uploads[upload]
            body = self.next_body(100_000 if small else PART)
            answer = self.s3.upload_part(Bucket=self.bucket, Key=key, UploadId=upload, PartNumber=number, Body=body)
            parts[number] = (answer["ETag"], body)

        @rule(upload=uploads)
        def complete(self, upload):
            if upload not in self.open_uploads:
                return
            key, parts = self.open_uploads[upload]
            ordered = sorted(parts.items())
            if not ordered or any(len(body) < PART for _, (_, body) in ordered[:-1]):
                return
            answer = self.s3.complete_multipart_upload(
                Bucket=self.bucket, Key=key, UploadId=upload,
                MultipartUpload={"Parts": [{"PartNumber": number, "ETag": etag} for number, (etag, _) in ordered]})
            del self.open_uploads[upload]
            self.keep(key, b"".join(body for _, (_, body) in ordered), answer)

        @rule(upload=uploads)
        def abort(self, upload):
            if upload in self.open_uploads:
                self.s3.abort_multipart_upload(Bucket=self.bucket, Key=self.open_uploads.pop(upload)[0], UploadId=upload)

        @rule(killed=st.booleans())
        def restart(self, killed):
            process = type(self).running.process
            process.kill() if killed else process.terminate()
            process.wait(20)
            self.start()

        @rule(prefix=st.sampled_from(["", "a", "a/", "b"]), delimiter=st.sampled_from(["", "/"]), page=st.integers(1, 4))
        def list_in_pages(self, prefix, delimiter, page):
            there = sorted((key for key in self.objects if self.current(key) is not None and key.startswith(prefix)), key=str.encode)
            expected = []
            for key in there:
                cut = key.find(delimiter, len(prefix)) if delimiter else -1
                name = ("prefix", key[:cut + 1]) if cut >= 0 else ("key", key)
                if name not in expected:
                    expected.append(name)
            seen = []
            for answer in self.s3.get_paginator("list_objects_v2").paginate(
                    Bucket=self.bucket, Prefix=prefix, Delimiter=delimiter, PaginationConfig={"PageSize": page}):
                names = [("key", one["Key"]) for one in answer.get("Contents", [])] + [("prefix", one["Prefix"]) for one in answer.get("CommonPrefixes", [])]
                assert len(names) <= page and answer["KeyCount"] == len(names)
                seen += sorted(names, key=lambda name: name[1].encode())
            assert seen == expected

        @invariant()
        def uploads_are_listed(self):
            if hasattr(self, "bucket"):
                listed = {one["UploadId"] for one in self.s3.list_multipart_uploads(Bucket=self.bucket).get("Uploads", [])}
                assert listed == set(self.open_uploads)

        def teardown(self):
            if not hasattr(self, "bucket"):
                return
            # Everything that was acknowledged, byte for byte, versions included.
            for key, versions in self.objects.items():
                for version, body in versions:
                    if body is not None:
                        choice = {"VersionId": version} if self.versioned else {}
                        assert self.s3.get_object(Bucket=self.bucket, Key=key, **choice)["Body"].read() == body
            answer = self.s3.list_object_versions(Bucket=self.bucket)
            assert len(answer.get("Versions", [])) == sum(body is not None for versions in self.objects.values() for _, body in versions)
            assert len(answer.get("DeleteMarkers", [])) == sum(body is None for versions in self.objects.values() for _, body in versions)

    yield S3Machine
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.stratolite
def test_random_operations_with_restarts_agree_with_the_model(machine):
    run_state_machine_as_test(machine, settings=settings(
        max_examples=15, stateful_step_count=40, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck)))
