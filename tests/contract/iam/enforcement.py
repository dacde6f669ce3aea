"""What tests of `--iam` need: a daemon of their own, its root, and users with the policies that a test gives them."""

import itertools
import json
import re
import urllib.request

import boto3
import botocore.config
import botocore.exceptions

from daemons import Daemon

REGION = "us-east-1"
CONFIG = {"retries": {"max_attempts": 1}, "s3": {"addressing_style": "path"}}
_numbers = itertools.count(1)


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource} | more


def deny(action, resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource} | more


class Keys:
    """Who signs, and clients that do."""

    def __init__(self, stage, key, secret, token=None, arn=None, name=None):
        self.stage = stage
        self.key, self.secret, self.token = key, secret, token
        self.arn, self.name = arn, name

    def client(self, service, **config):
        return boto3.client(service, endpoint_url=self.stage.endpoint, region_name=REGION, aws_access_key_id=self.key,
                            aws_secret_access_key=self.secret, aws_session_token=self.token,
                            config=botocore.config.Config(**(CONFIG | config)))


class Stage:
    """A daemon that looks at policies."""

    def __init__(self, binary, *flags, data_dir=None):
        self.daemon = Daemon(binary, *flags, data_dir=data_dir)
        self.endpoint = self.daemon.endpoint

    def stop(self):
        self.daemon.stop()

    def printed_root(self):
        """The credentials that the daemon printed, once."""
        assert self.daemon.logged("Ready.")
        key = re.search(r"AWS_ACCESS_KEY_ID=(\S+)", self.daemon.log())
        secret = re.search(r"AWS_SECRET_ACCESS_KEY=(\S+)", self.daemon.log())
        return Keys(self, key[1], secret[1]) if key and secret else None

    def root(self, account="000000000000"):
        """An unknown key of twelve digits is root of that account: authentication is permissive here."""
        return Keys(self, account, "any")

    def user(self, *statements, account="000000000000", path="/"):
        iam = self.root(account).client("iam")
        name = f"user-{next(_numbers)}"
        arn = iam.create_user(UserName=name, Path=path)["User"]["Arn"]
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="given", PolicyDocument=policy(*statements))
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return Keys(self, made["AccessKeyId"], made["SecretAccessKey"], arn=arn, name=name)

    def admin(self, path, method="GET", body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_stratolite/{path}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def refusal(call, *args, **kwargs):
    """The error that a call ends with: its code, message and status."""
    try:
        call(*args, **kwargs)
    except botocore.exceptions.ClientError as error:
        response = error.response
        return response["Error"]["Code"], response["Error"].get("Message", ""), response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError("the call was allowed")


def request_id_of(call, *args, **kwargs):
    try:
        return call(*args, **kwargs)["ResponseMetadata"]["RequestId"]
    except botocore.exceptions.ClientError as error:
        return error.response["ResponseMetadata"]["RequestId"]
