"""Listings of objects and versions, as boto3's paginators and plain HTTP see them."""

import concurrent.futures
import re
import urllib.request

import pytest

KEYS = ["a/1", "a/2", "a/b/3", "ab", "b +%&<é>", "c", "c/4", "d//5", "z\n"]


@pytest.fixture
def filled(s3, bucket):
    for key in KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    return bucket


def keys_of(pages):
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def prefixes_of(pages):
    return [entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", [])]


@pytest.mark.parametrize("size", [1, 2, 3, 8, 1000])
@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
def test_every_page_size_gives_every_key(s3, filled, operation, size):
    paginate = lambda **more: list(s3.get_paginator(operation).paginate(Bucket=filled, PaginationConfig={"PageSize": size}, **more))
    assert keys_of(paginate()) == sorted(KEYS)
    pages = paginate(Delimiter="/")
    assert (keys_of(pages), prefixes_of(pages)) == (["ab", "b +%&<é>", "c", "z\n"], ["a/", "c/", "d/"])
    pages = paginate(Delimiter="/", Prefix="a/")
    assert (keys_of(pages), prefixes_of(pages)) == (["a/1", "a/2"], ["a/b/"])
    assert keys_of(paginate(Prefix="b +")) == ["b +%&<é>"]


def test_an_entry_has_what_aws_shows(s3, filled):
    entry = s3.list_objects_v2(Bucket=filled, Prefix="c", MaxKeys=1, FetchOwner=True)["Contents"][0]
    assert entry["ETag"] == s3.head_object(Bucket=filled, Key="c")["ETag"]
    assert entry["LastModified"] == s3.head_object(Bucket=filled, Key="c")["LastModified"]
    assert (entry["Size"], entry["StorageClass"], entry["ChecksumAlgorithm"], entry["ChecksumType"]) == (1, "STANDARD", ["CRC32"], "FULL_OBJECT")
    assert entry["Owner"] == {"ID": s3.get_bucket_acl(Bucket=filled)["Owner"]["ID"]}


def test_listings_start_where_they_are_told(s3, filled):
    assert keys_of([s3.list_objects_v2(Bucket=filled, StartAfter="c")]) == ["c/4", "d//5", "z\n"]
    assert keys_of([s3.list_objects(Bucket=filled, Marker="bb")]) == ["c", "c/4", "d//5", "z\n"]
    truncated = s3.list_objects_v2(Bucket=filled, MaxKeys=2)
    assert (truncated["IsTruncated"], truncated["KeyCount"]) == (True, 2)
    rest = s3.list_objects_v2(Bucket=filled, ContinuationToken=truncated["NextContinuationToken"], StartAfter="z")
    assert rest["KeyCount"] == len(KEYS) - 2


def test_bad_parameters_are_refused(s3, filled, refused):
    assert refused(s3.list_objects_v2, Bucket=filled, ContinuationToken="x")[:2] == ("InvalidArgument", 400)
    assert refused(s3.list_objects_v2, Bucket=filled, MaxKeys=-1)[0] == "InvalidArgument"
    assert refused(s3.list_objects, Bucket=filled, EncodingType="base64")[0] == "InvalidArgument"
    assert refused(s3.list_object_versions, Bucket=filled, VersionIdMarker="x")[0] == "InvalidArgument"
    assert refused(s3.list_objects_v2, Bucket=f"{filled}-no")[0] == "NoSuchBucket"


def test_encoding_is_done_on_request_only(endpoint, filled):
    def listed(query):
        with urllib.request.urlopen(f"{endpoint}/{filled}?{query}", timeout=10) as answer:
            return re.findall("<Key>(.*?)</Key>", answer.read().decode(), re.S)

    assert listed("prefix=b%20") == ["b +%&amp;&lt;é&gt;"]
    assert listed("prefix=b%20&encoding-type=url") == ["b+%2B%25%26%3C%C3%A9%3E"]
    assert listed("list-type=2&prefix=a/&delimiter=/&encoding-type=url") == ["a/1", "a/2"]


def test_versions_and_markers_are_listed_newest_first(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    made = {}
    for key in ("a", "b/1", "b/2"):
        made[key] = [s3.put_object(Bucket=bucket, Key=key, Body=str(i).encode())["VersionId"] for i in range(3)]
    marker = s3.delete_object(Bucket=bucket, Key="b/1")["VersionId"]
    pages = list(s3.get_paginator("list_object_versions").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2}))
    versions = [(entry["Key"], entry["VersionId"]) for page in pages for entry in page.get("Versions", [])]
    assert versions == [(key, version) for key, ids in made.items() for version in reversed(ids)]
    markers = [entry for page in pages for entry in page.get("DeleteMarkers", [])]
    assert [(entry["Key"], entry["VersionId"], entry["IsLatest"]) for entry in markers] == [("b/1", marker, True)]
    assert keys_of([s3.list_objects_v2(Bucket=bucket)]) == ["a", "b/2"]
    rolled_up = s3.list_object_versions(Bucket=bucket, Delimiter="/")
    assert (len(rolled_up["Versions"]), rolled_up["CommonPrefixes"]) == (3, [{"Prefix": "b/"}])


def test_a_versioned_bucket_is_emptied_page_by_page(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for i in range(7):
        s3.put_object(Bucket=bucket, Key="key", Body=str(i).encode())
    # Each page's versions are gone, the markers of the next page among them, before that is asked for.
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2}):
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in page["Versions"]]})
    s3.delete_bucket(Bucket=bucket)


def test_listings_beside_writers_are_in_order_and_lose_nothing(s3, client, bucket):
    keys = [f"{i:03}" for i in range(40)]
    done = set()

    def write(key):
        client("s3").put_object(Bucket=bucket, Key=key, Body=b"x")
        done.add(key)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, key) for key in keys]
        while not all(one.done() for one in writing):
            before = set(done)
            seen = keys_of([s3.list_objects_v2(Bucket=bucket)])
            assert seen == sorted(set(seen))
            assert before <= set(seen)
        for one in writing:
            one.result()
    assert keys_of([s3.list_objects_v2(Bucket=bucket)]) == keys
