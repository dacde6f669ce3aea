"""The checker of the torture test can fail: it is told of every kind of loss and must complain, and of none and must not."""

import hashlib
import pathlib
import random
import sqlite3

import pytest

import blobs
from buckets import Buckets, Key, Upload, Value, VersionedKey, Write, same_versions
from promises import Broken, Names, Request, message_body, object_body
from queues import Message, Queue, Queues
from torture import Torture
from worlds import Content, Moment


def request(began, ended=None, what="request"):
    made = Request(what, began)
    made.t1 = ended
    return made


def broken(promise, call, *arguments):
    with pytest.raises(Broken) as found:
        call(*arguments)
    assert promise in found.value.promise, found.value.describe()
    assert found.value.describe().count("\n") >= 1


# Messages.


class Sent:
    """Queues with messages that were sent at 100 to 101, and the page that shows them as they should be, looked at from 200 to 201."""

    def __init__(self, queue="plain", count=3, fifo=False, **options):
        self.queues = Queues([Queue("plain"), Queue("work", dead_letters="dead", max_receives=2), Queue("dead"), Queue("order.fifo")])
        self.messages, self.pages = [], {name: [] for name in self.queues.queues}
        for number in range(count):
            message = Message(f"t{number}", queue, 50, group="g" if fifo else None, serial=number + 1, **options)
            message.sent = request(100, 101)
            message.message_id = f"id-{number}"
            message.sequence = str(number) if fifo else None
            self.queues.add(message)
            self.messages.append(message)
            self.pages[queue].append(self.entry(message))

    @staticmethod
    def entry(message, state="visible", count=0):
        attributes = {"ApproximateReceiveCount": str(count)}
        if message.sequence:
            attributes |= {"SequenceNumber": message.sequence, "MessageGroupId": message.group}
        return {"MessageId": message.message_id or "new", "Body": message.body(), "Attributes": attributes, "State": state,
                "MessageAttributes": {"token": {"StringValue": message.token}}}

    def look(self):
        self.queues.check_receives()
        self.queues.check_page(self.pages, 200, 201)


def test_messages_that_are_as_they_should_be_are_no_complaint():
    Sent().look()
    Sent(queue="order.fifo", fifo=True).look()


def test_a_lost_message_is_found():
    sent = Sent()
    del sent.pages["plain"][1]
    broken("acknowledged is there", sent.look)


def test_a_message_without_an_answer_may_be_there_or_not_but_a_batch_is_whole():
    for there in (0, 1, 2, 3):
        sent = Sent()
        batch = request(100)
        for message in sent.messages:
            message.sent = batch
        del sent.pages["plain"][there:]
        if there in (0, 3):
            sent.look()
            assert len(sent.queues.messages) == there
        else:
            broken("a batch is sent as a whole", sent.look)


def test_a_duplicate_is_found_in_its_queue_and_in_another():
    for queue in ("plain", "work"):
        sent = Sent()
        sent.pages[queue].append(dict(sent.pages["plain"][0]))
        broken("a message is there once", sent.look)


def test_a_changed_body_attribute_id_or_group_is_found():
    for change in ({"Body": message_body("t0", 49)}, {"MessageId": "other"}, {"MessageAttributes": {}}):
        sent = Sent()
        sent.pages["plain"][0] |= change
        broken("", sent.look)
    sent = Sent(queue="order.fifo", fifo=True)
    sent.pages["order.fifo"][0]["Attributes"]["SequenceNumber"] = "9"
    broken("sequence number", sent.look)


def test_a_deleted_message_that_comes_back_is_found_at_once_and_later():
    sent = Sent()
    sent.messages[0].deletes.append(request(150, 151))
    broken("deleted stays deleted", sent.look)
    late = Sent()
    late.messages[0].deletes.append(request(150, 151))
    entry = late.pages["plain"].pop(0)
    late.look()
    late.pages["plain"].append(entry)
    broken("deleted stays deleted", late.look)


def test_a_message_of_nobody_is_found():
    sent = Sent()
    stranger = Message("stranger", "plain", 30)
    sent.pages["plain"].append(Sent.entry(stranger))
    broken("only what was sent", sent.look)


