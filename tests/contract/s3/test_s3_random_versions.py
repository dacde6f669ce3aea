"""Random sequences of operations on a bucket whose versioning is switched on and suspended, against a model that fits on a page.

The model: per key a list of versions, oldest first; the one called `null` is replaced by whatever a bucket without versioning writes.
"""

import hashlib
import secrets

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

KEYS = st.sampled_from(["a", "a/b", "a/", "é ü", "z"])
SIZES = st.sampled_from([0, 10, 70_000])
TAGS = st.dictionaries(st.sampled_from(["k", "ключ", "x:y"]), st.sampled_from(["", "v", "w w"]), max_size=3)
WHICH = st.integers(0, 6)


class Version:
    def __init__(self, name, body, tags=None, parts=0):
        self.name, self.body, self.tags, self.parts = name, body, tags or {}, parts

    @property
    def etag(self):
        digest = hashlib.md5(self.body)
        return f'"{hashlib.md5(digest.digest()).hexdigest()}-1"' if self.parts else f'"{digest.hexdigest()}"'


def tag_set(tags):
    return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}


@pytest.fixture
def machine(endpoint):
    class Versions(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            self.s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="123456789012", aws_secret_access_key="test",
                                   config=botocore.config.Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}))
            self.bucket = "versions-" + secrets.token_hex(6)
            self.s3.create_bucket(Bucket=self.bucket)
            self.status = None
            self.keys = {}
            self.count = 0

        def call(self, operation, **parameters):
            return getattr(self.s3, operation)(Bucket=self.bucket, **parameters)

        def body(self, size):
            self.count += 1
            return (f"{self.count}:".encode() * (size // 2 + 1))[:size]

        def keep(self, key, version, answer):
            versions = self.keys.setdefault(key, [])
            if self.status == "Enabled":
                assert answer["VersionId"] != "null" and answer["VersionId"] not in [each.name for each in versions]
                version.name = answer["VersionId"]
            else:
                # A bucket that never had versions says nothing of them; a suspended one names the null version, where it answers with one at all.
                assert answer.get("VersionId", "null") == "null"
                versions[:] = [each for each in versions if each.name != "null"]
            versions.append(version)

        def latest(self, key):
            versions = self.keys.get(key)
            return versions[-1] if versions and versions[-1].body is not None else None

        def pick(self, key, which):
            """A version with a body, or None."""
            bodies = [each for each in self.keys.get(key, []) if each.body is not None]
            return bodies[which % len(bodies)] if bodies else None

        @rule(status=st.sampled_from(["Enabled", "Suspended"]))
        def switch(self, status):
            self.call("put_bucket_versioning", VersioningConfiguration={"Status": status})
            self.status = status
            assert self.call("get_bucket_versioning")["Status"] == status

        @rule(key=KEYS, size=SIZES, tags=TAGS)
        def put(self, key, size, tags):
            body = self.body(size)
            header = "&".join(f"{botocore.compat.quote(k, safe='')}={botocore.compat.quote(v, safe='')}" for k, v in tags.items())
            version = Version("null", body, tags)
            answer = self.call("put_object", Key=key, Body=body, Tagging=header)
            assert answer["ETag"] == version.etag
            self.keep(key, version, answer)

        @rule(key=KEYS, size=SIZES)
        def upload(self, key, size):
            body = self.body(size)
            upload = self.call("create_multipart_upload", Key=key)["UploadId"]
            part = self.call("upload_part", Key=key, UploadId=upload, PartNumber=1, Body=body)
            answer = self.call("complete_multipart_upload", Key=key, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
            version = Version("null", body, parts=1)
            assert answer["ETag"] == version.etag
            self.keep(key, version, answer)

        @rule(source=KEYS, which=WHICH, to=KEYS, tags=st.none() | TAGS)
        def copy(self, source, which, to, tags):
            version = self.pick(source, which)
            # A copy onto itself has to change something.
            if version is None or (source == to and tags is None):
                return
            more = {} if tags is None else {"TaggingDirective": "REPLACE", "Tagging": "&".join(
                f"{botocore.compat.quote(k, safe='')}={botocore.compat.quote(v, safe='')}" for k, v in tags.items())}
            if source == to:
                more |= {"MetadataDirective": "REPLACE"}
            answer = self.call("copy_object", Key=to, CopySource={"Bucket": self.bucket, "Key": source, "VersionId": version.name}, **more)
            copied = Version("null", version.body, version.tags if tags is None else tags)
            assert answer["CopyObjectResult"]["ETag"] == copied.etag
            if self.status is not None:
                assert answer["CopySourceVersionId"] == version.name
            self.keep(to, copied, answer)

        @rule(key=KEYS)
        def delete(self, key):
            answer = self.call("delete_object", Key=key)
            if self.status is None:
                assert "DeleteMarker" not in answer
                self.keys.pop(key, None)
                return
            assert answer["DeleteMarker"] is True
            self.keep(key, Version("null", None), answer)

        @rule(key=KEYS, which=WHICH, batch=st.booleans())
        def delete_a_version(self, key, which, batch):
            versions = self.keys.get(key, [])
            if not versions:
                return
            version = versions.pop(which % len(versions))
            if batch:
                [answer] = self.call("delete_objects", Delete={"Objects": [{"Key": key, "VersionId": version.name}]})["Deleted"]
            else:
                answer = self.call("delete_object", Key=key, VersionId=version.name)
            assert answer["VersionId"] == version.name
            assert answer.get("DeleteMarker", False) == (version.body is None)

        @rule(key=KEYS, which=WHICH, tags=TAGS)
        def tag(self, key, which, tags):
            version = self.pick(key, which)
            if version is not None:
                self.call("put_object_tagging", Key=key, VersionId=version.name, Tagging=tag_set(tags))
                version.tags = tags

        @rule(key=KEYS)
        def untag_the_latest(self, key):
            version = self.latest(key)
            if version is not None:
                self.call("delete_object_tagging", Key=key)
                version.tags = {}

        @rule(key=KEYS, which=WHICH)
        def look_at_a_version(self, key, which):
            version = self.pick(key, which)
            if version is None:
                return
            answer = self.call("get_object", Key=key, VersionId=version.name)
            assert (answer["Body"].read(), answer["ETag"], answer.get("TagCount", 0)) == (version.body, version.etag, len(version.tags))
            tags = self.call("get_object_tagging", Key=key, VersionId=version.name)["TagSet"]
            assert {each["Key"]: each["Value"] for each in tags} == version.tags

        @rule(key=KEYS)
        def look_at_the_latest(self, key):
            version = self.latest(key)
            if version is not None:
                assert self.call("get_object", Key=key)["Body"].read() == version.body
                return
            with pytest.raises(ClientError) as refused:
                self.call("head_object", Key=key)
            headers = refused.value.response["ResponseMetadata"]["HTTPHeaders"]
            assert headers.get("x-amz-delete-marker", "false") == ("true" if self.keys.get(key) else "false")

        @rule(prefix=st.sampled_from(["", "a", "a/", "z"]), delimiter=st.sampled_from(["", "/"]), page=st.integers(1, 5))
        def list_versions_in_pages(self, prefix, delimiter, page):
            expected = []
            for key in sorted(self.keys, key=str.encode):
                cut = key.find(delimiter, len(prefix)) if delimiter else -1
                for version in reversed(self.keys[key]) if key.startswith(prefix) else []:
                    if cut < 0:
                        expected.append((key, version.name, version is self.keys[key][-1], version.body is None))
                    elif (key[:cut + 1],) not in expected:
                        expected.append((key[:cut + 1],))
            seen = []
            for answer in self.s3.get_paginator("list_object_versions").paginate(
                    Bucket=self.bucket, Prefix=prefix, Delimiter=delimiter, PaginationConfig={"PageSize": page}):
                names = [(each["Key"], each["VersionId"], each["IsLatest"], marker) for kind, marker in (("Versions", False), ("DeleteMarkers", True))
                         for each in answer.get(kind, [])] + [(each["Prefix"],) for each in answer.get("CommonPrefixes", [])]
                assert len(names) <= page
                seen += names
            # boto3 has versions, markers and prefixes apart: what is compared is what is there; the order of versions is that of the next rule.
            assert sorted(seen) == sorted(expected)

        @rule(key=KEYS)
        def versions_are_listed_newest_first(self, key):
            answer = self.call("list_object_versions", Prefix=key)
            listed = [each["VersionId"] for each in answer.get("Versions", []) if each["Key"] == key]
            assert listed == [each.name for each in reversed(self.keys.get(key, [])) if each.body is not None]

        @invariant()
        def listing_has_what_is_there(self):
            if hasattr(self, "bucket"):
                listed = [each["Key"] for each in self.call("list_objects_v2").get("Contents", [])]
                assert listed == sorted((key for key in self.keys if self.latest(key)), key=str.encode)

        def teardown(self):
            if not hasattr(self, "bucket"):
                return
            for key, versions in self.keys.items():
                for version in versions:
                    if version.body is not None:
                        assert self.call("get_object", Key=key, VersionId=version.name)["Body"].read() == version.body

    return Versions


def test_random_versions_agree_with_the_model(machine):
    run_state_machine_as_test(machine, settings=settings(
        max_examples=20, stateful_step_count=50, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)))
