"""Random values that a shape of a service model allows, as far as a protocol can carry them.

A value is what botocore takes and gives: str, int, float, bool, bytes, an aware datetime, list, dict. `Values` notes in `unchecked`
where it could not meet a pattern: then the value is no test of validation.
"""

import datetime
import math
import struct

import matching_strings

UTC = datetime.timezone.utc
MAX_DEPTH = 9
XML_PROTOCOLS = ("query", "ec2", "rest-xml")
TEXTS = [
    "", "a", "value", "Two words", " leading and trailing ", "tab\tand\nnew line", "<tag attribute=\"1\">&amp;</tag>", "a=b&c=d;e%20f+g",
    "quote\" and 'apostrophe' \\ backslash", "žluťoučký kůň", "日本語テキスト", "🦓 emoji 👩‍👩‍👧", "null", "true", "NaN", "0012", "1e5", "arn:aws:sqs:us-east-1:123456789012:q",
    "{\"json\":[1,2,{\"a\":null}]}", "line\u2028separator", "e\u0301 combining", "]]>", "a,b, c", "x" * 300,
]
CONTROL_TEXTS = ["\u0001control\u001f", "\u007f\u0080", "\ufffe\uffff", "carriage\r\nreturn\r", "nul\u0000nul"]
HEADER_TEXTS = ["a", "value", "Two words", "a=b; c=\"d\"", "W/\"etag\"", "100%", "{json: 1}", "text/plain; charset=utf-8"]
HOST_LABEL = "abcdefghijklmnopqrstuvwxyz0123456789"
LABEL_TEXTS = ["a", "Two words", "a/b", "žluťoučký", "日本", "50%25", "a+b&c=d?e#f", "~tilde-_.", "x" * 100, "a:b@c", "🦓"]


