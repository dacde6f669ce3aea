"""Recorded situations about objects: putting, reading, deleting, checksums, presigned URLs."""

import base64
import datetime
import gzip
import hashlib
import io
import re
import secrets
import urllib.parse

import botocore.config
import botocore.handlers
import botocore.session

from s3_stage import situation


def keys(*names):
    return {"Objects": [{"Key": name} for name in names]}


def without_host_id(tree):
    """It was recorded as a word, or as one placeholder for several."""
    return {"Error": tree["Error"] | {"HostId": "host-id"}}


def put_raw(stage, path, body, headers=None):
    """PUT without the Content-Type that urllib would make up."""
    return stage.http(path, "PUT", body, {"Content-Type": ""} | (headers or {}))


def attributes(stage, bucket, key, *names):
    return stage.s3.get_object_attributes(Bucket=bucket, Key=key, ObjectAttributes=list(names))


@situation
def head_object_fields(stage):
    bucket = stage.bucket()
    stage.put(bucket, "my-key", b"abcdefgh")
    return {
        "head-object": stage.s3.head_object(Bucket=bucket, Key="my-key"),
        "head-object-404": stage.error(stage.s3.head_object, Bucket=bucket, Key="absent"),
    }


@situation
def range_key_not_exists(stage):
    return {"exc": stage.error(stage.s3.get_object, Bucket=stage.bucket(), Key="my-key", Range="bytes=1024-4096")}


@situation
def putobject_with_multiple_keys(stage):
    bucket = stage.bucket()
    stage.put(bucket, "aws/key1/key2/key3", b"test")
    return {"get_object": stage.get(bucket, "aws/key1/key2/key3")}


@situation
def get_object_with_anon_credentials(stage):
    bucket = stage.bucket()
    stage.put(bucket, "object-key", b"body data")
    return {"get_object": stage.read(stage.client(anonymous=True).get_object(Bucket=bucket, Key="object-key"))}


@situation
def s3_uppercase_key_names(stage):
    bucket = stage.bucket()
    stage.put(bucket, "CamelCaseKey", b"something")
    return {"response": stage.get(bucket, "CamelCaseKey"),
            "wrong-case-key": stage.error(stage.s3.get_object, Bucket=bucket, Key="camelcasekey")}


@situation
def upload_file_with_xml_preamble(stage):
    bucket = stage.bucket()
    stage.put(bucket, "file.xml", b'<?xml version="1.0" encoding="UTF-8"?><test/>')
    return {"get_object": stage.get(bucket, "file.xml")}


@situation
def put_and_get_object_with_content_language_disposition(stage):
    bucket = stage.bucket()
    put = stage.put(bucket, "key", b"abc123", ContentLanguage="de", ContentDisposition='attachment; filename="foo.jpg"', CacheControl="no-cache")
    got = stage.s3.get_object(Bucket=bucket, Key="key")
    assert got["Body"].read() == b"abc123"

    def metadata(answer):
        kept = {name: value for name, value in answer["ResponseMetadata"].items() if name != "MaxAttemptsReached"}
        return kept | {"HostId": "host-id"}

    # Recorded after the body had been read.
    return {"put-object": put, "put-object-headers": metadata(put), "get-object": got | {"Body": ""}, "get-object-headers": metadata(got)}


@situation
def get_object_content_length_with_virtual_host(stage):
    bucket = stage.bucket()
    stage.put(bucket, "temp.txt", b"123")
    if stage.parameter == "True":
        host = f"{bucket}.localhost:{urllib.parse.urlsplit(stage.endpoint).port}"
        _, headers, body = stage.http("/temp.txt", headers={"Host": host})
    else:
        _, headers, body = stage.http(f"/{bucket}/temp.txt")
    assert body == "123"
    return {"get-obj-content-len-headers": {name.lower(): value for name, value in headers.items() if name.lower() != "connection"}}


@situation
def s3_get_object_header_overrides(stage):
    bucket = stage.bucket()
    stage.put(bucket, "key", b"something")
    return {"get-object": stage.get(
        bucket, "key", ResponseCacheControl="max-age=74", ResponseContentDisposition='attachment; filename="foo.jpg"', ResponseContentEncoding="identity",
        ResponseContentLanguage="de-DE", ResponseContentType="image/jpeg", ResponseExpires="Wed, 21 Oct 2015 07:28:00 GMT")}


