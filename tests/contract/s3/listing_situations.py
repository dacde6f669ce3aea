"""Recorded situations about listings: of buckets, objects and versions."""

from s3_stage import situation

CONTENT = b"content 123"


def with_keys(stage, *keys, **options):
    bucket = stage.bucket(**options)
    for key in keys:
        stage.put(bucket, key, CONTENT)
    return bucket


@situation
def list_buckets_by_bucket_region(stage):
    name = stage.bucket()
    listed = lambda region: stage.s3.list_buckets(Prefix=name, BucketRegion=region)
    return {"list-objects-by-bucket-region-empty": listed("us-east-2"), "list-objects-by-bucket-region-not-empty": listed("us-east-1")}


@situation
def list_buckets_with_max_buckets(stage):
    stage.bucket(), stage.bucket()
    return {"list-objects-with-max-buckets": stage.s3.list_buckets(MaxBuckets=1)}


@situation
def list_buckets_with_continuation_token(stage):
    for _ in range(3):
        stage.bucket()
    token = stage.s3.list_buckets(MaxBuckets=1)["ContinuationToken"]
    return {"list-objects-with-continuation": stage.s3.list_buckets(MaxBuckets=1, ContinuationToken=token)}


@situation
def list_objects_with_prefix(stage):
    bucket = with_keys(stage, "test/foo/bar/123")
    delimiter = stage.parameter
    answers = {"list-objects": stage.s3.list_objects(Bucket=bucket, Prefix="test/", Delimiter=delimiter, MaxKeys=1, EncodingType="url")}
    if delimiter == "%2F":
        answers["list-objects-no-encoding"] = stage.tree(stage.http(f"/{bucket}?prefix=test&delimiter=%2F")[2])
        del answers["list-objects-no-encoding"]["ListBucketResult"]["@xmlns"]
    return answers


@situation
def list_objects_next_marker(stage):
    keys = ["test_a", "test_b", "test_c"]
    bucket = with_keys(stage, *keys)
    listed = lambda **more: stage.s3.list_objects(Bucket=bucket, **more)
    return {
        "list-objects-all": listed(),
        "list-objects-max-1": listed(Delimiter="/", MaxKeys=1),
        "list-objects-rest": listed(MaxKeys=1, Marker=keys[0]),
        "list-objects-marker-empty": listed(MaxKeys=1, Marker=""),
    }


@situation
def s3_put_more_than_1000_items(stage):
    bucket = stage.bucket()
    for i in range(1010):
        stage.put(bucket, f"test-key-{i}", f"test-{i}")
    first = stage.s3.list_objects(Bucket=bucket, Delimiter="/")
    return {
        "get_object-0": stage.get(bucket, "test-key-0"),
        "get_object-1009": stage.get(bucket, "test-key-1009"),
        "list-objects": first,
        "list-objects-next_marker": stage.s3.list_objects(Bucket=bucket, Marker=first["NextMarker"]),
    }


@situation
def list_objects_v2_with_prefix(stage):
    bucket = with_keys(stage, "test/foo/bar/123", "test/foo/bar/456", "test/bar/foo/123")
    listed = lambda prefix: stage.s3.list_objects_v2(Bucket=bucket, Prefix=prefix, EncodingType="url")
    return {
        "list-objects-v2-1": listed("test/"),
        "list-objects-v2-2": listed("test/foo"),
        "list-objects-v2-3": listed("test/foo/bar"),
        "list-objects-v2-no-encoding": stage.tree(stage.http(f"/{bucket}?list-type=2&prefix=test/foo")[2]),
    }


@situation
def list_objects_v2_with_prefix_and_delimiter(stage):
    bucket = with_keys(stage, "test/foo/bar/123", "test/foo/bar/456", "test/bar/foo/123")
    listed = lambda prefix, **more: stage.s3.list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/", EncodingType="url", **more)
    return {
        "list-objects-v2-1": listed("test/"),
        "list-objects-v2-1-with-max-keys": listed("test/", MaxKeys=1),
        "list-objects-v2-2": listed("test/foo"),
        "list-objects-v2-3": listed("test/foo/bar"),
    }


FOLDERS = ("folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2")


@situation
def list_objects_v2_continuation_common_prefixes(stage):
    bucket = with_keys(stage, *FOLDERS)
    listed = lambda **more: stage.s3.list_objects_v2(Bucket=bucket, Prefix="folder/", Delimiter="/", MaxKeys=1, **more)
    start = listed()
    following = listed(ContinuationToken=start["NextContinuationToken"])
    return {
        "list-objects-v2-all-keys": stage.s3.list_objects_v2(Bucket=bucket),
        "list-objects-v2-start": start,
        "list-objects-v2-next-1": following,
        "list-objects-v2-end": listed(ContinuationToken=following["NextContinuationToken"]),
    }


