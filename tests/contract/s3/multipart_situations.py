"""Recorded situations about multipart uploads, additional checksums of them, and attributes of objects."""

import base64
import datetime
import hashlib
import io
import zlib

from boto3.s3.transfer import TransferConfig

from s3_stage import situation

KIB = 1 << 10
# One more than the least size of a part.
BIG = b"a" * (5 * KIB * KIB + 1)
WORDS = b"upload-part-1"
DAY = datetime.timedelta(days=1)


def crc32c(data):
    """A table of what each byte does; several million bytes take a second."""
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return (crc ^ 0xFFFFFFFF).to_bytes(4, "big")


RAW = {
    "CRC32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "CRC32C": crc32c,
    "SHA1": lambda data: hashlib.sha1(data).digest(),
    "SHA256": lambda data: hashlib.sha256(data).digest(),
}


def checksum(algorithm, data):
    return base64.b64encode(RAW[algorithm](data)).decode()


class Uploading:
    """One multipart upload."""

    def __init__(self, stage, bucket, key, **parameters):
        self.stage = stage
        self.s3 = stage.s3
        self.object = {"Bucket": bucket, "Key": key}
        self.created = self.s3.create_multipart_upload(**self.object, **parameters)
        self.names = self.object | {"UploadId": self.created["UploadId"]}
        self.parts = []

    def part(self, number, body, **parameters):
        answer = self.s3.upload_part(**self.names, PartNumber=number, Body=body, **parameters)
        self.parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        return answer

    def part_copy(self, source, **parameters):
        return self.s3.upload_part_copy(**self.names, PartNumber=1, CopySource={"Bucket": self.object["Bucket"], "Key": source}, **parameters)

    def list(self, **parameters):
        return self.s3.list_parts(**self.names, **parameters)

    def complete(self, parts=None, **parameters):
        return self.s3.complete_multipart_upload(**self.names, MultipartUpload={"Parts": self.parts if parts is None else parts}, **parameters)

    def refused(self, parts=None, **parameters):
        return self.stage.error(self.complete, parts=parts, **parameters)

    def attributes(self, *names):
        return self.s3.get_object_attributes(**self.object, ObjectAttributes=list(names))

    def head(self, **parameters):
        return self.s3.head_object(**self.object, **parameters)

    def get(self, **parameters):
        return self.stage.read(self.s3.get_object(**self.object, **parameters))

    def get_without_body(self, **parameters):
        """Large bodies were not recorded."""
        return self.get(**parameters) | {"Body": ""}


@situation
def multipart_and_list_parts(stage):
    bucket = stage.bucket()
    one = Uploading(stage, bucket, "test-list-parts")
    listing = lambda: stage.s3.list_multipart_uploads(Bucket=bucket)
    return {
        "create-multipart": one.created,
        "list-all-uploads": listing(),
        "list-part-after-created": one.list(),
        "upload-part": one.part(1, WORDS * 5),
        "list-part-after-upload": one.list(),
        "list-all-uploads-after": listing(),
        "complete-multipart": one.complete(),
        "list-part-after-complete-exc": stage.error(one.list),
        "list-all-uploads-completed": listing(),
        "get-multipart-checksum": one.get(ChecksumMode="ENABLED"),
        "head-multipart-checksum": one.head(ChecksumMode="ENABLED"),
    }


@situation
def multipart_no_such_upload(stage):
    names = {"Bucket": stage.bucket(), "Key": "key", "UploadId": "fakeid"}
    return {
        "upload-exc": stage.error(stage.s3.upload_part, **names, PartNumber=1, Body=b""),
        "complete-exc": stage.error(stage.s3.complete_multipart_upload, **names),
        "abort-exc": stage.error(stage.s3.abort_multipart_upload, **names),
    }


@situation
def multipart_complete_multipart_too_small(stage):
    one = Uploading(stage, stage.bucket(), "key")
    return {
        "upload-part1": one.part(1, b"data"),
        "upload-part2": one.part(2, b"data"),
        "complete-exc-no-parts": stage.error(stage.s3.complete_multipart_upload, **one.names),
        "complete-exc-too-small": one.refused(),
    }


