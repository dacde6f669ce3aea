"""STS and SQS calls that wrk sends, with signatures as botocore makes them."""

import json
import statistics

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from rig import ROOT_KEY, UNKNOWN_KEY, wrk, wrk_script


def signed(service, url, credentials, headers, body):
    request = AWSRequest("POST", url + "/", data=body, headers=headers)
    SigV4Auth(Credentials(*credentials), service, "us-east-1").add_auth(request)
    return dict(request.headers), body


def make(url, scratch):
    """{name: wrk script}; the queues are made here."""
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    target = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage"}
    found = {}
    for label, key in (("", UNKNOWN_KEY), (", signature verified", ROOT_KEY)):
        sqs = boto3.client("sqs", endpoint_url=url, region_name="us-east-1", aws_access_key_id=key[0], aws_secret_access_key=key[1])
        message = json.dumps({"QueueUrl": sqs.create_queue(QueueName="bench")["QueueUrl"], "MessageBody": "x" * 100})
        found[f"STS GetCallerIdentity{label}"] = signed("sts", url, key, form, "Action=GetCallerIdentity&Version=2011-06-15")
        found[f"SQS SendMessage{label}"] = signed("sqs", url, key, target, message)
    return {name: wrk_script(scratch / f"call-{number}.lua", *what) for number, (name, what) in enumerate(found.items())}


def measure(url, peer, scratch, seconds, rounds, connections):
    """{name: {rps, of_nginx, p99}}, nginx's `return 200` among them; all take turns. Prints a table."""
    scripts = make(url, scratch)
    runs = {"nginx return 200": []} | {name: [] for name in scripts}
    for _ in range(rounds):
        runs["nginx return 200"].append(wrk(peer, seconds, connections))
        for name, script in scripts.items():
            runs[name].append(wrk(url + "/", seconds, connections, script))
    base = statistics.median(run["rps"] for run in runs["nginx return 200"])
    figures = {}
    print(f"\n{'at %d connections' % connections:<46} {'requests/s':>10} {'of nginx':>9} {'p99':>9}")
    for name, each in runs.items():
        failed = sum(run["failed"] for run in each)
        assert failed == 0, f"{name}: {failed} answers were errors"
        rate = statistics.median(run["rps"] for run in each)
        figures[name] = {"rps": rate, "of_nginx": rate / base, "p99": sorted(run["p99"] for run in each)[len(each) // 2]}
        print(f"{name:<46} {rate:10.0f} {rate / base:9.2f} {figures[name]['p99']:>9}", flush=True)
    return figures
