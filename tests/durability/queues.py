"""The model of queues: what was acknowledged of every message, and what a look at the queues may show after that."""

import json
from collections import defaultdict

from promises import SLACK_S, Broken, Request, message_body

DEDUPLICATED_S = 300
PURGES_APART_S = 60


class Message:
    """One message. `sent` may have no answer; what happened since the last look stands in receives, changes and deletes."""

    def __init__(self, token, queue, size, delay=0, group=None, deduplication=None, serial=0):
        self.token, self.queue, self.size, self.delay = token, queue, size, delay
        self.group, self.deduplication, self.serial = group, deduplication, serial
        self.message_id = self.sequence = None
        self.sent = None
        self.batch = None
        # As the last look left it: how often received, and between which times it becomes visible.
        self.count = 0
        self.hidden = None
        self.receives = []  # (count, request, visibility)
        self.changes = []  # (request, visibility, count of the receive that it changes)
        self.deletes = []  # requests
        self.log = []

    def body(self):
        return message_body(self.token, self.size)

    def history(self):
        return [f"{self.token} in {self.queue}, {self.size} characters, delay {self.delay}, group {self.group}, id {self.message_id}",
                *[str(request) for request in self.log]]

    def sent_hidden(self, no_later):
        end = self.sent.t1 if self.sent.t1 is not None else no_later
        return (self.sent.t0 + self.delay, end + self.delay)


class Queue:
    def __init__(self, name, visibility=30, delay=0, dead_letters=None, max_receives=None, content_based=False):
        self.name, self.visibility, self.delay = name, visibility, delay
        self.dead_letters, self.max_receives, self.content_based = dead_letters, max_receives, content_based
        self.fifo = name.endswith(".fifo")
        self.live = {}  # token: Message, everything that may be there
        self.receives = []  # (request, most, visibility, tokens or None) since the last look
        self.purges = []  # requests since the last look
        self.purged_at = float("-inf")

    def attributes(self):
        attributes = {"VisibilityTimeout": str(self.visibility), "DelaySeconds": str(self.delay)}
        if self.fifo:
            attributes |= {"FifoQueue": "true", "ContentBasedDeduplication": "true" if self.content_based else "false"}
        if self.dead_letters:
            arn = f"arn:aws:sqs:us-east-1:000000000000:{self.dead_letters}"
            attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": self.max_receives})
        return attributes


def page_token(entry):
    return entry["Body"].partition("|")[0]


