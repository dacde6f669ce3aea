"""What a test gets. Run with the plugin: installed, or `-p stratolite_pytest.plugin`."""

import datetime
import subprocess
import sys

import boto3
import pytest
from botocore.exceptions import ClientError

from stratolite_pytest import Stratolite


@pytest.fixture(scope="session")
def stratolite_base(stratolite_base):
    stratolite_base.client("sqs").create_queue(QueueName="prepared")
    return stratolite_base


def queue_names(sqs):
    return [url.rsplit("/", 1)[1] for url in sqs.list_queues().get("QueueUrls", [])]


@pytest.mark.parametrize("round", range(4))
def test_every_test_starts_from_the_base_and_nothing_else(stratolite, round):
    sqs = stratolite.client("sqs")
    assert queue_names(sqs) == ["prepared"]
    sqs.create_queue(QueueName="left-over")


@pytest.mark.parametrize("round", range(2))
def test_code_that_knows_nothing_of_tests_is_in_the_world(stratolite, round):
    boto3.client("s3").create_bucket(Bucket="photos")
    assert [bucket["Name"] for bucket in stratolite.client("s3").list_buckets()["Buckets"]] == ["photos"]


def test_what_a_test_changes_stays_out_of_the_base(stratolite, stratolite_base):
    boto3.client("sqs").create_queue(QueueName="mine")
    assert queue_names(stratolite_base.client("sqs")) == ["prepared"]


@pytest.fixture
def settings_of_the_user(monkeypatch, tmp_path):
    (tmp_path / "config").write_text("[profile work]\nregion = eu-west-1\nendpoint_url = http://localhost:9\n")
    for name, value in {"AWS_PROFILE": "work", "AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_SESSION_TOKEN": "stale",
                        "AWS_ENDPOINT_URL_STS": "http://localhost:9"}.items():
        monkeypatch.setenv(name, value)


def test_settings_of_the_user_are_out_of_sight(settings_of_the_user, stratolite):
    sts = boto3.client("sts")
    assert sts.meta.region_name == "us-east-1"
    assert sts.get_caller_identity()["Account"] == stratolite.account


def test_a_subprocess_is_in_the_world_too(stratolite):
    code = "import boto3; boto3.client('sqs').create_queue(QueueName='from-a-child')"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert sorted(queue_names(stratolite.client("sqs"))) == ["from-a-child", "prepared"]


@pytest.mark.parametrize("step", ["PT15M", 900, datetime.timedelta(minutes=15)])
def test_time_moves_when_told(stratolite, step):
    sqs = boto3.client("sqs")
    queue = sqs.get_queue_url(QueueName="prepared")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="later", DelaySeconds=900)
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    stratolite.clock.advance(step)
    assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "later"


def test_time_stands_still_where_it_was_put(stratolite):
    stratolite.clock.freeze()
    moment = datetime.datetime(2030, 1, 2, 3, 4, 5)
    assert stratolite.clock.set(moment) == stratolite.clock.now() == moment.replace(tzinfo=datetime.timezone.utc)


def test_reset_empties_the_world(stratolite, stratolite_base):
    stratolite.reset()
    assert queue_names(stratolite.client("sqs")) == []
    assert queue_names(stratolite_base.client("sqs")) == ["prepared"]


def test_requests_tell_what_the_code_asked_for(stratolite):
    with pytest.raises(ClientError):
        boto3.client("sqs").get_queue_url(QueueName="nowhere")
    (request,) = stratolite.requests(service="sqs")
    assert (request["operation"], request["status"]) == ("GetQueueUrl", 400)


def test_a_key_is_refused_once_its_world_is_gone(stratolite_endpoint):
    world = Stratolite.fork(stratolite_endpoint)
    sts = world.client("sts")
    sts.get_caller_identity()
    world.delete()
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        sts.get_caller_identity()
