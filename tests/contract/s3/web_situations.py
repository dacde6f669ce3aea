"""Recorded situations about CORS, websites and forms."""

import re

from s3_stage import situation
from web_requests import ask, post_form, visit


def preflight(stage, bucket, origin=None, method=None, headers=None, key="object"):
    fields = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return ask(stage.endpoint, "OPTIONS", f"/{bucket}/{key}", {name: value for name, value in fields.items() if value})


def with_fields(stage, answer):
    """As it was recorded: with header fields, an error as a tree."""
    headers = {{"Date": "date", "Server": "server"}.get(name, name): value for name, value in answer.headers.items()}
    if answer.status >= 400:
        # How the end of a body is told is no part of it: AWS sends errors in chunks.
        assert headers.pop("Content-Length") == str(len(answer.body))
        headers["Transfer-Encoding"] = "chunked"
    return {"StatusCode": answer.status, "Headers": headers, "Body": stage.tree(answer.text) if answer.status >= 400 else answer.text}


@situation
def cors_http_options_no_config(stage):
    bucket = stage.bucket()
    stage.put(bucket, "object", b"cors-test")
    return {
        "options-no-origin": stage.tree(preflight(stage, bucket).text),
        "options-with-origin-and-method": stage.tree(preflight(stage, bucket, "https://page.example", "PUT").text),
        "options-with-origin-no-method": stage.tree(preflight(stage, bucket, "https://page.example").text),
    }


@situation
def cors_http_options_non_existent_bucket(stage):
    bucket = stage.name()
    return {
        "options-no-origin": stage.tree(preflight(stage, bucket).text),
        "options-with-origin": stage.tree(preflight(stage, bucket, "https://page.example").text),
    }


def cors_bucket(stage, **rule):
    bucket = stage.bucket()
    stage.s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    return bucket


@situation
def cors_expose_headers(stage):
    bucket = cors_bucket(stage, AllowedOrigins=["*"], AllowedMethods=["GET"], ExposeHeaders=["x-amz-id-2", "x-amz-request-id", "x-amz-request-payer"])
    return {"opt-get": with_fields(stage, preflight(stage, bucket, "https://page.example", "GET"))}


@situation
def put_cors_default_values(stage):
    bucket = cors_bucket(stage, AllowedOrigins=["*"], AllowedMethods=["GET"])
    return {
        "opt-get": with_fields(stage, preflight(stage, bucket, "https://page.example", "GET")),
        "opt-get-headers": with_fields(stage, preflight(stage, bucket, "https://page.example", "GET", "x-amz-request-payer")),
    }


@situation
def put_cors(stage):
    bucket = stage.bucket()
    rule = {"AllowedOrigins": ["https://test.com", "https://app.test.com", "http://test.com:80"], "AllowedMethods": ["GET", "PUT", "HEAD"], "MaxAgeSeconds": 3000,
            "AllowedHeaders": ["x-amz-expected-bucket-owner", "x-amz-server-side-encryption-customer-algorithm"]}
    return {
        "put-cors": stage.s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]}),
        "get-cors": stage.s3.get_bucket_cors(Bucket=bucket),
    }


@situation
def put_cors_invalid_rules(stage):
    bucket = stage.bucket()
    put = lambda rules: stage.error(stage.s3.put_bucket_cors, Bucket=bucket, CORSConfiguration={"CORSRules": rules})
    return {
        "put-cors-exc": put([{"AllowedOrigins": ["https://test.com"], "AllowedMethods": ["GET", "PUT", "HEAD", "MYMETHOD"]}]),
        "put-cors-exc-empty": put([]),
    }


@situation
def bucket_exists(stage):
    bucket = stage.bucket()
    stage.s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET", "POST", "PUT", "DELETE"], "AllowedOrigins": ["localhost"]}]})
    return {
        "get-bucket-cors": stage.s3.get_bucket_cors(Bucket=bucket),
        "get-bucket-acl": stage.s3.get_bucket_acl(Bucket=bucket),
        "get-bucket-not-exists": stage.error(stage.s3.get_bucket_acl, Bucket="bucket-not-exists"),
    }


INDEX = {"IndexDocument": {"Suffix": "index.html"}}


