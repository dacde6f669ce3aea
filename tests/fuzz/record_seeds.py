#!/usr/bin/env python3
"""Writes the recorded part of tests/fuzz/seeds/: requests as real clients (botocore) make them, signed, with the time standing still.

    .venv/bin/python tests/fuzz/record_seeds.py

Nothing is sent. Run it again when a service is added; findings and hand-written seeds in the files stay.
"""

import datetime
import json
import pathlib

import botocore.auth
import botocore.awsrequest
import botocore.compat
import botocore.config
import botocore.session

SEEDS = pathlib.Path(__file__).resolve().parent / "seeds"
NOW = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
# The target that decodes a service's requests, and what is asked of it.
CALLS = {
    "wire_json": [
        ("sqs", "SendMessage", {"QueueUrl": "http://localhost/000000000000/q", "MessageBody": "hé", "DelaySeconds": 3,
                                "MessageAttributes": {"a": {"DataType": "Number", "StringValue": "1.5"},
                                                      "b": {"DataType": "Binary", "BinaryValue": b"\0\xff"}}}),
        ("sqs", "CreateQueue", {"QueueName": "q.fifo", "Attributes": {"FifoQueue": "true"}, "tags": {"k": "v"}}),
        ("sqs", "DeleteMessageBatch", {"QueueUrl": "http://localhost/000000000000/q",
                                       "Entries": [{"Id": "1", "ReceiptHandle": "AQEB"}, {"Id": "2", "ReceiptHandle": "x"}]}),
        ("dynamodb", "PutItem", {"TableName": "t", "Item": {"a": {"S": "x"}, "b": {"M": {"c": {"L": [{"N": "1"}, {"NULL": True}]}}},
                                                            "d": {"B": b"\1"}, "e": {"SS": ["u", "v"]}}}),
        ("kinesis", "PutRecords", {"StreamName": "s", "Records": [{"Data": b"abc", "PartitionKey": "p"}]}),
        ("logs", "PutLogEvents", {"logGroupName": "g", "logStreamName": "s", "logEvents": [{"timestamp": 1, "message": "m"}]}),
    ],
    "wire_query": [
        ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::123456789012:role/r", "RoleSessionName": "s", "DurationSeconds": 900,
                               "Tags": [{"Key": "k", "Value": "v"}], "TransitiveTagKeys": ["k"]}),
        ("sts", "GetCallerIdentity", {}),
        ("iam", "CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": "{\"Version\":\"2012-10-17\"}", "MaxSessionDuration": 3600}),
        ("sns", "Publish", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message": "m é",
                            "MessageAttributes": {"a": {"DataType": "String", "StringValue": "x"}}}),
    ],
    "wire_ec2": [
        ("ec2", "DescribeInstances", {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1", "vpc-2"]}], "MaxResults": 5}),
        ("ec2", "RunInstances", {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 2, "UserData": "x",
                                 "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8, "DeleteOnTermination": True}}],
                                 "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "k", "Value": "v"}]}]}),
    ],
    "wire_rest_json": [
        ("lambda", "CreateFunction", {"FunctionName": "f", "Runtime": "python3.12", "Role": "arn:aws:iam::123456789012:role/r", "Handler": "a.b",
                                      "Code": {"ZipFile": b"PK"}, "Timeout": 3, "Environment": {"Variables": {"A": "b"}}}),
        ("lambda", "Invoke", {"FunctionName": "f:1", "Payload": b"{\"a\":1}", "LogType": "Tail"}),
        ("lambda", "ListFunctions", {"MaxItems": 10, "Marker": "a b+c"}),
    ],
    "wire_rest_xml": [
        ("s3", "PutObject", {"Bucket": "bucket", "Key": "a b/ü+%2F", "Body": b"hello", "Metadata": {"m": "v"}, "Tagging": "a=1&b=2",
                             "ContentType": "text/plain"}),
        ("s3", "CreateBucket", {"Bucket": "bucket", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}),
        ("s3", "DeleteObjects", {"Bucket": "bucket", "Delete": {"Objects": [{"Key": "a"}, {"Key": "<&>", "VersionId": "null"}], "Quiet": True}}),
        ("s3", "CompleteMultipartUpload", {"Bucket": "bucket", "Key": "k", "UploadId": "u",
                                           "MultipartUpload": {"Parts": [{"ETag": "\"e\"", "PartNumber": 1, "ChecksumCRC32": "AAAAAA=="}]}}),
        ("s3", "CopyObject", {"Bucket": "bucket", "Key": "k", "CopySource": {"Bucket": "from", "Key": "a b", "VersionId": "v"}}),
        ("s3", "ListObjectsV2", {"Bucket": "bucket", "Prefix": "a/", "Delimiter": "/", "MaxKeys": 7, "StartAfter": "ü"}),
        ("s3", "GetObject", {"Bucket": "bucket", "Key": "k", "Range": "bytes=0-9", "IfModifiedSince": NOW}),
        ("s3", "PutBucketNotificationConfiguration", {"Bucket": "bucket", "NotificationConfiguration": {
            "QueueConfigurations": [{"Id": "i", "QueueArn": "arn:aws:sqs:us-east-1:000000000000:q", "Events": ["s3:ObjectCreated:*"],
                                     "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "p"}]}}}]}}),
        ("s3", "PutBucketTagging", {"Bucket": "bucket", "Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]}}),
    ],
    "wire_cbor": [
        ("cloudwatch", "PutMetricData", {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1.5, "Timestamp": NOW,
                                                                           "Dimensions": [{"Name": "d", "Value": "v"}]}]}),
        ("cloudwatch", "GetMetricData", {"StartTime": NOW, "EndTime": NOW, "MetricDataQueries": [{"Id": "a", "Expression": "1"}]}),
    ],
}


class StandingStill(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return NOW.replace(tzinfo=None)

    @classmethod
    def now(cls, tz=None):
        return NOW


def raw(request):
    """An AWSPreparedRequest as it stands on the wire."""
    url = request.url.split("://", 1)[1]
    host, _, path = url.partition("/")
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    lines = [f"{request.method} /{path} HTTP/1.1".encode(), b"Host: " + host.encode()]
    for name, value in request.headers.items():
        value = value if isinstance(value, bytes) else str(value).encode()
        if name.lower() not in ("user-agent", "amz-sdk-invocation-id", "amz-sdk-request"):
            lines.append(name.encode() + b": " + value)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def record(service, operation, parameters, presign=False, **config):
    session = botocore.session.get_session()
    session.set_credentials(KEY, SECRET)
    client = session.create_client(service, region_name="us-east-1", endpoint_url="http://localhost:4566",
                                   config=botocore.config.Config(parameter_validation=False, **config))
    method = botocore.xform_name(operation)
    if presign:
        url = client.generate_presigned_url(method, Params=parameters, ExpiresIn=600)
        return raw(botocore.awsrequest.AWSRequest(method="GET", url=url).prepare())
    caught = []

    def catch(request, **_):
        caught.append(raw(request))
        return botocore.awsrequest.AWSResponse(request.url, 200, {}, None)

    client.meta.events.register("before-send", catch)
    try:
        getattr(client, method)(**parameters)
    except Exception:  # noqa: BLE001 - the made-up answer is none that a client understands
        pass
    return caught[0]


def write(target, recorded):
    """Seeds are texts whose characters are bytes (Latin-1)."""
    file = SEEDS / f"{target}.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    known["recorded"] = [seed.decode("latin-1") for seed in recorded]
    known.setdefault("written", [])
    known.setdefault("findings", {})
    file.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


def main():
    botocore.auth.datetime = type("module", (), {"datetime": StandingStill, "timezone": datetime.timezone, "timedelta": datetime.timedelta})
    botocore.auth.time = type("module", (), {"time": staticmethod(NOW.timestamp)})
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: NOW.replace(tzinfo=None) if remove_tzinfo else NOW
    SEEDS.mkdir(exist_ok=True)
    path_style = {"s3": {"addressing_style": "path"}}
    everything = []
    for target, calls in CALLS.items():
        seeds = []
        for service, operation, parameters in calls:
            request = record(service, operation, parameters, **path_style)
            seeds.append(f"{service} {operation}\n".encode() + request)
            everything.append(request)
        write(target, seeds)
    streamed = record("s3", "PutObject", {"Bucket": "bucket", "Key": "k", "Body": b"streamed " * 20, "ChecksumAlgorithm": "SHA256"}, **path_style)
    presigned = [record("s3", "GetObject", {"Bucket": "bucket", "Key": "a b"}, presign=True, signature_version=version, **path_style)
                 for version in ("s3v4", "s3")]
    presigned.append(record("sts", "GetCallerIdentity", {}, presign=True))
    write("http_request", everything[::4] + [streamed])
    write("wire_routing", everything[::2] + presigned[:1])
    write("authenticator", everything[::3] + [streamed] + presigned)


if __name__ == "__main__":
    main()
