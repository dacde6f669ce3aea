"""What policies cost: SendMessage of a user with a dozen policies, some with conditions, to a queue that has one, in daemons that look at policies and that do not."""

import contextlib
import json
import statistics

import boto3

from calls import signed
from rig import UNKNOWN_KEY, stratolite, wrk, wrk_script

POLICIES = 12


def client(service, url):
    return boto3.client(service, endpoint_url=url, region_name="us-east-1", aws_access_key_id=UNKNOWN_KEY[0], aws_secret_access_key=UNKNOWN_KEY[1])


def document(number):
    when = {"Condition": {"IpAddress": {"aws:SourceIp": ["127.0.0.0/8", "::1/128"]}}} if number % 4 == 0 else {}
    action, resource = ("sqs:SendMessage", "*") if number == POLICIES - 1 else (f"s3:Get{number}*", f"arn:aws:s3:::bucket-{number}/*")
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource} | when]})


def send_script(url, path):
    """A request that a user signed; it stays valid for fifteen minutes."""
    iam, sqs = client("iam", url), client("sqs", url)
    iam.create_user(UserName="bench")
    for number in range(POLICIES):
        iam.put_user_policy(UserName="bench", PolicyName=f"policy-{number}", PolicyDocument=document(number))
    made = iam.create_access_key(UserName="bench")["AccessKey"]
    queue = sqs.create_queue(QueueName="bench")["QueueUrl"]
    sqs.add_permission(QueueUrl=queue, Label="others", AWSAccountIds=["111111111111"], Actions=["SendMessage"])
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage"}
    return wrk_script(path, *signed("sqs", url, (made["AccessKeyId"], made["SecretAccessKey"]), headers, json.dumps({"QueueUrl": queue, "MessageBody": "x" * 100})))


def measure(binary, scratch, seconds, rounds, connections):
    """{mode: requests/s}, the modes taking turns."""
    rates = {"off": [], "enforce": []}
    with contextlib.ExitStack() as daemons:
        scripts = {}
        for mode in rates:
            url, _ = daemons.enter_context(stratolite(binary, scratch / f"access-{mode}", "--iam", mode))
            scripts[mode] = url, send_script(url, scratch / f"access-{mode}.lua")
        for _ in range(rounds):
            for mode, (url, script) in scripts.items():
                seen = wrk(url + "/", seconds, connections, script)
                assert seen["failed"] == 0, f"--iam {mode}: {seen['failed']} answers were errors"
                rates[mode].append(seen["rps"])
    return {mode: statistics.median(each) for mode, each in rates.items()}