@situation
def bucket_operation_between_regions(stage):
    name = stage.name()
    one, two = stage.client(region="us-east-1"), stage.client(region="us-west-2")
    one.create_bucket(Bucket=name)
    return {
        "put-website-config-region-1": one.put_bucket_website(Bucket=name, WebsiteConfiguration=INDEX),
        "get-website-config-region-2": two.get_bucket_website(Bucket=name),
        "put-cors-config-region-1": one.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}),
        "get-cors-config-region-2": two.get_bucket_cors(Bucket=name),
    }


@situation
def crud_website_configuration(stage):
    bucket = stage.bucket()
    return {
        "get-no-such-website-config": stage.error(stage.s3.get_bucket_website, Bucket=bucket),
        "del-no-such-website-config": stage.s3.delete_bucket_website(Bucket=bucket),
        "put-website-config": stage.s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=INDEX),
        "get-website-config": stage.s3.get_bucket_website(Bucket=bucket),
    }


@situation
def validate_website_configuration(stage):
    bucket = stage.bucket()
    with_rule = lambda **rule: INDEX | {"RoutingRules": [rule]}
    configurations = [
        {"IndexDocument": {"Suffix": "/index.html"}},
        {"IndexDocument": {"Suffix": ""}},
        {"RedirectAllRequestsTo": {"HostName": "example.com"}, **INDEX},
        {"ErrorDocument": {"Key": "error.html"}},
        {"RedirectAllRequestsTo": {"HostName": "example.com", "Protocol": "protocol"}},
        with_rule(Condition={"KeyPrefixEquals": "prefix"}, Redirect={"ReplaceKeyPrefixWith": "a", "ReplaceKeyWith": "b"}),
        with_rule(Condition={}, Redirect={"ReplaceKeyPrefixWith": "a"}),
        with_rule(Condition={"KeyPrefixEquals": "prefix"}, Redirect={}),
    ]
    return {f"invalid-website-conf-{i}": stage.error(stage.s3.put_bucket_website, Bucket=bucket, WebsiteConfiguration=configuration)
            for i, configuration in enumerate(configurations)}


def page(answer):
    """With the ids of the request hidden, as recorded."""
    text = re.sub(r"(<li>RequestId: )[^<]+", r"\1<request-id>", answer.text)
    return re.sub(r"(<li>HostId: )[^<]+", r"\1<host-id>", text)


def site(stage, **configuration):
    bucket = stage.bucket()
    stage.s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=INDEX | configuration)
    return bucket


@situation
def website_hosting_404(stage):
    bucket = site(stage)
    missing = page(visit(stage.endpoint, bucket))
    stage.s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=INDEX | {"ErrorDocument": {"Key": "error.html"}})
    return {"404-no-such-key": missing, "404-no-such-key-nor-custom": page(visit(stage.endpoint, bucket))}


@situation
def website_hosting_http_methods(stage):
    bucket = site(stage)
    stage.put(bucket, "index.html", b"index", ContentType="text/html")
    answer = lambda method: {"content": page(visit(stage.endpoint, bucket, "/index.html", method))}
    return {"not-allowed-post": answer("POST"), "not-allowed-delete": answer("DELETE")}


@situation
def website_hosting_index_lookup(stage):
    bucket = site(stage)
    stage.put(bucket, "index.html", b"index")
    stage.put(bucket, "directory/index.html", b"index")
    return {
        "404-with-trailing-slash": page(visit(stage.endpoint, bucket, "/directory-wrong/")),
        "404-no-trailing-slash": page(visit(stage.endpoint, bucket, "/directory-wrong")),
    }


@situation
def website_hosting_no_such_website(stage):
    bucket = stage.bucket()
    named = lambda answer: re.sub(r"(<li>BucketName: )[^<]+", r"\1<bucket-name>", page(answer))
    return {
        "no-such-bucket": named(visit(stage.endpoint, stage.name())),
        "no-such-website-config": named(visit(stage.endpoint, bucket)),
        "no-such-website-config-key": named(visit(stage.endpoint, bucket, "/key")),
    }


class Forms:
    """Forms that boto3 signs, for one bucket."""

    def __init__(self, stage, signature="s3v4"):
        self.stage = stage
        self.bucket = stage.bucket()
        self.s3 = stage.client(signature_version=signature)

    def fields(self, key="test-presigned-post-key", fields=None, conditions=None):
        return self.s3.generate_presigned_post(self.bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=60)["fields"]

    def post(self, fields, file=b"something", **more):
        return post_form(self.stage.endpoint, self.bucket, fields, file, **more)

    def refused(self, fields, file=b"something", **more):
        return self.stage.tree(self.post(fields, file, **more).text)

    def head(self, key="test-presigned-post-key", **more):
        return self.stage.s3.head_object(Bucket=self.bucket, Key=key, **more)


