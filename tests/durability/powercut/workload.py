"""Clients that change a daemon and remember what was acknowledged, and at which length of the shim's log.

Every client works on names of its own, one request after the other, so that its history is a list of steps: after a cut the daemon must be in the state
after all steps that were acknowledged before it, or after one more. A state is a dictionary of whatever an outsider can see.
"""

import hashlib
import json
import os
import random
import re
import sys
import threading
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import rig  # noqa: E402

PLAIN_KEY = ("111122223333", "test")
SIZES = (10, 1000, 30_000, 70_000, 150_000)
SMALL_SIZES = (10, 1000, 30_000)
KEYS = 5


def digest(body):
    return hashlib.sha256(body).hexdigest()[:16]


class Daemon:
    """What clients ask of one."""

    def __init__(self, port):
        self.connection = rig.Connection(port)
        self.port = port

    def s3(self, method, path, query=(), headers=(), body=b"", key=PLAIN_KEY):
        path = urllib.parse.quote(path)
        query = [(name, urllib.parse.quote(str(value), safe="")) for name, value in query]
        target = path + ("?" + "&".join(f"{name}={value}" if value else name for name, value in query) if query else "")
        signed = rig.sign(method, path, query, self.port, *key)
        return self.connection.request(method, target, [*headers, *signed], body)

    def sqs(self, operation, **fields):
        headers = [("X-Amz-Target", f"AmazonSQS.{operation}"), ("Content-Type", "application/x-amz-json-1.0")]
        status, _, body = self.connection.request("POST", "/", [*headers, *rig.sign("POST", "/", [], self.port, *PLAIN_KEY, service="sqs")],
                                                  json.dumps(fields).encode())
        return status, json.loads(body)

    def admin(self, method, page, body=None):
        status, _, answer = self.connection.request(method, "/_stratolite/" + page, body=b"" if body is None else json.dumps(body).encode())
        return status, answer

    def objects(self, bucket, key=PLAIN_KEY):
        """{key: digest of the body}, or None when there is no such bucket. A body that cannot be read is an "HTTP …"."""
        status, _, body = self.s3("GET", f"/{bucket}", [("list-type", 2)], key=key)
        if status == 404:
            return None
        if status != 200:
            return {"listing": f"HTTP {status}"}
        found = {}
        for name in re.findall(r"<Key>([^<]*)</Key>", body.decode()):
            status, _, content = self.s3("GET", f"/{bucket}/{name}", key=key)
            found[name] = digest(content) if status == 200 else f"HTTP {status}"
        return found

    def messages(self, queue):
        status, answer = self.admin("GET", f"sqs/messages?QueueName={queue}&AccountId={PLAIN_KEY[0]}&ShowInvisible=true&ShowDelayed=true")
        if status != 200:
            return None
        return {message["Body"] for message in json.loads(answer)["Messages"]}


class Step:
    """`changes`: {name: value, or None for gone}. `end` is None until it was acknowledged."""

    def __init__(self, start, changes):
        self.start, self.end, self.changes = start, None, changes


