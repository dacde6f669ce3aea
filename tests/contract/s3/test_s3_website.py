"""Buckets as websites: the configuration and what the endpoint answers."""

import json

import pytest
from daemons import Daemon
from web_requests import client, make_world, visit

INDEX = {"IndexDocument": {"Suffix": "index.html"}}


@pytest.fixture
def site(s3, bucket, endpoint):
    """A website of some documents; a call visits it, `site.configure` changes it."""
    documents = {"index.html": b"home", "docs/index.html": b"docs", "docs/page.html": b"page", "error.html": b"oops", "images/a b.png": b"png"}
    for key, body in documents.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="text/html", CacheControl="max-age=5")

    def call(path="/", method="GET", **more):
        return visit(endpoint, bucket, path, method, **more)

    def configure(**more):
        s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=more if "RedirectAllRequestsTo" in more else INDEX | more)

    configure()
    call.configure, call.bucket, call.s3 = configure, bucket, s3
    return call


def test_a_configuration_comes_back_as_it_was_put(s3, bucket, refused):
    assert refused(s3.get_bucket_website, Bucket=bucket)[:2] == ("NoSuchWebsiteConfiguration", 404)
    configuration = INDEX | {"ErrorDocument": {"Key": "error.html"}, "RoutingRules": [
        {"Condition": {"KeyPrefixEquals": "a/", "HttpErrorCodeReturnedEquals": "404"}, "Redirect": {"HostName": "h", "Protocol": "https", "ReplaceKeyPrefixWith": "b/", "HttpRedirectCode": "302"}},
        {"Redirect": {"ReplaceKeyWith": "c"}}]}
    for put in (configuration, {"RedirectAllRequestsTo": {"HostName": "example.com", "Protocol": "https"}}, INDEX):
        s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=put)
        answer = s3.get_bucket_website(Bucket=bucket)
        assert {name: value for name, value in answer.items() if name != "ResponseMetadata"} == put
    assert s3.delete_bucket_website(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert refused(s3.get_bucket_website, Bucket=bucket)[0] == "NoSuchWebsiteConfiguration"


WRONG = [
    ("neither", {}, "InvalidArgument"),
    ("a host is missing", {"RedirectAllRequestsTo": {"HostName": ""}}, "MalformedXML"),
    ("a code that redirects nowhere", INDEX | {"RoutingRules": [{"Redirect": {"HttpRedirectCode": "200"}}]}, "InvalidRequest"),
    ("an error that is none", INDEX | {"RoutingRules": [{"Condition": {"HttpErrorCodeReturnedEquals": "200"}, "Redirect": {"HostName": "h"}}]}, "InvalidRequest"),
    ("no rules", INDEX | {"RoutingRules": []}, "MalformedXML"),
    ("too many rules", INDEX | {"RoutingRules": [{"Redirect": {"HostName": "h"}}] * 51}, "InvalidRequest"),
]


@pytest.mark.parametrize("configuration, code", [pytest.param(*row[1:], id=row[0]) for row in WRONG])
def test_what_no_configuration_may_say(s3, bucket, refused, configuration, code):
    assert refused(s3.put_bucket_website, Bucket=bucket, WebsiteConfiguration=configuration)[:2] == (code, 400)


def test_folders_show_their_index(site):
    assert [site(path).body for path in ("/", "/index.html", "/docs/", "/docs/page.html", "/images/a%20b.png")] == [b"home", b"home", b"docs", b"page", b"png"]
    answer = site("/docs")
    assert answer.status == 302 and answer.headers["Location"] == "/docs/"


def test_documents_have_their_fields(site):
    answer = site()
    assert answer.headers["Content-Type"] == "text/html" and answer.headers["Cache-Control"] == "max-age=5"
    assert answer.headers["x-amz-request-id"] and answer.headers["Last-Modified"] and answer.headers["Content-Length"] == "4"
    head = site(method="HEAD")
    assert head.status == 200 and head.body == b"" and head.headers["ETag"] == answer.headers["ETag"] and head.headers["Content-Length"] == "4"
    assert site("/nothing", "HEAD").status == 404


def test_conditions_and_ranges(site):
    etag = site().headers["ETag"]
    assert site(headers={"If-None-Match": etag}).status == 304
    assert site(headers={"If-Match": '"other"'}).status == 412
    part = site(headers={"Range": "bytes=1-2"})
    assert (part.status, part.body, part.headers["Content-Range"]) == (206, b"om", "bytes 1-2/4")
    assert site(headers={"Range": "bytes=9-"}).status == 416


def test_errors_are_pages(site):
    answer = site("/no<thing>")
    assert answer.status == 404 and answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<title>404 Not Found</title>" in answer.text and "<li>Key: no&lt;thing&gt;</li>" in answer.text
    assert answer.headers["x-amz-error-code"] == "NoSuchKey"


def test_the_error_document_stands_in(site):
    site.configure(ErrorDocument={"Key": "error.html"})
    answer = site("/nothing", headers={"Range": "bytes=0-0"})
    assert (answer.status, answer.body) == (404, b"oops")
    site.configure(ErrorDocument={"Key": "gone.html"})
    assert "An Error Occurred While Attempting to Retrieve a Custom Error Document" in site("/nothing").text


def test_only_reading_is_allowed(site):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert site("/index.html", method, body=b"").status == 405
    assert site().body == b"home"


def test_all_requests_redirected(site):
    site.configure(RedirectAllRequestsTo={"HostName": "example.com", "Protocol": "https"})
    answer = site("/a/b%20c?x=1")
    assert answer.status == 301 and answer.headers["Location"] == "https://example.com/a/b%20c"
    site.configure(RedirectAllRequestsTo={"HostName": "example.com"})
    assert site("/").headers["Location"] == "http://example.com/"


def test_routing_rules(site, endpoint):
    site.configure(RoutingRules=[
        {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "docs/"}},
        {"Condition": {"KeyPrefixEquals": "away/"}, "Redirect": {"HostName": "example.com", "Protocol": "https", "HttpRedirectCode": "307", "ReplaceKeyWith": "there"}},
        {"Condition": {"HttpErrorCodeReturnedEquals": "404", "KeyPrefixEquals": "reports/"}, "Redirect": {"HostName": "reports.example", "ReplaceKeyPrefixWith": "r/"}},
        {"Condition": {"HttpErrorCodeReturnedEquals": "404"}, "Redirect": {"ReplaceKeyWith": "error.html", "HttpRedirectCode": "302"}}])
    own = f"http://{site.bucket}.s3-website.localhost:{endpoint.rpartition(':')[2]}"
    seen = lambda path: (lambda answer: (answer.status, answer.headers.get("Location")))(site(path))
    assert seen("/old/page.html") == (301, own + "/docs/page.html")
    assert seen("/away/x") == (307, "https://example.com/there")
    assert seen("/reports/1") == (301, "http://reports.example/r/1")
    assert seen("/nothing") == (302, own + "/error.html")
    assert seen("/index.html") == (200, None)


