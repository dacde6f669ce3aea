"""Inventories: lists of a bucket that S3 delivers by the world's clock."""

import csv
import gzip
import hashlib
import io
import json

import pytest


@pytest.fixture
def s3(world):
    return world.client()


@pytest.fixture
def buckets(s3, world, new_name):
    """What is listed, and where the lists go. No day ends by itself."""
    world.freeze()
    names = new_name("source"), new_name("lists")
    for name in names:
        s3.create_bucket(Bucket=name)
    return names


def configure(s3, source, target, identifier="daily", **members):
    configuration = {
        "Id": identifier, "IsEnabled": True, "IncludedObjectVersions": "Current", "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{target}", "Format": "CSV", "Prefix": "in"}},
    } | members
    s3.put_bucket_inventory_configuration(Bucket=source, Id=identifier, InventoryConfiguration=configuration)
    return configuration


def deliveries(s3, target):
    """Manifests, in their order."""
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=target).get("Contents", [])]
    return [(key, s3.get_object(Bucket=target, Key=key)["Body"].read()) for key in keys if key.endswith("manifest.json")]


def rows(s3, target, manifest):
    """The lines of all files, each by its columns."""
    columns = manifest["fileSchema"].split(", ")
    lines = []
    for file in manifest["files"]:
        data = s3.get_object(Bucket=target, Key=file["key"])["Body"].read()
        assert (len(data), hashlib.md5(data).hexdigest()) == (file["size"], file["MD5checksum"])
        lines += csv.reader(io.StringIO(gzip.decompress(data).decode()))
    return [dict(zip(columns, line, strict=True)) for line in lines]


def test_a_list_of_all_versions_is_delivered_every_day(s3, world, buckets):
    source, target = buckets
    s3.put_bucket_versioning(Bucket=source, VersioningConfiguration={"Status": "Enabled"})
    fields = ["Size", "LastModifiedDate", "StorageClass", "ETag", "IsMultipartUploaded", "EncryptionStatus", "ChecksumAlgorithm", "ObjectOwner", "ObjectAccessControlList"]
    configure(s3, source, target, IncludedObjectVersions="All", OptionalFields=fields)
    first = s3.put_object(Bucket=source, Key='a "b"/ü', Body=b"12345")
    marker = s3.delete_object(Bucket=source, Key='a "b"/ü')
    s3.put_object(Bucket=source, Key="z", Body=b"", StorageClass="STANDARD_IA")
    assert deliveries(s3, target) == []
    world.advance("P1D")
    [(key, text)] = deliveries(s3, target)
    assert key.startswith(f"in/{source}/daily/2") and key.endswith("Z/manifest.json")
    manifest = json.loads(text)
    assert (manifest["sourceBucket"], manifest["destinationBucket"], manifest["fileFormat"]) == (source, f"arn:aws:s3:::{target}", "CSV")
    checksum = s3.get_object(Bucket=target, Key=key.replace(".json", ".checksum"))["Body"].read().decode()
    assert checksum == hashlib.md5(text).hexdigest()
    hidden, shown, other = rows(s3, target, manifest)
    assert (hidden["Key"], hidden["VersionId"], hidden["IsLatest"], hidden["IsDeleteMarker"]) == ("a%20%22b%22/%C3%BC", marker["VersionId"], "true", "true")
    assert (shown["VersionId"], shown["IsLatest"], shown["Size"], shown["ETag"]) == (first["VersionId"], "false", "5", first["ETag"].strip('"'))
    assert (shown["EncryptionStatus"], shown["ChecksumAlgorithm"], shown["IsMultipartUploaded"]) == ("SSE-S3", "CRC32", "false")
    assert (other["Key"], other["StorageClass"]) == ("z", "STANDARD_IA")
    assert other["ObjectOwner"] == s3.get_bucket_acl(Bucket=source)["Owner"]["ID"]
    world.advance("P1D")
    assert len(deliveries(s3, target)) == 2


def test_filters_weeks_and_what_is_switched_off(s3, world, buckets):
    source, target = buckets
    configure(s3, source, target, "weekly", Schedule={"Frequency": "Weekly"}, Filter={"Prefix": "in/"})
    configure(s3, source, target, "off", IsEnabled=False)
    for key in ("in/a", "in/b", "out/a"):
        s3.put_object(Bucket=source, Key=key, Body=b"1")
    world.advance("P7D")
    [(key, text)] = deliveries(s3, target)
    assert f"/{source}/weekly/" in key
    assert rows(s3, target, json.loads(text)) == [{"Bucket": source, "Key": "in/a"}, {"Bucket": source, "Key": "in/b"}]
    [link] = [found["Key"] for found in s3.list_objects_v2(Bucket=target)["Contents"] if found["Key"].endswith("symlink.txt")]
    assert s3.get_object(Bucket=target, Key=link)["Body"].read().decode() == f"s3://{target}/{json.loads(text)['files'][0]['key']}"
    s3.delete_bucket_inventory_configuration(Bucket=source, Id="weekly")
    world.advance("P7D")
    assert len(deliveries(s3, target)) == 1


def test_configurations_come_back_by_id_in_pages(s3, buckets, refused):
    source, target = buckets
    kept = configure(s3, source, target, "x", OptionalFields=["Size"])
    assert s3.get_bucket_inventory_configuration(Bucket=source, Id="x")["InventoryConfiguration"] == kept
    for number in range(100):
        configure(s3, source, target, f"n{number:03}")
    page = s3.list_bucket_inventory_configurations(Bucket=source)
    assert page["IsTruncated"] and len(page["InventoryConfigurationList"]) == 100
    rest = s3.list_bucket_inventory_configurations(Bucket=source, ContinuationToken=page["NextContinuationToken"])
    assert [entry["Id"] for entry in rest["InventoryConfigurationList"]] == ["x"] and not rest["IsTruncated"]
    assert refused(s3.get_bucket_inventory_configuration, Bucket=source, Id="none")[:2] == ("NoSuchConfiguration", 404)


def test_what_cannot_be_listed_is_refused(s3, buckets, refused):
    source, target = buckets
    put = lambda **members: refused(configure, s3=s3, source=source, target=target, **members)
    bucket = f"arn:aws:s3:::{target}"
    assert put(Destination={"S3BucketDestination": {"Bucket": target, "Format": "CSV"}})[0] == "InvalidS3DestinationBucket"
    assert put(Destination={"S3BucketDestination": {"Bucket": bucket, "Format": "ORC"}})[:2] == ("NotImplemented", 501)
    assert put(Destination={"S3BucketDestination": {"Bucket": bucket, "Format": "XLS"}})[0] == "MalformedXML"
    assert put(Schedule={"Frequency": "Hourly"})[0] == "MalformedXML"
    assert put(Id="another")[0] == "MalformedXML"
