"""Where recorded situations of IAM are re-enacted, and the register of the functions that do it.

A situation is a function in a `*_situations.py` beside this file, decorated with `@situation` and named like the recorded test without `test_`. It takes a
RecordedStage and returns {name of call: answer} as recorded. Which calls were made was inferred from the names and answers.
"""

import json
import threading

import boto3
import botocore.config
from recorded import recordings

EVERY_SITUATION = {}
# Loading a model takes longer than most situations; a session makes its clients one at a time.
SESSION = boto3.session.Session()
SESSION_LOCK = threading.Lock()


def situation(function):
    EVERY_SITUATION["test_" + function.__name__] = function
    return function


class RecordedStage:
    """An account of its own. `parameters`: what stands in the brackets of the situation's name."""

    def __init__(self, endpoint, account, parameters):
        self.account, self.parameters = account, parameters
        config = botocore.config.Config(retries={"max_attempts": 0}, parameter_validation=False)
        with SESSION_LOCK:
            self.iam = SESSION.client("iam", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=account, aws_secret_access_key="test", config=config)

    def user(self, name="alice"):
        return self.iam.create_user(UserName=name)

    error = staticmethod(recordings.refusal)


class IamComparison(recordings.Comparison):
    ANYTHING = {"<datetime>"}
    # Where the recorded ARNs and regions are: clients of these tests are in us-east-1.
    SAME_EVERYWHERE = {"<partition>": "aws", "<region>": "us-east-1"}

    def compare_text(self, recorded, actual, where):
        for placeholder, value in self.SAME_EVERYWHERE.items():
            recorded = recorded.replace(placeholder, value)
        super().compare_text(recorded, actual, where)

    def binds(self, name):
        # Those without a number stand for a different value each time.
        return ":" in name


def document(value):
    return json.dumps(value, separators=(",", ":"))


def trust(service):
    return document({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]})
