"""CORS of buckets: the configuration, preflights, and the fields of actual answers."""

import pytest
from web_requests import ask

PAGE = "https://app.example.com"


def rule(*origins, methods=("GET", "PUT"), **more):
    return {"AllowedOrigins": list(origins), "AllowedMethods": list(methods)} | more


@pytest.fixture
def shared(s3, bucket):
    """A bucket with an object, and its rules by a call."""
    s3.put_object(Bucket=bucket, Key="cat", Body=b"meow")

    def put(*rules):
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": list(rules)})
        return bucket

    return put


@pytest.fixture
def preflight(endpoint):
    def call(bucket, origin=PAGE, method="PUT", headers=None, key="/cat"):
        fields = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
        return ask(endpoint, "OPTIONS", f"/{bucket}{key}", {name: value for name, value in fields.items() if value})
    return call


def cors_fields(answer):
    return {name.lower().removeprefix("access-control-"): value for name, value in answer.headers.items() if name.lower().startswith("access-control-")}


def test_a_configuration_comes_back_as_it_was_put(s3, bucket, refused):
    assert refused(s3.get_bucket_cors, Bucket=bucket) == ("NoSuchCORSConfiguration", 404, "The CORS configuration does not exist")
    rules = [rule("https://a.example", methods=("PUT", "GET", "HEAD"), ID="first", AllowedHeaders=["x-amz-*", "Content-Type"], ExposeHeaders=["ETag"], MaxAgeSeconds=60), rule("*")]
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == rules
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules[1:]})
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == rules[1:]
    assert s3.delete_bucket_cors(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert s3.delete_bucket_cors(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert refused(s3.get_bucket_cors, Bucket=bucket)[0] == "NoSuchCORSConfiguration"


WRONG = [
    ("no rules", [], "MalformedXML", None),
    ("no methods", [{"AllowedOrigins": ["*"], "AllowedMethods": []}], "MalformedXML", None),
    ("no origins", [{"AllowedOrigins": [], "AllowedMethods": ["GET"]}], "MalformedXML", None),
    ("a method", [rule("*", methods=["PATCH"])], "InvalidRequest", "Found unsupported HTTP method in CORS config. Unsupported method is PATCH"),
    ("two wildcards in an origin", [rule("https://*.*.com")], "InvalidRequest", 'AllowedOrigin "https://*.*.com" can not have more than one wildcard.'),
    ("two wildcards in a header", [rule("*", AllowedHeaders=["*x*"])], "InvalidRequest", 'AllowedHeader "*x*" can not have more than one wildcard.'),
    ("a wildcard in an exposed header", [rule("*", ExposeHeaders=["*"])], "InvalidRequest",
     'ExposeHeader "*" contains wildcard. We currently do not support wildcard for ExposeHeader.'),
    ("too many", [rule("*")] * 101, "InvalidRequest", "The number of CORS rules should not exceed allowed limit of 100 rules."),
]


@pytest.mark.parametrize("rules, code, message", [pytest.param(*row[1:], id=row[0]) for row in WRONG])
def test_what_no_configuration_may_say(s3, bucket, refused, rules, code, message):
    answer = refused(s3.put_bucket_cors, Bucket=bucket, CORSConfiguration={"CORSRules": rules})
    assert answer[:2] == (code, 400)
    assert message is None or answer[2] == message


def test_a_preflight_is_answered_by_the_first_rule_that_fits(shared, preflight):
    bucket = shared(rule("https://other.example"), rule("https://*.example.com", AllowedHeaders=["X-Amz-*", "content-type"], ExposeHeaders=["ETag", "x-amz-meta-a"], MaxAgeSeconds=120),
                    rule("*", methods=["GET"]))
    answer = preflight(bucket, headers="X-AMZ-Date, content-type")
    assert answer.status == 200 and answer.body == b""
    assert cors_fields(answer) == {"allow-origin": PAGE, "allow-methods": "GET, PUT", "allow-headers": "x-amz-date, content-type", "expose-headers": "ETag, x-amz-meta-a",
                                   "max-age": "120", "allow-credentials": "true"}
    assert answer.headers["Vary"] == "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"
    everybody = preflight(bucket, "https://anybody.test", "GET")
    assert cors_fields(everybody) == {"allow-origin": "*", "allow-methods": "GET"}


NOT_ALLOWED = [("an origin", {"origin": "http://app.example.com"}), ("a part of an origin", {"origin": "https://app.example.com.evil.test"}), ("a method", {"method": "DELETE"}),
               ("a header", {"headers": "x-other"}), ("one of several headers", {"headers": "x-amz-date,x-other"})]


@pytest.mark.parametrize("question", [pytest.param(row[1], id=row[0]) for row in NOT_ALLOWED])
def test_what_no_rule_allows_is_refused(shared, preflight, question):
    bucket = shared(rule(PAGE, AllowedHeaders=["x-amz-*"]))
    answer = preflight(bucket, **question)
    assert answer.error()[:2] == (403, "AccessForbidden")
    assert answer.elements()["ResourceType"] == "OBJECT" and answer.elements()["Method"] == question.get("method", "PUT")
    assert cors_fields(answer) == {}
    assert preflight(bucket, key="", **question).elements()["ResourceType"] == "BUCKET"


def test_preflights_that_say_too_little(shared, preflight):
    bucket = shared(rule("*"))
    assert preflight(bucket, origin=None).error() == (400, "BadRequest", "Insufficient information. Origin request header needed.")
    assert preflight(bucket, method=None).error() == (400, "BadRequest", "Invalid Access-Control-Request-Method: null")
    assert preflight(bucket, method="FLY").error() == (400, "BadRequest", "Invalid Access-Control-Request-Method: FLY")


def test_answers_get_the_fields_of_the_rule(shared, endpoint):
    bucket = shared(rule(PAGE, methods=["GET"], ExposeHeaders=["ETag"], MaxAgeSeconds=5))
    answer = ask(endpoint, "GET", f"/{bucket}/cat", {"Origin": PAGE})
    assert (answer.status, answer.body) == (200, b"meow")
    assert cors_fields(answer) == {"allow-origin": PAGE, "allow-methods": "GET", "expose-headers": "ETag", "max-age": "5", "allow-credentials": "true"}
    missing = ask(endpoint, "GET", f"/{bucket}/dog", {"Origin": PAGE})
    assert missing.status == 404 and cors_fields(missing)["allow-origin"] == PAGE
    assert cors_fields(ask(endpoint, "GET", f"/{bucket}/cat")) == {}


def test_who_only_reads_is_answered_but_the_page_does_not_see_it(shared, endpoint):
    bucket = shared(rule(PAGE, methods=["GET"]))
    for origin in ("https://other.example", "http://localhost:3000"):
        answer = ask(endpoint, "GET", f"/{bucket}/cat", {"Origin": origin})
        assert answer.status == 200 and cors_fields(answer) == {}


@pytest.mark.stratolite
def test_pages_of_others_write_only_where_a_rule_lets_them(shared, endpoint, s3):
    bucket = shared(rule(PAGE, methods=["PUT"]))
    assert ask(endpoint, "PUT", f"/{bucket}/new", {"Origin": PAGE}, body=b"x").status == 200
    assert ask(endpoint, "PUT", f"/{bucket}/cat", {"Origin": "https://other.example"}, body=b"x").status == 403
    assert ask(endpoint, "POST", f"/{bucket}", {"Origin": PAGE, "Content-Type": "text/plain"}, body=b"x").status == 403
    assert s3.get_object(Bucket=bucket, Key="cat")["Body"].read() == b"meow"
    s3.delete_bucket_cors(Bucket=bucket)
    assert ask(endpoint, "PUT", f"/{bucket}/cat", {"Origin": PAGE}, body=b"x").status == 403


@pytest.mark.stratolite
def test_without_a_configuration_pages_of_this_machine_may_do_all(bucket, preflight):
    """What consoles on localhost live by; AWS answers 403."""
    answer = preflight(bucket, "http://localhost:3000", headers="x-amz-date")
    assert answer.status == 204 and cors_fields(answer)["allow-origin"] == "http://localhost:3000"
    assert preflight(bucket).error() == (403, "AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.")
    assert preflight("no-such-bucket-" + bucket).error() == (403, "AccessForbidden", "CORSResponse: Bucket not found")


def test_a_configuration_rules_pages_of_this_machine_too(shared, preflight):
    bucket = shared(rule(PAGE))
    assert preflight(bucket, "http://localhost:3000").status == 403


def test_a_presigned_url_is_asked_about_before_it_is_used(shared, s3, endpoint):
    bucket = shared(rule(PAGE))
    url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "upload"})
    target = url[len(endpoint):]
    assert ask(endpoint, "OPTIONS", target, {"Origin": PAGE, "Access-Control-Request-Method": "PUT"}).status == 200
    assert cors_fields(ask(endpoint, "PUT", target, {"Origin": PAGE}, body=b"x"))["allow-origin"] == PAGE


def test_buckets_in_host_names_have_their_rules(shared, endpoint):
    bucket = shared(rule(PAGE))
    asks = {"Origin": PAGE, "Access-Control-Request-Method": "GET"}
    assert ask(endpoint, "OPTIONS", "/cat", asks, f"{bucket}.s3.localhost").status == 200
    assert cors_fields(ask(endpoint, "GET", "/cat", {"Origin": PAGE}, f"{bucket}.s3.localhost"))["allow-origin"] == PAGE
