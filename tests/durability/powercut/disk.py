"""What a disk holds after a power cut, from the shim's record of all changes.

Certain is what was synced: a file's bytes as they were when its last sync began, a directory's entries likewise. Of everything later any part may have got
there, in any order: the four ways in which `Disk.after_cut` chooses are those of a drive that loses its cache, of one that loses nothing, of a journal
that keeps the order of directory entries but not that of data, and of no order at all.
"""

import os
import struct

RECORD = struct.Struct("<IIQQII")
CREATE, TRUNCATE, WRITE, RENAME, UNLINK, MAKE_DIRECTORY, REMOVE_DIRECTORY, SYNC_BEGINS, SYNC_ENDS = range(1, 10)
WAYS = ("none", "all", "journal", "chaos")
SECTORS = (512, 4096)


class Record:
    __slots__ = ("start", "end", "operation", "inode", "offset", "path", "target", "data")


def read_log(path):
    """All whole records of the file."""
    records = []
    with open(path, "rb") as file:
        log = file.read()
    at = 0
    while at + RECORD.size <= len(log):
        size, operation, inode, offset, path_size, target_size = RECORD.unpack_from(log, at)
        if at + size > len(log):
            break
        record = Record()
        record.start, record.end, record.operation, record.inode, record.offset = at, at + size, operation, inode, offset
        names = at + RECORD.size
        record.path = os.path.normpath(log[names:names + path_size].decode()) if path_size else None
        record.target = os.path.normpath(log[names + path_size:names + path_size + target_size].decode()) if target_size else None
        record.data = log[names + path_size + target_size:at + size]
        records.append(record)
        at += size
    return records


class File:
    """`synced`: what is certain; `pending`: (sequence, offset, data or None for a truncation) since then."""

    def __init__(self):
        self.synced = bytearray()
        self.pending = []

    def apply(self, content, change, keep=None):
        _, offset, data = change
        if data is None:
            if offset < len(content):
                del content[offset:]
            else:
                content.extend(bytes(offset - len(content)))
            return
        pieces = [(0, len(data))] if keep is None else keep
        for begin, end in pieces:
            if offset + begin > len(content):
                content.extend(bytes(offset + begin - len(content)))
            content[offset + begin:offset + end] = data[begin:end]

    def sync(self, before):
        rest = []
        for change in self.pending:
            if change[0] < before:
                self.apply(self.synced, change)
            else:
                rest.append(change)
        self.pending = rest

    def whole(self):
        content = bytearray(self.synced)
        for change in self.pending:
            self.apply(content, change)
        return content


class Directory:
    """`synced`: names and nodes that are certain; `pending`: (sequence, {name: node or None}) since then; `live`: as programs see it."""

    def __init__(self):
        self.synced = {}
        self.pending = []
        self.live = {}

    def enter(self, sequence, entries):
        self.pending.append((sequence, entries))
        self.apply(self.live, entries)

    def sync(self, before):
        rest = []
        for sequence, entries in self.pending:
            if sequence < before:
                self.apply(self.synced, entries)
            else:
                rest.append((sequence, entries))
        self.pending = rest

    @staticmethod
    def apply(names, entries):
        for name, node in entries.items():
            if node is None:
                names.pop(name, None)
            else:
                names[name] = node


class Disk:
    """The tree below `root`, which itself is certain. `lie`: syncs of "files", "directories" or "all" are taken for done and do nothing."""

    def __init__(self, root, lie=None):
        self.root_path = os.path.normpath(root)
        self.root = Directory()
        self.nodes = {}
        self.sequence = 0
        self.syncs = {}
        self.lie = lie
        self.last_synced = 0

    def _find(self, path):
        """The directory of `path` as running programs see it, and the last name."""
        relative = os.path.relpath(path, self.root_path)
        *parents, name = relative.split(os.sep)
        directory = self.root
        for parent in parents:
            directory = directory.live[parent]
        return directory, name

    def _enter(self, directory, entries):
        directory.enter(self.sequence, entries)

    def apply(self, record):
        self.sequence += 1
        operation = record.operation
        if operation == WRITE:
            self.nodes[record.inode].pending.append((self.sequence, record.offset, record.data))
        elif operation == TRUNCATE:
            self.nodes[record.inode].pending.append((self.sequence, record.offset, None))
        elif operation in (CREATE, MAKE_DIRECTORY):
            if record.path == self.root_path:
                return
            node = File() if operation == CREATE else Directory()
            self.nodes[record.inode] = node
            directory, name = self._find(record.path)
            self._enter(directory, {name: node})
        elif operation == RENAME:
            old_directory, old_name = self._find(record.path)
            new_directory, new_name = self._find(record.target)
            node = old_directory.live[old_name]
            if old_directory is new_directory:
                self._enter(old_directory, {old_name: None, new_name: node})
            else:
                self._enter(new_directory, {new_name: node})
                self._enter(old_directory, {old_name: None})
        elif operation in (UNLINK, REMOVE_DIRECTORY):
            directory, name = self._find(record.path)
            self._enter(directory, {name: None})
        elif operation == SYNC_BEGINS:
            self.syncs[record.offset] = self.sequence
        elif operation == SYNC_ENDS:
            before = self.syncs.pop(record.offset)
            node = self.nodes.get(record.inode, self.root)
            lied = self.lie == "all" or self.lie == ("directories" if isinstance(node, Directory) else "files")
            if not lied:
                node.sync(before)
                if isinstance(node, Directory):
                    self.last_synced = max(self.last_synced, before)
        else:
            raise ValueError(f"operation {operation}")

    def after_cut(self, way, random, to):
        """Writes below `to` what is left. `way` is one of WAYS."""
        # A journal keeps directory entries in order, so that all before one that was synced are there as well.
        journal = None
        if way == "journal":
            journal = random.randint(self.last_synced, self.sequence)
        self._write(self.root, to, way, random, journal)

    def _write(self, directory, to, way, random, journal):
        os.makedirs(to, mode=0o700, exist_ok=True)
        names = dict(directory.synced)
        for sequence, entries in directory.pending:
            if way == "all" or (way == "journal" and sequence <= journal) or (way == "chaos" and random.random() < 0.5):
                directory.apply(names, entries)
        for name, node in names.items():
            path = os.path.join(to, name)
            if isinstance(node, Directory):
                self._write(node, path, way, random, journal)
            else:
                with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(self._content(node, way, random))

    @staticmethod
    def _content(node, way, random):
        if way == "none":
            return node.synced
        if way == "all":
            return node.whole()
        content = bytearray(node.synced)
        # How much of this file got there differs from file to file.
        likely = random.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        for change in node.pending:
            if random.random() >= likely:
                continue
            data = change[2]
            if data is None or random.random() < 0.5:
                node.apply(content, change)
                continue
            sector = random.choice(SECTORS)
            first = -(change[1] % sector)
            kept = [(max(at, 0), min(at + sector, len(data))) for at in range(first, len(data), sector) if random.random() < 0.5]
            node.apply(content, change, kept)
        return content