@situation
def complete_multipart_parts_order(stage):
    bucket = stage.bucket()
    ordered = Uploading(stage, bucket, "test-order-parts")
    for number in (1, 2, 3):
        ordered.part(number, BIG)
    stepping = Uploading(stage, bucket, "key-sequence-with-step-2")
    for number in (2, 4, 6):
        stepping.part(number, BIG)
    return {
        "upload-part-negative-part-number": stage.error(stage.s3.upload_part, **ordered.names, PartNumber=-1, Body=b""),
        "complete-multipart-unordered": ordered.refused(ordered.parts[::-1]),
        "complete-multipart-ordered": ordered.complete(),
        "complete-multipart-with-step-2": stepping.complete(),
    }


@situation
def upload_file_multipart(stage):
    bucket = stage.bucket()
    stage.s3.upload_fileobj(io.BytesIO(b"1" * 6 * KIB), bucket, "my-key", Config=TransferConfig(multipart_threshold=5 * KIB, multipart_chunksize=KIB))
    return {"get_object": stage.get(bucket, "my-key") | {"Body": ""}}


@situation
def set_external_hostname(stage):
    one = Uploading(stage, stage.bucket(), "test.file")
    one.part(1, b"test content 123")
    # Both names were recorded for the one answer.
    completed = one.complete()
    return {"multipart-upload": completed, "get-object": completed}


@situation
def multipart_if_match_etag(stage):
    bucket = stage.bucket()
    put = stage.put(bucket, "test-precondition", b"test")
    first = Uploading(stage, bucket, "test-precondition")
    first.part(1, b"test")
    completed = first.complete(IfMatch=put["ETag"])
    second = Uploading(stage, bucket, "test-precondition")
    second.part(1, b"test")
    return {
        "put-obj": put,
        "create-multipart": first.created,
        "complete-multipart-if-match": completed,
        "create-multipart-overwrite": second.created,
        "complete-multipart-if-match-true-etag": second.refused(IfMatch=put["ETag"]),
        "complete-multipart-if-match-overwrite-multipart": second.complete(IfMatch=completed["ETag"]),
    }


@situation
def list_parts_empty_part_number_marker(stage):
    one = Uploading(stage, stage.bucket(), "test-list-part-empty-marker")
    one.part(1, b"data")

    def listing(query):
        def edit(request, **_):
            request.url += query

        stage.s3.meta.events.register("before-sign.s3.ListParts", edit)
        answer = one.list()
        stage.s3.meta.events.unregister("before-sign.s3.ListParts", edit)
        return answer

    return {"list-parts-empty-marker": listing("&part-number-marker="), "list-parts-empty-max-parts": listing("&max-parts=")}


@situation
def list_parts_pagination(stage):
    one = Uploading(stage, stage.bucket(), "test-list-part-pagination")
    empty = one.list()
    one.part(1, b"data")
    one.part(2, b"data")
    return {
        "list-parts-empty": empty,
        "list-parts-all": one.list(),
        "list-parts-1": one.list(MaxParts=1),
        "list-parts-next": one.list(MaxParts=1, PartNumberMarker=1),
        "list-parts-wrong-part": one.list(MaxParts=1, PartNumberMarker=10),
    }


@situation
def upload_part_copy_no_copy_source_range(stage):
    bucket = stage.bucket()
    put = stage.put(bucket, "source", b"0123456789")
    one = Uploading(stage, bucket, "test-upload-part-copy")
    return {"put-src-object": put, "create-multipart": one.created, "upload-part-copy": one.part_copy("source"), "list-parts": one.list()}


class Copying(Uploading):
    """An upload beside an object of ten bytes to copy from."""

    def __init__(self, stage):
        bucket = stage.bucket()
        self.etag = stage.put(bucket, "source_file.txt", b"0123456789")["ETag"]
        self.modified = stage.s3.head_object(Bucket=bucket, Key="source_file.txt")["LastModified"]
        super().__init__(stage, bucket, "destination_file.txt")

    def copy(self, **conditions):
        return self.part_copy("source_file.txt", **conditions)


