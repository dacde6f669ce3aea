"""The model of worlds and snapshots: copies that are taken while clients work must be one moment, and stay as they are."""

import hashlib
import random

from buckets import NO_VERSIONS, same_versions
from calls import Calls
from promises import Broken, Request
from queues import page_token

SNAPSHOT_NAMES = ["one", "two"]


class Content:
    """All that a world holds, in a form that two looks at the same thing agree on."""

    def __init__(self, messages, objects, versions, uploads):
        self.messages, self.objects, self.versions, self.uploads = messages, objects, versions, uploads

    def difference(self, other):
        for what in ("messages", "objects", "versions", "uploads"):
            mine, theirs = getattr(self, what), getattr(other, what)
            for key in mine.keys() | theirs.keys():
                if mine.get(key) != theirs.get(key):
                    return f"{what} {key}: {str(mine.get(key))[:300]} and {str(theirs.get(key))[:300]}"
        return None


class World:
    def __init__(self, name, made):
        self.name, self.made = name, made
        self.key = None
        self.content = None
        self.log = [made]


def look(port, world, key, queues, buckets):
    """The content of a world."""
    calls = Calls(port, key)
    try:
        messages = {}
        for name in queues.queues:
            for entry in calls.messages(name, world):
                attributes = entry["Attributes"]
                seen = (name, entry["MessageId"], hashlib.md5(entry["Body"].encode()).hexdigest(), attributes["ApproximateReceiveCount"],
                        attributes.get("SequenceNumber"), attributes["SentTimestamp"])
                if page_token(entry) in messages:
                    raise Broken("a message is there once", page_token(entry), [str(messages[page_token(entry)]), str(seen), f"in world {world}"])
                messages[page_token(entry)] = seen
        objects = {(bucket, name): seen for bucket in buckets.plain for name, seen in calls.list_objects(bucket).items()}
        for bucket, name in random.sample(list(objects), min(3, len(objects))):
            _check_body(calls.s3("GET", bucket, name)[2], *objects[bucket, name], f"{bucket}/{name} in world {world}")
        versions = {(bucket, name): seen for bucket in buckets.versioned for name, seen in calls.list_versions(bucket).items()}
        uploads = {(bucket, upload): calls.list_parts(bucket, name, upload) for bucket in buckets.plain
                   for upload, name in calls.list_uploads(bucket).items()}
        return Content(messages, objects, versions, uploads)
    finally:
        calls.close()


def _check_body(body, etag, size, name):
    if len(body) != size or ("-" not in etag and hashlib.md5(body).hexdigest() != etag):
        raise Broken("an object is in a copy byte for byte", name, [f"listed: {etag}, {size} bytes", f"has {len(body)} bytes"])


