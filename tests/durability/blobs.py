"""Rows and files of large values, looked at without the daemon: on copies of the databases of a directory that nobody uses."""

import pathlib
import shutil
import sqlite3
import tempfile

from promises import Broken

_REFERENCES = [("s3_object", "blob"), ("s3_object_part", "blob"), ("s3_upload_part", "blob")]


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
    if "sqs_body" in tables:
        for what, query in (("a message without its body", "SELECT id FROM sqs_message WHERE body IS NULL AND id NOT IN (SELECT message FROM sqs_body)"),
                            ("a body without its message", "SELECT message FROM sqs_body WHERE message NOT IN (SELECT id FROM sqs_message)")):
            if found := database.execute(query).fetchall():
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
