"""Additional checksums: verified as header and as trailer, shown again, and made of the parts' own."""

import base64
import hashlib
import http.client
import urllib.parse
import zlib

import pytest
from botocore.exceptions import ClientError

MIB = 1 << 20
# "123456789", the check value of each.
DIGITS = b"123456789"
VALUES = {"CRC32": "y/Q5Jg==", "CRC32C": "4waSgw==", "CRC64NVME": "rosUhgp5mIg=", "SHA1": "98O8HYCOBHMq32eZZczDTKeuNEE=",
          "SHA256": "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="}
ALGORITHMS = sorted(VALUES)


@pytest.fixture
def s3(client):
    return client("s3")


@pytest.fixture
def bucket(s3, account):
    s3.create_bucket(Bucket=f"checksums-{account}")
    return f"checksums-{account}"


def refused(call, **parameters):
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_put_with_a_checksum_keeps_it(s3, bucket, algorithm):
    member = f"Checksum{algorithm}"
    put = s3.put_object(Bucket=bucket, Key="key", Body=DIGITS, **{member: VALUES[algorithm]})
    assert (put[member], put["ChecksumType"]) == (VALUES[algorithm], "FULL_OBJECT")
    for answer in (s3.head_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED"), s3.get_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")):
        assert (answer[member], answer["ChecksumType"]) == (VALUES[algorithm], "FULL_OBJECT")
    assert member not in s3.head_object(Bucket=bucket, Key="key")
    attributes = s3.get_object_attributes(Bucket=bucket, Key="key", ObjectAttributes=["Checksum"])
    assert attributes["Checksum"] == {member: VALUES[algorithm], "ChecksumType": "FULL_OBJECT"}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_wrong_checksum_leaves_nothing(s3, bucket, algorithm):
    wrong = base64.b64encode(bytes(len(base64.b64decode(VALUES[algorithm])))).decode()
    error = refused(s3.put_object, Bucket=bucket, Key="key", Body=DIGITS, **{f"Checksum{algorithm}": wrong})
    assert error["Code"] == "BadDigest"
    assert error["Message"] == f"The {algorithm} you specified did not match the calculated checksum."
    malformed = refused(s3.put_object, Bucket=bucket, Key="key", Body=DIGITS, **{f"Checksum{algorithm}": "bad"})
    assert malformed["Message"] == f"Value for x-amz-checksum-{algorithm.lower()} header is invalid."
    assert refused(s3.head_object, Bucket=bucket, Key="key")["Code"] == "404"


def test_without_any_the_object_gets_crc64nvme(client, bucket):
    s3 = client("s3", request_checksum_calculation="when_required")
    put = s3.put_object(Bucket=bucket, Key="key", Body=DIGITS)
    assert (put["ChecksumCRC64NVME"], put["ChecksumType"]) == (VALUES["CRC64NVME"], "FULL_OBJECT")


def test_content_md5_is_verified(s3, bucket):
    right = base64.b64encode(hashlib.md5(DIGITS).digest()).decode()
    s3.put_object(Bucket=bucket, Key="key", Body=DIGITS, ContentMD5=right)
    wrong = base64.b64encode(bytes(16)).decode()
    assert refused(s3.put_object, Bucket=bucket, Key="other", Body=DIGITS, ContentMD5=wrong)["Code"] == "BadDigest"
    assert refused(s3.put_object, Bucket=bucket, Key="other", Body=DIGITS, ContentMD5="bad")["Code"] == "InvalidDigest"


class Trailing:
    """An aws-chunked body over a presigned URL, which signs no payload."""

    def __init__(self, s3, operation, **parameters):
        self.url = urllib.parse.urlsplit(s3.generate_presigned_url(operation, Params=parameters))

    def send(self, body, algorithm, value):
        name = f"x-amz-checksum-{algorithm.lower()}"
        framed = f"{len(body):x}\r\n".encode() + body + f"\r\n0\r\n{name}:{value}\r\n\r\n".encode()
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=30)
        connection.request("PUT", f"{self.url.path}?{self.url.query}", framed, {
            "Content-Encoding": "aws-chunked", "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-trailer": name,
            "x-amz-decoded-content-length": str(len(body)), "Content-Length": str(len(framed))})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.getheaders()), text


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_checksum_may_follow_the_body(s3, bucket, algorithm):
    put = Trailing(s3, "put_object", Bucket=bucket, Key="key")
    status, headers, text = put.send(DIGITS, algorithm, VALUES[algorithm])
    assert status == 200, text
    assert headers[f"x-amz-checksum-{algorithm.lower()}"] == VALUES[algorithm]
    status, _, text = put.send(b"other", algorithm, VALUES[algorithm])
    assert status == 400 and "<Code>BadDigest</Code>" in text
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == DIGITS


