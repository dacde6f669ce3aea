"""Access points: made with S3 Control, used with S3."""

import json
import urllib.parse

import botocore.exceptions
import pytest


@pytest.fixture
def point(control, account, bucket, new_name):
    name = new_name("point")
    made = control.create_access_point(AccountId=account, Name=name, Bucket=bucket)
    return {"Name": name, "Arn": made["AccessPointArn"], "Alias": made["Alias"]}


def code(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def test_objects_are_reached_by_arn_and_by_alias(client, named, s3, bucket, point):
    by_name = client("s3", url=named)
    by_name.put_object(Bucket=point["Arn"], Key="a/b", Body=b"by arn")
    s3.put_object(Bucket=point["Alias"], Key="c", Body=b"by alias")
    assert s3.get_object(Bucket=bucket, Key="a/b")["Body"].read() == b"by arn"
    assert by_name.get_object(Bucket=point["Arn"], Key="c")["Body"].read() == b"by alias"
    assert [entry["Key"] for entry in by_name.list_objects_v2(Bucket=point["Arn"])["Contents"]] == ["a/b", "c"]
    by_name.delete_objects(Bucket=point["Arn"], Delete={"Objects": [{"Key": "a/b"}]})
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=point["Alias"])["Contents"]] == ["c"]
    assert s3.head_bucket(Bucket=point["Alias"])["AccessPointAlias"] is True


def test_a_multipart_upload_goes_through_an_access_point(client, named, s3, bucket, point):
    by_name = client("s3", url=named)
    upload = by_name.create_multipart_upload(Bucket=point["Arn"], Key="parts")["UploadId"]
    part = by_name.upload_part(Bucket=point["Arn"], Key="parts", UploadId=upload, PartNumber=1, Body=b"part")
    by_name.complete_multipart_upload(Bucket=point["Arn"], Key="parts", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert s3.get_object(Bucket=bucket, Key="parts")["Body"].read() == b"part"


def test_a_copy_may_come_from_an_access_point(s3, bucket, point):
    s3.put_object(Bucket=bucket, Key="from", Body=b"copied")
    s3.copy_object(Bucket=bucket, Key="to", CopySource={"Bucket": point["Arn"], "Key": "from"})
    s3.copy_object(Bucket=bucket, Key="too", CopySource={"Bucket": point["Alias"], "Key": "from"})
    assert {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in ("to", "too")} == {"to": b"copied", "too": b"copied"}


def test_what_is_no_objects_business_is_refused_through_an_access_point(s3, point):
    assert code(s3.put_bucket_versioning, Bucket=point["Alias"], VersioningConfiguration={"Status": "Enabled"}) == "MethodNotAllowed"
    assert code(s3.delete_bucket, Bucket=point["Alias"]) == "MethodNotAllowed"


def test_a_bucket_with_access_points_stays(control, account, s3, bucket, point):
    assert code(s3.delete_bucket, Bucket=bucket) == "BucketHasAccessPointsAttached"
    control.delete_access_point(AccountId=account, Name=point["Name"])
    assert code(control.get_access_point, AccountId=account, Name=point["Name"]) == "NoSuchAccessPoint"
    assert code(s3.get_object, Bucket=point["Alias"], Key="c") == "NoSuchBucket"
    s3.delete_bucket(Bucket=bucket)


def test_access_points_are_listed_in_pages_and_by_bucket(control, account, s3, bucket, new_name):
    other = new_name()
    s3.create_bucket(Bucket=other)
    for number in range(5):
        control.create_access_point(AccountId=account, Name=f"point-{number}", Bucket=bucket if number % 2 else other)
    pages = control.get_paginator("list_access_points").paginate(AccountId=account, PaginationConfig={"PageSize": 2}) if control.can_paginate("list_access_points") else None
    names, token = [], {}
    while pages is None:
        page = control.list_access_points(AccountId=account, MaxResults=2, **token)
        names += [entry["Name"] for entry in page["AccessPointList"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    names = names or [entry["Name"] for page in pages for entry in page["AccessPointList"]]
    assert names == [f"point-{number}" for number in range(5)]
    of_bucket = control.list_access_points(AccountId=account, Bucket=bucket)["AccessPointList"]
    assert [entry["Name"] for entry in of_bucket] == ["point-1", "point-3"]


def test_names_and_buckets_are_checked(control, account, bucket):
    make = control.create_access_point
    assert code(make, AccountId=account, Name="with.dot", Bucket=bucket) == "InvalidURI"
    assert code(make, AccountId=account, Name="ends-s3alias", Bucket=bucket) == "InvalidRequest"
    assert code(make, AccountId=account, Name="point", Bucket="no-such-bucket-here") == "InvalidRequest"
    assert code(make, AccountId="999999999999", Name="point", Bucket=bucket) == "AccessDenied"
    assert code(make, AccountId=account, Name="point", Bucket=bucket, Scope={"Prefixes": ["a/"]}) == "NotImplemented"


def test_a_policy_is_kept_and_judged(control, account, point):
    about = {"AccountId": account, "Name": point["Name"]}
    assert code(control.get_access_point_policy, **about) == "NoSuchAccessPointPolicy"
    statement = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "s3:GetObject", "Resource": f"{point['Arn']}/object/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    control.put_access_point_policy(**about, Policy=policy)
    assert json.loads(control.get_access_point_policy(**about)["Policy"]) == json.loads(policy)
    assert control.get_access_point_policy_status(**about)["PolicyStatus"] == {"IsPublic": False}
    public = json.dumps({"Version": "2012-10-17", "Statement": [statement | {"Principal": "*"}]})
    assert code(control.put_access_point_policy, **about, Policy=public) == "AccessDenied"
    elsewhere = json.dumps({"Version": "2012-10-17", "Statement": [statement | {"Resource": "arn:aws:s3:::bucket/*"}]})
    assert code(control.put_access_point_policy, **about, Policy=elsewhere) == "MalformedPolicy"
    control.delete_access_point_policy(**about)
    assert code(control.get_access_point_policy_status, **about) == "NoSuchAccessPointPolicy"


def test_an_access_point_has_tags(control, account, bucket, new_name):
    name = new_name("tagged")
    arn = control.create_access_point(AccountId=account, Name=name, Bucket=bucket, Tags=[{"Key": "a", "Value": "1"}])["AccessPointArn"]
    about = {"AccountId": account, "ResourceArn": arn}
    control.tag_resource(**about, Tags=[{"Key": "b", "Value": "2"}])
    control.untag_resource(**about, TagKeys=["a"])
    assert control.list_tags_for_resource(**about)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_the_hosts_of_access_points_are_aws_s(client, endpoint, named, account, s3, bucket, point):
    """Under the names that AWS gives them, where they resolve."""
    port = urllib.parse.urlsplit(endpoint).port
    s3.put_object(Bucket=bucket, Key="k", Body=b"here")
    by_service = client("s3", url=f"http://s3-accesspoint.us-east-1.localhost:{port}", s3={"addressing_style": "virtual"})
    assert by_service.get_object(Bucket=point["Arn"], Key="k")["Body"].read() == b"here"
