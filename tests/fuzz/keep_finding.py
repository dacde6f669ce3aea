#!/usr/bin/env python3
"""Adds an input to a target's checked-in seeds, as a former finding that every later run replays.

    tests/fuzz/keep_finding.py TARGET FILE NAME      NAME says in words what went wrong
"""

import json
import pathlib
import sys

SEEDS = pathlib.Path(__file__).resolve().parent / "seeds"


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    target, file, name = sys.argv[1:]
    seeds = SEEDS / f"{target}.json"
    if not seeds.exists():
        sys.exit(f"{target} is no target: {', '.join(sorted(path.stem for path in SEEDS.glob('*.json')))}")
    kinds = json.loads(seeds.read_text())
    kinds["findings"][name] = pathlib.Path(file).read_bytes().decode("latin-1")
    seeds.write_text(json.dumps(kinds, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
