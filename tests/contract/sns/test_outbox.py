"""The outbox: what is meant for people, kept with the world."""

import json
import signal
import urllib.error
import urllib.request

import pytest

pytestmark = pytest.mark.stratolite


def texts(admin, running, query=""):
    return [one["body"] for one in admin(f"outbox?{query}", url=running.endpoint)["messages"]]


def test_it_survives_a_kill_and_is_emptied_when_asked(daemon, client, admin, tmp_path):
    first = daemon(data_dir=tmp_path / "data")
    sns = client("sns", url=first.endpoint)
    for body in ("one", "two", "three"):
        sns.publish(PhoneNumber="+15550100", Message=body)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    second = daemon(data_dir=tmp_path / "data")
    page = admin("outbox?limit=2&since=0", url=second.endpoint)
    assert [one["body"] for one in page["messages"]] == ["one", "two"]
    assert texts(admin, second, f"since={page['next']}") == ["three"]
    assert admin("outbox", url=second.endpoint, method="DELETE") == {"status": "empty"}
    assert texts(admin, second) == []
    client("sns", url=second.endpoint).publish(PhoneNumber="+15550100", Message="four")
    assert texts(admin, second, f"since={page['next']}") == ["four"]
    admin("reset", {}, url=second.endpoint)
    assert texts(admin, second) == []


def test_each_world_has_its_own(daemon, client, admin):
    running = daemon()
    world = admin("worlds", {"name": "other"}, url=running.endpoint)
    client("sns", url=running.endpoint, key=world["access_key_id"], secret=world["secret_access_key"]).publish(PhoneNumber="+15550100", Message="theirs")
    assert texts(admin, running) == []
    assert texts(admin, running, "world=other") == ["theirs"]


@pytest.mark.parametrize("query, message", [
    ("kinds=sms", "outbox has no parameter 'kinds'. Is 'kind' meant? It takes service, kind, account, recipient, since, limit."),
    ("limit=1001", "'limit' must be a whole number from 1 to 1000."),
    ("since=-1", "'since' must be a whole number from 0 to 9223372036854775806."),
])
def test_wrong_parameters_are_named(endpoint, query, message):
    with pytest.raises(urllib.error.HTTPError) as found:
        urllib.request.urlopen(f"{endpoint}/_stratolite/outbox?{query}", timeout=10)
    assert (found.value.code, json.loads(found.value.read())["message"]) == (400, message)


def test_it_is_read_and_emptied_and_nothing_else(endpoint):
    request = urllib.request.Request(f"{endpoint}/_stratolite/outbox", data=b"{}", method="POST")
    with pytest.raises(urllib.error.HTTPError) as found:
        urllib.request.urlopen(request, timeout=10)
    assert (found.value.code, found.value.headers["Allow"]) == (405, "GET, DELETE")