@situation
def s3_object_expires(stage):
    bucket = stage.bucket()
    day = datetime.datetime(2026, 6, 15)
    answers = {}
    # One placeholder stands for both times' text: recorded with each in its own run of the names.
    for when in ("future", "past"):
        answers[f"put-object-expires-{when}"] = stage.put(bucket, when, b"foo", Expires=day)
        answers[f"get-object-expires-{when}"] = stage.get(bucket, when)
        answers[f"head-object-expires-{when}"] = stage.s3.head_object(Bucket=bucket, Key=when)
    return answers


@situation
def user_metadata_rfc2047_bad_b64_encoded(stage):
    bucket = stage.bucket()
    put = stage.put(bucket, "key", Metadata={"bad-b64-encoded": "=?UTF-8?B?wWHD?="})
    return {"put-object": put, "get-object": stage.get(bucket, "key")}


@situation
def get_object_part(stage):
    bucket = stage.bucket()
    text = b"test content 123"
    upload = stage.client(request_checksum_calculation="when_required")
    place = {"Bucket": bucket, "Key": "test.file"}
    upload_id = upload.create_multipart_upload(**place)["UploadId"]
    bodies = [text * (5 * 1024 * 1024 // len(text) + 1), text]
    parts = [{"PartNumber": number, "ETag": upload.upload_part(**place, UploadId=upload_id, PartNumber=number, Body=body)["ETag"]}
             for number, body in enumerate(bodies, 1)]
    stage.put(bucket, "single", b"test-123")
    return {
        "multipart-upload": upload.complete_multipart_upload(**place, UploadId=upload_id, MultipartUpload={"Parts": parts}),
        "head-object-part": stage.s3.head_object(**place, PartNumber=2),
        "get-object-part": stage.get(**lower(place), PartNumber=2),
        "get-object-part-with-checksum": stage.get(**lower(place), PartNumber=2, ChecksumMode="ENABLED"),
        "part-doesnt-exist": stage.error(stage.s3.get_object, **place, PartNumber=10),
        "part-with-range": stage.error(stage.s3.get_object, **place, PartNumber=2, Range="bytes=0-8"),
        "part-no-multipart": stage.error(stage.s3.get_object, Bucket=bucket, Key="single", PartNumber=2),
        "get-obj-no-multipart": stage.get(bucket, "single", PartNumber=1),
    }


def lower(place):
    return {name.lower(): value for name, value in place.items()}


@situation
def get_object_range(stage):
    bucket = stage.bucket()
    stage.put(bucket, "key", b"0123456789")
    ranges = ["0-8", "1-1", "1-0", "1-", "-1-", "-2", "-9", "-15", "0-100", "0-0", "0--1", "-"]
    answers = {f"get-{each}": stage.get(bucket, "key", Range=f"bytes={each}") for each in ranges}
    answers |= {f"get-{each}": stage.error(stage.s3.get_object, Bucket=bucket, Key="key", Range=f"bytes={each}") for each in ("-0", "100-200")}
    return answers | {
        "get-0-8-checksum": stage.get(bucket, "key", Range="bytes=0-8", ChecksumMode="ENABLED"),
        "get-multiple-ranges": stage.get(bucket, "key", Range="bytes=0-3,5-6,7-8"),
        "get-wrong-format": stage.get(bucket, "key", Range="0-8"),
        "put-after-failed": stage.put(bucket, "key", b"0123456789" * 2),
    }


# Deleting

@situation
def delete_non_existing_keys(stage):
    bucket = stage.bucket()
    return {"deleted-resp": stage.s3.delete_objects(Bucket=bucket, Delete=keys("dummy1", "dummy2", "test-key-nonexistent"))}


@situation
def delete_non_existing_keys_in_non_existing_bucket(stage):
    return {"error-non-existent-bucket": stage.error(stage.s3.delete_objects, Bucket=stage.name(), Delete=keys("dummy1", "dummy2"))}


@situation
def s3_batch_delete_objects(stage):
    bucket = stage.bucket()
    names = [f"key-{number}" for number in range(5)]
    for name in names:
        stage.put(bucket, name, b"body")
    return {"batch-delete": stage.s3.delete_objects(Bucket=bucket, Delete=keys(*names)), "list-remaining-objects": stage.s3.list_objects(Bucket=bucket)}


@situation
def s3_batch_delete_public_objects_using_requests(stage):
    bucket = stage.bucket()
    names = [f"key-created-by-anonymous-{number}" for number in (1, 2)]
    anonymous = stage.client(anonymous=True)
    for name in names:
        anonymous.put_object(Bucket=bucket, Key=name, Body=b"This body document is created by anonymous")
    body = ("<Delete>" + "".join(f"<Object><Key>{name}</Key></Object>" for name in names) + "</Delete>").encode()
    md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
    _, _, text = stage.http(f"/{bucket}?delete", "POST", body, {"Content-MD5": md5})
    return {"multi-delete-with-requests": stage.tree(text), "list-remaining-objects": stage.s3.list_objects(Bucket=bucket)}


@situation
def put_object_acl_on_delete_marker(stage):
    bucket = stage.bucket(versioned=True)
    place = {"Bucket": bucket, "Key": "test-key-versioned"}
    answers = {
        "put-obj-1": stage.put(bucket, "test-key-versioned", b"something"),
        "put-obj-2": stage.put(bucket, "test-key-versioned", b"something-v2"),
        "delete-object": stage.s3.delete_object(**place),
    }
    marker = answers["delete-object"]["VersionId"]
    return answers | {
        "get-acl-delete-marker": stage.error(stage.s3.get_object_acl, **place),
        "get-acl-delete-marker-version-id": stage.error(stage.s3.get_object_acl, **place, VersionId=marker),
        "put-acl-delete-marker": stage.error(stage.s3.put_object_acl, **place, ACL="public-read"),
        "put-acl-delete-marker-version-id": stage.error(stage.s3.put_object_acl, **place, ACL="public-read", VersionId=marker),
    }


@situation
def s3_delete_object_with_version_id(stage):
    bucket = stage.bucket(versioned=True)
    enabled = stage.s3.get_bucket_versioning(Bucket=bucket)
    first, _ = (stage.put(bucket, f"aws/s3/testkey{number}.txt", b"Lorem ipsum dolor sit amet, ... " * 30) for number in (1, 2))
    removal = {"Objects": [{"Key": "aws/s3/testkey1.txt", "VersionId": first["VersionId"]}]}
    answers = {
        "get_bucket_versioning": enabled,
        "delete_objects": stage.s3.delete_objects(Bucket=bucket, Delete=removal),
        "list_object_versions_after_delete": stage.s3.list_object_versions(Bucket=bucket),
    }
    stage.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    return answers | {"get_bucket_versioning_suspended": stage.s3.get_bucket_versioning(Bucket=bucket)}


@situation
def delete_object_versioned(stage):
    bucket = stage.bucket(versioned=True)
    place = {"Bucket": bucket, "Key": "test-delete"}
    put = stage.put(bucket, "test-delete", b"test-delete")
    version = put["VersionId"]
    answers = {"put-object": put, "get-object-with-version": stage.get(bucket, "test-delete", VersionId=version), "delete-object": stage.s3.delete_object(**place)}
    marker = answers["delete-object"]["VersionId"]
    answers |= {
        "delete-object-2": stage.s3.delete_object(**place),
        "get-deleted-object": stage.error(stage.s3.get_object, **place),
        "get-delete-marker": stage.error(stage.s3.get_object, **place, VersionId=marker),
        "list-object-versions": stage.s3.list_object_versions(Bucket=bucket, Prefix="test-delete"),
        "delete-object-version": stage.s3.delete_object(**place, VersionId=version),
        "get-deleted-object-with-version": stage.error(stage.s3.get_object, **place, VersionId=version),
        "delete-delete-marker": stage.s3.delete_object(**place, VersionId=marker),
        "delete-wrong-key": stage.s3.delete_object(Bucket=bucket, Key="wrong-key"),
        "delete-with-bad-version": stage.error(stage.s3.delete_object, **place, VersionId=secrets.token_hex(4)),
    }
    return answers


@situation
def delete_objects_versioned(stage):
    bucket = stage.bucket(versioned=True)
    put = stage.put(bucket, "test-delete", b"test-delete")

    def delete(*pairs):
        return stage.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} | ({"VersionId": version} if version else {}) for key, version in pairs]})

    unknown = secrets.token_hex(16)
    answers = {"put-object": put, "delete-objects-no-version-id": delete(("test-delete", None), ("wrongkey", None), ("wrongkey-x", None))}
    marker = answers["delete-objects-no-version-id"]["Deleted"][0]["DeleteMarkerVersionId"]
    return answers | {
        "delete-objects-marker": delete(("test-delete", marker)),
        "delete-objects-version-id": delete(("test-delete", put["VersionId"])),
        "delete-objects-wrong-version-id": delete(("test-delete", unknown), ("wrong-key-2", unknown)),
    }


