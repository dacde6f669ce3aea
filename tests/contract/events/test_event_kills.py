"""What EventBridge has acknowledged happens once, though the daemon is killed."""

import datetime
import json
import signal
import threading

import pytest

pytestmark = pytest.mark.stratolite


def make_queue(sqs, name="events"):
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def drain(sqs, url):
    """All bodies in the queue."""
    bodies = []
    while True:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if not messages:
            return bodies
        sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(messages)])
        bodies += [json.loads(message["Body"]) for message in messages]


def kill_after(one, seconds):
    killer = threading.Timer(seconds, one.process.send_signal, [signal.SIGKILL])
    killer.start()
    return killer


def test_every_acknowledged_event_is_in_its_queue_once(daemon, client, tmp_path):
    data = tmp_path / "data"
    one = daemon(data_dir=data)
    url, arn = make_queue(client("sqs", url=one.endpoint))
    events = client("events", url=one.endpoint)
    events.put_rule(Name="mine", EventPattern=json.dumps({"source": ["shop"]}))
    events.put_targets(Rule="mine", Targets=[{"Id": "q", "Arn": arn}])
    acknowledged, started = [], 0
    for round_number in range(4):
        events = client("events", url=one.endpoint)
        killer = kill_after(one, 0.4 + 0.1 * round_number)
        try:
            while True:
                numbers = range(started, started + 5)
                started += 5
                entries = [{"Source": "shop", "DetailType": "t", "Detail": json.dumps({"n": number})} for number in numbers]
                assert events.put_events(Entries=entries)["FailedEntryCount"] == 0
                acknowledged += numbers
        except Exception:  # the connection broke: the daemon is gone
            killer.join()
        one.process.wait(20)
        one = daemon(data_dir=data)
    told = [body["detail"]["n"] for body in drain(client("sqs", url=one.endpoint), f"{one.endpoint}/{url.split('/', 3)[3]}")]
    assert len(acknowledged) > 20
    assert set(acknowledged) <= set(told)
    assert len(told) == len(set(told))
    # A call is taken whole or not at all.
    assert len(told) % 5 == 0


def test_a_replay_goes_on_where_it_was(daemon, client, tmp_path):
    data = tmp_path / "data"
    one = daemon(data_dir=data)
    url, arn = make_queue(client("sqs", url=one.endpoint))
    events = client("events", url=one.endpoint)
    events.put_rule(Name="mine", EventPattern=json.dumps({"source": ["shop"], "replay-name": [{"exists": True}]}))
    events.put_targets(Rule="mine", Targets=[{"Id": "q", "Arn": arn}])
    bus = events.describe_event_bus()["Arn"]
    archive = events.create_archive(ArchiveName="kept", EventSourceArn=bus)["ArchiveArn"]
    for i in range(150):
        events.put_events(Entries=[{"Source": "shop", "DetailType": "t", "Detail": json.dumps({"n": i * 10 + j})} for j in range(10)])
    now = datetime.datetime.now(datetime.timezone.utc)
    hour = datetime.timedelta(hours=1)
    events.start_replay(ReplayName="again", EventSourceArn=archive, EventStartTime=now - hour, EventEndTime=now + hour, Destination={"Arn": bus})
    for seconds in (1.02, 0.06, 0.1):
        kill_after(one, seconds).join()
        one.process.wait(20)
        one = daemon(data_dir=data)
    events = client("events", url=one.endpoint)
    deadline = threading.Event()
    threading.Timer(60, deadline.set).start()
    while events.describe_replay(ReplayName="again")["State"] != "COMPLETED":
        assert not deadline.wait(0.2)
    told = [body["detail"]["n"] for body in drain(client("sqs", url=one.endpoint), f"{one.endpoint}/{url.split('/', 3)[3]}")]
    assert sorted(told) == list(range(1500))


def test_a_schedule_fires_once_for_each_time(daemon, client, admin, tmp_path):
    data = tmp_path / "data"
    one = daemon(data_dir=data)
    admin("clock", {"freeze": True, "set": "2039-12-31T23:00:00Z"}, url=one.endpoint)
    url, arn = make_queue(client("sqs", url=one.endpoint))
    events = client("events", url=one.endpoint)
    events.put_rule(Name="tick", ScheduleExpression="rate(1 minute)")
    events.put_targets(Rule="tick", Targets=[{"Id": "q", "Arn": arn}])
    # A daemon that starts shows the machine's time: each round begins later than the one before has come.
    for round_number, seconds in enumerate((0.15, 0.25, 0.2)):
        admin("clock", {"freeze": True, "set": f"2040-01-01T{round_number * 6:02}:00:00Z"}, url=one.endpoint)
        killer = kill_after(one, seconds)
        try:
            for _ in range(60):
                admin("clock", {"advance": "PT5M"}, url=one.endpoint)
        except Exception:  # the connection broke: the daemon is gone
            pass
        killer.join()
        one.process.wait(20)
        one = daemon(data_dir=data)
    admin("clock", {"freeze": True, "set": "2040-01-01T20:00:00Z"}, url=one.endpoint)
    times = [body["time"] for body in drain(client("sqs", url=one.endpoint), f"{one.endpoint}/{url.split('/', 3)[3]}")]
    assert len(times) > 30
    assert len(times) == len(set(times))