def parts_of(s3, bucket, key, bodies, algorithm, **create):
    """Uploads the bodies with their checksums: (names of the upload, its parts)."""
    names = {"Bucket": bucket, "Key": key}
    names["UploadId"] = s3.create_multipart_upload(**names, ChecksumAlgorithm=algorithm, **create)["UploadId"]
    parts = []
    for number, body in enumerate(bodies, 1):
        # Computed by the daemon where the part is copied: it is compared with the whole below.
        s3.put_object(Bucket=bucket, Key="source", Body=body)
        copied = s3.upload_part_copy(**names, PartNumber=number, CopySource=f"{bucket}/source")["CopyPartResult"]
        parts.append({"PartNumber": number, "ETag": copied["ETag"], f"Checksum{algorithm}": copied[f"Checksum{algorithm}"]})
    return names, parts


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME"])
def test_a_full_object_checksum_is_that_of_the_bytes(s3, bucket, algorithm):
    bodies = [b"a" * 5 * MIB, b"b" * (5 * MIB + 1), b"tail"]
    member = f"Checksum{algorithm}"
    names, parts = parts_of(s3, bucket, "key", bodies, algorithm, ChecksumType="FULL_OBJECT")
    done = s3.complete_multipart_upload(**names, MultipartUpload={"Parts": parts})
    # A copy in one piece reads the bytes.
    copy = s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/key", ChecksumAlgorithm=algorithm)["CopyObjectResult"]
    assert (done[member], done["ChecksumType"]) == (copy[member], "FULL_OBJECT")
    if algorithm == "CRC32":
        assert done[member] == base64.b64encode(zlib.crc32(b"".join(bodies)).to_bytes(4, "big")).decode()


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "SHA1", "SHA256"])
def test_a_composite_checksum_is_that_of_the_parts_checksums(s3, bucket, algorithm):
    member = f"Checksum{algorithm}"
    names, parts = parts_of(s3, bucket, "key", [b"a" * 5 * MIB, b"tail"], algorithm)
    done = s3.complete_multipart_upload(**names, MultipartUpload={"Parts": parts})
    raw = b"".join(base64.b64decode(part[member]) for part in parts)
    s3.put_object(Bucket=bucket, Key="raw", Body=raw)
    whole = s3.copy_object(Bucket=bucket, Key="raw-copy", CopySource=f"{bucket}/raw", ChecksumAlgorithm=algorithm)["CopyObjectResult"][member]
    assert (done[member], done["ChecksumType"]) == (f"{whole}-2", "COMPOSITE")
    one = s3.get_object(Bucket=bucket, Key="key", PartNumber=2, ChecksumMode="ENABLED")
    assert one[member] == parts[1][member]
    shown = s3.get_object_attributes(Bucket=bucket, Key="key", ObjectAttributes=["ObjectParts", "Checksum"], MaxParts=1)
    assert shown["Checksum"][member] == whole
    assert shown["ObjectParts"]["IsTruncated"] is True
    assert [part[member] for part in shown["ObjectParts"]["Parts"]] == [parts[0][member]]


def test_a_completion_is_held_to_the_checksum_and_size_that_it_claims(s3, bucket):
    names, parts = parts_of(s3, bucket, "key", [DIGITS], "CRC32C", ChecksumType="FULL_OBJECT")
    complete = {**names, "MultipartUpload": {"Parts": parts}}
    assert refused(s3.complete_multipart_upload, **complete, ChecksumCRC32C="AAAAAA==")["Code"] == "BadDigest"
    assert refused(s3.complete_multipart_upload, **complete, MpuObjectSize=8)["Code"] == "InvalidRequest"
    assert refused(s3.complete_multipart_upload, **complete, ChecksumType="COMPOSITE")["Code"] == "InvalidRequest"
    done = s3.complete_multipart_upload(**complete, ChecksumCRC32C=VALUES["CRC32C"], ChecksumType="FULL_OBJECT", MpuObjectSize=9)
    assert done["ChecksumCRC32C"] == VALUES["CRC32C"]


def test_a_part_is_held_to_the_algorithm_of_its_upload(s3, bucket):
    names = {"Bucket": bucket, "Key": "key"}
    names["UploadId"] = s3.create_multipart_upload(**names, ChecksumAlgorithm="SHA256")["UploadId"]
    error = refused(s3.upload_part, **names, PartNumber=1, Body=DIGITS, ChecksumCRC32=VALUES["CRC32"])
    assert error["Message"] == "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32"
    part = Trailing(s3, "upload_part", **names, PartNumber=1)
    status, headers, text = part.send(DIGITS, "SHA256", VALUES["SHA256"])
    assert status == 200, text
    assert headers["x-amz-checksum-sha256"] == VALUES["SHA256"]
    assert part.send(b"other", "SHA256", VALUES["SHA256"])[0] == 400
