"""Clients that work until the daemon is gone. Each is a thread with a connection; what it was told goes into the model."""

import collections
import hashlib
import itertools
import random
import threading

from buckets import Upload, Value, Write
from calls import Calls, Unexpected, queue_url
from promises import Broken, Names, Request, object_body
from queues import PURGES_APART_S, Message
from rig import NoAnswer, NotSent

# Around what lies in rows and what in tables and files of their own: 2 KiB for messages, 64 KiB for objects.
MESSAGE_SIZES = [20, 200, 200, 1000, 2047, 2048, 2049, 5000, 60_000]
OBJECT_SIZES = [0, 20, 100, 100, 1000, 1000, 5000, 65_535, 65_536, 65_537, 70_000, 100_000, 300_000, 1_000_000, 3_000_000]
CONTENT_TYPES = ["text/plain", "application/json", "image/png"]
PART_BYTES = 5 << 20
MOST_HELD = 40
MOST_NAMES = 3
# Begins the names of queues and buckets that come and go.
PASSING = "passing-"
MOST_MESSAGES = 600

# A message that was received; `until`: nobody else can have it before.
Held = collections.namedtuple("Held", "message handle count until")


class Load:
    """What the clients of one daemon share: the model, the clock, the tokens."""

    def __init__(self, clock, queues, buckets, tag=""):
        self.clock, self.queues, self.buckets, self.tag = clock, queues, buckets, tag
        self.port = None
        self.queue_names, self.bucket_names = Names("queues"), Names("buckets")
        self.stopping = threading.Event()
        self.broken = []
        self.acknowledged = 0
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def count(self, done):
        with self._lock:
            self.acknowledged += done

    def token(self, kind):
        return f"{kind}{self.tag}-{next(self._numbers):07d}"


class Client:
    """A client whose thoughts outlive the daemon: what it holds, its keys, its groups. `run` ends when the daemon does."""

    def __init__(self, load, number, seed):
        self.load, self.number = load, number
        self.random = random.Random(seed)
        self.calls = None
        self.done = 0

    def run(self):
        self.done = 0
        self.calls = Calls(self.load.port)
        try:
            while not self.load.stopping.is_set():
                self.step()
        except (NoAnswer, NotSent):
            pass
        except Exception as error:  # a broken promise, an answer that may not be, a mistake of ours: all end the run
            self.load.broken.append(error)
        finally:
            self.load.count(self.done)
            self.calls.close()

    def begin(self, what, detail=""):
        return Request(what, self.load.clock.now(), detail)

    def end(self, request):
        request.t1 = self.load.clock.now()
        self.done += 1