class Moment:
    """Whether a content is that of one moment between two times, as the histories of this cycle allow it."""

    def __init__(self, content, since, until, queues, buckets, what):
        self.content, self.since, self.until, self.queues, self.buckets, self.what = content, since, until, queues, buckets, what
        # What is in it and began last; what is not in it and ended first.
        self.latest_in = (float("-inf"), "")
        self.earliest_out = (float("inf"), "")

    def check(self):
        self._check_messages()
        self._check_objects()
        self._check_versions()
        if self.latest_in[0] > self.earliest_out[0]:
            raise Broken(f"{self.what} is one moment", self.latest_in[1], [f"is in it and began at {self.latest_in[0]:.4f}",
                                                                          f"is not in it and ended at {self.earliest_out[0]:.4f}: {self.earliest_out[1]}"])

    def _in(self, request, key):
        self.latest_in = max(self.latest_in, (request.t0, key))

    def _out(self, request, key):
        if request.t1 is not None:
            self.earliest_out = min(self.earliest_out, (request.t1, key))

    def _broken(self, promise, key, history):
        raise Broken(f"{self.what}: {promise}", key, [f"taken between {self.since:.4f} and {self.until:.4f}", *history])

    def _check_messages(self):
        for token, seen in self.content.messages.items():
            if token not in self.queues.messages:
                gone = self.queues.gone.get(token)
                self._broken("what was deleted before is not in it" if gone else "only what was sent is in it", token, gone.history() if gone else [str(seen)])
        batches = {}
        for token, message in self.queues.messages.items():
            seen = self.content.messages.get(token)
            if seen is None:
                if message.sent.before(self.since) and not any(delete.t0 <= self.until for delete in message.deletes):
                    self._broken("what was acknowledged before is in it", token, message.history())
                if not message.deletes:
                    self._out(message.sent, token)
            else:
                if message.sent.t0 > self.until:
                    self._broken("what was sent after it is not in it", token, message.history())
                if any(delete.before(self.since) for delete in message.deletes):
                    self._broken("what was deleted before is not in it", token, message.history())
                if seen[2] != hashlib.md5(message.body().encode()).hexdigest():
                    self._broken("a message is in it byte for byte", token, message.history())
                self._in(message.sent, token)
                for delete in message.deletes:
                    self._out(delete, token)
            if not message.deletes:
                batches.setdefault(id(message.sent), []).append((message, seen is not None))
        for entries in batches.values():
            if len({there for _, there in entries}) > 1:
                self._broken("a batch is in it as a whole or not at all", entries[0][0].token, [f"{one.token}: {there}" for one, there in entries])

    def _check_objects(self):
        for bucket, keys in self.buckets.keys.items():
            for name, key in keys.items():
                seen = self.content.objects.get((bucket, name))
                candidates = key.candidates(self.since, self.until)
                found = [(write, value) for write, value in candidates if (value.etag if value else None) == (seen[0] if seen else None)]
                if not found:
                    self._broken("an object is in it as it was", f"{bucket}/{name}", [*key.history(), f"is {seen}"])
                if len(found) > 1:
                    continue
                write = found[0][0]
                if write is not None:
                    self._in(write.request, f"{bucket}/{name}")
                for other in key.writes:
                    if other is not write and (write is None or (write.request.t1 is not None and other.request.t0 > write.request.t1)):
                        self._out(other.request, f"{bucket}/{name}")
        for bucket, name in self.content.objects:
            if name not in self.buckets.keys[bucket]:
                self._broken("only what was put is in it", f"{bucket}/{name}", [])

    def _check_versions(self):
        for bucket, keys in self.buckets.versioned_keys.items():
            for name, key in keys.items():
                states = key.states()
                seen = self.content.versions.get((bucket, name), NO_VERSIONS)
                first = max((index for index, (request, _) in enumerate(states) if request is None or request.before(self.since)), default=0)
                found = [index for index, (request, state) in enumerate(states)
                         if index >= first and (request is None or request.t0 <= self.until) and same_versions(state, seen)]
                if not found:
                    self._broken("versions are in it as they were", f"{bucket}/{name}", [*key.history(), f"are {seen}"])
                if states[found[0]][0] is not None:
                    self._in(states[found[0]][0], f"{bucket}/{name}")
                if found[-1] + 1 < len(states):
                    self._out(states[found[-1] + 1][0], f"{bucket}/{name}")


class Action:
    """One change to the worlds, made while clients work: what it is, and the request."""

    def __init__(self, kind, request, name=None, path=None):
        self.kind, self.request, self.name, self.path = kind, request, name, path