def test_visibility_that_was_forgotten_is_found():
    sent = Sent()
    sent.messages[0].receives.append((1, request(190, 191), 30))
    sent.pages["plain"][0] = Sent.entry(sent.messages[0], "in-flight", 1)
    sent.look()
    sent = Sent()
    sent.messages[0].receives.append((1, request(190, 191), 30))
    sent.pages["plain"][0] = Sent.entry(sent.messages[0], "visible", 1)
    broken("not visible before its time", sent.look)
    sent = Sent()
    sent.messages[0].receives.append((1, request(150, 151), 30))
    sent.pages["plain"][0] = Sent.entry(sent.messages[0], "in-flight", 1)
    broken("visible when its time has come", sent.look)


def test_a_forgotten_delay_is_found():
    sent = Sent(delay=300)
    broken("not visible before its time", sent.look)


def test_a_forgotten_receive_count_is_found_and_one_too_many():
    sent = Sent()
    sent.messages[0].receives.append((1, request(110, 111), 0))
    broken("receive count never goes back", sent.look)
    sent = Sent()
    sent.pages["plain"][0] = Sent.entry(sent.messages[0], count=1)
    broken("only receives count", sent.look)


def test_a_receive_without_an_answer_may_have_taken_what_it_asked_for_and_no_more():
    for taken in (0, 1, 2):
        sent = Sent()
        sent.queues.queues["plain"].receives.append([request(199), 1, 30, None])
        for number in range(taken):
            sent.pages["plain"][number] = Sent.entry(sent.messages[number], "in-flight", 1)
        if taken < 2:
            sent.look()
        else:
            broken("takes no more than it asked for", sent.look)


def test_a_message_that_two_clients_get_at_once_is_found():
    sent = Sent()
    sent.messages[0].receives += [(1, request(110, 111), 30), (2, request(112, 113), 30)]
    broken("a hidden message is not received", sent.look)
    sent = Sent()
    sent.messages[0].receives += [(1, request(110, 111), 30), (1, request(150, 151), 30)]
    broken("same count", sent.look)


def test_dead_letters_move_when_they_may():
    for count, complaint in ((2, None), (1, "after so many receives only")):
        sent = Sent(queue="work")
        sent.messages[0].receives += [(number + 1, request(110 + number, 110.5 + number), 0) for number in range(count)]
        sent.pages["dead"].append(Sent.entry(sent.messages[0], count=count))
        del sent.pages["work"][0]
        if complaint:
            broken(complaint, sent.look)
        else:
            sent.look()


def test_a_purge_takes_all_that_was_there_and_only_that():
    def purged(began, ended, there):
        sent = Sent()
        sent.queues.queues["plain"].purges.append(request(began, ended))
        sent.queues.apply_purges()
        del sent.pages["plain"][there:]
        return sent

    purged(110, 111, 0).look()
    broken("deleted stays deleted", purged(110, 111, 1).look)
    purged(110, None, 0).look()
    purged(110, None, 3).look()
    broken("as a whole", purged(110, None, 1).look)
    purged(100.5, 102, 2).look()
    broken("acknowledged is there", purged(50, 51, 0).look)


def test_a_group_out_of_order_is_found():
    sent = Sent(queue="order.fifo", fifo=True)
    sent.pages["order.fifo"].reverse()
    broken("keep their order", sent.look)
    sent = Sent(queue="order.fifo", fifo=True)
    sent.queues.queues["order.fifo"].receives.append([request(110, 111), 1, 0, ["t1"]])
    broken("nobody passes", sent.look)
    sent.messages[0].deletes.append(request(105, 106))
    del sent.pages["order.fifo"][0]
    sent.look()


# Objects.


def value(token, size=100):
    return Value(token, [(token, size)], hashlib.md5(object_body(token, size)).hexdigest(), "text/plain")


def seen(one):
    return (one.etag, one.size)


def bucket_with(*writes):
    buckets = Buckets(["b"], ["v"])
    key = buckets.key("b", "k")
    key.value = value("before")
    key.writes = list(writes)
    return buckets


def test_an_object_may_be_the_last_that_was_acknowledged_or_one_without_an_answer():
    first, second, lost = value("1"), value("2"), value("3")
    writes = [Write(request(1, 2), first), Write(request(3, 4), second), Write(request(5), lost)]
    for found in (second, lost):
        bucket_with(*writes).check_bucket("b", {"k": seen(found)}, 10)
    for found in (first, value("before"), value("foreign")):
        broken("holds what was written last", bucket_with(*writes).check_bucket, "b", {"k": seen(found)}, 10)
    broken("acknowledged is there", bucket_with(*writes).check_bucket, "b", {}, 10)
    together = [Write(request(1, 4), first), Write(request(3, 5), second)]
    for found in (first, second):
        bucket_with(*together).check_bucket("b", {"k": seen(found)}, 10)


