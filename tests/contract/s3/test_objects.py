"""Objects as clients see them: what HTTP carries beside the members that unit tests check."""

import base64
import hashlib
import http.client
import io
import urllib.parse

import botocore
import pytest
from botocore.exceptions import ClientError

BODY = b"0123456789"


@pytest.fixture
def s3(client):
    return client("s3", s3={"addressing_style": "path"})


@pytest.fixture
def bucket(s3, account):
    name = f"objects-{account}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def raw(endpoint):
    """raw(method, path, body, headers): (status, headers in lower case, body), unsigned and as it is."""

    def send(method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(endpoint).netloc, timeout=30)
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content

    return send


def code_of(call, **parameters):
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return refused.value.response["Error"]["Code"], refused.value.response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize("key", ["plain", "a/b/c", "/leading", "trailing/", "a//b", "a b", "a+b", "100%", "100%25", "é/世界", "dots/../up", "a?b=c&d", "#x", "~*'()!", "line\nbreak"])
def test_a_key_is_any_text(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    s3.copy_object(Bucket=bucket, Key=key + "-copy", CopySource={"Bucket": bucket, "Key": key})
    assert s3.head_object(Bucket=bucket, Key=key + "-copy")["ContentLength"] == len(key.encode())
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key}, {"Key": key + "-copy"}]})["Deleted"]
    assert [entry["Key"] for entry in deleted] == [key, key + "-copy"]
    assert code_of(s3.get_object, Bucket=bucket, Key=key) == ("NoSuchKey", 404)


def test_two_spellings_of_a_path_are_two_keys(s3, bucket, raw):
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"slash")
    s3.put_object(Bucket=bucket, Key="a%2Fb", Body=b"encoded")
    assert raw("GET", f"/{bucket}/a/b")[2] == b"slash"
    assert raw("GET", f"/{bucket}/a%252Fb")[2] == b"encoded"


def test_a_range_that_is_not_there_is_416_and_a_condition_that_fails_304_or_412(s3, bucket, raw):
    etag = s3.put_object(Bucket=bucket, Key="key", Body=BODY)["ETag"]
    path = f"/{bucket}/key"
    status, headers, body = raw("GET", path, headers={"Range": "bytes=3-4"})
    assert (status, headers["content-range"], headers["content-length"], body) == (206, "bytes 3-4/10", "2", b"34")
    status, headers, body = raw("GET", path, headers={"Range": "bytes=10-"})
    assert status == 416 and b"<ActualObjectSize>10</ActualObjectSize>" in body
    status, headers, body = raw("GET", path, headers={"If-None-Match": etag})
    assert (status, headers["etag"], body) == (304, etag, b"") and "last-modified" in headers
    status, headers, body = raw("HEAD", path, headers={"If-Match": '"x"'})
    assert (status, body) == (412, b"")
    status, _, _ = raw("GET", path, headers={"If-Modified-Since": headers["date"]})
    assert status == 304


def test_head_has_the_fields_of_get_and_no_body(s3, bucket, raw):
    s3.put_object(Bucket=bucket, Key="key", Body=BODY, Metadata={"color": "green"})
    volatile = {"date", "x-amz-request-id", "x-amz-id-2"}
    got, head = ({name: value for name, value in raw(method, f"/{bucket}/key")[1].items() if name not in volatile} for method in ("GET", "HEAD"))
    assert got == head
    assert head["content-length"] == "10" and head["x-amz-meta-color"] == "green"


def test_a_hidden_object_says_that_a_marker_hides_it(s3, bucket, raw):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="key", Body=BODY)
    marker = s3.delete_object(Bucket=bucket, Key="key")["VersionId"]
    for method in ("GET", "HEAD"):
        status, headers, _ = raw(method, f"/{bucket}/key")
        assert (status, headers["x-amz-delete-marker"], headers["x-amz-version-id"]) == (404, "true", marker)
        status, headers, _ = raw(method, f"/{bucket}/key?versionId={marker}")
        assert (status, headers["x-amz-delete-marker"], headers["allow"]) == (405, "true", "DELETE")


@pytest.mark.parametrize("algorithm,value", [("CRC32", "poTHxg=="), ("SHA1", None), ("SHA256", None)])
def test_a_checksum_comes_as_header_or_trailer(client, bucket, algorithm, value):
    for calculated, body in (("when_supported", BODY), ("when_supported", io.BytesIO(BODY))):
        s3 = client("s3", request_checksum_calculation=calculated)
        put = s3.put_object(Bucket=bucket, Key="key", Body=body, ChecksumAlgorithm=algorithm)
        head = s3.head_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")
        assert put[f"Checksum{algorithm}"] == head[f"Checksum{algorithm}"] == (value or put[f"Checksum{algorithm}"])


