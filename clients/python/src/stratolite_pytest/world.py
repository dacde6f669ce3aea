"""One world: an isolated universe of AWS accounts, with a clock of its own. Whoever signs with its access key is in it."""

from __future__ import annotations

import datetime
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Dict, List, Mapping, Optional, Union

from .daemon import StratoliteError

REQUEST_TIMEOUT_S = 30
Duration = Union[str, int, float, datetime.timedelta]
# A proxy of the machine's is not asked about a daemon of ours.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call_admin(endpoint: str, method: str, path: str, body: Optional[Mapping[str, Any]] = None) -> Any:
    """The decoded answer of the admin API: `call_admin(endpoint, "POST", "worlds", {"fork": "default"})`."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{endpoint}/_stratolite/{path}", data=data, method=method)
    try:
        with _opener.open(request, timeout=REQUEST_TIMEOUT_S) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        raise StratoliteError(f"{method} /_stratolite/{path}: {error.code} {error.read().decode(errors='replace')}") from None
    except OSError as error:
        raise StratoliteError(f"{method} {endpoint}/_stratolite/{path}: {error}") from error
    return json.loads(text) if text else None


class Clock:
    """The time of one world. It runs as the machine's does until told otherwise."""

    def __init__(self, world: "Stratolite") -> None:
        self._world = world

    def now(self) -> datetime.datetime:
        return self._time(self._world.admin("GET", "clock"))

    def advance(self, duration: Duration) -> datetime.datetime:
        """Moves on by seconds, a timedelta or ISO 8601 (`PT15M`). What becomes due on the way has happened when this returns."""
        if isinstance(duration, datetime.timedelta):
            duration = duration.total_seconds()
        if not isinstance(duration, str):
            duration = f"PT{duration:.3f}S"
        return self._change({"advance": duration})

    def set(self, moment: datetime.datetime) -> datetime.datetime:
        """A moment without a time zone is taken for UTC."""
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=datetime.timezone.utc)
        return self._change({"set": moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")})

    def freeze(self) -> datetime.datetime:
        return self._change({"freeze": True})

    def unfreeze(self) -> datetime.datetime:
        return self._change({"freeze": False})

    def _change(self, change: Dict[str, Any]) -> datetime.datetime:
        return self._time(self._world.admin("POST", "clock", change))

    @staticmethod
    def _time(answer: Dict[str, Any]) -> datetime.datetime:
        return datetime.datetime.fromisoformat(answer["now"].replace("Z", "+00:00"))


class Stratolite:
    """A world of a daemon, and what a client needs to be in it."""

    def __init__(self, endpoint: str, world: Mapping[str, str], region: str = "us-east-1") -> None:
        self.endpoint = endpoint
        self.name = world["name"]
        self.account = world["account"]
        self.access_key_id = world["access_key_id"]
        self.secret_access_key = world["secret_access_key"]
        self.region = region
        self.clock = Clock(self)

    @classmethod
    def fork(cls, endpoint: str, parent: str = "default", region: str = "us-east-1") -> "Stratolite":
        """A new world, a copy of another as it is now. Whoever makes it deletes it."""
        return cls(endpoint, call_admin(endpoint, "POST", "worlds", {"fork": parent}), region)

    def delete(self) -> None:
        """Everything in it is gone; its key is refused from now on."""
        call_admin(self.endpoint, "DELETE", f"worlds/{self.name}")

    def reset(self) -> None:
        """Empties it, also of what it was a copy of."""
        self.admin("POST", "reset", {})

    @property
    def environment(self) -> Dict[str, str]:
        """The variables that point any AWS client at this world; for subprocesses too."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint, "AWS_ACCESS_KEY_ID": self.access_key_id, "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_DEFAULT_REGION": self.region, "AWS_REGION": self.region, "AWS_EC2_METADATA_DISABLED": "true",
        }

    def session(self) -> Any:
        """A boto3 session in this world."""
        import boto3  # only who asks for it needs it

        return boto3.Session(aws_access_key_id=self.access_key_id, aws_secret_access_key=self.secret_access_key, region_name=self.region)

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client in this world; `options` are boto3's."""
        return self.session().client(service, **{"endpoint_url": self.endpoint, **options})

    def resource(self, service: str, **options: Any) -> Any:
        """A boto3 resource in this world; `options` are boto3's."""
        return self.session().resource(service, **{"endpoint_url": self.endpoint, **options})

    def requests(self, **filters: Union[str, int]) -> List[Dict[str, Any]]:
        """Who asked for what and how it went, oldest first: `requests(service="sqs", status="4xx")`. The daemon remembers the last 1000."""
        query = urllib.parse.urlencode({"limit": 1000, **filters})
        return sorted(self.admin("GET", f"requests?{query}")["requests"], key=lambda request: request["sequence"])

    def admin(self, method: str, path: str, body: Optional[Mapping[str, Any]] = None) -> Any:
        """A page of the admin API about this world: `admin("GET", "health")`."""
        return call_admin(self.endpoint, method, f"{path}{'&' if '?' in path else '?'}world={self.name}", body)