class Values:
    """Makes values for one protocol and direction. Deterministic for a seeded `rng`.

    `fullness` is the chance with which an optional member is set.
    """

    def __init__(self, rng, model, protocol, direction, fullness):
        self.rng = rng
        self.shapes = model["shapes"]
        self.protocol = protocol
        self.direction = direction
        self.fullness = fullness
        self.unchecked = False

    def top(self, shape):
        """Input or output of an operation, or an error: members may travel outside the body."""
        return self.structure(shape, 0)

    def value(self, shape, depth, place="body"):
        handler = getattr(self, shape.type_name, None)
        return handler(shape, depth, place) if handler else self.string(shape, depth, place)

    def structure(self, shape, depth, place="body"):
        if self.shapes[shape.name].get("document"):
            return {"free": ["form", 1, None]}
        members = self.distinct(shape)
        if self.shapes[shape.name].get("union"):
            return self.union(members, depth)
        required = self.shapes[shape.name].get("required", ())
        out = {}
        for name, member in members.items():
            chance = self.fullness if depth < 3 or self.fullness == 1 else self.fullness / 2
            if name not in required and (depth >= MAX_DEPTH or self.rng.random() > chance):
                continue
            if self.shapes[member.name].get("eventstream"):
                continue
            out[name] = self.value(member, depth + 1, self.place_of(member, depth, shape, name))
        return out

    def union(self, members, depth):
        names = list(members)
        if depth >= MAX_DEPTH:
            plain = [name for name in names if members[name].type_name not in ("structure", "list", "map")]
            names = plain or names
        name = self.rng.choice(names)
        return {name: self.value(members[name], depth + 1)}

    def distinct(self, shape):
        """Members without those whose name on the wire another one has already: no client can tell them apart in XML."""
        if self.protocol not in XML_PROTOCOLS:
            return shape.members
        seen, out = set(), {}
        for name, member in shape.members.items():
            wire = member.serialization.get("name", name)
            if self.direction == "input" and self.protocol == "ec2":
                wire = member.serialization.get("queryName") or wire[0].upper() + wire[1:]
            if member.type_name == "list" and member.serialization.get("flattened"):
                wire = member.member.serialization.get("name", wire)
            key = (member.serialization.get("location"), wire)
            if key not in seen:
                out[name] = member
            seen.add(key)
        return out

    def place_of(self, member, depth, parent, name):
        if member.serialization.get("hostLabel"):
            return "host"
        if depth == 0 and self.protocol.startswith("rest"):
            if member.serialization.get("location"):
                return member.serialization["location"]
            if parent.serialization.get("payload") == name:
                return "payload"
        return "attribute" if member.serialization.get("xmlAttribute") else "body"

    def count(self, shape, least=0):
        raw = self.shapes[shape.name]
        low = max(least, int(raw.get("min", 0)))
        return min(self.rng.choice([low, low, low + 1, low + 2]) if self.fullness < 1 else max(low, 1), int(raw.get("max", 1 << 30)))

    def list(self, shape, depth, place):
        if depth >= MAX_DEPTH:
            return [self.value(shape.member, depth + 1, place) for _ in range(int(self.shapes[shape.name].get("min", 0)))]
        items = [self.value(shape.member, depth + 1, place) for _ in range(self.count(shape))]
        if self.shapes[shape.name].get("uniqueItems"):
            items = [item for i, item in enumerate(items) if item not in items[:i]]
        return items

    def map(self, shape, depth, place):
        out = {}
        count = 0 if depth >= MAX_DEPTH else self.count(shape)
        for _ in range(count * 4):
            if len(out) < count:
                out[self.map_key(shape, place)] = self.value(shape.value, depth + 1, place)
        self.unchecked |= len(out) < int(self.shapes[shape.name].get("min", 0))
        return out

    def map_key(self, shape, place):
        if place in ("headers", "querystring"):
            return "".join(self.rng.choice("abcdefghijklmnopqrstuvwxyz0123456789-") for _ in range(self.rng.randint(3, 12)))
        return self.string(shape.key, 0, place)

    def string(self, shape, depth, place):
        raw = self.shapes[shape.name]
        if raw.get("enum"):
            return self.rng.choice(raw["enum"])
        low, high = int(raw.get("min", 0)), int(raw.get("max", 1 << 30))
        if place not in ("body", "attribute"):
            low = max(low, 1)
        if "pattern" in raw:
            text = matching_strings.random_match(self.rng, raw["pattern"], low, high, lambda text: self.carries(text, place))
            if text is not None:
                return text
            self.unchecked = True
        return self.plain_text(low, high, place)

    def plain_text(self, low, high, place):
        if place == "host":
            return "".join(self.rng.choice(HOST_LABEL) for _ in range(self.rng.randint(low, max(low, min(high, 20)))))
        candidates = {"uri": LABEL_TEXTS, "header": HEADER_TEXTS, "headers": HEADER_TEXTS}.get(place, TEXTS)
        if place == "body" and (self.protocol not in XML_PROTOCOLS or self.direction == "input" and self.protocol != "rest-xml"):
            candidates = TEXTS + CONTROL_TEXTS
        fitting = [text for text in candidates if low <= len(text) and len(text.encode()) <= high and self.carries(text, place)]
        if fitting and self.rng.random() < 0.7:
            return self.rng.choice(fitting)
        length = self.rng.randint(low, min(high, low + 12))
        return "".join(self.rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(length))

    def carries(self, text, place):
        """Whether the protocol can carry the text at that place."""
        if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
            return False
        if place == "host":
            return all(c in HOST_LABEL for c in text)
        if place in ("header", "headers"):
            return text != "" and text.strip() == text and all(0x20 <= ord(c) < 0x7F for c in text) and (place == "headers" or "," not in text)
        if place == "uri":
            return text not in ("", ".", "..") and "\0" not in text
        if place == "payload":
            return text != ""
        if self.protocol in ("rest-xml",) or self.direction == "output" and self.protocol in XML_PROTOCOLS:
            # XML 1.0 has no way to write other control characters; Python's writer leaves \r as it is and a reader drops it.
            legal = "\t\n" if self.direction == "input" else "\t\n\r"
            if place == "attribute":
                legal = ""
            return all((ord(c) >= 0x20 or c in legal) and c not in "\ufffe\uffff" for c in text)
        return True

    def blob(self, shape, depth, place):
        raw = self.shapes[shape.name]
        low = max(int(raw.get("min", 0)), 1 if place == "payload" else 0)
        length = min(self.rng.choice([low, low + 1, low + 17, low + 300]), int(raw.get("max", 1 << 30)))
        if place == "payload" and self.direction == "output":
            # botocore reads a blob payload that does not stream as text.
            return bytes(self.rng.choice(b"abcdefghijklmnopqrstuvwxyz{}:\" ") for _ in range(length))
        return self.rng.randbytes(length)

    def boolean(self, shape, depth, place):
        return self.rng.random() < 0.5

    def integer(self, shape, depth, place, bits=32):
        raw = self.shapes[shape.name]
        if place == "statusCode":
            return self.rng.choice([200, 202, 206])
        low, high = int(raw.get("min", -(1 << bits - 1))), int(raw.get("max", (1 << bits - 1) - 1))
        near = [value for value in (low, high, 0, 1, 42) if low <= value <= high]
        return self.rng.choice(near) if self.rng.random() < 0.6 else self.rng.randint(low, high)

    def long(self, shape, depth, place):
        return self.integer(shape, depth, place, bits=64)

    def double(self, shape, depth, place):
        raw = self.shapes[shape.name]
        if "min" in raw or "max" in raw:
            low = float(raw.get("min", float(raw.get("max", 0)) - 1000))
            high = float(raw.get("max", low + 1000))
            return self.rng.choice([low, high, low + (high - low) * self.rng.random()])
        if self.rng.random() < 0.3:
            return self.rng.choice([math.nan, math.inf, -math.inf, 0.0, 1e22, 1.5e300, 5e-324, 0.1, 123456789.123456789, 1e15, 1e16, 1e-7])
        return self.rng.choice([self.rng.uniform(-1e6, 1e6), float(self.rng.randint(-1000, 1000))])

    def float(self, shape, depth, place):
        value = self.double(shape, depth, place)
        try:
            return struct.unpack(">f", struct.pack(">f", value))[0]
        except OverflowError:
            return 1.5

    def timestamp(self, shape, depth, place):
        default = {"header": "rfc822", "querystring": "iso8601", "uri": "iso8601"}.get(place)
        default = default or ("iso8601" if self.protocol in XML_PROTOCOLS else "unixTimestamp")
        form = shape.serialization.get("timestampFormat", default)
        seconds = self.rng.choice([0, 1, 951782400, 1700000000, 4102444800, self.rng.randint(0, 1 << 32)])
        if form != "rfc822" and place == "body":
            seconds = self.rng.choice([seconds, -1, -86400 * 365 * 20, 32503680000])
        millis = 0 if form == "rfc822" or place == "header" else self.rng.choice([0, 0, 1, 120, 999])
        return datetime.datetime(1970, 1, 1, tzinfo=UTC) + datetime.timedelta(seconds=seconds, milliseconds=millis)
