"""Every recorded situation of S3 Control, re-enacted and compared: recorded/conformance.py."""

import secrets

import boto3
import botocore.config
from recorded import conformance, recordings

SITUATIONS = {}


def situation(function):
    SITUATIONS["test_" + function.__name__] = function
    return function


class Stage:
    """Clients of one account, and a bucket."""

    def __init__(self, endpoint, account):
        self.account = account
        session = boto3.session.Session()
        self.control, self.s3 = (
            session.client(service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=account, aws_secret_access_key="test",
                           config=botocore.config.Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}))
            for service in ("s3control", "s3"))

    def bucket(self):
        name = f"bucket-{secrets.token_hex(8)}"
        self.s3.create_bucket(Bucket=name)
        return name

    def create(self, name, bucket, **parameters):
        return self.control.create_access_point(AccountId=self.account, Name=name, Bucket=bucket, **parameters)


@situation
def access_point_already_exists(stage):
    bucket, name = stage.bucket(), f"ap-{secrets.token_hex(4)}"
    stage.create(name, bucket)
    return {"access-point-already-exists": recordings.refusal(stage.create, name=name, bucket=bucket)}


@situation
def access_point_public_access_block_configuration(stage):
    first, second = stage.bucket(), stage.bucket()
    mark = secrets.token_hex(4)
    names = [f"ap-{mark}-{number}" for number in range(5)]
    get = lambda name: stage.control.get_access_point(AccountId=stage.account, Name=name)
    answers = {
        "put-ap-empty-pabc": stage.create(names[0], first, PublicAccessBlockConfiguration={}),
        "get-ap-empty-pabc": get(names[0]),
        "put-ap-partial-pabc": stage.create(names[1], first, PublicAccessBlockConfiguration={"BlockPublicAcls": False}),
        "get-ap-partial-pabc": get(names[1]),
        "put-ap-partial-true-pabc": stage.create(names[2], first, PublicAccessBlockConfiguration={"BlockPublicAcls": True}),
        "get-ap-partial-true-pabc": get(names[2]),
        "put-ap-pabc-not-set": stage.create(names[3], first),
        "get-ap-pabc-not-set": get(names[3]),
    }
    stage.create(names[4], second)
    return answers | {"list-access-points": stage.control.list_access_points(AccountId=stage.account)}


@situation
def tag_lifecycle(stage):
    about = {"AccountId": stage.account, "ResourceArn": f"arn:aws:s3:::{stage.bucket()}"}
    tags = lambda *numbers: [{"Key": f"key{number}", "Value": f"value{number}"} for number in numbers]
    return {
        "list-tags-before": stage.control.list_tags_for_resource(**about),
        "tag-resource": stage.control.tag_resource(**about, Tags=tags(1, 2)),
        "list-tags-1": stage.control.list_tags_for_resource(**about),
        "tag-resource-after-update": stage.control.tag_resource(**about, Tags=tags(3)),
        "list-tags-after-update": stage.control.list_tags_for_resource(**about),
        "untag-resource": stage.control.untag_resource(**about, TagKeys=["key3"]),
        "list-tags-after-untag": stage.control.list_tags_for_resource(**about),
        "untag-resource-idempotent": stage.control.untag_resource(**about, TagKeys=["key3"]),
    }


class S3ControlComparison(recordings.Comparison):
    ANYTHING = {"datetime", "host-id"}

    def binds(self, name):
        """`<name:1>` stands for one value, `<region>` and `<alias-random-part>` for parts of many."""
        return name[-2].isdigit()


def test_recorded_situations_of_s3_control(named):
    def enact(name, recorded):
        function = SITUATIONS.get(name.split("::")[-1])
        if function is None:
            return None
        stage = Stage(named, conformance.fresh_account())
        return recordings.compare(recorded, function(stage), stage.account, S3ControlComparison)

    conformance.check("s3control", "S3 Control", __file__, enact)


def test_every_function_is_a_recorded_situation():
    conformance.skip_without("s3control")
    assert set(SITUATIONS) - {name.split("::")[-1] for _, name, _ in conformance.every_situation("s3control")} == set()
