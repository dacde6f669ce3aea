"""`--iam enforce` by tags: of who calls, of what is asked for, of what there is; and links that somebody signed who may little."""

import urllib.error
import urllib.request

import pytest

from enforcement import Keys, Stage, allow, deny, policy, refusal

pytestmark = pytest.mark.stratolite


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    yield stage
    stage.stop()


@pytest.fixture
def bucket(stage, request):
    name = f"b-{abs(hash(request.node.name))}"
    s3 = stage.root().client("s3")
    s3.create_bucket(Bucket=name)
    for team in ("red", "blue"):
        s3.put_object(Bucket=name, Key=f"{team}/a", Body=team.encode(), Tagging=f"team={team}")
    return name


def tagged_user(stage, team, *statements):
    user = stage.user(*statements)
    stage.root().client("iam").tag_user(UserName=user.name, Tags=[{"Key": "team", "Value": team}])
    return user


def tagged_queue(stage, request, team):
    return stage.root().client("sqs").create_queue(QueueName=f"{team}-{abs(hash(request.node.name))}", tags={"team": team})["QueueUrl"]


SAME_TEAM = {"Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}}


def test_a_user_may_what_has_her_tag(stage, request):
    sqs = tagged_user(stage, "red", allow("sqs:*", **SAME_TEAM)).client("sqs")
    sqs.send_message(QueueUrl=tagged_queue(stage, request, "red"), MessageBody="x")
    assert refusal(sqs.send_message, QueueUrl=tagged_queue(stage, request, "blue"), MessageBody="x")[0] == "AccessDenied"


def test_another_tag_counts_at_once(stage, request):
    user = tagged_user(stage, "red", allow("sqs:*", **SAME_TEAM))
    url = tagged_queue(stage, request, "red")
    user.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    stage.root().client("iam").tag_user(UserName=user.name, Tags=[{"Key": "team", "Value": "blue"}])
    assert refusal(user.client("sqs").send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"
    stage.root().client("sqs").tag_queue(QueueUrl=url, Tags={"team": "blue"})
    user.client("sqs").send_message(QueueUrl=url, MessageBody="x")


def test_folders_are_by_tag(stage, bucket):
    s3 = tagged_user(stage, "red", allow("s3:GetObject", f"arn:aws:s3:::{bucket}/${{aws:PrincipalTag/team}}/*")).client("s3")
    assert s3.get_object(Bucket=bucket, Key="red/a")["Body"].read() == b"red"
    assert refusal(s3.get_object, Bucket=bucket, Key="blue/a")[0] == "AccessDenied"


def test_objects_are_by_their_own_tags(stage, bucket):
    condition = {"Condition": {"StringEquals": {"s3:ExistingObjectTag/team": "blue"}}}
    s3 = stage.user(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", **condition)).client("s3")
    assert s3.get_object(Bucket=bucket, Key="blue/a")["Body"].read() == b"blue"
    assert refusal(s3.get_object, Bucket=bucket, Key="red/a")[0] == "AccessDenied"


def test_what_is_made_must_be_tagged_so(stage):
    must = {"Condition": {"StringEquals": {"aws:RequestTag/env": ["dev", "test"]}, "ForAllValues:StringEquals": {"aws:TagKeys": ["env", "owner"]}}}
    user = stage.user(allow(["sqs:CreateQueue", "sqs:TagQueue"], **must))
    sqs = user.client("sqs")
    sqs.create_queue(QueueName=f"{user.name}-a", tags={"env": "dev", "owner": "me"})
    for tags in ({}, {"env": "prod"}, {"env": "dev", "secret": "x"}):
        assert refusal(sqs.create_queue, QueueName=f"{user.name}-b", tags=tags)[0] == "AccessDenied"


def test_a_session_has_the_tags_that_it_was_given(stage, request):
    iam = stage.root().client("iam")
    user = stage.user(allow(["sts:AssumeRole", "sts:TagSession"]))
    trust = policy({"Effect": "Allow", "Principal": {"AWS": user.arn}, "Action": ["sts:AssumeRole", "sts:TagSession"],
                    "Condition": {"StringEquals": {"aws:RequestTag/team": ["red", "blue"]}}})
    arn = iam.create_role(RoleName="by-team", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="by-team", PolicyName="p", PolicyDocument=policy(allow("sqs:*", **SAME_TEAM)))

    def session(team):
        made = user.client("sts").assume_role(RoleArn=arn, RoleSessionName="s1", Tags=[{"Key": "team", "Value": team}])["Credentials"]
        return Keys(stage, made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]).client("sqs")

    red = tagged_queue(stage, request, "red")
    session("red").send_message(QueueUrl=red, MessageBody="x")
    assert refusal(session("blue").send_message, QueueUrl=red, MessageBody="x")[0] == "AccessDenied"
    assert refusal(session, "green")[0] == "AccessDenied"


def fetch(url, method="GET", data=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data, method=method), timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_links_may_what_who_signed_may_when_they_are_used(stage, bucket):
    user = stage.user(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/red/*"))
    s3 = user.client("s3", signature_version="s3v4")
    link = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "red/a"})
    put = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "red/b"})
    assert fetch(link) == (200, b"red")
    assert fetch(put, "PUT", b"new")[0] == 403
    stage.root().client("iam").put_user_policy(UserName=user.name, PolicyName="given", PolicyDocument=policy(allow("s3:PutObject"), deny("s3:GetObject")))
    assert fetch(link)[0] == 403
    assert fetch(put, "PUT", b"new")[0] == 200


def test_links_of_a_session_end_with_its_rights(stage, bucket):
    iam = stage.root().client("iam")
    user = stage.user(allow("sts:AssumeRole"))
    trust = policy({"Effect": "Allow", "Principal": {"AWS": user.arn}, "Action": "sts:AssumeRole"})
    arn = iam.create_role(RoleName="linker", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="linker", PolicyName="p", PolicyDocument=policy(allow("s3:GetObject")))
    made = user.client("sts").assume_role(RoleArn=arn, RoleSessionName="s1", Policy=policy(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/red/*")))["Credentials"]
    s3 = Keys(stage, made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]).client("s3", signature_version="s3v4")
    links = [s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": f"{team}/a"}) for team in ("red", "blue")]
    assert [fetch(link)[0] for link in links] == [200, 403]
    iam.delete_role_policy(RoleName="linker", PolicyName="p")
    assert fetch(links[0])[0] == 403


def test_a_listing_shows_the_own_prefix_only(stage, bucket):
    condition = {"Condition": {"StringLike": {"s3:prefix": "${aws:PrincipalTag/team}/*"}}}
    s3 = tagged_user(stage, "red", allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", **condition)).client("s3")
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix="red/")["Contents"]] == ["red/a"]
    assert refusal(s3.list_objects_v2, Bucket=bucket, Prefix="blue/")[0] == "AccessDenied"
    assert refusal(s3.list_objects_v2, Bucket=bucket)[0] == "AccessDenied"
