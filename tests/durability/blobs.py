"""Rows and files of large values, looked at without the daemon: on copies of the databases of a directory that nobody uses."""

import pathlib
import shutil
import sqlite3
import tempfile

from promises import Broken

_REFERENCES = [("s3_object", "blob"), ("s3_object_part", "blob"), ("s3_upload_part", "blob")]

# What no transaction leaves behind: (what, a table that must be there, a query that finds it).
_NEVER = [
    ("a message without its body", "sqs_body", "SELECT id FROM sqs_message WHERE body IS NULL AND id NOT IN (SELECT message FROM sqs_body)"),
    ("a body without its message", "sqs_body", "SELECT message FROM sqs_body WHERE message NOT IN (SELECT id FROM sqs_message)"),
    ("a message without its queue", "sqs_message", "SELECT id, queue_id FROM sqs_message WHERE queue_id NOT IN (SELECT id FROM sqs_queue)"),
    ("a group whose first message is another", "sqs_group",
     "SELECT g.queue_id, g.group_id, g.head FROM sqs_group g LEFT JOIN (SELECT queue_id, group_id, min(id) AS first FROM sqs_message"
     " WHERE sequence IS NOT NULL GROUP BY queue_id, group_id) m ON m.queue_id = g.queue_id AND m.group_id = g.group_id WHERE m.first IS NOT g.head"),
    ("a message of a group that nobody knows", "sqs_group",
     "SELECT id FROM sqs_message WHERE sequence IS NOT NULL AND (queue_id, group_id) NOT IN (SELECT queue_id, group_id FROM sqs_group)"),
    ("an object without its bucket", "s3_object", "SELECT id FROM s3_object WHERE bucket_id NOT IN (SELECT id FROM s3_bucket)"),
    ("an upload without its bucket", "s3_upload", "SELECT id FROM s3_upload WHERE bucket_id NOT IN (SELECT id FROM s3_bucket)"),
    ("a part without its upload", "s3_upload_part", "SELECT upload, number FROM s3_upload_part WHERE upload NOT IN (SELECT id FROM s3_upload)"),
    ("a piece without its object", "s3_object_part", "SELECT object_id, number FROM s3_object_part WHERE object_id NOT IN (SELECT id FROM s3_object)"),
]


def worlds_of(data_dir):
    """Directories that hold a world: the default one's, and those below it that have a record."""
    below = sorted((data_dir / "worlds").glob("*/world.json")) if (data_dir / "worlds").exists() else []
    return [data_dir, *[record.parent for record in below]]


def files_of(data_dir):
    """({number: size} of the pool's files, names of what is being written)"""
    blobs = data_dir / "blobs"
    files, drafts = {}, []
    for path in blobs.glob("*/*") if blobs.exists() else []:
        try:
            if path.parent.name == "tmp":
                drafts.append(path.name)
            else:
                files[int(path.name)] = path.stat().st_size
        except FileNotFoundError:  # it went while we looked
            pass
    return files, drafts


def rows_of(world, thorough):
    """{file: (size, row)} that a world's database names, after its log was replayed into a copy."""
    if not (world / "state.db").exists():
        return {}
    with tempfile.TemporaryDirectory(prefix="stratolite-look-") as place:
        copy = pathlib.Path(place) / "state.db"
        for suffix in ("", "-wal"):
            if (source := world / f"state.db{suffix}").exists():
                shutil.copyfile(source, pathlib.Path(place) / f"state.db{suffix}")
        database = sqlite3.connect(copy)
        try:
            return _read_rows(database, world, thorough)
        except sqlite3.DatabaseError as error:
            raise Broken("a database is whole after any kill", world.name, [str(error)]) from error
        finally:
            database.close()


def _read_rows(database, world, thorough):
    if thorough:
        found = database.execute("PRAGMA integrity_check").fetchall()
        if found != [("ok",)]:
            raise Broken("a database is whole after any kill", world.name, [str(one) for one in found[:20]])
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "blob" not in tables:
        return {}
    counts = {}
    for table, column in _REFERENCES:
        if table in tables:
            for (blob,) in database.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"):
                counts[blob] = counts.get(blob, 0) + 1
    rows = {}
    for number, size, references, file, length in database.execute("SELECT id, size, refs, file, length(body) FROM blob"):
        row = f"blob {number}: size {size}, references {references}, file {file}, {length} bytes in the row"
        if counts.pop(number, 0) != references:
            raise Broken("a blob is referred to as often as it says", world.name, [row])
        if file is None and length != size:
            raise Broken("a blob in the database is whole", world.name, [row])
        if file is not None:
            rows[file] = (size, row)
    if counts:
        raise Broken("what refers to a blob finds it", world.name, [str(counts)])
    for what, needed, query in _NEVER:
        if needed in tables and (found := database.execute(query).fetchall()):
            raise Broken(f"there is never {what}", world.name, [str(found[:20])])
    return rows


def check_stopped(data_dir, thorough=False):
    """Every row has its file, of its size, at any moment at which a process may die. Returns the files that rows name."""
    files, _ = files_of(data_dir)
    named = set()
    for world in worlds_of(data_dir):
        for file, (size, row) in rows_of(world, thorough).items():
            if files.get(file) != size:
                raise Broken("no row without its file", world.name, [row, f"the file has {files.get(file)} bytes"])
            named.add(file)
    return named


def unclean(data_dir, named):
    """What should not be there once the daemon has cleared up: texts, none when all is well."""
    files, drafts = files_of(data_dir)
    found = [f"file {file} without a row" for file in sorted(files.keys() - named)]
    found += [f"row without file {file}" for file in sorted(named - files.keys())]
    return found + [f"draft {name}" for name in drafts]
