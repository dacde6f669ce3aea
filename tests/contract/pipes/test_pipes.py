"""Pipes between queues, as boto3 sees them."""

import json
import signal
import threading

import pytest

from http_endpoint import HttpEndpoint, eventually

ROLE = "arn:aws:iam::123456789012:role/pipes"


@pytest.fixture
def pipes(client):
    return client("pipes")


@pytest.fixture
def sqs(client):
    return client("sqs")


def make_queue(sqs, name, **attributes):
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def receive(sqs, url, count):
    """Bodies of `count` messages, deleted."""
    bodies = []
    while len(bodies) < count:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=20).get("Messages", [])
        assert messages, f"only {bodies} came"
        for message in messages:
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def test_a_pipe_lives_from_creation_to_deletion(pipes, sqs):
    _, source = make_queue(sqs, "in")
    _, target = make_queue(sqs, "out")
    made = pipes.create_pipe(Name="orders", Source=source, Target=target, RoleArn=ROLE, Description="d", Tags={"team": "a"},
                             LogConfiguration={"Level": "ERROR", "S3LogDestination": {"BucketName": "logs", "BucketOwner": "123456789012"}},
                             KmsKeyIdentifier="alias/pipes")
    assert made["CurrentState"] == "CREATING" and made["DesiredState"] == "RUNNING"
    pipe = pipes.describe_pipe(Name="orders")
    assert pipe["Arn"] == made["Arn"] and pipe["Arn"].endswith(":pipe/orders")
    assert pipe["CurrentState"] == "RUNNING" and pipe["Source"] == source and pipe["Target"] == target and pipe["RoleArn"] == ROLE
    assert pipe["Tags"] == {"team": "a"} and pipe["KmsKeyIdentifier"] == "alias/pipes" and pipe["LogConfiguration"]["Level"] == "ERROR"
    assert pipe["SourceParameters"] == {"SqsQueueParameters": {"BatchSize": 10}}
    with pytest.raises(pipes.exceptions.ConflictException) as conflict:
        pipes.create_pipe(Name="orders", Source=source, Target=target, RoleArn=ROLE)
    assert conflict.value.response["resourceId"] == "orders"
    assert pipes.stop_pipe(Name="orders")["CurrentState"] == "STOPPING"
    assert pipes.describe_pipe(Name="orders")["CurrentState"] == "STOPPED"
    assert pipes.start_pipe(Name="orders")["DesiredState"] == "RUNNING"
    assert pipes.update_pipe(Name="orders", RoleArn=ROLE, Description="e")["CurrentState"] == "UPDATING"
    assert pipes.describe_pipe(Name="orders")["Description"] == "e"
    assert pipes.delete_pipe(Name="orders")["CurrentState"] == "DELETING"
    with pytest.raises(pipes.exceptions.NotFoundException):
        pipes.describe_pipe(Name="orders")


def test_listing_and_tags(pipes, sqs):
    _, source = make_queue(sqs, "in")
    _, target = make_queue(sqs, "out")
    for name in ("a", "b", "c"):
        pipes.create_pipe(Name=name, Source=source, Target=target, RoleArn=ROLE, DesiredState="STOPPED")
    pages = pipes.get_paginator("list_pipes").paginate(PaginationConfig={"PageSize": 2})
    assert [pipe["Name"] for page in pages for pipe in page["Pipes"]] == ["a", "b", "c"]
    assert [pipe["Name"] for pipe in pipes.list_pipes(NamePrefix="b", CurrentState="STOPPED")["Pipes"]] == ["b"]
    arn = pipes.describe_pipe(Name="a")["Arn"]
    pipes.tag_resource(resourceArn=arn, tags={"x": "1", "y": "2"})
    pipes.untag_resource(resourceArn=arn, tagKeys=["x"])
    assert pipes.list_tags_for_resource(resourceArn=arn)["tags"] == {"y": "2"}


def test_filters_and_templates(pipes, sqs):
    source_url, source = make_queue(sqs, "in")
    target_url, target = make_queue(sqs, "out")
    pipes.create_pipe(Name="p", Source=source, Target=target, RoleArn=ROLE,
                      SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": json.dumps({"body": {"state": ["paid"]}})}]}},
                      TargetParameters={"InputTemplate": '{"id": <$.body.id>, "text": "order <$.body.id> by <aws.pipes.pipe-name>"}'})
    sqs.send_message(QueueUrl=source_url, MessageBody=json.dumps({"id": 1, "state": "open"}))
    sqs.send_message(QueueUrl=source_url, MessageBody=json.dumps({"id": 2, "state": "paid"}))
    assert [json.loads(body) for body in receive(sqs, target_url, 1)] == [{"id": 2, "text": "order 2 by p"}]
    counts = sqs.get_queue_attributes(QueueUrl=source_url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessages"] == counts["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_a_topic_as_target(pipes, sqs, client):
    sns = client("sns")
    source_url, source = make_queue(sqs, "in")
    target_url, target = make_queue(sqs, "out")
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=target, Attributes={"RawMessageDelivery": "true"})
    pipes.create_pipe(Name="p", Source=source, Target=topic, RoleArn=ROLE, TargetParameters={"InputTemplate": "<$.body>"})
    sqs.send_message(QueueUrl=source_url, MessageBody="hello")
    assert receive(sqs, target_url, 1) == ["hello"]