@situation
def delete_object_if_match_all_non_express(stage):
    bucket = stage.bucket()
    etag = stage.put(bucket, "key", b"test")["ETag"]
    modified = stage.s3.head_object(Bucket=bucket, Key="key")["LastModified"]
    return {"delete-obj-if-match-all": stage.error(stage.s3.delete_object, Bucket=bucket, Key="key", IfMatch=etag, IfMatchLastModifiedTime=modified, IfMatchSize=4)}


# Versions and conditions

@situation
def s3_put_object_versioned(stage):
    bucket = stage.bucket()
    plain, versioned, late = "non-version-bucket-key", "versioned-bucket-key", "non-version-bucket-key-post"
    answers = {
        "put-pre-versioned": stage.put(bucket, plain, b"non-versioned-key"),
        "get-pre-versioned": stage.get(bucket, plain),
        "list-object-pre-versioned": stage.s3.list_object_versions(Bucket=bucket),
    }
    stage.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    answers |= {
        "put-obj-versioned-1": stage.put(bucket, versioned, b"versioned-key"),
        "put-obj-versioned-2": stage.put(bucket, versioned, b"versioned-key-updated"),
        "list-object-versioned": stage.s3.list_object_versions(Bucket=bucket),
        "get-obj-versioned": stage.get(bucket, versioned),
        "get-post-versioned": stage.get(bucket, plain),
    }
    stage.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    return answers | {
        "list-bucket-suspended": stage.s3.list_object_versions(Bucket=bucket),
        "get-obj-versioned-disabled": stage.get(bucket, versioned),
        "get-obj-non-versioned-disabled": stage.get(bucket, plain),
        "put-non-versioned-post-disable": stage.put(bucket, late, b"non-versioned-key-post"),
        "get-non-versioned-post-disable": stage.get(bucket, late),
    }