@situation
def upload_part_copy_with_copy_source_if_match_and_if_unmodified_since_match(stage):
    one = Copying(stage)
    return {"upload-part-copy": one.copy(CopySourceIfMatch=one.etag, CopySourceIfUnmodifiedSince=one.modified - DAY), "list-parts": one.list()}


@situation
def upload_part_copy_with_copy_source_if_match_failed(stage):
    return {"upload-part-copy-source-if-match": stage.error(Copying(stage).copy, CopySourceIfMatch='"abcdef"')}


@situation
def upload_part_copy_with_copy_source_if_match_none_success(stage):
    one = Copying(stage)
    return {"upload-part-copy-if-none-match": one.copy(CopySourceIfNoneMatch='"abcdef"'), "list-parts": one.list()}


@situation
def upload_part_copy_with_copy_source_if_modified_since_in_future_success(stage):
    one = Copying(stage)
    return {"upload-part-copy-if-modified-since-in-future": one.copy(CopySourceIfModifiedSince=one.modified + DAY), "list-parts": one.list()}


@situation
def upload_part_copy_with_if_modified_since_failed(stage):
    one = Copying(stage)
    return {"upload-part-copy-source-modified-since-match": stage.error(one.copy, CopySourceIfModifiedSince=one.modified)}


@situation
def multipart_checksum_type_default_for_checksum(stage):
    return {"create-mpu-default-checksum-type": Uploading(stage, stage.bucket(), "test-multipart-checksum-default", ChecksumAlgorithm=stage.parameter).created}


@situation
def multipart_checksum_type_compatibility(stage):
    kind, algorithm = stage.parameters
    names = {"Bucket": stage.bucket(), "Key": "test-multipart-checksum-compat", "ChecksumAlgorithm": algorithm, "ChecksumType": kind}
    if (kind, algorithm) in {("COMPOSITE", "CRC64NVME"), ("FULL_OBJECT", "SHA1"), ("FULL_OBJECT", "SHA256")}:
        return {"create-mpu-checksum-exc": stage.error(stage.s3.create_multipart_upload, **names)}
    return {"create-mpu-checksum": stage.s3.create_multipart_upload(**names)}


@situation
def complete_multipart_parts_checksum_default(stage):
    bucket = stage.bucket()
    one = Uploading(stage, bucket, "test-multipart-checksum")
    answers = {
        "create-mpu-no-checksum": one.created,
        "list-multiparts": stage.s3.list_multipart_uploads(Bucket=bucket),
        "upload-part-different-checksum-than-default": one.part(1, b"aaa", ChecksumCRC32C=checksum("CRC32C", b"aaa")),
        "list-parts": one.list(),
        "complete-multipart-parts-checksum": one.refused([one.parts[0] | {"ChecksumCRC32C": checksum("CRC32C", b"aaa")}]),
        "complete-multipart-wrong-parts-checksum": one.refused([one.parts[0] | {"ChecksumSHA256": checksum("SHA256", b"bbb")}]),
        "complete-multipart-composite-type": one.refused(ChecksumType="COMPOSITE"),
        "complete-multipart-full-object-type": one.refused(ChecksumType="FULL_OBJECT"),
        "complete-multipart-checksum": one.complete(),
    }
    return answers | look_at_object_and_copy(stage, one)


def look_at_object_and_copy(stage, one):
    bucket = one.object["Bucket"]
    copy = {"Bucket": bucket, "Key": "copied"}
    return {
        "get-object-with-checksum": one.get_without_body(ChecksumMode="ENABLED"),
        "head-object-with-checksum": one.head(ChecksumMode="ENABLED"),
        "get-object-attrs": one.attributes("Checksum", "ETag", "ObjectParts"),
        "copy-obj-checksum": stage.s3.copy_object(**copy, CopySource=one.object),
        "get-copy-object-attrs": stage.s3.get_object_attributes(**copy, ObjectAttributes=["Checksum", "ETag"]),
    }


