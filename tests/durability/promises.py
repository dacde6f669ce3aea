"""What every part of the model shares: requests with their times, promises that were broken, bytes that say where they come from."""

import random
import time
import zlib

# Clocks of two processes on one machine, and times that are cut to milliseconds.
SLACK_S = 0.005


class Broken(Exception):
    """A promise that was not kept: what was promised, to whom, and everything that is known about that one."""

    def __init__(self, promise, key, history=()):
        super().__init__(f"{promise}: {key}")
        self.promise, self.key, self.history = promise, key, list(history)

    def describe(self):
        return "\n".join([f"BROKEN PROMISE: {self.promise}", f"  of: {self.key}"] + [f"    {line}" for line in self.history])


class Clock:
    """The world's time as the model sees it: the machine's, and what it was advanced by. A daemon that starts anew begins at the machine's."""

    def __init__(self):
        self.offset = 0.0

    def now(self):
        return time.time() + self.offset


class Request:
    """One request: when it began, and when its answer was there (None: it never was)."""

    __slots__ = ("what", "t0", "t1", "detail")

    def __init__(self, what, t0, detail=""):
        self.what, self.t0, self.t1, self.detail = what, t0, None, detail

    @property
    def acknowledged(self):
        return self.t1 is not None

    def before(self, time_):
        """It certainly took effect before that time."""
        return self.t1 is not None and self.t1 < time_

    def __str__(self):
        end = f"{self.t1 - self.t0:.4f} s" if self.t1 is not None else "no answer"
        return f"{self.t0:.4f} {self.what} {self.detail} ({end})"


class Names:
    """Queues or buckets that come and go: of each the request that made it, and the one that deleted it."""

    def __init__(self, what):
        self.what = what
        self.made, self.ended = {}, {}

    def check(self, there):
        """`there`: the names of all. Then nothing is in doubt any more."""
        for name in there - self.made.keys():
            raise Broken(f"only {self.what} that were made are there", name)
        for name, made in list(self.made.items()):
            ended = self.ended.get(name)
            history = [str(made)] + ([str(ended)] if ended else [])
            if name in there and ended is not None and ended.acknowledged:
                raise Broken(f"{self.what} that were deleted stay deleted", name, history)
            if name not in there and ended is None and made.acknowledged:
                raise Broken(f"{self.what} that were acknowledged are there", name, history)
            self.ended.pop(name, None)
            if name not in there:
                del self.made[name]


# Printable, so that it serves for messages too; long enough that slices differ.
_POOL = random.Random(5).randbytes(3 << 20).hex().encode() * 2
_TEXT = _POOL[: 1 << 19].decode()


def message_body(token, size):
    """Begins with the token, is `size` characters long (or as long as the token), and differs everywhere between tokens."""
    at = zlib.crc32(token.encode()) % 200_000
    return f"{token}|" + _TEXT[at: at + max(0, size - len(token) - 1)]


def object_body(token, size):
    at = zlib.crc32(token.encode()) % 4_000_000
    return (token.encode() + b"|" + _POOL[at: at + max(0, size - len(token) - 1)])[:size]
