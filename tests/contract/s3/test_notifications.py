"""S3 tells queues what happens to objects."""

import json
import secrets
import signal
import threading
import time
import urllib.request

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def s3(client):
    return client("s3")


@pytest.fixture
def sqs(client):
    return client("sqs")


@pytest.fixture
def bucket(s3):
    name = f"notified-{secrets.token_hex(8)}"
    s3.create_bucket(Bucket=name)
    return name


def make_queue(sqs, name="events", **attributes):
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def configure(s3, bucket, *queues):
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"QueueConfigurations": list(queues)})


def receive(sqs, url, count, wait_s=20):
    """`count` bodies in order of arrival, the test event left out; they are deleted."""
    bodies = []
    deadline = time.monotonic() + wait_s
    while len(bodies) < count and time.monotonic() < deadline:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, AttributeNames=["All"])
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            body = json.loads(message["Body"])
            if "Records" in body:
                bodies.append(body["Records"][0] | {"trace": message["Attributes"].get("AWSTraceHeader")})
    return bodies


def test_an_upload_is_told_within_the_moment(s3, sqs, bucket, region, account):
    url, arn = make_queue(sqs)
    configure(s3, bucket, {"Id": "all", "QueueArn": arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]})
    test = json.loads(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]["Body"])
    assert (test["Event"], test["Service"], test["Bucket"]) == ("s3:TestEvent", "Amazon S3", bucket)
    put = s3.put_object(Bucket=bucket, Key="red flower+1.jpg", Body=b"petals")
    s3.delete_object(Bucket=bucket, Key="red flower+1.jpg")
    created, removed = receive(sqs, url, 2)
    assert created["eventName"] == "ObjectCreated:Put"
    assert created["awsRegion"] == region
    assert created["s3"]["configurationId"] == "all"
    assert created["s3"]["bucket"]["arn"] == f"arn:aws:s3:::{bucket}"
    assert created["s3"]["object"] | {"sequencer": None} == {
        "key": "red+flower%2B1.jpg", "size": 6, "eTag": put["ETag"].strip('"'), "sequencer": None}
    assert created["responseElements"] == {
        "x-amz-request-id": put["ResponseMetadata"]["RequestId"], "x-amz-id-2": put["ResponseMetadata"]["HTTPHeaders"]["x-amz-id-2"]}
    assert removed["eventName"] == "ObjectRemoved:Delete"
    assert removed["s3"]["object"]["sequencer"] > created["s3"]["object"]["sequencer"]


def test_a_long_poll_hears_of_an_upload(s3, sqs, bucket, client):
    url, arn = make_queue(sqs)
    configure(s3, bucket, {"QueueArn": arn, "Events": ["s3:ObjectCreated:Put"]})
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)
    heard = []
    poll = threading.Thread(target=lambda: heard.extend(client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]))
    poll.start()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    poll.join(15)
    assert json.loads(heard[0]["Body"])["Records"][0]["s3"]["object"]["key"] == "k"


def test_filters_and_events_choose_the_queue(s3, sqs, bucket):
    images, images_arn = make_queue(sqs, "images")
    gone, gone_arn = make_queue(sqs, "gone")
    rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".png"}]
    configure(s3, bucket, {"QueueArn": images_arn, "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": rules}}},
              {"QueueArn": gone_arn, "Events": ["s3:ObjectRemoved:Delete"]})
    for key in ("in/a.png", "in/b.jpg", "out/c.png"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.copy_object(Bucket=bucket, Key="in/d.png", CopySource=f"{bucket}/in/b.jpg")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "in/b.jpg"}, {"Key": "out/c.png"}]})
    assert [(e["eventName"], e["s3"]["object"]["key"]) for e in receive(sqs, images, 2)] == [
        ("ObjectCreated:Put", "in/a.png"), ("ObjectCreated:Copy", "in/d.png")]
    assert [e["s3"]["object"]["key"] for e in receive(sqs, gone, 2)] == ["in/b.jpg", "out/c.png"]


def test_the_trace_header_of_the_upload_marks_the_message(s3, sqs, bucket):
    url, arn = make_queue(sqs)
    configure(s3, bucket, {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]})
    header = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    s3.meta.events.register("before-send.s3.*", lambda request, **_: request.headers.__setitem__("X-Amzn-Trace-Id", header))
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert receive(sqs, url, 1)[0]["trace"] == header


def test_a_queue_that_is_gone_stops_nobody_else(s3, sqs, bucket):
    doomed, doomed_arn = make_queue(sqs, "doomed")
    url, arn = make_queue(sqs)
    configure(s3, bucket, {"QueueArn": doomed_arn, "Events": ["s3:ObjectCreated:Put"]}, {"QueueArn": arn, "Events": ["s3:ObjectCreated:Copy"]})
    sqs.delete_queue(QueueUrl=doomed)
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a")
    assert [e["s3"]["object"]["key"] for e in receive(sqs, url, 1)] == ["b"]


