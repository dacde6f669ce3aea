"""Recorded situations about encryption: SSE-KMS with the AWS managed key, SSE-C."""

from s3_stage import RANDOM_ETAGS, situation

KEY = "1234567890abcdef1234567890abcdef"
BODY = b"test-sse"
RANDOM_ETAGS |= {"test_s3_sse_default_kms_key", "test_s3_multipart_upload_sse", "test_copy_object_with_sse_c"}


def with_key(algorithm="AES256", prefix=""):
    return {f"{prefix}SSECustomerAlgorithm": algorithm, f"{prefix}SSECustomerKey": KEY}


@situation
def s3_sse_default_kms_key(stage):
    answers = {}
    bucket, other, third = stage.bucket(), stage.bucket(), stage.bucket()
    for name, to in (("", bucket), ("-bucket-2", other)):
        answers[f"put-obj-default-kms-s3-key{name}"] = stage.put(to, "key", BODY, ServerSideEncryption="aws:kms")
        answers[f"get-obj-default-kms-s3-key{name}"] = stage.get(to, "key")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
    answers["put-bucket-encryption-default-kms-s3-key"] = stage.s3.put_bucket_encryption(Bucket=third, ServerSideEncryptionConfiguration={"Rules": [rule]})
    answers["get-bucket-encryption-default-kms-s3-key"] = stage.s3.get_bucket_encryption(Bucket=third)
    answers["put-obj-default-kms-s3-key-from-bucket"] = stage.put(third, "key", BODY)
    answers["get-obj-default-kms-s3-key-from-bucket"] = stage.get(third, "key")
    return answers


@situation
def s3_multipart_upload_sse(stage):
    bucket = stage.bucket()
    names = {"Bucket": bucket, "Key": "test-sse-field-multipart"}
    answers = {"multi-sse-create-multipart": stage.s3.create_multipart_upload(**names, ServerSideEncryption="aws:kms", BucketKeyEnabled=True)}
    upload = names | {"UploadId": answers["multi-sse-create-multipart"]["UploadId"]}
    part = answers["multi-sse-upload-part"] = stage.s3.upload_part(**upload, PartNumber=1, Body=BODY)
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    answers["multi-sse-compete-multipart"] = stage.s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    return answers | {"get-obj": stage.get(*names.values())}


@situation
def copy_object_with_sse_c(stage):
    bucket = stage.bucket()
    source = {"Bucket": bucket, "CopySource": f"{bucket}/source"}

    def copy(key, **more):
        return stage.s3.copy_object(**source, Key=key, **more)

    def refused(**more):
        return stage.error(stage.s3.copy_object, **source, Key="refused", **more)

    return {
        "put-obj-sse-c": stage.put(bucket, "source", b"test_data", **with_key()),
        "get-obj-no-sse-c-param": stage.error(stage.s3.get_object, Bucket=bucket, Key="source"),
        "copy-obj-no-src-sse-c": refused(),
        "copy-obj-wrong-src-sse-c-algo": refused(**with_key("KMS", "CopySource")),
        "copy-obj-wrong-target-sse-c-algo": refused(**with_key(prefix="CopySource"), **with_key("KMS")),
        "copy-obj-target-double-encryption": refused(**with_key(prefix="CopySource"), **with_key(), ServerSideEncryption="AES256"),
        "copy-obj-sse-c": copy("copied", **with_key(prefix="CopySource"), **with_key()),
        "copy-obj-sse-c-target-no-sse-c": copy("plain", **with_key(prefix="CopySource")),
    }