def test_a_bus_as_target(pipes, sqs, client):
    events = client("events")
    source_url, source = make_queue(sqs, "in")
    target_url, target = make_queue(sqs, "out")
    bus = events.create_event_bus(Name="orders")["EventBusArn"]
    events.put_rule(Name="all", EventBusName="orders", EventPattern=json.dumps({"source": [{"prefix": ""}]}))
    events.put_targets(Rule="all", EventBusName="orders", Targets=[{"Id": "1", "Arn": target}])
    pipes.create_pipe(Name="named", Source=source, Target=bus, RoleArn=ROLE, TargetParameters={
        "InputTemplate": '{"order": <$.body.id>}',
        "EventBridgeEventBusParameters": {"DetailType": "$.body.kind", "Source": "my.shop", "Resources": ["$.eventSourceARN"], "Time": "$.body.at"}})
    sqs.send_message(QueueUrl=source_url, MessageBody=json.dumps({"id": 7, "kind": "paid", "at": "2026-01-02T03:04:05Z"}))
    event = json.loads(receive(sqs, target_url, 1)[0])
    assert (event["detail-type"], event["source"], event["time"]) == ("paid", "my.shop", "2026-01-02T03:04:05Z")
    assert event["detail"] == {"order": 7} and event["resources"] == [source]
    pipes.delete_pipe(Name="named")
    pipes.create_pipe(Name="silent", Source=source, Target=bus, RoleArn=ROLE)
    sqs.send_message(QueueUrl=source_url, MessageBody="x")
    event = json.loads(receive(sqs, target_url, 1)[0])
    assert (event["detail-type"], event["source"], event["detail"]["body"]) == ("Event from aws:sqs", "Pipe silent", "x")


@pytest.fixture
def http():
    with HttpEndpoint() as one:
        yield one


def make_destination(events, http):
    """The ARN of an API destination that leads to an endpoint of the test's own."""
    connection = events.create_connection(Name="c", AuthorizationType="API_KEY", AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "secret"}})
    return events.create_api_destination(Name="d", ConnectionArn=connection["ConnectionArn"], HttpMethod="POST", InvocationEndpoint=f"{http.url}/orders/*")["ApiDestinationArn"]


