"""A daemon that is killed forgets nothing of what S3 still had to do, and does nothing twice."""

import re

import pytest
import s3_stage
from daemons import Daemon

pytestmark = pytest.mark.stratolite
OBJECTS = 60


@pytest.fixture
def place(tmp_path):
    return tmp_path / "data"


def s3_of(daemon):
    return s3_stage.Stage(daemon.endpoint, "123456789012").s3


def advance(daemon, by):
    s3_stage.Stage(daemon.endpoint, "123456789012").http("/_stratolite/clock", "POST", data=f'{{"advance": "{by}"}}'.encode())


def killed(daemon):
    daemon.process.kill()
    daemon.process.wait()
    daemon.stop()


def test_replication_and_logs_go_on_where_they_were(binary, place):
    daemon = Daemon(binary, data_dir=place)
    s3 = s3_of(daemon)
    for bucket in ("source", "target", "logs"):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    rule = {"Status": "Enabled", "Priority": 1, "Filter": {}, "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::target"}}
    s3.put_bucket_replication(Bucket="source", ReplicationConfiguration={"Role": "arn:aws:iam::123456789012:role/r", "Rules": [rule]})
    s3.put_bucket_logging(Bucket="source", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": ""}})
    made = {f"k{number}": s3.put_object(Bucket="source", Key=f"k{number}", Body=b"x" * 70_000)["VersionId"] for number in range(OBJECTS)}
    killed(daemon)

    daemon = Daemon(binary, data_dir=place)
    try:
        s3 = s3_of(daemon)
        advance(daemon, "PT1S")
        assert {s3.head_object(Bucket="source", Key=key)["ReplicationStatus"] for key in made} == {"COMPLETED"}
        versions = [(version["Key"], version["VersionId"]) for version in s3.list_object_versions(Bucket="target")["Versions"]]
        assert sorted(versions) == sorted(made.items())
        advance(daemon, "PT1H")
        text = "".join(s3.get_object(Bucket="logs", Key=found["Key"])["Body"].read().decode() for found in s3.list_objects_v2(Bucket="logs")["Contents"])
        assert sorted(re.findall(r"REST\.PUT\.OBJECT (\S+) ", text)) == sorted(made)
    finally:
        daemon.stop()
