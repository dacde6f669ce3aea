"""A world of its own for tests that move the clock."""

import json
import urllib.request

import botocore.config
import s3_stage


class World:
    """A fork of the daemon's default world: its buckets, its clock, its keys."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.about = self.admin("worlds", {"fork": "default"})
        self.account = self.about["account"]

    def admin(self, path, body=None, method=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.endpoint}/_stratolite/{path}", data=data, method=method or ("POST" if data else "GET"))
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def advance(self, by):
        """Moves the clock by an ISO 8601 duration and runs what became due."""
        return self.admin(f"clock?world={self.about['name']}", {"advance": by})

    def freeze(self):
        return self.admin(f"clock?world={self.about['name']}", {"freeze": True})

    def client(self, service="s3", region="us-east-1", **config):
        with s3_stage.SESSION_LOCK:
            return s3_stage.SESSION.client(service, endpoint_url=self.endpoint, region_name=region, aws_access_key_id=self.about["access_key_id"],
                                           aws_secret_access_key=self.about["secret_access_key"],
                                           config=botocore.config.Config(**{"retries": {"max_attempts": 0}} | config))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.admin(f"worlds/{self.about['name']}", method="DELETE")