class QueueClient(Client):
    """Sends, receives, deletes, changes visibility."""

    def __init__(self, load, number, seed):
        super().__init__(load, number, seed)
        self.serials = {}
        self.forget()

    def forget(self):
        self.held = []
        self.sent = []  # FIFO messages that may be sent once more

    def step(self):
        queue = self.random.choice([queue for queue in self.load.queues.queues.values() if queue.name != "dead"])
        crowded = len(queue.live) > MOST_MESSAGES
        action = self.random.choices([self.send, self.send_batch, self.receive, self.delete, self.delete_batch, self.change, self.send_again,
                                      self.purge, self.come_and_go],
                                     [0 if crowded else 12, 0 if crowded else 6, 16, 12, 4, 3, 2, 0.2, 1])[0]
        action(queue)

    def make_message(self, queue):
        token = self.load.token("m")
        delay = self.random.choice([0, 0, 0, 0, 1, 40, 600]) if not queue.fifo else 0
        group = deduplication = None
        serial = 0
        if queue.fifo:
            group = f"g{self.number}-{self.random.randrange(4)}"
            serial = self.serials[queue.name, group] = self.serials.get((queue.name, group), 0) + 1
            deduplication = None if queue.content_based else f"d-{token}"
        return Message(token, queue.name, self.random.choice(MESSAGE_SIZES), delay if delay else queue.delay, group, deduplication, serial), delay

    @staticmethod
    def entry(message, delay):
        entry = {"MessageBody": message.body(), "MessageAttributes": {"token": {"DataType": "String", "StringValue": message.token}}}
        if delay:
            entry["DelaySeconds"] = delay
        if message.group:
            entry["MessageGroupId"] = message.group
        if message.deduplication:
            entry["MessageDeduplicationId"] = message.deduplication
        return entry

    def send(self, queue):
        message, delay = self.make_message(queue)
        message.sent = self.begin("SendMessage", queue.name)
        message.log.append(message.sent)
        self.load.queues.add(message)
        answer = self.calls.sqs("SendMessage", QueueUrl=queue_url(queue.name), **self.entry(message, delay))
        message.message_id, message.sequence = answer["MessageId"], answer.get("SequenceNumber")
        self.end(message.sent)
        if queue.fifo:
            self.sent = [*self.sent[-20:], message]

    def send_batch(self, queue):
        drafts = [self.make_message(queue) for _ in range(self.random.randint(2, 10))]
        request = self.begin("SendMessageBatch", f"{queue.name} {[message.token for message, _ in drafts]}")
        entries = []
        for number, (message, delay) in enumerate(drafts):
            message.sent = request
            message.log.append(request)
            self.load.queues.add(message)
            entries.append(self.entry(message, delay) | {"Id": str(number)})
        answer = self.calls.sqs("SendMessageBatch", QueueUrl=queue_url(queue.name), Entries=entries)
        for entry in answer["Successful"]:
            message = drafts[int(entry["Id"])][0]
            message.message_id, message.sequence = entry["MessageId"], entry.get("SequenceNumber")
        self.end(request)

    def send_again(self, queue):
        """As a client does that lost the answer: a FIFO queue says the same again and takes no second copy."""
        if not self.sent:
            return
        message = self.random.choice(self.sent)
        if message.sent.t0 + 240 < self.load.clock.now():
            self.sent.remove(message)
            return
        request = self.begin("SendMessage again")
        message.log.append(request)
        answer = self.calls.sqs("SendMessage", QueueUrl=queue_url(message.queue), **self.entry(message, 0))
        self.end(request)
        if (answer["MessageId"], answer["SequenceNumber"]) != (message.message_id, message.sequence):
            raise Broken("a message that is sent again is told its first id", message.token, [*message.history(), str(answer)])

    def receive(self, queue):
        most = self.random.choice([1, 1, 3, 10])
        seconds = self.random.choice([0, 1, 30, 30, 30, 120, 600]) if not queue.max_receives else self.random.choice([0, 0, 30])
        wait = {"WaitTimeSeconds": 1} if self.random.random() < 0.02 else {}
        request = self.begin("ReceiveMessage", f"{queue.name}, {most}, hidden for {seconds} s")
        record = [request, most, seconds, None]
        queue.receives.append(record)
        answer = self.calls.sqs("ReceiveMessage", QueueUrl=queue_url(queue.name), MaxNumberOfMessages=most, VisibilityTimeout=seconds,
                                MessageSystemAttributeNames=["ApproximateReceiveCount"], **wait)
        tokens = []
        for entry in answer.get("Messages", []):
            token = entry["Body"].partition("|")[0]
            message = self.load.queues.messages.get(token)
            if message is None or entry["Body"] != message.body():
                gone = self.load.queues.gone.get(token)
                raise Broken("only what was sent and not deleted is received", token, gone.history() if gone else [entry["Body"][:200]])
            tokens.append(token)
            message.log.append(request)
            count = int(entry["Attributes"]["ApproximateReceiveCount"])
            message.receives.append((count, request, seconds))
            if seconds >= 30:
                self.held.append(Held(message, entry["ReceiptHandle"], count, request.t0 + seconds))
        record[3] = tokens
        self.end(request)

    def take_held(self, most, queue=None):
        """Held messages of one queue that surely nobody else can have now."""
        soon = self.load.clock.now() + 10
        self.held = [one for one in self.held[-MOST_HELD:] if one.until > soon and one.message.token in self.load.queues.messages]
        if not self.held:
            return []
        name = self.random.choice(self.held).message.queue
        taken = [one for one in self.held if one.message.queue == name][:most]
        self.held = [one for one in self.held if one not in taken]
        return taken

    def delete(self, queue):
        for message, handle, *_ in self.take_held(1):
            request = self.begin("DeleteMessage")
            message.log.append(request)
            message.deletes.append(request)
            self.calls.sqs("DeleteMessage", QueueUrl=queue_url(message.queue), ReceiptHandle=handle)
            self.end(request)

    def delete_batch(self, queue):
        taken = self.take_held(self.random.randint(2, 10))
        if not taken:
            return
        request = self.begin("DeleteMessageBatch", str([one.message.token for one in taken]))
        for message, *_ in taken:
            message.log.append(request)
            message.deletes.append(request)
        self.calls.sqs("DeleteMessageBatch", QueueUrl=queue_url(taken[0].message.queue),
                       Entries=[{"Id": str(number), "ReceiptHandle": handle} for number, (_, handle, *_) in enumerate(taken)])
        self.end(request)

    def change(self, queue):
        for message, handle, count, _ in self.take_held(1):
            seconds = self.random.choice([0, 5, 60, 600])
            request = self.begin("ChangeMessageVisibility", str(seconds))
            message.log.append(request)
            message.changes.append((request, seconds, count))
            try:
                self.calls.sqs("ChangeMessageVisibility", QueueUrl=queue_url(message.queue), ReceiptHandle=handle, VisibilityTimeout=seconds)
            except Unexpected:
                if not self.load.queues.queues[message.queue].purges:
                    raise
                message.changes.pop()
                return
            self.end(request)
            if seconds >= 60:
                self.held.append(Held(message, handle, count, request.t0 + seconds))

    def purge(self, queue):
        now = self.load.clock.now()
        # Whether a FIFO queue remembers after a purge what it was sent is nowhere said; and what has moved to the dead letters is not purged.
        if queue.fifo or queue.dead_letters or queue.purged_at + PURGES_APART_S + 1 > now:
            return
        queue.purged_at = now
        request = self.begin("PurgeQueue", queue.name)
        queue.purges.append(request)
        self.calls.sqs("PurgeQueue", QueueUrl=queue_url(queue.name))
        self.end(request)

    def come_and_go(self, queue):
        """A queue of its own with messages in it; an old one goes with all that it holds."""
        names = self.load.queue_names
        mine = [name for name in list(names.made) if name.startswith(f"{PASSING}{self.number}-") and name not in names.ended]
        if len(mine) >= MOST_NAMES:
            name = self.random.choice(mine)
            names.ended[name] = self.begin("DeleteQueue", name)
            self.calls.sqs("DeleteQueue", QueueUrl=queue_url(name))
            return self.end(names.ended[name])
        name = self.load.token(f"{PASSING}{self.number}-")
        names.made[name] = self.begin("CreateQueue", name)
        self.calls.sqs("CreateQueue", QueueName=name)
        self.end(names.made[name])
        for size in (10, 5000):
            self.calls.sqs("SendMessage", QueueUrl=queue_url(name), MessageBody="x" * size)
            self.done += 1


