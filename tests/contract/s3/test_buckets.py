"""Buckets and what is set on them, as boto3 and plain HTTP see them."""

import secrets
import urllib.error
import urllib.request

import pytest

TAGS = [{"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "blue"}]


def http(url, method="GET"):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


def test_life_of_a_bucket(s3, new_name, refused):
    name = new_name()
    created = s3.create_bucket(Bucket=name)
    assert (created["Location"], created["BucketArn"]) == (f"/{name}", f"arn:aws:s3:::{name}")
    head = s3.head_bucket(Bucket=name)
    assert (head["BucketRegion"], head["AccessPointAlias"]) == ("us-east-1", False)
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] is None
    s3.get_waiter("bucket_exists").wait(Bucket=name)
    assert s3.delete_bucket(Bucket=name)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert refused(s3.head_bucket, Bucket=name)[:2] == ("404", 404)
    assert refused(s3.delete_bucket, Bucket=name)[:2] == ("NoSuchBucket", 404)
    s3.get_waiter("bucket_not_exists").wait(Bucket=name)


def test_a_bucket_belongs_to_the_region_it_was_made_for(client, new_name, refused):
    europe = client("s3", region_name="eu-west-1")
    name = new_name()
    assert refused(europe.create_bucket, Bucket=name)[0] == "IllegalLocationConstraintException"
    europe.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert refused(europe.create_bucket, Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})[:2] == ("BucketAlreadyOwnedByYou", 409)
    elsewhere = client("s3")
    assert elsewhere.get_bucket_location(Bucket=name)["LocationConstraint"] == "eu-west-1"
    # botocore goes where it is sent: each of these is asked twice.
    assert elsewhere.head_bucket(Bucket=name)["BucketRegion"] == "eu-west-1"
    elsewhere.put_object(Bucket=name, Key="key", Body=b"body")
    assert europe.get_object(Bucket=name, Key="key")["Body"].read() == b"body"


def test_a_client_of_another_region_is_told_where_the_bucket_is(client, bucket):
    europe = client("s3", region_name="eu-west-1", signature_version="s3v4", s3={"addressing_style": "path"})
    url = europe.generate_presigned_url("head_bucket", Params={"Bucket": bucket})
    status, headers, body = http(url, "HEAD")
    assert (status, headers["x-amz-bucket-region"], body) == (301, "us-east-1", "")
    status, headers, body = http(europe.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "key"}))
    assert (status, headers["x-amz-bucket-region"]) == (301, "us-east-1")
    assert "<Code>PermanentRedirect</Code>" in body and f"<Bucket>{bucket}</Bucket>" in body
    assert http(europe.generate_presigned_url("get_bucket_location", Params={"Bucket": bucket}))[0] == 200


def test_names_are_taken_for_all_accounts(client, bucket, refused):
    other = client("s3", key=str(secrets.randbelow(9 * 10**11) + 10**11))
    assert refused(other.create_bucket, Bucket=bucket)[:2] == ("BucketAlreadyExists", 409)
    assert other.list_buckets()["Buckets"] == []


def test_lists_of_buckets_come_in_pages(s3, new_name):
    prefix = new_name()
    names = sorted(f"{prefix}-{i}" for i in range(5))
    for name in names:
        s3.create_bucket(Bucket=name)
    s3.create_bucket(Bucket=new_name("other"))
    pages = list(s3.get_paginator("list_buckets").paginate(Prefix=prefix, PaginationConfig={"PageSize": 2}))
    assert [[bucket["Name"] for bucket in page["Buckets"]] for page in pages] == [names[:2], names[2:4], names[4:]]
    assert len(s3.list_buckets()["Buckets"]) == 6


def test_a_bucket_with_anything_in_it_is_not_deleted(s3, bucket, refused):
    s3.put_object(Bucket=bucket, Key="key")
    assert refused(s3.delete_bucket, Bucket=bucket)[:2] == ("BucketNotEmpty", 409)
    s3.delete_object(Bucket=bucket, Key="key")
    s3.create_multipart_upload(Bucket=bucket, Key="key")
    s3.delete_bucket(Bucket=bucket)


def test_versioning_is_switched_on_and_suspended(s3, bucket):
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    for status in ("Enabled", "Suspended"):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == status


def test_tags_of_a_bucket(s3, bucket, refused):
    assert refused(s3.get_bucket_tagging, Bucket=bucket)[:2] == ("NoSuchTagSet", 404)
    assert s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": TAGS})["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == TAGS
    s3.delete_bucket_tagging(Bucket=bucket)
    assert refused(s3.get_bucket_tagging, Bucket=bucket)[0] == "NoSuchTagSet"


def test_settings_have_the_defaults_of_new_buckets(s3, bucket):
    rule = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule == {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    acl = s3.get_bucket_acl(Bucket=bucket)
    assert [grant["Permission"] for grant in acl["Grants"]] == ["FULL_CONTROL"]
    assert acl["Grants"][0]["Grantee"] == {"ID": acl["Owner"]["ID"], "Type": "CanonicalUser"}
    assert s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert set(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values()) == {True}


def test_ownership_and_public_access_are_kept(s3, bucket, refused):
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    assert s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "ObjectWriter"}]
    s3.delete_bucket_ownership_controls(Bucket=bucket)
    assert refused(s3.get_bucket_ownership_controls, Bucket=bucket)[:2] == ("OwnershipControlsNotFoundError", 404)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]["BlockPublicAcls"]
    s3.delete_public_access_block(Bucket=bucket)
    assert refused(s3.get_public_access_block, Bucket=bucket)[0] == "NoSuchPublicAccessBlockConfiguration"


@pytest.mark.parametrize("more", [{"BucketNamespace": "account-regional"}])
def test_what_is_not_built_is_refused(s3, new_name, refused, more):
    name = new_name()
    assert refused(s3.create_bucket, Bucket=name, **more)[:2] == ("NotImplemented", 501)
    assert refused(s3.head_bucket, Bucket=name)[1] == 404


@pytest.mark.parametrize("operation, parameters", [
    ("get_bucket_metadata_configuration", {}), ("get_object_annotation", {"Key": "a", "AnnotationName": "b"}), ("get_object_torrent", {"Key": "a"}),
])
def test_operations_that_are_not_built_say_so(s3, bucket, refused, operation, parameters):
    assert refused(getattr(s3, operation), Bucket=bucket, **parameters)[:2] == ("NotImplemented", 501)


def test_an_error_is_xml_with_its_members(endpoint, new_name):
    name = new_name()
    status, headers, body = http(f"{endpoint}/{name}?location")
    assert (status, headers["Content-Type"]) == (404, "application/xml")
    assert f"<Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message><BucketName>{name}</BucketName>" in body
    assert headers["x-amz-request-id"] in body and headers["x-amz-id-2"] in body


def test_head_errors_have_no_body(endpoint, new_name):
    status, headers, body = http(f"{endpoint}/{new_name()}", "HEAD")
    assert (status, body) == (404, "")
    assert len(headers["x-amz-request-id"]) == 16


def test_the_location_is_plain_xml(endpoint, s3, client, bucket, new_name):
    assert http(f"{endpoint}/{bucket}?location")[2].endswith('<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>')
    name = new_name()
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    assert http(f"{endpoint}/{name}?location")[2].endswith(">ap-northeast-1</LocationConstraint>")
