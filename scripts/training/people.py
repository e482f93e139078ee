"""Sealed episodes of made-up people for the training example: seen apps, and others.

python scripts/training/people.py FOLDER EPISODES FIRST_PERSON APP...
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyrage

from tests.dataset.people import Person

ROUNDS = 12
EACH = 4  # episodes of a person


def main(place: str, count: str, first: str, *apps: str) -> None:
    folder = Path(place)
    folder.mkdir(mode=0o700, parents=True)
    key = folder.parent / "research.key"
    if not key.exists():
        key.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    recipient = str(pyrage.x25519.Identity.from_str(key.read_text().strip()).to_public())
    for number in range(int(count)):
        who = int(first) + number // EACH
        Person(who, apps=(apps[who % len(apps)],)).record(folder, recipient, ROUNDS, number)


if __name__ == "__main__":
    main(*sys.argv[1:])
