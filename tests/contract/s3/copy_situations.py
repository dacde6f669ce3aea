"""Recorded situations about copies of objects."""

import datetime

from s3_stage import situation

JSON_BODY = b'{"key": "value"}'
DAY = datetime.timedelta(days=1)


def head(stage, bucket, key):
    return stage.s3.head_object(Bucket=bucket, Key=key)


def attributes(stage, bucket, key, *names):
    return stage.s3.get_object_attributes(Bucket=bucket, Key=key, ObjectAttributes=list(names))


class Copier:
    """Copies within one bucket."""

    def __init__(self, stage, bucket):
        self.stage = stage
        self.bucket = bucket

    def parameters(self, source, key, more):
        return {"Bucket": self.bucket, "Key": key, "CopySource": f"{self.bucket}/{source}"} | more

    def copy(self, source, key, **more):
        return self.stage.s3.copy_object(**self.parameters(source, key, more))

    def error(self, source, key, **more):
        return self.stage.error(self.stage.s3.copy_object, **self.parameters(source, key, more))


@situation
def s3_copy_md5(stage):
    bucket = stage.bucket()
    stage.put(bucket, "key", b"something")
    return {"copy-obj": Copier(stage, bucket).copy("key", "copied")}


@situation
def s3_copy_content_type_and_metadata(stage):
    bucket = stage.bucket()
    copier = Copier(stage, bucket)
    return {
        "put_object": stage.put(bucket, "source", JSON_BODY, ContentType="application/json", Metadata={"key": "value"}),
        "head_object": head(stage, bucket, "source"),
        "copy_object": copier.copy("source", "copy"),
        "head_object_copy": head(stage, bucket, "copy"),
        "copy_object_second": copier.copy("source", "second", Metadata={"another-key": "value"}, ContentType="image/jpg"),
        "head_object_second_copy": head(stage, bucket, "second"),
    }


@situation
def s3_copy_metadata_replace(stage):
    bucket = stage.bucket()
    return {
        "put_object": stage.put(bucket, "source", JSON_BODY, ContentType="application/json", ContentLanguage="en-US", Metadata={"key": "value"}),
        "head_object": head(stage, bucket, "source"),
        "copy_object": Copier(stage, bucket).copy("source", "copy", Metadata={"another-key": "value"}, ContentType="image/jpg", MetadataDirective="REPLACE"),
        "head_object_copy": head(stage, bucket, "copy"),
    }


@situation
def s3_copy_metadata_directive_copy(stage):
    bucket = stage.bucket()
    return {
        "put-object": stage.put(bucket, "source", b"test", ContentLanguage="en-US", Metadata={"key": "value"}),
        "head-object": head(stage, bucket, "source"),
        "copy-object": Copier(stage, bucket).copy("source", "copy", Metadata={"another-key": "value"}, MetadataDirective="COPY"),
        "head-object-copy": head(stage, bucket, "copy"),
    }


@situation
def s3_copy_object_in_place(stage):
    bucket = stage.bucket()
    copier = Copier(stage, bucket)
    return {
        "put_object": stage.put(bucket, "source", JSON_BODY, ContentType="application/json", Metadata={"key": "value"}),
        "head_object": head(stage, bucket, "source"),
        "object-attrs": attributes(stage, bucket, "source", "StorageClass"),
        "object-acl": stage.s3.get_object_acl(Bucket=bucket, Key="source"),
        "copy-object-in-place-no-change": copier.error("source", "source"),
        "copy-object-in-place-with-acl": copier.error("source", "source", ACL="public-read"),
        "copy-object-in-place-with-storage-class": copier.copy("source", "source", StorageClass="STANDARD", ChecksumAlgorithm="SHA256"),
        "object-attrs-after-copy": attributes(stage, bucket, "source", "StorageClass"),
    }


@situation
def s3_copy_object_in_place_website_redirect_location(stage):
    bucket = stage.bucket()
    return {
        "put-object": stage.put(bucket, "source", b"test", WebsiteRedirectLocation="/test/direct"),
        "head-object": head(stage, bucket, "source"),
        "copy-object-in-place-with-website-redirection": Copier(stage, bucket).copy("source", "source", WebsiteRedirectLocation="/test/direct"),
        "head-object-after-copy": head(stage, bucket, "source"),
    }


