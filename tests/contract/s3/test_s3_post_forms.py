"""Uploads by forms: what browsers post to a bucket, with a policy that boto3 signs."""

import base64
import hashlib
import json
import re

import boto3
import botocore.config
import pytest
from daemons import Daemon
from web_requests import ask, client, encode_form, make_world, policy, post_form

CONTENT = b"the file's content"


@pytest.fixture
def form(s3, bucket, endpoint):
    """Posts a form to the bucket, signed by boto3; `signed` makes its fields alone."""

    def signed(key="uploads/${filename}", fields=None, conditions=None, **more):
        fields = fields or {}
        conditions = [{name: value} for name, value in fields.items()] if conditions is None else conditions
        return s3.generate_presigned_post(bucket, key, Fields=fields, Conditions=conditions, **more)["fields"]

    def post(key="uploads/${filename}", file=CONTENT, fields=None, conditions=None, **more):
        return post_form(endpoint, bucket, signed(key, fields, conditions), file, **more)

    post.signed, post.bucket, post.endpoint, post.s3 = signed, bucket, endpoint, s3
    post.read = lambda key: s3.get_object(Bucket=bucket, Key=key)
    return post


def test_a_file_becomes_an_object(form):
    answer = form(filename="C:\\photos\\cat.png")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["ETag"] == f'"{hashlib.md5(CONTENT).hexdigest()}"'
    assert answer.headers["Location"] == f"{form.endpoint}/{form.bucket}/uploads%2Fcat.png"
    assert form.read("uploads/cat.png")["Body"].read() == CONTENT


