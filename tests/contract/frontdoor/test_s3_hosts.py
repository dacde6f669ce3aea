"""Buckets under host names of their own."""

import secrets
import socket
import urllib.parse

import boto3
import botocore.config
import pytest
import raw_s3

pytestmark = pytest.mark.stratolite
KEYS = ["plain", "a//b", "/leading", "trailing/", "./dot", "a/../b", "with space", "plus+plus", "percent%2Fpercent", "ünïcødé/✓", "a=b&c?d#e", "_stratolite/health", "~!*'()"]


@pytest.fixture(autouse=True)
def every_name_is_here(monkeypatch):
    """`*.localhost` does not resolve everywhere."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: resolve("127.0.0.1" if "localhost" in str(host) else host, *rest, **more))


@pytest.fixture
def bucket(client):
    name = f"hosts-{secrets.token_hex(6)}"
    client("s3").create_bucket(Bucket=name)
    return name


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_the_same_under_path_and_host(client, bucket, key):
    by_path, by_host = (client("s3", s3={"addressing_style": style}) for style in ("path", "virtual"))
    by_host.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert by_path.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    by_path.put_object(Bucket=bucket, Key=key, Body=b"again")
    assert by_host.get_object(Bucket=bucket, Key=key)["Body"].read() == b"again"
    assert [entry["Key"] for entry in by_host.list_objects_v2(Bucket=bucket)["Contents"]] == [key]


@pytest.mark.parametrize("key", KEYS)
def test_signatures_hold_for_every_key_under_both(daemon, key):
    own = daemon("--root-credentials", raw_s3.ROOT_CREDENTIALS)
    for style in ("path", "virtual"):
        s3 = boto3.client("s3", endpoint_url=own.endpoint, region_name="us-east-1", aws_access_key_id=raw_s3.KEY, aws_secret_access_key=raw_s3.SECRET,
                          config=botocore.config.Config(s3={"addressing_style": style}, retries={"max_attempts": 0}))
        if style == "path":
            s3.create_bucket(Bucket="dotted.bucket")
        s3.put_object(Bucket="dotted.bucket", Key=key, Body=b"x", Metadata={"style": style})
        assert s3.head_object(Bucket="dotted.bucket", Key=key)["Metadata"] == {"style": style}


def test_every_name_of_a_bucket_leads_to_it(endpoint, client, bucket):
    client("s3").put_object(Bucket=bucket, Key="key", Body=b"here")
    port = urllib.parse.urlsplit(endpoint).port
    for host in ("localhost", "s3.localhost", "s3.us-east-1.localhost", "s3.us-east-1.amazonaws.com", "s3.amazonaws.com", "s3-us-east-1.amazonaws.com",
                 "s3.dualstack.us-east-1.amazonaws.com", "s3.localhost.localstack.cloud"):
        for authority in (f"{bucket}.{host}", f"{bucket}.{host}:{port}", f"{bucket}.{host}.:{port}".upper()):
            answer = raw_s3.ask(endpoint, "GET", f"http://{authority}/key")
            assert (answer.status, answer.body) == (200, b"here"), authority
            listing = raw_s3.ask(endpoint, "GET", f"http://{authority}/")
            assert b"<Name>" + bucket.encode() in listing.body, authority
    elsewhere = raw_s3.ask(endpoint, "GET", f"http://{bucket}.s3-us-west-2.amazonaws.com/key")
    assert (elsewhere.status, elsewhere.code, elsewhere.headers["x-amz-bucket-region"]) == (301, "PermanentRedirect", "us-east-1")
    for authority in ("127.0.0.1", "localhost", "[::1]", "s3.localhost.localstack.cloud", "stratolite", "stratolite.example.com"):
        assert raw_s3.ask(endpoint, "GET", f"http://{authority}:{port}/{bucket}/key").body == b"here", authority


def test_domains_of_the_users(daemon):
    own = daemon("--s3-domain", "Objects.Test", "--s3-domain", "s3box")
    assert raw_s3.ask(own.endpoint, "PUT", "http://mine.objects.test/", b"").status == 200
    assert raw_s3.ask(own.endpoint, "PUT", "http://mine.s3box:4566/key", b"hello").status == 200
    assert raw_s3.ask(own.endpoint, "GET", "http://objects.test/mine/key").body == b"hello"
    assert raw_s3.ask(own.endpoint, "GET", "http://mine.elsewhere.test/key").code == "NoSuchBucket"


def test_other_services_keep_their_names(endpoint):
    answer = raw_s3.ask(endpoint, "POST", "http://sts.us-east-1.localhost/", b"Action=GetCallerIdentity", {"Content-Type": "application/x-www-form-urlencoded"})
    assert b"https://sts.amazonaws.com/doc/2011-06-15/" in answer.body


def test_website_endpoints_are_no_api(endpoint):
    answer = raw_s3.ask(endpoint, "GET", "http://no-such-bucket.s3-website.localhost/?Action=GetCallerIdentity")
    assert answer.status == 404 and b"<li>Code: NoSuchBucket</li>" in answer.body
