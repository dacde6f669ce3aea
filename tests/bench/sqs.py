"""SQS's figures: round trips (send, receive, delete) through a standard and a FIFO queue, and sends into queues that are already long."""

import json
import pathlib
import re
import sqlite3
import statistics
import subprocess

import boto3

from rig import UNKNOWN_KEY, stratolite, wrk, wrk_script

HERE = pathlib.Path(__file__).resolve().parent
GROUPS = 100
# As a client sends them; an unknown key, so that nothing is verified.
HEADERS = {"X-Amz-Date": "20260101T000000Z",
           "Authorization": f"AWS4-HMAC-SHA256 Credential={UNKNOWN_KEY[0]}/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + "0" * 64}
# What SendMessage writes, for messages that nobody has to send first.
FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO sqs_message (queue_id, visible_at, received, sent_at, receive_count, message_id, sender, md5, body, attributes)
SELECT :queue, :now - :count + i, 0, :now - :count + i, 0, printf('%08x-0000-4000-8000-%012x', i, i), '123456789012', printf('%032x', i), :body, '' FROM n
"""


def client(url):
    return boto3.client("sqs", endpoint_url=url, region_name="us-east-1", aws_access_key_id=UNKNOWN_KEY[0], aws_secret_access_key=UNKNOWN_KEY[1])


def round_trips(url, scratch, seconds, connections, name, groups=0, run=0):
    """Messages a second that were sent, received and deleted. The queue is made when it is not there."""
    fifo = {"FifoQueue": "true"} if groups else {}
    queue = client(url).create_queue(QueueName=name + (".fifo" if groups else ""), Attributes=fifo)["QueueUrl"]
    script = scratch / "round_trips.lua"
    headers = "\n".join(f"common_headers[{json.dumps(k)}] = {json.dumps(v)}" for k, v in HEADERS.items())
    script.write_text(f"queue, groups, run_id, common_headers = {json.dumps(queue)}, {groups}, '{run}', {{}}\n{headers}\n" + (HERE / "round_trips.lua").read_text())
    text = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), url + "/"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"Round trips: (\d+) in (\d+) us, refused: (\d+)", text)
    assert found, text
    assert int(found[3]) == 0, f"{found[3]} answers were errors"
    return int(found[1]) * 1e6 / int(found[2])


def send_script(url, scratch, name):
    queue = client(url).create_queue(QueueName=name)["QueueUrl"]
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage", **HEADERS}
    return wrk_script(scratch / f"send-{name}.lua", headers, json.dumps({"QueueUrl": queue, "MessageBody": "x" * 100}))


def fill(binary, directory, queue, count):
    """Puts messages into a queue of a daemon that is not running."""
    with stratolite(binary, directory) as (url, _):
        client(url).create_queue(QueueName=queue)
        client(url).send_message(QueueUrl=client(url).get_queue_url(QueueName=queue)["QueueUrl"], MessageBody="x" * 100)
    state = next(pathlib.Path(directory).rglob("state.db"))
    with sqlite3.connect(state) as database:
        number = database.execute("SELECT id FROM sqs_queue WHERE name = ?", (queue,)).fetchone()[0]
        now = database.execute("SELECT MAX(sent_at) FROM sqs_message").fetchone()[0]
        database.execute(FILL, {"queue": number, "count": count, "now": now, "body": "x" * 100})
    database.close()


def by_waiting(binary, scratch, counts, seconds, rounds, connections):
    """{messages waiting: (sends/s, round trips/s)}, the queues taking turns, each in a daemon of its own."""
    rates = {count: ([], []) for count in counts}
    for count in counts:
        fill(binary, scratch / f"waiting-{count}", "long", count)
    for turn in range(rounds):
        for count in counts:
            with stratolite(binary, scratch / f"waiting-{count}") as (url, _):
                script = send_script(url, scratch, "long")
                wrk(url + "/", 1, connections, script)
                rates[count][0].append(wrk(url + "/", seconds, connections, script)["rps"])
                rates[count][1].append(round_trips(url, scratch, seconds, connections, "long", run=turn))
    return {count: tuple(statistics.median(each) for each in pair) for count, pair in rates.items()}
