"""FIFO topics: order, deduplication, numbers; the archive and its replays."""

import json

import pytest
from botocore.exceptions import ClientError

from sns_stage import Stage

pytestmark = pytest.mark.stratolite


@pytest.fixture
def world(daemon, client):
    """A daemon of the test's own: its clock is moved."""
    running = daemon()
    return Stage(client("sns", url=running.endpoint), client("sqs", url=running.endpoint)), running


@pytest.fixture
def advance(admin):
    return lambda running, by: admin("clock", {"advance": by}, url=running.endpoint)


def drain(stage, url):
    """The notifications in a FIFO queue, taken out: a group's later messages come when its earlier ones are gone."""
    found = []
    while messages := stage.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in messages]
        stage.sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": str(i), "ReceiptHandle": one["ReceiptHandle"]} for i, one in enumerate(messages)])
    return found


def test_order_numbers_and_groups_reach_fifo_queues(client):
    stage = Stage(client("sns"), client("sqs"))
    topic = stage.fifo()
    url, _ = stage.subscribed(topic, "q.fifo")
    plain, _ = stage.subscribed(topic, "plain")
    answers = [stage.sns.publish(TopicArn=topic, Message=f"m{i}", MessageGroupId="g", MessageDeduplicationId=f"d{i}") for i in range(5)]
    numbers = [answer["SequenceNumber"] for answer in answers]
    assert all(len(one) == 20 and one.isdigit() for one in numbers) and numbers == sorted(set(numbers))
    messages = stage.messages(url)
    assert [json.loads(one["Body"])["Message"] for one in messages] == [f"m{i}" for i in range(5)]
    assert [json.loads(one["Body"])["SequenceNumber"] for one in messages] == numbers
    assert list(json.loads(messages[0]["Body"]))[:4] == ["Type", "MessageId", "SequenceNumber", "TopicArn"]
    assert {(one["Attributes"]["MessageGroupId"], one["Attributes"]["MessageDeduplicationId"]) for one in messages} == {("g", f"d{i}") for i in range(5)}
    assert sorted(json.loads(one["Body"])["Message"] for one in stage.messages(plain)) == [f"m{i}" for i in range(5)]


def test_fifo_topics_want_a_group_and_something_to_know_duplicates_by(client):
    stage = Stage(client("sns"), client("sqs"))
    topic = stage.fifo()
    for call, parameters in ((stage.sns.publish, {"Message": "m"}), (stage.sns.publish_batch, {"PublishBatchRequestEntries": [{"Id": "a", "Message": "m"}]})):
        with pytest.raises(ClientError) as found:
            call(TopicArn=topic, **parameters)
        assert found.value.response["Error"]["Message"] == "Invalid parameter: The MessageGroupId parameter is required for FIFO topics"
    with pytest.raises(ClientError) as found:
        stage.sns.publish(TopicArn=topic, Message="m", MessageGroupId="g")
    assert found.value.response["Error"]["Message"] == (
        "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")


def test_duplicates_within_five_minutes_are_told_the_first_ones_id(world, advance):
    stage, running = world
    topic = stage.fifo(ContentBasedDeduplication="true")
    url, _ = stage.subscribed(topic, "plain", RawMessageDelivery="true")
    first = stage.sns.publish(TopicArn=topic, Message="m", MessageGroupId="g")
    again = stage.sns.publish(TopicArn=topic, Message="m", MessageGroupId="other")
    assert (again["MessageId"], again["SequenceNumber"]) == (first["MessageId"], first["SequenceNumber"])
    advance(running, "PT4M50S")
    assert stage.sns.publish(TopicArn=topic, Message="m", MessageGroupId="g")["MessageId"] == first["MessageId"]
    advance(running, "PT11S")
    later = stage.sns.publish(TopicArn=topic, Message="m", MessageGroupId="g")
    assert later["MessageId"] != first["MessageId"]
    assert stage.bodies(url) == ["m", "m"]


def test_with_group_scope_each_group_has_its_own_duplicates(client):
    stage = Stage(client("sns"), client("sqs"))
    topic = stage.fifo(ContentBasedDeduplication="true", FifoThroughputScope="MessageGroup")
    url, _ = stage.subscribed(topic, "plain", RawMessageDelivery="true")
    batch = [{"Id": str(i), "Message": "m", "MessageGroupId": group} for i, group in enumerate("aab")]
    answers = stage.sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=batch)["Successful"]
    assert answers[0]["MessageId"] == answers[1]["MessageId"] != answers[2]["MessageId"]
    assert stage.bodies(url) == ["m", "m"]