def test_empty_objects_are_told_apart_by_their_metadata():
    buckets = bucket_with(Write(request(5), value("2", 0)))
    key = buckets.keys["b"]["k"]
    key.value = value("1", 0)
    buckets.check_bucket("b", {"k": seen(key.value)}, 10)
    assert Buckets.choose_by_metadata(key, "2").token == "2"
    buckets.settle()
    assert key.value.token == "2"


def test_an_object_of_nobody_one_that_comes_back_and_a_wrong_size_are_found():
    broken("only what was put", bucket_with().check_bucket, "b", {"k": seen(value("before")), "x": ("e", 1)}, 10)
    broken("holds what was written last", bucket_with(Write(request(1, 2), None)).check_bucket, "b", {"k": seen(value("before"))}, 10)
    broken("size", bucket_with().check_bucket, "b", {"k": (value("before").etag, 99)}, 10)


def test_a_read_of_something_old_is_found():
    buckets = bucket_with(Write(request(1, 2), value("1")))
    buckets.keys["b"]["k"].reads.append((request(0.5, 1.5), value("before").etag))
    buckets.check_reads()
    buckets.keys["b"]["k"].reads.append((request(3, 4), value("before").etag))
    broken("a read finds what was written last", buckets.check_reads)


def test_a_torn_object_and_lost_metadata_are_found():
    class Answers:
        def __init__(self, body, headers):
            self.answer = (200, headers, body)

        def s3(self, *_):
            return self.answer

    torture = Torture.__new__(Torture)
    torture.counts = {"bodies compared": 0}
    one = value("1", 70_000)
    key = Key("b", "k")
    key.matching, key.found = [(None, one)], (None, one)
    headers = {"etag": f'"{one.etag}"', "content-type": "text/plain", "x-amz-meta-token": "1"}
    torture.calls = Answers(one.body(), headers)
    torture._check_object(key, one)
    for body, changed, promise in ((one.body()[:-1], {}, "byte for byte"), (one.body()[:-1] + b"\0", {}, "byte for byte"),
                                   (one.body(), {"x-amz-meta-token": "2"}, "metadata"), (one.body(), {"content-type": "a/b"}, "metadata")):
        torture.calls = Answers(body, headers | changed)
        broken(promise, torture._check_object, key, one)


def test_half_a_batch_of_deletions_is_found():
    for listing, whole in (({}, True), ({"k0": seen(value("0")), "k1": seen(value("1"))}, True), ({"k1": seen(value("1"))}, False)):
        buckets = Buckets(["b"], [])
        batch = request(1, what="DeleteObjects")
        for number in range(2):
            key = buckets.key("b", f"k{number}")
            key.value = value(str(number))
            key.writes = [Write(batch, None)]
        buckets.check_bucket("b", listing, 10)
        if whole:
            Torture._check_batches(buckets)
        else:
            broken("as a whole", Torture._check_batches, buckets)


def test_versions_that_are_lost_come_back_or_change_places_are_found():
    buckets = Buckets([], ["v"])
    key = buckets.versioned_key("v", "k")
    first, second = value("1"), value("2")
    first.version, second.version = "v1", "v2"
    key.versions = [("v1", first)]
    key.writes = [Write(request(1, 2), second), Write(request(3), None)]
    whole = [("v2", second.etag), ("v1", first.etag)]
    buckets.check_versions("v", {"k": (whole, [], "v2")}, 10)
    buckets.check_versions("v", {"k": (whole, ["any"], "any")}, 10)
    for wrong in ((whole[::-1], [], "v1"), (whole[:1], [], "v2"), (whole, [], "v1"), (whole, ["a", "b"], "a"), ([], [], None)):
        broken("versions are listed as they came", buckets.check_versions, "v", {"k": wrong}, 10)
    assert not same_versions([], ([], [], "v1"))