@situation
def put_object_if_none_match_validation(stage):
    bucket = stage.bucket()
    return {
        "put-obj": stage.put(bucket, "key"),
        "put-obj-if-none-match-bad-value": stage.error(stage.s3.put_object, Bucket=bucket, Key="key", IfNoneMatch="GetMe"),
    }


@situation
def put_object_if_match_validation(stage):
    place = {"Bucket": stage.bucket(), "Key": "test-precondition-validation"}
    return {
        "put-obj-if-match-star-value": stage.error(stage.s3.put_object, **place, IfMatch="*"),
        "put-obj-if-match-bad-value": stage.error(stage.s3.put_object, **place, IfMatch="abcdef"),
        "put-obj-if-match-bad-value-2": stage.error(stage.s3.put_object, **place, IfMatch="bad-char_/"),
    }


@situation
def put_object_if_match_versioned_bucket(stage):
    bucket = stage.bucket(versioned=True)
    place = {"Bucket": bucket, "Key": "test-precondition"}
    put = stage.put(bucket, "test-precondition", b"test")
    answers = {
        "put-obj": put,
        "put-obj-if-none-match-bad-value": stage.error(stage.s3.put_object, **place, IfMatch='"abcdef"'),
        "del-obj": stage.s3.delete_object(**place),
        "put-obj-after-del-exc": stage.error(stage.s3.put_object, **place, IfMatch=put["ETag"]),
        "put-obj-after-del": stage.put(bucket, "test-precondition", b"test-after-del"),
    }
    etag = answers["put-obj-after-del"]["ETag"]
    return answers | {
        "put-obj-if-match": stage.put(bucket, "test-precondition", b"test-if-match", IfMatch=etag),
        "list-object-versions": stage.s3.list_object_versions(Bucket=bucket),
    }


# Checksums

RIGHT_SHA256 = "2l26x0trnT0r2AvakoFk2MB7eKVKzYESLMxSAKAzoik="


@situation
def s3_get_object_checksum(stage):
    bucket = stage.bucket()
    # botocore computes three of the algorithms by itself.
    given = {"CRC32C": "Fz3epA==", "CRC64NVME": "1f2xscCCZCU="}
    if stage.parameter in given:
        checksum = {f"Checksum{stage.parameter}": given[stage.parameter]}
    else:
        checksum = {} if stage.parameter == "None" else {"ChecksumAlgorithm": stage.parameter}
    return {
        "put-object": stage.put(bucket, "key", b"test-checksum", **checksum),
        "get-object": stage.get(bucket, "key"),
        "get-object-with-checksum": stage.get(bucket, "key", ChecksumMode="ENABLED"),
        "head-object-with-checksum": stage.get(bucket, "key", ChecksumMode="ENABLED"),
        "get-object-attrs": attributes(stage, bucket, "key", "Checksum"),
    }