@pytest.mark.stratolite
def test_an_api_destination_decides_whether_the_message_goes(daemon, client, admin, http):
    one = daemon()
    sqs = client("sqs", url=one.endpoint)
    source_url, source = make_queue(sqs, "in")
    answers = iter([500, 200])
    http.answer_by(lambda request: next(answers))
    client("pipes", url=one.endpoint).create_pipe(
        Name="p", Source=source, Target=make_destination(client("events", url=one.endpoint), http), RoleArn=ROLE, TargetParameters={
            "InputTemplate": '{"id": <$.body.id>}',
            "HttpParameters": {"PathParameterValues": ["$.body.id"], "HeaderParameters": {"X-From": "$.eventSource"}, "QueryStringParameters": {"state": "$.body.state"}}})
    sqs.send_message(QueueUrl=source_url, MessageBody=json.dumps({"id": 7, "state": "paid"}))
    first = http.next()
    assert (first.path, first.json()) == ("/orders/7?state=paid", {"id": 7})
    assert (first.headers["x-from"], first.headers["x-key"]) == ("aws:sqs", "secret")

    def waiting():
        return sqs.get_queue_attributes(QueueUrl=source_url, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessagesNotVisible"]

    # Refused: it comes again after the visibility timeout.
    assert waiting() == "1"
    admin("clock", {"advance": "PT30S"}, url=one.endpoint)
    assert http.next().json() == {"id": 7}
    eventually(lambda: waiting() == "0")


def test_an_enrichment_puts_its_answer_in_the_events_place(pipes, sqs, client, http):
    arn = make_destination(client("events"), http)
    source_url, source = make_queue(sqs, "in")
    target_url, target = make_queue(sqs, "out")

    def answer(request):
        number = request.json()["ask"]
        if number == 0:
            return 200
        return 200, {"Content-Type": "application/json"}, json.dumps([{"n": number, "part": part} for part in range(number)]).encode()

    http.answer_by(answer)
    pipes.create_pipe(Name="p", Source=source, Target=target, RoleArn=ROLE, Enrichment=arn,
                      EnrichmentParameters={"InputTemplate": '{"ask": <$.body.n>}', "HttpParameters": {"PathParameterValues": ["x"]}},
                      TargetParameters={"InputTemplate": "<$.n>/<$.part> by <aws.pipes.pipe-name>"})
    for number in (0, 1, 2):
        sqs.send_message(QueueUrl=source_url, MessageBody=json.dumps({"n": number}))
    assert sorted(receive(sqs, target_url, 3)) == ["1/0 by p", "2/0 by p", "2/1 by p"]
    assert len(http.drain()) == 3
    with pytest.raises(pipes.exceptions.ValidationException):
        pipes.update_pipe(Name="p", RoleArn=ROLE, SourceParameters={"SqsQueueParameters": {"BatchSize": 2}})


def test_parts_without_a_service_are_refused_by_name(pipes, sqs):
    _, source = make_queue(sqs, "in")
    stream = "arn:aws:kinesis:us-east-1:123456789012:stream/s"
    with pytest.raises(pipes.exceptions.ClientError) as refused:
        pipes.create_pipe(Name="p", Source=stream, Target=source, RoleArn=ROLE)
    assert refused.value.response["Error"]["Code"] == "NotImplemented" and stream in refused.value.response["Error"]["Message"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


@pytest.mark.stratolite
def test_status_says_what_a_pipe_did_and_why_it_failed(pipes, sqs, admin, account):
    source_url, source = make_queue(sqs, "in")
    _, target = make_queue(sqs, "narrow", MaximumMessageSize="1024")
    pipes.create_pipe(Name="p", Source=source, Target=target, RoleArn=ROLE)
    sqs.send_message(QueueUrl=source_url, MessageBody="x" * 2000)
    while not (status := admin(f"pipes/status?AccountId={account}")["pipes"][0])["failed"]:
        pass
    assert status["received"] == 1 and status["delivered"] == 0 and "InvalidParameterValue" in status["last_failure"]["reason"]


@pytest.mark.stratolite
def test_kill_9_loses_nothing_and_doubles_nothing(daemon, tmp_path, client, admin):
    """Messages are sent while the daemon is killed again and again; the pipe goes on after each start without being asked."""
    sent = set()
    first = True
    for round_number in range(4):
        one = daemon(data_dir=tmp_path / "data")
        sqs = client("sqs", url=one.endpoint)
        source_url, source = make_queue(sqs, "in", VisibilityTimeout="5")
        target_url, target = make_queue(sqs, "out")
        if first:
            client("pipes", url=one.endpoint).create_pipe(Name="p", Source=source, Target=target, RoleArn=ROLE, TargetParameters={"InputTemplate": "<$.body>"})
            first = False
        killer = threading.Timer(0.15 + 0.05 * round_number, one.process.send_signal, [signal.SIGKILL])
        killer.start()
        try:
            for number in range(10_000):
                body = f"{round_number}-{number}"
                sqs.send_message(QueueUrl=source_url, MessageBody=body)
                sent.add(body)
        except Exception:  # the daemon is gone
            pass
        killer.join()
        one.process.wait()
    assert sent
    one = daemon(data_dir=tmp_path / "data")
    sqs = client("sqs", url=one.endpoint)
    target_url = sqs.get_queue_url(QueueName="out")["QueueUrl"]
    admin("clock", {"advance": "PT1M"}, url=one.endpoint)
    got = []
    while messages := sqs.receive_message(QueueUrl=target_url, MaxNumberOfMessages=10).get("Messages"):
        got += [message["Body"] for message in messages]
    assert len(got) == len(set(got))
    # A message whose answer the kill cut off may be there too.
    assert sent <= set(got) and len(set(got) - sent) <= 4


@pytest.mark.stratolite
def test_a_forked_world_has_its_own_pipes(daemon, client, admin):
    one = daemon()
    sqs = client("sqs", url=one.endpoint)
    source_url, source = make_queue(sqs, "in")
    target_url, target = make_queue(sqs, "out")
    client("pipes", url=one.endpoint).create_pipe(Name="p", Source=source, Target=target, RoleArn=ROLE, TargetParameters={"InputTemplate": "<$.body>"})
    fork = admin("worlds", {"fork": "default"}, url=one.endpoint)
    # Of the account that made the pipe, in the fork.
    there = client("sqs", url=one.endpoint, key=fork["access_key_id"], secret=fork["secret_access_key"])
    there.send_message(QueueUrl=source_url, MessageBody="there")
    sqs.send_message(QueueUrl=source_url, MessageBody="here")
    assert receive(there, target_url, 1) == ["there"]
    assert receive(sqs, target_url, 1) == ["here"]