def test_parts_and_uploads_that_are_lost_or_torn_are_found():
    def upload():
        buckets = Buckets(["b"], [])
        one = buckets.uploads["b"]["u"] = Upload("b", "k", "u", request(1, 2), "text/plain")
        one.parts = {1: [(request(3, 4), "p", 10, "e1"), (request(5), "q", 20, "e2")]}
        return buckets, one

    for parts in ({1: ("e1", 10)}, {1: ("e2", 20)}):
        buckets, _ = upload()
        buckets.check_uploads("b", {"u": "k"}, lambda _, parts=parts: parts)
    for parts in ({}, {1: ("e1", 20)}, {1: ("e1", 10), 2: ("e2", 20)}):
        buckets, _ = upload()
        broken("part", buckets.check_uploads, "b", {"u": "k"}, lambda _, parts=parts: parts)
    buckets, one = upload()
    broken("acknowledged is there", buckets.check_uploads, "b", {}, None)
    one.ended = request(6, 7)
    broken("has ended is gone", buckets.check_uploads, "b", {"u": "k"}, None)
    buckets, _ = upload()
    broken("only uploads that were begun", buckets.check_uploads, "b", {"u": "k", "x": "k"}, lambda _: {1: ("e1", 10)})


def test_a_completion_that_left_both_or_neither_is_found():
    for came, still_there, fine in ((True, False, True), (False, True, True), (True, True, False), (False, False, False)):
        buckets = Buckets(["b"], [])
        key = buckets.key("b", "k")
        one = buckets.uploads["b"]["u"] = Upload("b", "k", "u", request(1, 2), "text/plain")
        one.ended = request(3)
        one.completes = Write(one.ended, value("1"))
        key.writes = [one.completes]
        buckets.check_uploads("b", {"u": "k"} if still_there else {}, lambda _: {})
        buckets.check_bucket("b", {"k": seen(value("1"))} if came else {}, 10)
        if fine:
            buckets.check_completions(10)
        else:
            broken("an object or still an upload", buckets.check_completions, 10)


# Copies.


def copied(messages):
    return Content({message.token: ("plain", message.message_id, hashlib.md5(message.body().encode()).hexdigest(), "0", None, "0") for message in messages}, {}, {}, {})


def moment(sent, content, since, until):
    return Moment(content, since, until, sent.queues, Buckets(["b"], ["v"]), "a fork").check


def test_a_copy_has_what_was_before_and_nothing_of_what_came_after():
    sent = Sent()
    moment(sent, copied(sent.messages), 102, 103)()
    broken("acknowledged before", moment(sent, copied(sent.messages[:2]), 102, 103))
    broken("sent after", moment(sent, copied(sent.messages), 50, 60))
    moment(sent, copied([]), 50, 60)()
    sent.messages[0].deletes.append(request(101.5, 101.6))
    broken("deleted before", moment(sent, copied(sent.messages), 102, 103))


def test_a_copy_with_half_a_batch_or_of_two_moments_is_found():
    sent = Sent()
    batch = request(100, 110)
    for message in sent.messages:
        message.sent = batch
    broken("a batch is in it as a whole", moment(sent, copied(sent.messages[:2]), 105, 106))
    sent = Sent(count=2)
    sent.messages[0].sent, sent.messages[1].sent = request(100, 101), request(102, 103)
    moment(sent, copied(sent.messages[:1]), 90, 110)()
    broken("is one moment", moment(sent, copied(sent.messages[1:]), 90, 110))


def test_a_copy_with_an_old_object_is_found():
    sent = Sent(count=0)
    buckets = bucket_with(Write(request(1, 2), value("1")), Write(request(5, 9), value("2")))
    for found in ("1", "2"):
        Moment(Content({}, {("b", "k"): seen(value(found))}, {}, {}), 6, 7, sent.queues, buckets, "a fork").check()
    broken("as it was", Moment(Content({}, {("b", "k"): seen(value("before"))}, {}, {}), 6, 7, sent.queues, buckets, "a fork").check)


# Rows and files.


@pytest.fixture
def data(tmp_path):
    """A data directory with one small blob and one that is a file."""
    data = tmp_path / "data"
    (data / "blobs/00").mkdir(parents=True)
    (data / "blobs/00/7").write_bytes(b"x" * 70_000)
    with sqlite3.connect(data / "state.db") as database:
        database.execute("CREATE TABLE blob (id INTEGER PRIMARY KEY, size INTEGER, refs INTEGER, file INTEGER, body BLOB)")
        database.execute("CREATE TABLE s3_bucket (id INTEGER)")
        database.execute("CREATE TABLE s3_object (id INTEGER PRIMARY KEY, bucket_id INTEGER, blob INTEGER)")
        database.execute("INSERT INTO s3_bucket VALUES (1)")
        database.execute("INSERT INTO blob VALUES (6, 5, 1, NULL, 'hello'), (7, 70000, 1, 7, NULL)")
        database.execute("INSERT INTO s3_object VALUES (1, 1, 6), (2, 1, 7)")
    database.close()
    return data