@situation
def list_object_versions_pagination_common_prefixes(stage):
    bucket = with_keys(stage, *FOLDERS, versioned=True)
    listed = lambda **more: stage.s3.list_object_versions(Bucket=bucket, Prefix="folder/", Delimiter="/", MaxKeys=1, **more)
    start = listed()
    following = listed(KeyMarker=start["NextKeyMarker"])
    return {
        "list-object-versions-all-keys": stage.s3.list_object_versions(Bucket=bucket),
        "list-object-versions-start": start,
        "list-object-versions-next-1": following,
        # Of the two markers that the answer has, only one was sent on.
        "list-object-versions-end": listed(KeyMarker=following["NextKeyMarker"]),
        "list-object-versions-manual-first-file": listed(KeyMarker=FOLDERS[0]),
    }


@situation
def list_objects_versions_markers(stage):
    bucket = stage.bucket(versioned=True)
    keys = ["test_0", "test_1", "test_2"]
    put = lambda key, body: stage.put(bucket, key, body)["VersionId"]
    versions = [put(key, b"version 1") for key in keys]
    versions.append(put(keys[2], b"version 2"))
    versions += [stage.s3.delete_object(Bucket=bucket, Key=key)["VersionId"] for key in keys]
    versions += [put(key, b"version 2") for key in keys[:2]]
    listed = lambda **more: stage.s3.list_object_versions(Bucket=bucket, **more)
    return {
        "version-order": {"Versions": [{"VersionId": version} for version in versions]},
        "list-objects-versions-all": listed(),
        "list-objects-versions-5": listed(MaxKeys=5),
        "list-objects-next-key-only": listed(MaxKeys=1, KeyMarker=keys[1]),
        "list-objects-next-version-only": stage.error(stage.s3.list_object_versions, Bucket=bucket, MaxKeys=1, VersionIdMarker=versions[5]),
        "list-objects-both-markers": listed(MaxKeys=1, KeyMarker=keys[1], VersionIdMarker=versions[5]),
        "list-objects-last-key-last-version": listed(MaxKeys=1, KeyMarker=keys[2], VersionIdMarker=versions[3]),
        "list-objects-next-key-last": listed(MaxKeys=1, KeyMarker=keys[2]),
        "list-objects-next-key-empty": listed(MaxKeys=1, KeyMarker=""),
    }


@situation
def list_objects_versions_with_prefix_only_and_pagination(stage):
    bucket = stage.bucket(versioned=True)
    for _ in range(5):
        stage.put(bucket, "prefixed_key")
    listed = lambda **more: stage.s3.list_object_versions(Bucket=bucket, Prefix="prefix", **more)
    first = listed(MaxKeys=3)
    markers = {"KeyMarker": first["NextKeyMarker"], "VersionIdMarker": first["NextVersionIdMarker"]}
    answers = {
        "list-object-version-prefix-full": listed(),
        "list-object-version-prefix-page-1": first,
        "list-object-version-prefix-key-marker-only": listed(MaxKeys=4, KeyMarker=first["NextKeyMarker"]),
        "list-object-version-prefix-page-2": listed(MaxKeys=5, **markers),
    }
    for version in first["Versions"]:
        stage.s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    return answers | {"list-object-version-prefix-page-2-after-delete": listed(MaxKeys=5, **markers)}


@situation
def list_object_versions_order_unversioned(stage):
    bucket = stage.bucket()
    listed = lambda: stage.s3.list_object_versions(Bucket=bucket)
    empty = listed()
    puts = [stage.put(bucket, key, key[2:]) for key in ("a-test-object-1", "b-test-object-2", "c-test-object-3")]
    return {"list-empty": empty, "put-object": puts[0], "put-object-2": puts[1], "put-object-3": puts[2], "list-object-versions": listed()}


@situation
def object_with_slashes_in_key(stage):
    bucket = stage.bucket()
    for key, body in (("/foo", b"foobar"), ("bar", b"barfoo"), ("/bar/foo/", b"test")):
        stage.put(bucket, key, body)
        assert stage.get(bucket, key)["Body"] == body.decode()
    return {"list-objects-slashes": stage.s3.list_objects_v2(Bucket=bucket)}


@situation
def url_encoded_key(stage):
    bucket = stage.bucket()
    bodies = {"test@key/": "test-non-encoded", "test%40key/": "test-encoded", "test%40key": "test-encoded-no-trailing"}
    for key, body in bodies.items():
        stage.put(bucket, key, body)
    for key, body in bodies.items():
        assert stage.get(bucket, key)["Body"] == body
    return {"list-object-encoded-char": stage.s3.list_objects_v2(Bucket=bucket)}