def test_fields_are_the_objects(form):
    fields = {"Content-Type": "image/png", "Cache-Control": "no-cache", "Content-Disposition": "inline", "x-amz-meta-Color": "blue", "x-amz-storage-class": "STANDARD_IA",
              "x-amz-server-side-encryption": "AES256", "x-amz-website-redirect-location": "/there",
              "tagging": "<Tagging><TagSet><Tag><Key>a b</Key><Value>1+2=3</Value></Tag><Tag><Key>c</Key><Value></Value></Tag></TagSet></Tagging>"}
    assert form("key", fields=fields).status == 204
    found = form.read("key")
    assert (found["ContentType"], found["CacheControl"], found["ContentDisposition"], found["Metadata"]) == ("image/png", "no-cache", "inline", {"color": "blue"})
    assert (found["StorageClass"], found["WebsiteRedirectLocation"], found["TagCount"]) == ("STANDARD_IA", "/there", 2)
    tags = form.s3.get_object_tagging(Bucket=form.bucket, Key="key")["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"a b": "1+2=3", "c": ""}


def test_names_of_fields_have_no_case(form):
    fields = {{"key": "KEY", "policy": "Policy", "x-amz-signature": "X-AMZ-SIGNATURE"}.get(name, name): value for name, value in form.signed("key").items()}
    assert post_form(form.endpoint, form.bucket, fields, CONTENT).status == 204
    assert form.read("key")["Body"].read() == CONTENT


@pytest.mark.parametrize("status, seen", [("200", 200), ("201", 201), ("204", 204), ("500", 204)])
def test_the_status_that_the_form_wants(form, status, seen):
    answer = form("a/key&1", fields={"success_action_status": status})
    assert answer.status == seen
    if seen == 201:
        etag = f'"{hashlib.md5(CONTENT).hexdigest()}"'
        assert answer.headers["Content-Type"] == "application/xml"
        assert answer.elements() == {"Location": f"{form.endpoint}/{form.bucket}/a%2Fkey%261", "Bucket": form.bucket, "Key": "a/key&1", "ETag": etag}


def test_browsers_are_sent_on(form):
    answer = form("key", fields={"success_action_redirect": "http://localhost:3000/done?x=1", "success_action_status": "200"})
    assert answer.status == 303
    etag = hashlib.md5(CONTENT).hexdigest()
    assert answer.headers["Location"] == f"http://localhost:3000/done?x=1&bucket={form.bucket}&key=key&etag=%22{etag}%22"
    assert form("key", fields={"success_action_redirect": "nowhere", "success_action_status": "200"}).status == 200


def test_the_bucket_may_be_in_the_host(form):
    answer = post_form(form.endpoint, form.bucket, form.signed("key"), CONTENT, host=f"{form.bucket}.s3.localhost")
    assert answer.status == 204 and answer.headers["Location"] == f"http://{form.bucket}.s3.localhost:{form.endpoint.rpartition(':')[2]}/key"
    assert form.read("key")["Body"].read() == CONTENT


def test_what_follows_the_file_is_ignored(form):
    answer = form("key", after=[("submit", "Upload"), ("x-amz-meta-late", "yes"), ("key", "other")])
    assert answer.status == 204 and form.read("key")["Metadata"] == {}


@pytest.mark.parametrize("size", [0, 1, 65536, 262144, 3 * 1024 * 1024 + 7])
@pytest.mark.parametrize("after", [(), (("submit", "Upload"),)], ids=["last", "not last"])
def test_files_of_any_size(form, size, after):
    body = (b"\r\n--bound\r\n-" * (size // 12 + 1))[:size]
    assert form("key", body, after=after).status == 204
    found = form.read("key")
    assert found["ContentLength"] == size and found["Body"].read() == body


def test_a_form_without_a_policy_is_anonymous(form):
    assert post_form(form.endpoint, form.bucket, {"key": "key"}, CONTENT).status == 204
    assert form.read("key")["Body"].read() == CONTENT


def test_a_checksum_is_compared(form):
    right = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    assert form("key", fields={"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": wrong}).error()[:2] == (400, "BadDigest")
    assert "Contents" not in form.s3.list_objects_v2(Bucket=form.bucket)
    answer = form("key", fields={"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": right})
    assert answer.status == 204 and answer.headers["x-amz-checksum-sha256"] == right


def test_versions_are_told(form):
    form.s3.put_bucket_versioning(Bucket=form.bucket, VersioningConfiguration={"Status": "Enabled"})
    first, second = form("key"), form("key", b"second")
    assert first.headers["x-amz-version-id"] != second.headers["x-amz-version-id"]
    assert form.s3.get_object(Bucket=form.bucket, Key="key", VersionId=first.headers["x-amz-version-id"])["Body"].read() == CONTENT


def test_the_event_says_that_it_was_a_form(form, client):
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    form.s3.put_bucket_notification_configuration(Bucket=form.bucket, SkipDestinationValidation=True, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:Post"]}]})
    form.s3.put_object(Bucket=form.bucket, Key="put")
    assert form("posted").status == 204
    seen = []
    while not any("Records" in body for body in seen):
        seen += [json.loads(message["Body"]) for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]]
    records = [record for body in seen for record in body.get("Records", [])]
    assert [(record["eventName"], record["s3"]["object"]["key"], record["s3"]["object"]["size"]) for record in records] == [("ObjectCreated:Post", "posted", len(CONTENT))]


FAILING = [
    ("a field that no condition is about", {"x-amz-meta-a": "1"}, [], "Invalid according to Policy: Extra input fields: x-amz-meta-a"),
    ("another value", {"x-amz-meta-a": "1"}, [{"x-amz-meta-a": "2"}], 'Invalid according to Policy: Policy Condition failed: ["eq", "$x-amz-meta-a", "2"]'),
    ("another value, as a list", {"x-amz-meta-a": "1"}, [["eq", "$x-amz-meta-a", "2"]], 'Invalid according to Policy: Policy Condition failed: ["eq", "$x-amz-meta-a", "2"]'),
    ("another beginning", {"Content-Type": "text/plain"}, [["starts-with", "$Content-Type", "image/"]],
     'Invalid according to Policy: Policy Condition failed: ["starts-with", "$Content-Type", "image/"]'),
    ("one of several types", {"Content-Type": "image/png,text/plain"}, [["starts-with", "$Content-Type", "image/"]],
     'Invalid according to Policy: Policy Condition failed: ["starts-with", "$Content-Type", "image/"]'),
]


@pytest.mark.parametrize("fields, conditions, message", [pytest.param(*row[1:], id=row[0]) for row in FAILING])
def test_the_policy_is_kept(form, fields, conditions, message):
    assert form("key", fields=fields, conditions=conditions).error() == (403, "AccessDenied", message)
    assert "Contents" not in form.s3.list_objects_v2(Bucket=form.bucket)


def test_conditions_that_hold(form):
    fields = {"Content-Type": "image/png, image/gif", "x-amz-meta-a": "", "x-ignore-me": "x"}
    conditions = [["starts-with", "$Content-Type", "image/"], ["starts-with", "$x-amz-meta-a", ""], ["content-length-range", 1, 100]]
    assert form("key", fields=fields, conditions=conditions).status == 204


def test_a_policy_is_for_its_bucket(form, s3, new_name):
    other = new_name()
    s3.create_bucket(Bucket=other)
    code = post_form(form.endpoint, other, form.signed("key"), CONTENT).error()
    assert code == (403, "AccessDenied", f'Invalid according to Policy: Policy Condition failed: ["eq", "$bucket", "{form.bucket}"]')


def test_a_policy_expires(form):
    assert post_form(form.endpoint, form.bucket, form.signed("key", ExpiresIn=-5), CONTENT).error() == (403, "AccessDenied", "Invalid according to Policy: Policy expired.")


def test_a_range_of_sizes_for_large_files(form):
    body = b"x" * 1_000_000
    answer = form("key", body, conditions=[["content-length-range", 0, 999_999]])
    assert answer.error()[:2] == (400, "EntityTooLarge")
    assert answer.elements()["ProposedSize"] == "1000000" and answer.elements()["MaxSizeAllowed"] == "999999"
    assert form("key", body, conditions=[["content-length-range", 1_000_000, 1_000_000]]).status == 204


def sign(text, key="AKIDEXAMPLE", **more):
    """Fields of a form with that policy; the key is nobody's, so that the signature may be anything."""
    fields = {"key": "key", "policy": base64.b64encode(text.encode()).decode(), "x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-date": "20260101T000000Z",
              "x-amz-credential": f"{key}/20260101/us-east-1/s3/aws4_request", "x-amz-signature": "0" * 64}
    return fields | more


MALFORMED = [
    ("no JSON", "{", (400, "InvalidPolicyDocument")),
    ("a list", "[]", (400, "InvalidPolicyDocument")),
    ("too deep", "[" * 1000, (400, "InvalidPolicyDocument")),
    ("no expiration", json.dumps({"conditions": []}), (400, "InvalidPolicyDocument")),
    ("no conditions", json.dumps({"expiration": "2999-01-01T00:00:00Z"}), (400, "InvalidPolicyDocument")),
    ("an expiration that is none", policy(expiration="tomorrow"), (400, "InvalidPolicyDocument")),
    ("a condition that is none", policy(["like", "$key", "x"]), (400, "InvalidPolicyDocument")),
    ("a condition of two", policy(["eq", "$key"]), (400, "InvalidPolicyDocument")),
]


@pytest.mark.parametrize("text, error", [pytest.param(*row[1:], id=row[0]) for row in MALFORMED])
def test_policies_that_are_none(form, text, error):
    assert post_form(form.endpoint, form.bucket, sign(text), CONTENT).error()[:2] == error


def test_fields_that_are_missing_or_wrong(form):
    refused = lambda fields, *more: post_form(form.endpoint, form.bucket, fields, *more).error()
    missing = "Bucket POST must contain a field named '{}'.  If it is specified, please check the order of the fields."
    assert refused({}) == (400, "InvalidArgument", missing.format("key"))
    assert refused({"key": "k"}, None) == (400, "InvalidArgument", "POST requires exactly one file upload per request.")
    assert refused(sign(policy(), **{"x-amz-credential": "AKID/2026"}))[:2] == (400, "InvalidArgument")
    assert refused(sign(policy(), **{"x-amz-algorithm": "AWS4"}))[:2] == (400, "InvalidArgument")
    assert refused({"key": "k", "x-amz-meta-a": "x" * 30_000})[:2] == (400, "MaxPostPreDataLengthExceeded")
    assert refused({"key": "k" * 1025})[:2] == (400, "KeyTooLongError")


@pytest.mark.parametrize("cut", [10, 60, 150, -1, -20])
def test_forms_that_break_off(form, cut):
    body, content_type = encode_form({"key": "key"}, CONTENT)
    answer = ask(form.endpoint, "POST", f"/{form.bucket}", {"Content-Type": content_type}, body=body[:cut])
    # The last line end, and what stands behind the file's delimiter, is nothing that AWS waits for.
    assert answer.status == (204 if cut == -1 else 400), answer.text
    if cut != -1:
        assert answer.error()[1] == "MalformedPOSTRequest"
        assert "Contents" not in form.s3.list_objects_v2(Bucket=form.bucket)


def test_no_bucket(form, new_name):
    assert post_form(form.endpoint, new_name(), {"key": "k"}).error()[:2] == (404, "NoSuchBucket")


@pytest.fixture(scope="module")
def enforcing(binary):
    daemon = Daemon(binary, "--iam", "enforce")
    root = client(daemon.endpoint)
    root.create_bucket(Bucket="forms")
    iam = client(daemon.endpoint, service="iam")
    statement = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::forms/allowed/*"}
    iam.create_user(UserName="uploader")
    iam.put_user_policy(UserName="uploader", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    daemon.key = iam.create_access_key(UserName="uploader")["AccessKey"]
    daemon.root = root
    yield daemon
    daemon.stop()


@pytest.mark.stratolite
@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_signatures_of_known_keys_are_verified_and_policies_decide(enforcing, signature):
    user = client(enforcing.endpoint, enforcing.key["AccessKeyId"], enforcing.key["SecretAccessKey"], signature_version=signature)
    fields = lambda key: user.generate_presigned_post("forms", key)["fields"]
    post = lambda form: post_form(enforcing.endpoint, "forms", form)
    assert post(fields("allowed/a")).status == 204
    assert post(fields("elsewhere/a")).error()[:2] == (403, "AccessDenied")
    wrong = client(enforcing.endpoint, enforcing.key["AccessKeyId"], "wrong", signature_version=signature).generate_presigned_post("forms", "allowed/b")["fields"]
    answer = post(wrong)
    assert answer.error()[:2] == (403, "SignatureDoesNotMatch") and answer.elements()["AWSAccessKeyId"] == enforcing.key["AccessKeyId"]
    assert post({"key": "allowed/c"}).error()[:2] == (403, "AccessDenied")
    assert [entry["Key"] for entry in enforcing.root.list_objects_v2(Bucket="forms")["Contents"]] == ["allowed/a"]


@pytest.mark.stratolite
def test_temporary_credentials_need_their_token(enforcing):
    sts = client(enforcing.endpoint, enforcing.key["AccessKeyId"], enforcing.key["SecretAccessKey"], service="sts")
    session = sts.get_session_token()["Credentials"]
    s3 = boto3.client("s3", endpoint_url=enforcing.endpoint, region_name="us-east-1", aws_access_key_id=session["AccessKeyId"], aws_secret_access_key=session["SecretAccessKey"],
                      aws_session_token=session["SessionToken"], config=botocore.config.Config(signature_version="s3v4"))
    fields = s3.generate_presigned_post("forms", "allowed/session")["fields"]
    assert "x-amz-security-token" in fields
    assert post_form(enforcing.endpoint, "forms", {name: value for name, value in fields.items() if name != "x-amz-security-token"}).status in (400, 403)
    assert post_form(enforcing.endpoint, "forms", fields).status == 204


@pytest.mark.stratolite
def test_a_form_goes_to_the_world_of_its_signer(binary):
    daemon = Daemon(binary)
    try:
        s3 = make_world(daemon.endpoint, "other")
        s3.create_bucket(Bucket="elsewhere")
        fields = s3.generate_presigned_post("elsewhere", "key")["fields"]
        for body in (b"small", b"large" * 100_000):
            assert post_form(daemon.endpoint, "elsewhere", fields, body).status == 204
            assert s3.get_object(Bucket="elsewhere", Key="key")["Body"].read() == body
    finally:
        daemon.stop()


@pytest.mark.stratolite
def test_the_memory_does_not_grow_with_the_file(binary):
    daemon = Daemon(binary)
    try:
        s3 = client(daemon.endpoint)
        s3.create_bucket(Bucket="large")
        resident = lambda: int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{daemon.process.pid}/status").read())[1]) * 1024
        before = resident()
        body = b"0123456789abcdef" * (4 * 1024 * 1024)
        assert post_form(daemon.endpoint, "large", {"key": "key"}, body).status == 204
        assert resident() - before < 24 * 1024 * 1024
        assert s3.head_object(Bucket="large", Key="key")["ContentLength"] == len(body)
    finally:
        daemon.stop()
