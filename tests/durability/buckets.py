"""The model of buckets: what was acknowledged of every key, version and upload, and what a look at them may show after that."""

import hashlib
from collections import defaultdict

from promises import Broken, object_body


class Value:
    """What an object holds: the bytes of one token, or those of the parts that it was put together from."""

    __slots__ = ("token", "pieces", "size", "etag", "content_type", "version")

    def __init__(self, token, pieces, etag, content_type):
        self.token, self.pieces, self.etag, self.content_type = token, pieces, etag, content_type
        self.size = sum(size for _, size in pieces)
        self.version = None

    def body(self):
        return b"".join(object_body(token, size) for token, size in self.pieces)

    def copied(self):
        """The same in another place: copies keep bytes and metadata; the ETag is that of the bytes."""
        etag = self.etag if "-" not in self.etag else hashlib.md5(self.body()).hexdigest()
        return Value(self.token, self.pieces, etag, self.content_type)

    def __str__(self):
        return f"{self.token}, {self.size} bytes, ETag {self.etag}, version {self.version}"


class Write:
    """A put, copy, completion or deletion (value: None)."""

    __slots__ = ("request", "value", "version", "marker")

    def __init__(self, request, value, version=None):
        self.request, self.value = request, value
        self.version = version  # of a deletion: the version that it removes
        self.marker = None  # of a deletion: the id of the marker that it left


class Key:
    """One key of a bucket that never had versions. Any number of clients may write to it at the same time."""

    def __init__(self, bucket, name):
        self.bucket, self.name = bucket, name
        self.value = None  # as the last look left it
        self.writes = []
        self.reads = []  # (request, value)
        self.log = []

    def history(self):
        return [f"{self.bucket}/{self.name}, before: {self.value}", *[str(request) for request in self.log[-60:]],
                *[f"{write.request.t0:.4f} wrote {write.value}" for write in self.writes]]

    def candidates(self, since, until):
        """[(write or None, value)] that a look in [since, until] may find."""
        done = [write for write in self.writes if write.request.before(since)]
        found = [] if done else [(None, self.value)]
        for write in self.writes:
            if write.request.t0 > until:
                continue
            end = write.request.t1
            if end is None or not any(other.request.t0 > end for other in done):
                found.append((write, write.value))
        return found


class Upload:
    """A multipart upload: its parts as acknowledged, and those without an answer."""

    def __init__(self, bucket, key, upload_id, created, content_type):
        self.bucket, self.key, self.upload_id, self.created, self.content_type = bucket, key, upload_id, created, content_type
        self.parts = {}  # number: [(request, token, size, etag)], the last one acknowledged, or it and one without an answer
        self.ended = None  # the request that completed or aborted it
        self.completes = None  # the Write that its completion is
        self.log = []

    def history(self):
        return [f"upload {self.upload_id} of {self.bucket}/{self.key}", *[str(request) for request in self.log]]


class VersionedKey:
    """One key of a bucket with versions; one client writes to it."""

    def __init__(self, bucket, name):
        self.bucket, self.name = bucket, name
        self.versions = []  # newest first: (version id, Value or None for a marker)
        self.writes = []
        self.log = []

    def history(self):
        return [f"{self.bucket}/{self.name}, before: {[(version, str(value)) for version, value in self.versions]}",
                *[str(request) for request in self.log[-60:]], *[f"{write.request.t0:.4f} wrote {write.value} / {write.version}" for write in self.writes]]

    def states(self):
        """What is there before and after each write, with the requests between which it is: [(began, ended, versions)]."""
        now = list(self.versions)
        states = [(None, now)]
        for write in self.writes:
            if write.value is None and write.version is not None:
                now = [one for one in now if one[0] != write.version]
            else:
                version = write.value.version if write.value is not None else write.marker
                now = [(version, write.value), *now]
            states.append((write.request, now))
        return states


NO_VERSIONS = ([], [], None)