@situation
def post_object_default_checksum(stage):
    forms = Forms(stage)
    assert forms.post(forms.fields(), b"test-body-tagging").status == 204
    return {"head-object": forms.head(ChecksumMode="ENABLED")}


@situation
def post_object_with_metadata(stage):
    forms = Forms(stage)
    fields = {"x-amz-meta-test-1": "test-meta-1", "x-amz-meta-test-2": "test-meta-2", "Content-Type": "text/plain", "Expires": "Wed, 21 Oct 2037 07:28:00 GMT"}
    signed = forms.fields(fields=fields, conditions=[{name: value} for name, value in fields.items()])
    assert forms.post(signed, b"test-body-tagging").status == 204
    return {"head-object": forms.head()}


@situation
def post_object_with_file_as_string(stage):
    forms = Forms(stage)
    key, with_name = "test-presigned-post-file-as-field", "file-as-field-${filename}"
    assert forms.post(forms.fields(key), b"test-body-file-as-field", filename=None).status == 204
    head = forms.head(key)
    assert forms.post(forms.fields(with_name), b"test-body-file-as-field-filename-replacement", filename=None).status == 204
    return {"head-object": head, "list-objects": stage.s3.list_objects_v2(Bucket=forms.bucket)}


@situation
def post_object_with_wrong_content_type(stage):
    forms = Forms(stage)
    answer = ask(stage.endpoint, "POST", f"/{forms.bucket}", {"Content-Type": "application/x-www-form-urlencoded"}, body=b"key=value")
    return {"invalid-content-type-error": stage.tree(answer.text)}


@situation
def post_object_policy_conditions_validation_starts_with(stage):
    forms = Forms(stage)
    condition = ["starts-with", "$success_action_redirect", "http://localhost"]
    answers = {}

    def post(redirect, body):
        return forms.post(forms.fields(fields={"success_action_redirect": redirect}, conditions=[condition]), body)

    answers["invalid-condition-starts-with"] = stage.tree(post("http://wrong.localhost", b"abcdef").text)
    answers["invalid-condition-starts-with-casing"] = stage.tree(post("HTTP://localhost", b"abcdef").text)
    assert post("http://localhost/test", b"abcdef").status == 303
    answers["get-object-1"] = stage.get(forms.bucket, "test-presigned-post-key", ChecksumMode="ENABLED")
    assert post("http://localhost.test/random", b"manual value to change ETag").status == 303
    answers["get-object-2"] = stage.get(forms.bucket, "test-presigned-post-key", ChecksumMode="ENABLED")
    return answers


@situation
def post_object_policy_validation_size(stage):
    forms = Forms(stage)

    def post(size, least=5, most=10):
        return forms.post(forms.fields(conditions=[["content-length-range", least, most]]), b"a" * size)

    answers = {
        "invalid-content-length-too-big": stage.tree(post(12).text),
        "invalid-content-length-too-small": stage.tree(post(1).text),
        "invalid-content-length-wrong-type": stage.tree(post(10, "test").text),
    }
    assert post(10, "5", "10").status == 204
    return answers | {"final-object": stage.get(forms.bucket, "test-presigned-post-key", ChecksumMode="ENABLED")}


def without(fields, *names):
    return {name: value for name, value in fields.items() if name.lower() not in names}


def refused_form(forms, fields):
    answer = forms.post(fields)
    return forms.stage.tree(answer.text) | {"StatusCode": answer.status}


@situation
def post_request_missing_fields(stage):
    forms = Forms(stage, stage.parameter)
    fields = forms.fields()
    first = "awsaccesskeyid" if stage.parameter == "s3" else "x-amz-algorithm"
    related = ["awsaccesskeyid", "signature", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"]
    return {
        "exception-missing-fields": refused_form(forms, without(fields, first)),
        "exception-no-sig-related-fields": refused_form(forms, without(fields, *related)),
    }


@situation
def post_request_missing_signature(stage):
    forms = Forms(stage, stage.parameter)
    return {"exception-missing-signature": refused_form(forms, without(forms.fields(), "signature", "x-amz-signature"))}