def replay_policy(start, end=None):
    return json.dumps({"PointType": "Timestamp", "StartingPoint": start} | ({"EndingPoint": end} if end else {}))


def test_archived_messages_are_replayed_in_order_and_new_ones_follow(world, advance, admin):
    stage, running = world
    topic = stage.fifo(ArchivePolicy='{"MessageRetentionPeriod": "30"}', ContentBasedDeduplication="true")
    start = admin("clock", url=running.endpoint)["now"]
    for i in range(120):
        stage.sns.publish(TopicArn=topic, Message=f"m{i}", MessageGroupId="g")
    url, subscription = stage.subscribed(topic, "late.fifo", ReplayPolicy=replay_policy(start))
    advance(running, "PT1S")
    attributes = stage.sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    assert attributes["ReplayStatus"] == "Completed"
    found = drain(stage, url)
    assert [one["Message"] for one in found] == [f"m{i}" for i in range(120)]
    assert {one["Replayed"] for one in found} == {"true"}
    stage.sns.publish(TopicArn=topic, Message="new", MessageGroupId="g")
    assert [(one["Message"], one.get("Replayed")) for one in drain(stage, url)] == [("new", None)]


def test_a_replay_ends_where_it_should_and_respects_the_filter(world, advance, admin):
    stage, running = world
    now = lambda: admin("clock", url=running.endpoint)["now"]
    topic = stage.fifo(ArchivePolicy='{"MessageRetentionPeriod": "2"}', ContentBasedDeduplication="true")
    publish = lambda body: stage.sns.publish(TopicArn=topic, Message=body, MessageGroupId="g")
    publish('{"k": "expired"}')
    advance(running, "P1D")
    publish('{"k": "early"}')
    advance(running, "PT1H")
    start = now()
    publish('{"k": "one"}')
    publish('{"k": "two"}')
    advance(running, "PT1M")
    end = now()
    advance(running, "PT1M")
    publish('{"k": "late"}')
    url, _ = stage.subscribed(topic, "q", RawMessageDelivery="true", FilterPolicyScope="MessageBody", FilterPolicy='{"k": [{"anything-but": "two"}]}',
                              ReplayPolicy=replay_policy(start, end))
    advance(running, "PT1S")
    publish('{"k": "newest"}')
    assert stage.bodies(url) == ['{"k": "one"}']
    all_of_it, _ = stage.subscribed(topic, "everything", RawMessageDelivery="true", ReplayPolicy=replay_policy("2020-01-01T00:00:00Z"))
    advance(running, "P1DT1H")
    assert sorted(stage.bodies(all_of_it)) == sorted('{"k": "%s"}' % k for k in ("expired", "early", "one", "two", "late", "newest"))


def test_the_archive_forgets_what_is_too_old(world, advance):
    stage, running = world
    topic = stage.fifo(ArchivePolicy='{"MessageRetentionPeriod": "1"}', ContentBasedDeduplication="true")
    stage.sns.publish(TopicArn=topic, Message="old", MessageGroupId="g")
    advance(running, "PT20H")
    stage.sns.publish(TopicArn=topic, Message="young", MessageGroupId="g")
    advance(running, "PT5H")
    url, _ = stage.subscribed(topic, "q", RawMessageDelivery="true", ReplayPolicy=replay_policy("2020-01-01T00:00:00Z"))
    advance(running, "PT1S")
    assert stage.bodies(url) == ["young"]


def test_numbers_and_duplicates_are_remembered_across_a_restart(daemon, client, tmp_path):
    def stage(running):
        return Stage(client("sns", url=running.endpoint), client("sqs", url=running.endpoint))

    first = daemon(data_dir=tmp_path / "data")
    topic = stage(first).fifo(ContentBasedDeduplication="true")
    before = stage(first).sns.publish(TopicArn=topic, Message="m", MessageGroupId="g")
    first.stop()
    second = daemon(data_dir=tmp_path / "data")
    again = stage(second).sns.publish(TopicArn=topic, Message="m", MessageGroupId="g")
    assert (again["MessageId"], again["SequenceNumber"]) == (before["MessageId"], before["SequenceNumber"])
    assert stage(second).sns.publish(TopicArn=topic, Message="n", MessageGroupId="g")["SequenceNumber"] > before["SequenceNumber"]
