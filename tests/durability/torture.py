"""One daemon on one directory: load, SIGKILL, start, look at everything, again."""

import random
import subprocess
import threading
import time

import blobs
from buckets import Buckets, Key
from calls import Calls, Unexpected, queue_url
from clients import PASSING, BucketClient, Load, QueueClient
from promises import Broken, Clock, Names, Request
from queues import DEDUPLICATED_S, Queue, Queues
from rig import NoAnswer, NotSent, Rig
from worlds import SNAPSHOT_NAMES, Worlds

SWEPT_WITHIN_S = 20
# What the data directory and a world's may hold when nothing is under way.
AT_REST = {"state.db", "state.db.unsynced", "state.db-wal", "state.db-shm", "lock", "blobs", "worlds", "world.json"}
CYCLES_BETWEEN_RESETS = 20
LEAST_DONE = 2
SLOWEST_LOAD_S = 30


def make_queues():
    return Queues([Queue("plain"), Queue("late", delay=2), Queue("work", dead_letters="dead", max_receives=2), Queue("dead"),
                   Queue("order.fifo"), Queue("digest.fifo", content_based=True)])


class Torture:
    """`run(kills)`; raises Broken. The figures of what was done stand in `counts`."""

    def __init__(self, directory, binary, durability, seed, tag="", clients=4):
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.random = random.Random(seed)
        self.clock = Clock()
        self.rig = Rig(directory / "data", binary, ["--durability", durability, "--log-level", "warn"])
        self.snapshot_dir = directory / "snapshots"
        self.snapshot_dir.mkdir(exist_ok=True)
        self.worlds = Worlds(self.clock, self.snapshot_dir, self.random)
        self.load = Load(self.clock, make_queues(), Buckets(["plain-0", "plain-1"], ["versions"]), tag)
        kinds = [QueueClient, BucketClient]
        self.clients = [kinds[number % 2](self.load, number, self.random.random()) for number in range(clients)]
        self.calls = None
        self.cycle = 0
        self.since_reset = 0
        self.counts = {"kills": 0, "acknowledged": 0, "messages looked at": 0, "objects looked at": 0, "bodies compared": 0, "resets": 0,
                       "messages sent again": 0, "killed while starting": 0, "seen by the doctor": 0}

    # A run.

    def run(self, kills, report=lambda counts: None):
        self.rig.start()
        self._connect()
        self._furnish()
        while self.counts["kills"] < kills:
            self.cycle += 1
            self._run_cycle()
            report(self.counts)
        self.calls.close()
        status = self.rig.stop()
        self._ask_doctor()
        return status

    def _connect(self):
        if self.calls is not None:
            self.calls.close()
        self.calls = Calls(self.rig.port)
        self.load.port = self.rig.port

    def _furnish(self):
        for queue in sorted(self.load.queues.queues.values(), key=lambda one: one.dead_letters is not None):
            self.calls.sqs("CreateQueue", QueueName=queue.name, Attributes=queue.attributes())
        for bucket in [*self.load.buckets.plain, *self.load.buckets.versioned]:
            self.calls.s3("PUT", bucket)
        for bucket in self.load.buckets.versioned:
            self.calls.s3("PUT", bucket, query=[("versioning", "")],
                          body=b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")

    def _run_cycle(self):
        resetting = self.since_reset >= CYCLES_BETWEEN_RESETS
        reset = self._kill_a_reset() if resetting else self._kill_under_load()
        killed = self.clock.now()
        self.counts["kills"] += 1
        if self.load.broken:
            raise self.load.broken[0]
        named = blobs.check_stopped(self.rig.data_dir, thorough=self.cycle % 20 == 0)
        if self.cycle % 10 == 0:
            self._ask_doctor()
        self._start_again()
        # Before anything is asked of it: what the rows name is still what they named when it was killed.
        self._check_directory(named)
        self.since_reset += 1
        if reset is not None:
            self._check_reset(reset)
        self._check_all(killed)
        if self.random.random() < 0.25:
            self._advance(self.random.choice([3, 35, 130, 700]))

    # The kill.

    def _kill_under_load(self):
        self.load.stopping.clear()
        action = self.worlds.choose()
        threads = [threading.Thread(target=client.run, daemon=True) for client in self.clients]
        length = self.random.uniform(0.03, 0.3)
        at = self.random.uniform(0, length)
        # Half of the time the kill comes while that one request is under way, or soon after.
        after = self.random.choice([self.random.uniform(0, 0.03), length]) if action else length
        for client in self.clients:
            client.done = 0
        for thread in threads:
            thread.start()
        if action is None:
            time.sleep(length)
        else:
            time.sleep(at)
            actor = threading.Thread(target=self._act, args=(action,), daemon=True)
            threads.append(actor)
            actor.start()
            time.sleep(after)
        # However slow the machine: a kill without work says nothing.
        slow = time.monotonic() + SLOWEST_LOAD_S
        while min(client.done for client in self.clients) < LEAST_DONE and not self.load.broken and time.monotonic() < slow:
            time.sleep(0.002)
        if self.random.random() < 0.1:
            # The log is copied back when writing pauses for a tenth of a second: the kill comes then.
            self.load.stopping.set()
            time.sleep(self.random.uniform(0.08, 0.14))
        self.rig.kill()
        for thread in threads:
            thread.join(90)
            if thread.is_alive():
                raise Broken("a client whose daemon is gone hears of it", thread.name)
        return None

    def _act(self, action):
        calls = Calls(self.rig.port)
        try:
            self.worlds.act(action, calls)
        except (NoAnswer, NotSent):
            pass
        except Unexpected as error:
            self.load.broken.append(error)
        finally:
            calls.close()

    def _kill_a_reset(self):
        request = Request("reset", self.clock.now())
        killer = threading.Timer(self.random.uniform(0, 0.02), self.rig.kill)
        killer.start()
        try:
            self.calls.admin("POST", "reset")
            request.t1 = self.clock.now()
        except (NoAnswer, NotSent):
            pass
        killer.join()
        return request

    def _start_again(self):
        while self.random.random() < 0.1:
            self.rig.spawn()
            time.sleep(self.random.uniform(0, 0.015))
            self.rig.kill()
            self.counts["killed while starting"] += 1
        self.rig.start()
        self._connect()
        # Clocks begin at the machine's time: what was hidden for long stays so until its time has come in the world's.
        if self.clock.offset:
            self.calls.admin("POST", "clock", {"advance": f"PT{self.clock.offset:.0f}S"})

    def _advance(self, seconds):
        self.calls.admin("POST", "clock", {"advance": f"PT{seconds}S"})
        self.clock.offset += seconds

    # The look.

    def _ask_doctor(self):
        """The daemon's own check of a directory that nobody uses finds no problem; what a kill leaves to clear up is none."""
        done = subprocess.run([self.rig.binary, "doctor", "--check", "--data-dir", str(self.rig.data_dir)], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise Broken("doctor --check finds nothing wrong after a kill", str(self.rig.data_dir), [done.stdout[-3000:], done.stderr[-1000:]])
        self.counts["seen by the doctor"] += 1

    def _check_reset(self, request):
        """All is there, or nothing."""
        queues = {name for name in self.calls.list_queues() if not name.startswith(PASSING)}
        buckets = {name for name in self.calls.list_buckets() if not name.startswith(PASSING)}
        if queues or buckets:
            whole = (self.load.queues.queues.keys(), {*self.load.buckets.plain, *self.load.buckets.versioned})
            if request.acknowledged or (queues, buckets) != whole:
                raise Broken("a reset empties everything or nothing", "default", [str(request), f"queues {queues}, buckets {buckets}"])
            self.calls.admin("POST", "reset")
        self.since_reset = 0
        self.counts["resets"] += 1
        fresh = make_queues()
        self.load.queues.queues, self.load.queues.messages, self.load.queues.gone = fresh.queues, {}, {}
        buckets = Buckets(self.load.buckets.plain, self.load.buckets.versioned)
        for name in ("keys", "versioned_keys", "uploads", "lost_creations"):
            setattr(self.load.buckets, name, getattr(buckets, name))
        for client in self.clients:
            client.forget()
        self.load.queue_names, self.load.bucket_names = Names("queues"), Names("buckets")
        self._furnish()

    def _check_all(self, killed):
        queues, buckets = self.load.queues, self.load.buckets
        looked_from = self.clock.now()
        pages = {name: self.calls.messages(name) for name in queues.queues}
        looked_until = self.clock.now()
        self.load.queue_names.check(self.calls.list_queues() - queues.queues.keys())
        self.load.bucket_names.check(self.calls.list_buckets() - {*buckets.plain, *buckets.versioned})
        queues.apply_purges()
        queues.check_receives()
        buckets.check_reads()
        lost = [message for message in queues.messages.values() if message.deduplication and not message.sent.acknowledged]
        lost += [message for message in queues.messages.values() if message.queue == "digest.fifo" and not message.sent.acknowledged]
        self.worlds.check(self.calls, self.rig.port, killed, queues, buckets, all_worlds=self.cycle % 5 == 0)
        queues.check_page(pages, looked_from, looked_until)
        self._check_buckets(looked_from)
        self._send_again(sorted(lost, key=lambda message: message.serial))
        self.counts["acknowledged"] = self.load.acknowledged + self.worlds.done
        self.counts["messages looked at"] = queues.verified
        self.counts["objects looked at"] = buckets.verified

    def _check_buckets(self, looked):
        buckets = self.load.buckets
        lost_uploads = []
        written = []
        for bucket in [*buckets.plain, *buckets.versioned]:
            listing = self.calls.list_uploads(bucket)
            lost_uploads += [(bucket, listing[upload_id], upload_id) for upload_id in buckets.check_uploads(
                bucket, listing, lambda upload: self.calls.list_parts(upload.bucket, upload.key, upload.upload_id))]
        for bucket in buckets.plain:
            keys = buckets.check_bucket(bucket, self.calls.list_objects(bucket, self.random.choice([7, 1000])), looked)
            rest = [key for key in buckets.keys[bucket].values() if key.found[1] is not None and key not in keys]
            written += [(key, key.found[1]) for key in [*keys, *(rest if self.cycle % 10 == 0 else self.random.sample(rest, min(5, len(rest))))]]
        for bucket in buckets.versioned:
            for key in buckets.check_versions(bucket, self.calls.list_versions(bucket), looked):
                written += [(key, value) for _, value in key.now if value is not None]
        buckets.check_completions(looked)
        self._check_batches(buckets)
        for key, value in written:
            self._check_object(key, value)
        for bucket, name, upload_id in lost_uploads:
            self.calls.s3("DELETE", bucket, name, [("uploadId", upload_id)])
        buckets.settle()

    @staticmethod
    def _check_batches(buckets):
        """A batch of deletions happened as a whole or not at all."""
        batches = {}
        for keys in buckets.keys.values():
            for key in keys.values():
                if key.writes and key.writes[-1].request.what == "DeleteObjects" and not key.writes[-1].request.acknowledged:
                    batches.setdefault(id(key.writes[-1].request), []).append(key)
        for keys in batches.values():
            if len({key.found[1] is None for key in keys}) > 1:
                raise Broken("a batch is deleted as a whole or not at all", f"{keys[0].bucket}/{keys[0].name}",
                             [*keys[0].history(), *[f"{key.name}: {key.found[1]}" for key in keys]])

    def _check_object(self, key, value):
        query = [] if isinstance(key, Key) else [("versionId", value.version)]
        _, headers, body = self.calls.s3("GET", key.bucket, key.name, query)
        self.counts["bodies compared"] += 1
        if isinstance(key, Key):
            value = Buckets.choose_by_metadata(key, headers.get("x-amz-meta-token"))
        if body != value.body():
            raise Broken("an object is there byte for byte", f"{key.bucket}/{key.name}",
                         [*key.history(), f"expected {value}, has {len(body)} bytes that begin with {body[:60]}"])
        seen = (headers["etag"].strip('"'), headers["content-type"], headers.get("x-amz-meta-token"))
        if seen != (value.etag, value.content_type, value.token):
            raise Broken("an object has its ETag and metadata", f"{key.bucket}/{key.name}", [*key.history(), f"expected {value}, has {seen}"])

    def _send_again(self, lost):
        """What a client does that lost the answer: in five minutes there is one copy, whatever became of the first try."""
        for message in lost:
            again = Request("SendMessage after the kill", self.clock.now())
            if again.t0 > message.sent.t0 + DEDUPLICATED_S - 5:
                continue
            known = message.token in self.load.queues.messages
            if not known:
                message.sent = again
                message.hidden = None
                self.load.queues.gone.pop(message.token, None)
                self.load.queues.add(message)
            message.log.append(again)
            answer = self.calls.sqs("SendMessage", QueueUrl=queue_url(message.queue), **QueueClient.entry(message, 0))
            again.t1 = self.clock.now()
            told = (answer["MessageId"], answer["SequenceNumber"])
            if known and told != (message.message_id, message.sequence):
                raise Broken("a message that is sent again is told its first id", message.token, [*message.history(), str(answer)])
            message.message_id, message.sequence = told
            self.counts["messages sent again"] += 1

    def _check_directory(self, named):
        """What a killed process left behind goes, and only that. `named`: files that rows named when it was killed."""
        deadline = time.monotonic() + SWEPT_WITHIN_S
        wait = 0.002
        while left := blobs.unclean(self.rig.data_dir, named) + self._leftovers():
            if time.monotonic() > deadline:
                raise Broken("what a killed process left behind goes, and nothing else", str(self.rig.data_dir), left)
            time.sleep(wait)
            wait = min(wait * 2, 0.1)

    def _leftovers(self):
        worlds = self.rig.data_dir / "worlds"
        found = [world for world in worlds.iterdir() if not (world / "world.json").exists()] if worlds.exists() else []
        for world in blobs.worlds_of(self.rig.data_dir):
            found += [path for path in world.iterdir() if path.name not in AT_REST]
        found += [path for path in self.snapshot_dir.iterdir() if path.name not in SNAPSHOT_NAMES]
        return [f"{path} is left over" for path in found]