class BucketClient(Client):
    """Puts, overwrites, copies, deletes, uploads in parts; with versions and without. Reads what others wrote."""

    def __init__(self, load, number, seed):
        super().__init__(load, number, seed)
        self.forget()

    def forget(self):
        self.uploads = []

    def step(self):
        plain = self.random.choice(self.load.buckets.plain)
        action = self.random.choices(
            [self.put, self.put_shared, self.remove, self.remove_batch, self.copy, self.read, self.put_version, self.remove_version,
             self.begin_upload, self.put_part, self.complete, self.abort, self.come_and_go],
            [10, 5, 5, 2, 4, 8, 6, 4, 3, 6, 3, 1, 1])[0]
        action(plain)

    def own_key(self, bucket):
        return self.load.buckets.key(bucket, f"c{self.number}/{self.random.randrange(12)}")

    def shared_key(self):
        return self.load.buckets.key(self.load.buckets.plain[0], f"shared/{self.random.randrange(8)}")

    def make_value(self):
        token = self.load.token("o")
        size = self.random.choice(OBJECT_SIZES)
        body = object_body(token, size)
        return Value(token, [(token, size)], hashlib.md5(body).hexdigest(), self.random.choice(CONTENT_TYPES)), body

    @staticmethod
    def headers(value):
        return [("Content-Type", value.content_type), ("x-amz-meta-token", value.token)]

    def check_etag(self, value, headers, history):
        if headers.get("etag", "").strip('"') != value.etag:
            raise Broken("an answer has the ETag of what was sent", value.token, [*history, str(headers)])

    def _put(self, key):
        value, body = self.make_value()
        request = self.begin("PutObject", str(value))
        key.writes.append(Write(request, value))
        key.log.append(request)
        _, headers, _ = self.calls.s3("PUT", key.bucket, key.name, headers=self.headers(value), body=body)
        self.end(request)
        self.check_etag(value, headers, key.history())

    def put(self, plain):
        self._put(self.own_key(plain))

    def put_shared(self, plain):
        key = self.shared_key()
        if self.random.random() < 0.75:
            return self._put(key)
        self._remove(key)

    def _remove(self, key):
        request = self.begin("DeleteObject")
        key.writes.append(Write(request, None))
        key.log.append(request)
        self.calls.s3("DELETE", key.bucket, key.name)
        self.end(request)

    def remove(self, plain):
        self._remove(self.own_key(plain))

    @staticmethod
    def now(key):
        """What one of the own keys holds."""
        return key.writes[-1].value if key.writes else key.value

    def remove_batch(self, plain):
        names = self.random.sample(range(12), self.random.randint(2, 6))
        keys = [self.load.buckets.key(plain, f"c{self.number}/{number}") for number in names]
        keys = [key for key in keys if self.now(key) is not None]
        if not keys:
            return
        request = self.begin("DeleteObjects", str([key.name for key in keys]))
        for key in keys:
            key.writes.append(Write(request, None))
            key.log.append(request)
        self.calls.delete_objects(plain, [key.name for key in keys])
        self.end(request)

    def copy(self, plain):
        source = self.own_key(plain)
        value = self.now(source)
        if value is None:
            return
        value = value.copied()
        headers = [("x-amz-copy-source", f"/{source.bucket}/{source.name}")]
        if self.random.random() < 0.3:
            key = self.own_version()
            request = self.begin("CopyObject", f"of {source.bucket}/{source.name}")
            write = Write(request, value)
            key.writes.append(write)
            key.log.append(request)
            _, answered, _ = self.calls.s3("PUT", key.bucket, key.name, headers=headers)
            value.version = answered["x-amz-version-id"]
        else:
            key = self.own_key(self.random.choice(self.load.buckets.plain))
            if key is source:
                return
            request = self.begin("CopyObject", f"of {source.bucket}/{source.name}")
            key.writes.append(Write(request, value))
            key.log.append(request)
            self.calls.s3("PUT", key.bucket, key.name, headers=headers)
        self.end(request)

    def read(self, plain):
        key = self.shared_key() if self.random.random() < 0.5 else self.load.buckets.key(
            plain, f"c{self.random.randrange(self.number + 1)}/{self.random.randrange(12)}")
        request = self.begin("GetObject")
        status, headers, body = self.calls.s3("GET", key.bucket, key.name, may=(200, 404))
        self.end(request)
        etag = headers["etag"].strip('"') if status == 200 else None
        key.reads.append((request, etag))
        if etag is not None and "-" not in etag and hashlib.md5(body).hexdigest() != etag:
            raise Broken("what is read has the ETag's bytes", f"{key.bucket}/{key.name}", [*key.history(), str(request), str(headers)])

    def own_version(self):
        return self.load.buckets.versioned_key(self.load.buckets.versioned[0], f"c{self.number}/{self.random.randrange(5)}")

    def put_version(self, plain):
        key = self.own_version()
        value, body = self.make_value()
        request = self.begin("PutObject", str(value))
        key.writes.append(Write(request, value))
        key.log.append(request)
        _, headers, _ = self.calls.s3("PUT", key.bucket, key.name, headers=self.headers(value), body=body)
        value.version = headers["x-amz-version-id"]
        self.end(request)
        self.check_etag(value, headers, key.history())

    def remove_version(self, plain):
        key = self.own_version()
        versions = key.states()[-1][1]
        write = Write(self.begin("DeleteObject"), None)
        # Many versions: one of them goes. Else a marker comes.
        if len(versions) > self.random.randint(1, 8):
            write.version = self.random.choice(versions)[0]
            write.request.detail = f"version {write.version}"
        key.writes.append(write)
        key.log.append(write.request)
        query = [("versionId", write.version)] if write.version else []
        _, headers, _ = self.calls.s3("DELETE", key.bucket, key.name, query=query)
        if not write.version:
            write.marker = headers["x-amz-version-id"]
        self.end(write.request)

    def begin_upload(self, plain):
        if len(self.uploads) >= 6:
            return self.abort(plain)
        bucket = self.random.choice(self.load.buckets.plain)
        name = f"u{self.number}/{self.random.randrange(6)}"
        content_type = self.random.choice(CONTENT_TYPES)
        request = self.begin("CreateMultipartUpload")
        self.load.buckets.lost_creations[bucket, name] += 1
        upload_id = self.calls.create_upload(bucket, name, [("Content-Type", content_type), ("x-amz-meta-token", "upload")])
        self.end(request)
        upload = Upload(bucket, name, upload_id, request, content_type)
        upload.log.append(request)
        self.load.buckets.uploads[bucket][upload_id] = upload
        self.load.buckets.lost_creations[bucket, name] -= 1
        self.uploads.append(upload)

    def choose_upload(self):
        self.uploads = [upload for upload in self.uploads if upload.upload_id in self.load.buckets.uploads[upload.bucket]]
        return self.random.choice(self.uploads) if self.uploads else None

    def put_part(self, plain):
        upload = self.choose_upload()
        if upload is None:
            return
        token = self.load.token("p")
        number = self.random.choice([1, 1, 2, 3])
        size = PART_BYTES if number == 1 and self.random.random() < 0.15 else self.random.choice(OBJECT_SIZES[1:])
        body = object_body(token, size)
        etag = hashlib.md5(body).hexdigest()
        request = self.begin("UploadPart", f"{number}: {token}, {size} bytes")
        upload.parts.setdefault(number, []).append((request, token, size, etag))
        upload.log.append(request)
        _, headers, _ = self.calls.s3("PUT", upload.bucket, upload.key, [("partNumber", str(number)), ("uploadId", upload.upload_id)], body=body)
        self.end(request)
        if headers["etag"].strip('"') != etag:
            raise Broken("an answer has the ETag of what was sent", token, [*upload.history(), str(headers)])

    def complete(self, plain):
        upload = self.choose_upload()
        if upload is None or not upload.parts:
            return
        chosen = {number: tries[-1] for number, tries in upload.parts.items()}
        numbers = sorted(chosen)
        # All but the last must be large: else only one.
        numbers = [number for number in numbers[:-1] if chosen[number][2] >= PART_BYTES] + numbers[-1:]
        pieces = [(chosen[number][1], chosen[number][2]) for number in numbers]
        etags = [chosen[number][3] for number in numbers]
        etag = hashlib.md5(b"".join(bytes.fromhex(one) for one in etags)).hexdigest() + f"-{len(etags)}"
        value = Value("upload", pieces, etag, upload.content_type)
        key = self.load.buckets.key(upload.bucket, upload.key)
        request = self.begin("CompleteMultipartUpload", f"{upload.upload_id[:12]} {value}")
        write = Write(request, value)
        upload.ended, upload.completes = request, write
        key.writes.append(write)
        upload.log.append(request)
        key.log.append(request)
        self.uploads.remove(upload)
        answered, _ = self.calls.complete_upload(upload.bucket, upload.key, upload.upload_id, list(zip(numbers, etags)))
        self.end(request)
        if answered != etag:
            raise Broken("a completed upload has the ETag of its parts", f"{upload.bucket}/{upload.key}", upload.history())

    def abort(self, plain):
        upload = self.choose_upload()
        if upload is None:
            return
        request = self.begin("AbortMultipartUpload")
        upload.ended = request
        upload.log.append(request)
        self.uploads.remove(upload)
        self.calls.s3("DELETE", upload.bucket, upload.key, [("uploadId", upload.upload_id)])
        self.end(request)

    def come_and_go(self, plain):
        """A bucket of its own in which an upload was begun; an old one goes."""
        names = self.load.bucket_names
        mine = [name for name in list(names.made) if name.startswith(f"{PASSING}{self.number}-") and name not in names.ended]
        if len(mine) >= MOST_NAMES:
            name = self.random.choice(mine)
            for upload_id, key in self.calls.list_uploads(name).items():
                self.calls.s3("DELETE", name, key, [("uploadId", upload_id)])
            names.ended[name] = self.begin("DeleteBucket", name)
            self.calls.s3("DELETE", name)
            return self.end(names.ended[name])
        name = self.load.token(f"{PASSING}{self.number}-")
        names.made[name] = self.begin("CreateBucket", name)
        self.calls.s3("PUT", name)
        self.end(names.made[name])
        upload_id = self.calls.create_upload(name, "k", [])
        self.calls.s3("PUT", name, "k", [("partNumber", "1"), ("uploadId", upload_id)], body=object_body(name, 70_000))
        self.done += 2