@situation
def s3_checksum_no_algorithm(stage):
    bucket = stage.bucket()
    place = {"Bucket": bucket, "Key": "file.txt", "Body": b"test data.."}
    return {
        "put-wrong-checksum": stage.error(stage.s3.put_object, **place, ChecksumSHA256="TESTWRONG"),
        "put-2-checksums": stage.error(stage.s3.put_object, **place, ChecksumSHA256=RIGHT_SHA256, ChecksumCRC32="AAAAAA=="),
        "put-right-checksum": stage.s3.put_object(**place, ChecksumSHA256=RIGHT_SHA256),
        "head-obj": stage.s3.head_object(Bucket=bucket, Key="file.txt", ChecksumMode="ENABLED"),
    }


@situation
def s3_checksum_no_automatic_sdk_calculation(stage):
    bucket = stage.bucket()
    plain = stage.client(request_checksum_calculation="when_required")

    def put_with(key, **headers):
        return put_raw(stage, f"/{bucket}/{key}", b"test data..", {f"x-amz-{name.replace('_', '-')}": value for name, value in headers.items()})[2]

    def head(key):
        return stage.s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")

    plain.put_object(Bucket=bucket, Key="plain", Body=b"test data..")
    put_with("only-algorithm", sdk_checksum_algorithm="SHA256")
    put_with("another-algorithm", sdk_checksum_algorithm="CRC32", checksum_sha256=RIGHT_SHA256)
    put_with("right", checksum_sha256=RIGHT_SHA256)
    return {
        "head-obj-no-checksum": head("plain"),
        "get-obj-attrs-no-checksum": attributes(stage, bucket, "plain", "Checksum"),
        "copy-obj-default-checksum": plain.copy_object(Bucket=bucket, Key="copied", CopySource=f"{bucket}/plain"),
        "get-copy-obj-attrs-no-checksum": attributes(stage, bucket, "copied", "Checksum"),
        "wrong-checksum": stage.tree(put_with("wrong", checksum_sha256="TESTWRONG")),
        "head-obj-only-checksum-algo": head("only-algorithm"),
        "head-obj-diff-checksum-algo": head("another-algorithm"),
        "head-obj-right-checksum": head("right"),
    }


@situation
def s3_checksum_with_content_encoding(stage):
    bucket = stage.bucket()
    compressed = io.BytesIO()
    # The moment of the recording is part of the file.
    with gzip.GzipFile(fileobj=compressed, mode="wb", mtime=1676569620) as stream:
        stream.write(b"1234567890 " * 100)
    body = compressed.getvalue()

    def get(**parameters):
        got = stage.s3.get_object(Bucket=bucket, Key="test.gz", **parameters)
        assert got["Body"].read() == body
        return got | {"Body": ""}

    return {
        "put-object": stage.put(bucket, "test.gz", body, ContentEncoding="gzip", ChecksumAlgorithm="SHA256"),
        "get-object": get(),
        "get-object-with-checksum": get(ChecksumMode="ENABLED"),
        "get-object-attrs": attributes(stage, bucket, "test.gz", "Checksum"),
    }


# Presigned URLs

def known_client(stage, **config):
    """A client whose secret the endpoint knows, so that its signatures are verified."""
    made = stage.client("sts").get_session_token()["Credentials"]
    session = botocore.session.Session()
    return session.create_client("s3", endpoint_url=stage.endpoint, region_name="us-east-1", aws_access_key_id=made["AccessKeyId"],
                                 aws_secret_access_key=made["SecretAccessKey"], aws_session_token=made["SessionToken"],
                                 config=botocore.config.Config(s3={"addressing_style": "path"}, **config))


def target(stage, url):
    return url.removeprefix(stage.endpoint)


