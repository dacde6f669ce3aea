"""How cost grows: the same calls over 1 to 64 connections, and over 10³ to 10⁶ stored messages and objects."""

import json

import listing
import s3
import sqs
from rig import stratolite, wrk, wrk_script

CONNECTIONS = (1, 4, 16, 64)
STORED = (1_000, 10_000, 100_000, 1_000_000)


def table(title, columns, rows):
    print(f"\n{title:<36}" + "".join(f"{column:>12,}" for column in columns))
    for label, values in rows.items():
        print(f"{label:<36}" + "".join(f"{value:>12,.1f}" if value < 100 else f"{value:>12,.0f}" for value in values), flush=True)


def by_connections(url, peer, scratch, seconds):
    identity = wrk_script(scratch / "identity.lua", {**sqs.HEADERS, "Content-Type": "application/x-www-form-urlencoded",
                          "Authorization": sqs.HEADERS["Authorization"].replace("/sqs/", "/sts/")}, "Action=GetCallerIdentity&Version=2011-06-15")
    send = sqs.send_script(url, scratch, "curves")
    s3.client(url).create_bucket(Bucket="curves")
    s3.client(url).put_object(Bucket="curves", Key="kib", Body=b"x" * 1024)
    put = wrk_script(scratch / "put-kib.lua", {"Content-Type": "application/octet-stream"}, "string.rep('x', 1024)", "PUT")
    calls = {"nginx return 200": (peer, None), "STS GetCallerIdentity": (url + "/", identity), "SQS SendMessage": (url + "/", send),
             "S3 GET 1 KiB": (url + "/curves/kib", None), "S3 PUT 1 KiB": (url + "/curves/put", put)}
    rates = {label: [wrk(where, seconds, count, script)["rps"] for count in CONNECTIONS] for label, (where, script) in calls.items()}
    rates["SQS send, receive, delete"] = [sqs.round_trips(url, scratch, seconds, count, "curves-trips", run=count) for count in CONNECTIONS]
    table("a second, by connections", CONNECTIONS, rates)
    return rates


def by_stored(binary, scratch, seconds, connections):
    messages = sqs.by_waiting(binary, scratch, STORED, seconds, 1, connections)
    rows = {"SQS SendMessage, a second": [messages[n][0] for n in STORED], "SQS round trips, a second": [messages[n][1] for n in STORED]}
    gets, puts, pages, folders = [], [], [], []
    for count in STORED:
        directory = scratch / f"objects-{count}"
        listing.fill(binary, directory, count)
        with stratolite(binary, directory) as (url, _):
            s3.client(url).put_object(Bucket="bench", Key="kib", Body=b"x" * 1024)
            put = wrk_script(scratch / "put-kib.lua", {"Content-Type": "application/octet-stream"}, "string.rep('x', 1024)", "PUT")
            gets.append(wrk(url + "/bench/kib", seconds, connections)["rps"])
            puts.append(wrk(url + "/bench/put", seconds, connections, put)["rps"])
            port = int(url.rsplit(":", 1)[1])
            pages.append(listing.measure(port, "")[0])
            folders.append(listing.measure(port, "&delimiter=/")[0])
    rows |= {"S3 GET 1 KiB, a second": gets, "S3 PUT 1 KiB, a second": puts, "S3 page of 1000 keys, ms": pages, "S3 page by folders, ms": folders}
    table("with so many stored", STORED, rows)
    return {label: dict(zip(STORED, values)) for label, values in rows.items()}


def measure(binary, url, peer, scratch, seconds, connections):
    return json.loads(json.dumps({"connections": by_connections(url, peer, scratch, seconds), "stored": by_stored(binary, scratch, seconds, connections)}))
