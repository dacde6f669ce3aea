"""What S3 takes and what it does not: sizes of metadata, keys and lists, parts of uploads, documents that are wrong."""

import base64
import hashlib
import http.client
import urllib.parse
import xml.etree.ElementTree

import pytest

MIB = 1 << 20
XMLNS = "{http://s3.amazonaws.com/doc/2006-03-01/}"


@pytest.fixture
def signed(s3, endpoint):
    """A presigned request, sent as it is: (status, body). For what SDKs would mend."""

    def send(operation, parameters, method, body=b"", headers=()):
        url = urllib.parse.urlsplit(s3.generate_presigned_url(operation, Params=parameters, HttpMethod=method))
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(endpoint).netloc, timeout=60)
        connection.request(method, f"{url.path}?{url.query}", body=body, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()

    return send


def with_md5(document):
    return {"Content-MD5": base64.b64encode(hashlib.md5(document).digest()).decode()}


def code_in(body):
    return xml.etree.ElementTree.fromstring(body).findtext("Code")


def test_metadata_has_two_kibibytes(s3, bucket, refused):
    # Names and values count, without the prefix: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
    s3.put_object(Bucket=bucket, Key="k", Body=b"", Metadata={"name": "v" * 2044})
    assert s3.head_object(Bucket=bucket, Key="k")["Metadata"] == {"name": "v" * 2044}
    code, status, _ = refused(s3.put_object, Bucket=bucket, Key="k", Body=b"", Metadata={"name": "v" * 2045})
    assert (code, status) == ("MetadataTooLarge", 400)
    assert refused(s3.create_multipart_upload, Bucket=bucket, Key="k", Metadata={"a": "v" * 1024, "b": "v" * 1024})[0] == "MetadataTooLarge"
    assert refused(s3.copy_object, Bucket=bucket, Key="c", CopySource=f"{bucket}/k", MetadataDirective="REPLACE", Metadata={"a": "v" * 2048})[0] == "MetadataTooLarge"


@pytest.mark.parametrize("key", ["k" * 1024, "é" * 512, "漢" * 341 + "k", "😀" * 256], ids=["ascii", "two", "three", "four"])
def test_a_key_has_1024_bytes(s3, bucket, refused, key):
    assert len(key.encode()) == 1024
    s3.put_object(Bucket=bucket, Key=key, Body=b"body")
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"body"
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": key})
    assert refused(s3.put_object, Bucket=bucket, Key=key + "x", Body=b"")[:2] == ("KeyTooLongError", 400)
    assert refused(s3.create_multipart_upload, Bucket=bucket, Key=key + "x")[:2] == ("KeyTooLongError", 400)
    assert refused(s3.copy_object, Bucket=bucket, Key=key + "x", CopySource={"Bucket": bucket, "Key": "copy"})[:2] == ("KeyTooLongError", 400)
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]] == sorted([key, "copy"], key=str.encode)
    assert [each["Key"] for each in s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key}]})["Deleted"]] == [key]


ODD_KEYS = ["/", "//", "/a", "a/", "a//b", "a//", ".", "..", "./a", "../a", "a/./b", "a/../b", "a/..", " ", "a b", "a+b", "a%2Fb", "a%", "?", "#", "&=;",
            "\t", "\n", "\r", "\x01", "\x1f", "\x7f", "a\u0085b", "\u2028", "\ufeff", "e\u0301", "é", "\U0010ffff", "<&>\"'", "\\", "*"]


@pytest.mark.parametrize("versioned", [False, True])
def test_keys_of_any_characters_are_in_every_listing(s3, bucket, versioned):
    if versioned:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for number, key in enumerate(ODD_KEYS):
        s3.put_object(Bucket=bucket, Key=key, Body=str(number).encode())
    for number, key in enumerate(ODD_KEYS):
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == str(number).encode(), repr(key)
    expected = sorted(set(ODD_KEYS), key=str.encode)
    for page in (1000, 3):
        for operation, member in (("list_objects", "Contents"), ("list_objects_v2", "Contents"), ("list_object_versions", "Versions")):
            pages = s3.get_paginator(operation).paginate(Bucket=bucket, PaginationConfig={"PageSize": page})
            assert [each["Key"] for answer in pages for each in answer.get(member, [])] == expected, (operation, page)
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in expected if key not in ("\x01", "\x1f")]})
    assert "Errors" not in deleted


def test_uploads_of_odd_keys_are_listed(s3, bucket):
    ids = {key: s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"] for key in ODD_KEYS}
    listed, markers = {}, {}
    while True:
        answer = s3.list_multipart_uploads(Bucket=bucket, EncodingType="url", MaxUploads=5, **markers)
        listed |= {urllib.parse.unquote_plus(each["Key"]): each["UploadId"] for each in answer["Uploads"]}
        if not answer["IsTruncated"]:
            break
        # Encoded in the answer, but not in the next request; boto3's own paginator forgets that for this one operation.
        markers = {"KeyMarker": urllib.parse.unquote_plus(answer["NextKeyMarker"]), "UploadIdMarker": answer["NextUploadIdMarker"]}
    assert listed == ids


def test_common_prefixes_and_markers_are_encoded_too(signed, s3, bucket):
    for key in ("a\x01/b", "a é/b", "a+/b"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    status, body = signed("list_objects", {"Bucket": bucket, "Delimiter": "/", "EncodingType": "url", "MaxKeys": 2, "Prefix": "a"}, "GET")
    tree = xml.etree.ElementTree.fromstring(body)
    assert status == 200 and tree.findtext(XMLNS + "EncodingType") == "url"
    assert [each.text for each in tree.iter(XMLNS + "Prefix")][1:] == ["a%01/", "a+%C3%A9/"]
    assert tree.findtext(XMLNS + "NextMarker") == "a+%C3%A9/"


def test_a_batch_deletes_a_thousand_and_no_more(s3, bucket, refused):
    for number in range(3):
        s3.put_object(Bucket=bucket, Key=f"{number}", Body=b"")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": f"{number}"} for number in range(1000)]})
    assert len(answer["Deleted"]) == 1000 and "Contents" not in s3.list_objects_v2(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="0", Body=b"")
    assert refused(s3.delete_objects, Bucket=bucket, Delete={"Objects": [{"Key": f"{number}"} for number in range(1001)]})[:2] == ("MalformedXML", 400)
    assert refused(s3.delete_objects, Bucket=bucket, Delete={"Objects": []})[:2] == ("MalformedXML", 400)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    quiet = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "0"}, {"Key": "none"}], "Quiet": True})
    assert "Deleted" not in quiet and "Errors" not in quiet