def chunked(body, trailer):
    return f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n" + trailer + b"\r\n\r\n"


@pytest.mark.parametrize("value,expected", [("poTHxg==", 200), ("AAAAAA==", 400), ("nonsense", 400)])
def test_an_unsigned_trailer_is_verified(s3, bucket, raw, value, expected):
    headers = {"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-trailer": "x-amz-checksum-crc32", "Content-Encoding": "aws-chunked",
               "x-amz-decoded-content-length": str(len(BODY))}
    status, _, body = raw("PUT", f"/{bucket}/trailer", chunked(BODY, f"x-amz-checksum-crc32:{value}".encode()), headers)
    assert status == expected, body
    if expected == 200:
        got = s3.get_object(Bucket=bucket, Key="trailer")
        assert got["Body"].read() == BODY and "ContentEncoding" not in got
    else:
        assert code_of(s3.head_object, Bucket=bucket, Key="trailer")[1] == 404


def test_a_put_says_how_long_it_is(bucket, raw):
    status, _, body = raw("PUT", f"/{bucket}/key", iter([b"4\r\nsome\r\n", b"5\r\nthing\r\n", b"0\r\n\r\n"]), {"Transfer-Encoding": "chunked"})
    assert status == 501 and b"<Header>Transfer-Encoding</Header>" in body


def test_deleting_many_wants_a_digest_of_the_list(bucket, raw):
    body = b"<Delete><Object><Key>key</Key></Object></Delete>"
    status, _, text = raw("POST", f"/{bucket}?delete", body)
    assert status == 400 and b"Content-MD5 OR x-amz-checksum-*" in text
    md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
    status, _, text = raw("POST", f"/{bucket}?delete", body, {"Content-MD5": md5})
    assert status == 200 and b"<Key>key</Key>" in text
    status, _, text = raw("POST", f"/{bucket}?delete", body.replace(b"key", b"yek"), {"Content-MD5": md5})
    assert status == 400 and b"<Code>BadDigest</Code>" in text
    status, _, text = raw("POST", f"/{bucket}?delete", body, {"x-amz-checksum-crc32": "AAAAAA=="})
    assert status == 400 and b"The CRC32 you specified did not match" in text


def test_expires_is_any_text(bucket, raw):
    for sent in ("0", "Thu, 01 Dec 1994 16:00:00 GMT"):
        assert raw("PUT", f"/{bucket}/key", b"", {"Expires": sent})[0] == 200
        assert raw("GET", f"/{bucket}/key")[1]["expires"] == sent


def test_overrides_need_a_signature(s3, client, bucket):
    s3.put_object(Bucket=bucket, Key="key", Body=BODY)
    override = {"Bucket": bucket, "Key": "key", "ResponseContentType": "text/x", "ResponseContentDisposition": "attachment; filename=\"\u00fc\""}
    got = s3.get_object(**override)
    assert got["ContentType"] == "text/x" and got["ContentDisposition"] == 'attachment; filename="\u00fc"'
    anonymous = client("s3", signature_version=botocore.UNSIGNED)
    assert code_of(anonymous.get_object, **override) == ("InvalidRequest", 400)


def test_metadata_survives_in_any_alphabet(bucket, raw, s3):
    text = "Grüße, 世界 — " * 12
    assert raw("PUT", f"/{bucket}/key", b"", {"x-amz-meta-greeting": text.encode().decode("latin-1")})[0] == 200
    from email.header import decode_header, make_header
    assert str(make_header(decode_header(s3.head_object(Bucket=bucket, Key="key")["Metadata"]["greeting"]))) == text.strip()


def test_a_large_body_streams_both_ways(s3, bucket):
    body = hashlib.sha256(b"seed").digest() * (1 << 20)
    s3.put_object(Bucket=bucket, Key="large", Body=io.BytesIO(body))
    got = s3.get_object(Bucket=bucket, Key="large")
    assert got["ContentLength"] == len(body) and got["Body"].read() == body
    assert s3.get_object(Bucket=bucket, Key="large", Range="bytes=1000000-20000000")["Body"].read() == body[1000000:20000001]