class Worlds:
    """The worlds of one daemon beside the default one, and snapshots in files."""

    MOST = 3

    def __init__(self, clock, snapshot_dir, random):
        self.clock, self.snapshot_dir, self.random = clock, snapshot_dir, random
        self.worlds = {}
        self.snapshots = {}  # path: Content
        self.action = None
        self._count = 0
        self.done = 0
        self.counts = {}

    def choose(self):
        """What to do in this cycle; None: nothing."""
        kinds = {"nothing": 6, "fork": 5, "save": 4}
        if self.snapshots:
            kinds |= {"load as": 3}
        if self.worlds:
            kinds |= {"delete": 3, "fork a fork": 1} | ({"load into": 3} if self.snapshots else {})
        if len(self.worlds) >= self.MOST:
            kinds = {"delete": 3, "save": 2, "load into": 2} if self.snapshots else {"delete": 1}
        kind = self.random.choices(list(kinds), list(kinds.values()))[0]
        if kind == "nothing":
            return None
        self._count += 1
        name = path = None
        if kind in ("fork", "load as", "fork a fork"):
            name = f"w{self._count}"
        if kind in ("delete", "load into"):
            name = self.random.choice(list(self.worlds))
        if kind == "save":
            path = self.snapshot_dir / self.random.choice(SNAPSHOT_NAMES)
        if kind in ("load as", "load into"):
            path = self.random.choice(list(self.snapshots))
        return Action(kind, None, name, path)

    def act(self, action, calls):
        """Sends it. Raises NoAnswer or NotSent."""
        parent = self.random.choice(list(self.worlds)) if action.kind == "fork a fork" else None
        action.parent = parent
        self.action = action
        action.request = Request(action.kind, self.clock.now(), str(action.name or action.path))
        self.counts[action.kind] = self.counts.get(action.kind, 0) + 1
        if action.kind in ("fork", "fork a fork"):
            calls.admin("POST", "worlds", {"fork": parent or "default", "name": action.name})
        elif action.kind == "delete":
            calls.admin("DELETE", f"worlds/{action.name}")
        elif action.kind == "save":
            calls.admin("POST", "snapshot", {"save": str(action.path)})
        elif action.kind == "load as":
            calls.admin("POST", "snapshot", {"load": str(action.path), "as": action.name})
        else:
            calls.admin("POST", "snapshot", {"load": str(action.path), "world": action.name})
        action.request.t1 = self.clock.now()
        self.done += 1

    # After the kill.

    def check(self, calls, port, killed, queues, buckets, all_worlds):
        """Before the models of queues and buckets are settled: copies are compared with this cycle's histories."""
        action, self.action = self.action, None
        there = {world["name"] for world in calls.admin("GET", "worlds")["worlds"]} - {"default"}
        if action is not None and action.request is not None:
            self._resolve(action, there, calls, port, killed, queues, buckets)
        if there != self.worlds.keys():
            raise Broken("the worlds are those that were made and not deleted", str(there ^ self.worlds.keys()),
                         [f"there: {sorted(there)}, expected: {sorted(self.worlds)}", str(action.request) if action else ""])
        changed = {action.name} if action is not None else set()
        others = [world for world in self.worlds.values() if world.name not in changed]
        for world in others if all_worlds else others[:1]:
            self._same(world, look(port, world.name, world.key, queues, buckets), [world.content])

    def _same(self, world, content, possible):
        """The content is one of those; that one is the world's from now on."""
        differences = [content.difference(one) for one in possible]
        if None not in differences:
            raise Broken("a world that nobody uses stays as it is; one that is loaded is old or new", world.name,
                         [*[str(one) for one in world.log], *differences])
        world.content = content

    def _adopt(self, name, request, calls):
        world = self.worlds[name] = World(name, request)
        record = calls.admin("GET", f"worlds/{name}")
        world.key = (record["access_key_id"], record["secret_access_key"])
        return world

    def _resolve(self, action, there, calls, port, killed, queues, buckets):
        request, acknowledged = action.request, action.request.acknowledged
        until = request.t1 if acknowledged else killed
        if action.kind == "delete":
            if acknowledged and action.name in there:
                raise Broken("a world that was deleted stays deleted", action.name, [str(request)])
            if action.name not in there:
                self.worlds.pop(action.name)
            else:
                world = self.worlds[action.name]
                self._same(world, look(port, world.name, world.key, queues, buckets), [world.content])
        elif action.kind in ("fork", "fork a fork", "load as"):
            if action.name not in there:
                if acknowledged:
                    raise Broken("a world that was made is there", action.name, [str(request)])
                return
            world = self._adopt(action.name, request, calls)
            content = look(port, world.name, world.key, queues, buckets)
            if action.kind == "fork":
                Moment(content, request.t0, until, queues, buckets, f"fork {action.name}").check()
                world.content = content
            else:
                self._same(world, content, [self.worlds[action.parent].content if action.parent else self.snapshots[action.path]])
        elif action.kind == "load into":
            world = self.worlds[action.name]
            world.log.append(request)
            content = look(port, world.name, world.key, queues, buckets)
            self._same(world, content, [self.snapshots[action.path]] + ([] if acknowledged else [world.content]))
        else:
            self._check_saved(action, there, calls, port, until, queues, buckets)

    def _check_saved(self, action, there, calls, port, until, queues, buckets):
        request = action.request
        if not action.path.exists():
            if request.acknowledged or action.path in self.snapshots:
                raise Broken("a snapshot that was saved is there", str(action.path), [str(request)])
            return
        name = f"s{self._count}"
        calls.admin("POST", "snapshot", {"load": str(action.path), "as": name})
        there.add(name)
        world = self._adopt(name, request, calls)
        world.content = look(port, name, world.key, queues, buckets)
        old = self.snapshots.get(action.path)
        if old is None or request.acknowledged or world.content.difference(old) is not None:
            Moment(world.content, request.t0, until, queues, buckets, f"snapshot {action.path.name}").check()
        self.snapshots[action.path] = world.content
        if len(self.worlds) > self.MOST:
            calls.admin("DELETE", f"worlds/{name}")
            there.discard(name)
            del self.worlds[name]