def test_refusals(s3, sqs, bucket, account, region):
    _, arn = make_queue(sqs)

    def refused(configuration):
        with pytest.raises(ClientError) as caught:
            s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
        return caught.value.response

    gone = refused({"QueueConfigurations": [{"QueueArn": f"arn:aws:sqs:{region}:{account}:none", "Events": ["s3:ObjectCreated:*"]}]})
    assert gone["Error"]["ArgumentName1"] == f"arn:aws:sqs:{region}:{account}:none"
    assert gone["Error"]["ArgumentValue1"] == "The destination queue does not exist"
    topic = refused({"TopicConfigurations": [{"TopicArn": f"arn:aws:sns:{region}:{account}:none", "Events": ["s3:ObjectCreated:*"]}]})
    assert topic["Error"]["ArgumentValue1"] == "The destination topic does not exist"
    functions = refused({"LambdaFunctionConfigurations": [
        {"LambdaFunctionArn": f"arn:aws:lambda:{region}:{account}:function:f", "Events": ["s3:ObjectCreated:*"]}]})
    assert (functions["Error"]["Code"], functions["ResponseMetadata"]["HTTPStatusCode"]) == ("NotImplemented", 501)
    two = [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}, {"QueueArn": arn, "Events": ["s3:ObjectCreated:Put"]}]
    assert refused({"QueueConfigurations": two})["Error"]["Code"] == "InvalidArgument"
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)


@pytest.mark.stratolite
def test_with_a_clock_that_stands_still_events_arrive_before_advance_returns(daemon, client, admin):
    one = daemon()
    admin("clock", {"freeze": True, "set": "2030-01-01T00:00:00Z"}, url=one.endpoint)
    s3, sqs = client("s3", url=one.endpoint), client("sqs", url=one.endpoint)
    s3.create_bucket(Bucket="bucket")
    url, arn = make_queue(sqs)
    configure(s3, "bucket", {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]})
    for i in range(30):
        s3.put_object(Bucket="bucket", Key=str(i), Body=b"x")
    admin("clock", {"advance": "PT0S"}, url=one.endpoint)
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    assert counts["ApproximateNumberOfMessages"] == "31"
    records = receive(sqs, url, 30)
    assert [record["s3"]["object"]["key"] for record in records] == [str(i) for i in range(30)]
    assert admin("events", url=one.endpoint) == {"waiting": 0, "delivered": 31, "lost": 0, "retried": 0, "losses": []}
    assert {record["eventTime"] for record in records} == {"2030-01-01T00:00:00.000Z"}
    sequencers = [record["s3"]["object"]["sequencer"] for record in records]
    assert sequencers == sorted(set(sequencers))


@pytest.mark.stratolite
def test_a_fork_tells_its_own_queue(daemon, client, admin):
    one = daemon("--default-account", "123456789012")
    s3, sqs = client("s3", url=one.endpoint, key="123456789012"), client("sqs", url=one.endpoint, key="123456789012")
    s3.create_bucket(Bucket="bucket")
    url, arn = make_queue(sqs)
    configure(s3, "bucket", {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]})
    admin("clock", {"advance": "PT0S"}, url=one.endpoint)
    sqs.receive_message(QueueUrl=url)
    fork = admin("worlds", {"fork": "default"}, url=one.endpoint)
    key = {"key": fork["access_key_id"], "secret": fork["secret_access_key"], "url": one.endpoint}
    client("s3", **key).put_object(Bucket="bucket", Key="in the fork", Body=b"x")
    s3.put_object(Bucket="bucket", Key="at home", Body=b"x")
    assert [record["s3"]["object"]["key"] for record in receive(client("sqs", **key), url, 1)] == ["in+the+fork"]
    assert [record["s3"]["object"]["key"] for record in receive(sqs, url, 1)] == ["at+home"]
    assert receive(client("sqs", **key), url, 1, wait_s=0.1) == receive(sqs, url, 1, wait_s=0.1) == []


@pytest.mark.stratolite
def test_lost_events_are_told_of(daemon, client, admin):
    one = daemon()
    s3, sqs = client("s3", url=one.endpoint), client("sqs", url=one.endpoint)
    s3.create_bucket(Bucket="bucket")
    url, arn = make_queue(sqs)
    configure(s3, "bucket", {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]})
    sqs.delete_queue(QueueUrl=url)
    s3.put_object(Bucket="bucket", Key="k", Body=b"x")
    admin("clock", {"advance": "PT0S"}, url=one.endpoint)
    status = admin("events", url=one.endpoint)
    loss = status["losses"][-1]
    assert status["waiting"] == 0 and status["lost"] == len(status["losses"])
    assert (loss["source"], loss["target"], loss["code"]) == ("arn:aws:s3:::bucket", arn, "QueueDoesNotExist")
    assert "lost" in one.log()


@pytest.mark.stratolite
def test_every_acknowledged_upload_is_told_once_though_the_daemon_is_killed(daemon, client, tmp_path):
    data = tmp_path / "data"
    one = daemon(data_dir=data)
    client("s3", url=one.endpoint).create_bucket(Bucket="bucket")
    url, arn = make_queue(client("sqs", url=one.endpoint))
    configure(client("s3", url=one.endpoint), "bucket", {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]})
    acknowledged = []
    for round_number in range(4):
        s3 = client("s3", url=one.endpoint)
        killer = threading.Timer(0.3 + 0.1 * round_number, one.process.send_signal, [signal.SIGKILL])
        killer.start()
        try:
            for i in range(100_000):
                s3.put_object(Bucket="bucket", Key=f"{round_number}/{i}", Body=b"x")
                acknowledged.append(f"{round_number}/{i}")
        except Exception:  # the connection broke: the daemon is gone
            killer.join()
        one.process.wait(20)
        one = daemon(data_dir=data)
    sqs, s3 = client("sqs", url=one.endpoint), client("s3", url=one.endpoint)
    there = [o["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket="bucket") for o in page.get("Contents", [])]
    assert set(acknowledged) <= set(there)
    told = [record["s3"]["object"]["key"] for record in receive(sqs, f"{one.endpoint}/{url.split('/', 3)[3]}", len(there), wait_s=60)]
    assert sorted(told) == sorted(there)
    assert len(acknowledged) > 20
    last = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    assert last["ApproximateNumberOfMessages"] == "0"