def test_parts_are_numbered_to_ten_thousand(s3, bucket, refused):
    upload = {"Bucket": bucket, "Key": "k", "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]}
    for number in (0, 10_001):
        code, status, message = refused(s3.upload_part, **upload, PartNumber=number, Body=b"")
        assert (code, status, message) == ("InvalidArgument", 400, "Part number must be an integer between 1 and 10000, inclusive")
    etag = s3.upload_part(**upload, PartNumber=10_000, Body=b"last")["ETag"]
    assert [part["PartNumber"] for part in s3.list_parts(**upload)["Parts"]] == [10_000]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 10_000, "ETag": etag}]})
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"last"


def test_an_upload_completes_with_parts_that_are_there_in_order_and_large_enough(s3, bucket, refused):
    upload = {"Bucket": bucket, "Key": "k", "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]}
    bodies = {1: b"a" * (5 * MIB), 2: b"b" * (5 * MIB - 1), 3: b"c"}
    etags = {number: s3.upload_part(**upload, PartNumber=number, Body=body)["ETag"] for number, body in bodies.items()}

    def complete(*parts):
        return refused(s3.complete_multipart_upload, **upload, MultipartUpload={"Parts": [{"PartNumber": n, "ETag": etag} for n, etag in parts]})[:2]

    assert complete((1, etags[1]), (2, etags[2]), (3, etags[3])) == ("EntityTooSmall", 400)
    assert complete((3, etags[3]), (1, etags[1])) == ("InvalidPartOrder", 400)
    assert complete((1, etags[1]), (1, etags[1])) == ("InvalidPartOrder", 400)
    assert complete((1, etags[1]), (4, etags[3])) == ("InvalidPart", 400)
    assert complete((1, etags[3])) == ("InvalidPart", 400)
    assert complete() == ("InvalidRequest", 400)
    # None of these has ended it.
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": n, "ETag": etags[n]} for n in (1, 3)]})
    assert s3.head_object(Bucket=bucket, Key="k")["ContentLength"] == 5 * MIB + 1


def test_a_bucket_is_deleted_when_nothing_is_left(s3, bucket, refused):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="k")["VersionId"]
    assert refused(s3.delete_bucket, Bucket=bucket)[:2] == ("BucketNotEmpty", 409)
    s3.delete_object(Bucket=bucket, Key="k", VersionId=version)
    assert refused(s3.delete_bucket, Bucket=bucket)[:2] == ("BucketNotEmpty", 409), "a delete marker counts"
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker)
    s3.delete_bucket(Bucket=bucket)
    assert refused(s3.head_bucket, Bucket=bucket)[1] == 404


def test_page_sizes_beyond_a_thousand_are_a_thousand(s3, bucket, refused):
    assert s3.list_objects_v2(Bucket=bucket, MaxKeys=5000)["MaxKeys"] == 1000
    assert s3.list_objects(Bucket=bucket, MaxKeys=2147483647)["MaxKeys"] == 1000
    assert refused(s3.list_objects_v2, Bucket=bucket, MaxKeys=-1)[:2] == ("InvalidArgument", 400)
    answer = s3.list_objects_v2(Bucket=bucket, MaxKeys=0)
    assert (answer["IsTruncated"], answer["KeyCount"]) == (False, 0)


@pytest.mark.parametrize("document", [
    "", "text", "<Delete>", "<Delete><Object><Key>k</Key></Object></delete>", "<Other/>", "<Delete/>", "<Delete><Object/></Delete>",
    "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><Delete><Object><Key>&e;</Key></Object></Delete>",
], ids=["empty", "text", "open", "case", "other", "nothing", "no-key", "entity"])
def test_a_document_that_is_none_is_refused(signed, s3, bucket, document):
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    body = document.encode()
    status, answer = signed("delete_objects", {"Bucket": bucket, "Delete": {"Objects": []}}, "POST", body, with_md5(body).items())
    assert status == 400 and code_in(answer) in ("MalformedXML", "MissingRequestBodyError", "UserKeyMustBeSpecified"), answer
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


@pytest.mark.parametrize("document", [
    "\ufeff<?xml version='1.0' encoding='UTF-8'?>\n<!-- no --><Delete xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>\n <Object>\n  <Key>k</Key>\n </Object>\n</Delete>\n",
    "<Delete><Quiet>false</Quiet><Object><Key><![CDATA[k]]></Key></Object></Delete>", "<Delete><Object><Key>&#x6B;</Key></Object></Delete>",
    "<Delete><Object><Key>k</Key></Object></Delete>",
], ids=["prolog", "cdata", "reference", "bare"])
def test_xml_is_read_however_it_is_written(signed, s3, bucket, document):
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    body = document.encode()
    status, answer = signed("delete_objects", {"Bucket": bucket, "Delete": {"Objects": []}}, "POST", body, with_md5(body).items())
    assert status == 200 and "<Key>k</Key>" in answer.decode(), answer
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
