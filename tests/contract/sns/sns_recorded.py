"""Where recorded situations of SNS are re-enacted, and the register of the functions that do it.

A situation is a function in a `*_situations.py` beside this file, decorated with `@situation` (or in its list ALL) and named like the recorded test without
`test_`. It takes a RecordedStage and returns {name of call: answer} as recorded. Which calls were made was inferred from the names and answers.
"""

import http.server
import json
import threading

import boto3
import botocore.config
from recorded import recordings

import sns_stage

EVERY_SITUATION = {}
# Loading a model takes longer than most situations; a session makes its clients one at a time.
SESSION = boto3.session.Session()
SESSION_LOCK = threading.Lock()


def situation(function):
    EVERY_SITUATION["test_" + function.__name__] = function
    return function


class Receiver:
    """An HTTP endpoint that keeps what is posted to it: [(headers, body)]."""

    def __init__(self):
        received = self.received = []
        arrived = self.arrived = threading.Condition()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with arrived:
                    received.append((dict(self.headers), body.decode()))
                    arrived.notify_all()
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sns-endpoint"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, count, timeout=20):
        """The first `count` of them."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.received) >= count, timeout), f"{len(self.received)} of {count} arrived"
            return self.received[:count]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class RecordedStage(sns_stage.Stage):
    """An account of its own. `parameters`: what stands in the brackets of the situation's name."""

    def __init__(self, endpoint, account, parameters):
        self.endpoint, self.account, self.parameters = endpoint, account, parameters
        self.receivers = []
        super().__init__(self.client("sns"), self.client("sqs"))

    def client(self, service, region="us-east-1", account=None):
        config = botocore.config.Config(retries={"max_attempts": 0}, parameter_validation=False)
        with SESSION_LOCK:
            return SESSION.client(service, endpoint_url=self.endpoint, region_name=region, aws_access_key_id=account or self.account,
                                  aws_secret_access_key="test", config=config)

    def make(self, service, region_name):
        return self.client(service, region_name)

    def receiver(self):
        self.receivers.append(Receiver())
        return self.receivers[-1]

    def close(self):
        for receiver in self.receivers:
            receiver.close()

    def subscription_attributes(self, arn):
        return self.sns.get_subscription_attributes(SubscriptionArn=arn)

    def topic_attributes(self, arn):
        return self.sns.get_topic_attributes(TopicArn=arn)

    error = staticmethod(recordings.refusal)


class SnsComparison(recordings.Comparison):
    # Those without a number stand for a different value each time.
    ANYTHING = {"timestamp", "date", "connection", "content--length", "<md5-hash>", "<signature>", "<sender-id>"}

    def compare_object(self, recorded, actual, where):
        # A second spelling of the message, without what AWS quotes of the document.
        recorded = {name: value for name, value in recorded.items() if name != "_normalized"}
        super().compare_object(recorded, actual, where)

    def compare(self, recorded, actual, where=""):
        # Bytes were recorded as Python shows them.
        super().compare(recorded, str(actual) if isinstance(actual, bytes) else actual, where)

    def compare_text(self, recorded, actual, where):
        # The recordings were made by a user of the account, these calls by its root.
        if where.endswith("SubscriptionPrincipal"):
            actual = actual.replace(":root", ":user/root")
        super().compare_text(recorded, actual, where)


def document(value):
    return json.dumps(value, separators=(",", ":"))