@situation
def complete_multipart_parts_checksum_composite(stage):
    algorithm = stage.parameter
    member = f"Checksum{algorithm}"
    one = Uploading(stage, stage.bucket(), "test-multipart-checksum", ChecksumAlgorithm=algorithm)
    answers = {"create-mpu-checksum": one.created}
    bodies = [BIG, BIG, b"a" * 10]
    values = [checksum(algorithm, body) for body in bodies[1:]]
    values.insert(0, values[0])
    for index, (body, value) in enumerate(zip(bodies, values)):
        answers[f"upload-part-{index}"] = one.part(index + 1, body, **{member: value})
    right = [part | {member: value} for part, value in zip(one.parts, values)]
    # AWS goes through the parts in no order and named another one each time: only that one is wrong here.
    wrong = {"CRC32": 0, "CRC32C": 1}.get(algorithm, 2)
    mixed = [part | ({member: checksum(algorithm, b"wrong")} if index == wrong else {}) for index, part in enumerate(right)]
    answers |= {
        "list-parts": one.list(),
        "complete-multipart-no-checksum": one.refused(),
        "complete-multipart-wrong-parts-checksum": one.refused(mixed),
        "complete-multipart-checksum": one.complete(right),
        "get-object-part-checksum": one.get(PartNumber=3, ChecksumMode="ENABLED"),
    }
    return answers | look_at_object_and_copy(stage, one)


@situation
def multipart_upload_part_copy_checksum(stage):
    bucket = stage.bucket()
    put = stage.put(bucket, "source", b"this is a part")
    one = Uploading(stage, bucket, "test-multipart-checksum", ChecksumAlgorithm="CRC32C", ChecksumType=stage.parameter)
    copied = one.part_copy("source")
    part = {"PartNumber": 1} | {name: copied["CopyPartResult"][name] for name in ("ETag", "ChecksumCRC32C")}
    return {
        "put-object": put,
        "create-mpu-checksum-sha256": one.created,
        "upload-part-copy": copied,
        "list-parts": one.list(),
        "complete-multipart-checksum": one.complete([part]),
        "get-object-with-checksum": one.get(ChecksumMode="ENABLED"),
        "head-object-with-checksum": one.head(ChecksumMode="ENABLED"),
        "get-object-attrs": one.attributes("Checksum", "ETag", "ObjectParts"),
    }


@situation
def get_object_attributes(stage):
    bucket = stage.bucket()
    stage.put(bucket, "data.txt", b"69\n420\n")
    single = Uploading(stage, bucket, "test-get-obj-attrs-multipart")
    single.part(1, WORDS * 5)
    single.complete()
    double = Uploading(stage, bucket, "test-get-obj-attrs-multipart-2")
    double.part(1, WORDS * 403300)
    double.part(2, WORDS * 5)
    double.complete()
    attributes = lambda *names: stage.s3.get_object_attributes(Bucket=bucket, Key="data.txt", ObjectAttributes=list(names))
    return {
        "object-attrs": attributes("StorageClass", "ETag", "ObjectSize", "ObjectParts", "Checksum"),
        "object-attrs-multiparts-1-part": single.attributes("StorageClass", "ETag", "ObjectSize", "ObjectParts"),
        "object-attrs-multiparts-2-parts": double.attributes("StorageClass", "ETag", "ObjectSize", "ObjectParts"),
        "object-attrs-multiparts-2-parts-checksum": double.attributes("StorageClass", "ETag", "ObjectSize", "Checksum"),
    }


@situation
def get_object_attributes_versioned(stage):
    bucket = stage.bucket(versioned=True)
    names = {"Bucket": bucket, "Key": "key-attrs-versioned"}
    first = stage.put(bucket, names["Key"], b"69\n420\n")
    second = stage.put(bucket, names["Key"], b"version 2")
    latest = stage.s3.get_object_attributes(**names, ObjectAttributes=["StorageClass", "ETag", "ObjectSize", "ObjectParts", "Checksum"])
    return {
        "put-obj-v1": first,
        "put-obj-v2": second,
        "object-attrs": latest,
        "delete-key": stage.s3.delete_object(**names),
        "deleted-object-attrs": stage.error(stage.s3.get_object_attributes, **names, ObjectAttributes=["StorageClass", "ETag", "ObjectSize", "ObjectParts"]),
        "get-object-attrs-v1": stage.s3.get_object_attributes(**names, VersionId=first["VersionId"], ObjectAttributes=["StorageClass", "ETag", "ObjectSize"]),
    }