class Client:
    """One worker thread's history. Subclasses do one step at a time, and say what they see."""

    def __init__(self, name, log_path, seed, sizes):
        self.name, self.log_path, self.sizes = name, log_path, sizes
        self.random = random.Random(f"{seed} {name}")
        self.steps = []
        self.state = {}
        self.daemon = None
        self.count = 0

    def connect(self, port):
        self.daemon = Daemon(port)

    def do(self, changes, action):
        """Runs a request that makes `changes`; keeps both ends in the log's terms."""
        step = Step(os.stat(self.log_path).st_size, changes)
        self.steps.append(step)
        answer = action()
        step.end = os.stat(self.log_path).st_size
        self.state = changed(self.state, changes)
        return answer

    def body(self, size=None):
        self.count += 1
        text = f"{self.name} {self.count} ".encode()
        size = size or self.random.choice(self.sizes)
        return (text * (size // len(text) + 1))[:max(size, len(text))]

    def states(self, cut, any_prefix=False):
        """The states that are right after a cut at this length of the log."""
        state, right = {}, []
        for step in self.steps:
            if step.end is None or step.end > cut:
                right.append(state)
                if step.start < cut:
                    right.append(changed(state, step.changes))
                return right
            if any_prefix:
                right.append(state)
            state = changed(state, step.changes)
        return [*right, state]


def changed(state, changes):
    state = state | changes
    return {name: value for name, value in state.items() if value is not None}


def expect(answer, *statuses):
    if answer[0] not in (statuses or (200,)):
        raise RuntimeError(f"unexpected answer {answer[0]}: {answer[-1]!r:.500}")
    return answer


class Objects(Client):
    """Puts, overwrites, copies, uploads in parts and deletes objects in a bucket of its own."""

    def step(self):
        bucket = f"bucket-{self.name}"
        if not self.steps:
            self.do({"bucket": True}, lambda: expect(self.daemon.s3("PUT", f"/{bucket}")))
            return
        key = f"key-{self.random.randrange(KEYS)}"
        path = f"/{bucket}/{key}"
        there = [name for name in self.state if name != "bucket"]
        choice = self.random.random()
        if choice < 0.2 and key in self.state:
            self.do({key: None}, lambda: expect(self.daemon.s3("DELETE", path), 204))
        elif choice < 0.35 and there:
            source = self.random.choice([name for name in there if name != key] or [None])
            if source:
                self.do({key: self.state[source]},
                        lambda: expect(self.daemon.s3("PUT", path, headers=[("x-amz-copy-source", f"/{bucket}/{source}")])))
        elif choice < 0.5:
            body = self.body()
            upload = re.search(rb"<UploadId>([^<]+)<", expect(self.daemon.s3("POST", path, [("uploads", "")]))[2])[1].decode()
            etag = expect(self.daemon.s3("PUT", path, [("partNumber", 1), ("uploadId", upload)], body=body))[1]["etag"]
            parts = f"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part></CompleteMultipartUpload>".encode()
            self.do({key: digest(body)}, lambda: expect(self.daemon.s3("POST", path, [("uploadId", upload)], body=parts)))
        else:
            body = self.body()
            self.do({key: digest(body)}, lambda: expect(self.daemon.s3("PUT", path, body=body)))

    def look(self, daemon):
        objects = daemon.objects(f"bucket-{self.name}")
        return {} if objects is None else {"bucket": True} | objects


class Messages(Client):
    """Sends messages, one and many at a time, and deletes what it receives."""

    def step(self):
        queue = f"queue-{self.name}"
        url = f"http://localhost/{PLAIN_KEY[0]}/{queue}"
        if not self.steps:
            self.do({"queue": True}, lambda: expect(self.daemon.sqs("CreateQueue", QueueName=queue)))
            return
        choice = self.random.random()
        if choice < 0.5 or len(self.state) < 3:
            text = self.body(self.random.choice((20, 500))).decode()
            self.do({text: True}, lambda: expect(self.daemon.sqs("SendMessage", QueueUrl=url, MessageBody=text)))
        elif choice < 0.6:
            texts = [self.body(20).decode() for _ in range(3)]
            entries = [{"Id": str(i), "MessageBody": text} for i, text in enumerate(texts)]
            self.do(dict.fromkeys(texts, True), lambda: expect(self.daemon.sqs("SendMessageBatch", QueueUrl=url, Entries=entries)))
        else:
            _, answer = expect(self.daemon.sqs("ReceiveMessage", QueueUrl=url, VisibilityTimeout=0))
            for message in answer.get("Messages", ()):
                self.do({message["Body"]: None},
                        lambda: expect(self.daemon.sqs("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])))

    def look(self, daemon):
        found = daemon.messages(f"queue-{self.name}")
        return {} if found is None else {"queue": True} | dict.fromkeys(found, True)


class Worlds(Client):
    """Makes, forks and deletes worlds, saves and loads snapshots. A world's value is the JSON of what is in its bucket."""

    def __init__(self, *arguments, directory):
        super().__init__(*arguments)
        self.directory = directory
        self.keys = {}

    def make(self, name, request, value):
        def action():
            answer = json.loads(expect(self.daemon.admin("POST", *request), 200, 201)[1])
            self.keys[name] = (answer["access_key_id"], answer["secret_access_key"])

        self.do({f"world {name}": value}, action)

    def step(self):
        self.count += 1
        worlds = [name.split()[1] for name in self.state if name.startswith("world ")]
        fresh = f"{self.name}-{self.count}"
        choice = self.random.random()
        if len(worlds) < 2:
            self.make(fresh, ("worlds", {"empty": True, "name": fresh}), "null")
            return
        world = self.random.choice(worlds)
        name, key = f"world {world}", self.keys[world]
        value = json.loads(self.state[name])
        if value is None:
            self.do({name: "{}"}, lambda: expect(self.daemon.s3("PUT", "/bucket", key=key)))
        elif choice < 0.4:
            body = self.body()
            into = f"key-{self.random.randrange(KEYS)}"
            value[into] = digest(body)
            self.do({name: json.dumps(value, sort_keys=True)}, lambda: expect(self.daemon.s3("PUT", f"/bucket/{into}", body=body, key=key)))
        elif choice < 0.55 and len(worlds) < 5:
            self.make(fresh, ("worlds", {"fork": world, "name": fresh}), self.state[name])
        elif choice < 0.7:
            self.do({name: None}, lambda: expect(self.daemon.admin("DELETE", f"worlds/{world}")))
        elif choice < 0.85:
            path = str(self.directory / f"{fresh}.strato")
            self.do({f"snapshot {fresh}": self.state[name]}, lambda: expect(self.daemon.admin("POST", "snapshot", {"save": path, "world": world})))
        else:
            snapshots = [saved.split()[1] for saved in self.state if saved.startswith("snapshot ")]
            if not snapshots:
                return
            saved = self.random.choice(snapshots)
            path = str(self.directory / f"{saved}.strato")
            if choice < 0.92 and len(worlds) < 5:
                self.make(fresh, ("snapshot", {"load": path, "as": fresh}), self.state[f"snapshot {saved}"])
            else:
                self.do({name: self.state[f"snapshot {saved}"]}, lambda: expect(self.daemon.admin("POST", "snapshot", {"load": path, "world": world})))

    def look(self, daemon):
        listed = json.loads(expect(daemon.admin("GET", "worlds"))[1])["worlds"]
        found = {}
        for world in listed:
            name = world["name"]
            if name.startswith(f"{self.name}-"):
                shown = json.loads(expect(daemon.admin("GET", f"worlds/{name}"))[1])
                found[f"world {name}"] = json.dumps(daemon.objects("bucket", (shown["access_key_id"], shown["secret_access_key"])), sort_keys=True)
        return found

    def look_at_snapshot(self, daemon, path, name):
        """What a snapshot holds, seen in a world that it is loaded into."""
        status, answer = daemon.admin("POST", "snapshot", {"load": str(path), "as": f"checked-{name}"})
        if status not in (200, 201):
            return f"HTTP {status}: {answer.decode()}"
        world = json.loads(answer)
        return json.dumps(daemon.objects("bucket", (world["access_key_id"], world["secret_access_key"])), sort_keys=True)


class Authority(Client):
    """Asks once for the certificate that clients are told to trust: it has to stay the same."""

    def step(self):
        step = Step(os.stat(self.log_path).st_size, {})
        step.changes = {"certificate": digest(expect(self.daemon.admin("GET", "ca"))[1])}
        step.end = os.stat(self.log_path).st_size
        if not self.steps:
            self.steps.append(step)
        return True

    def look(self, daemon):
        status, pem = daemon.admin("GET", "ca")
        return {"certificate": digest(pem) if status == 200 else f"HTTP {status}: {pem.decode()}"}

    def states(self, cut, any_prefix=False):
        # Asking makes one where there is none.
        right = super().states(cut, any_prefix)
        return [None] if {} in right else right


def run_clients(clients, port, seconds, steps):
    """Lets all work at the same time for so long and until each has done so many steps; returns when each has finished the one it was in."""
    over = threading.Event()
    failures = []

    def work(client):
        try:
            client.connect(port)
            # On a busy machine the time is over before anything was done.
            wanted = len(client.steps) + steps
            while not over.is_set() or (len(client.steps) < wanted and not failures):
                if client.step():
                    break
        except Exception as error:  # noqa: BLE001 - handed to the caller's thread
            failures.append((client.name, error))
            over.set()

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    over.wait(seconds)
    over.set()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"{failures[0][0]}: {failures[0][1]!r}") from failures[0][1]