@situation
def put_url_metadata_with_sig_s3v4(stage):
    bucket = stage.bucket()
    url = known_client(stage, signature_version="s3v4").generate_presigned_url("put_object", {"Bucket": bucket, "Key": "key", "Metadata": {"foo": "bar"}})
    signed = {"x-amz-meta-foo": "bar"}
    status, _, text = put_raw(stage, target(stage, url), b"content 123", signed)
    assert status == 200, text
    refused = [without_host_id(stage.tree(put_raw(stage, target(stage, url), b"content 123", headers)[2])) for headers in ({}, signed | {"x-amz-meta-wrong": "wrong"})]
    return {"head_object": stage.s3.head_object(Bucket=bucket, Key="key"), "no-meta-headers": refused[0], "wrong-meta-headers": refused[1]}


@situation
def put_unicode_metadata_with_sig_s3(stage):
    bucket = stage.bucket()
    value = "non-ascii-%E2%80%94_—_é_"
    url = stage.client(signature_version="s3", s3={"addressing_style": "path"}).generate_presigned_url("put_object", {"Bucket": bucket, "Key": "key"})
    # http.client sends text as ISO-8859-1: these are the bytes of the value in UTF-8.
    status, _, text = put_raw(stage, target(stage, url), b"", {"x-amz-meta-foo": value.encode().decode("latin-1")})
    assert status == 200, text
    return {"head_object": stage.s3.head_object(Bucket=bucket, Key="key")}


@situation
def get_response_overrides_unicode_metadata_with_sig_s3(stage):
    bucket = stage.bucket()
    stage.put(bucket, "key")
    parameters = {"Bucket": bucket, "Key": "key", "ResponseCacheControl": "non-ascii-%E2%80%94_—_é_"}
    url = stage.client(signature_version="s3", s3={"addressing_style": "path"}).generate_presigned_url("get_object", parameters)
    return {"unicode-error": without_host_id(stage.tree(stage.http(target(stage, url))[2]))}


@situation
def presigned_double_encoded_credentials(stage):
    bucket = stage.bucket()
    stage.put(bucket, "key", b"123")
    client = stage.client(signature_version="s3v4", s3={"addressing_style": "path"})
    path = target(stage, client.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "key"}))
    credential = re.search(r"X-Amz-Credential=([^&]+)", path)[1]
    return {"error-malformed": without_host_id(stage.tree(stage.http(path.replace(credential, credential.replace("%", "%25")))[2]))}


@situation
def put_object_with_md5_and_chunk_signature_bad_headers(stage):
    bucket = stage.bucket()
    md5 = base64.b64encode(bytes(16)).decode()
    url = known_client(stage, signature_version=stage.parameters[0]).generate_presigned_url("put_object", {"Bucket": bucket, "Key": "key", "ContentMD5": md5})
    headers = {"Content-MD5": md5, "x-amz-date": "20260101T000000Z", "Content-Type": "application/octet-stream"}

    def refused(more):
        return without_host_id(stage.tree(stage.http(target(stage, url), "PUT", b"body", headers | more)[2]))

    return {"with-decoded-content-length": refused({"x-amz-decoded-content-length": "4"}), "without-decoded-content-length": refused({})}


# Encryption

@situation
def put_object_validation_sse_c(stage):
    bucket = stage.bucket()
    # botocore would add the digest of the key.
    stage.s3.meta.events.unregister("before-parameter-build.s3.PutObject", botocore.handlers.sse_md5)
    key = b"0123456789abcdef0123456789abcdef"
    right = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": base64.b64encode(key).decode(), "SSECustomerKeyMD5": base64.b64encode(hashlib.md5(key).digest()).decode()}

    def refused(*without, **changes):
        parameters = {name: value for name, value in (right | changes).items() if name not in without}
        return stage.error(stage.s3.put_object, Bucket=bucket, Key="key", Body=b"test", **parameters)

    return {
        "put-obj-sse-c-both-encryption": refused(ServerSideEncryption="AES256"),
        "put-obj-sse-c-wrong-algo": refused(SSECustomerAlgorithm="KMS"),
        "put-obj-sse-c-no-algo": refused("SSECustomerAlgorithm"),
        "put-obj-sse-c-no-key": refused("SSECustomerKey"),
        "put-obj-sse-c-no-md5": refused("SSECustomerKeyMD5"),
        "put-obj-sse-c-wrong-key-size": refused(SSECustomerKey=base64.b64encode(key[:16]).decode(), SSECustomerKeyMD5=base64.b64encode(hashlib.md5(key[:16]).digest()).decode()),
        "put-obj-sse-c-bad-md5": refused(SSECustomerKeyMD5=base64.b64encode(bytes(16)).decode()),
    }