def same_versions(expected, seen):
    """`seen`: ([(version id, etag)], [id of a marker], id of the latest). A version whose answer was lost may have any id."""
    versions, markers, latest = seen
    values = [(version, value.etag) for version, value in expected if value is not None]
    deletions = [version for version, value in expected if value is None]
    if len(values) != len(versions) or len(deletions) != len(markers):
        return False
    if any(mine is not None and mine != theirs for mine, theirs in zip(deletions, markers)):
        return False
    if any(etag != their_etag or (mine is not None and mine != theirs) for (mine, etag), (theirs, their_etag) in zip(values, versions)):
        return False
    if not expected:
        return latest is None
    return latest == (versions[0][0] if expected[0][1] is not None else markers[0])


def with_ids(expected, seen):
    """The same versions, with the ids that were not known."""
    versions, markers = iter(seen[0]), iter(seen[1])
    return [(next(versions)[0], value) if value is not None else (next(markers), None) for _, value in expected]


class Buckets:
    """All buckets of one world."""

    def __init__(self, plain, versioned):
        self.plain, self.versioned = list(plain), list(versioned)
        self.keys = {bucket: {} for bucket in self.plain}
        self.versioned_keys = {bucket: {} for bucket in self.versioned}
        self.uploads = {bucket: {} for bucket in [*self.plain, *self.versioned]}  # id: Upload
        self.lost_creations = defaultdict(int)  # (bucket, key): how many uploads may be there of which nobody knows the id
        self.verified = 0

    def key(self, bucket, name):
        return self.keys[bucket].setdefault(name, Key(bucket, name))

    def versioned_key(self, bucket, name):
        return self.versioned_keys[bucket].setdefault(name, VersionedKey(bucket, name))

    @staticmethod
    def choose_by_metadata(key, token):
        """Of the values that a listing does not tell apart, the one with this token, if there is one."""
        for write, value in key.matching:
            if value is not None and value.token == token:
                key.found = (write, value)
        return key.found[1]

    # What the answers themselves must keep to.

    def check_reads(self):
        for keys in self.keys.values():
            for key in keys.values():
                for request, etag in key.reads:
                    values = [value for _, value in key.candidates(request.t0, request.t1)]
                    if etag not in [value.etag if value else None for value in values]:
                        raise Broken("a read finds what was written last", f"{key.bucket}/{key.name}", [*key.history(), f"{request} found {etag}"])

    # What a look at everything shows after a kill.

    def check_bucket(self, bucket, listing, looked):
        """`listing`: {key: (etag, size)}. Returns the keys with their values now, of those that were written since the last look."""
        written = []
        for name in listing.keys() - self.keys[bucket].keys():
            raise Broken("only what was put is listed", f"{bucket}/{name}", [str(listing[name])])
        for name, key in list(self.keys[bucket].items()):
            seen = listing.get(name)
            value = self._settle_key(key, seen, looked)
            if value is not None and seen[1] != value.size:
                raise Broken("a listing says the size", f"{bucket}/{name}", [*key.history(), f"listed: {seen}"])
            if key.writes:
                written.append(key)
            if value is None:
                written = [one for one in written if one is not key]
        self.verified += len(listing)
        return written

    def _settle_key(self, key, seen, looked):
        candidates = key.candidates(looked, looked)
        matching = [(write, value) for write, value in candidates if (value.etag if value else None) == (seen[0] if seen else None)]
        if not matching:
            promise = "what was acknowledged is there" if seen is None else "an object holds what was written last"
            raise Broken(promise, f"{key.bucket}/{key.name}",
                         [*key.history(), f"listed: {seen}, may be: {[str(value) for _, value in candidates]}"])
        # Empty objects have one ETag: which of them it is, its metadata tell.
        key.matching = matching
        key.found = matching[0]
        return matching[0][1]

    def check_completions(self, looked):
        """An upload goes in the moment in which its object comes."""
        for uploads in self.uploads.values():
            for upload in uploads.values():
                if upload.completes is None or upload.ended.acknowledged or upload.bucket in self.versioned_keys:
                    continue
                key = self.keys[upload.bucket][upload.key]
                came = key.found[0] is upload.completes
                if came == upload.still_there:
                    raise Broken("an upload that is completed is an object or still an upload", f"{upload.bucket}/{upload.key}",
                                 [*upload.history(), *key.history(), f"object: {came}, upload: {upload.still_there}"])

    def check_uploads(self, bucket, listing, list_parts):
        """`listing`: {upload id: key}; `list_parts(upload)`: {number: (etag, size)}."""
        for upload_id, upload in self.uploads[bucket].items():
            upload.still_there = upload_id in listing
            if upload.still_there and upload.ended is not None and upload.ended.acknowledged:
                raise Broken("an upload that has ended is gone", f"{bucket}/{upload.key}", upload.history())
            if not upload.still_there and upload.ended is None:
                raise Broken("an upload that was acknowledged is there", f"{bucket}/{upload.key}", upload.history())
            if upload.still_there:
                self._check_parts(upload, list_parts(upload))
        unknown = defaultdict(int)
        for upload_id, key in listing.items():
            if upload_id not in self.uploads[bucket]:
                unknown[key] += 1
                if unknown[key] > self.lost_creations[bucket, key]:
                    raise Broken("only uploads that were begun are listed", f"{bucket}/{key}", [upload_id])
        return [upload_id for upload_id in listing if upload_id not in self.uploads[bucket]]

    @staticmethod
    def _check_parts(upload, seen):
        for number in seen.keys() - upload.parts.keys():
            raise Broken("only parts that were uploaded are listed", f"{upload.bucket}/{upload.key}", [*upload.history(), f"part {number}"])
        for number, tries in upload.parts.items():
            known = [one for one in tries if one[0].acknowledged][-1:]
            possible = known + [one for one in tries if not one[0].acknowledged]
            found = [one for one in possible if number in seen and (one[3], one[2]) == seen[number]]
            if not found and (known or number in seen):
                raise Broken("a part is there as it was uploaded", f"{upload.bucket}/{upload.key}",
                             [*upload.history(), f"part {number} is {seen.get(number)}, may be {[one[1:] for one in possible]}"])
            upload.parts[number] = found

    def check_versions(self, bucket, listing, looked):
        """`listing`: as of Calls.list_versions. Returns the keys that were written since the last look."""
        written = []
        for name in listing.keys() - self.versioned_keys[bucket].keys():
            raise Broken("only what was put is listed", f"{bucket}/{name}", [str(listing[name])])
        for name, key in self.versioned_keys[bucket].items():
            seen = listing.get(name, NO_VERSIONS)
            states = key.states()
            last = max((index for index, (request, _) in enumerate(states) if request is None or request.acknowledged), default=0)
            matching = [state for _, state in states[last:] if same_versions(state, seen)]
            if not matching:
                raise Broken("versions are listed as they came", f"{bucket}/{name}", [*key.history(), f"listed: {seen}"])
            if key.writes:
                written.append(key)
            key.now = with_ids(matching[0], seen)
            for version, value in key.now:
                if value is not None:
                    value.version = version
        self.verified += sum(len(versions) + len(markers) for versions, markers, _ in listing.values())
        return written

    def settle(self):
        """Nothing is in doubt any more."""
        for bucket, keys in self.keys.items():
            for name, key in list(keys.items()):
                key.value = key.found[1]
                key.writes, key.reads, key.log = [], [], key.log[-20:]
        for keys in self.versioned_keys.values():
            for key in keys.values():
                key.versions, key.writes, key.log = key.now, [], key.log[-20:]
        for bucket, uploads in self.uploads.items():
            for upload in list(uploads.values()):
                if not upload.still_there:
                    del uploads[upload.upload_id]
                upload.ended = upload.completes = None
                upload.parts = {number: tries for number, tries in upload.parts.items() if tries}
        self.lost_creations.clear()
