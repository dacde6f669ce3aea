"""Figures of SNS and EventBridge: publishing to one queue and to many, and events against many rules. Every message ends in a queue, durable, before it is answered."""

import json
import statistics
import time
import urllib.parse

import boto3
import botocore.config

from rig import UNKNOWN_KEY, wrk, wrk_script

ACCOUNT = UNKNOWN_KEY[0]
RULES = 100
FAN_OUT = 100
WIDEST = 1000
ENTRIES = 10
MESSAGE = "x" * 100
# One of each kind in turn; none matches what is sent but the first of them. `{n}`: the rule's number.
PATTERNS = [
    {"source": ["bench"], "detail": {"id": ["{n}"]}}, {"detail-type": [{"prefix": "other-{n}"}]}, {"detail": {"amount": [{"numeric": [">", 1000, "<=", "{n}"]}]}},
    {"source": ["bench"], "detail": {"state": [{"anything-but": ["open"]}], "id": ["{n}"]}}, {"detail": {"name": [{"suffix": ".{n}"}]}},
    {"detail": {"missing-{n}": [{"exists": True}]}}, {"detail": {"ip": [{"cidr": "10.{n}.0.0/16"}]}}, {"detail": {"path": [{"wildcard": "/{n}/*/end"}]}},
    {"$or": [{"source": ["other-{n}"]}, {"detail": {"id": ["none-{n}"]}}]}, {"detail": {"name": [{"equals-ignore-case": "NAME-{n}"}]}},
]
DETAIL = {"id": "0", "state": "open", "amount": 12.5, "name": "name.txt", "ip": "192.168.0.1", "path": "/a/b/c", "list": [1, 2, 3], "nested": {"deep": {"deeper": True}}}


def client(service, url):
    return boto3.client(service, endpoint_url=url, region_name="us-east-1", aws_access_key_id=UNKNOWN_KEY[0], aws_secret_access_key=UNKNOWN_KEY[1],
                        config=botocore.config.Config(read_timeout=120, retries={"max_attempts": 0}))


def headers(service, **more):
    """As a client sends them; an unknown key, so that nothing is verified."""
    return {"X-Amz-Date": "20260101T000000Z", **more, "Authorization":
            f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + "0" * 64}


def queue_arn(name):
    return f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"


def make_topic(url, name, queues, raw=False):
    """A topic with so many queues behind it."""
    sns, sqs = client("sns", url), client("sqs", url)
    topic = sns.create_topic(Name=name)["TopicArn"]
    for number in range(queues):
        sqs.create_queue(QueueName=f"{name}-{number}")
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn(f"{name}-{number}"), Attributes={"RawMessageDelivery": "true"} if raw else {})
    return topic


def waiting(url, name):
    sqs = client("sqs", url)
    attributes = sqs.get_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"], AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"])


def rate(url, seconds, connections, script, queue, each=1):
    """Requests a second; what was answered is found in the queue."""
    before = waiting(url, queue)
    measured = wrk(url + "/", seconds, connections, script)
    arrived = waiting(url, queue) - before
    assert measured["failed"] == 0, f"{measured['failed']} answers were errors"
    # Requests under way at the end are not counted by the load generator.
    assert measured["requests"] * each <= arrived <= (measured["requests"] + 2 * connections) * each, f"{measured['requests']} answered, {arrived} arrived"
    return measured["rps"]


def publish_script(url, scratch, name, queues, raw):
    topic = make_topic(url, name, queues, raw)
    body = urllib.parse.urlencode({"Action": "Publish", "Version": "2010-03-31", "TopicArn": topic, "Message": MESSAGE})
    return wrk_script(scratch / f"{name}.lua", headers("sns", **{"Content-Type": "application/x-www-form-urlencoded"}), body)


def numbered(pattern, number):
    text = json.dumps(pattern)
    # A number in a numeric pattern is one.
    return text.replace('"{n}"]}', f"{2000 + number}]}}" if "numeric" in text else f'"{number}"]}}').replace("{n}", str(number))


def put_events_script(url, scratch):
    """One rule of a hundred matches, and sends to a queue."""
    events = client("events", url)
    client("sqs", url).create_queue(QueueName="matched")
    for number in range(RULES):
        events.put_rule(Name=f"rule-{number}", EventPattern=numbered(PATTERNS[number % len(PATTERNS)], number))
    events.put_targets(Rule="rule-0", Targets=[{"Id": "1", "Arn": queue_arn("matched")}])
    entries = [{"Source": "bench", "DetailType": "order", "Detail": json.dumps(DETAIL)}] * ENTRIES
    return wrk_script(scratch / "put_events.lua", headers("events", **{"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSEvents.PutEvents"}),
                      json.dumps({"Entries": entries}))


def widest(url):
    """Milliseconds of one Publish to a thousand queues, each of which has it when it is answered."""
    sns = client("sns", url)
    topic = make_topic(url, "widest", WIDEST)
    times = []
    for number in range(5):
        begun = time.perf_counter()
        sns.publish(TopicArn=topic, Message=MESSAGE)
        times.append((time.perf_counter() - begun) * 1000)
        for last in (0, WIDEST // 2, WIDEST - 1):
            assert waiting(url, f"widest-{last}") == number + 1
    return statistics.median(times)


def measure(bench):
    """What is asked for, each in a daemon of its own."""
    o = bench.options
    found = {}

    def median(name, script_of, queue, each=1, connections=o.connections):
        with bench.daemon(f"eventing-{name}") as (url, _):
            script = script_of(url)
            wrk(url + "/", 1, connections, script)
            found[name] = statistics.median(rate(url, o.seconds, connections, script, queue, each) for _ in range(o.rounds)) * each

    median("publish", lambda url: publish_script(url, bench.scratch, "one", 1, False), "one-0")
    median("publish_raw", lambda url: publish_script(url, bench.scratch, "one-raw", 1, True), "one-raw-0")
    median("fan_out", lambda url: publish_script(url, bench.scratch, "many", FAN_OUT, False), "many-0")
    median("put_events", lambda url: put_events_script(url, bench.scratch), "matched", ENTRIES)
    with bench.daemon("eventing-widest") as (url, _):
        found["widest_ms"] = widest(url)
    found["fan_out"] *= FAN_OUT
    return found