@situation
def s3_copy_object_with_checksum(stage):
    bucket = stage.bucket()
    copier = Copier(stage, bucket)
    change = {"ChecksumAlgorithm": stage.parameter, "MetadataDirective": "REPLACE", "Metadata": {"checksum": stage.parameter}}
    return {
        "put-object-no-checksum": stage.put(bucket, "source", JSON_BODY),
        "object-attrs": attributes(stage, bucket, "source", "Checksum"),
        "copy-object-in-place-with-checksum": copier.copy("source", "source", **change),
        "object-attrs-after-copy": attributes(stage, bucket, "source", "Checksum"),
        "copy-object-to-dest-keep-checksum": copier.copy("source", "dest"),
    }


@situation
def copy_object_if_match(stage):
    bucket = stage.bucket()
    copier = Copier(stage, bucket)
    stage.put(bucket, "source", b"source content")
    etag = stage.put(bucket, "dest", b"test")["ETag"]
    return {
        "copy-obj-if-match-fail-no-object": copier.error("source", "non-existent-key", IfMatch=etag),
        "copy-obj-if-match-fail-wrong-etag": copier.error("source", "dest", IfMatch='"abcdef"'),
        "copy-obj-if-match": copier.copy("source", "dest", IfMatch=etag),
    }


@situation
def copy_object_if_match_in_place(stage):
    bucket = stage.bucket()
    etag = stage.put(bucket, "source", b"source content")["ETag"]
    return {"copy-obj-if-match-in-place": Copier(stage, bucket).copy("source", "source", IfMatch=etag, MetadataDirective="REPLACE", Metadata={"a": "b"})}


@situation
def copy_object_if_none_match_versioned_bucket(stage):
    bucket = stage.bucket(versioned=True)
    copier = Copier(stage, bucket)
    stage.put(bucket, "source-object", b"source content")
    return {
        "copy-obj": copier.copy("source-object", "dest-object", IfNoneMatch="*"),
        "copy-obj-if-none-match-fail": copier.error("source-object", "dest-object", IfNoneMatch="*"),
        "del-obj": stage.s3.delete_object(Bucket=bucket, Key="dest-object"),
        "copy-obj-after-del": copier.copy("source-object", "dest-object", IfNoneMatch="*"),
        "list-object-versions": stage.s3.list_object_versions(Bucket=bucket),
    }


@situation
def s3_copy_object_preconditions(stage):
    bucket = stage.bucket()
    copier = Copier(stage, bucket)
    etag = stage.put(bucket, "source", b"data")["ETag"]
    found = head(stage, bucket, "source")
    modified = found["LastModified"]
    return {
        "head-object": found,
        "copy-precondition-if-match": copier.error("source", "dest", CopySourceIfMatch='"abcdef"'),
        "copy-precondition-if-unmodified-since": copier.error("source", "dest", CopySourceIfUnmodifiedSince=modified - DAY),
        "copy-precondition-if-none-match": copier.error("source", "dest", CopySourceIfNoneMatch=etag),
        "copy-precondition-if-modified-since": copier.error("source", "dest", CopySourceIfModifiedSince=modified),
        "copy-etag-missing-quotes": copier.error("source", "dest", CopySourceIfNoneMatch=etag.strip('"')),
        "copy-ignore-future-modified-since": copier.copy("source", "dest", CopySourceIfModifiedSince=modified + DAY),
        "copy-success": copier.copy("source", "dest", CopySourceIfMatch=etag, CopySourceIfNoneMatch='"abcdef"', CopySourceIfModifiedSince=modified - DAY,
                                    CopySourceIfUnmodifiedSince=modified + DAY),
    }


@situation
def s3_copy_object_if_source_modified_since_versioned(stage):
    bucket = stage.bucket(versioned=True)
    copier = Copier(stage, bucket)
    stage.put(bucket, "source", b"data")
    found = head(stage, bucket, "source")
    return {
        "head-object": found,
        "copy-if-modified-since-last-modified": copier.error("source", "dest", CopySourceIfModifiedSince=found["LastModified"]),
        "copy-if-modified-since": copier.copy("source", "dest", CopySourceIfModifiedSince=found["LastModified"] - DAY),
    }


@situation
def s3_copy_object_if_source_unmodified_since_versioned(stage):
    bucket = stage.bucket(versioned=True)
    copier = Copier(stage, bucket)
    stage.put(bucket, "source", b"data")
    found = head(stage, bucket, "source")
    return {
        "head-object": found,
        "copy-if-unmodified-since": copier.copy("source", "dest", CopySourceIfUnmodifiedSince=found["LastModified"]),
        "copy-past-if-unmodified-since": copier.error("source", "dest", CopySourceIfUnmodifiedSince=found["LastModified"] - DAY),
    }