class Queues:
    """All queues of one world. Clients write into messages that they made or hold; everything else happens while no client runs."""

    def __init__(self, queues):
        self.queues = {queue.name: queue for queue in queues}
        self.messages = {}  # token: Message, of all queues, before they are gone
        self.gone = {}  # token: Message
        self.verified = 0

    def add(self, message):
        self.messages[message.token] = message
        self.queues[message.queue].live[message.token] = message

    def forget(self, message):
        self.queues[message.queue].live.pop(message.token, None)
        self.messages.pop(message.token, None)
        self.gone[message.token] = message

    def apply_purges(self):
        """A purge deletes what was there when it began, and may delete what was sent while it ran."""
        for queue in self.queues.values():
            for purge in queue.purges:
                for message in queue.live.values():
                    if message.sent.before(purge.t0):
                        message.deletes.append(purge)
                    elif purge.t1 is None or message.sent.t0 <= purge.t1:
                        message.deletes.append(Request("maybe purged", purge.t0))
                    message.log.append(purge)
            queue.purges = []

    # What the answers themselves must keep to.

    def check_receives(self):
        for queue in self.queues.values():
            for request, _, _, tokens in queue.receives:
                if tokens and queue.fifo:
                    self._check_order(queue, request, tokens)
        for message in list(self.messages.values()):
            self._check_message_receives(message)

    @staticmethod
    def _check_message_receives(message):
        receives = sorted(message.receives, key=lambda receive: receive[0])
        free_from = message.hidden[0] if message.hidden else message.sent.t0 + message.delay
        count = message.count

        def freed(when):
            """At the earliest: a change may have shortened it."""
            return min([when] + [change.t0 + seconds for change, seconds, of in message.changes if of == count])

        free_from = freed(free_from)
        for number, request, visibility in receives:
            if number == count:
                raise Broken("a message that was received is not received again with the same count", message.token, message.history())
            if number < count:
                raise Broken("a receive count never goes back", message.token, message.history())
            if request.t1 is not None and request.t1 < free_from - SLACK_S and number == count + 1:
                raise Broken(f"a hidden message is not received (not before {free_from:.4f})", message.token, message.history())
            if any(delete.before(request.t0) for delete in message.deletes):
                raise Broken("what was deleted is not received", message.token, message.history())
            count = number
            free_from = freed(request.t0 + visibility)

    def _check_order(self, queue, request, tokens):
        seen = set()
        groups = defaultdict(int)
        for token in tokens:
            message = self.messages.get(token) or self.gone.get(token)
            if message is None:
                continue
            if message.serial <= groups[message.group]:
                raise Broken("a group's messages come in the order in which they were sent", token, message.history())
            groups[message.group] = message.serial
            seen.add(token)
        for group, last in groups.items():
            for other in queue.live.values():
                if other.group != group or other.serial >= last or other.token in seen or not other.sent.before(request.t0):
                    continue
                if not any(delete.t0 <= request.t1 for delete in other.deletes):
                    raise Broken(f"nobody passes a message of the group that is still there (received {tokens})", other.token, other.history())

    # What a look at all queues shows after a kill.

    def check_page(self, pages, looked_from, looked_until):
        """`pages`: for each queue the entries of /_stratolite/sqs/messages, all states. Raises Broken; then brings the model up to date."""
        found = {}
        for name, entries in pages.items():
            for entry in entries:
                self._check_entry(name, entry, found)
        self._check_missing(found)
        for queue in self.queues.values():
            self._check_unanswered_receives(queue, found)
        for token, (name, entry) in found.items():
            self._check_state(self.messages[token], name, entry, looked_from, looked_until)
        self._check_groups(pages)
        self.verified += len(found)
        self._settle(found, looked_from)

    def _check_entry(self, name, entry, found):
        token = page_token(entry)
        message = self.messages.get(token)
        if message is None:
            gone = self.gone.get(token)
            raise Broken("what was deleted stays deleted" if gone else "only what was sent is there", f"{token} in {name}",
                         [*(gone.history() if gone else []), f"there: {entry}"[:1000]])
        if token in found:
            raise Broken("a message is there once", token, [*message.history(), f"in {found[token][0]} and {name}"])
        found[token] = (name, entry)
        queue = self.queues[message.queue]
        if name not in (message.queue, queue.dead_letters):
            raise Broken("a message is in the queue it was sent to", token, [*message.history(), f"is in {name}"])
        if entry["Body"] != message.body():
            raise Broken("a message is there byte for byte", token, [*message.history(), f"has {len(entry['Body'])} characters"])
        if message.message_id is not None and entry["MessageId"] != message.message_id:
            raise Broken("a message keeps its id", token, [*message.history(), f"has {entry['MessageId']}"])
        attributes = entry["Attributes"]
        if message.sequence is not None and attributes.get("SequenceNumber") != message.sequence:
            raise Broken("a message keeps its sequence number", token, [*message.history(), f"has {attributes.get('SequenceNumber')}"])
        if attributes.get("MessageGroupId") != message.group:
            raise Broken("a message keeps its group", token, [*message.history(), f"has {attributes.get('MessageGroupId')}"])
        if entry.get("MessageAttributes", {}).get("token", {}).get("StringValue") != token:
            raise Broken("a message keeps its attributes", token, [*message.history(), f"has {entry.get('MessageAttributes')}"])
        if any(delete.acknowledged for delete in message.deletes):
            raise Broken("what was deleted stays deleted", token, message.history())

    def _check_missing(self, found):
        sends, deletes = defaultdict(list), defaultdict(list)
        for token, message in self.messages.items():
            there = token in found
            if message.sent.acknowledged and not there and not message.deletes:
                raise Broken("what was acknowledged is there", token, message.history())
            if not message.sent.acknowledged and not message.deletes:
                sends[id(message.sent)].append((message, there))
            for delete in message.deletes:
                if not delete.acknowledged and len(message.deletes) == 1:
                    deletes[id(delete)].append((message, there))
        for what, unanswered in (("sent", sends), ("deleted", deletes)):
            for entries in unanswered.values():
                if len({there for _, there in entries}) > 1:
                    history = [f"{message.token}: {'there' if there else 'not there'}" for message, there in entries]
                    raise Broken(f"a batch is {what} as a whole or not at all", entries[0][0].token, [*entries[0][0].history(), *history])

    def _check_unanswered_receives(self, queue, found):
        """Receives without an answer may have taken messages, each at most once and so many as they asked for."""
        asked = [(request, most, visibility) for request, most, visibility, tokens in queue.receives if tokens is None]
        taken = 0
        for message in queue.live.values():
            if message.token not in found:
                continue
            count = int(found[message.token][1]["Attributes"]["ApproximateReceiveCount"])
            known = max([message.count, *[receive[0] for receive in message.receives]])
            if count < known:
                raise Broken("a receive count never goes back", message.token, [*message.history(), f"has {count}, acknowledged {known}"])
            if count - known > len(asked):
                raise Broken("only receives count as receives", message.token, [*message.history(), f"has {count}, acknowledged {known}"])
            taken += count - known
            if queue.max_receives is not None and count > queue.max_receives:
                raise Broken("a message is not received more often than the queue allows", message.token, [*message.history(), f"has {count}"])
        if taken > sum(most for _, most, _ in asked):
            raise Broken("a receive takes no more than it asked for", queue.name, [f"{taken} were taken by", *[str(one[0]) for one in asked]])

    def _windows(self, message, count, looked_from):
        """When it may become visible: (earliest, latest) for each way in which the unanswered requests can have ended."""
        known = max([message.count, *[receive[0] for receive in message.receives]])
        if count > known:
            asked = [(request, visibility) for request, _, visibility, tokens in self.queues[message.queue].receives if tokens is None]
            return [(request.t0 + visibility, looked_from + visibility) for request, visibility in asked]
        window = message.hidden or message.sent_hidden(looked_from)
        if message.receives:
            _, request, visibility = max(message.receives, key=lambda receive: receive[0])
            window = (request.t0 + visibility, request.t1 + visibility)
        windows = [window]
        for change, seconds, of in message.changes:
            if of != count:
                continue
            end = change.t1 if change.t1 is not None else looked_from
            changed = (change.t0 + seconds, end + seconds)
            windows = [changed] if change.acknowledged else [*windows, changed]
        return windows

    def _check_state(self, message, name, entry, looked_from, looked_until):
        state, count = entry["State"], int(entry["Attributes"]["ApproximateReceiveCount"])
        windows = self._windows(message, count, looked_from)
        message.found_windows = windows
        history = [*message.history(), f"is {state} in {name} with count {count} at {looked_from:.4f}; visible from {windows}"]
        if name != message.queue:
            if count < self.queues[message.queue].max_receives:
                raise Broken("a message moves to the dead letters after so many receives only", message.token, history)
            if all(low > looked_until + SLACK_S for low, _ in windows):
                raise Broken("a hidden message does not move to the dead letters", message.token, history)
            return
        if state == "visible" and all(low > looked_until + SLACK_S for low, _ in windows):
            raise Broken("a message is not visible before its time", message.token, history)
        if state != "visible" and all(high < looked_from - SLACK_S for _, high in windows):
            raise Broken("a message is visible when its time has come", message.token, history)
        if state != "visible" and state != ("in-flight" if count else "delayed"):
            raise Broken("what was received is in flight, what was not is delayed", message.token, history)

    def _check_groups(self, pages):
        for name, entries in pages.items():
            if not self.queues[name].fifo:
                continue
            last = {}
            for entry in entries:
                message = self.messages[page_token(entry)]
                before = last.get(message.group)
                if before is not None and before.serial > message.serial:
                    raise Broken("a group's messages keep their order", message.token, [*before.history(), *message.history()])
                last[message.group] = message

    def _settle(self, found, looked_from):
        """Nothing is in doubt any more: what was found is what is."""
        for token, message in list(self.messages.items()):
            if token not in found:
                self.forget(message)
                continue
            name, entry = found[token]
            message.message_id = entry["MessageId"]
            message.sequence = entry["Attributes"].get("SequenceNumber")
            message.count = int(entry["Attributes"]["ApproximateReceiveCount"])
            windows = message.found_windows
            message.hidden = (min(low for low, _ in windows), max(high for _, high in windows))
            if name != message.queue:
                self.queues[message.queue].live.pop(token)
                message.queue = name
                message.hidden = (0, 0)
                self.queues[name].live[token] = message
            message.receives, message.changes, message.deletes = [], [], []
            if message.sent.t1 is None:
                message.sent.t1 = looked_from
            message.log = message.log[-40:]
        for queue in self.queues.values():
            queue.receives = []