def test_objects_redirect(site):
    site.s3.put_object(Bucket=site.bucket, Key="moved", WebsiteRedirectLocation="/docs/page.html")
    site.s3.put_object(Bucket=site.bucket, Key="elsewhere/index.html", WebsiteRedirectLocation="https://example.com/")
    assert (site("/moved").status, site("/moved").headers["Location"]) == (301, "/docs/page.html")
    assert site("/elsewhere/").headers["Location"] == "https://example.com/"


HOSTS = ["s3-website.localhost", "s3-website-us-east-1.localhost", "s3-website-eu-west-1.amazonaws.com", "s3-website.eu-central-1.amazonaws.com"]


@pytest.mark.parametrize("host", HOSTS)
def test_names_of_the_endpoint(site, host):
    assert site(host=host).body == b"home"


def test_a_website_answers_pages_of_other_origins_by_the_buckets_rules(site):
    site.s3.put_bucket_cors(Bucket=site.bucket, CORSConfiguration={"CORSRules": [{"AllowedOrigins": ["https://a.example"], "AllowedMethods": ["GET"]}]})
    assert site(headers={"Origin": "https://a.example"}).headers["Access-Control-Allow-Origin"] == "https://a.example"


def test_a_large_document_is_streamed(site):
    body = bytes(range(256)) * 8192
    site.s3.put_object(Bucket=site.bucket, Key="large.bin", Body=body)
    assert site("/large.bin").body == body
    assert site("/large.bin", "HEAD").headers["Content-Length"] == str(len(body))


@pytest.mark.stratolite
def test_where_policies_are_enforced_visitors_are_anonymous(binary):
    daemon = Daemon(binary, "--iam", "enforce")
    try:
        s3 = client(daemon.endpoint)
        s3.create_bucket(Bucket="site")
        for key in ("index.html", "secret.html", "error.html"):
            s3.put_object(Bucket="site", Key=key, Body=key.encode())
        s3.put_bucket_website(Bucket="site", WebsiteConfiguration=INDEX)
        denied = visit(daemon.endpoint, "site")
        assert denied.status == 403 and "<li>Code: AccessDenied</li>" in denied.text
        s3.delete_public_access_block(Bucket="site")
        allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::site/index.html", "arn:aws:s3:::site/error.html"]}
        s3.put_bucket_policy(Bucket="site", Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
        assert visit(daemon.endpoint, "site").body == b"index.html"
        # Who may not list a bucket does not learn what is not in it.
        assert visit(daemon.endpoint, "site", "/nothing").status == 403
        s3.put_bucket_website(Bucket="site", WebsiteConfiguration=INDEX | {"ErrorDocument": {"Key": "error.html"}})
        answer = visit(daemon.endpoint, "site", "/secret.html")
        assert (answer.status, answer.body) == (403, b"error.html")
    finally:
        daemon.stop()


@pytest.mark.stratolite
def test_a_website_of_another_world_is_found(binary):
    daemon = Daemon(binary)
    try:
        s3 = make_world(daemon.endpoint, "other")
        s3.create_bucket(Bucket="elsewhere")
        s3.put_object(Bucket="elsewhere", Key="index.html", Body=b"there")
        s3.put_bucket_website(Bucket="elsewhere", WebsiteConfiguration=INDEX)
        assert visit(daemon.endpoint, "elsewhere").body == b"there"
        assert visit(daemon.endpoint, "nowhere").status == 404
    finally:
        daemon.stop()
