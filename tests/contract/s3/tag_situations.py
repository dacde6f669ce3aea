"""Recorded situations about the tags of objects."""

from s3_stage import situation


def tag_set(**tags):
    return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}


class Tagging:
    """The three operations on the tags of one key."""

    def __init__(self, stage, bucket, key="object"):
        self.stage = stage
        self.s3 = stage.s3
        self.names = {"Bucket": bucket, "Key": key}

    def put(self, version=None, **tags):
        return self.s3.put_object_tagging(**self.at(version), Tagging=tag_set(**tags))

    def get(self, version=None):
        return self.s3.get_object_tagging(**self.at(version))

    def delete(self, version=None):
        return self.s3.delete_object_tagging(**self.at(version))

    def at(self, version):
        return self.names | ({"VersionId": version} if version else {})

    def refused(self, prefix, suffix, *version):
        error = self.stage.error
        return {
            f"put-{prefix}{suffix}": error(lambda: self.put(*version, tag="tag")),
            f"get-{prefix}{suffix}": error(lambda: self.get(*version)),
            f"delete-{prefix}{suffix}": error(lambda: self.delete(*version)),
        }


@situation
def object_tagging_crud(stage):
    bucket = stage.bucket()
    put = stage.put(bucket, "object", b"test-tagging")
    tags = Tagging(stage, bucket)
    return {
        "put-object": put,
        "get-object-tags-empty": tags.get(),
        "put-object-tags": tags.put(tag1="tag1", tag2=""),
        "get-object-tags": tags.get(),
        "put-object-tags-overwrite": tags.put(tag3="tag3"),
        "get-object-tags-overwritten": tags.get(),
        "get-obj-after-tags": stage.get(bucket, "object"),
        "delete-object-tags": tags.delete(),
        "get-object-tags-deleted": tags.get(),
        "get-obj-after-tags-deleted": stage.get(bucket, "object"),
    }


@situation
def head_object_with_tags(stage):
    bucket = stage.bucket()
    head = lambda: stage.s3.head_object(Bucket=bucket, Key="object")
    tags = Tagging(stage, bucket)
    return {
        "put-object": stage.put(bucket, "object", b"test-tagging", Tagging="a=1&b=2&c=3"),
        "head-obj-after-create": head(),
        "put-object-tags": tags.put(a="1"),
        "head-obj-after-tagging": head(),
        "head-obj-after-overwrite": (tags.put(a="1", b="2", c="3"), head())[1],
        "head-obj-after-removal": (tags.delete(), head())[1],
    }


@situation
def object_tagging_exc(stage):
    bucket = stage.bucket()
    put = lambda header: stage.error(stage.s3.put_object, Bucket=bucket, Key="object", Body=b"", Tagging=header)
    return {
        **Tagging(stage, stage.name(), "fake-key").refused("no-bucket", "-tags"),
        **Tagging(stage, bucket, "fake-key").refused("no-key", "-tags"),
        "put-obj-duplicate-tagging": put("key1=val1&key1=val2"),
        "put-obj-wrong-format": put("key1=val1,key2=val2"),
    }


@situation
def object_tagging_versioned(stage):
    bucket = stage.bucket(versioned=True)
    first = stage.put(bucket, "object", b"test-0", Tagging="test_tag=tagv1")
    second = stage.put(bucket, "object", b"test-1")
    old = first["VersionId"]
    tags = Tagging(stage, bucket)
    answers = {
        "put-obj-0": first,
        "put-obj-1": second,
        "put-object-tags-current-version": tags.put(tag3="tag3"),
        "get-object-tags-current-version": tags.get(),
        "get-object-tags-previous-version": tags.get(old),
        "put-object-tags-previous-version": tags.put(old, tag1="tag1"),
        "get-object-tags-previous-version-again": tags.get(old),
    }
    tags.delete()
    answers["get-object-tags-deleted-current"] = tags.get()
    tags.delete(old)
    answers["get-object-tags-previous-version-deleted"] = tags.get()
    marker = stage.s3.delete_object(Bucket=bucket, Key="object")
    return answers | {"put-delete-marker": marker} | tags.refused("object-tags", "-delete-marker-latest") | \
        tags.refused("object-tags", "-delete-marker-id", marker["VersionId"])


@situation
def object_tags_delete_or_overwrite_object(stage):
    bucket = stage.bucket()
    tags = Tagging(stage, bucket)
    stage.put(bucket, "object", b"a", Tagging="tag1=val1")
    created = tags.get()
    stage.put(bucket, "object", b"b")
    overwritten = tags.get()
    tags.put(tag1="val1")
    stage.s3.delete_object(Bucket=bucket, Key="object")
    stage.put(bucket, "object", b"c")
    return {"get-object-after-creation": created, "get-object-after-overwrite": overwritten, "get-object-after-recreation": tags.get()}


@situation
def put_object_tagging_none_value(stage):
    bucket = stage.bucket()
    stage.put(bucket, "object", b"a")
    tags = Tagging(stage, bucket)
    tags.put(tag="tag")
    return {"put-none-tag-set": tags.put(), "get-object-tags-none": tags.get()}
