"""`--iam enforce`: requests through access points, accounts' blocks of public access, tags of buckets as condition keys, sessions of directory buckets."""

import socket

import boto3
import botocore.config
import botocore.exceptions
import pytest
from enforcement import CONFIG, REGION, Stage, allow, policy

pytestmark = pytest.mark.stratolite
ACCOUNT = "000000000000"
OPEN = {member: False for member in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")}


@pytest.fixture(autouse=True)
def every_name_is_here(monkeypatch):
    """`*.localhost` does not resolve everywhere."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: resolve("127.0.0.1" if "localhost" in str(host) else host, *rest, **more))


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    yield stage
    stage.stop()


def named(stage, service, keys):
    """A client of an endpoint that has a name: S3 Control puts the account before it."""
    return boto3.client(service, endpoint_url=stage.endpoint.replace("127.0.0.1", "localhost"), region_name=REGION, aws_access_key_id=keys.key,
                        aws_secret_access_key=keys.secret, config=botocore.config.Config(**CONFIG))


def outcome(call, **parameters):
    try:
        call(**parameters)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return "allowed"


@pytest.fixture
def point(stage, request):
    """A bucket with an object, and its access point."""
    root = stage.root()
    bucket = "of-" + request.node.name.replace("_", "-")[:40].rstrip("-")
    root.client("s3").create_bucket(Bucket=bucket)
    root.client("s3").put_object(Bucket=bucket, Key="key", Body=b"body")
    control = named(stage, "s3control", root)
    made = control.create_access_point(AccountId=ACCOUNT, Name="p-" + bucket[:40].rstrip("-"), Bucket=bucket)
    return {"bucket": bucket, "arn": made["AccessPointArn"], "alias": made["Alias"], "name": "p-" + bucket[:40].rstrip("-"), "control": control}


def test_both_the_point_and_the_bucket_must_let(stage, point):
    of_point, of_bucket = (allow("s3:GetObject", arn) for arn in (point["arn"] + "/object/*", f"arn:aws:s3:::{point['bucket']}/*"))
    get = lambda *statements: outcome(stage.user(*statements).client("s3").get_object, Bucket=point["alias"], Key="key")
    assert {"point": get(of_point), "bucket": get(of_bucket), "both": get(of_point, of_bucket), "neither": get()} == {
        "point": "AccessDenied", "bucket": "AccessDenied", "both": "allowed", "neither": "AccessDenied"}


def test_a_bucket_may_hand_the_decision_on(stage, point):
    user = stage.user(allow("s3:GetObject", point["arn"] + "/object/*"))
    get = lambda: outcome(user.client("s3").get_object, Bucket=point["alias"], Key="key")
    assert get() == "AccessDenied"
    delegates = allow("*", [f"arn:aws:s3:::{point['bucket']}", f"arn:aws:s3:::{point['bucket']}/*"], Principal={"AWS": "*"},
                      Condition={"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}})
    stage.root().client("s3").put_bucket_policy(Bucket=point["bucket"], Policy=policy(delegates))
    assert get() == "allowed"
    assert outcome(user.client("s3").get_object, Bucket=point["bucket"], Key="key") == "AccessDenied"


def test_the_policy_of_an_access_point_decides(stage, point):
    user = stage.user(allow("s3:GetObject", "*"))
    get = lambda: outcome(user.client("s3").get_object, Bucket=point["alias"], Key="key")
    assert get() == "allowed"
    denies = {"Effect": "Deny", "Principal": {"AWS": user.arn}, "Action": "s3:GetObject", "Resource": point["arn"] + "/object/*"}
    point["control"].put_access_point_policy(AccountId=ACCOUNT, Name=point["name"], Policy=policy(denies))
    assert get() == "AccessDenied"
    assert outcome(user.client("s3").get_object, Bucket=point["bucket"], Key="key") == "allowed"


def test_strangers_come_through_no_access_point_of_a_bucket_that_is_closed(stage, point):
    stranger = stage.user(allow("s3:*", "*"), account="111122223333")
    assert outcome(stranger.client("s3").get_object, Bucket=point["alias"], Key="key") == "AccessDenied"


def test_the_account_s_block_closes_what_a_bucket_opened(stage):
    root = stage.root(account="444455556666")
    s3, control = root.client("s3"), named(stage, "s3control", root)
    s3.create_bucket(Bucket="opened-to-all")
    s3.put_object(Bucket="opened-to-all", Key="key", Body=b"body")
    s3.put_public_access_block(Bucket="opened-to-all", PublicAccessBlockConfiguration=OPEN)
    s3.put_bucket_policy(Bucket="opened-to-all", Policy=policy(allow("s3:GetObject", "arn:aws:s3:::opened-to-all/*", Principal="*")))
    stranger = stage.user(allow("s3:*", "*"), account="111122223333").client("s3")
    assert outcome(stranger.get_object, Bucket="opened-to-all", Key="key") == "allowed"
    control.put_public_access_block(AccountId="444455556666", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
    assert outcome(stranger.get_object, Bucket="opened-to-all", Key="key") == "AccessDenied"


def test_tags_of_a_bucket_decide_once_it_wants_that(stage):
    root = stage.root()
    s3 = root.client("s3")
    s3.create_bucket(Bucket="tagged-for-access")
    s3.put_bucket_tagging(Bucket="tagged-for-access", Tagging={"TagSet": [{"Key": "team", "Value": "blue"}]})
    condition = {"StringEquals": {"aws:ResourceTag/team": "blue"}}
    user = stage.user(allow("s3:PutObject", "*", Condition=condition)).client("s3")
    put = lambda: outcome(user.put_object, Bucket="tagged-for-access", Key="key", Body=b"body")
    assert put() == "AccessDenied"
    s3.put_bucket_abac(Bucket="tagged-for-access", AbacStatus={"Status": "Enabled"})
    assert put() == "allowed"
    named(stage, "s3control", root).tag_resource(AccountId=ACCOUNT, ResourceArn="arn:aws:s3:::tagged-for-access", Tags=[{"Key": "team", "Value": "red"}])
    assert put() == "AccessDenied"


def test_directory_buckets_ask_for_a_session_s_permission(stage):
    name = "express--use1-az4--x-s3"
    place = {"Location": {"Type": "AvailabilityZone", "Name": "use1-az4"}, "Bucket": {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"}}
    root = stage.root().client("s3")
    root.create_bucket(Bucket=name, CreateBucketConfiguration=place)
    arn = f"arn:aws:s3express:us-east-1:{ACCOUNT}:bucket/{name}"
    put = lambda *statements: outcome(stage.user(*statements).client("s3").put_object, Bucket=name, Key="key", Body=b"body")
    assert put(allow("s3:*", "*")) == "AccessDenied"
    assert put(allow("s3express:CreateSession", arn)) == "allowed"
    lists = lambda *statements: outcome(stage.user(*statements).client("s3").list_directory_buckets)
    assert lists(allow("s3:*", "*")) == "AccessDenied"
    assert lists(allow("s3express:ListAllMyDirectoryBuckets", "*")) == "allowed"


def test_what_administers_needs_its_own_permissions(stage, point):
    get = lambda *statements: outcome(named(stage, "s3control", stage.user(*statements)).get_access_point, AccountId=ACCOUNT, Name=point["name"])
    assert get(allow("s3:GetObject", "*")) == "AccessDenied"
    assert get(allow("s3:GetAccessPoint", point["arn"])) == "allowed"
    tags = lambda *statements: outcome(named(stage, "s3control", stage.user(*statements)).list_tags_for_resource, AccountId=ACCOUNT,
                                       ResourceArn=f"arn:aws:s3:::{point['bucket']}")
    assert tags() == "AccessDenied"
    assert tags(allow("s3:ListTagsForResource", f"arn:aws:s3:::{point['bucket']}")) == "allowed"