def change(data, statement):
    with sqlite3.connect(data / "state.db") as database:
        database.execute(statement)
    database.close()


def test_a_whole_directory_is_no_complaint_and_an_orphan_is_seen(data):
    named = blobs.check_stopped(data, thorough=True)
    assert named == {7}
    assert blobs.unclean(data, named) == []
    (data / "blobs/00/8").write_bytes(b"")
    (data / "blobs/tmp").mkdir()
    (data / "blobs/tmp/9").write_bytes(b"")
    assert blobs.unclean(data, named) == ["file 8 without a row", "draft 9"]


def test_a_row_without_its_file_or_with_half_of_it_is_found(data):
    (data / "blobs/00/7").write_bytes(b"x" * 69_999)
    broken("no row without its file", blobs.check_stopped, data)
    (data / "blobs/00/7").unlink()
    broken("no row without its file", blobs.check_stopped, data)


@pytest.mark.parametrize("statement", ["DELETE FROM blob WHERE id = 6", "DELETE FROM s3_object WHERE blob = 7", "UPDATE blob SET body = 'hell' WHERE id = 6",
                                       "UPDATE blob SET refs = 2 WHERE id = 7", "DELETE FROM s3_bucket"])
def test_rows_that_disagree_are_found(data, statement):
    change(data, statement)
    broken("", blobs.check_stopped, data)


def test_a_damaged_database_is_found(data):
    file = pathlib.Path(data / "state.db")
    content = bytearray(file.read_bytes())
    content[4096:4160] = random.Random(1).randbytes(64)
    file.write_bytes(content)
    broken("", blobs.check_stopped, data, True)


def test_a_versioned_key_tells_its_states():
    key = VersionedKey("v", "k")
    key.writes = [Write(request(1, 2), value("1")), Write(request(3, 4), None)]
    key.writes[0].value.version = "v1"
    key.writes[1].marker = "m1"
    assert [[version for version, _ in state] for _, state in key.states()] == [[], ["v1"], ["m1", "v1"]]


@pytest.mark.parametrize("table, statement", [("sqs_message", "INSERT INTO sqs_message VALUES (2, 9, 'g', 'b', '1')"),
                                              ("sqs_message", "UPDATE sqs_message SET body = NULL"),
                                              ("sqs_body", "INSERT INTO sqs_body VALUES (5, 'b')"),
                                              ("sqs_group", "UPDATE sqs_group SET head = 2"), ("sqs_group", "DELETE FROM sqs_group")])
def test_rows_of_queues_that_disagree_are_found(data, table, statement):
    for made in ("CREATE TABLE sqs_queue (id INTEGER)", "CREATE TABLE sqs_body (message INTEGER, body TEXT)",
                 "CREATE TABLE sqs_message (id INTEGER, queue_id INTEGER, group_id TEXT, body TEXT, sequence TEXT)",
                 "CREATE TABLE sqs_group (queue_id INTEGER, group_id TEXT, head INTEGER)", "INSERT INTO sqs_queue VALUES (1)",
                 "INSERT INTO sqs_message VALUES (1, 1, 'g', 'b', '1')", "INSERT INTO sqs_group VALUES (1, 'g', 1)"):
        change(data, made)
    blobs.check_stopped(data)
    change(data, statement)
    broken("there is never", blobs.check_stopped, data)


def test_queues_and_buckets_that_are_lost_or_come_back_are_found():
    def names(made, ended=None):
        one = Names("queues")
        one.made["q"] = made
        if ended:
            one.ended["q"] = ended
        return one

    names(request(1, 2)).check({"q"})
    names(request(1)).check(set())
    names(request(1, 2), request(3)).check(set())
    names(request(1, 2), request(3)).check({"q"})
    broken("acknowledged are there", names(request(1, 2)).check, set())
    broken("stay deleted", names(request(1, 2), request(3, 4)).check, {"q"})
    broken("only queues that were made", names(request(1, 2)).check, {"q", "r"})
